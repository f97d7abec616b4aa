"""Shapes of deliveries."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.notifications.credit.states import DeliveryState


class DeliveryOut(BaseModel):
    """A delivery, as those see it who read the archive; what it says of the person is in the archive."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    platform: str
    type: str
    subject: str
    document_number: str
    standing: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    dead_at: datetime | None
    last_error: str | None
    receipt: str | None
