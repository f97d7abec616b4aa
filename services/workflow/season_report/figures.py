"""The figures of a report, as they are counted, before anything is called by its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.workflow.season_report.states import By, Outcome


@dataclass(frozen=True, slots=True)
class Count:
    """How many declarations there are of a level, series, prefecture or state, and what they came to."""

    key: str | None
    declared: int
    submitted: int
    certified: int
    outcomes: Mapping[Outcome, int]

    @property
    def pass_rate(self) -> float | None:
        """The share of those that passed among those that were decided on."""
        passed, not_passed = self.outcomes[Outcome.PASSED], self.outcomes[Outcome.NOT_PASSED]
        return round(passed / (passed + not_passed), 4) if passed + not_passed else None


@dataclass(frozen=True, slots=True)
class Stay:
    """How many days declarations that have left a state were in it, all their stays together."""

    state: str
    declarations: int
    median_days: float
    p90_days: float


@dataclass(frozen=True, slots=True)
class Reason:
    """How often a section or kind of material was sent back, of how many declarations, and for what reason most often.

    A reason that only few were given is nobody else's to read.
    """

    item: str
    returns: int
    declarations: int
    commonest: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many there are of a kind, in a state."""

    kind: str
    state: str
    number: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a report tells, as it was at one moment."""

    as_of: datetime
    total: Count
    counts: Mapping[By, Sequence[Count]]
    stays: Sequence[Stay]
    reasons: Sequence[Reason]
    objections: Sequence[Tally]
    findings: Sequence[Tally]
    spot_checks: Sequence[Tally]
