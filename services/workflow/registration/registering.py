"""A person registers interest in posts of the unit's plan, withdraws, is passed over, or leaves the unit."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.accounts.contract import OrganisationLevel, PersonFacts, Role
from services.kit.errors import Basis
from services.kit.steps import decide
from services.neighbours.client import Neighbour
from services.quota.contract import PostPool
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import RegistrationMoved
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.integrity.bar import require_not_barred
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation import conditions
from services.workflow.recommendation import store as recommendations
from services.workflow.recommendation.errors import AlreadyRecommended, PersonNotOfUnit
from services.workflow.recommendation.model import RecommendationPlan
from services.workflow.registration import store
from services.workflow.registration.errors import AlreadyRegistered, NotAtGrassRoots, RegistrationNotNeeded
from services.workflow.registration.model import Registration
from services.workflow.registration.schemas import RegistrationIn
from services.workflow.registration.states import RegistrationAction, RegistrationState
from services.workflow.registration.steps import REGISTRATION_STEPS, RegistrationFacts
from services.workflow.route import service as routes
from services.workflow.route.errors import ApplicantsAsk
from services.workflow.route.policy import Route
from services.workflow.route.standing import facts_of as person_of
from services.workflow.shapes import ActionIn
from services.workflow.system import SYSTEM


async def register(act: Act, asked: RegistrationIn, accounts: Neighbour) -> tuple[Registration, list[Basis]]:
    """Register the caller's interest in posts of a published plan; the basis of it.

    Raises:
        Refusal: what stands against it; nothing is stored then.
    """
    seat = act.actor.require(Role.APPLICANT)
    if act.actor.person_id is None:
        raise ApplicantsAsk
    plan = await recommendations.plan(act.tx, asked.plan_id, act.actor)
    cycle = await cycle_store.get(act.tx, plan.cycle_id)
    policy = act.policies[cycle.policy]
    pool, ground = routes.posts_of(policy, asked.route, asked.pool, None)
    asked = asked.model_copy(update={"pool": pool})
    basis = await conditions.may_be_recommended(act, plan, cycle, asked, policy)
    await require_not_barred(act.tx, act.actor.person_id, act.moment.today, policy)
    person = await person_of(accounts, act.actor.person_id, cycle.year)
    if person is None:
        raise PersonNotOfUnit(field="plan_id", basis=[policy.articles["unit_answers"]])
    conditions.require_of_unit(person, plan.unit_id, policy)
    route = routes.route_of(policy, asked.route, pool, ground, person.kind)
    _require_post_of_unit(plan, asked, route, person, policy)
    case = await conditions.case_of(act, cycle, asked, route, person, accounts)
    open_on = routes.require_not_closed(policy, case, route)
    if await recommendations.of_the_year(act.tx, person.person_id, cycle.id) is not None:
        raise AlreadyRecommended(field="plan_id", basis=[policy.articles["one_series"]])
    row = _registered(act, plan, asked, route, person)
    selected = policy.articles["selected_publicly"]
    taken = {"uq_registration_live": AlreadyRegistered(field="plan_id", basis=[selected])}
    basis = list(dict.fromkeys([*basis, selected, *open_on]))
    await rows.begin(act, row, seat, basis=basis, taken=taken)
    return row, basis


def _require_post_of_unit(
    plan: RecommendationPlan, asked: RegistrationIn, route: Route, person: PersonFacts, policy: NoticePolicy
) -> None:
    """Refuse a wish that takes no post, takes one that is not announced, or a targeted one elsewhere than at grass roots."""
    if not route.takes_post:
        basis = [policy.articles[route.article]]
        raise RegistrationNotNeeded(title=route.title, route=route.code, field="route", basis=basis)
    conditions.require_announced(plan, asked, policy)
    unit = next(each for each in person.lineage if each.id == plan.unit_id)
    level = OrganisationLevel(unit.level)
    if asked.pool is PostPool.TARGETED and level not in policy.recommendation.grass_roots.levels:
        basis = [policy.articles["route_targeted"]]
        raise NotAtGrassRoots(level=level.zh, level_code=level.value, field="pool", basis=basis)


def _registered(
    act: Act, plan: RecommendationPlan, asked: RegistrationIn, route: Route, person: PersonFacts
) -> Registration:
    return Registration(
        province=act.province,
        created_at=act.moment.instant,
        cycle_id=plan.cycle_id,
        person_id=person.person_id,
        account_id=person.account_id,
        person_name=person.name,
        state=RegistrationState.REGISTERED,
        **asked.model_dump(exclude={"route"}),
        route=route.code,
    )


async def move(
    act: Act, registration_id: UUID, action: RegistrationAction, asked: ActionIn
) -> tuple[Registration, list[Basis]]:
    """Take one step; the basis it rests on.

    Raises:
        Refusal: the step is not possible, not the caller's, breaks a rule, or comes outside of its window.
    """
    row = await store.seen(act.tx, registration_id, act.actor)
    plan = (await store.plans_of(act.tx, [row]))[row.plan_id]
    cycle = await cycle_store.get(act.tx, row.cycle_id)
    window = cycles.require_window(cycle, Window.RECOMMEND, act.moment)
    basis = await take(act, row, plan, cycle, action, asked)
    return row, [*basis, window]


async def leave(
    act: Act, person_id: UUID, employer_id: UUID | None, cycle: Cycle, why: str, at: datetime
) -> None:
    """End the registrations of somebody who belongs to another unit since `at`, or to none (二（二）1).

    What was registered after `at` rests on where the person was by then: news that come late do not touch it.
    """
    found = await store.locked_of_person(act.tx, person_id, cycle.id)
    plans = await store.plans_of(act.tx, found)
    for row in found:
        if plans[row.plan_id].unit_id != employer_id and row.created_at <= at:
            by_itself = replace(act, actor=SYSTEM)
            asked = ActionIn(note=why)
            await take(by_itself, row, plans[row.plan_id], cycle, RegistrationAction.END, asked)


async def take(
    act: Act,
    row: Registration,
    plan: RecommendationPlan,
    cycle: Cycle,
    action: RegistrationAction,
    asked: ActionIn,
) -> list[Basis]:
    """Take one step of a registration in its plan; the articles it rests on."""
    facts = facts_of(row, plan, own=act.actor.answers_for(row.account_id), reason=asked.note)
    if action is RegistrationAction.PASS_OVER:
        facts = replace(facts, rival=await store.has_rival(act.tx, row, act.actor))
    articles = act.policies[cycle.policy].articles
    step = decide(REGISTRATION_STEPS, facts, action, act.actor, articles, version=asked.version)
    event = RegistrationMoved(
        registration_id=row.id,
        plan_id=plan.id,
        year=cycle.year,
        unit_id=plan.unit_id,
        person_id=row.person_id,
        level=row.level,
        pool=row.pool,
        action=action,
        before=step.before,
        after=step.after,
        reason=asked.note,
    )
    await rows.take(act, row, step, event=event, note=asked.note)
    return list(step.basis)


def facts_of(
    row: Registration, plan: RecommendationPlan, *, own: bool = False, reason: str | None = None
) -> RegistrationFacts:
    """What the steps of a registration ask."""
    return RegistrationFacts(
        id=row.id,
        state=RegistrationState(row.state),
        version=row.version,
        lineage=tuple(plan.lineage),
        unit_id=plan.unit_id,
        person_id=row.person_id,
        own=own,
        reason=reason,
    )
