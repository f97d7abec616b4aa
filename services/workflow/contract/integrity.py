"""The events of integrity: what becomes of a case, a finding, and its reversal."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event

WHOSE = "whom it is about; while nobody is known here, the id of the case, which is no person's"


class IntegrityCaseMoved(Event):
    """A case began, or took a step that finds nothing; who complained is never told (一（八）)."""

    type: ClassVar[str] = "titles.workflow.integrity_case.moved.v1"

    case_id: UUID
    person_id: UUID = Field(description=WHOSE)
    hrss_id: UUID = Field(description="the nearest HRSS above the unit concerned")
    above_id: UUID | None = Field(None, description="who decides on an appeal")
    superior_id: UUID | None = Field(
        None, description="who stands above whoever has the case; at the top itself"
    )
    handling_ids: list[UUID] = Field(
        [], description="the bodies that hear what the person says: who investigates, and who decided"
    )
    due_on: date | None = Field(None, description="by when the next step is to be taken")
    action: str
    after: str
    known: bool = Field(description="whether the person was told of the case before this step")
    document_number: str | None = None

    @property
    def subject(self) -> str:
        """The case."""
        return f"integrity_case/{self.case_id}"


class MeetingCaseCharged(Event):
    """Misconduct was found of what a meeting has before it: the vote goes on, its result is held (一（八）)."""

    type: ClassVar[str] = "titles.workflow.meeting_case.charged.v1"

    declaration_id: UUID
    number: str
    unit_id: UUID | None = None
    office_id: UUID | None = None
    document_number: str

    @property
    def subject(self) -> str:
        """The declaration."""
        return f"declaration/{self.declaration_id}"


class MisconductDecided(Event):
    """What a finding and its reversal tell alike; no more of the person than the platforms need."""

    case_id: UUID
    record_id: UUID
    person_id: UUID = Field(description=WHOSE)
    person_name: str
    masked_resident_id: str | None
    document_number: str
    body_id: UUID
    body_name: str
    decided_on: date
    certificate_numbers: list[str]
    lineage: list[UUID] = Field(description="the bodies above the unit concerned, which read the archive")

    @property
    def subject(self) -> str:
        """The case: a reversal comes after its finding."""
        return f"integrity_case/{self.case_id}"


class MisconductFound(MisconductDecided):
    """Misconduct was found: titles are revoked, and what is serious bars from a day to a day (一（八）)."""

    type: ClassVar[str] = "titles.workflow.misconduct.found.v1"

    kind: str
    kind_zh: str
    serious: bool
    bar_from: date | None = None
    bar_to: date | None = None


class MisconductReversed(MisconductDecided):
    """A finding was taken back on appeal; it is named by its document (一（八）)."""

    type: ClassVar[str] = "titles.workflow.misconduct.reversed.v1"

    found_document_number: str


class MisconductBarShortened(MisconductDecided):
    """On appeal a finding, named by its document, stands and bars until an earlier day (一（八）)."""

    type: ClassVar[str] = "titles.workflow.misconduct.bar_shortened.v1"

    found_document_number: str
    bar_from: date
    bar_to: date
