"""`supervision.yaml`: which pace of approvals is implausible."""

from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field

from services.kit.policy import Entry, PolicyFile
from services.kit.steps import articles_used
from services.workflow.report.steps import REPORT_STEPS
from services.workflow.supervision.states import Ground
from services.workflow.supervision.steps import FINDING_STEPS, FLAG_STEPS


class Pace(Entry):
    """From where on a pace is implausible; `period_days`: of how many days figures are told unless asked otherwise."""

    seconds_per_material: int = Field(ge=0)
    window_minutes: int = Field(ge=1)
    approvals_in_window: int = Field(ge=1)
    period_days: int = Field(ge=1)

    def grounds(self, *, seconds: int | None, materials: int, approvals: int) -> list[Ground]:
        """Why an approval is implausible: so soon after so many materials were opened, after so many approvals."""
        hasty = seconds is not None and seconds < self.seconds_per_material * materials
        burst = approvals > self.approvals_in_window
        return [ground for ground, holds in ((Ground.HASTY, hasty), (Ground.BURST, burst)) if holds]


class Signs(Entry):
    """What is a sign of one-click pushing: a look of fewer seconds is brief; approvals sooner one after another a sequence."""

    brief_seconds: int = Field(ge=1)
    sequence_seconds: int = Field(ge=1)


class ReportRules(Entry):
    """How many anonymous reports are taken: against one declaration within a day, and in all within an hour.

    One is taken up or not, and then decided on, within so many working days.
    """

    anonymous_against_one_a_day: int = Field(ge=1)
    anonymous_an_hour: int = Field(ge=1)
    take_up_working_days: int = Field(ge=1)
    check_working_days: int = Field(ge=1)


class FindingDays(Entry):
    """How far off the day of a correction may be, in days, and within how many working days an answer is decided on."""

    correction_days: int = Field(ge=1)
    decision_working_days: int = Field(ge=1)

    def latest(self, today: date) -> date:
        """The last day by which a correction may be ordered."""
        return today + timedelta(days=self.correction_days)


class SeasonRules(Entry):
    """From how many on something is told: a reason for returns in a season's report, and a number in what anybody reads."""

    reason_told_from: int = Field(ge=1)
    number_told_from: int = Field(ge=2)


class SupervisionPolicy(PolicyFile):
    """supervision.yaml."""

    used: ClassVar[frozenset[str]] = frozenset(
        {"no_one_click"}
        | articles_used(FLAG_STEPS)
        | articles_used(FINDING_STEPS)
        | articles_used(REPORT_STEPS)
    )

    pace: Pace
    signs: Signs
    findings: FindingDays
    reports: ReportRules
    season: SeasonRules
