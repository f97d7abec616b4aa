"""Shapes of cases and of the archive; none of them tells who complained."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.workflow.integrity.states import CaseState, Ground, Misconduct, RecordKind
from services.workflow.shapes import In, Line, Out, Prose, Stated


class ComplaintIn(In):
    """What is said against somebody, named by the number of a declaration or certificate; anonymous it keeps no trace."""

    number: Line
    holder_name: Line | None = Field(None, description="the name printed on it, where it is a certificate")
    text: Prose
    anonymous: bool = False


class ComplaintReceipt(Out):
    """That the complaint was received."""

    id: UUID
    number: str
    anonymous: bool
    state: CaseState
    opened_at: datetime


class CaseIn(In):
    """What a case is opened on: something found true, by its id, or ex officio a number or a person."""

    report_id: UUID | None = None
    objection_id: UUID | None = None
    finding_id: UUID | None = None
    number: Line | None = None
    holder_name: Line | None = None
    person_id: UUID | None = None
    text: Prose

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if sum(each is not None for each in (*self.sources.values(), self.number, self.person_id)) != 1:
            raise ValueError("name one: a report, an objection, a finding, a number, or a person")
        return self

    @property
    def sources(self) -> dict[Ground, UUID | None]:
        """What was found true, by kind."""
        return {
            Ground.REPORT: self.report_id,
            Ground.OBJECTION: self.objection_id,
            Ground.FINDING: self.finding_id,
        }

    @property
    def ground(self) -> Ground:
        """What it rests on."""
        return next((ground for ground, given in self.sources.items() if given), Ground.EX_OFFICIO)


class CaseOut(Stated):
    """A case; what is alleged is told to those who investigate, what the person is told in `charge`."""

    id: UUID
    state: CaseState
    version: int
    ground: Ground
    source_id: UUID | None
    number: str | None
    holder_name: str | None
    person_id: UUID | None
    person_name: str | None
    declaration_id: UUID | None
    certificate_id: UUID | None
    text: str | None
    anonymous: bool
    opened_at: datetime
    due_on: date | None = Field(description="by when who has it is to act")
    reason: str | None
    charge: str | None
    answer_by: date | None
    statement: str | None
    stated_on: date | None
    kind: Misconduct | None
    serious: bool | None
    evidence: str | None
    decision: str | None
    document_number: str | None
    body_id: UUID | None
    decided_by_name: str | None
    decided_on: date | None
    certificate_numbers: list[str]
    bar_from: date | None
    bar_to: date | None
    appeal_by: date | None
    appeal: str | None
    appealed_on: date | None
    verdict: str | None
    verdict_document: str | None
    verdict_body_id: UUID | None
    verdict_by_name: str | None
    verdict_on: date | None


Version = Annotated[int | None, Field(ge=1)]


class CheckIn(In):
    """A step of who investigates; every one but taking it up gives its reason."""

    reason: Prose | None = None
    version: Version = None


class IdentifyIn(In):
    """Whom a complaint is about, found out by who investigates: by a number and the name printed, or the person."""

    number: Line | None = None
    holder_name: Line | None = None
    person_id: UUID | None = None
    version: Version = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.number is None) == (self.person_id is None):
            raise ValueError("name a number or a person")
        return self


class ChargeIn(In):
    """What the person is told before anything is found: the facts, and what follows from them."""

    charge: Prose
    version: Version = None


class StatementIn(In):
    """What the person says to it."""

    statement: Prose
    version: Version = None


class DecisionIn(In):
    """What was found, on which evidence, by which document; which certificates it revokes, and until when it bars."""

    kind: Misconduct
    serious: bool
    evidence: Prose
    decision: Prose
    document_number: Line
    certificate_ids: list[UUID] = Field(default_factory=list, max_length=20)
    bar_to: date | None = None
    version: Version = None


class AppealIn(In):
    """Why the person does not accept the decision."""

    appeal: Prose
    version: Version = None


class VerdictIn(In):
    """Whether the decision stands, why, and by which document; it may stand and bar until an earlier day."""

    upheld: bool
    bar_to: date | None = None
    reason: Prose
    document_number: Line
    version: Version = None

    @model_validator(mode="after")
    def _bars_as_it_stands(self) -> Self:
        if self.bar_to is not None and not self.upheld:
            raise ValueError("what is taken back bars nobody")
        return self


class RecordOut(Out):
    """A line of the integrity archive (诚信档案库)."""

    id: UUID
    case_id: UUID
    kind: RecordKind
    person_id: UUID | None = Field(
        description="null while nobody is known here as the holder of the certificate"
    )
    person_name: str
    masked_resident_id: str | None
    misconduct: Misconduct
    serious: bool
    document_number: str
    body_id: UUID
    body_name: str
    decided_on: date
    certificate_numbers: list[str]
    bar_from: date | None
    bar_to: date | None


class BarOut(Out):
    """That somebody is barred today, by which document."""

    person_id: UUID
    begins: date
    ends: date
    document_number: str
