"""A change of employer: asked by the new, agreed to by the person, released or objected to by the old (二（二）1)."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import EmployerChangeMoved
from services.accounts.employment import changes, store
from services.accounts.employment.carrying import carry_out
from services.accounts.employment.errors import AlreadyHere, ChangeUnderWay, NoAccountYet
from services.accounts.employment.model import EmployerChange
from services.accounts.employment.schemas import ActIn, ChangeIn
from services.accounts.employment.states import Action, State
from services.accounts.employment.steps import CHANGE_STEPS
from services.accounts.employment.store import Place
from services.accounts.installation import Desk
from services.accounts.organisation import closure
from services.accounts.organisation import store as organisations
from services.accounts.person import document, rules, service
from services.accounts.person import store as people
from services.accounts.person.document import Document
from services.accounts.person.model import Person
from services.kit import outbox, transition
from services.kit.auth import Actor, Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import Move, decide


async def ask(
    tx: AsyncSession, desk: Desk, actor: Actor, asked: ChangeIn
) -> tuple[EmployerChange, tuple[Basis, ...]]:
    """Ask that someone's account be moved to a unit that the caller manages.

    Raises:
        RoleMissing: the caller does not manage it.
        OrganisationNotInUse: it is closed.
        CountyOnly, NotAtThisUnit, ...: the unit has no people of that kind.
        DocumentWrong, NationalityMissing, NationalityNeedless: the document's number cannot be right.
        NoAccountYet: nobody has an account by that document.
        AlreadyHere: the person belongs to the unit.
        ChangeUnderWay: there is a live change of this person.
    """
    articles = desk.policy.articles
    here, article = asked.organisation_id, articles["change_of_employer"]
    seat = authorization.require(Act.CHANGE_EMPLOYER, actor, [here], article)
    await closure.hold(tx, desk.installation.province)
    place = await service.place_of(tx, here)
    organisations.refuse_unless_in_use(place.here, articles["life"])
    basis = rules.judge(desk.policy, asked.belonging(), service.as_judged(place.unit), desk.moment.today)
    basis = tuple(dict.fromkeys((article, *basis)))
    person, found = await _named(tx, desk, asked)
    if person.employer_id == place.unit.id:
        raise AlreadyHere(field="document", basis=basis)
    values = _row(desk, asked, place, person, found)
    if not await changes.add(tx, values):
        raise ChangeUnderWay(field="document", basis=basis)
    change = await tx.get_one(EmployerChange, values["id"])
    await _tell(tx, desk, actor, seat, change, basis)
    return change, basis


async def _named(tx: AsyncSession, desk: Desk, asked: ChangeIn) -> tuple[Person, Document]:
    """Whose account is asked for, and by which document."""
    told = asked.document
    number = told.number.get_secret_value()
    found = document.judge(
        desk.policy, desk.moment.today, told.kind, number, told.nationality, field_="document"
    )
    person = await people.of_document(tx, found.digest(desk.installation.sealer))
    if person is None:
        raise NoAccountYet(field="document", basis=(desk.policy.articles["created_by_unit"],))
    return person, found


async def act(
    tx: AsyncSession, desk: Desk, actor: Actor, change_id: UUID, action: Action, told: ActIn
) -> tuple[EmployerChange, tuple[Basis, ...]]:
    """Take one step of a change in which the caller has a part.

    Raises:
        ChangeNotFound: there is none, or none of the caller's.
        ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: the step cannot be taken.
        OrganisationNotInUse, AlreadyHere, NotAtThisUnit, ...: it would move someone where he or she cannot go.
    """
    await closure.hold(tx, desk.installation.province)
    change = await changes.get(tx, change_id, seen_by=actor)
    return change, await move(tx, desk, actor, change, action, note=told.note, version=told.version)


async def move(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    change: EmployerChange,
    action: Action,
    *,
    note: str | None = None,
    version: int | None = None,
) -> tuple[Basis, ...]:
    """Take a step; whoever comes second takes none. A step that ends in a move carries it out at once."""
    today = desk.moment.today
    decided = decide(
        CHANGE_STEPS, change.as_case(today, note), action, actor, desk.policy.articles, version=version
    )
    due_on = (
        desk.policy.employment.change.release.last_day(today) if decided.after == State.CONSENTED else None
    )
    event = await _event(tx, change, decided.action, decided.after, due_on)
    await _take(tx, desk, actor, decided, event, {"due_on": due_on}, note)
    if decided.after == State.CARRIED_OUT:
        await carry_out(tx, desk, actor, change)
    await tx.refresh(change)
    return decided.basis


def superior_of(asker: Place, person: Person) -> UUID | None:
    """Who decides where the two do not agree: the lowest superior of both that is neither of them.

    Someone without employer has nobody to be released by. Where one of the two stands above the other, the next one
    above decides; the root of the province, which has nobody above, decides itself.
    """
    if person.employer_id is None:
        return None
    common = [one for one, other in zip(asker.lineage, person.lineage, strict=False) if one == other]
    parties = {asker.unit.id, asker.here.id, person.employer_id, person.department_id}
    return next((each for each in reversed(common) if each not in parties), common[0])


def _row(desk: Desk, asked: ChangeIn, place: Place, person: Person, found: Document) -> dict[str, Any]:
    belonging = asked.belonging()
    return {
        "id": new_id(),
        "province": desk.installation.province,
        "person_id": person.id,
        "employer_id": person.employer_id,
        "asker_id": place.unit.id,
        "department_id": place.department.id if place.department else None,
        "superior_id": superior_of(place, person),
        "document_kind": found.kind,
        "masked_number": document.masked(found.number),
        "kind": belonging.kind,
        "rests_on": belonging.rests_on,
        "contract": store.as_json(belonging.contract),
        "aid": store.as_json(belonging.aid),
        "reason": asked.reason,
        "state": State.ASKED,
        "due_on": desk.policy.employment.change.consent.last_day(desk.moment.today),
        "asked_at": desk.moment.instant,
    }


async def _tell(
    tx: AsyncSession, desk: Desk, actor: Actor, seat: Seat, change: EmployerChange, basis: tuple[Basis, ...]
) -> None:
    """History, audit and event of a new change."""
    table = EmployerChange.__table__
    assert isinstance(table, Table)
    await transition.begin(
        tx,
        table,
        subject_id=change.id,
        state=change.state,
        actor=actor,
        moment=desk.moment,
        organisation_id=change.asker_id,
        role=seat.role,
        action="ASK",
        basis=basis,
        note=change.reason,
    )
    event = await _event(tx, change, "ASK", State(change.state), change.due_on)
    await outbox.publish(tx, event, desk.moment)


async def _event(
    tx: AsyncSession, change: EmployerChange, action: str, after: str, due_on: Any
) -> EmployerChangeMoved:
    names = await changes.names(tx, [change.employer_id, change.asker_id])
    return EmployerChangeMoved(
        change_id=change.id,
        person_id=change.person_id,
        employer_id=change.employer_id,
        employer_name=names[change.employer_id] if change.employer_id else None,
        asker_id=change.asker_id,
        asker_name=names[change.asker_id],
        superior_id=change.superior_id,
        action=action,
        after=after,
        due_on=due_on,
    )


async def _take(
    tx: AsyncSession,
    desk: Desk,
    actor: Actor,
    decided: Move,
    event: EmployerChangeMoved,
    changed: dict[str, Any],
    note: str | None,
) -> None:
    table = EmployerChange.__table__
    assert isinstance(table, Table)
    await transition.take(
        tx, table, decided, actor=actor, moment=desk.moment, event=event, changes=changed, note=note
    )
