"""What happens to contacts and is told outside of the inbox: a code goes to the address that it proves."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class ContactCodeSent(Event):
    """Somebody is to show that an address is the own one; it is never published, only put into words."""

    type: ClassVar[str] = "titles.notifications.contact_code.sent.v1"

    contact_id: UUID
    account_id: UUID
    code: str
    minutes: int

    @property
    def subject(self) -> str:
        """The contact."""
        return f"contact/{self.contact_id}"
