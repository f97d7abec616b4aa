"""Who decides on an objection, and under what rules."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, rule
from services.workflow.publicity.states import ObjectionAction, ObjectionState


@dataclass(frozen=True, slots=True)
class ObjectionFacts:
    """An objection as its rules see it.

    `answering_id` is the organisation that answers for the publicity; `by_author`, `concerned` and `recommending` say
    whether the one who would decide raised the objection, is a person the publicity is about, or answers for the
    recommendation that is publicised; `reason` is the decision's.
    """

    id: UUID
    state: ObjectionState
    version: int
    lineage: tuple[UUID, ...]
    answering_id: UUID
    by_author: bool = False
    concerned: bool = False
    recommending: bool = False
    reason: str | None = None


def deciding_seat(actor: Actor, case: ObjectionFacts) -> Seat | None:
    """The caller's seat as reviewer where the publicity is answered for, or as title officer of an HRSS above."""
    reviewer = actor.seat(Role.REVIEWER, within=(case.answering_id,))
    office = actor.seat(Role.COMMITTEE_OFFICE, within=(case.answering_id,))
    return reviewer or office or actor.seat(Role.TITLE_OFFICER, within=case.lineage)


DECIDER: Taker[ObjectionFacts] = Taker(
    Role.REVIEWER, "公示单位的审核人、评委会办事机构或上级人社部门职称管理", deciding_seat
)


@rule(
    "DECIDER_IS_DISINTERESTED",
    article="objection_handled",
    zh="处理异议的人不是异议人，也不是公示对象",
    en="Who decides neither raised the objection nor is its subject.",
)
def decider_is_disinterested(case: ObjectionFacts) -> Broken | None:
    """Nobody judges the own case."""
    if not case.by_author and not case.concerned:
        return None
    return Broken(
        "异议人和公示对象不得处理该异议",
        "The author and the persons concerned may not decide on an objection.",
    )


@rule(
    "DECIDER_DID_NOT_RECOMMEND",
    article="who_recommends_answers",
    zh="处理异议的人不是作出、公示该推荐的人，也不与其互为委托",
    en="Who decides has neither made nor publicised the recommendation, nor acts for who did.",
)
def decider_did_not_recommend(case: ObjectionFacts) -> Broken | None:
    """Who recommends answers for it (三（一）), and does not judge what is said against it."""
    if not case.recommending:
        return None
    return Broken(
        "该推荐由您（或与您互为委托的人）作出或公示，不得处理对它的异议",
        "You, or who acts for you, made or publicised this recommendation.",
    )


@rule("REASON_GIVEN", article="objection_handled", zh="处理意见须写明理由", en="A decision gives its reason.")
def reason_given(case: ObjectionFacts) -> Broken | None:
    """A decision says why."""
    return (
        None if case.reason else Broken("请写明处理理由", "Give the reason of the decision.", field="reason")
    )


RULES = (decider_is_disinterested, decider_did_not_recommend, reason_given)

OBJECTION_STEPS: Steps[ObjectionFacts] = {
    (ObjectionState.OPEN, ObjectionAction.UPHOLD): Step(
        ObjectionState.UPHELD, by=DECIDER, article="objection_handled", rules=RULES
    ),
    (ObjectionState.OPEN, ObjectionAction.DISMISS): Step(
        ObjectionState.DISMISSED, by=DECIDER, article="objection_handled", rules=RULES
    ),
}
