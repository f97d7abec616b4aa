"""Accounts with roles: made for organisations' own staff, and roles given and taken, each with its line in the audit."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.contract import AccountOpened, OrganisationKind, Role
from services.accounts.delegation import lapsing
from services.accounts.installation import Desk
from services.accounts.role import custody, offer, rules, store
from services.accounts.role.errors import LastManager, NotForYourself, RoleNotHeld
from services.accounts.role.managing import audit_role, granting, managed
from services.accounts.role.store import Granted
from services.accounts.sign_in import activation
from services.accounts.sign_in import store as accounts
from services.accounts.sign_in.activation import Code
from services.accounts.sign_in.model import Account
from services.kit import outbox
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis


async def open_account(
    tx: AsyncSession, desk: Desk, *, login: str, name: str, roles: Iterable[Role], granted: Granted
) -> tuple[Account, Code]:
    """A new account with roles at one organisation, and the code for its password.

    Raises:
        LoginTaken: the sign-in name is in use.
    """
    home, province = granted.organisation_id, desk.installation.province
    account = await accounts.add_account(tx, province=province, organisation_id=home, login=login, name=name)
    await store.grant(tx, account.id, roles, granted)
    return account, await activation.issue(tx, desk, account)


async def create_staff(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    organisation_id: UUID,
    *,
    login: str,
    name: str,
    roles: list[Role],
) -> tuple[Account, Code, Basis]:
    """An account for someone who works for an organisation, by its manager or the one directly above.

    Raises:
        RoleMissing: the caller manages neither.
        OrganisationNotInUse: it is closed, or went into another.
        RoleDoesNotFit: an organisation of that kind has no such role.
        NotForYourself: who acts for a manager makes no managers.
        LoginTaken: the sign-in name is in use.
    """
    organisation, seat, basis = await granting(tx, desk, actor, organisation_id)
    rules.refuse_unfit(desk.policy, OrganisationKind(organisation.kind), roles)
    _refuse_managers(seat, roles, basis)
    granted = Granted(organisation.id, actor.id)
    account, code = await open_account(tx, desk, login=login, name=name, roles=roles, granted=granted)
    told = (account.id, basis, roles)
    await audit_role(tx, desk, actor, seat, "account.CREATE", *told, at=organisation.id)
    return account, code, basis


async def grant(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, account_id: UUID, role: Role
) -> Basis:
    """Give a role at an organisation; giving it again changes nothing.

    Raises:
        RoleMissing: the caller manages neither the organisation nor the one directly above.
        OrganisationNotInUse: it is closed, or went into another.
        RoleDoesNotFit: an organisation of that kind has no such role.
        AccountNotFound: there is none, or none of the organisations that the caller manages: offer it the role.
        NotForYourself: who acts for a manager makes no managers, and gives oneself and that manager nothing.
    """
    organisation, seat, basis = await granting(tx, desk, actor, organisation_id)
    rules.refuse_unfit(desk.policy, OrganisationKind(organisation.kind), [role])
    await custody.seen(tx, actor, account_id)
    _refuse_managers(seat, [role], basis)
    custody.refuse_for_oneself(actor, seat, account_id, basis)
    given = await store.grant(tx, account_id, [role], Granted(organisation.id, actor.id))
    if given:
        told = (account_id, basis, given)
        await audit_role(tx, desk, actor, seat, "role.GRANT", *told, at=organisation.id)
    return basis


async def revoke(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, account_id: UUID, role: Role
) -> Basis:
    """Take a role away, or what was offered and not yet answered. Tokens signed before go on saying otherwise until they expire, minutes later.

    Raises:
        RoleMissing: the caller manages neither the organisation nor the one directly above.
        RoleDoesNotFit: a role that is not granted is not taken away either.
        NotForYourself: who acts for a manager takes nothing from oneself and from that manager.
        LastManager: nobody would be in charge.
        RoleNotHeld: the account does not hold it.
    """
    organisation, seat, basis = await managed(tx, desk, actor, organisation_id)
    rules.refuse_unfit(desk.policy, OrganisationKind(organisation.kind), [role])
    custody.refuse_for_oneself(actor, seat, account_id, basis)
    if role is authorization.IN_CHARGE and list(await store.holders(tx, role, organisation.id)) == [
        account_id
    ]:
        raise LastManager(field="role", basis=(desk.policy.articles["person_in_charge"],))
    held = await store.revoke(tx, account_id, role, organisation.id)
    withdrawn = await offer.withdraw(tx, account_id, role, organisation.id)
    if not held and not withdrawn:
        raise RoleNotHeld(role=role, field="role")
    await lapsing.with_role(tx, desk, account_id, role, organisation.id)
    told = (account_id, basis, [role])
    await audit_role(tx, desk, actor, seat, "role.REVOKE", *told, at=organisation.id)
    return basis


async def reissue_code(tx: AsyncSession, desk: Desk, actor: Actor, account_id: UUID) -> tuple[Code, Basis]:
    """A new code for an account's password; its owner is told. The present password stays until the code is used.

    Raises:
        AccountNotFound: there is none, or it holds a role outside of what the caller manages.
        NotForYourself: who acts for a manager does not take over that manager's account.
    """
    basis = desk.policy.articles["accounts_below"]
    charge = await custody.in_charge(tx, actor, account_id, basis, whole=True)
    await audit_role(tx, desk, actor, charge.seat, "account.REISSUE_CODE", account_id, basis)
    event = AccountOpened(
        account_id=account_id,
        organisation_id=charge.seat.organisation_id,
        by=actor.named(charge.seat.organisation_id, charge.seat.role),
        what="CODE_REISSUED",
    )
    await outbox.publish(tx, event, desk.moment)
    return await activation.issue(tx, desk, charge.account), basis


def _refuse_managers(seat: Seat, roles: Collection[Role], basis: Basis) -> None:
    if not authorization.appoints(seat, roles):
        raise NotForYourself(field="role", basis=(basis,))
