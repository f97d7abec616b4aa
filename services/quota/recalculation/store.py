"""Recalculations in the database, the lease on the one at work, and the standings that they leave."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, false, func, select, true, union, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services import clocks
from services.kit.auth import Actor
from services.kit.ids import new_id
from services.quota.ledger.model import Ledger
from services.quota.readers import READERS
from services.quota.recalculation.errors import NeverCounted, RecalculationNotFound
from services.quota.recalculation.model import LevelStanding, Recalculation, UnitStanding
from services.quota.recalculation.states import AT_WORK, RecalculationState
from services.quota.unit.model import UnitCard

BARE = {"synchronize_session": False}
FRESH = {"populate_existing": True}
FIRST = UUID(int=0)
PLAN_BY_KEY = select(
    func.set_config("enable_bitmapscan", "off", True), func.set_config("enable_seqscan", "off", True)
)
"""Few units are short, and they are read in order; a planner that thinks a subtree small reads all its cards first."""
Shown = tuple[UnitStanding, UnitCard]


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which recalculations the caller may see: those of the province that he or she works at the root of."""
    if actor.kind == "service":
        return true()
    return Recalculation.organisation_id.in_(actor.organisation_ids(*READERS))


async def get(tx: AsyncSession, recalculation_id: UUID, actor: Actor) -> Recalculation:
    """A recalculation the caller may see.

    Raises:
        RecalculationNotFound: unknown, or out of the caller's sight.
    """
    return await _one(tx, select(Recalculation).where(Recalculation.id == recalculation_id, visible(actor)))


async def lock(tx: AsyncSession, recalculation_id: UUID, actor: Actor) -> Recalculation:
    """The same, kept from others until the transaction ends."""
    mine = select(Recalculation).where(Recalculation.id == recalculation_id, visible(actor))
    return await _one(tx, mine.with_for_update())


def listed(actor: Actor, year: int | None) -> Select[Recalculation]:
    """Recalculations the caller may see."""
    query = select(Recalculation).where(visible(actor))
    return query if year is None else query.where(Recalculation.year == year)


async def add(tx: AsyncSession, **values: Any) -> Recalculation | None:
    """Keep a new one; None where one of the year is at work, perhaps since an instant ago."""
    row = insert(Recalculation).values(id=new_id(), state=RecalculationState.COLLECTING, **values)
    made: Recalculation | None = await tx.scalar(row.on_conflict_do_nothing().returning(Recalculation))
    return made


async def at_work(tx: AsyncSession, province: str, year: int) -> Recalculation | None:
    """The one of a year that is at work."""
    found: Recalculation | None = await tx.scalar(
        select(Recalculation).where(
            Recalculation.province == province,
            Recalculation.year == year,
            Recalculation.state.in_(AT_WORK),
        )
    )
    return found


async def last_done(tx: AsyncSession, year: int) -> Recalculation:
    """The newest one of a year that was finished.

    Raises:
        NeverCounted: none was.
    """
    finished = select(Recalculation).where(
        Recalculation.year == year, Recalculation.state == RecalculationState.DONE
    )
    found: Recalculation | None = await tx.scalar(finished.order_by(Recalculation.id.desc()).limit(1))
    if found is None:
        raise NeverCounted(year=year, field="year")
    return found


