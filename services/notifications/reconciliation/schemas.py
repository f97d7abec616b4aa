"""Shapes of reconciliations."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.notifications.reconciliation.states import DifferenceKind, Standing


class ReconciliationIn(BaseModel):
    """With which platform, by its name in the settings."""

    model_config = ConfigDict(extra="forbid")

    platform: str


class ReconciliationOut(BaseModel):
    """A reconciliation; `held` and `sent` count the messages of either side."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    platform: str
    standing: Standing
    created_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    held: int
    sent: int
    differences: int
    why: str | None


class DifferenceOut(BaseModel):
    """A message of which the two sides tell otherwise."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    message_id: UUID
    kind: DifferenceKind
    document_number: str | None
