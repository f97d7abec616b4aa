"""Delegations in the database, and the seats that come from them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.accounts.delegation.errors import DelegationNotFound
from services.accounts.delegation.model import Delegation
from services.accounts.delegation.states import State
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.states import State as OrganisationState
from services.accounts.role.model import Grant
from services.accounts.sign_in.model import Account
from services.kit.auth import Seat

DELEGATE = aliased(Account)
"""Who holds a seat for another; made once: an alias costs milliseconds."""

GRANTED = and_(
    Grant.account_id == Delegation.delegator_id,
    Grant.role == Delegation.role,
    Grant.organisation_id == Delegation.organisation_id,
)
"""The delegator still holds the role: what is taken from one is taken from the other."""


async def seats_of(tx: AsyncSession, account_id: UUID, today: date) -> list[Seat]:
    """The seats that an account holds for others today, with their lineages, in one query."""
    line = line_of(Organisation, Organisation.lineage, "id", "kind", "level", "nature", "industry")
    whose = func.jsonb_build_object("id", Account.id, "name", Account.name).label("on_behalf_of")
    held = (
        select(Delegation.role, Delegation.organisation_id, line.label("lineage"), whose)
        .join(Grant, GRANTED)
        .join(Account, Account.id == Delegation.delegator_id)
        .join(DELEGATE, DELEGATE.id == Delegation.delegate_id)
        .join(Organisation, Organisation.id == Delegation.organisation_id)
        .where(
            Delegation.delegate_id == account_id,
            DELEGATE.organisation_id == Delegation.organisation_id,  # still a colleague
            Delegation.ends_on >= today,
            Delegation.begins_on <= today,
            Delegation.state == State.AGREED,
            Organisation.state == OrganisationState.ACTIVE,
        )
    )
    return [
        Seat.model_validate(dict(row)) for row in (await tx.execute(held.order_by(Delegation.id))).mappings()
    ]


async def lock_grant(tx: AsyncSession, account_id: UUID, role: str, organisation_id: UUID) -> bool:
    """Hold on to a role that is to be delegated until the transaction ends; False where it is not held."""
    held = select(Grant.id).where(
        Grant.account_id == account_id, Grant.role == role, Grant.organisation_id == organisation_id
    )
    return await tx.scalar(held.with_for_update()) is not None


async def overlapping(tx: AsyncSession, wanted: Delegation) -> bool:
    """Whether the same role is delegated already on a day of the period wanted."""
    same = select(Delegation.id).where(
        Delegation.delegator_id == wanted.delegator_id,
        Delegation.role == wanted.role,
        Delegation.organisation_id == wanted.organisation_id,
        Delegation.state == State.AGREED,
        Delegation.begins_on <= wanted.ends_on,
        Delegation.ends_on >= wanted.begins_on,
    )
    return await tx.scalar(same.limit(1)) is not None


async def get(tx: AsyncSession, delegation_id: UUID) -> Delegation:
    """A delegation.

    Raises:
        DelegationNotFound: there is none.
    """
    found = await tx.get(Delegation, delegation_id)
    if found is None:
        raise DelegationNotFound
    return found


def narrowed(account_id: UUID, managed: list[UUID]) -> Select[Any]:
    """The delegations that concern an account, or are of organisations it manages, or directly below one."""
    mine = or_(Delegation.delegator_id == account_id, Delegation.delegate_id == account_id)
    below = select(Organisation.id).where(
        or_(Organisation.id.in_(managed), Organisation.parent_id.in_(managed))
    )
    return select(Delegation).where(or_(mine, Delegation.organisation_id.in_(below)) if managed else mine)


async def names(tx: AsyncSession, rows: list[Delegation]) -> dict[UUID, str]:
    """The names of everyone that some delegations concern, in one query."""
    ids = {each for row in rows for each in (row.delegator_id, row.delegate_id)}
    found = await tx.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row.id: row.name for row in found}
