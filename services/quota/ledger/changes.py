"""What follows when a unit's places change: what rests on nothing is flagged, who waits is told."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import outbox
from services.kit.clock import Moment
from services.quota.allocation.rules import resting_on_nothing
from services.quota.annual_form.model import AnnualForm
from services.quota.contract import Bearing, PlaceFreed, PostPool, ReservationFlagged, TitleLevel
from services.quota.ledger import store
from services.quota.ledger.rules import Standings
from services.quota.policy import YearPolicy
from services.quota.reservation.model import Reservation
from services.quota.targeted.model import TargetedPlan
from services.quota.waiting import store as waiting
from services.quota.waiting.model import Waiting


async def places_changed(
    tx: AsyncSession, unit_id: UUID, pool: PostPool, policy: YearPolicy, moment: Moment
) -> None:
    """Call it in the transaction of a release, an approval, a decision, a new targeted plan; it takes the ledger's lock."""
    by = await store.lock(tx, unit_id, policy.year, pool)
    if by is None:
        return
    standings = await store.standings(tx, unit_id, policy, by)
    await _flag(tx, unit_id, standings, by, policy, moment)
    await _tell(tx, unit_id, standings, pool, policy, moment)


async def _flag(
    tx: AsyncSession,
    unit_id: UUID,
    standings: Standings,
    by: store.Counted,
    policy: YearPolicy,
    moment: Moment,
) -> None:
    """Flag the latest of those that no place bears, and take the flag from those that one bears again."""
    live = await store.claims(tx, unit_id, policy.year, by)
    fallen = resting_on_nothing(standings.supplies, [each.claim for each in live], standings.steps_down)
    unborne = {live[place].id for place in fallen}
    rows = await _reservations(tx, [each.id for each in live])
    lost = [each for each in rows if each.id in unborne and each.flagged_at is None]
    found = [each for each in rows if each.id not in unborne and each.flagged_at is not None]
    if not lost and not found:
        return
    hrss_id = await _hrss(tx, by)
    for those, bearing, since in ((lost, Bearing.UNBORNE, moment.instant), (found, Bearing.BORNE, None)):
        await _mark(tx, those, since)
        for each in those:
            await outbox.publish(tx, _flagged(each, bearing, hrss_id), moment)


async def _tell(
    tx: AsyncSession,
    unit_id: UUID,
    standings: Standings,
    pool: PostPool,
    policy: YearPolicy,
    moment: Moment,
) -> None:
    """Tell the unit of as many who wait, in their order, as there are places.

    When a place of which someone was told goes to another, that one counts as untold, and is told of the next.
    """
    for level, standing in standings.items():
        if standing.places is None:
            continue
        free = standing.places.free
        await waiting.untell(tx, unit_id, policy.year, pool, level, keeping=free)
        first = await waiting.first(tx, unit_id, policy.year, pool, level, free) if free else []
        untold = [each for each in first if each.told_at is None]
        await waiting.tell(tx, [each.id for each in untold], moment)
        for each in untold:
            await outbox.publish(tx, _freed(each), moment)


async def _reservations(tx: AsyncSession, ids: Sequence[UUID]) -> Sequence[Reservation]:
    chosen = select(Reservation).where(Reservation.id.in_(ids)).order_by(Reservation.id)
    return (await tx.scalars(chosen.execution_options(populate_existing=True))).all()


async def _hrss(tx: AsyncSession, by: store.Counted) -> UUID | None:
    """The HRSS that approved what the posts are counted by."""
    chosen = (
        select(TargetedPlan.hrss_id).where(TargetedPlan.id == by.targeted_plan_id)
        if by.pool is PostPool.TARGETED
        else select(AnnualForm.hrss_id).where(AnnualForm.id == by.form_id)
    )
    found: UUID | None = await tx.scalar(chosen)
    return found


async def _mark(tx: AsyncSession, those: Sequence[Reservation], since: datetime | None) -> None:
    await tx.execute(
        update(Reservation)
        .where(Reservation.id.in_([each.id for each in those]))
        .values(flagged_at=since)
        .execution_options(synchronize_session=False)
    )


def _flagged(found: Reservation, bearing: Bearing, hrss_id: UUID | None) -> ReservationFlagged:
    return ReservationFlagged(
        reservation_id=found.id,
        recommendation_id=found.recommendation_id,
        unit_id=found.unit_id,
        hrss_id=hrss_id,
        person_name=found.person_name,
        year=found.year,
        pool=PostPool(found.pool),
        level=TitleLevel(found.level),
        bearing=bearing,
    )


def _freed(each: Waiting) -> PlaceFreed:
    return PlaceFreed(
        waiting_id=each.id,
        unit_id=each.unit_id,
        person_name=each.person_name,
        year=each.year,
        pool=PostPool(each.pool),
        level=TitleLevel(each.level),
    )
