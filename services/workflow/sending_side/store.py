"""Queries on what the sending side said."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.material.model import Material
from services.workflow.sending_side.case import SendingSide
from services.workflow.sending_side.model import SendingOpinion
from services.workflow.sending_side.states import Opinion, SendingBody


async def of(tx: AsyncSession, declaration_id: UUID) -> list[SendingOpinion]:
    """Everything the sending side said of a declaration, oldest first."""
    rows = select(SendingOpinion).where(SendingOpinion.declaration_id == declaration_id)
    return list(await tx.scalars(rows.order_by(SendingOpinion.round, SendingOpinion.id)))


async def standing(tx: AsyncSession, declaration_id: UUID) -> SendingSide:
    """What counts: the last word of each body, as long as the sheet it stands on is in force."""
    in_force = (
        select(SendingOpinion)
        .join(Material, Material.id == SendingOpinion.material_id)
        .where(
            SendingOpinion.declaration_id == declaration_id,
            Material.replaced_at.is_(None),
            Material.removed_at.is_(None),
        )
        .order_by(SendingOpinion.round)
    )
    return last_words(await tx.scalars(in_force))


def last_words(opinions: Iterable[SendingOpinion]) -> SendingSide:
    """Who agrees and who does not, by the last word of each."""
    last = {SendingBody(each.body): each.opinion for each in opinions}
    return SendingSide(
        agreed=frozenset(body for body, said in last.items() if said == Opinion.AGREED),
        against=frozenset(body for body, said in last.items() if said == Opinion.NOT_AGREED),
    )
