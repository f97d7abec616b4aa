"""What is counted for operators: places held for recommendations of which workflow has not been heard."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.quota.contract import ReservationState
from services.quota.reservation.model import Reservation
from services.telemetry.figures import Counted, Figure

UNKNOWN = (Reservation.state == ReservationState.HELD, Reservation.known_at.is_(None))


async def unknown(tx: AsyncSession, _: Moment) -> Counted:
    """How many there are."""
    return {(): await tx.scalar(select(func.count()).select_from(Reservation).where(*UNKNOWN)) or 0}


async def oldest_unknown(tx: AsyncSession, _: Moment) -> Counted:
    """Seconds since the first of them was held; the database's own time, as the reconciler goes by."""
    age = func.extract("epoch", func.now() - func.min(Reservation.created_at))
    return {(): float(await tx.scalar(select(age).where(*UNKNOWN)) or 0)}


async def held(tx: AsyncSession, _: Moment) -> Counted:
    """How many places are held, known recommendations and others."""
    counted = select(func.count()).select_from(Reservation)
    return {(): await tx.scalar(counted.where(Reservation.state == ReservationState.HELD)) or 0}


FIGURES = (
    Figure("titles_holds", "Places that are held for recommendations and not yet confirmed.", held),
    Figure("titles_holds_unknown", "Held places of whose recommendation nothing was heard yet.", unknown),
    Figure("titles_holds_unknown_oldest_seconds", "How long the oldest of these is held.", oldest_unknown),
)
