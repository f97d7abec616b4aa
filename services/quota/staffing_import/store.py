"""Reading and writing imports; they are the unit's own: who recommends for it sees them, and nobody else."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from services.accounts.contract import Role
from services.kit import paging
from services.kit.auth import Actor
from services.quota.staffing_import.errors import StaffingImportNotFound
from services.quota.staffing_import.model import StaffingImport


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which imports the caller may see."""
    return StaffingImport.unit_id.in_(actor.organisation_ids(Role.RECOMMENDER))


async def get(tx: AsyncSession, import_id: UUID, actor: Actor) -> StaffingImport:
    """An import of the caller's unit.

    Raises:
        StaffingImportNotFound: unknown, or another unit's.
    """
    return await _one(tx, select(StaffingImport).where(StaffingImport.id == import_id, visible(actor)))


async def lock(tx: AsyncSession, import_id: UUID, actor: Actor) -> StaffingImport:
    """The same, kept from others until the transaction ends."""
    mine = select(StaffingImport).where(StaffingImport.id == import_id, visible(actor))
    return await _one(tx, mine.with_for_update())


async def page(
    tx: AsyncSession, actor: Actor, unit_id: UUID | None, *, first: int, after: UUID | None
) -> tuple[list[StaffingImport], str | None]:
    """Imports of the caller's units, newest first, without the rows that were sent and what is wrong with them."""
    without = (defer(StaffingImport.roster, raiseload=True), defer(StaffingImport.refusals, raiseload=True))
    mine = select(StaffingImport).where(visible(actor)).options(*without)
    if unit_id is not None:
        mine = mine.where(StaffingImport.unit_id == unit_id)
    return await paging.page(tx, mine, StaffingImport.id, first, after)


async def _one(tx: AsyncSession, chosen: Select[StaffingImport]) -> StaffingImport:
    found: StaffingImport | None = await tx.scalar(chosen.execution_options(populate_existing=True))
    if found is None:
        raise StaffingImportNotFound
    return found
