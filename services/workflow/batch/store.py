"""Batches in the database: published ones are public, drafts are for the line of who organises them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.batch.errors import BatchNotFound
from services.workflow.batch.model import Batch
from services.workflow.batch.states import BatchState
from services.workflow.declaration.model import Declaration
from services.workflow.visibility import public_or_above


def readable(actor: Actor | None) -> ColumnElement[bool]:
    """What was published for everybody, withdrawn or not; the others for the title officers of the line."""
    return public_or_above(Batch.published_at.is_not(None), Batch.lineage, actor, (Role.TITLE_OFFICER,))


def batches(
    actor: Actor | None, cycle_id: UUID | None, route: str | None, organisation_id: UUID | None
) -> Select[Batch]:
    """The batches that the viewer may read."""
    wanted = {Batch.cycle_id: cycle_id, Batch.route: route, Batch.organisation_id: organisation_id}
    narrowed = [column == value for column, value in wanted.items() if value is not None]
    return select(Batch).where(readable(actor), *narrowed)


async def seen(tx: AsyncSession, batch_id: UUID, actor: Actor | None, *, locked: bool = False) -> Batch:
    """A batch; `locked`: nobody changes it or declares in it until this transaction ends.

    Raises:
        BatchNotFound: there is none by that id that the viewer may read.
    """
    query = select(Batch).where(Batch.id == batch_id, readable(actor))
    query = query.execution_options(populate_existing=True)
    found: Batch | None = await tx.scalar(query.with_for_update() if locked else query)
    if found is None:
        raise BatchNotFound(field="batch_id")
    return found


async def by_id(tx: AsyncSession, batch_ids: Collection[UUID | None]) -> dict[UUID | None, Batch]:
    """The batches of declarations at hand, by id."""
    wanted = {each for each in batch_ids if each is not None}
    if not wanted:
        return {}
    return {each.id: each for each in await tx.scalars(select(Batch).where(Batch.id.in_(wanted)))}


async def nearest(
    tx: AsyncSession, cycle_id: UUID, route: str, lineage: Sequence[UUID], *, held: bool = False
) -> Batch | None:
    """The published batch of whoever is nearest on a line; `held`: nobody withdraws it until this transaction ends."""
    query = select(Batch).where(
        Batch.cycle_id == cycle_id,
        Batch.route == route,
        Batch.state == BatchState.PUBLISHED,
        Batch.organisation_id.in_(lineage),
    )
    found = await tx.scalars(query.with_for_update(read=True) if held else query)
    return max(found, key=lambda each: lineage.index(each.organisation_id), default=None)


async def declared(tx: AsyncSession, batch_id: UUID) -> int:
    """How many declarations are in a batch, whatever became of them."""
    found = select(func.count()).where(Declaration.batch_id == batch_id)
    return await tx.scalar(found) or 0
