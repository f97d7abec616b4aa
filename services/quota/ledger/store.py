"""What is approved and what is taken, read from the tables; and the lock that every change of it takes first."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.allocation.rules import Claim
from services.quota.annual_form.model import FormColumn, FormExit
from services.quota.contract import PostPool, ReservationState, TitleLevel
from services.quota.decision.model import DecisionLevel
from services.quota.ledger.model import Ledger
from services.quota.ledger.rules import Figures, Standings, Taken
from services.quota.policy import YearPolicy
from services.quota.reservation.model import Reservation
from services.quota.targeted.model import TargetedLevel

LIVE = (ReservationState.HELD, ReservationState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Counted:
    """What the posts of a unit, year and pool are counted by."""

    pool: PostPool
    form_id: UUID | None
    decision_id: UUID | None
    targeted_plan_id: UUID | None


async def counted(
    tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool = PostPool.GENERAL
) -> Counted | None:
    """What the unit's posts of the year are counted by; None before anything was approved."""
    return await _counted(tx, _ledger(unit_id, year, pool))


async def lock(
    tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool = PostPool.GENERAL
) -> Counted | None:
    """The same, and no one else takes or changes a place of this unit, year and pool until the transaction ends.

    Read the standings after it, in a statement of their own: only that one sees what the last holder committed.
    """
    return await _counted(tx, _ledger(unit_id, year, pool).with_for_update())


async def count_by(tx: AsyncSession, unit_id: UUID, year: int, form_id: UUID) -> None:
    """From now on the unit's general posts of the year are counted by this form."""
    await _keep(tx, unit_id, year, PostPool.GENERAL, form_id=form_id)


async def plan_by(tx: AsyncSession, unit_id: UUID, year: int, plan_id: UUID) -> None:
    """From now on the unit's targeted posts of the year are counted by this plan."""
    await _keep(tx, unit_id, year, PostPool.TARGETED, targeted_plan_id=plan_id)


async def decide_by(tx: AsyncSession, unit_id: UUID, year: int, decision_id: UUID | None) -> None:
    """From now on this decision sets the numbers of the levels that it names; without one the form does alone."""
    mine = and_(Ledger.unit_id == unit_id, Ledger.year == year, Ledger.pool == PostPool.GENERAL)
    await tx.execute(update(Ledger).where(mine).values(decision_id=decision_id))


async def standings(tx: AsyncSession, unit_id: UUID, policy: YearPolicy, by: Counted) -> Standings:
    """Every level's figures by a form or plan, with the places taken now, in the order of the official table."""
    figures = await (_planned(tx, by) if by.pool is PostPool.TARGETED else _approved(tx, by))
    taken = await _taken(tx, unit_id, policy.year, by.pool)
    return Standings.of(figures, taken, policy.allocation.pools[by.pool], policy.posts.limited_levels)


async def claims(
    tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool
) -> list[tuple[Reservation, Claim]]:
    """The live reservations of a pool with what each claims, oldest first."""
    found = await tx.scalars(
        select(Reservation)
        .where(*_live(unit_id, year, pool))
        .order_by(Reservation.id)
        .execution_options(populate_existing=True)
    )
    return [
        (each, Claim(TitleLevel(each.level), TitleLevel(each.frees) if each.frees else None))
        for each in found
    ]


def _ledger(unit_id: UUID, year: int, pool: PostPool) -> Select[Any]:
    return (
        select(Ledger.form_id, Ledger.decision_id, Ledger.targeted_plan_id)
        .where(Ledger.unit_id == unit_id, Ledger.year == year, Ledger.pool == pool)
        .add_columns(Ledger.pool)
    )


async def _counted(tx: AsyncSession, chosen: Select[Any]) -> Counted | None:
    row = (await tx.execute(chosen)).one_or_none()
    if row is None:
        return None
    return Counted(PostPool(row.pool), row.form_id, row.decision_id, row.targeted_plan_id)


async def _keep(tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool, **by: UUID) -> None:
    row = insert(Ledger).values(unit_id=unit_id, year=year, pool=pool, **by)
    await tx.execute(row.on_conflict_do_update(index_elements=["unit_id", "year", "pool"], set_=by))


async def _approved(tx: AsyncSession, by: Counted) -> list[Figures]:
    """The columns of a form, with its exits and what a decision sets instead."""
    exits = (
        select(FormExit.level, func.count().label("exits"))
        .where(FormExit.form_id == by.form_id)
        .group_by(FormExit.level)
        .subquery()
    )
    decided = and_(DecisionLevel.decision_id == by.decision_id, DecisionLevel.level == FormColumn.level)
    rows = (
        select(FormColumn, DecisionLevel.declarable, func.coalesce(exits.c.exits, 0))
        .join(DecisionLevel, decided, isouter=True)
        .join(exits, exits.c.level == FormColumn.level, isouter=True)
        .where(FormColumn.form_id == by.form_id)
        .execution_options(populate_existing=True)
    )
    return [
        Figures.of(column, decided=number, exits=left)
        for column, number, left in (await tx.execute(rows)).all()
    ]


async def _planned(tx: AsyncSession, by: Counted) -> list[Figures]:
    rows = select(TargetedLevel).where(TargetedLevel.plan_id == by.targeted_plan_id)
    return [Figures.of(column) for column in await tx.scalars(rows.execution_options(populate_existing=True))]


async def _taken(tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool) -> list[Taken]:
    rows = (
        select(Reservation.level, Reservation.frees, Reservation.state, func.count().label("number"))
        .where(*_live(unit_id, year, pool))
        .group_by(Reservation.level, Reservation.frees, Reservation.state)
    )
    return [
        Taken(TitleLevel(level), TitleLevel(frees) if frees else None, ReservationState(state), number)
        for level, frees, state, number in (await tx.execute(rows)).all()
    ]


def _live(unit_id: UUID, year: int, pool: PostPool) -> tuple[Any, ...]:
    return (
        Reservation.unit_id == unit_id,
        Reservation.year == year,
        Reservation.pool == pool,
        Reservation.state.in_(LIVE),
    )
