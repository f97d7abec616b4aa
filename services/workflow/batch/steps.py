"""Who publishes and withdraws a batch, and when: the region that organises it (一（四）2)."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from services.accounts.contract import Role
from services.kit.steps import Broken, Step, Steps, Taker, holder_at, rule
from services.workflow.batch.states import BatchAction, BatchState


@dataclass(frozen=True, slots=True)
class Span:
    """A window as its rules see it: what it is called, its first and its last day."""

    title: str
    opens: date
    closes: date


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """A batch as its rules see it.

    `windows` are its own, in turn, and after them the one of the cycle that takes up what they leave; `run` is the
    cycle's. `declared`: how many declarations are in it.
    """

    id: UUID
    state: BatchState
    version: int
    lineage: tuple[UUID, ...]
    today: date = date.min
    windows: tuple[Span, ...] = ()
    run: Span = Span("", date.min, date.max)
    declared: int = 0


def _organiser(case: BatchFacts) -> UUID:
    return case.lineage[-1]


ORGANISER: Taker[BatchFacts] = holder_at(Role.TITLE_OFFICER, "组织该批次的人社部门职称管理部门", _organiser)


@rule(
    "BATCH_WITHIN_RUN",
    article="run",
    zh="批次各环节的时间应在年度评审工作时间之内",
    en="The windows of a batch lie within the year's run.",
)
def within_the_run(case: BatchFacts) -> Broken | None:
    """No window of a batch begins before the year's run or lasts longer."""
    run = case.run
    for each in case.windows:
        if each.opens < run.opens or each.closes > run.closes:
            return Broken(
                f"年度评审工作时间为 {run.opens} 至 {run.closes}，“{each.title}”为 {each.opens} 至 {each.closes}",
                f"The run lasts from {run.opens} to {run.closes}; a window from {each.opens} to {each.closes}.",
                "windows",
            )
    return None


@rule(
    "BATCH_WINDOWS_IN_TURN",
    article="batch_organised",
    zh="批次前一环节的截止日期不得晚于依赖其结果的后一环节",
    en="No window of a batch outlasts the next one, which takes up what it leaves.",
)
def in_turn(case: BatchFacts) -> Broken | None:
    """No window outlasts the next one; the last of a batch is followed by the cycle's filing."""
    for each, after in pairwise(case.windows):
        if each.closes > after.closes:
            return Broken(
                f"“{each.title}”{each.closes} 截止，晚于后一环节“{after.title}”的 {after.closes}",
                f"A window lasts until {each.closes}, the next one until {after.closes}.",
                "windows",
            )
    return None


@rule(
    "BATCH_OVER_ALREADY",
    article="batch_organised",
    zh="公布时申报时间尚未截止",
    en="A batch is published while it can still be declared in.",
)
def not_over_yet(case: BatchFacts) -> Broken | None:
    """Nothing is published that nobody can declare in any more."""
    declaring = case.windows[0]
    if case.today <= declaring.closes:
        return None
    return Broken(
        f"“{declaring.title}”已于 {declaring.closes} 截止，今天是 {case.today}",
        f"Declarations closed on {declaring.closes}; today is {case.today}.",
        "windows",
    )


@rule(
    "BATCH_DECLARED_IN",
    article="batch_organised",
    zh="批次内尚无申报的，方可撤回",
    en="A batch is withdrawn only while nothing was declared in it.",
)
def nothing_declared(case: BatchFacts) -> Broken | None:
    """Who has begun a declaration in a batch keeps its windows."""
    if not case.declared:
        return None
    return Broken(f"该批次内已有 {case.declared} 件申报", f"{case.declared} declarations are in it.", "state")


OPENING = (within_the_run, in_turn)
"""What holds of a batch when it is opened, and again when it is published."""

BATCH_STEPS: Steps[BatchFacts] = {
    (BatchState.DRAFT, BatchAction.PUBLISH): Step(
        BatchState.PUBLISHED, ORGANISER, "batch_organised", (*OPENING, not_over_yet)
    ),
    (BatchState.DRAFT, BatchAction.WITHDRAW): Step(BatchState.WITHDRAWN, ORGANISER, "batch_organised"),
    (BatchState.PUBLISHED, BatchAction.WITHDRAW): Step(
        BatchState.WITHDRAWN, ORGANISER, "batch_organised", (nothing_declared,)
    ),
}