async def take_work(tx: AsyncSession, lease: UUID, seconds: float) -> UUID | None:
    """Take one that is at work and that no worker has, until so many seconds of real time from now."""
    free = (
        select(Recalculation.id)
        .where(
            Recalculation.state.in_(AT_WORK),
            clocks.is_over(Recalculation.lease_until, timedelta(seconds=seconds)),
        )
        .order_by(Recalculation.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = update(Recalculation).where(Recalculation.id.in_(free.scalar_subquery()))
    given = taken.values(lease=lease, lease_until=_until(seconds)).returning(Recalculation.id)
    found: UUID | None = await tx.scalar(given.execution_options(**BARE))
    return found


async def held(tx: AsyncSession, recalculation_id: UUID, lease: UUID) -> Recalculation | None:
    """The recalculation, if it is at work and this worker has it still."""
    mine = select(Recalculation).where(*_mine(recalculation_id, lease))
    found: Recalculation | None = await tx.scalar(mine.execution_options(**FRESH))
    return found


async def beat(
    tx: AsyncSession, recalculation_id: UUID, lease: UUID, seconds: float, **told: Any
) -> Recalculation | None:
    """Go on with it, keeping what is `told`; None where it was stopped or another worker has taken it over.

    Whoever writes in the same transaction does so once for all: nobody else has it until the transaction ends.
    """
    mine = update(Recalculation).where(*_mine(recalculation_id, lease))
    kept = mine.values(lease_until=_until(seconds), problem=None, **told).returning(Recalculation)
    found: Recalculation | None = await tx.scalar(kept.execution_options(**FRESH, **BARE))
    return found


async def let_go(tx: AsyncSession, recalculation_id: UUID, lease: UUID, problem: str) -> None:
    """Leave it to whoever comes next, and say why it came no further."""
    mine = update(Recalculation).where(*_mine(recalculation_id, lease))
    await tx.execute(mine.values(lease=None, lease_until=None, problem=problem).execution_options(**BARE))


async def doubtful(tx: AsyncSession, year: int, after: UUID | None, at_most: int) -> list[UUID]:
    """Units whose posts are counted and that have no card, and those whose card may be out of date."""
    no_card = ~exists().where(UnitCard.unit_id == Ledger.unit_id)
    every = union(
        select(UnitCard.unit_id).where(UnitCard.stale),
        select(Ledger.unit_id).where(Ledger.year == year, no_card),
    ).subquery()
    some = select(every.c.unit_id).where(every.c.unit_id > (after or FIRST)).order_by(every.c.unit_id)
    return list(await tx.scalars(some.limit(at_most)))


async def standing(tx: AsyncSession, unit_id: UUID, year: int, actor: Actor) -> Shown:
    """A unit's standing of a year, with its card.

    Raises:
        NeverCounted: no recalculation came to it, or the caller may not see it.
    """
    mine = _standings(year, actor).where(UnitStanding.unit_id == unit_id)
    found = (await tx.execute(mine)).first()
    if found is None:
        raise NeverCounted(year=year, field="unit_id")
    whole, card = found
    return whole, card


async def short(
    tx: AsyncSession, year: int, actor: Actor, *, first: int, after: UUID | None
) -> tuple[Sequence[Shown], UUID | None]:
    """Units that recommend more than their places bear, newest first, and after which the next page begins."""
    await tx.execute(PLAN_BY_KEY)
    mine = _standings(year, actor).where(UnitStanding.short).order_by(UnitStanding.unit_id.desc())
    if after is not None:
        mine = mine.where(UnitStanding.unit_id < after)
    found = [(whole, card) for whole, card in await tx.execute(mine.limit(first + 1))]
    return found[:first], found[first - 1][0].unit_id if len(found) > first else None


async def levels_of(tx: AsyncSession, year: int, unit_ids: Sequence[UUID]) -> dict[UUID, list[LevelStanding]]:
    """The levels of several units."""
    mine = select(LevelStanding).where(LevelStanding.year == year, LevelStanding.unit_id.in_(unit_ids))
    found: dict[UUID, list[LevelStanding]] = {unit_id: [] for unit_id in unit_ids}
    for each in await tx.scalars(mine):
        found[each.unit_id].append(each)
    return found


def _standings(year: int, actor: Actor) -> Select[UnitStanding, UnitCard]:
    whole = select(UnitStanding, UnitCard).join(UnitCard, UnitCard.unit_id == UnitStanding.unit_id)
    seats = actor.organisation_ids(*READERS)
    seen = true() if actor.kind == "service" else UnitCard.lineage.overlap(seats) if seats else false()
    return whole.where(UnitStanding.year == year, seen)


def _mine(recalculation_id: UUID, lease: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        Recalculation.id == recalculation_id,
        Recalculation.lease == lease,
        Recalculation.state.in_(AT_WORK),
    )


def _until(seconds: float) -> ColumnElement[Any]:
    return func.clock_timestamp() + timedelta(seconds=seconds)


async def _one(tx: AsyncSession, chosen: Select[Recalculation]) -> Recalculation:
    found: Recalculation | None = await tx.scalar(chosen.execution_options(**FRESH))
    if found is None:
        raise RecalculationNotFound
    return found
