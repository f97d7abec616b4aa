"""The unit's steps from plan to recommendation, and the rules they rest on."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import RecordKind, Role
from services.kit.errors import Finding
from services.kit.steps import Branch, Broken, Step, Steps, Taker, holder_at, rule
from services.workflow.recommendation.states import (
    PlanAction,
    PlanState,
    RecommendationAction,
    RecommendationState,
)
from services.workflow.route.rules import as_broken
from services.workflow.system import BY_SYSTEM


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A plan as its steps see it."""

    id: UUID
    state: PlanState
    version: int
    lineage: tuple[UUID, ...]
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class Undecided:
    """A record of the person on which nobody has decided yet."""

    record_id: UUID
    kind: RecordKind


@dataclass(frozen=True, slots=True)
class RecommendationFacts:
    """A recommendation as its steps see it.

    `not_over` says until when its publicity lasts (None: it is over); the counts are of objections to it; `declared`:
    the person already has a live declaration on it; `judged`: that declaration was decided on, against the person;
    `own`: the caller is that person; `undecided` is what of the person's records lacks a verdict; `route_closed` are the
    conditions of the route that are no longer met; `reason` is the caller's note.
    """

    id: UUID
    state: RecommendationState
    version: int
    lineage: tuple[UUID, ...]
    unit_id: UUID
    not_over: Broken | None = None
    objections_open: int = 0
    objections_upheld: int = 0
    declared: bool = False
    judged: bool = False
    own: bool = False
    undecided: tuple[Undecided, ...] = ()
    route_closed: tuple[Finding, ...] = ()
    reason: str | None = None


@rule(
    "PUBLICITY_OVER",
    article="publicity_working_days",
    zh="公示期（工作日）已满",
    en="The publicity has lasted its working days.",
)
def publicity_over(case: RecommendationFacts) -> Broken | None:
    """The last day of the publicity has passed."""
    return case.not_over


@rule("NO_OPEN_OBJECTION", article="objection_handled", zh="异议已全部处理", en="Every objection is decided.")
def no_open_objection(case: RecommendationFacts) -> Broken | None:
    """An objection holds the recommendation until it is decided."""
    waiting = case.objections_open
    if not waiting:
        return None
    return Broken(f"尚有 {waiting} 件异议未处理", f"{waiting} objection(s) wait for a decision.")


@rule("NO_UPHELD_OBJECTION", article="objection_handled", zh="没有成立的异议", en="No objection was upheld.")
def no_upheld_objection(case: RecommendationFacts) -> Broken | None:
    """A recommendation against which an objection was upheld can only be withdrawn."""
    upheld = case.objections_upheld
    if not upheld:
        return None
    return Broken(
        f"有 {upheld} 件异议成立，只能撤回推荐",
        f"{upheld} objection(s) were upheld; withdraw the recommendation.",
    )


@rule(
    "WITHDRAWAL_REASON", article="unit_answers", zh="撤回推荐须写明理由", en="A withdrawal gives its reason."
)
def withdrawal_reason(case: RecommendationFacts) -> Broken | None:
    """The unit answers for its procedure: a withdrawal says why."""
    return (
        None if case.reason else Broken("请写明撤回理由", "Give the reason of the withdrawal.", field="note")
    )


@rule(
    "NOT_DECLARED",
    article="unit_answers",
    zh="申报人尚未据此申报",
    en="Nothing was declared on the recommendation.",
)
def not_declared(case: RecommendationFacts) -> Broken | None:
    """Once the person has declared on it, the declaration goes its own way."""
    if not case.declared:
        return None
    return Broken(
        "申报人已据此申报，须先撤回申报", "A declaration rests on it; that has to be withdrawn first."
    )


@rule(
    "OWN_CASE",
    article="who_recommends_answers",
    zh="推荐经办人不得办理本人的推荐",
    en="Nobody handles the own recommendation.",
)
def not_ones_own(case: RecommendationFacts) -> Broken | None:
    """Who recommends answers for it, and nobody does so for him- or herself (三（一）)."""
    return Broken("这是您本人的推荐", "This is your own recommendation.") if case.own else None


@rule(
    "EVERY_MATERIAL_JUDGED",
    article="verified_before",
    zh="申报人的每项材料均已作出审核结论",
    en="There is a verdict on every material of the person.",
)
def every_material_judged(case: RecommendationFacts) -> list[Broken]:
    """What is on the person's record is confirmed or refused by whoever answers for it, before the unit goes on."""
    return not_judged(case.undecided)


