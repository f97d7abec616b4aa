"""Carrying out a change of employer: person, employments, seat and account move in one transaction with the step."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import AidPosting, EmploymentContract, EmploymentEnding, PersonKind
from services.accounts.delegation import lapsing
from services.accounts.employment import service, store
from services.accounts.employment.errors import AlreadyHere
from services.accounts.employment.model import EmployerChange
from services.accounts.installation import Desk
from services.accounts.organisation import store as organisations
from services.accounts.person import rules
from services.accounts.person import service as creation
from services.accounts.person import store as people
from services.accounts.person.states import Action, Belonging, RestsOn
from services.accounts.person.steps import PERSON_STEPS
from services.kit.auth import Actor
from services.kit.steps import decide


async def carry_out(tx: AsyncSession, desk: Desk, actor: Actor, change: EmployerChange) -> UUID | None:
    """Move the person to the unit that asked; the employer that was left. Test results and papers stay the person's.

    Raises:
        OrganisationNotInUse: the unit is no longer in use.
        AlreadyHere: the person has come to the unit meanwhile.
        CountyOnly, NotAtThisUnit, ...: the unit has no longer people of that kind.
    """
    person = await people.lock(tx, change.person_id)
    place = await creation.place_of(tx, change.department_id or change.asker_id)
    organisations.refuse_unless_in_use(place.here, desk.policy.articles["life"])
    if person.employer_id == place.unit.id:
        raise AlreadyHere
    belonging, today = belonging_of(change), desk.moment.today
    rules.judge(desk.policy, belonging, creation.as_judged(place.unit), today)
    move = decide(PERSON_STEPS, person.as_case(), Action.MOVE, actor, desk.policy.articles)
    event = service.moved(person, place, belonging.kind, today)
    left = person.employer_id
    changes = {
        "employer_id": place.unit.id,
        "department_id": change.department_id,
        "lineage": place.lineage,
        "kind": belonging.kind,
        "rests_on": belonging.rests_on,
    }
    await service.take(tx, desk, actor, move, event, changes, change.reason)
    await store.end(tx, person.id, EmploymentEnding.MOVED, today, change.reason)
    await store.begin(tx, desk.installation.province, person.id, place, belonging, today)
    ended = await store.settle(tx, person.id, person.account_id, left, place.here, actor.id)
    if left is not None:
        await service.tell_roles_ended(tx, desk, actor, person, left, ended, move.basis)
        await lapsing.with_place(tx, desk, person.account_id, left)
    return left


def belonging_of(change: EmployerChange) -> Belonging:
    """How the person is to belong to the unit that asks."""
    return Belonging(
        PersonKind(change.kind),
        RestsOn(change.rests_on) if change.rests_on else None,
        EmploymentContract.model_validate(change.contract) if change.contract else None,
        AidPosting.model_validate(change.aid) if change.aid else None,
    )
