"""Accounts with roles: made for organisations' own staff, and roles given and taken, each with its line in the audit."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import OrganisationKind, Role
from services.accounts.installation import Desk
from services.accounts.organisation import closure
from services.accounts.organisation import store as organisations
from services.accounts.organisation.model import Organisation
from services.accounts.role import rules, store
from services.accounts.role.errors import AccountNotFound, LastManager, RoleNotHeld
from services.accounts.role.store import Granted
from services.accounts.sign_in import activation
from services.accounts.sign_in import store as accounts
from services.accounts.sign_in.activation import Code
from services.accounts.sign_in.model import Account
from services.kit import audit
from services.kit.auth import Actor
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
        LoginTaken: the sign-in name is in use.
    """
    organisation, basis = await _granting(tx, desk, actor, organisation_id)
    rules.refuse_unfit(desk.policy, OrganisationKind(organisation.kind), roles)
    granted = Granted(organisation.id, actor.id)
    account, code = await open_account(tx, desk, login=login, name=name, roles=roles, granted=granted)
    await _audit(tx, desk, actor, "account.CREATE", account.id, organisation.id, basis, roles)
    return account, code, basis


async def grant(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, account_id: UUID, role: Role
) -> Basis:
    """Give a role at an organisation; giving it again changes nothing.

    Raises:
        RoleMissing: the caller manages neither the organisation nor the one directly above.
        OrganisationNotInUse: it is closed, or went into another.
        RoleDoesNotFit: an organisation of that kind has no such role.
        AccountNotFound: there is no such account.
    """
    organisation, basis = await _granting(tx, desk, actor, organisation_id)
    rules.refuse_unfit(desk.policy, OrganisationKind(organisation.kind), [role])
    if account_id not in await accounts.accounts_by_id(tx, [account_id]):
        raise AccountNotFound(field="account_id")
    given = await store.grant(tx, account_id, [role], Granted(organisation.id, actor.id))
    if given:
        await _audit(tx, desk, actor, "role.GRANT", account_id, organisation.id, basis, given)
    return basis


async def revoke(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, account_id: UUID, role: Role
) -> Basis:
    """Take a role away. Tokens signed before go on saying otherwise until they expire, minutes later.

    Raises:
        RoleMissing: the caller manages neither the organisation nor the one directly above.
        RoleDoesNotFit: a role that is not granted is not taken away either.
        LastManager: nobody would be in charge.
        RoleNotHeld: the account does not hold it.
    """
    organisation, basis = await _managed(tx, desk, actor, organisation_id)
    rules.refuse_unfit(desk.policy, OrganisationKind(organisation.kind), [role])
    if role is Role.ORGANISATION_MANAGER and list(await store.holders(tx, role, organisation.id)) == [
        account_id
    ]:
        raise LastManager(field="role", basis=(desk.policy.articles["person_in_charge"],))
    if not await store.revoke(tx, account_id, role, organisation.id):
        raise RoleNotHeld(role=role, field="role")
    await _audit(tx, desk, actor, "role.REVOKE", account_id, organisation.id, basis, [role])
    return basis


async def reissue_code(tx: AsyncSession, desk: Desk, actor: Actor, account_id: UUID) -> tuple[Code, Basis]:
    """A new code for an account's password, by the manager of the organisation it belongs to or the one above.

    A role given elsewhere lets nobody take the account over. The present password stays until the code is used.

    Raises:
        AccountNotFound: there is none, or none of the caller's.
    """
    account = (await accounts.accounts_by_id(tx, [account_id])).get(account_id)
    lineage = await organisations.lineage_of(tx, account.organisation_id) if account else []
    seat = authorization.seat_for(Act.MANAGE_ACCOUNTS, actor, lineage)
    if account is None or seat is None:
        raise AccountNotFound
    basis = desk.policy.articles["accounts_below"]
    await _audit(tx, desk, actor, "account.REISSUE_CODE", account_id, seat.organisation_id, basis, [])
    return await activation.issue(tx, desk, account), basis


async def _granting(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID
) -> tuple[Organisation, Basis]:
    """The same where something is granted: an organisation no longer in use grants nothing.

    Raises:
        RoleMissing: the caller manages neither it nor the one directly above.
        OrganisationNotInUse: it is closed, or went into another.
    """
    await closure.hold(tx, desk.installation.province)
    organisation, basis = await _managed(tx, desk, actor, organisation_id)
    organisations.refuse_unless_in_use(organisation, desk.policy.articles["life"])
    return organisation, basis


async def _managed(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID
) -> tuple[Organisation, Basis]:
    """An organisation whose accounts the caller manages; an unknown one is refused like one of others."""
    basis = desk.policy.articles["accounts_below"]
    lineage = await organisations.lineage_of(tx, organisation_id)
    authorization.require(Act.MANAGE_ACCOUNTS, actor, lineage, basis)
    return await organisations.get(tx, organisation_id), basis


async def _audit(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    action: str,
    account_id: UUID,
    organisation_id: UUID,
    basis: Basis,
    roles: Iterable[Role],
) -> None:
    await audit.record(
        tx,
        actor=actor,
        action=action,
        subject=f"account/{account_id}",
        moment=desk.moment,
        organisation_id=organisation_id,
        basis=(basis,),
        detail={"roles": list(roles)},
    )
