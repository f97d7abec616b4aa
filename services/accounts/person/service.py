"""Giving a person an account at a unit: what is asked is judged, made a row, and written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import OWN, Act
from services.accounts.contract import (
    OrganisationKind,
    OrganisationLevel,
    OrganisationNature,
    PersonCreated,
    PersonState,
)
from services.accounts.employment import store as employments
from services.accounts.employment.store import Place
from services.accounts.installation import Desk
from services.accounts.organisation import closure
from services.accounts.organisation import store as organisations
from services.accounts.organisation.model import Organisation
from services.accounts.person import document, identity, rules, store
from services.accounts.person.document import Document
from services.accounts.person.errors import PeriodWrong
from services.accounts.person.model import Person
from services.accounts.person.schemas import PersonIn
from services.accounts.person.states import Belonging
from services.accounts.role import service as roles
from services.accounts.role.store import Granted
from services.accounts.sign_in.activation import Code
from services.kit import outbox, transition
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class Judged:
    """What was asked, once nothing stands against it."""

    document: Document
    belonging: Belonging
    basis: tuple[Basis, ...]
    since: date


async def create(
    tx: AsyncSession, desk: Desk, actor: Actor, asked: PersonIn
) -> tuple[Person, Code, tuple[Basis, ...]]:
    """Give a person an account at a unit or internal department that the caller manages.

    Raises:
        RoleMissing: the caller does not manage it (附件3 四（一）: the unit or its department, no other).
        CountyOnly, NotAtThisUnit, RestsOnMissing, RestsOnNeedless: it is not for this unit to give.
        ContractMissing, AidMissing, AidNeedless, PeriodWrong: what the kind has to tell is missing or wrong.
        DocumentWrong, NationalityMissing, NationalityNeedless: the document's number cannot be right.
        LoginTaken: the sign-in name is in use.
        PersonExists: the person has an account; says where.
    """
    basis = desk.policy.articles["created_by_unit"]
    seat = authorization.require(Act.CREATE_PERSON, actor, [asked.organisation_id], basis)
    await closure.hold(tx, desk.installation.province)
    place = await place_of(tx, asked.organisation_id)
    organisations.refuse_unless_in_use(place.department or place.unit, desk.policy.articles["life"])
    judged = judge(desk, place.unit, asked)
    await identity.refuse_known(tx, desk, judged.document)
    return await write(tx, desk, actor, seat, place, asked, judged)


def judge(desk: Desk, unit: Organisation, asked: PersonIn) -> Judged:
    """Whether the rules let `unit` give this person an account; asks no database."""
    belonging, today = asked.belonging(), desk.moment.today
    basis = rules.judge(desk.policy, belonging, as_judged(unit), today)
    told = asked.document
    known_by = document.judge(
        desk.policy, today, told.kind, told.number.get_secret_value(), told.nationality, field_="document"
    )
    since = asked.since or today
    if since > today:
        raise PeriodWrong(field="since", basis=basis)
    return Judged(known_by, belonging, basis, since)


async def write(
    tx: AsyncSession, desk: Desk, actor: Actor, seat: Seat, place: Place, asked: PersonIn, judged: Judged
) -> tuple[Person, Code, tuple[Basis, ...]]:
    """Write account, person, document and employment of what was judged, with history, audit and event."""
    here = (place.department or place.unit).id
    account, code = await roles.open_account(
        tx, desk, login=asked.login, name=asked.name, roles=[OWN], granted=Granted(here, actor.id)
    )
    values = row(desk, asked, place) | {"account_id": account.id}
    await store.add(tx, values)
    await identity.keep(tx, desk, actor, values["id"], judged.document)
    province = desk.installation.province
    await employments.begin(tx, province, values["id"], place, judged.belonging, judged.since)
    await _tell(tx, desk, actor, seat, values["id"], place.unit.id, judged.basis)
    return await tx.get_one(Person, values["id"]), code, judged.basis


async def place_of(tx: AsyncSession, organisation_id: UUID) -> Place:
    """The legal person that an organisation is or belongs to, and the internal department, if it is one."""
    here = await organisations.get(tx, organisation_id)
    if here.kind != OrganisationKind.INTERNAL_DEPARTMENT or here.parent_id is None:
        return Place(here, None)
    return Place(await organisations.get(tx, here.parent_id), here)


def as_judged(unit: Organisation) -> rules.Unit:
    """What the rules look at of a unit."""
    nature = OrganisationNature(unit.nature) if unit.nature else None
    return OrganisationKind(unit.kind), OrganisationLevel(unit.level), nature


def row(desk: Desk, asked: PersonIn, place: Place) -> dict[str, Any]:
    """The columns of a new person but the account; numbers are sealed."""
    return {
        "id": new_id(),
        "province": desk.installation.province,
        "name": asked.name,
        "kind": asked.kind,
        "rests_on": asked.rests_on,
        "state": PersonState.ACTIVE,
        "phone_sealed": identity.sealed_phone(desk.installation.sealer, asked.phone),
        "employer_id": place.unit.id,
        "department_id": place.department.id if place.department else None,
        "lineage": place.lineage,
    }


async def _tell(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    seat: Seat,
    person_id: UUID,
    employer_id: UUID,
    basis: Sequence[Basis],
) -> None:
    """History, audit and event of a new person."""
    table = Person.__table__
    assert isinstance(table, Table)
    await transition.begin(
        tx,
        table,
        subject_id=person_id,
        state=PersonState.ACTIVE,
        actor=actor,
        moment=desk.moment,
        organisation_id=employer_id,
        role=seat.role,
        basis=tuple(basis),
    )
    await outbox.publish(tx, PersonCreated(person_id=person_id, employer_id=employer_id), desk.moment)
