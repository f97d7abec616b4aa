"""An organisation was renamed or closed: the lines and chains of what is not decided name it as it is, or its superior."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.declaration.model import Declaration
from services.workflow.line.tree import AT_ONCE, DECIDED, hand_over, last_of, links_of
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.states import LIVE

OPEN = {
    Recommendation: Recommendation.state.in_(LIVE),
    Declaration: Declaration.state.not_in(DECIDED),
}
"""What still tells its line by name."""


async def rename_recommendations(tx: AsyncSession, renamed: UUID, name: str, after: UUID) -> UUID | None:
    """Publicity and certificate name the unit as it is called by then."""
    found = await _naming(tx, Recommendation, renamed, name, after)
    for row in found:
        row.path = _named(row.path, renamed, name)
    return last_of(found)


async def rename_declarations(tx: AsyncSession, renamed: UUID, name: str, after: UUID) -> UUID | None:
    """The same, and the chain."""
    found = await _naming(tx, Declaration, renamed, name, after)
    for row in found:
        row.path, row.chain = _named(row.path, renamed, name), _named(row.chain, renamed, name)
    return last_of(found)


async def pass_over(tx: AsyncSession, closed: UUID, after: UUID) -> UUID | None:
    """What waits for a body that was closed goes to its superior, which answers for it; nobody reviews twice."""
    left = Declaration.chain.contains([{"id": str(closed)}])
    found = await _rows(tx, Declaration, closed, after, left)
    for row in found:
        path = links_of(row.path)
        place = next((number for number, link in enumerate(path) if link.id == closed), 0)
        if place > 0:
            hand_over(row, closed, path[place - 1])
    return last_of(found)


async def _naming(tx: AsyncSession, model: Any, renamed: UUID, name: str, after: UUID) -> Sequence[Any]:
    return await _rows(tx, model, renamed, after, ~model.path.contains([{"id": str(renamed), "name": name}]))


async def _rows(
    tx: AsyncSession, model: Any, through: UUID, after: UUID, *where: ColumnElement[bool]
) -> Sequence[Any]:
    mine = select(model).where(model.lineage.contains([through]), model.id > after, OPEN[model], *where)
    return list(await tx.scalars(mine.order_by(model.id).limit(AT_ONCE).with_for_update(of=model)))


def _named(links: Sequence[dict[str, Any]], renamed: UUID, name: str) -> list[dict[str, Any]]:
    return [{**link, "name": name} if link["id"] == str(renamed) else link for link in links]
