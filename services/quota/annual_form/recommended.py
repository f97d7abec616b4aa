"""The people recommended that Annex 2 lists: from live recommendations, never typed; their posts are the ledger's."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import PersonKind
from services.kit.clock import Moment
from services.quota.annual_form.model import AnnualForm
from services.quota.contract import PostPool, ReservationState, TitleLevel
from services.quota.policy import YearPolicy
from services.quota.reservation.model import Reservation
from services.quota.staffing import reading as staffing
from services.quota.staffing.reading import Staff

LISTED = (ReservationState.HELD, ReservationState.CONFIRMED, ReservationState.EXEMPT)
ON_THE_FORM = PersonKind.ON_ESTABLISHMENT
"""The form concerns the establishment (附件2 说明1)."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """One line of the list; what the ledger does not know of the person is None."""

    reservation: Reservation
    staff: Staff


async def recommended(
    tx: AsyncSession, form: AnnualForm, policy: YearPolicy, moment: Moment
) -> list[Recommended]:
    """Staff on the establishment whom the unit recommends on general posts of middle or senior level, level by level."""
    live = (
        select(Reservation)
        .where(
            Reservation.unit_id == form.unit_id,
            Reservation.year == form.year,
            Reservation.pool == PostPool.GENERAL,
            Reservation.state.in_(LISTED),
            Reservation.person_kind == ON_THE_FORM,
            Reservation.level.in_(policy.posts.limited_levels),
        )
        .order_by(Reservation.id)
    )
    found = (await tx.scalars(live)).all()
    people = [each.person_id for each in found]
    known = await staffing.staff_of(tx, form.unit_id, people, on=moment.today) if people else {}
    order = list(TitleLevel)
    return [
        Recommended(each, known.get(each.person_id, Staff()))
        for each in sorted(found, key=lambda one: order.index(TitleLevel(one.level)))
    ]
