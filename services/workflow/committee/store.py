"""Queries on committees and on the expert pool."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.committee.errors import CommitteeNotFound, ExpertNotFound
from services.workflow.committee.model import Committee, Expert
from services.workflow.committee.states import CommitteeState

RANKED = ("JUNIOR", "MIDDLE", "ASSOCIATE_SENIOR", "FULL_SENIOR")


async def get(tx: AsyncSession, committee_id: UUID) -> Committee:
    """The committee by id; committees are public, their experts are not.

    Raises:
        CommitteeNotFound: there is none.
    """
    found = await tx.get(Committee, committee_id)
    if found is None:
        raise CommitteeNotFound
    return found


async def competent(
    tx: AsyncSession,
    cycle_id: UUID,
    series: str,
    specialty_id: UUID | None,
    level: str,
    lineage: Sequence[UUID],
) -> Committee | None:
    """The approved committee whose jurisdiction a unit's declarations fall into; the nearest one first (一（三）1).

    `lineage` are the unit's organisations from the root down; a committee serving the unit itself goes before one of
    its region, and that before one of the whole province; one of the specialty before one of the whole series.
    """
    path = literal(list(lineage), ARRAY(Uuid))
    every_specialty = func.cardinality(Committee.specialty_ids) == 0
    fitting = select(Committee).where(
        Committee.cycle_id == cycle_id,
        Committee.series == series,
        Committee.state == CommitteeState.APPROVED,
        literal(level) == any_(Committee.levels),
        Committee.serves_id.in_(list(lineage)),
        every_specialty
        if specialty_id is None
        else or_(every_specialty, literal(specialty_id, Uuid) == any_(Committee.specialty_ids)),
    )
    nearest = fitting.order_by(
        func.array_position(path, Committee.serves_id).desc(), every_specialty, Committee.id
    )
    found: Committee | None = await tx.scalar(nearest.limit(1))
    return found


async def expert(tx: AsyncSession, expert_id: UUID) -> Expert:
    """The expert by id.

    Raises:
        ExpertNotFound: there is none.
    """
    found = await tx.get(Expert, expert_id)
    if found is None:
        raise ExpertNotFound
    return found


async def qualified_experts(tx: AsyncSession, committee: Committee, on: date) -> list[Expert]:
    """Who may sit in the committee on a day: its series, a specialty of it, its highest level, not expired; by id."""
    highest = max(RANKED.index(level) for level in committee.levels)
    pool = select(Expert).where(
        Expert.series == committee.series,
        Expert.title_level.in_(RANKED[highest:]),
        Expert.valid_until >= on,
    )
    if committee.specialty_ids:
        named = Expert.specialty_ids.overlap(committee.specialty_ids)
        pool = pool.where(or_(named, func.cardinality(Expert.specialty_ids) == 0))
    return list(await tx.scalars(pool.order_by(Expert.id)))
