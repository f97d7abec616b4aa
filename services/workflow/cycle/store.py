"""Queries on cycles, specialties and arrangements."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.cycle.errors import ArrangementNotFound, CycleNotFound, SpecialtyNotFound
from services.workflow.cycle.listing import readable
from services.workflow.cycle.model import Arrangement, Cycle, Specialty
from services.workflow.cycle.states import ArrangementState


async def get(tx: AsyncSession, cycle_id: UUID) -> Cycle:
    """The cycle; cycles are public.

    Raises:
        CycleNotFound: there is none by that id.
    """
    cycle = await tx.get(Cycle, cycle_id)
    if cycle is None:
        raise CycleNotFound(field="cycle_id")
    return cycle


async def specialty(tx: AsyncSession, specialty_id: UUID) -> Specialty:
    """The specialty; specialties are public.

    Raises:
        SpecialtyNotFound: there is none by that id.
    """
    found = await tx.get(Specialty, specialty_id)
    if found is None:
        raise SpecialtyNotFound(field="specialty_id")
    return found


async def readable_arrangement(tx: AsyncSession, arrangement_id: UUID, actor: Actor | None) -> Arrangement:
    """The arrangement, if the viewer may read it.

    Raises:
        ArrangementNotFound: there is none by that id, or it is another organisation's draft.
    """
    wanted = select(Arrangement).where(Arrangement.id == arrangement_id, readable(actor))
    found = await tx.scalar(wanted)
    if found is None:
        raise ArrangementNotFound
    return found


async def is_arranged(tx: AsyncSession, cycle_id: UUID, series: str) -> bool:
    """Whether the series has a published arrangement in the cycle."""
    published = select(Arrangement.id).where(
        Arrangement.cycle_id == cycle_id,
        Arrangement.series == series,
        Arrangement.state == ArrangementState.PUBLISHED,
    )
    return (await tx.scalar(published.limit(1))) is not None