def not_judged(undecided: Iterable[Undecided]) -> list[Broken]:
    """What is wrong with each of them."""
    return [
        Broken(
            f"{each.kind.zh}（{each.record_id}）尚未审核",
            f"{each.kind.value} {each.record_id} waits for a verdict.",
        )
        for each in undecided
    ]


@rule(
    "ROUTE_STILL_OPEN",
    article="who_recommends_answers",
    zh="申报人仍符合申报途径的条件",
    en="The person still meets the conditions of the route.",
)
def route_still_open(case: RecommendationFacts) -> list[Broken]:
    """What the route rests on has not been revoked or come to its end since (三（一）)."""
    return as_broken(case.route_closed)


PLANNER: Taker[PlanFacts] = holder_at(Role.RECOMMENDER, "本单位推荐经办", lambda case: case.unit_id)
UNIT: Taker[RecommendationFacts] = holder_at(Role.RECOMMENDER, "本单位推荐经办", lambda case: case.unit_id)

PLAN_STEPS: Steps[PlanFacts] = {
    (PlanState.DRAFT, PlanAction.PUBLISH): Step(PlanState.PUBLISHED, by=PLANNER, article="plan_public"),
}

WITHDRAWAL: Step[RecommendationFacts] = Step(
    RecommendationState.WITHDRAWN,
    by=UNIT,
    article="unit_answers",
    rules=(not_ones_own, withdrawal_reason, not_declared),
)

ENDING: Step[RecommendationFacts] = Step(
    RecommendationState.WITHDRAWN, by=BY_SYSTEM, article="declared_at_unit"
)
"""The person has left: a unit recommends its own people, as they belong to it (二（二）1)."""

DISQUALIFICATION: Step[RecommendationFacts] = Step(
    RecommendationState.WITHDRAWN, by=BY_SYSTEM, article="misconduct_barred"
)
"""The person is barred by a finding of misconduct (一（八）)."""


def _after_lapse(case: RecommendationFacts) -> RecommendationState:
    return RecommendationState.LAPSED if case.judged else RecommendationState.WITHDRAWN


LAPSE: Branch[RecommendationFacts] = Branch(
    (RecommendationState.LAPSED, RecommendationState.WITHDRAWN), _after_lapse
)
"""Who did not pass, or whose result is void, is not recommended again in the year; who only withdrew in time may be."""

RECOMMENDATION_STEPS: Steps[RecommendationFacts] = {
    (RecommendationState.RESERVED, RecommendationAction.PUBLICISE): Step(
        RecommendationState.IN_PUBLICITY,
        by=UNIT,
        article="selected_publicly",
        rules=(not_ones_own, every_material_judged, route_still_open),
    ),
    (RecommendationState.RESERVED, RecommendationAction.WITHDRAW): WITHDRAWAL,
    (RecommendationState.IN_PUBLICITY, RecommendationAction.CONFIRM): Step(
        RecommendationState.CONFIRMED,
        by=UNIT,
        article="who_recommends_answers",
        rules=(
            not_ones_own,
            publicity_over,
            no_open_objection,
            no_upheld_objection,
            every_material_judged,
            route_still_open,
        ),
    ),
    (RecommendationState.IN_PUBLICITY, RecommendationAction.WITHDRAW): WITHDRAWAL,
    (RecommendationState.CONFIRMED, RecommendationAction.WITHDRAW): WITHDRAWAL,
    (RecommendationState.RESERVED, RecommendationAction.END): ENDING,
    (RecommendationState.IN_PUBLICITY, RecommendationAction.END): ENDING,
    (RecommendationState.CONFIRMED, RecommendationAction.END): ENDING,
    (RecommendationState.RESERVED, RecommendationAction.DISQUALIFY): DISQUALIFICATION,
    (RecommendationState.IN_PUBLICITY, RecommendationAction.DISQUALIFY): DISQUALIFICATION,
    (RecommendationState.CONFIRMED, RecommendationAction.DISQUALIFY): DISQUALIFICATION,
    (RecommendationState.CONFIRMED, RecommendationAction.LAPSE): Step(
        LAPSE, by=BY_SYSTEM, article="place_given_back"
    ),
}

JUDGED_BEFORE = frozenset(
    action for (_, action), step in RECOMMENDATION_STEPS.items() if every_material_judged in step.rules
)
"""The actions before which the person's records are asked for, and the route is judged again."""
