"""Who opens, extends and closes a cycle, files a specialty, publishes an arrangement, and when."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import OrganisationKind, OrganisationLevel, Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Case, Step, Steps, Taker, rule
from services.workflow.cycle.states import (
    ArrangementAction,
    ArrangementState,
    CycleAction,
    CycleState,
    ExtensionAction,
    ExtensionState,
    SpecialtyAction,
    SpecialtyState,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules of this concept ask: the thing itself, today, and the first and last day of the run.

    Of an extension: those of the window it is for, and `until`, what it sets as the last one.
    """

    id: UUID
    state: CycleState | ExtensionState | SpecialtyState | ArrangementState
    version: int
    lineage: tuple[UUID, ...]
    today: date = date.min
    opens: date = date.min
    closes: date = date.max
    until: date = date.max


def provincial_officer(actor: Actor, case: Case) -> Seat | None:
    """The caller's seat as title officer of the provincial HRSS, if any."""
    seats = (
        seat
        for seat in actor.seats
        if seat.role == Role.TITLE_OFFICER and seat.organisation_id in case.lineage
    )
    return next((seat for seat in seats if is_provincial(seat)), None)


def is_provincial(seat: Seat) -> bool:
    """Whether a seat is at the provincial HRSS."""
    place = seat.organisation
    return place.kind == OrganisationKind.HRSS and place.level == OrganisationLevel.PROVINCE


def arranging_body(actor: Actor, case: Case) -> Seat | None:
    """The caller's seat where the thing was drafted, or at an HRSS above."""
    owner = tuple(case.lineage)[-1:]
    return actor.seat(Role.COMMITTEE_OFFICE, within=owner) or actor.seat(
        Role.TITLE_OFFICER, within=case.lineage
    )


PROVINCIAL: Taker[Facts] = Taker(Role.TITLE_OFFICER, "省人力资源社会保障厅职称管理部门", provincial_officer)
ARRANGER: Taker[Facts] = Taker(
    Role.COMMITTEE_OFFICE, "人社部门职称管理或本系列评委会办事机构", arranging_body
)


@rule(
    "RUN_HAS_BEGUN",
    article="run",
    zh="年度评审工作已经开始且尚未截止",
    en="The run has begun and is not over.",
)
def run_has_begun(case: Facts) -> Broken | None:
    """The year's run is under way today."""
    if case.opens <= case.today <= case.closes:
        return None
    return Broken(
        f"年度评审工作时间为 {case.opens} 至 {case.closes}，今天是 {case.today}",
        f"The run lasts from {case.opens} to {case.closes}; today is {case.today}.",
    )


@rule(
    "RUN_IS_OVER",
    article="run",
    zh="年度评审工作已经截止",
    en="The run is over.",
)
def run_is_over(case: Facts) -> Broken | None:
    """The last day of the year's run, extended or not, has passed."""
    if case.today > case.closes:
        return None
    return Broken(
        f"年度评审工作 {case.closes} 截止，今天是 {case.today}",
        f"The run lasts until {case.closes}; today is {case.today}.",
    )


@rule(
    "EXTENDS_THE_WINDOW",
    article="run_extended",
    zh="调整后的截止日期应晚于现截止日期",
    en="An extension ends later than the window does now.",
)
def extends_the_window(case: Facts) -> Broken | None:
    """A window becomes longer, never shorter: what may be done today stays possible."""
    if case.until > case.closes:
        return None
    return Broken(
        f"现截止日期为 {case.closes}，不得调整为 {case.until}",
        f"The window lasts until {case.closes} already; {case.until} is no later.",
        "closes",
    )


CYCLE_STEPS: Steps[Facts] = {
    (CycleState.PREPARED, CycleAction.OPEN): Step(
        CycleState.OPEN, by=PROVINCIAL, article="run", rules=(run_has_begun,)
    ),
    (CycleState.OPEN, CycleAction.CLOSE): Step(
        CycleState.CLOSED, by=PROVINCIAL, article="run", rules=(run_is_over,)
    ),
}

EXTENSION_STEPS: Steps[Facts] = {
    (ExtensionState.APPROVED, ExtensionAction.PUBLISH): Step(
        ExtensionState.PUBLISHED, by=PROVINCIAL, article="run_extended", rules=(extends_the_window,)
    ),
}

SPECIALTY_STEPS: Steps[Facts] = {
    (SpecialtyState.PROPOSED, SpecialtyAction.FILE): Step(
        SpecialtyState.FILED, by=PROVINCIAL, article="specialty_filed"
    ),
    (SpecialtyState.FILED, SpecialtyAction.ADJUST): Step(
        SpecialtyState.ADJUSTED, by=ARRANGER, article="specialty_filed"
    ),
    (SpecialtyState.FILED, SpecialtyAction.WITHDRAW): Step(
        SpecialtyState.WITHDRAWAL_PROPOSED, by=ARRANGER, article="specialty_filed"
    ),
    (SpecialtyState.WITHDRAWAL_PROPOSED, SpecialtyAction.FILE): Step(
        SpecialtyState.WITHDRAWN, by=PROVINCIAL, article="specialty_filed"
    ),
}

ARRANGEMENT_STEPS: Steps[Facts] = {
    (ArrangementState.DRAFT, ArrangementAction.PUBLISH): Step(
        ArrangementState.PUBLISHED, by=ARRANGER, article="arrangement_public"
    ),
}
