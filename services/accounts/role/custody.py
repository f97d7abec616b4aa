"""Who may act on an account itself: make its owner set a new password, prove a new device, sign in again.

Such acts open everything that the account may do. So where roles are held outside of the account's home, its home
manager is not enough: it takes whoever manages all of it, the lowest organisation above home and roles alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.organisation.model import Organisation
from services.accounts.role.errors import AccountNotFound, NotForYourself
from services.accounts.role.model import Grant
from services.accounts.sign_in import store as accounts
from services.accounts.sign_in.model import Account
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis


@dataclass(frozen=True, slots=True)
class Charge:
    """An account in the caller's charge, by a seat of the caller's."""

    account: Account
    seat: Seat


async def in_charge(
    tx: AsyncSession, actor: Actor, account_id: UUID, *basis: Basis, whole: bool = False
) -> Charge:
    """An account that the caller manages where it belongs; with `whole`, wherever it holds a role.

    Raises:
        AccountNotFound: there is none, or none in the caller's charge.
        NotForYourself: the caller acts for another, and the account is the own one or that other's.
    """
    account = (await accounts.accounts_by_id(tx, [account_id])).get(account_id)
    line = await _line(tx, account, whole=whole) if account else []
    seat = authorization.seat_for(Act.MANAGE_ACCOUNTS, actor, line)
    if account is None or seat is None:
        raise AccountNotFound
    refuse_for_oneself(actor, seat, account_id, *basis)
    return Charge(account, seat)


async def seen(tx: AsyncSession, actor: Actor, account_id: UUID) -> Account:
    """An account that belongs to the subtree of an organisation the caller manages.

    Raises:
        AccountNotFound: there is none, or none that the caller may see.
    """
    account = (await accounts.accounts_by_id(tx, [account_id])).get(account_id)
    line = await _line(tx, account, whole=False) if account else []
    if account is None or authorization.seat_for(Act.SEE_ACCOUNT, actor, line) is None:
        raise AccountNotFound(field="account_id")
    return account


def refuse_for_oneself(actor: Actor, seat: Seat, account_id: UUID, *basis: Basis) -> None:
    """Refuse what somebody who acts for another would do to the own account, or to that other's.

    Raises:
        NotForYourself: it would outlast the delegation.
    """
    principal = seat.on_behalf_of
    if principal is not None and account_id in {actor.id, principal.id}:
        raise NotForYourself(basis=basis)


async def _line(tx: AsyncSession, account: Account, *, whole: bool) -> Sequence[UUID]:
    """The organisations from the root down to the account's home, or to what is above home and all its roles."""
    held = select(Grant.organisation_id).where(Grant.account_id == account.id)
    home = Organisation.id == account.organisation_id
    where = or_(home, Organisation.id.in_(held)) if whole else home
    lines = await tx.scalars(select(Organisation.lineage).where(where))
    shared = takewhile(lambda level: len(set(level)) == 1, zip(*lines, strict=False))
    return [level[0] for level in shared]
