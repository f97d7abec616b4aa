"""The events of what comes before a vote."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from services.kit.outbox import Event


class HearingArranged(Event):
    """An applicant is to be heard or tested at a time and place, or is not to be; nothing here tells by whom."""

    type: ClassVar[str] = "titles.workflow.hearing.arranged.v1"

    declaration_id: UUID
    number: str
    person_id: UUID
    kind: str
    outcome: str
    day: date | None
    place: str | None

    @property
    def subject(self) -> str:
        """The declaration."""
        return f"declaration/{self.declaration_id}"


class ExpertRecused(Event):
    """An expert has stepped back from something on a meeting's agenda; who and from what, only the office may look up."""

    type: ClassVar[str] = "titles.workflow.expert.recused.v1"

    meeting_id: UUID
    office_id: UUID
    held_on: date

    @property
    def subject(self) -> str:
        """The meeting."""
        return f"meeting/{self.meeting_id}"
