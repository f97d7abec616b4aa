"""Telling who stands above that a review is overdue: the next of the chain, above the committee's office its superior."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.steps import StaleVersion, decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.committee.model import Committee
from services.workflow.contract import DeclarationOverdue
from services.workflow.declaration import facts, store
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import Action
from services.workflow.declaration.steps import STEPS
from services.workflow.review_chain.worklist import Place


def untold(today: date, after: Place, at_most: int) -> Select[UUID, Any]:
    """The next overdue declarations that nobody above was told of, longest overdue first."""
    wanted = select(Declaration.id, Declaration.due_on).where(
        Declaration.due_on < today,
        Declaration.escalated_on.is_(None),
        tuple_(Declaration.due_on, Declaration.id) > after,
    )
    return wanted.order_by(Declaration.due_on, Declaration.id).limit(at_most)


async def escalate(act: Act, declaration_id: UUID) -> None:
    """Tell of one declaration; nothing but the day of telling changes.

    Raises:
        StaleVersion: somebody has it in hand this moment; the next sweep comes by again.
        ActionNotAvailable, RulesBroken: it is with no reviewer any more, not overdue, or was told.
    """
    declaration = await store.lock_unless_held(act.tx, declaration_id)
    if declaration is None:
        raise StaleVersion
    policy = act.policies[declaration.policy]
    case = await facts.case_of(act.tx, declaration, policy, actor=act.actor, moment=act.moment)
    move = decide(STEPS, case, Action.ESCALATE, act.actor, policy.articles)
    event = DeclarationOverdue(
        declaration_id=declaration.id,
        number=declaration.number,
        cycle=declaration.year,
        level=declaration.level,
        at_organisation_id=declaration.at_organisation_id,
        superior_id=await _above(act.tx, declaration),
        due_on=declaration.due_on,
        lineage=declaration.lineage,
    )
    await rows.take(act, declaration, move, event=event, escalated_on=act.moment.today)


async def _above(tx: AsyncSession, declaration: Declaration) -> UUID:
    """Who reviews next; above the office of a committee its superior, and above an office at the top only itself."""
    if declaration.position < len(declaration.chain):
        return facts.holder_of(declaration, declaration.position + 1) or declaration.office_id
    line = await tx.scalar(select(Committee.lineage).where(Committee.id == declaration.committee_id)) or []
    above = line[: line.index(declaration.office_id)] if declaration.office_id in line else []
    return above[-1] if above else declaration.office_id
