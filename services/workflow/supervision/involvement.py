"""Whether somebody has acted on a declaration: who recommended, reviewed or moved it does not supervise it (三（一）)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.kit.transition import history
from services.workflow.declaration.model import Declaration
from services.workflow.review_chain.model import ReviewEndorsement


def involving(actor: Actor) -> ColumnElement[bool]:
    """Declarations that the caller, whom the caller acts for, or another account of the same person declares or acted on."""
    answering = sorted(actor.answering)
    moved = exists().where(
        history.c.subject_id.in_([Declaration.id, Declaration.recommendation_id]),
        history.c.actor_id.in_(answering),
    )
    mine = ReviewEndorsement.answering.overlap(answering)
    if actor.person_id is None:
        return or_(Declaration.account_id.in_(answering), moved, _answered(mine))
    answered = _answered(or_(mine, ReviewEndorsement.person_id == actor.person_id))
    own = or_(Declaration.person_id == actor.person_id, Declaration.account_id.in_(answering))
    return or_(own, moved, answered)


def _answered(by: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(ReviewEndorsement.declaration_id == Declaration.id, by)


async def acted_on(tx: AsyncSession, declaration_ids: Collection[UUID], actor: Actor) -> bool:
    """Whether the caller declares, or acted on, one of several declarations."""
    wanted = select(exists().where(Declaration.id.in_(declaration_ids), involving(actor)))
    return bool(await tx.scalar(wanted))
