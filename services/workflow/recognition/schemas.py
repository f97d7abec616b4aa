"""Shapes of requests for recognition."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from services.quota.contract import TitleLevel
from services.workflow.recognition.states import How, RecognitionState, Source, Wish
from services.workflow.shapes import ActionIn, Code, In, Line, Out, Stated, without_nul

Note = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(without_nul)
]
Document = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(without_nul)
]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class TitleIn(In):
    """Which title, and what kind: `issued_in` of a province's, `qualification` of a state vocational qualification."""

    record_id: UUID
    source: Source
    issued_in: RegionCode | None = None
    qualification: Code | None = None
    remark: Note | None = None


class RecognitionIn(TitleIn):
    """A request; `person_id` names whom a unit asks for, the caller where it is left out."""

    person_id: UUID | None = None
    wish: Wish


class ResubmitIn(TitleIn):
    """What was returned, mended; `version` is what the caller has read."""

    version: int | None = Field(None, ge=1)


class VerifyIn(In):
    """How the title was verified; a formal confirmation names its document too."""

    how: How
    reference: Line | None = None
    document_number: Document | None = None
    version: int | None = Field(None, ge=1)


class ItemIn(In):
    """Something to be mended, and why."""

    item: Line
    reason: Note


class ReturnIn(In):
    """What is to be mended, item by item."""

    items: Annotated[list[ItemIn], Field(max_length=20)]
    version: int | None = Field(None, ge=1)


class ConfirmIn(In):
    """For which post, and on what professional standard, the employer confirms (一（六）)."""

    post: Line | None = None
    assessment: Note | None = None
    version: int | None = Field(None, ge=1)


class StepIn(ActionIn):
    """Refusing and declining say why in `note`."""

    note: Note | None = None


class EvidenceOut(BaseModel):
    """The scan that was told; accounts hands it out with the record."""

    model_config = ConfigDict(extra="ignore")

    number: int
    file_name: str
    sha256: str


class ReturnedItem(BaseModel):
    """Something that is to be mended, and why."""

    item: str
    reason: str


class RecognitionOut(Stated):
    """A request, with the title as it was told."""

    id: UUID
    person_id: UUID
    person_name: str
    unit_id: UUID
    unit_name: str
    hrss_id: UUID
    hrss_name: str
    by_unit: bool
    record_id: UUID
    source: Source
    issued_in: str | None
    qualification: str | None
    wish: Wish
    remark: str | None
    series: str
    specialty: str | None
    level: TitleLevel
    title_name: str
    title_number: str
    issuing_body: str
    obtained_on: date
    limits: list[str]
    evidence: EvidenceOut
    state: RecognitionState
    due_on: date | None
    returned: list[ReturnedItem]
    reason: str | None
    verified_how: How | None
    verified_reference: str | None
    verified_by_name: str | None
    verified_on: date | None
    document_number: str | None
    post: str | None
    assessment: str | None
    confirmed_by_name: str | None
    confirmed_on: date | None
    certificate_id: UUID | None
    created_at: datetime
    version: int


class PlaceOut(Out):
    """A province whose titles are recognised."""

    code: str
    name: str


class QualificationOut(Out):
    """A state vocational qualification, the title that it corresponds to, and what that rests on."""

    code: str
    name: str
    series: str
    level: TitleLevel
    cite: str


class RecognitionRulesOut(Out):
    """What a request takes: the other provinces, the table of qualifications, and the days that each party has."""

    places: list[PlaceOut]
    qualifications: list[QualificationOut]
    verify_days: int
    confirm_days: int
