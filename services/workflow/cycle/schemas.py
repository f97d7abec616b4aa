"""Shapes of cycles, extensions, pass marks, series, specialties and arrangements."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from services.quota.contract import TitleLevel
from services.workflow.cycle.policy import SeriesEntry
from services.workflow.cycle.states import (
    ArrangementState,
    CycleState,
    DecidedBy,
    ExtensionState,
    SpecialtyState,
    Window,
)
from services.workflow.shapes import ActionIn, Code, In, Line, Out, Prose, Stated, without_nul

DocumentNumber = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(without_nul)
]


class CycleIn(In):
    """The year whose notice is to be put to work."""

    year: int = Field(ge=2000, le=2100)


class WindowOut(Out):
    """One period of the run; both days inclusive, Asia/Shanghai."""

    name: Window
    title: str
    opens: date
    closes: date
    cite: str
    summary: str
    extended_by: str | None = Field(None, description="the document that set its last day")


class CycleOut(Stated):
    """One year's review."""

    id: UUID
    year: int
    policy: str
    state: CycleState
    windows: list[WindowOut]
    created_at: datetime
    version: int


class ExtensionIn(In):
    """A window that is to last longer, by which document and why."""

    window: Window
    closes: date
    document_number: DocumentNumber
    reason: Prose


class WithdrawIn(ActionIn):
    """An extension to be taken back, by which document; one that was never published needs none."""

    document_number: DocumentNumber | None = None


class ExtensionOut(Stated):
    """An extension of a window; public once PUBLISHED, and in force until a document withdraws it."""

    id: UUID
    cycle_id: UUID
    window: Window
    closes: date
    document_number: str
    reason: str
    state: ExtensionState
    published_at: datetime | None
    withdrawn_by: str | None = Field(description="the document that took it back")
    withdrawn_at: datetime | None
    created_at: datetime
    version: int


class PassMarkIn(In):
    """A pass mark that the state has published."""

    series: Code
    level: TitleLevel
    mark: int = Field(ge=1, le=1000)
    document_number: DocumentNumber
    published_on: date


class PassMarkOut(Out):
    """The pass mark of a level: from its record on the level takes declarations. Of several the highest `no` counts."""

    id: UUID
    cycle_id: UUID
    series: str
    level: TitleLevel
    mark: int
    no: int
    document_number: str
    published_on: date
    created_at: datetime


class SeriesLevelOut(Out):
    """One level of a series, with its names in this series and how it is obtained."""

    level: TitleLevel
    names: list[str]
    decided_by: DecidedBy


class SeriesOut(Out):
    """One national series; `recalled` data are to be checked against the province's catalogue."""

    code: str
    name: str
    levels: list[SeriesLevelOut]
    recalled: bool

    @classmethod
    def of(cls, entry: SeriesEntry) -> "SeriesOut":
        """The series as told."""
        levels = [
            SeriesLevelOut(level=level, names=told.names, decided_by=told.by)
            for level, told in entry.levels.items()
        ]
        return cls(code=entry.code, name=entry.name, levels=levels, recalled=entry.recalled)


class SpecialtyTerms(In):
    """Name and limits of a review specialty; a featured one is limited to a region, an industry, or both."""

    name: Line
    region_code: str | None = Field(None, pattern=r"^\d{6}$")
    industry: Code | None = None
    featured: bool = False


class SpecialtyIn(SpecialtyTerms):
    """A review specialty to be filed."""

    series: Code
    organisation_id: UUID | None = Field(None, description="which of the caller's organisations proposes it")


class AdjustmentIn(SpecialtyTerms):
    """A filed specialty as it is to be from the next filing on; `version` is what the caller has read."""

    version: int | None = Field(None, ge=1)


class SpecialtyOut(Stated):
    """A review specialty; usable once FILED.

    `former_ids` are those it adjusts, oldest first; `successor_id` is what it became.
    """

    id: UUID
    series: str
    name: str
    region_code: str | None
    industry: str | None
    featured: bool
    former_ids: list[UUID]
    successor_id: UUID | None
    state: SpecialtyState
    organisation_id: UUID
    created_at: datetime
    version: int


class ArrangementIn(In):
    """The year's arrangement of a series."""

    cycle_id: UUID
    series: Code
    title: Line
    text: Prose
    organisation_id: UUID | None = Field(None, description="which of the caller's organisations publishes it")


class ArrangementOut(Stated):
    """The year's arrangement of a series; public once PUBLISHED."""

    id: UUID
    cycle_id: UUID
    series: str
    title: str
    text: str
    state: ArrangementState
    organisation_id: UUID
    published_at: datetime | None
    created_at: datetime
    version: int
