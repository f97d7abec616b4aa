"""What callers see of the waiting order."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.quota.contract import PostPool, TitleLevel


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
