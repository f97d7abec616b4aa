"""A recommendation ends by itself: the person has left, is barred, or the declaration on it has come to nothing.

Its publicity ends with it, and by the event its place and the post that was deemed vacant with it (附件2 说明2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.kit.steps import decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import RecommendationEnded
from services.workflow.cycle import store as cycles
from services.workflow.cycle.model import Cycle
from services.workflow.publicity import service as publicities
from services.workflow.publicity.states import Outcome
from services.workflow.recommendation.events import told_of
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.moving import plain_facts
from services.workflow.recommendation.states import RecommendationAction, RecommendationState
from services.workflow.recommendation.steps import RECOMMENDATION_STEPS, RecommendationFacts
from services.workflow.system import SYSTEM


async def leave(act: Act, source: Recommendation, why: str, new_unit_id: UUID | None) -> None:
    """End a recommendation whose person belongs to another unit, or to none (二（二）1)."""
    case = RecommendationFacts(**plain_facts(source, why))
    await _end(act, source, case, RecommendationAction.END, new_unit_id)


@dataclass(frozen=True, slots=True)
class Lapse:
    """A recommendation on which nothing can come any more, why, and whether that was decided on."""

    source: Recommendation
    why: str
    judged: bool


async def lapse(act: Act, every: Sequence[Lapse]) -> None:
    """End recommendations on which nothing can come any more; one that has ended already stays as it is.

    Each is locked, so that whatever else ends it at the same instant, its place is given back once.
    """
    live = [each for each in every if each.source.state == RecommendationState.CONFIRMED]
    of_cycles = await cycles.by_id(act.tx, {each.source.cycle_id for each in live})
    ended = []
    for each in live:
        case = RecommendationFacts(**plain_facts(each.source, each.why), judged=each.judged)
        cycle = of_cycles[each.source.cycle_id]
        ended.append(_ended(act, each.source, cycle, case, RecommendationAction.LAPSE))
    await rows.take_all(replace(act, actor=SYSTEM), ended)


async def disqualify(act: Act, source: Recommendation, why: str) -> None:
    """End a recommendation of who is barred by a finding of misconduct, and on which nothing was declared (一（八）)."""
    case = RecommendationFacts(**plain_facts(source, why))
    await _end(act, source, case, RecommendationAction.DISQUALIFY)


async def _end(
    act: Act,
    source: Recommendation,
    case: RecommendationFacts,
    action: RecommendationAction,
    new_unit_id: UUID | None = None,
) -> None:
    cycle = await cycles.get(act.tx, source.cycle_id)
    step = _ended(act, source, cycle, case, action, new_unit_id)
    if source.state == RecommendationState.IN_PUBLICITY and source.publicity_id is not None:
        await publicities.lock(act.tx, source.publicity_id)
        await publicities.end(act.tx, source.publicity_id, Outcome.CANCELLED, act.moment)
    await rows.take(replace(act, actor=SYSTEM), source, step.move, event=step.event, note=step.note)


def _ended(
    act: Act,
    source: Recommendation,
    cycle: Cycle,
    case: RecommendationFacts,
    action: RecommendationAction,
    new_unit_id: UUID | None = None,
) -> rows.Taken:
    """The step that ends it, decided."""
    move = decide(RECOMMENDATION_STEPS, case, action, SYSTEM, act.policies[cycle.policy].articles)
    told = told_of(source, cycle.year)
    event = RecommendationEnded(**told, reason=case.reason or "", new_unit_id=new_unit_id)
    return rows.Taken(source, move, event, case.reason)
