"""Whether somebody has had to do with what a case is about: such a person does not handle it (三（六）3)."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.integrity.model import IntegrityCase
from services.workflow.supervision.involvement import acted_on


async def involved(tx: AsyncSession, case: IntegrityCase, actor: Actor) -> bool:
    """Whether the caller is the person, or acted on the declaration behind the case, or acts for such a one."""
    own = actor.person_id == case.person_id or actor.answers_for(case.account_id)
    return own or (case.declaration_id is not None and await acted_on(tx, [case.declaration_id], actor))
