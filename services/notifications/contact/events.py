"""What happens to contacts by itself: a code goes to the address that it proves; an address that takes nothing is switched off."""

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


class ContactSwitchedOff(Event):
    """An address refused what was sent there on so many days that nothing but legal notices goes there any more."""

    type: ClassVar[str] = "titles.notifications.contact.switched_off.v1"

    contact_id: UUID
    account_id: UUID
    channel: str
    masked: str
    refusals: int

    @property
    def subject(self) -> str:
        """The contact."""
        return f"contact/{self.contact_id}"
