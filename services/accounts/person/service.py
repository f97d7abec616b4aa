"""Giving a person an account at a unit."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import (
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    PersonCreated,
    Role,
)
from services.accounts.installation import Desk
from services.accounts.organisation import store as organisations
from services.accounts.organisation.model import Organisation
from services.accounts.person import resident_id, rules, store
from services.accounts.person.errors import PersonExists, ResidentIdWrong
from services.accounts.person.model import Person
from services.accounts.person.schemas import PersonIn, PersonOut
from services.accounts.person.states import State
from services.accounts.role import service as roles
from services.accounts.role.store import Granted
from services.accounts.sign_in.activation import Code
from services.kit import outbox, transition
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.sealing import Sealer

RESIDENT_ID, PHONE = "person.resident_id", "person.phone"


async def create(
    tx: AsyncSession, desk: Desk, actor: Actor, asked: PersonIn
) -> tuple[Person, Code, tuple[Basis, ...]]:
    """Give a person an account at a unit or internal department that the caller manages.

    Raises:
        RoleMissing: the caller does not manage it (附件3 四（一）: the unit or its department, no other).
        CountyOnly, NotAtThisUnit, RestsOnMissing, RestsOnNeedless: it is not for this unit to give.
        ResidentIdWrong: form, date or check digit.
        LoginTaken: the sign-in name is in use.
        PersonExists: the person has an account; says where.
    """
    articles = desk.policy.articles
    authorization.require(Act.CREATE_PERSON, actor, [asked.organisation_id], articles["created_by_unit"])
    department, unit = await _unit(tx, asked.organisation_id)
    basis = rules.judge(desk.policy, asked.kind, _as_judged(unit), asked.rests_on)
    number = resident_id.compact(asked.resident_id.get_secret_value())
    if not resident_id.is_right(number, desk.moment.today):
        raise ResidentIdWrong(field="resident_id", basis=(articles["resident_id"],))
    await _refuse_second(tx, desk, number)
    account, code = await roles.open_account(
        tx,
        desk,
        login=asked.login,
        name=asked.name,
        roles=[Role.APPLICANT],
        granted=Granted(asked.organisation_id, actor.id),
    )
    belongs = {
        "account_id": account.id,
        "employer_id": unit.id,
        "department_id": department.id if department else None,
        "lineage": (department or unit).lineage,
    }
    values = _row(desk, asked, number) | belongs
    if not await store.add(tx, values):
        await _refuse_second(tx, desk, number)
    await _tell(tx, desk, actor, values["id"], unit.id, basis)
    return await tx.get_one(Person, values["id"]), code, basis


def shown(sealer: Sealer, person: Person) -> PersonOut:
    """A person as answers show it: numbers masked."""
    number = sealer.open_text(person.resident_id_sealed, context=RESIDENT_ID)
    phone = sealer.open_text(person.phone_sealed, context=PHONE) if person.phone_sealed else None
    return PersonOut.model_validate(
        {
            "id": person.id,
            "account_id": person.account_id,
            "name": person.name,
            "masked_resident_id": resident_id.masked(number),
            "masked_phone": resident_id.masked_phone(phone) if phone else None,
            "kind": person.kind,
            "rests_on": person.rests_on,
            "employer_id": person.employer_id,
            "department_id": person.department_id,
            "created_at": person.created_at,
        }
    )


async def _unit(tx: AsyncSession, organisation_id: UUID) -> tuple[Organisation | None, Organisation]:
    """The internal department, if it is one, and the legal person it belongs to."""
    here = await organisations.get(tx, organisation_id)
    if here.kind != OrganisationKind.INTERNAL_DEPARTMENT or here.parent_id is None:
        return None, here
    return here, await organisations.get(tx, here.parent_id)


def _as_judged(unit: Organisation) -> tuple[OrganisationKind, OrganisationLevel, OrganisationNature | None]:
    nature = OrganisationNature(unit.nature) if unit.nature else None
    return OrganisationKind(unit.kind), OrganisationLevel(unit.level), nature


async def _refuse_second(tx: AsyncSession, desk: Desk, number: str) -> None:
    home = await store.home_of(tx, desk.installation.sealer.index(number, context=RESIDENT_ID))
    if home is not None:
        region = desk.policy.regions.get(home.region_code)
        raise PersonExists(
            organisation=home.name,
            region=region.name if region else home.region_code,
            field="resident_id",
            basis=(desk.policy.articles["one_account"],),
        )


def _row(desk: Desk, asked: PersonIn, number: str) -> dict[str, Any]:
    """The columns that follow from what was told; numbers are sealed."""
    sealer, phone = desk.installation.sealer, asked.phone
    return {
        "id": new_id(),
        "province": desk.installation.province,
        "name": asked.name,
        "kind": asked.kind,
        "rests_on": asked.rests_on,
        "state": State.ACTIVE,
        "resident_id_sealed": sealer.seal_text(number, context=RESIDENT_ID),
        "resident_id_digest": sealer.index(number, context=RESIDENT_ID),
        "phone_sealed": sealer.seal_text(phone.removeprefix("+86"), context=PHONE) if phone else None,
    }


async def _tell(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, employer_id: UUID, basis: tuple[Basis, ...]
) -> None:
    """History, audit and event of a new person."""
    table = Person.__table__
    assert isinstance(table, Table)
    await transition.begin(
        tx,
        table,
        subject_id=person_id,
        state=State.ACTIVE,
        actor=actor,
        moment=desk.moment,
        organisation_id=employer_id,
        role=Role.ORGANISATION_MANAGER,
        basis=basis,
    )
    await outbox.publish(tx, PersonCreated(person_id=person_id, employer_id=employer_id), desk.moment)
