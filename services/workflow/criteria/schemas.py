"""Shapes of review criteria: gates that all must hold, menus to choose from."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.kit.http import FindingOut
from services.quota.contract import TitleLevel
from services.workflow.criteria.states import CriteriaState
from services.workflow.shapes import Code, In, Line, Out, Prose, Stated

Evidence = Annotated[list[Code], Field(max_length=20)]


class GateIn(In):
    """A condition that must hold; `at_least` puts a threshold to a `fact` (years, hours, weeks), in `unit`.

    Who falls short of a threshold is refused: where the text knows another way beside it, the fact is left out, and a
    person judges.

    `fields` are those that a degree may be of beside the specialty declared, where the fact is about that (一（五）3). `cite` is
    where the text stands in the document of the criteria.
    """

    code: Code
    text: Prose
    cite: Line | None = None
    evidence: Evidence = Field(default_factory=list)
    fact: Code | None = None
    at_least: float | None = Field(None, ge=0, le=1_000_000)
    unit: Line | None = None
    fields: Annotated[list[Line], Field(max_length=50)] = Field(default_factory=list)


class EntryIn(In):
    """One achievement of a menu, where it stands in the document, and the kinds of evidence that show it."""

    code: Code
    text: Prose
    cite: Line | None = None
    evidence: Annotated[list[Code], Field(min_length=1, max_length=20)]


class MenuIn(In):
    """Any `need` of the entries."""

    code: Code
    text: Prose
    cite: Line | None = None
    need: int = Field(ge=1, le=100)
    entries: Annotated[list[EntryIn], Field(min_length=1, max_length=100)]


class DocumentsIn(In):
    """What a proposal brings; all of them are needed."""

    drafting_explanation: Prose | None = None
    research_report: Prose | None = None
    consultation_record: Prose | None = None


class CriteriaIn(In):
    """A version of the criteria of a series (or of one specialty) and level, proposed to the provincial HRSS."""

    series: Code
    specialty_id: UUID | None = None
    level: TitleLevel
    serves_id: UUID | None = Field(
        None, description="the region's HRSS or the unit they are for; left out: the whole province"
    )
    title: Line
    effective_from: date
    documents: DocumentsIn = DocumentsIn()
    gates: Annotated[list[GateIn], Field(min_length=1, max_length=100)]
    menus: Annotated[list[MenuIn], Field(max_length=20)] = Field(default_factory=list)
    organisation_id: UUID | None = Field(
        None, description="which of the caller's organisations proposes them"
    )


class CriteriaTextIn(In):
    """Criteria as a person writes them: the body of a proposal, in YAML."""

    text: Annotated[str, Field(max_length=200_000)]


class ProblemOut(Out):
    """One thing that is wrong with a text: where it stands, and why."""

    line: int
    path: str
    reason: str


class CheckOut(Out):
    """Whether a text can be proposed as it is: every problem, by line, and what stands against any text today."""

    valid: bool
    problems: list[ProblemOut]
    findings: list[FindingOut]


class CriteriaOut(Stated):
    """A version of review criteria; public once PUBLISHED."""

    id: UUID
    series: str
    specialty_id: UUID | None
    level: TitleLevel
    serves_id: UUID | None
    title: str
    edition: int
    effective_from: date
    documents: dict[str, Any]
    gates: list[dict[str, Any]]
    menus: list[dict[str, Any]]
    state: CriteriaState
    organisation_id: UUID
    published_at: datetime | None
    created_at: datetime
    version: int
