"""Reading and writing decisions; whatever is read for a caller is limited to what the caller may see."""

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
from services.quota.decision.errors import DecisionNotFound
from services.quota.decision.model import DecisionLevel, PostDecision
from services.quota.decision.rules import Number
from services.quota.decision.states import DecisionState
from services.quota.readers import READERS


def visible(actor: Actor) -> ColumnElement[bool]:
    """Which decisions the caller may see."""
    if actor.kind == "service":
        return true()
    mine = actor.organisation_ids(*READERS)
    return PostDecision.lineage.overlap(mine) if mine else false()


async def get(tx: AsyncSession, decision_id: UUID, actor: Actor) -> PostDecision:
    """A decision the caller may see.

    Raises:
        DecisionNotFound: unknown, or out of the caller's sight.
    """
    return await _one(tx, select(PostDecision).where(PostDecision.id == decision_id, visible(actor)))


async def lock(tx: AsyncSession, decision_id: UUID, actor: Actor) -> PostDecision:
    """The same, kept from others until the transaction ends; lock the unit's ledger first."""
    mine = select(PostDecision).where(PostDecision.id == decision_id, visible(actor)).with_for_update()
    return await _one(tx, mine)


async def page(
    tx: AsyncSession, actor: Actor, *, where: Sequence[ColumnElement[bool]], first: int, after: UUID | None
) -> tuple[list[PostDecision], str | None, int]:
    """Decisions the caller may see, newest first, the cursor of the next page, and how many there are."""
    mine = and_(visible(actor), *where)
    total = await tx.scalar(select(func.count()).select_from(PostDecision).where(mine))
    found, cursor = await paging.page(tx, select(PostDecision).where(mine), PostDecision.id, first, after)
    return found, cursor, total or 0


async def add(tx: AsyncSession, values: Mapping[str, Any], numbers: Iterable[Number]) -> PostDecision:
    """Keep a new decision, in force from now on."""
    row = insert(PostDecision).values(id=new_id(), state=DecisionState.IN_FORCE, **values)
    made = (await tx.scalars(row.returning(PostDecision))).one()
    levels = [
        {"decision_id": made.id, "level": each.level, "declarable": each.declarable} for each in numbers
    ]
    await tx.execute(insert(DecisionLevel), levels)
    return made


async def numbers_of(tx: AsyncSession, decision_ids: Collection[UUID]) -> dict[UUID, list[Number]]:
    """The numbers of several decisions, each in the order of the official table."""
    found: dict[UUID, dict[TitleLevel, int]] = {decision_id: {} for decision_id in decision_ids}
    for each in await tx.scalars(select(DecisionLevel).where(DecisionLevel.decision_id.in_(decision_ids))):
        found[each.decision_id][TitleLevel(each.level)] = each.declarable
    return {
        decision_id: [Number(level, by[level]) for level in TitleLevel if level in by]
        for decision_id, by in found.items()
    }


async def _one(tx: AsyncSession, chosen: Select[PostDecision]) -> PostDecision:
    found: PostDecision | None = await tx.scalar(chosen.execution_options(populate_existing=True))
    if found is None:
        raise DecisionNotFound
    return found
