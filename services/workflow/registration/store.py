"""Queries on registrations and ranked lists; both are of a plan, whose line reads them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind
from services.kit.auth import Actor
from services.quota.contract import PostPool, TitleLevel
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from services.workflow.recommendation.store import READERS
from services.workflow.registration.errors import RankedListNotFound, RegistrationNotFound
from services.workflow.registration.model import RankedList, RankedPerson, Registration
from services.workflow.registration.states import LIVE, RegistrationState


def registrations(
    actor: Actor, plan_id: UUID | None, person_id: UUID | None, state: RegistrationState | None
) -> Select[Registration]:
    """The registrations the viewer may read."""
    query = select(Registration).where(_mine(actor))
    if plan_id is not None:
        query = query.where(Registration.plan_id == plan_id)
    if person_id is not None:
        query = query.where(Registration.person_id == person_id)
    return query if state is None else query.where(Registration.state == state)


async def seen(tx: AsyncSession, registration_id: UUID, actor: Actor) -> Registration:
    """The registration, if the viewer may read it.

    Raises:
        RegistrationNotFound: there is none by that id, or it is out of the viewer's scope.
    """
    found: Registration | None = await tx.scalar(
        select(Registration).where(Registration.id == registration_id, _mine(actor))
    )
    if found is None:
        raise RegistrationNotFound(field="registration_id")
    return found


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Registrations in plans below the viewer's seats, and the viewer's own."""
    above = RecommendationPlan.lineage.overlap(actor.organisation_ids(*READERS))
    below = Registration.plan_id.in_(select(RecommendationPlan.id).where(above))
    return below if actor.person_id is None else or_(below, Registration.person_id == actor.person_id)


async def plans_of(tx: AsyncSession, rows: Iterable[Registration]) -> dict[UUID, RecommendationPlan]:
    """The plans in which these have registered, in one statement."""
    ids = {each.plan_id for each in rows}
    found = await tx.scalars(select(RecommendationPlan).where(RecommendationPlan.id.in_(ids)))
    return {each.id: each for each in found}


async def locked_live(
    tx: AsyncSession, plan_id: UUID, level: TitleLevel, pool: PostPool
) -> list[Registration]:
    """Everybody who has registered for these posts, held until this transaction ends: nobody withdraws meanwhile."""
    wanted = select(Registration).where(*_live(plan_id, level, pool))
    locked = wanted.order_by(Registration.id).with_for_update().execution_options(populate_existing=True)
    return list(await tx.scalars(locked))


async def live(tx: AsyncSession, plan_id: UUID, level: TitleLevel, pool: PostPool) -> list[UUID]:
    """The people who have registered for these posts."""
    wanted = select(Registration.person_id).where(*_live(plan_id, level, pool))
    return list(await tx.scalars(wanted))


async def has_rival(tx: AsyncSession, row: Registration, actor: Actor) -> bool:
    """Whether a live registration for the same posts is of the caller, or of someone for whom the caller answers."""
    rival = select(Registration.id).where(
        *_live(row.plan_id, row.level, row.pool),
        Registration.id != row.id,
        Registration.account_id.in_(actor.answering),
    )
    return (await tx.scalar(rival.limit(1))) is not None


def _live(plan_id: UUID, level: str, pool: str) -> tuple[ColumnElement[bool], ...]:
    """The live registrations for these posts."""
    return (
        Registration.plan_id == plan_id,
        Registration.level == level,
        Registration.pool == pool,
        Registration.state.in_(LIVE),
    )


async def locked_of_person(tx: AsyncSession, person_id: UUID, cycle_id: UUID) -> list[Registration]:
    """The person's live registrations in a cycle, held until this transaction ends."""
    wanted = select(Registration).where(
        Registration.person_id == person_id,
        Registration.cycle_id == cycle_id,
        Registration.state.in_(LIVE),
    )
    locked = wanted.order_by(Registration.id).with_for_update().execution_options(populate_existing=True)
    return list(await tx.scalars(locked))


async def places_in_force(
    tx: AsyncSession, plan_id: UUID, level: TitleLevel, pool: PostPool
) -> dict[UUID, int]:
    """The places of the newest list of these posts, by registration."""
    wanted = select(RankedPerson.registration_id, RankedPerson.place)
    found = await tx.execute(wanted.where(RankedPerson.list_id == _newest(plan_id, level, pool)))
    return {each.registration_id: each.place for each in found}


async def next_no(tx: AsyncSession, plan_id: UUID, level: TitleLevel, pool: PostPool) -> int:
    """The number of the next list of these posts."""
    highest = select(func.max(RankedList.no)).where(*_of(plan_id, level, pool))
    return (await tx.scalar(highest) or 0) + 1


