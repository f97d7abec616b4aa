"""The rules of a meeting, one sentence each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.kit.steps import Broken, rule
from services.workflow.meeting.conflicts import Conflict
from services.workflow.meeting.states import State


@dataclass(frozen=True, slots=True)
class Facts:
    """What the steps of a meeting are judged by."""

    id: UUID
    state: State
    version: int
    lineage: Collection[UUID]
    office_id: UUID
    today: date
    held_on: date
    plan_filed_on: date | None
    plan_ahead_days: int
    plan_complete: bool
    agenda: int
    size: int
    fewest: int
    drawn: int = 0
    present: int = 0
    quorum: int = 0
    unready: tuple[str, ...] = ()
    ballots_missing: int = 0
    chair_account_id: UUID | None = None
    closed_by_chair: bool = field(default=False)
    ungrouped: int = 0
    hearings_awaited: int = 0
    reason: str | None = None
    run_closes: date = date.max
    results_waiting: int = 0
    committee_approved: bool = True
    impeded: Mapping[UUID, Conflict] = field(default_factory=dict)


@rule(
    "PLAN_INCOMPLETE",
    article="meeting_plan",
    zh="评审工作方案须写明资格审查情况和评审工作准备情况",
    en="The plan tells of the qualification review and of the preparation.",
)
def plan_complete(case: Facts) -> Broken | None:
    """The plan says what it has to say."""
    if case.plan_complete:
        return None
    return Broken(
        "评审工作方案缺少资格审查情况或评审工作准备情况",
        "The plan lacks its qualification review or preparation.",
        "plan",
    )


@rule(
    "PLAN_FILED_LATE",
    article="meeting_plan",
    zh="评审工作方案应在会议召开前规定天数报备",
    en="The plan is filed the set number of days before the meeting.",
)
def plan_filed_ahead(case: Facts) -> Broken | None:
    """The plan was filed early enough; days are calendar days between filing and meeting."""
    if case.plan_filed_on is None:
        return Broken("评审工作方案尚未报备", "The plan is not filed.", "plan_filed_on")
    ahead = (case.held_on - case.plan_filed_on).days
    if ahead >= case.plan_ahead_days:
        return None
    return Broken(
        f"方案于 {case.plan_filed_on} 报备，距会议（{case.held_on}）{ahead} 天，少于 {case.plan_ahead_days} 天；请延期开会",
        f"The plan was filed on {case.plan_filed_on}, {ahead} days before {case.held_on}; {case.plan_ahead_days} are needed. "
        "Postpone the meeting.",
        "held_on",
    )


@rule(
    "NOT_THE_DAY",
    article="meeting_plan",
    zh="会议应在报备的日期召开",
    en="A meeting opens on the day that was filed.",
)
def on_the_day(case: Facts) -> Broken | None:
    """A meeting opens on its day: opening it earlier would undo the days of the plan."""
    if case.today == case.held_on:
        return None
    return Broken(
        f"会议日期为 {case.held_on}，今天是 {case.today}",
        f"The meeting is on {case.held_on}; today is {case.today}.",
        "held_on",
    )


@rule(
    "COMMITTEE_NOT_USABLE",
    article="expert_draw",
    zh="只有经批准组建且未被撤销的评委会方可召开评审会议",
    en="Only a committee whose approval stands meets.",
)
def committee_approved(case: Facts) -> Broken | None:
    """Only a committee whose approval stands takes an agenda, draws and meets."""
    if case.committee_approved:
        return None
    return Broken("该评委会已被撤销", "The committee was withdrawn.", "committee_id")


@rule("AGENDA_EMPTY", article="agenda", zh="议程不能为空", en="There is something on the agenda.")
def agenda_set(case: Facts) -> Broken | None:
    """Conflicts are judged by the agenda, so it stands before the draw."""
    if case.agenda:
        return None
    return Broken(
        "议程中没有申报，无法判断回避关系", "The agenda is empty, so conflicts cannot be judged.", "agenda"
    )


@rule(
    "COMMITTEE_TOO_SMALL",
    article="committee_size",
    zh="评委会人数为单数且不少于规定人数",
    en="A committee has an odd number of experts, and no fewer than the order says.",
)
def size_lawful(case: Facts) -> Broken | None:
    """Odd, and at least the fewest seats of its kind and levels: asked when it is drawn, after which its size is fixed."""
    if case.size % 2 and case.size >= case.fewest:
        return None
    return Broken(
        f"评委会人数为 {case.size}，应为单数且不少于 {case.fewest}",
        f"The committee has {case.size} seats; an odd number of at least {case.fewest} is needed.",
        "size",
    )


@rule(
    "EXPERT_IMPEDED",
    article="expert_draw",
    zh="应当回避或已暂停、退出专家库的评审专家须先递补",
    en="Who has to keep out, or is out of the pool, is replaced before the meeting opens.",
)
def nobody_impeded(case: Facts) -> Broken | None:
    """Who has to keep out, or is out of the pool, is replaced before the meeting opens."""
    if not case.impeded:
        return None
    count = len(case.impeded)
    return Broken(
        f"{count} 名评审专家应当回避或已不在库，请先递补",
        f"{count} experts have to keep out or are out of the pool; replace them.",
        "experts",
    )


@rule(
    "REASON_MISSING",
    article="expert_draw",
    zh="递补评审专家须说明理由",
    en="An expert is replaced with a reason.",
)
def replaced_with_reason(case: Facts) -> Broken | None:
    """An expert is replaced with a reason."""
    return None if (case.reason or "").strip() else Broken("没有说明理由", "Give the reason.", "note")


@rule(
    "REASON_MISSING",
    article="secret_ballot",
    zh="会议进行中指定主持人须说明理由",
    en="Who presides over an open meeting is named with a reason.",
)
def named_with_reason(case: Facts) -> Broken | None:
    """Another expert presides, or one at last, with a reason."""
    return None if (case.reason or "").strip() else Broken("没有说明理由", "Give the reason.", "note")


@rule("NO_QUORUM", article="quorum", zh="出席人数达到法定人数", en="Enough of the committee are present.")
def quorum_present(case: Facts) -> Broken | None:
    """At least the share of the committee that the order asks for is present."""
    if case.present >= case.quorum:
        return None
    return Broken(
        f"评委会 {case.drawn} 人，出席 {case.present} 人，不足 {case.quorum} 人",
        f"{case.present} of {case.drawn} experts are present; {case.quorum} are needed.",
        "attendance",
    )


@rule(
    "GROUPS_NOT_WHOLE",
    article="group",
    zh="设评议组的，每名专家和每份申报均属于一个评议组",
    en="Where there are groups, each expert and each declaration is in one.",
)
def groups_whole(case: Facts) -> Broken | None:
    """Who was drawn after the groups were made has a group too, before the meeting opens."""
    if not case.ungrouped:
        return None
    return Broken(
        f"{case.ungrouped} 名专家或申报未编入评议组",
        f"{case.ungrouped} experts or declarations are in no group.",
        "groups",
    )


@rule(
    "HEARING_NOT_RECORDED",
    article="hearing",
    zh="已安排的面试答辩、实践操作均已登记结果",
    en="Of every hearing it is recorded what came of it.",
)
def hearings_recorded(case: Facts) -> Broken | None:
    """A vote is not closed over a hearing of which nothing is known, whoever closes it."""
    if not case.hearings_awaited:
        return None
    return Broken(
        f"{case.hearings_awaited} 场面试答辩或实践操作尚未登记结果",
        f"{case.hearings_awaited} hearings have no outcome yet.",
        "hearings",
    )


@rule("NOT_TRAINED", article="expert_training", zh="出席评委均已培训", en="Every expert present was trained.")
def all_trained(case: Facts) -> Broken | None:
    """Every expert present was trained for the cycle."""
    missing = case.unready.count("TRAINING")
    return (
        None
        if not missing
        else Broken(f"{missing} 名出席评委未参加培训", f"{missing} present are not trained.", "training")
    )


@rule(
    "NOT_PLEDGED",
    article="expert_pledge",
    zh="出席评委均已签署承诺书",
    en="Every expert present signed the pledge.",
)
def all_pledged(case: Facts) -> Broken | None:
    """Every expert present signed the pledge in person."""
    missing = case.unready.count("PLEDGE")
    return (
        None
        if not missing
        else Broken(f"{missing} 名出席评委未签署承诺书", f"{missing} present have not pledged.", "pledge")
    )


@rule(
    "VOTE_NOT_COMPLETE",
    article="secret_ballot",
    zh="出席评委对全部申报投票完毕，或由主持人宣布结束",
    en="All present have voted on everything, or the presiding expert closes.",
)
def vote_complete(case: Facts) -> Broken | None:
    """The office closes a complete vote only; the presiding expert may close any, and what few voted on is put off."""
    if case.closed_by_chair or not case.ballots_missing:
        return None
    return Broken(
        f"还有 {case.ballots_missing} 张票未投；可由会议主持人宣布结束投票",
        f"{case.ballots_missing} ballots are still to come; the presiding expert may close the vote.",
    )


@rule(
    "REASON_MISSING",
    article="meeting_plan",
    zh="取消评审会议须说明理由",
    en="A meeting is cancelled with a reason.",
)
def reason_given(case: Facts) -> Broken | None:
    """A meeting is cancelled with a reason."""
    return None if (case.reason or "").strip() else Broken("没有说明理由", "Give the reason.", "note")


@rule(
    "RUN_NOT_OVER",
    article="expert_draw",
    zh="已抽取专家的评审会议，年度评审工作截止后仍未完成的方可取消",
    en="A meeting whose experts are drawn is cancelled after the year's run only, when it can no longer be held.",
)
def run_over(case: Facts) -> Broken | None:
    """What is drawn is not drawn anew: until the run is over the meeting is postponed, not cancelled."""
    if case.today > case.run_closes:
        return None
    return Broken(
        f"专家已抽取，年度评审工作 {case.run_closes} 截止前可延期、不得取消",
        f"The experts are drawn: until {case.run_closes} the meeting may be postponed, not cancelled.",
        "state",
    )


@rule(
    "RESULTS_ALL_PUBLIC",
    article="result_publicity",
    zh="评审结果已全部公示",
    en="What passed and was not yet public is made public.",
)
def results_waiting(case: Facts) -> Broken | None:
    """What a report held is made public once it is free; there is something left to show."""
    if case.results_waiting:
        return None
    return Broken("通过的评审结果均已公示", "Every result that passed is public, or is void.")
