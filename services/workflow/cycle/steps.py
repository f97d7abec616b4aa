"""Who opens and closes a cycle, files a specialty, publishes an arrangement, and when."""

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
    SpecialtyAction,
    SpecialtyState,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules of this concept ask: the thing itself, today, and the first and last day of the run.

    `under_way`: how many declarations are not over, by how their state is called.
    """

    id: UUID
    state: CycleState | SpecialtyState | ArrangementState
    version: int
    lineage: tuple[UUID, ...]
    today: date = date.min
    opens: date = date.min
    closes: date = date.max
    under_way: tuple[tuple[str, int], ...] = ()


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


PROVINCE = "省人力资源社会保障厅职称管理部门"
"""Who runs the year, in words."""

PROVINCIAL: Taker[Facts] = Taker(Role.TITLE_OFFICER, PROVINCE, provincial_officer)
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
    "DECLARATIONS_UNDER_WAY",
    article="run",
    zh="年度内的申报全部办结后，方可结束该年度",
    en="A year is closed when every declaration of it is over.",
)
def nothing_under_way(case: Facts) -> Broken | None:
    """A year is closed when every declaration of it is over (三（六）)."""
    if not case.under_way:
        return None
    total = sum(number for _, number in case.under_way)
    each = "、".join(f"“{state}”{number} 件" for state, number in case.under_way)
    return Broken(
        f"尚有 {total} 件申报未办结：{each}", f"{total} declarations of the year are not over.", "state"
    )


CYCLE_STEPS: Steps[Facts] = {
    (CycleState.PREPARED, CycleAction.OPEN): Step(
        CycleState.OPEN, by=PROVINCIAL, article="run", rules=(run_has_begun,)
    ),
    (CycleState.OPEN, CycleAction.CLOSE): Step(
        CycleState.CLOSED, by=PROVINCIAL, article="run", rules=(run_is_over, nothing_under_way)
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
