"""A unit recommends a person: everything that has to hold, then the post, then the commit.

One person's recommendations are taken one at a time, so that of two callers at the same instant the second waits for
the first and is refused without a post being held; and what a change of employer ends is not begun beside it. How the
post is held, and what becomes of a hold whose recommendation never came to be, is told in `holding`.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.accounts.contract import PersonFacts
from services.kit import outbox
from services.kit.errors import Basis
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import RecommendationReserved
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.integrity.bar import require_not_barred
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation import conditions, holding, store, verdicts
from services.workflow.recommendation.errors import AlreadyRecommended, OwnCase
from services.workflow.recommendation.events import told_of
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from services.workflow.recommendation.neighbours import Neighbours
from services.workflow.recommendation.schemas import RecommendationIn
from services.workflow.recommendation.states import JudgedFor, RecommendationState
from services.workflow.registration.turn import Turn, Wanted, require_turn
from services.workflow.route import service as routes
from services.workflow.route.case import Nomination
from services.workflow.route.policy import Route
from services.workflow.route.states import NORMAL


async def recommend(
    act: Act, asked: RecommendationIn, neighbours: Neighbours
) -> tuple[Recommendation, list[Basis]]:
    """Recommend a person under a published plan and hold a post; the basis of both.

    Raises:
        Refusal: what stands against it; nothing is stored then.
    """
    plan = await store.plan(act.tx, asked.plan_id, act.actor)
    cycle = await cycle_store.get(act.tx, plan.cycle_id)
    policy = act.policies[cycle.policy]
    seat = conditions.require_recommender(act.actor, plan.unit_id, policy)
    pool, ground = routes.posts_of(policy, asked.route, asked.pool, asked.ground)
    asked = asked.model_copy(update={"pool": pool, "ground": ground})
    basis = await conditions.may_be_recommended(act, plan, cycle, asked, policy)
    await store.one_at_a_time(act.tx, asked.person_id, cycle.id)
    facts = await neighbours.facts(asked.person_id, cycle.year)
    one_series = policy.articles["one_series"]
    await _require_free(act, plan, cycle, facts, policy)
    # who is not of the unit was refused: nobody learns of a stranger whether he or she is barred
    await require_not_barred(act.tx, asked.person_id, act.moment.today, policy, "person_id")
    route, open_on = await _open_route(act, plan, cycle, asked, facts, neighbours)
    records = await neighbours.records(asked.person_id)
    verdicts.require_judged(records, policy)
    asked = asked.model_copy(update={"route": route.code})
    turn = await _turn(act, plan, asked, policy) if route.takes_post else None
    row = _drafted(act, plan, cycle, asked, facts, turn)
    held_on = await holding.hold(act.tx, row, cycle.year, neighbours)
    judged_on = [*basis, *open_on, *(turn.basis if turn else ())]
    basis = list(dict.fromkeys([*judged_on, one_series, policy.articles["verified_before"], *held_on]))
    taken = {"uq_recommendation_live": AlreadyRecommended(field="person_id", basis=[one_series])}
    await rows.begin(act, row, seat, basis=basis, taken=taken)
    await verdicts.keep(act, row, records, JudgedFor.RECOMMEND, policy)
    await outbox.publish(act.tx, RecommendationReserved(**told_of(row, cycle.year)), act.moment)
    return row, basis


async def _require_free(
    act: Act, plan: RecommendationPlan, cycle: Cycle, facts: PersonFacts, policy: NoticePolicy
) -> None:
    """The unit's own person, not who recommends, and not recommended this year."""
    conditions.require_of_unit(facts, plan.unit_id, policy)
    if act.actor.answers_for(facts.account_id):
        raise OwnCase(field="person_id", basis=[policy.articles["who_recommends_answers"]])
    if await store.of_the_year(act.tx, facts.person_id, cycle.id) is not None:
        raise AlreadyRecommended(field="person_id", basis=[policy.articles["one_series"]])


async def _open_route(
    act: Act,
    plan: RecommendationPlan,
    cycle: Cycle,
    asked: RecommendationIn,
    facts: PersonFacts,
    neighbours: Neighbours,
) -> tuple[Route, Sequence[Basis]]:
    """The route, open to the person, and on what basis; a post that it takes was announced."""
    policy = act.policies[cycle.policy]
    route = routes.route_of(policy, asked.route, asked.pool, asked.ground, facts.kind)
    # Who takes no post needs none announced; quota refuses a ground that exempts nothing.
    if route.takes_post:
        conditions.require_announced(plan, asked, policy)
    case = await conditions.case_of(act, cycle, asked, route, facts, neighbours.accounts)
    case = replace(case, assessment=asked.assessment, nominations=_nominations(asked, facts))
    return route, routes.require_open(policy, case, route)


def _nominations(asked: RecommendationIn, person: PersonFacts) -> tuple[Nomination, ...]:
    """The experts, and whether the person is one of them."""
    return tuple(Nomination(each.name, each.name == person.name) for each in asked.nominators)


async def _turn(act: Act, plan: RecommendationPlan, asked: RecommendationIn, policy: NoticePolicy) -> Turn:
    wanted = Wanted(
        asked.person_id, asked.series, asked.specialty_id, asked.level, asked.pool, asked.route or NORMAL
    )
    return await require_turn(act, plan, wanted, policy)


def _drafted(
    act: Act,
    plan: RecommendationPlan,
    cycle: Cycle,
    asked: RecommendationIn,
    person: PersonFacts,
    turn: Turn | None,
) -> Recommendation:
    return Recommendation(
        ranked_list_id=turn and turn.list_id,
        rank=turn and turn.place,
        province=act.province,
        created_at=act.moment.instant,
        cycle_id=cycle.id,
        unit_id=plan.unit_id,
        account_id=person.account_id,
        person_name=person.name,
        person_kind=person.kind,
        unit_nature=person.employer_nature,
        aid=person.aid.model_dump(mode="json") if person.aid else None,
        state=RecommendationState.RESERVED,
        answering=sorted(act.actor.answering),
        path=[each.model_dump(mode="json") for each in person.lineage],
        lineage=[each.id for each in person.lineage],
        **asked.model_dump(),
    )
