"""A unit recommends a person: everything that has to hold, then the post, then the commit.

One person's recommendations are taken one at a time, so that of two callers at the same instant the second waits for
the first and is refused without a post being held; and what a change of employer ends is not begun beside it. How the
post is held, and what becomes of a hold whose recommendation never came to be, is told in `holding`.
"""

from uuid import UUID

from services.accounts.contract import OrganisationKind, PersonFacts, Role
from services.kit import outbox
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.quota.contract import PostPool
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import RecommendationReserved
from services.workflow.criteria.service import require_in_force
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation import holding, store, verdicts
from services.workflow.recommendation.errors import (
    AlreadyRecommended,
    DeclaresDirectly,
    LevelNotInPlan,
    NotARecommendingUnit,
    OwnCase,
    PersonNotOfUnit,
    PlanNotPublished,
)
from services.workflow.recommendation.events import told_of
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from services.workflow.recommendation.neighbours import Neighbours
from services.workflow.recommendation.schemas import RecommendationIn
from services.workflow.recommendation.states import JudgedFor, PlanState, RecommendationState
from services.workflow.route import service as routes
from services.workflow.route.case import Case
from services.workflow.route.policy import Route


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
    seat = require_recommender(act.actor, plan.unit_id, policy)
    pool, ground = routes.posts_of(policy, asked.route, asked.pool, asked.ground)
    asked = asked.model_copy(update={"pool": pool, "ground": ground})
    basis = await _may_be_recommended(act, plan, cycle, asked, policy)
    await store.one_at_a_time(act.tx, asked.person_id, cycle.id)
    facts = await neighbours.facts(asked.person_id, cycle.year)
    _of_unit(act.actor, facts, plan.unit_id, policy)
    one_series = policy.articles["one_series"]
    if await store.of_the_year(act.tx, asked.person_id, cycle.id) is not None:
        raise AlreadyRecommended(field="person_id", basis=[one_series])
    route = routes.route_of(policy, asked.route, asked.pool, asked.ground, facts.kind)
    # Who takes no post needs none announced; quota refuses a ground that exempts nothing.
    if route.takes_post:
        _require_announced(plan, asked, policy)
    open_on = await _open(act, asked, route, facts, policy, neighbours)
    records = await neighbours.records(asked.person_id)
    verdicts.require_judged(records, policy)
    row = _drafted(act, plan, cycle, asked.model_copy(update={"route": route.code}), facts)
    held_on = await holding.hold(act.tx, row, cycle.year, neighbours)
    taken = {"uq_recommendation_live": AlreadyRecommended(field="person_id", basis=[one_series])}
    basis = list(dict.fromkeys([*basis, *open_on, one_series, policy.articles["verified_before"], *held_on]))
    await rows.begin(act, row, seat, basis=basis, taken=taken)
    await verdicts.keep(act, row, records, JudgedFor.RECOMMEND, policy)
    await outbox.publish(act.tx, RecommendationReserved(**told_of(row, cycle.year)), act.moment)
    return row, basis


def require_recommender(actor: Actor, unit_id: UUID, policy: NoticePolicy) -> Seat:
    """The caller's seat as recommender of the unit, which is a legal person.

    Raises:
        NotARecommendingUnit: the seat is at an internal department, of the unit or given as one (附件3 一).
        RoleMissing: the caller is no recommender of the unit.
    """
    at_unit = actor.seat(Role.RECOMMENDER, within=(unit_id,))
    below = (
        seat for seat in actor.seats if seat.role == Role.RECOMMENDER and seat_reaches_up_to(seat, unit_id)
    )
    for seat in [at_unit] if at_unit else below:
        kind = OrganisationKind(seat.organisation.kind)
        if kind not in policy.recommendation.recommending.kinds:
            article = policy.articles["legal_person_recommends"]
            raise NotARecommendingUnit(kind=kind.zh, kind_code=kind.value, field="unit_id", basis=[article])
    return at_unit or actor.require(Role.RECOMMENDER, within=(unit_id,))


