"""The events of registrations of interest and of ranked lists. They import nothing of this service."""

from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class RegistrationMoved(Event):
    """A registration of interest was ranked, passed over for a reason, withdrawn or ended (三（六）2)."""

    type: ClassVar[str] = "titles.workflow.registration.moved.v1"

    registration_id: UUID
    plan_id: UUID
    year: int
    unit_id: UUID
    person_id: UUID
    level: str
    pool: str
    action: str
    before: str
    after: str
    reason: str | None = None

    @property
    def subject(self) -> str:
        """The registration."""
        return f"registration/{self.registration_id}"


class RankedListPublished(Event):
    """A unit published inside it in which order it recommends for the posts of a level and pool (三（六）2)."""

    type: ClassVar[str] = "titles.workflow.ranked_list.published.v1"

    list_id: UUID
    plan_id: UUID
    year: int
    unit_id: UUID
    level: str
    pool: str
    no: int

    @property
    def subject(self) -> str:
        """The plan."""
        return f"recommendation_plan/{self.plan_id}"
