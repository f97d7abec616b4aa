"""What callers see of the waiting order."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.quota.contract import PostPool, TitleLevel


class StrikeIn(BaseModel):
    """Why a wish is taken out of the order."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class WaitingOut(BaseModel):
    """One who waits; `told_at` says when the unit was told that a place had become free for this one."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    unit_id: UUID
    year: int
    pool: PostPool
    level: TitleLevel
    person_id: UUID
    person_name: str | None
    refused_at: datetime
    refusals: int
    told_at: datetime | None
