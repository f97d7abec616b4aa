"""Who works on which import: taken by a lease that is renewed with every chunk; what one leaves, another takes up."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services import clocks
from services.workflow.historic.model import HistoricImport, HistoricImportWork
from services.workflow.historic.states import AT_WORK

BARE: dict[str, Any] = {"synchronize_session": False}


class LeaseLost(Exception):
    """Another worker has taken over."""


async def restart(tx: AsyncSession, import_id: UUID) -> None:
    """The next phase begins at its first row, and whoever comes first works on it."""
    begun = update(HistoricImportWork).where(HistoricImportWork.import_id == import_id)
    await tx.execute(
        begun.values(cursor=0, done=0, attempts=0, lease=None, until=None).execution_options(**BARE)
    )


async def take(tx: AsyncSession, lease: UUID, seconds: float) -> tuple[UUID, int] | None:
    """Take an import that waits for work and that nobody works on: its id, and how often it was begun in vain."""
    work = HistoricImportWork
    free = (
        select(work.import_id)
        .join(HistoricImport, HistoricImport.id == work.import_id)
        .where(HistoricImport.state.in_(AT_WORK))
        .where(clocks.is_over(work.until, timedelta(seconds=seconds)))
        .order_by(work.import_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=work)
    )
    taken = (
        update(work)
        .where(work.import_id.in_(free.scalar_subquery()))
        .values(lease=lease, until=_until(seconds), attempts=work.attempts + 1)
        .returning(work.import_id, work.attempts)
        .execution_options(**BARE)
    )
    row = (await tx.execute(taken)).first()
    return (row.import_id, row.attempts) if row else None


async def beat(
    tx: AsyncSession, import_id: UUID, lease: UUID, seconds: float, done: int, cursor: int
) -> None:
    """Say how far the work has come, and keep it: what was kept does not count as an attempt in vain.

    Raises:
        LeaseLost: another has taken it over.
    """
    work = HistoricImportWork
    kept = (
        update(work)
        .where(work.import_id == import_id, work.lease == lease)
        .values(until=_until(seconds), done=done, cursor=cursor, attempts=0)
        .returning(work.import_id)
        .execution_options(**BARE)
    )
    if await tx.scalar(kept) is None:
        raise LeaseLost


async def let_go(tx: AsyncSession, import_id: UUID, lease: UUID, *, in_vain: bool = True) -> None:
    """Leave the work to whoever comes next; what only waits for another service was not begun in vain."""
    work = HistoricImportWork
    mine = update(work).where(work.import_id == import_id, work.lease == lease)
    await tx.execute(
        mine.values(until=None, lease=None, attempts=work.attempts - int(not in_vain)).execution_options(
            **BARE
        )
    )


async def of(tx: AsyncSession, import_id: UUID) -> HistoricImportWork:
    """How far an import has come."""
    return await tx.get_one(HistoricImportWork, import_id, populate_existing=True)


async def progress(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, int]:
    """How many rows of the present phase are done."""
    found = select(HistoricImportWork.import_id, HistoricImportWork.done)
    return {
        row.import_id: row.done
        for row in await tx.execute(found.where(HistoricImportWork.import_id.in_(ids)))
    }


def _until(seconds: float) -> Any:
    return func.clock_timestamp() + timedelta(seconds=seconds)
