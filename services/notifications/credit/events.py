"""What happens here by itself and somebody is told of: a delivery that fails again and again."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class DeliveryFailing(Event):
    """A credit platform has not received a message after many attempts (一（八）)."""

    type: ClassVar[str] = "titles.notifications.credit_delivery.failing.v1"

    delivery_id: UUID
    platform: str
    document_number: str
    body_id: UUID
    province_id: UUID

    @property
    def subject(self) -> str:
        """The delivery."""
        return f"credit_delivery/{self.delivery_id}"
