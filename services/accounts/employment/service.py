"""What an employer tells of the people it has: another kind, another department, a contract, the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import (
    AidPosting,
    EmploymentContract,
    EmploymentEnded,
    EmploymentEnding,
    PersonKind,
    PersonKindChanged,
    PersonMoved,
)
from services.accounts.delegation import lapsing
from services.accounts.employment import store
from services.accounts.employment.errors import (
    DateOutsideEmployment,
    DepartmentElsewhere,
    NothingChanges,
    WithoutEmployer,
)
from services.accounts.employment.model import Employment
from services.accounts.employment.schemas import ContractChangeIn, DepartmentIn, EndIn, KindIn
from services.accounts.employment.store import Place
from services.accounts.installation import Desk
from services.accounts.organisation import closure
from services.accounts.organisation import store as organisations
from services.accounts.organisation.states import State as OrganisationState
from services.accounts.person import rules, service
from services.accounts.person import store as people
from services.accounts.person.model import Person
from services.accounts.person.states import Action, Belonging, RestsOn
from services.accounts.person.steps import PERSON_STEPS
from services.kit import audit, transition
from services.kit.auth import Actor
from services.kit.errors import Basis
from services.kit.outbox import Event
from services.kit.steps import Move, decide


@dataclass(frozen=True, slots=True)
class Held:
    """A person at the caller's unit, locked, with the present period and where it is."""

    person: Person
    period: Employment
    place: Place

    @property
    def belonging(self) -> Belonging:
        """How the person belongs to the unit at present."""
        return Belonging(
            PersonKind(self.period.kind),
            RestsOn(self.person.rests_on) if self.person.rests_on else None,
            EmploymentContract.model_validate(self.period.contract) if self.period.contract else None,
            AidPosting.model_validate(self.period.aid) if self.period.aid else None,
        )


async def end(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, told: EndIn
) -> tuple[Person, tuple[Basis, ...]]:
    """A person leaves the employer: account and sign-in stay, nothing can be declared until there is a new one.

    Raises:
        PersonNotFound, RoleMissing: the person is not the caller's to see, or to manage.
        WithoutEmployer: there is no employment to end.
        DateOutsideEmployment: before the period began, or in the future.
        StaleVersion: the person has changed since the caller looked.
    """
    held = await _held(tx, desk, actor, person_id, told.on)
    person, unit = held.person, held.place.unit
    move = _decide(desk, actor, person, Action.END_EMPLOYMENT, told.version)
    home = await store.caretaker(tx, person.lineage, unit.id)
    event = EmploymentEnded(
        person_id=person.id,
        employer_id=unit.id,
        employer_name=unit.name,
        lineage_before=person.lineage,
        lineage=home.lineage,
        kind=PersonKind(person.kind),
        ending=told.ending,
        ended_on=told.on,
    )
    changes = {"employer_id": None, "department_id": None, "lineage": home.lineage}
    await take(tx, desk, actor, move, event, changes, told.reason)
    await store.end(tx, person.id, told.ending, told.on, told.reason)
    ended = await store.settle(tx, person.id, person.account_id, unit.id, home, actor.id)
    await tell_roles_ended(tx, desk, actor, person, unit.id, ended, move.basis)
    await lapsing.with_place(tx, desk, person.account_id, unit.id)
    await tx.refresh(person)
    return person, move.basis


async def change_kind(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, told: KindIn
) -> tuple[Person, tuple[Basis, ...]]:
    """A person belongs to the same employer in another way, such as temporary staff put on the establishment.

    Raises:
        PersonNotFound, RoleMissing, WithoutEmployer, DateOutsideEmployment, StaleVersion: as for the end.
        CountyOnly, NotAtThisUnit, ...: the unit has no people of that kind.
        NothingChanges: it is that kind already.
    """
    held = await _held(tx, desk, actor, person_id, told.on)
    person, belonging = held.person, told.belonging()
    if belonging.kind == person.kind:
        raise NothingChanges(field="kind")
    basis = rules.judge(desk.policy, belonging, service.as_judged(held.place.unit), desk.moment.today)
    move = _decide(desk, actor, person, Action.CHANGE_KIND, told.version)
    event = PersonKindChanged(
        person_id=person.id,
        employer_id=held.place.unit.id,
        kind_before=PersonKind(person.kind),
        person_kind=belonging.kind,
        changed_on=told.on,
    )
    changes = {"kind": belonging.kind, "rests_on": belonging.rests_on}
    await take(tx, desk, actor, move, event, changes, told.reason)
    await _go_on(tx, desk, held, held.place, belonging, EmploymentEnding.KIND_CHANGED, told.on, told.reason)
    await tx.refresh(person)
    return person, tuple(dict.fromkeys((*basis, *move.basis)))


