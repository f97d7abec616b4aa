"""Delegations end with what they rest on: the delegator's role, the delegate's place, the organisation in use.

Seats are gone the moment these are (`store.seats_of` asks for all three). The step is taken as well, so that a role given
anew, or an organisation taken into use again, does not bring an old delegation back.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import SYSTEM
from services.accounts.delegation import store
from services.accounts.delegation.model import Delegation
from services.accounts.delegation.service import event_of, handover, table
from services.accounts.delegation.states import Action, State
from services.accounts.delegation.steps import STEPS
from services.accounts.installation import Desk
from services.accounts.organisation.model import Organisation
from services.kit import transition
from services.kit.steps import decide

ROLE_ENDED = "委托人不再担任该角色"
LEFT = "委托人或受托人已离开该机构"
CLOSED = "机构已停用"


async def with_role(tx: AsyncSession, desk: Desk, account_id: UUID, role: str, organisation_id: UUID) -> None:
    """A role was taken from an account: whoever holds it for that account holds it no longer."""
    which = (Delegation.delegator_id == account_id, Delegation.role == role)
    await _lapse(tx, desk, *which, Delegation.organisation_id == organisation_id, note=ROLE_ENDED)


async def with_place(tx: AsyncSession, desk: Desk, account_id: UUID, left: UUID) -> None:
    """Somebody left an employer: what he or she handed over or was handed there and below is over."""
    either = or_(Delegation.delegator_id == account_id, Delegation.delegate_id == account_id)
    below = exists().where(
        Organisation.id == Delegation.organisation_id, Organisation.lineage.contains([left])
    )
    await _lapse(tx, desk, either, below, note=LEFT)


async def with_organisation(tx: AsyncSession, desk: Desk, organisation_id: UUID) -> None:
    """An organisation was closed."""
    await _lapse(tx, desk, Delegation.organisation_id == organisation_id, note=CLOSED)


async def _lapse(tx: AsyncSession, desk: Desk, *which: Any, note: str) -> None:
    today = desk.moment.today
    running = select(Delegation).where(Delegation.state == State.AGREED, Delegation.ends_on >= today, *which)
    rows = list(await tx.scalars(running.order_by(Delegation.id).with_for_update()))
    names = await store.names(tx, rows) if rows else {}
    for row in rows:
        move = decide(STEPS, await handover(tx, desk, row), Action.LAPSE, SYSTEM, desk.policy.articles)
        event = event_of(row, names, "ENDED")
        await transition.take(tx, table(), move, actor=SYSTEM, moment=desk.moment, event=event, note=note)
        await tx.refresh(row)
