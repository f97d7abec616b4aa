"""Shapes of a season's report: what was counted, each with what it is called."""

from datetime import datetime
from uuid import UUID

from services.kit.http import BasisOut
from services.workflow.season_report.states import SeasonFormat
from services.workflow.shapes import In, Out


class CountOut(Out):
    """Declarations of a level, series, prefecture or state; `code` is null for the province's own units."""

    code: str | None
    name: str
    declared: int
    submitted: int
    passed: int
    not_passed: int
    under_way: int
    over: int
    certified: int
    pass_rate: float | None


class StayOut(Out):
    """The days that declarations were in a state, of those that have left it."""

    state: str
    name: str
    declarations: int
    median_days: float
    p90_days: float


class ReasonOut(Out):
    """A section, or a kind of material, that was sent back."""

    item: str
    name: str
    kind: str
    returns: int
    declarations: int
    commonest_reason: str | None


class TallyOut(Out):
    """How many there are of a kind in a state."""

    kind: str
    kind_name: str
    state: str
    state_name: str
    number: int


class SeasonReportOut(Out):
    """What a year's reviews came to below the caller's organisations, at one moment."""

    cycle_id: UUID
    year: int
    title: str
    as_of: datetime
    total: CountOut
    levels: list[CountOut]
    series: list[CountOut]
    prefectures: list[CountOut]
    states: list[CountOut]
    stays: list[StayOut]
    reasons: list[ReasonOut]
    objections: list[TallyOut]
    findings: list[TallyOut]
    spot_checks: list[TallyOut]


class SeasonReportLinkIn(In):
    """Of which year, as what."""

    cycle_id: UUID
    format: SeasonFormat


class SeasonReportLinkOut(Out):
    """Where to fetch it without signing in, for a short while."""

    path: str
    expires_at: datetime


class PublicCountOut(Out):
    """Declarations of a level, series, prefecture or state; `number` is null where it is too small to be told."""

    code: str | None
    name: str
    number: int | None


class PublicFiguresOut(Out):
    """What anybody reads of a year: no number of people that is smaller than `told_from`, none to be had by subtraction.

    What is told is rounded down to a multiple of `told_from`.
    """

    cycle_id: UUID
    year: int
    as_of: datetime
    told_from: int
    total: int | None
    levels: list[PublicCountOut]
    series: list[PublicCountOut]
    prefectures: list[PublicCountOut]
    states: list[PublicCountOut]


class ProcessStepOut(Out):
    """A step that leads on from a state: what it is called, who takes it, where it can lead, on which article."""

    code: str
    name: str
    role: str
    by: str
    leads_to: list[str]
    basis: list[BasisOut]


class ProcessStateOut(Out):
    """A state of a declaration, and the steps out of it."""

    code: str
    name: str
    steps: list[ProcessStepOut]
