"""What has to hold before anybody registers interest in a plan's posts, and before the unit recommends somebody for one."""

from typing import Protocol
from uuid import UUID

from services.accounts.contract import OrganisationKind, PersonFacts, Role
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.neighbours.client import Neighbour
from services.quota.contract import PostPool, TitleLevel
from services.workflow.act import Act
from services.workflow.criteria.service import require_in_force
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.featured import require_for
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation.errors import (
    DeclaresDirectly,
    LevelNotInPlan,
    NotARecommendingUnit,
    PersonNotOfUnit,
    PlanNotPublished,
)
from services.workflow.recommendation.model import RecommendationPlan
from services.workflow.recommendation.states import PlanState
from services.workflow.route import service as routes
from services.workflow.route.case import Case
from services.workflow.route.policy import Route


class Wish(Protocol):
    """For what somebody registers, or is recommended."""

    series: str
    specialty_id: UUID | None
    level: TitleLevel
    pool: PostPool


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


async def may_be_recommended(
    act: Act, plan: RecommendationPlan, cycle: Cycle, asked: Wish, policy: NoticePolicy
) -> list[Basis]:
    """What the plan, the calendar and the series have to say, before anybody else is asked."""
    if plan.state != PlanState.PUBLISHED:
        raise PlanNotPublished(field="plan_id", basis=[policy.articles["plan_public"]])
    window = cycles.require_window(cycle, Window.RECOMMEND, act.moment)
    cycles.require_reviewed(policy, asked.series, asked.level)
    marked = await cycles.require_pass_mark(act.tx, cycle, asked.series, asked.level, policy)
    if asked.specialty_id is not None:
        specialty = await cycles.require_specialty(act.tx, asked.specialty_id, asked.series, policy)
        cycles.require_reviewed(policy, asked.series, asked.level, specialty.name)
    arranged = await cycles.require_arranged(act.tx, cycle, asked.series, policy)
    which = (asked.series, asked.specialty_id, asked.level, act.moment.today)
    await require_in_force(act.tx, *which, policy, plan.lineage)
    return [policy.articles["plan_public"], window, *marked, arranged]


def require_announced(plan: RecommendationPlan, asked: Wish, policy: NoticePolicy) -> None:
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


def require_of_unit(person: PersonFacts, unit_id: UUID, policy: NoticePolicy) -> None:
    """Refuse who is not employed at the unit, or has nobody who recommends.

    Raises:
        PersonNotOfUnit: the person belongs to another unit.
        DeclaresDirectly: the person declares to the county, without anybody's recommendation.
    """
    if person.employer_id != unit_id or unit_id not in {each.id for each in person.lineage}:
        raise PersonNotOfUnit(field="person_id", basis=[policy.articles["unit_answers"]])
    if article := policy.declaration.direct.article(person.kind):
        raise DeclaresDirectly(
            kind=person.kind.zh,
            kind_code=person.kind.value,
            field="person_id",
            basis=[policy.articles[article]],
        )


async def case_of(
    act: Act, cycle: Cycle, asked: Wish, route: Route, person: PersonFacts, accounts: Neighbour
) -> Case:
    """The person and the wish as the route judges them, with what accounts knows.

    Raises:
        FeaturedElsewhere: the specialty is for another region or industry.
        Unavailable: accounts does not answer.
    """
    policy, specialty = act.policies[cycle.policy], None
    if asked.specialty_id is not None:
        specialty = await cycle_store.specialty(act.tx, asked.specialty_id)
    await require_for(accounts, specialty, [each.id for each in person.lineage], policy)
    case = Case(
        kind=person.kind,
        nature=person.employer_nature,
        series=asked.series,
        specialty=specialty.name if specialty else None,
        level=asked.level,
        pass_mark=await cycle_store.pass_mark(act.tx, cycle.id, asked.series, asked.level),
    )
    facts = [check.fact for check in routes.checks_of(policy, case, route)]
    return await routes.informed(accounts, act, case, facts, person)
