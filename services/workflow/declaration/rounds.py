"""Rounds of a declaration: as it was at each submission, kept for good, so that what a resubmission changed can be told."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.declaration.call import Call
from services.workflow.declaration.difference import MATERIALS, Difference, difference
from services.workflow.declaration.errors import RoundNotFound
from services.workflow.declaration.model import Declaration, DeclarationRound
from services.workflow.material import store as materials
from services.workflow.material.model import Material
from services.workflow.rows import below


async def keep(call: Call, declaration: Declaration) -> None:
    """Keep what is being submitted now; the row has not moved on yet."""
    files = await materials.live(call.tx, declaration.id)
    call.tx.add(
        DeclarationRound(
            declaration_id=declaration.id,
            round=declaration.round + 1,
            content=declaration.content,
            materials=[_told(each) for each in files],
            submitted_at=call.moment.instant,
        )
    )


def _told(material: Material) -> dict[str, Any]:
    return {
        "id": str(material.id),
        "item": material.item,
        "title": material.title,
        "sha256": material.sha256.hex() if material.sha256 else None,
    }


async def of(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[DeclarationRound]]:
    """Every round of each of several declarations, oldest first."""
    owner = DeclarationRound.declaration_id
    return await below(tx, DeclarationRound, owner, ids, DeclarationRound.round)


async def between(tx: AsyncSession, declaration_id: UUID, earlier: int, later: int) -> list[Difference]:
    """What changed from one round to another.

    Raises:
        RoundNotFound: the declaration was not submitted that often.
    """
    rounds = {each.round: each for each in (await of(tx, [declaration_id]))[declaration_id]}
    for number, field in ((earlier, "from_round"), (later, "to_round")):
        if number not in rounds:
            raise RoundNotFound(round=number, field=field)
    return difference(_sections(rounds[earlier]), _sections(rounds[later]))


def _sections(kept: DeclarationRound) -> dict[str, Any]:
    return {**kept.content, MATERIALS: kept.materials}