def ranked_lists(
    actor: Actor, plan_id: UUID | None, level: TitleLevel | None, pool: PostPool | None
) -> Select[RankedList]:
    """The lists the viewer may read."""
    query = select(RankedList).where(_inside(actor))
    if plan_id is not None:
        query = query.where(RankedList.plan_id == plan_id)
    if level is not None:
        query = query.where(RankedList.level == level)
    return query if pool is None else query.where(RankedList.pool == pool)


async def seen_list(tx: AsyncSession, list_id: UUID, actor: Actor) -> RankedList:
    """The list, if the viewer may read it.

    Raises:
        RankedListNotFound: there is none by that id, or it is out of the viewer's scope.
    """
    found: RankedList | None = await tx.scalar(
        select(RankedList).where(RankedList.id == list_id, _inside(actor))
    )
    if found is None:
        raise RankedListNotFound
    return found


def _inside(actor: Actor) -> ColumnElement[bool]:
    """Lists of plans below the viewer's seats, and of the unit to which the viewer belongs, in whatever role."""
    above = RecommendationPlan.lineage.overlap(actor.organisation_ids(*READERS))
    own = RecommendationPlan.unit_id.in_(_units_of(actor))
    return RankedList.plan_id.in_(select(RecommendationPlan.id).where(or_(above, own)))


def _units_of(actor: Actor) -> set[UUID]:
    """The legal persons at which, or at whose departments, the viewer holds a seat."""
    return {
        next(n.id for n in reversed(seat.lineage) if n.kind != OrganisationKind.INTERNAL_DEPARTMENT)
        for seat in actor.seats
        if any(n.kind != OrganisationKind.INTERNAL_DEPARTMENT for n in seat.lineage)
    }


async def people_of(
    tx: AsyncSession, list_ids: Collection[UUID]
) -> dict[UUID, list[tuple[RankedPerson, Registration]]]:
    """Who is on each of several lists, in order, in one statement."""
    rows = await tx.execute(
        select(RankedPerson, Registration)
        .join(Registration, Registration.id == RankedPerson.registration_id)
        .where(RankedPerson.list_id.in_(list_ids))
        .order_by(RankedPerson.place, RankedPerson.id)
    )
    found: dict[UUID, list[tuple[RankedPerson, Registration]]] = {each: [] for each in list_ids}
    for one, registration in rows:
        found[one.list_id].append((one, registration))
    return found


def _of(plan_id: UUID, level: TitleLevel, pool: PostPool) -> tuple[ColumnElement[bool], ...]:
    return RankedList.plan_id == plan_id, RankedList.level == level, RankedList.pool == pool


def _newest(plan_id: UUID, level: TitleLevel, pool: PostPool) -> ScalarSelect[UUID]:
    """The list of these posts that is in force."""
    newest = select(RankedList.id).where(*_of(plan_id, level, pool)).order_by(RankedList.no.desc())
    return newest.limit(1).scalar_subquery()


async def on_the_list(
    tx: AsyncSession, plan_id: UUID, level: TitleLevel, pool: PostPool, person_id: UUID
) -> tuple[RankedPerson, Registration] | None:
    """The person on the newest list of these posts; until this transaction ends nobody publishes a newer one."""
    plan = select(RecommendationPlan.id).where(RecommendationPlan.id == plan_id)
    await tx.execute(plan.with_for_update(read=True, key_share=True))
    found = (
        await tx.execute(
            select(RankedPerson, Registration)
            .join(Registration, Registration.id == RankedPerson.registration_id)
            .where(
                RankedPerson.list_id == _newest(plan_id, level, pool),
                Registration.person_id == person_id,
                Registration.state == RegistrationState.RANKED,
            )
        )
    ).first()
    return None if found is None else (found[0], found[1])


async def standing_before(tx: AsyncSession, one: RankedPerson) -> list[str]:
    """Who is ranked above on the same list, was not passed over, and was never recommended on the plan.

    A recommendation of another unit, which the person has left, is none of a post of this plan.
    """
    recommended = exists().where(
        Recommendation.person_id == Registration.person_id, Recommendation.plan_id == Registration.plan_id
    )
    above = (
        select(Registration.person_name)
        .join(RankedPerson, RankedPerson.registration_id == Registration.id)
        .where(
            RankedPerson.list_id == one.list_id,
            RankedPerson.place < one.place,
            Registration.state == RegistrationState.RANKED,
            ~recommended,
        )
    )
    return list(await tx.scalars(above.order_by(RankedPerson.place, RankedPerson.id)))
