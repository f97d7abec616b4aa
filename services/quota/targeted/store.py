"""Reading and writing targeted plans; whatever is read for a caller is limited to what the caller may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import paging
from services.kit.auth import Actor
from services.kit.ids import new_id
from services.quota.contract import TitleLevel
from services.quota.readers import READERS
from services.quota.targeted.errors import PlanApprovedMeanwhile, PlanNotFound
from services.quota.targeted.model import TargetedLevel, TargetedPlan
from services.quota.targeted.rules import Column
from services.quota.targeted.states import LEVELS, PlanState


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which plans the caller may see."""
    if actor.kind == "service":
        return true()
    mine = actor.organisation_ids(*READERS)
    return TargetedPlan.lineage.overlap(mine) if mine else false()


async def get(tx: AsyncSession, plan_id: UUID, actor: Actor) -> TargetedPlan:
    """A plan the caller may see.

    Raises:
        PlanNotFound: unknown, or out of the caller's sight.
    """
    return await _one(tx, select(TargetedPlan).where(TargetedPlan.id == plan_id, visible(actor)))


async def lock(tx: AsyncSession, plan_id: UUID, actor: Actor) -> TargetedPlan:
    """The same, kept from others until the transaction ends; lock the unit's ledger first."""
    mine = select(TargetedPlan).where(TargetedPlan.id == plan_id, visible(actor)).with_for_update()
    return await _one(tx, mine)


async def in_force(tx: AsyncSession, unit_id: UUID, year: int, actor: Actor) -> TargetedPlan:
    """The plan that a unit's targeted posts of a year are counted by.

    Raises:
        PlanNotFound: none, or out of the caller's sight.
    """
    mine = and_(
        TargetedPlan.unit_id == unit_id,
        TargetedPlan.year == year,
        TargetedPlan.state == PlanState.IN_FORCE,
        visible(actor),
    )
    return await _one(tx, select(TargetedPlan).where(mine), field="unit_id")


async def page(
    tx: AsyncSession, actor: Actor, *, where: Sequence[ColumnElement[bool]], first: int, after: UUID | None
) -> tuple[list[TargetedPlan], str | None, int]:
    """Plans the caller may see, newest first, the cursor of the next page, and how many there are."""
    mine = and_(visible(actor), *where)
    total = await tx.scalar(select(func.count()).select_from(TargetedPlan).where(mine))
    found, cursor = await paging.page(tx, select(TargetedPlan).where(mine), TargetedPlan.id, first, after)
    return found, cursor, total or 0


async def add(tx: AsyncSession, values: Mapping[str, Any], columns: Iterable[Column]) -> TargetedPlan:
    """Keep a new plan, in force from now on.

    Raises:
        PlanApprovedMeanwhile: the unit has one of the year since an instant ago.
    """
    row = insert(TargetedPlan).values(id=new_id(), state=PlanState.IN_FORCE, **values)
    made: TargetedPlan | None = await tx.scalar(row.on_conflict_do_nothing().returning(TargetedPlan))
    if made is None:
        raise PlanApprovedMeanwhile(year=values["year"], field="unit_id")
    rows = [
        {
            "plan_id": made.id,
            "level": column.level,
            "approved": column.approved,
            "employed": column.employed,
            "qualified_not_employed": column.qualified_not_employed,
        }
        for column in columns
    ]
    await tx.execute(insert(TargetedLevel), rows)
    return made


async def levels_of(tx: AsyncSession, plan_ids: Collection[UUID]) -> dict[UUID, list[TargetedLevel]]:
    """The levels of several plans, each in the order of the official table."""
    found: dict[UUID, dict[TitleLevel, TargetedLevel]] = {plan_id: {} for plan_id in plan_ids}
    for each in await tx.scalars(select(TargetedLevel).where(TargetedLevel.plan_id.in_(plan_ids))):
        found[each.plan_id][TitleLevel(each.level)] = each
    return {plan_id: [by[level] for level in LEVELS] for plan_id, by in found.items()}


async def _one(tx: AsyncSession, chosen: Select[TargetedPlan], field: str | None = None) -> TargetedPlan:
    found: TargetedPlan | None = await tx.scalar(chosen.execution_options(populate_existing=True))
    if found is None:
        raise PlanNotFound(field=field)
    return found
