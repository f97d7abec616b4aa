"""Reading and writing reservations; whatever is read for a person is limited to what the person may see."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import paging
from services.kit.auth import Actor
from services.kit.ids import new_id
from services.quota.contract import ReservationState
from services.quota.readers import READERS
from services.quota.reservation.errors import ReservationNotFound
from services.quota.reservation.model import Reservation


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which reservations the caller may see."""
    if actor.kind == "service":
        return true()
    mine = actor.organisation_ids(*READERS)
    return Reservation.lineage.overlap(mine) if mine else false()


async def get(tx: AsyncSession, reservation_id: UUID, actor: Actor) -> Reservation:
    """A reservation the caller may see.

    Raises:
        ReservationNotFound: unknown, or out of the caller's sight.
    """
    found: Reservation | None = await tx.scalar(
        select(Reservation).where(Reservation.id == reservation_id, visible(actor))
    )
    if found is None:
        raise ReservationNotFound
    return found


async def of_recommendation(tx: AsyncSession, recommendation_id: UUID) -> Reservation | None:
    """A recommendation's reservation."""
    found: Reservation | None = await tx.scalar(
        select(Reservation).where(Reservation.recommendation_id == recommendation_id)
    )
    return found


async def existing(tx: AsyncSession, recommendation_id: UUID) -> Reservation:
    """The reservation that a recommendation is known to have."""
    return (
        await tx.scalars(select(Reservation).where(Reservation.recommendation_id == recommendation_id))
    ).one()


async def lock(tx: AsyncSession, reservation_id: UUID) -> Reservation:
    """A reservation, kept from others until the transaction ends."""
    mine = select(Reservation).where(Reservation.id == reservation_id).with_for_update()
    found = await tx.scalar(mine.execution_options(populate_existing=True))
    if found is None:
        raise ReservationNotFound
    return found


async def add(tx: AsyncSession, values: Mapping[str, Any]) -> Reservation | None:
    """Keep a new reservation; None when the recommendation has one already, perhaps since an instant ago."""
    row = insert(Reservation).values(id=new_id(), asked_at=func.now(), **values)
    made: Reservation | None = await tx.scalar(row.on_conflict_do_nothing().returning(Reservation))
    return made


async def page(
    tx: AsyncSession, actor: Actor, *, where: Sequence[ColumnElement[bool]], first: int, after: UUID | None
) -> tuple[list[Reservation], str | None, int]:
    """Reservations the caller may see, newest first, the cursor of the next page, and how many there are."""
    mine = and_(visible(actor), *where)
    total = await tx.scalar(select(func.count()).select_from(Reservation).where(mine))
    found, cursor = await paging.page(tx, select(Reservation).where(mine), Reservation.id, first, after)
    return found, cursor, total or 0


async def take_unknown(tx: AsyncSession, *, older_than: timedelta, at_most: int) -> list[Reservation]:
    """Holds whose recommendation nobody has heard of for so long; each is given to one asker at a time.

    Time is the database's own: a simulated clock must not age a hold. An asker who dies leaves them to the next one,
    and so does a clock that was ahead when one was asked about.
    """
    due = (
        select(Reservation.id)
        .where(
            Reservation.state == ReservationState.HELD,
            Reservation.known_at.is_(None),
            ~Reservation.asked_at.between(func.now() - older_than, func.now() + older_than),
        )
        .order_by(Reservation.asked_at)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Reservation).where(Reservation.id.in_(due)).values(asked_at=func.now()).returning(Reservation)
    )
    return list((await tx.scalars(taken)).all())


async def mark_known(tx: AsyncSession, recommendation_ids: Sequence[UUID]) -> None:
    """Workflow knows these recommendations; they are not asked about again."""
    await tx.execute(
        update(Reservation)
        .where(Reservation.recommendation_id.in_(recommendation_ids), Reservation.known_at.is_(None))
        .values(known_at=func.now())
        .execution_options(synchronize_session=False)
    )
