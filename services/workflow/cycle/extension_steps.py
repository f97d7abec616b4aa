"""Who extends a window, publishes that and takes it back, and under which rules (三（六）)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.cycle.states import ExtensionAction, ExtensionState
from services.workflow.cycle.steps import PROVINCE, provincial_officer


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


EXTENDING: Taker[ExtensionFacts] = Taker(Role.TITLE_OFFICER, PROVINCE, provincial_officer)

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
