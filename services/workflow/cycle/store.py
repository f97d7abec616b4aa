"""Queries on cycles, extensions, pass marks, specialties and arrangements."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.driver.once import once
from services.kit.auth import Actor
from services.workflow.cycle.errors import (
    ArrangementNotFound,
    CycleNotFound,
    ExtensionNotFound,
    SpecialtyNotFound,
)
from services.workflow.cycle.listing import readable, readable_extensions
from services.workflow.cycle.model import Arrangement, Cycle, CycleExtension, PassMark, Specialty
from services.workflow.cycle.states import USABLE, ArrangementState, ExtensionState


async def get(tx: AsyncSession, cycle_id: UUID) -> Cycle:
    """The cycle; cycles are public.

    Raises:
        CycleNotFound: there is none by that id.
    """
    cycle = await tx.get(Cycle, cycle_id)
    if cycle is None:
        raise CycleNotFound(field="cycle_id")
    return cycle


async def by_id(tx: AsyncSession, cycle_ids: Collection[UUID]) -> dict[UUID, Cycle]:
    """Several cycles, by id."""
    return {each.id: each for each in await tx.scalars(*_several(cycle_ids))} if cycle_ids else {}


@once
def _several(cycle_ids: Collection[UUID]) -> Select[Cycle]:
    return select(Cycle).where(Cycle.id.in_(cycle_ids))


async def lock(tx: AsyncSession, cycle_id: UUID) -> Cycle:
    """The cycle as it is now, held until the transaction ends: its windows are rewritten one at a time.

    What only refers to the cycle goes on meanwhile: it may hold a declaration for which the rewriting waits.

    Raises:
        CycleNotFound: there is none by that id.
    """
    wanted = select(Cycle).where(Cycle.id == cycle_id).with_for_update(key_share=True)
    cycle = await tx.scalar(wanted.execution_options(populate_existing=True))
    if cycle is None:
        raise CycleNotFound(field="cycle_id")
    return cycle


async def readable_extension(tx: AsyncSession, extension_id: UUID, actor: Actor | None) -> CycleExtension:
    """The extension, if the viewer may read it.

    Raises:
        ExtensionNotFound: there is none by that id, or it is not published yet.
    """
    wanted = select(CycleExtension).where(CycleExtension.id == extension_id, readable_extensions(actor))
    found = await tx.scalar(wanted)
    if found is None:
        raise ExtensionNotFound
    return found


async def published_extensions(tx: AsyncSession, cycle_id: UUID) -> list[CycleExtension]:
    """The extensions of a cycle that are in force, as they were published one after another."""
    wanted = select(CycleExtension).where(
        CycleExtension.cycle_id == cycle_id, CycleExtension.state == ExtensionState.PUBLISHED
    )
    in_turn = (CycleExtension.published_at, CycleExtension.closes, CycleExtension.id)
    return list(await tx.scalars(wanted.order_by(*in_turn)))


async def pass_mark(tx: AsyncSession, cycle_id: UUID, series: str, level: str) -> int | None:
    """The level's pass mark of the year as it was corrected last, where it is on record."""
    wanted = select(PassMark.mark).where(*_marks_of(cycle_id, series, level))
    mark: int | None = await tx.scalar(wanted.order_by(PassMark.no.desc()).limit(1))
    return mark


async def next_mark_no(tx: AsyncSession, cycle_id: UUID, series: str, level: str) -> int:
    """The number of the next mark of that level."""
    highest = select(func.max(PassMark.no)).where(*_marks_of(cycle_id, series, level))
    return (await tx.scalar(highest) or 0) + 1


def _marks_of(cycle_id: UUID, series: str, level: str) -> tuple[ColumnElement[bool], ...]:
    return PassMark.cycle_id == cycle_id, PassMark.series == series, PassMark.level == level


async def pass_marks(tx: AsyncSession, year: int, series: str) -> dict[str, int]:
    """The pass marks of a year that are on record for a series, by level."""
    of_year = select(PassMark.level, PassMark.mark).join(Cycle, Cycle.id == PassMark.cycle_id)
    wanted = of_year.where(Cycle.year == year, PassMark.series == series).order_by(PassMark.no)
    found = await tx.execute(wanted)
    return {each.level: each.mark for each in found}


async def specialty(tx: AsyncSession, specialty_id: UUID) -> Specialty:
    """The specialty; specialties are public.

    Raises:
        SpecialtyNotFound: there is none by that id.
    """
    found = await tx.get(Specialty, specialty_id)
    if found is None:
        raise SpecialtyNotFound(field="specialty_id")
    return found


async def specialties(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Specialty]:
    """Several specialties, by id."""
    return {each.id: each for each in await tx.scalars(select(Specialty).where(Specialty.id.in_(ids)))}


async def is_named(tx: AsyncSession, specialty: Specialty) -> bool:
    """Whether another usable specialty of the series has the name, in the same region; what it adjusts is no other."""
    same = select(Specialty.id).where(
        Specialty.series == specialty.series,
        Specialty.name == specialty.name,
        Specialty.region_code.is_not_distinct_from(specialty.region_code),
        Specialty.state.in_(USABLE),
        Specialty.id.not_in(specialty.former_ids),
    )
    return (await tx.scalar(same.limit(1))) is not None


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
