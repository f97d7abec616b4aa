"""A change of employer as each of its parties may see it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.employment import changes
from services.accounts.employment.model import EmployerChange
from services.accounts.employment.schemas import ChangeOut, ChangeStepOut, PartOut
from services.accounts.employment.states import State
from services.accounts.employment.steps import CHANGE_STEPS
from services.accounts.installation import Desk
from services.kit.auth import Actor
from services.kit.steps import available_actions


async def one(tx: AsyncSession, desk: Desk, actor: Actor, change: EmployerChange) -> ChangeOut:
    """One change."""
    return (await many(tx, desk, actor, [change]))[0]


async def many(
    tx: AsyncSession, desk: Desk, actor: Actor, found: Sequence[EmployerChange]
) -> list[ChangeOut]:
    """Changes with the names of their parties; the person's masked name only for who knows the person."""
    parties = [part for each in found for part in (each.employer_id, each.asker_id, each.superior_id)]
    names = await changes.names(tx, parties)
    people = await changes.names_of_people(tx, [each.person_id for each in found])
    history = await changes.histories(tx, [each.id for each in found])
    return [
        _out(desk, actor, each, names, people[each.person_id], _steps(history[each.id])) for each in found
    ]


def _out(
    desk: Desk,
    actor: Actor,
    change: EmployerChange,
    names: dict[UUID, str],
    name: str,
    history: list[ChangeStepOut],
) -> ChangeOut:
    known = _knows(actor, change)
    case = change.as_case(desk.moment.today)
    own = ("id", "state", "document_kind", "masked_number", "department_id", "kind", "rests_on", "contract")
    more = ("aid", "reason", "due_on", "asked_at", "version")
    told = {field: getattr(change, field) for field in (*own, *more)}
    return ChangeOut.model_validate(
        told
        | {
            "person_id": change.person_id if known else None,
            "masked_name": _masked(name) if known else None,
            "employer": _part(change.employer_id, names),
            "asker": _part(change.asker_id, names),
            "superior": _part(change.superior_id, names),
            "available_actions": available_actions(CHANGE_STEPS, case, actor),
            "history": history,
        }
    )


def _knows(actor: Actor, change: EmployerChange) -> bool:
    """The person, the present employer and the superior know who it is; the unit that asks, once the account is its own."""
    if actor.person_id == change.person_id:
        return True
    theirs = [change.employer_id, change.superior_id]
    if change.state == State.CARRIED_OUT:
        theirs += [change.asker_id, change.department_id]
    return authorization.seat_at(Act.CHANGE_EMPLOYER, actor, *theirs) is not None


def _part(organisation_id: UUID | None, names: dict[UUID, str]) -> PartOut | None:
    return PartOut(id=organisation_id, name=names[organisation_id]) if organisation_id else None


def _masked(name: str) -> str:
    return name[:1] + "*" * max(len(name) - 1, 1)


def _steps(lines: Sequence[RowMapping]) -> list[ChangeStepOut]:
    return [
        ChangeStepOut.model_validate({field: line[field] for field in ChangeStepOut.model_fields})
        for line in lines
    ]
