"""A unit recommends a person: everything that has to hold, then the post, then the commit.

One person's recommendations are taken one at a time, so that of two callers at the same instant the second waits for
the first and is refused without a post being held; and what a change of employer ends is not begun beside it. The id follows from person, cycle and attempt: a retry after a lost answer
asks quota for the same hold again. A hold whose recommendation never came to be is released by quota, which asks us.
"""

from contextlib import suppress
from uuid import UUID, uuid5

from services.accounts.contract import OrganisationKind, PersonFacts, Role
from services.kit import outbox
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.contract import RecommendationReserved
from services.workflow.criteria.service import require_in_force
from services.workflow.cycle import service as cycles
from services.workflow.cycle import store as cycle_store
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.states import Window
from services.workflow.policy import NoticePolicy
from services.workflow.recommendation import store
from services.workflow.recommendation.errors import (
    AlreadyRecommended,
    DeclaresDirectly,
    LevelNotInPlan,
    NoHold,
    NotARecommendingUnit,
    OwnCase,
    PersonNotOfUnit,
    PlanNotPublished,
)
from services.workflow.recommendation.events import told_of
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from services.workflow.recommendation.neighbours import HoldReleased, Neighbours
from services.workflow.recommendation.schemas import RecommendationIn
from services.workflow.recommendation.states import PlanState, RecommendationState

ATTEMPTS = 5
"""How many ids are tried: quota may meanwhile have released the hold of an earlier attempt whose answer was lost."""


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
    basis = await _may_be_recommended(act, plan, cycle, asked, policy)
    await store.one_at_a_time(act.tx, asked.person_id, cycle.id)
    facts = await neighbours.facts(asked.person_id, cycle.year)
    _of_unit(act.actor, facts, plan.unit_id, policy)
    one_series = policy.articles["one_series"]
    if await store.live_of(act.tx, asked.person_id, cycle.id) is not None:
        raise AlreadyRecommended(field="person_id", basis=[one_series])
    row = _drafted(act, plan, cycle, asked, facts)
    held_on = await _hold(act, row, cycle.year, neighbours)
    taken = {"uq_recommendation_live": AlreadyRecommended(field="person_id", basis=[one_series])}
    basis = [*basis, one_series, *held_on]
    await rows.begin(act, row, seat, basis=basis, taken=taken)
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
    if asked.specialty_id is not None:
        await cycles.require_specialty(act.tx, asked.specialty_id, asked.series, policy)
    arranged = await cycles.require_arranged(act.tx, cycle, asked.series, policy)
    await require_in_force(act.tx, asked.series, asked.specialty_id, asked.level, act.moment.today, policy)
    if not any(post["level"] == asked.level and post["count"] > 0 for post in plan.posts):
        name = policy.series.level_names[asked.level]
        raise LevelNotInPlan(
            level=name, level_code=asked.level.value, field="level", basis=[policy.articles["plan_public"]]
        )
    return list(dict.fromkeys([policy.articles["plan_public"], window, arranged]))


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
        path=[each.model_dump(mode="json") for each in person.lineage],
        lineage=[each.id for each in person.lineage],
        **asked.model_dump(),
    )


async def _hold(act: Act, row: Recommendation, year: int, neighbours: Neighbours) -> list[Basis]:
    """Give the row its id and the post held under it."""
    earlier = await store.count_of(act.tx, row.person_id, row.cycle_id)
    for attempt in range(ATTEMPTS):
        row.id = uuid5(row.cycle_id, f"{row.unit_id}/{row.person_id}/{row.level}/{earlier}/{attempt}")
        with suppress(HoldReleased):
            hold, basis = await neighbours.hold(row, year)
            row.reservation_id = hold.id
            return basis
    raise NoHold
