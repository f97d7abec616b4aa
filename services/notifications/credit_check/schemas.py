"""Shapes of checks."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.notifications.credit_check.states import CheckState


class CreditCheckOut(BaseModel):
    """A check, as those see it who answer for the declarations below them; whom it is about the declaration says."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    platform: str
    declaration_id: UUID
    number: str
    standing: CheckState
    attempts: int
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    dead_at: datetime | None
    last_error: str | None
    listed: bool | None
    document: str | None
    begins: date | None
    until: date | None
