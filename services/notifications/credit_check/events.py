"""What happens here by itself and somebody is told of: a platform does not say whether somebody is barred."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class CreditCheckUnanswered(Event):
    """A credit platform has not answered after many attempts, or cannot be asked (一（八）)."""

    type: ClassVar[str] = "titles.notifications.credit_check.unanswered.v1"

    check_id: UUID
    platform: str
    number: str
    province_id: UUID

    @property
    def subject(self) -> str:
        """The check."""
        return f"credit_check/{self.check_id}"
