"""Shapes of cycles, series, specialties and arrangements."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.quota.contract import TitleLevel
from services.workflow.cycle.policy import SeriesEntry
from services.workflow.cycle.states import ArrangementState, CycleState, DecidedBy, SpecialtyState, Window
from services.workflow.shapes import Code, In, Line, Out, Prose, Stated


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


class CycleOut(Stated):
    """One year's review."""

    id: UUID
    year: int
    policy: str
    state: CycleState
    windows: list[WindowOut]
    created_at: datetime
    version: int


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


class SpecialtyIn(In):
    """A review specialty to be filed; a featured one is limited to a region or an industry."""

    series: Code
    name: Line
    region_code: str | None = Field(None, pattern=r"^\d{6}$")
    industry: Code | None = None
    featured: bool = False
    organisation_id: UUID | None = Field(None, description="which of the caller's organisations proposes it")


class SpecialtyOut(Stated):
    """A review specialty; usable once FILED."""

    id: UUID
    series: str
    name: str
    region_code: str | None
    industry: str | None
    featured: bool
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
