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


@dataclass(frozen=True, slots=True)
class Limit:
    """A window that another depends on or waits for: what it is called, and its last day."""

    title: str
    closes: date


@dataclass(frozen=True, slots=True)
class ExtensionFacts:
    """An extension as its rules see it.

    `closes` is the last day of its window now, `until` what it is to be, `earlier` the last day before it was extended.
    `before` and `after` are the windows that the window takes up from, and that take up from it. `overtaken`: another
    extension has changed the window since. `document`: one is named that takes it back.
    """

    id: UUID
    state: ExtensionState
    version: int
    lineage: tuple[UUID, ...]
    today: date = date.min
    closes: date = date.max
    until: date = date.max
    earlier: date = date.max
    before: Limit | None = None
    after: Limit | None = None
    overtaken: bool = False
    document: bool = False


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
EXTENDING: Taker[ExtensionFacts] = Taker(Role.TITLE_OFFICER, PROVINCE, provincial_officer)
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


@rule(
    "EXTENDS_THE_WINDOW",
    article="run_extended",
    zh="调整后的截止日期应晚于现截止日期",
    en="An extension ends later than the window does now.",
)
def extends_the_window(case: ExtensionFacts) -> Broken | None:
    """A window becomes longer, never shorter: what may be done today stays possible."""
    if case.until > case.closes:
        return None
    return Broken(
        f"现截止日期为 {case.closes}，不得调整为 {case.until}",
        f"The window lasts until {case.closes} already; {case.until} is no later.",
        "closes",
    )


@rule(
    "WINDOWS_IN_TURN",
    article="run_extended",
    zh="前一环节的截止日期不得晚于依赖其结果的后一环节",
    en="No window outlasts the next one, which takes up what it leaves.",
)
def keeps_the_turn(case: ExtensionFacts) -> Broken | None:
    """No window outlasts the next one, which takes up what it leaves: that one is extended first."""
    after = case.after
    if after is None or case.until <= after.closes:
        return None
    return Broken(
        f"后一环节“{after.title}”{after.closes} 截止，不得调整至 {case.until}；请先调整后一环节",
        f"The next window lasts until {after.closes}; extend that one first.",
        "closes",
    )


@rule(
    "WINDOWS_IN_TURN",
    article="run_extended",
    zh="撤回后，前一环节的截止日期不得晚于该环节",
    en="Taken back, no window before it would outlast it.",
)
def leaves_the_turn(case: ExtensionFacts) -> Broken | None:
    """Taken back, no window before it would outlast it: that one is taken back first."""
    before = case.before
    if before is None or before.closes <= case.earlier:
        return None
    return Broken(
        f"前一环节“{before.title}”{before.closes} 截止，晚于 {case.earlier}；请先撤回前一环节的调整",
        f"The window before lasts until {before.closes}; take that extension back first.",
        "state",
    )


@rule(
    "EXTENSION_COUNTS_ALREADY",
    article="run_extended",
    zh="时间调整尚未开始起作用的，方可撤回",
    en="An extension is taken back only while the window would still be open without it.",
)
def not_counting_yet(case: ExtensionFacts) -> Broken | None:
    """What was done by reason of an extension stays lawful: it is taken back before its first day only."""
    if case.today <= case.earlier:
        return None
    return Broken(
        f"原截止日期 {case.earlier} 已过，只能再行公布新的时间调整",
        f"The window would have closed on {case.earlier}; it can only be extended further.",
        "state",
    )


@rule(
    "EXTENSION_OVERTAKEN",
    article="run_extended",
    zh="该时间段后来又作调整的，先撤回后一次调整",
    en="Of several extensions of a window the last is taken back first.",
)
def last_of_its_window(case: ExtensionFacts) -> Broken | None:
    """Of several extensions of a window the last is taken back first."""
    if not case.overtaken:
        return None
    return Broken("该时间段后来又有调整", "Another extension has changed the window since.", "state")


@rule(
    "DOCUMENT_NUMBER_MISSING",
    article="run_extended",
    zh="撤回已公布的时间调整须有文件",
    en="What was published is taken back by a document.",
)
def document_named(case: ExtensionFacts) -> Broken | None:
    """What was published is taken back by a document, which is published with it."""
    if case.document:
        return None
    return Broken("没有文号，或文号格式不对", "Name the document by its number.", "document_number")


CYCLE_STEPS: Steps[Facts] = {
    (CycleState.PREPARED, CycleAction.OPEN): Step(
        CycleState.OPEN, by=PROVINCIAL, article="run", rules=(run_has_begun,)
    ),
    (CycleState.OPEN, CycleAction.CLOSE): Step(
        CycleState.CLOSED, by=PROVINCIAL, article="run", rules=(run_is_over, nothing_under_way)
    ),
}

EXTENSION_STEPS: Steps[ExtensionFacts] = {
    (ExtensionState.APPROVED, ExtensionAction.PUBLISH): Step(
        ExtensionState.PUBLISHED, EXTENDING, "run_extended", (extends_the_window, keeps_the_turn)
    ),
    (ExtensionState.APPROVED, ExtensionAction.WITHDRAW): Step(
        ExtensionState.WITHDRAWN, EXTENDING, "run_extended"
    ),
    (ExtensionState.PUBLISHED, ExtensionAction.WITHDRAW): Step(
        ExtensionState.WITHDRAWN,
        EXTENDING,
        "run_extended",
        (document_named, last_of_its_window, not_counting_yet, leaves_the_turn),
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
    **{
        (proposed, action): Step(back, by=taker, article="specialty_filed")
        for proposed, back in (
            (SpecialtyState.PROPOSED, SpecialtyState.WITHDRAWN),
            (SpecialtyState.WITHDRAWAL_PROPOSED, SpecialtyState.FILED),
        )
        for action, taker in ((SpecialtyAction.RETRACT, ARRANGER), (SpecialtyAction.REFUSE, PROVINCIAL))
    },
}

ARRANGEMENT_STEPS: Steps[Facts] = {
    (ArrangementState.DRAFT, ArrangementAction.PUBLISH): Step(
        ArrangementState.PUBLISHED, by=ARRANGER, article="arrangement_public"
    ),
}
