"""The event of lists of entitled people. It imports nothing of this service."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class EntitlementChanged(Event):
    """A person was put on a list or taken off it, or the list was published (二（四）2); `after` tells how it stands."""

    type: ClassVar[str] = "titles.workflow.entitlement.changed.v1"

    list_id: UUID
    year: int
    organisation_id: UUID
    title: str
    document_number: str
    action: str
    after: str
    person_id: UUID | None = None
    reason: str | None = None

    @property
    def subject(self) -> str:
        """The list."""
        return f"entitlement_list/{self.list_id}"
