"""Roles offered to somebody of another organisation, such as a committee's expert: held once the owner agrees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, Role, RoleOfferAnswered, RoleOffered
from services.accounts.installation import Desk
from services.accounts.organisation.model import Organisation
from services.accounts.role import custody, rules, store
from services.accounts.role.errors import AccountNotFound, OfferNotFound, RoleNotOffered
from services.accounts.role.managing import audit_role, granting
from services.accounts.role.model import Offer
from services.accounts.role.store import Granted
from services.accounts.sign_in import activation
from services.accounts.sign_in import store as accounts
from services.kit import outbox
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer with the name of its organisation."""

    id: UUID
    role: Role
    organisation_id: UUID
    organisation_name: str
    offered_at: Any


async def make(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, login: str, role: Role
) -> tuple[Offered, Basis]:
    """Offer a role to whoever signs in as `login`; an offer that stands is answered again.

    Raises:
        RoleMissing: the caller manages neither the organisation nor the one directly above.
        RoleDoesNotFit, RoleNotOffered: it is no role of such an organisation, or none that is offered.
        AccountNotFound: nobody signs in so.
        NotForYourself: who acts for a manager offers neither oneself nor that manager anything.
    """
    organisation, seat, basis = await granting(tx, desk, actor, organisation_id)
    rules.refuse_unfit(desk.policy, OrganisationKind(organisation.kind), [role])
    if role not in desk.policy.roles.offered:
        possible = "、".join(desk.policy.roles.offered)
        raise RoleNotOffered(role=role, possible=possible, field="role", basis=(basis,))
    account = await accounts.account_by_login(tx, login)
    if account is None:
        raise AccountNotFound(field="login")
    custody.refuse_for_oneself(actor, seat, account.id, basis)
    values = {"account_id": account.id, "role": role, "organisation_id": organisation.id}
    row = insert(Offer).values(id=new_id(), offered_by=actor.id, **values).on_conflict_do_nothing()
    if await tx.scalar(row.returning(Offer.id)) is not None:
        await audit_role(tx, desk, actor, seat, "role.OFFER", account.id, basis, [role])
        event = RoleOffered(
            account_id=account.id, role=role, organisation_id=organisation.id, name=organisation.name
        )
        await outbox.publish(tx, event, desk.moment)
    [offer] = await of_account(tx, account.id, Offer.role == role, Offer.organisation_id == organisation.id)
    return offer, basis


async def withdraw(tx: AsyncSession, account_id: UUID, role: Role, organisation_id: UUID) -> bool:
    """Take an offer back that nobody has answered; whether there was one."""
    gone = delete(Offer).where(
        Offer.account_id == account_id, Offer.role == role, Offer.organisation_id == organisation_id
    )
    return await tx.scalar(gone.returning(Offer.id)) is not None


async def of_account(tx: AsyncSession, account_id: UUID, *narrowed: Any) -> list[Offered]:
    """What is offered to an account."""
    query = select(Offer.id, Offer.role, Offer.organisation_id, Organisation.name, Offer.offered_at)
    query = query.join(Organisation, Organisation.id == Offer.organisation_id)
    rows = await tx.execute(query.where(Offer.account_id == account_id, *narrowed).order_by(Offer.id))
    return [Offered(row[0], Role(row[1]), *row[2:]) for row in rows]


async def answer(tx: AsyncSession, desk: Desk, actor: Actor, offer_id: UUID, *, accept: bool) -> Basis:
    """Take what is offered, or leave it. A code of the home manager's must not open what is held elsewhere: it is void.

    Raises:
        OfferNotFound: there is no such offer to the caller, or not any longer.
    """
    gone = delete(Offer).where(Offer.id == offer_id, Offer.account_id == actor.id)
    row = (await tx.execute(gone.returning(Offer.role, Offer.organisation_id, Offer.offered_by))).first()
    if row is None:
        raise OfferNotFound
    basis, role = desk.policy.articles["accounts_below"], Role(row.role)
    given: Sequence[Role] = [role]
    if accept:
        await activation.revoke(tx, actor.id)
        given = await store.grant(tx, actor.id, [role], Granted(row.organisation_id, row.offered_by))
    action = "role.ACCEPT" if accept else "role.DECLINE"
    await audit_role(tx, desk, actor, None, action, actor.id, basis, given, at=row.organisation_id)
    event = RoleOfferAnswered(
        account_id=actor.id,
        role=role,
        organisation_id=row.organisation_id,
        person=actor.name,
        answer="ACCEPTED" if accept else "DECLINED",
    )
    await outbox.publish(tx, event, desk.moment)
    return basis
