"""How an organisation is reached, and who is in charge there (一（三）3): kept up by itself or its direct superior."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import IN_CHARGE, Act
from services.accounts.installation import Desk
from services.accounts.organisation import closure, service
from services.accounts.organisation.errors import NotAManagerHere
from services.accounts.organisation.life import seen
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.schemas import ContactIn, PersonInChargeOut
from services.accounts.organisation.states import Upkeep
from services.accounts.role.model import Grant
from services.accounts.sign_in.model import Account
from services.kit import transition
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis


async def update_contact(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, told: ContactIn
) -> Basis:
    """Write down how an organisation is reached; what is left out is left empty.

    Raises:
        OrganisationNotFound, RoleMissing, OrganisationNotInUse: see `_kept_up`.
    """
    seat = await _kept_up(tx, desk, actor, organisation_id)
    return await _write(tx, desk, actor, seat, organisation_id, Upkeep.UPDATE_CONTACT, told.model_dump())


async def name_person_in_charge(
    tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID, account_id: UUID
) -> Basis:
    """Name the one of an organisation's managers who is in charge (专人负责).

    Raises:
        OrganisationNotFound, RoleMissing, OrganisationNotInUse: see `_kept_up`.
        NotAManagerHere: the account does not hold the manager's role there, or there is no such account.
    """
    seat = await _kept_up(tx, desk, actor, organisation_id)
    held = select(Grant.id).where(
        Grant.account_id == account_id,
        Grant.organisation_id == organisation_id,
        Grant.role == IN_CHARGE,
    )
    if await tx.scalar(held) is None:
        raise NotAManagerHere(field="account_id", basis=(desk.policy.articles["person_in_charge"],))
    values = {"person_in_charge_id": account_id}
    return await _write(tx, desk, actor, seat, organisation_id, Upkeep.NAME_PERSON_IN_CHARGE, values)


async def person_in_charge(tx: AsyncSession, row: Organisation) -> PersonInChargeOut | None:
    """Who is in charge: the manager named, for as long as he or she is one."""
    if row.person_in_charge_id is None:
        return None
    named = select(Account.id.label("account_id"), Account.name).join(Grant, Grant.account_id == Account.id)
    named = named.where(
        Account.id == row.person_in_charge_id,
        Grant.organisation_id == row.id,
        Grant.role == IN_CHARGE,
    )
    found = (await tx.execute(named)).mappings().first()
    return PersonInChargeOut.model_validate(dict(found)) if found else None


async def _kept_up(tx: AsyncSession, desk: Desk, actor: Actor, organisation_id: UUID) -> Seat:
    """The seat in which the caller keeps the organisation's own data right, or a refusal.

    Raises:
        OrganisationNotFound: there is none that the caller may see.
        RoleMissing: the caller manages neither it nor its direct superior.
        OrganisationNotInUse: it is closed, or went into another.
    """
    await closure.hold(tx, desk.installation.province)
    row = await seen(tx, actor, organisation_id)
    basis = desk.policy.articles["person_in_charge"]
    seat = authorization.require(Act.KEEP_UP_ORGANISATION, actor, row.lineage, basis)
    await service.live(tx, desk, organisation_id)
    return seat


async def _write(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    seat: Seat,
    organisation_id: UUID,
    act: Upkeep,
    values: dict[str, Any],
) -> Basis:
    basis = desk.policy.articles["person_in_charge"]
    here = update(Organisation).where(Organisation.id == organisation_id)
    state = await tx.scalar(
        here.values(**values, version=Organisation.version + 1).returning(Organisation.state)
    )
    table = Organisation.__table__
    assert isinstance(table, Table)
    await transition.begin(
        tx,
        table,
        subject_id=organisation_id,
        state=str(state),
        actor=actor,
        moment=desk.moment,
        organisation_id=organisation_id,
        role=seat.role,
        action=act,
        basis=(basis,),
    )
    return basis
