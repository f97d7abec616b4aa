"""Queries on review criteria."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.criteria.errors import CriteriaNotFound
from services.workflow.criteria.model import Criteria
from services.workflow.criteria.states import CriteriaState


async def get(tx: AsyncSession, criteria_id: UUID) -> Criteria:
    """The criteria by id.

    Raises:
        CriteriaNotFound: there are none.
    """
    found = await tx.get(Criteria, criteria_id)
    if found is None:
        raise CriteriaNotFound
    return found


async def in_force(
    tx: AsyncSession, series: str, specialty_id: UUID | None, level: str, on: date
) -> Criteria | None:
    """The published criteria in force on a day; those of the specialty go before those of the whole series (一（一）)."""
    same = select(Criteria).where(
        Criteria.series == series,
        Criteria.level == level,
        Criteria.state == CriteriaState.PUBLISHED,
        Criteria.effective_from <= on,
        or_(Criteria.specialty_id == specialty_id, Criteria.specialty_id.is_(None)),
    )
    order = (Criteria.specialty_id.is_(None), Criteria.effective_from.desc(), Criteria.edition.desc())
    found: Criteria | None = await tx.scalar(same.order_by(*order).limit(1))
    return found
