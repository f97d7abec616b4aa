"""Whether somebody has acted on a declaration: who recommended, reviewed or moved it does not supervise it (三（一）)."""

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.kit.transition import history
from services.workflow.declaration.model import Declaration
from services.workflow.review_chain.model import ReviewEndorsement


async def acted_on(tx: AsyncSession, declaration: Declaration, actor: Actor) -> bool:
    """Whether the caller, whom the caller acts for, or another account of the same person did; or declares."""
    if declaration.person_id == actor.person_id or actor.answers_for(declaration.account_id):
        return True
    subjects = [declaration.id, *filter(None, [declaration.recommendation_id])]
    moved = exists().where(history.c.subject_id.in_(subjects), history.c.actor_id.in_(actor.answering))
    mine = ReviewEndorsement.answering.overlap(sorted(actor.answering))
    same = ReviewEndorsement.person_id == actor.person_id if actor.person_id else None
    answered = exists().where(
        and_(ReviewEndorsement.declaration_id == declaration.id, mine if same is None else or_(mine, same))
    )
    return bool(await tx.scalar(select(or_(moved, answered))))
