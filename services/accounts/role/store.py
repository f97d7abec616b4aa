"""Roles in the database, and the seats and accounts that are read from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, delete, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.accounts.contract import Role
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.states import State as OrganisationState
from services.accounts.person.model import Person
from services.accounts.role.errors import AccountNotFound
from services.accounts.role.model import Grant, Offer
from services.accounts.sign_in.model import Account
from services.accounts.sign_in.schemas import AccountOut
from services.kit.auth import Seat
from services.kit.ids import new_id

PLACE = aliased(Organisation)
"""Where a role is held, beside the organisation where the account belongs."""


@dataclass(frozen=True, slots=True)
class Granted:
    """Where roles are held and who gave them (nobody: the installation itself)."""

    organisation_id: UUID
    by: UUID | None


async def grant(tx: AsyncSession, account_id: UUID, roles: Iterable[Role], granted: Granted) -> list[Role]:
    """Give roles; those that were not held before."""
    rows = [
        {
            "id": new_id(),
            "account_id": account_id,
            "role": role,
            "organisation_id": granted.organisation_id,
            "granted_by": granted.by,
        }
        for role in dict.fromkeys(roles)
    ]
    if not rows:
        return []
    kept = insert(Grant).on_conflict_do_nothing().returning(Grant.role)
    return [Role(role) for role in await tx.scalars(kept, rows)]


async def revoke(tx: AsyncSession, account_id: UUID, role: Role, organisation_id: UUID) -> bool:
    """Take a role away; whether it was held."""
    gone = delete(Grant).where(
        Grant.account_id == account_id, Grant.role == role, Grant.organisation_id == organisation_id
    )
    return await tx.scalar(gone.returning(Grant.id)) is not None


async def holders(tx: AsyncSession, role: Role, organisation_id: UUID) -> Sequence[UUID]:
    """Who holds a role at an organisation, locked until the transaction ends."""
    held = select(Grant.account_id).where(Grant.organisation_id == organisation_id, Grant.role == role)
    return (await tx.scalars(held.order_by(Grant.id).with_for_update())).all()


async def seats_of(tx: AsyncSession, account_id: UUID) -> list[Seat]:
    """The seats of an account with their lineages, in one query; those at organisations not in use do not count."""
    line = line_of(Organisation, Organisation.lineage, "id", "kind", "level", "nature", "industry")
    held = select(Grant.role, Grant.organisation_id, line.label("lineage"))
    held = held.join(Organisation, Organisation.id == Grant.organisation_id).where(
        Grant.account_id == account_id, Organisation.state == OrganisationState.ACTIVE
    )
    return [Seat.model_validate(dict(row)) for row in (await tx.execute(held.order_by(Grant.id))).mappings()]


async def described(tx: AsyncSession, account_id: UUID, *, below: UUID | None = None) -> AccountOut:
    """An account with its roles and the names of their organisations, in one query.

    `below` shows only the roles in the subtree of an organisation: its manager learns no others.

    Raises:
        AccountNotFound: there is none.
    """
    at = [] if below is None else [PLACE.lineage.contains([below])]
    query = select(
        Account.id,
        Account.login,
        Account.name,
        Person.id.label("person_id"),
        held(Grant, *at).label("roles"),
    )
    query = query.outerjoin(Person, Person.account_id == Account.id).where(Account.id == account_id)
    row: Any = (await tx.execute(query)).mappings().first()
    if row is None:
        raise AccountNotFound
    return AccountOut.model_validate(dict(row))


def held(kind: type[Grant] | type[Offer], *at: ColumnElement[bool]) -> ScalarSelect[Any]:
    """A subquery of an account: the roles it holds, or is offered, at some organisations (`PLACE`), as JSON with names."""
    role = func.jsonb_build_object(
        "role", kind.role, "organisation_id", kind.organisation_id, "organisation_name", PLACE.name
    )
    every = func.coalesce(func.jsonb_agg(aggregate_order_by(role, kind.id)), func.jsonb_build_array())
    there = select(every).join(PLACE, PLACE.id == kind.organisation_id)
    return there.where(kind.account_id == Account.id, *at).correlate(Account).scalar_subquery()
