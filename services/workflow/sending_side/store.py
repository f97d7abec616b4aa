"""Queries on what the sending side said."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.material.model import Material
from services.workflow.rows import below
from services.workflow.sending_side.case import SendingSide
from services.workflow.sending_side.model import SendingOpinion
from services.workflow.sending_side.states import Opinion, SendingBody


async def of(tx: AsyncSession, ids: Collection[UUID]) -> dict[UUID, list[SendingOpinion]]:
    """Everything the sending side said of each of several declarations, oldest first."""
    order = (SendingOpinion.round, SendingOpinion.id)
    return await below(tx, SendingOpinion, SendingOpinion.declaration_id, ids, *order)


async def standing(tx: AsyncSession, declaration_id: UUID) -> SendingSide:
    """What counts: the last word of each body."""
    in_force = and_(Material.replaced_at.is_(None), Material.removed_at.is_(None))
    said = (
        select(SendingOpinion, in_force)
        .join(Material, Material.id == SendingOpinion.material_id)
        .where(SendingOpinion.declaration_id == declaration_id)
        .order_by(SendingOpinion.round)
    )
    return last_words((each, live) for each, live in await tx.execute(said))


def last_words(opinions: Iterable[tuple[SendingOpinion, bool]]) -> SendingSide:
    """Who agrees and who does not, by the last word of each, told with whether its sheet is in force.

    An agreement goes with the sheet it stands on; a refusal stays until its body says another word.
    """
    last = {SendingBody(each.body): (each.opinion, live) for each, live in opinions}
    return SendingSide(
        agreed=frozenset(body for body, said in last.items() if said == (Opinion.AGREED, True)),
        against=frozenset(body for body, (said, _) in last.items() if said == Opinion.NOT_AGREED),
    )
