"""What is approved and what is taken, read from the tables; and the lock that every change of it takes first."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.annual_form.model import FormColumn
from services.quota.contract import ReservationState, TitleLevel
from services.quota.ledger.model import Ledger
from services.quota.ledger.rules import Standing
from services.quota.reservation.model import Reservation

LIVE = (ReservationState.HELD, ReservationState.CONFIRMED)


async def form_in_force(tx: AsyncSession, unit_id: UUID, year: int) -> UUID | None:
    """The approved form that the unit's posts of the year are counted by; None before any was approved."""
    found: UUID | None = await tx.scalar(
        select(Ledger.form_id).where(Ledger.unit_id == unit_id, Ledger.year == year)
    )
    return found


async def lock(tx: AsyncSession, unit_id: UUID, year: int) -> UUID | None:
    """The same, and no one else takes or changes a place of this unit and year until the transaction ends.

    Read the standings after it, in a statement of their own: only that one sees what the last holder committed.
    """
    mine = select(Ledger.form_id).where(Ledger.unit_id == unit_id, Ledger.year == year).with_for_update()
    found: UUID | None = await tx.scalar(mine)
    return found


async def count_by(tx: AsyncSession, unit_id: UUID, year: int, form_id: UUID) -> None:
    """From now on the unit's posts of the year are counted by this form."""
    row = insert(Ledger).values(unit_id=unit_id, year=year, form_id=form_id)
    await tx.execute(
        row.on_conflict_do_update(index_elements=["unit_id", "year", "pool"], set_={"form_id": form_id})
    )


async def standings(tx: AsyncSession, unit_id: UUID, year: int, form_id: UUID) -> dict[TitleLevel, Standing]:
    """Every level's figures under a form, with the places taken now, in the order of the official table."""
    taken = (
        select(
            Reservation.level,
            func.count().filter(Reservation.state == ReservationState.HELD).label("held"),
            func.count().filter(Reservation.state == ReservationState.CONFIRMED).label("used"),
        )
        .where(Reservation.unit_id == unit_id, Reservation.year == year, Reservation.state.in_(LIVE))
        .group_by(Reservation.level)
        .subquery()
    )
    columns = (
        select(FormColumn, func.coalesce(taken.c.held, 0), func.coalesce(taken.c.used, 0))
        .join(taken, taken.c.level == FormColumn.level, isouter=True)
        .where(FormColumn.form_id == form_id)
    )
    found = {
        TitleLevel(column.level): Standing(
            level=TitleLevel(column.level),
            approved=column.approved,
            employed=column.employed,
            vacant=column.vacant,
            qualified_not_employed=column.qualified_not_employed,
            declarable=column.declarable,
            held=held,
            used=used,
        )
        for column, held, used in (await tx.execute(columns.execution_options(populate_existing=True))).all()
    }
    return {level: found[level] for level in TitleLevel}
