"""Queries on reconciliations, and on the deliveries that they are about."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.notifications.credit.model import CreditDelivery, CreditMessage
from services.notifications.outward.queue import WITHOUT_SESSION, in_flight
from services.notifications.reconciliation.model import Difference, Reconciliation

TABLE, DIFFERENCES = cast(Table, Reconciliation.__table__), cast(Table, Difference.__table__)
NONE = {"held": 0, "sent": 0, "differences": 0}


async def ask(tx: AsyncSession, platform: str, asked_by: UUID | None, province: str) -> Reconciliation | None:
    """A new one that waits for its turn; None where one of the platform is open."""
    row = insert_once(TABLE).values(
        id=new_id(), province=province, platform=platform, asked_by=asked_by, **NONE
    )
    made = await tx.scalar(row.on_conflict_do_nothing().returning(TABLE.c.id))
    return None if made is None else await tx.get(Reconciliation, made)


async def begin(
    tx: AsyncSession, platform: str, province: str, *, every: timedelta, lease: timedelta
) -> tuple[UUID, datetime] | None:
    """Take the one that was asked for, or a new one where the last is older than `every`; with the instant that it began.

    One whose process died, as its lease is over, is begun anew. None: nothing is due, or somebody else is at it.
    """
    last = select(func.max(Reconciliation.began_at)).where(Reconciliation.platform == platform)
    due = or_(last.scalar_subquery().is_(None), last.scalar_subquery() < func.now() - every)
    if await tx.scalar(select(due)):
        await ask(tx, platform, None, province)
    free = or_(Reconciliation.began_at.is_(None), Reconciliation.began_at < func.now() - lease)
    wanted = (
        update(Reconciliation)
        .where(Reconciliation.platform == platform, Reconciliation.ended_at.is_(None), free)
        .values(began_at=func.now(), **NONE)
        .returning(Reconciliation.id, Reconciliation.began_at)
    )
    row = (await tx.execute(wanted, execution_options={"synchronize_session": False})).one_or_none()
    return None if row is None or row.began_at is None else (row.id, row.began_at)


async def ours(
    tx: AsyncSession, platform: str, after: UUID | None, upto: UUID | None
) -> Sequence[Row[tuple[UUID, datetime | None, str, dict[str, Any]]]]:
    """Our deliveries to a platform behind one id and up to another: id, when received, document, message."""
    wanted = (
        select(
            CreditDelivery.id,
            CreditDelivery.delivered_at,
            CreditDelivery.document_number,
            CreditMessage.message,
        )
        .join(CreditMessage, CreditMessage.id == CreditDelivery.event_id)
        .where(CreditDelivery.platform == platform)
        .order_by(CreditDelivery.id)
    )
    if after is not None:
        wanted = wanted.where(CreditDelivery.id > after)
    if upto is not None:
        wanted = wanted.where(CreditDelivery.id <= upto)
    return (await tx.execute(wanted)).all()


async def send_again(tx: AsyncSession, ids: Collection[UUID]) -> None:
    """What the platform does not have goes out again under its id; what is being sent at this moment is let be."""
    again = {"attempts": 0, "due_at": func.now(), "delivered_at": None, "dead_at": None, "receipt": None}
    these = update(CreditDelivery).where(CreditDelivery.id.in_(ids), ~in_flight(CreditDelivery))
    await tx.execute(these.values(**again), execution_options=WITHOUT_SESSION)


async def keep(tx: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Write down differences."""
    if rows:
        await tx.execute(insert(DIFFERENCES), list(rows))


async def end(tx: AsyncSession, reconciliation_id: UUID, began: datetime, **told: Any) -> bool:
    """Close it; False where it was begun anew by somebody else meanwhile."""
    mine = (
        update(Reconciliation)
        .where(
            Reconciliation.id == reconciliation_id,
            Reconciliation.began_at == began,
            Reconciliation.ended_at.is_(None),
        )
        .values(ended_at=func.now(), **told)
        .returning(Reconciliation.id)
    )
    return await tx.scalar(mine, execution_options={"synchronize_session": False}) is not None


async def province_of(tx: AsyncSession) -> UUID | None:
    """The province's HRSS, as messages have it; None before the first."""
    root: UUID | None = await tx.scalar(select(CreditMessage.lineage[1]).limit(1))
    return root