def seat_reaches_up_to(seat: Seat, unit_id: UUID) -> bool:
    """Whether a seat is at the unit or somewhere below it."""
    return any(node.id == unit_id for node in seat.lineage)


async def _may_be_recommended(
    act: Act, plan: RecommendationPlan, cycle: Cycle, asked: RecommendationIn, policy: NoticePolicy
) -> list[Basis]:
    """What the plan, the calendar and the series have to say, before anybody else is asked."""
    if plan.state != PlanState.PUBLISHED:
        raise PlanNotPublished(field="plan_id", basis=[policy.articles["plan_public"]])
    window = cycles.require_window(cycle, Window.RECOMMEND, act.moment)
    cycles.require_reviewed(policy, asked.series, asked.level)
    marked = await cycles.require_pass_mark(act.tx, cycle, asked.series, asked.level, policy)
    if asked.specialty_id is not None:
        await cycles.require_specialty(act.tx, asked.specialty_id, asked.series, policy)
    arranged = await cycles.require_arranged(act.tx, cycle, asked.series, policy)
    which = (asked.series, asked.specialty_id, asked.level, act.moment.today)
    await require_in_force(act.tx, *which, policy, plan.lineage)
    return [policy.articles["plan_public"], window, *marked, arranged]


async def _open(
    act: Act,
    asked: RecommendationIn,
    route: Route,
    person: PersonFacts,
    policy: NoticePolicy,
    neighbours: Neighbours,
) -> list[Basis]:
    """The articles on which the route is open to the person."""
    specialty = asked.specialty_id and await cycle_store.specialty(act.tx, asked.specialty_id)
    case = Case(
        kind=person.kind,
        nature=person.employer_nature,
        series=asked.series,
        specialty=specialty.name if specialty else None,
        level=asked.level,
        assessment=asked.assessment,
    )
    facts = [check.fact for check in policy.routes.checks(route, person.employer_nature)]
    case = await routes.informed(neighbours.accounts, case, facts, person, act.moment.today)
    return routes.require_open(policy, case, route)


def _require_announced(plan: RecommendationPlan, asked: RecommendationIn, policy: NoticePolicy) -> None:
    """Refuse where the plan announces no post of that pool and level."""
    for post in plan.posts:
        if (post.get("pool", PostPool.GENERAL), post["level"]) == (asked.pool, asked.level) and post["count"]:
            return
    raise LevelNotInPlan(
        level=policy.series.level_names[asked.level],
        level_code=asked.level.value,
        pool=asked.pool.zh,
        pool_code=asked.pool.value,
        field="level",
        basis=[policy.articles["plan_public"]],
    )


def _of_unit(actor: Actor, person: PersonFacts, unit_id: UUID, policy: NoticePolicy) -> None:
    if person.employer_id != unit_id or unit_id not in {each.id for each in person.lineage}:
        raise PersonNotOfUnit(field="person_id", basis=[policy.articles["unit_answers"]])
    if actor.answers_for(person.account_id):
        raise OwnCase(field="person_id", basis=[policy.articles["who_recommends_answers"]])
    if article := policy.declaration.direct.article(person.kind):
        raise DeclaresDirectly(
            kind=person.kind.zh,
            kind_code=person.kind.value,
            field="person_id",
            basis=[policy.articles[article]],
        )


def _drafted(
    act: Act, plan: RecommendationPlan, cycle: Cycle, asked: RecommendationIn, person: PersonFacts
) -> Recommendation:
    return Recommendation(
        province=act.province,
        created_at=act.moment.instant,
        cycle_id=cycle.id,
        unit_id=plan.unit_id,
        account_id=person.account_id,
        person_name=person.name,
        person_kind=person.kind,
        unit_nature=person.employer_nature,
        state=RecommendationState.RESERVED,
        answering=sorted(act.actor.answering),
        path=[each.model_dump(mode="json") for each in person.lineage],
        lineage=[each.id for each in person.lineage],
        **asked.model_dump(),
    )
