"""What waits to be sent to somebody outside: columns, claims and how a try is settled; the same for everybody told.

A `lane` is one receiver. Of one subject nothing overtakes what came before it in its lane, given up or not. A claim is a
lease: who dies with it is waited for until it ends, and the message goes out again under the same id. While it lasts
nobody makes it due by hand.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, String, Text, exists, false, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, aliased, mapped_column

from services.clocks import FAR
from services.kit.db import Keyed

WITHOUT_SESSION = {"synchronize_session": False}


class Outgoing(Keyed):
    """Columns of a message to one receiver.

    `due_at` is when it may be tried next, or the end of the present try; `leased_until` the latter alone.
    """

    seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(160))
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


def in_flight(rows: type[Outgoing]) -> ColumnElement[bool]:
    """Whether somebody is sending it at this very moment."""
    return func.coalesce(rows.leased_until > func.now(), false())


async def claim(
    tx: AsyncSession,
    lane: InstrumentedAttribute[Any],
    of: object,
    *,
    lease: timedelta,
    at_once: int,
    over: Sequence[InstrumentedAttribute[Any]] = (),
) -> Sequence[UUID]:
    """Take what is due in a lane and has nothing of its subject before it; nobody else tries it until the lease is over.

    What has one of the times `over` blocks nothing any more, nor does a lease that a clock has given which was ahead.
    """
    rows: Any = lane.class_
    due = (
        select(rows.id)
        .where(
            lane == of,
            rows.delivered_at.is_(None),
            rows.dead_at.is_(None),
            or_(rows.due_at <= func.now(), rows.leased_until > func.now() + FAR * lease),
            ~_held_up(lane, of, over),
        )
        .order_by(rows.due_at, rows.seq)
        .limit(at_once)
        .with_for_update(skip_locked=True, of=rows)
    )
    taken = (
        update(rows)
        .where(rows.id.in_(due.scalar_subquery()))
        .values(due_at=func.now() + lease, leased_until=func.now() + lease, attempts=rows.attempts + 1)
        .returning(rows.id)
    )
    return list(await tx.scalars(taken, execution_options=WITHOUT_SESSION))


def _held_up(
    lane: InstrumentedAttribute[Any], of: object, over: Sequence[InstrumentedAttribute[Any]]
) -> ColumnElement[bool]:
    rows: Any = lane.class_
    before: Any = aliased(rows)
    return exists().where(
        getattr(before, lane.key) == of,
        before.subject == rows.subject,
        before.delivered_at.is_(None),
        before.seq < rows.seq,
        *(getattr(before, each.key).is_(None) for each in over),
    )


async def settle(tx: AsyncSession, tried: Outgoing, told: Mapping[str, Any]) -> bool:
    """Write what came of a try; False where it was settled otherwise meanwhile, after a lease that was too short.

    What was delivered stays delivered, and a failure does not end a claim that somebody else has since.
    """
    rows: Any = type(tried)
    open_ = update(rows).where(rows.id == tried.id, rows.delivered_at.is_(None))
    if "delivered_at" not in told:
        open_ = open_.where(rows.attempts == tried.attempts)
    settled = open_.values(**told, leased_until=None).returning(rows.id)
    done = await tx.scalars(settled, execution_options=WITHOUT_SESSION)
    return done.first() is not None
