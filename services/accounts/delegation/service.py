"""Handing a role to a colleague for the time of a leave, and taking it back.

Of many at once that hand over the same role, one succeeds: each holds on to the grant first. What was delegated counts
only as long as the delegator holds the role. Tokens follow at their next refresh, minutes later at most.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import Role, RoleDelegated
from services.accounts.delegation import rules, store
from services.accounts.delegation.errors import (
    DelegatedAlready,
    DelegateIsHolder,
    DelegateNotFound,
    DelegationNotFound,
    NotYourRole,
)
from services.accounts.delegation.model import Delegation
from services.accounts.delegation.schemas import DelegationIn, DelegationOut
from services.accounts.delegation.states import Action, Handover, State
from services.accounts.delegation.steps import STEPS
from services.accounts.installation import Desk
from services.accounts.organisation import store as organisations
from services.accounts.role import store as grants
from services.accounts.sign_in import store as accounts
from services.kit import outbox, transition
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide


async def agree(
    tx: AsyncSession, desk: Desk, actor: Actor, asked: DelegationIn
) -> tuple[DelegationOut, tuple[Basis, ...]]:
    """Hand a role of the caller's own to a colleague.

    Raises:
        RoleNotDelegable: the policy keeps it with its holder.
        NotYourRole: the caller does not hold it, holds it for another, or signed in without what it needs.
        PeriodWrong: it is past, upside down, or too long.
        DelegateNotFound: the colleague has no account at that organisation.
        DelegateIsHolder: the colleague holds the role already, or is the caller.
        DelegatedAlready: the role is delegated on one of these days.
    """
    rule = desk.policy.roles.delegation
    basis = desk.policy.articles[rule.article]
    rules.refuse_undelegable(rule, asked.role, basis)
    rules.refuse_period(rule, asked.begins_on, asked.ends_on, desk.moment.today, basis)
    carried = authorization.holds(actor, asked.role, asked.organisation_id)
    if not carried or not await store.lock_grant(tx, actor.id, asked.role, asked.organisation_id):
        raise NotYourRole(role=asked.role, field="role", basis=(basis,))
    await _refuse_delegate(tx, actor, asked, basis)
    row = Delegation(
        id=new_id(),
        province=desk.installation.province,
        delegator_id=actor.id,
        state=State.AGREED,
        **asked.model_dump(),
    )
    if await store.overlapping(tx, row):
        raise DelegatedAlready(field="begins_on", basis=(basis,))
    tx.add(row)
    await tx.flush()
    names = await store.names(tx, [row])
    await _tell(tx, desk, actor, row, names, basis)
    return shown(row, names, desk.moment.today), (basis,)


async def _tell(
    tx: AsyncSession, desk: Desk, actor: Actor, row: Delegation, names: dict[UUID, str], basis: Basis
) -> None:
    """History, audit and event of a new delegation."""
    await transition.begin(
        tx,
        table(),
        subject_id=row.id,
        state=State.AGREED,
        actor=actor,
        moment=desk.moment,
        organisation_id=row.organisation_id,
        role=row.role,
        basis=(basis,),
        note=row.reason,
    )
    await outbox.publish(tx, event_of(row, names, "AGREED"), desk.moment)


async def end(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    delegation_id: UUID,
    note: str | None = None,
    version: int | None = None,
) -> tuple[DelegationOut, tuple[Basis, ...]]:
    """End a delegation before its last day.

    Raises:
        DelegationNotFound: there is none that concerns the caller, or that the caller's organisation answers for.
        ActionNotAvailable, RulesBroken: it has ended.
        StaleVersion: it changed meanwhile.
    """
    row = await store.get(tx, delegation_id)
    lineage = await organisations.lineage_of(tx, row.organisation_id)
    if not sees(actor, row, lineage):
        raise DelegationNotFound
    case = await handover(tx, desk, row)
    move = decide(STEPS, case, Action.END, actor, desk.policy.articles, version=version)
    names = await store.names(tx, [row])
    event = event_of(row, names, "ENDED")
    await transition.take(tx, table(), move, actor=actor, moment=desk.moment, event=event, note=note)
    await tx.refresh(row)
    return shown(row, names, desk.moment.today), move.basis


async def handover(tx: AsyncSession, desk: Desk, row: Delegation) -> Handover:
    """A delegation as its rules see it today."""
    return Handover(
        row.id,
        State(row.state),
        row.version,
        await organisations.lineage_of(tx, row.organisation_id),
        row.delegator_id,
        row.delegate_id,
        row.organisation_id,
        row.begins_on,
        row.ends_on,
        desk.moment.today,
    )


def sees(actor: Actor, row: Delegation, lineage: list[UUID]) -> bool:
    """Whether a delegation concerns the caller, or is of an organisation that the caller manages."""
    if actor.id in {row.delegator_id, row.delegate_id}:
        return True
    return authorization.seat_for(Act.MANAGE_ACCOUNTS, actor, lineage) is not None


def shown(row: Delegation, names: dict[UUID, str], today: date) -> DelegationOut:
    """A delegation with both names."""
    return DelegationOut(
        id=row.id,
        organisation_id=row.organisation_id,
        role=Role(row.role),
        delegator_id=row.delegator_id,
        delegator_name=names[row.delegator_id],
        delegate_id=row.delegate_id,
        delegate_name=names[row.delegate_id],
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        reason=row.reason,
        state=State(row.state),
        running=row.state == State.AGREED and row.begins_on <= today <= row.ends_on,
        version=row.version,
    )


async def _refuse_delegate(tx: AsyncSession, actor: Actor, asked: DelegationIn, basis: Basis) -> None:
    colleague = (await accounts.accounts_by_id(tx, [asked.delegate_id])).get(asked.delegate_id)
    if colleague is None or colleague.organisation_id != asked.organisation_id:
        raise DelegateNotFound(field="delegate_id", basis=(basis,))
    holders = await grants.holders(tx, asked.role, asked.organisation_id)
    if colleague.id == actor.id or colleague.id in holders:
        raise DelegateIsHolder(field="delegate_id", basis=(basis,))


def event_of(row: Delegation, names: dict[UUID, str], state: Literal["AGREED", "ENDED"]) -> RoleDelegated:
    """What others are told of a delegation."""
    return RoleDelegated(
        delegation_id=row.id,
        organisation_id=row.organisation_id,
        delegator_id=row.delegator_id,
        delegate_id=row.delegate_id,
        delegator=names[row.delegator_id],
        delegate=names[row.delegate_id],
        role=Role(row.role),
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        state=state,
    )


def table() -> Table:
    """The table that steps are taken on."""
    found = Delegation.__table__
    assert isinstance(found, Table)
    return found