async def change_department(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, told: DepartmentIn
) -> tuple[Person, tuple[Basis, ...]]:
    """A person goes to another internal department of the same employer; nobody has to release him or her.

    Raises:
        PersonNotFound, RoleMissing, WithoutEmployer, DateOutsideEmployment, StaleVersion: as for the end.
        DepartmentElsewhere: it is no department of the employer.
        NothingChanges: the person is there already.
    """
    held = await _held(tx, desk, actor, person_id, told.on)
    person, unit = held.person, held.place.unit
    if told.department_id == person.department_id:
        raise NothingChanges(field="department_id")
    place = await _department(tx, unit.id, told.department_id)
    move = _decide(desk, actor, person, Action.CHANGE_DEPARTMENT, told.version)
    event = moved(person, place, PersonKind(person.kind), told.on)
    changes = {"department_id": told.department_id, "lineage": place.lineage}
    await take(tx, desk, actor, move, event, changes, told.reason)
    ending = EmploymentEnding.DEPARTMENT_CHANGED
    await _go_on(tx, desk, held, place, held.belonging, ending, told.on, told.reason)
    await store.settle(tx, person.id, person.account_id, None, place.here, actor.id)
    await tx.refresh(person)
    return person, move.basis


async def set_contract(
    tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, told: ContractChangeIn
) -> tuple[Person, tuple[Basis, ...]]:
    """A new or renewed contract with the present employer.

    Raises:
        PersonNotFound, RoleMissing, WithoutEmployer: as for the end.
        PeriodWrong: it ends before it was signed, or was signed in the future.
    """
    held = await _held(tx, desk, actor, person_id, desk.moment.today)
    now = held.belonging
    contract = told.contract.contract()
    belonging = Belonging(now.kind, now.rests_on, contract, now.aid)
    basis = rules.judge(desk.policy, belonging, service.as_judged(held.place.unit), desk.moment.today)
    await store.set_contract(tx, held.period, contract)
    await audit.record(
        tx,
        actor=actor,
        action="employment.SET_CONTRACT",
        subject=f"person/{person_id}",
        moment=desk.moment,
        organisation_id=held.place.unit.id,
        basis=basis,
        detail=store.as_json(contract) or {},
    )
    return held.person, basis


def moved(person: Person, place: Place, kind: PersonKind, on: date) -> PersonMoved:
    """The event of a person who is to belong to `place`; read before the row changes."""
    return PersonMoved(
        person_id=person.id,
        account_id=person.account_id,
        old_employer_id=person.employer_id,
        employer_id=place.unit.id,
        employer_name=place.unit.name,
        department_id=place.department.id if place.department else None,
        lineage_before=person.lineage,
        lineage=place.lineage,
        kind=kind,
        moved_on=on,
    )


async def take(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    move: Move,
    event: Event,
    changes: dict[str, Any],
    note: str | None,
) -> None:
    """Take a decided step of a person."""
    table = Person.__table__
    assert isinstance(table, Table)
    await transition.take(
        tx, table, move, actor=actor, moment=desk.moment, event=event, changes=changes, note=note
    )


async def tell_roles_ended(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    person: Person,
    organisation_id: UUID,
    ended: Sequence[str],
    basis: Sequence[Basis],
) -> None:
    """Audit the other roles that ended with an employment."""
    if ended:
        await audit.record(
            tx,
            actor=actor,
            action="role.REVOKE",
            subject=f"account/{person.account_id}",
            moment=desk.moment,
            organisation_id=organisation_id,
            basis=basis,
            detail={"roles": list(ended)},
        )


async def _held(tx: AsyncSession, desk: Desk, actor: Actor, person_id: UUID, on: date) -> Held:
    """A person of the caller's unit and the present period; `on` must lie in it."""
    await closure.hold(tx, desk.installation.province)
    seen = await people.get(tx, person_id, seen_by=actor)
    authorization.require(Act.MANAGE_PERSON, actor, seen.employers, desk.policy.articles["created_by_unit"])
    employers = seen.employers
    person = await people.lock(tx, person_id)
    period = await store.present(tx, person_id)
    if period is None or person.employer_id is None or person.employers != employers:
        raise WithoutEmployer
    if not period.began_on <= on <= desk.moment.today:
        raise DateOutsideEmployment(began_on=period.began_on, field="on")
    return Held(person, period, await service.place_of(tx, person.department_id or person.employer_id))


async def _department(tx: AsyncSession, unit_id: UUID, department_id: UUID | None) -> Place:
    unit = await organisations.get(tx, unit_id)
    if department_id is None:
        return Place(unit, None)
    place = await service.place_of(tx, department_id)
    if (
        place.department is None
        or place.unit.id != unit_id
        or place.department.state != OrganisationState.ACTIVE
    ):
        raise DepartmentElsewhere(field="department_id")
    return place


async def _go_on(
    tx: AsyncSession,
    desk: Desk,
    held: Held,
    place: Place,
    belonging: Belonging,
    ending: EmploymentEnding,
    on: date,
    note: str,
) -> None:
    """The next period at the same employer."""
    await store.end(tx, held.person.id, ending, on, note)
    province, since = desk.installation.province, held.period.since
    await store.begin(tx, province, held.person.id, place, belonging, on, since=since)


def _decide(desk: Desk, actor: Actor, person: Person, action: Action, version: int | None) -> Move:
    return decide(PERSON_STEPS, person.as_case(), action, actor, desk.policy.articles, version=version)
