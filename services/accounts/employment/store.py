"""Employments in the database, and what hangs on them: the seats and the account of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.authorization import OWN
from services.accounts.contract import EmploymentEnding, OrganisationKind, Role
from services.accounts.employment.model import Employment
from services.accounts.learning.model import Attempt
from services.accounts.learning.states import State as TestState
from services.accounts.organisation.model import Organisation
from services.accounts.person.states import Belonging
from services.accounts.role.model import Grant
from services.accounts.sign_in.model import Account
from services.kit.ids import new_id

BARE: dict[str, Any] = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone belongs: a legal person, and perhaps one of its internal departments."""

    unit: Organisation
    department: Organisation | None

    @property
    def here(self) -> Organisation:
        """The department, else the unit."""
        return self.department or self.unit

    @property
    def lineage(self) -> list[UUID]:
        """From the root down to here."""
        return list(self.here.lineage)


async def begin(
    tx: AsyncSession,
    province: str,
    person_id: UUID,
    place: Place,
    belonging: Belonging,
    began_on: date,
    *,
    since: date | None = None,
) -> None:
    """A new present period; the one before must have ended."""
    values = row(province, person_id, place, belonging, began_on) | ({"since": since} if since else {})
    await tx.execute(insert(Employment).values(**values))


def row(province: str, person_id: UUID, place: Place, belonging: Belonging, began_on: date) -> dict[str, Any]:
    """The columns of a period that begins someone's time at an employer."""
    return {
        "id": new_id(),
        "province": province,
        "person_id": person_id,
        "organisation_id": place.unit.id,
        "department_id": place.department.id if place.department else None,
        "kind": belonging.kind,
        "since": began_on,
        "began_on": began_on,
        "contract": as_json(belonging.contract),
        "aid": as_json(belonging.aid),
    }


async def end(
    tx: AsyncSession, person_id: UUID, ending: EmploymentEnding, on: date, note: str | None = None
) -> None:
    """End the present period, if there is one."""
    values = {"ended_on": on, "ending": ending, "note": note}
    present = update(Employment).where(Employment.person_id == person_id, Employment.ended_on.is_(None))
    await tx.execute(present.values(**values).execution_options(**BARE))


async def present(tx: AsyncSession, person_id: UUID) -> Employment | None:
    """The present period of a person."""
    query = select(Employment).where(Employment.person_id == person_id, Employment.ended_on.is_(None))
    found: Employment | None = await tx.scalar(query)
    return found


async def set_contract(tx: AsyncSession, employment: Employment, contract: BaseModel) -> None:
    """Keep another contract for a period."""
    values = {"contract": as_json(contract)}
    await tx.execute(update(Employment).where(Employment.id == employment.id).values(**values))


async def history(tx: AsyncSession, person_id: UUID) -> Sequence[tuple[Employment, str]]:
    """Every period of a person with the employer's name, newest first."""
    query = (
        select(Employment, Organisation.name)
        .join(Organisation, Organisation.id == Employment.organisation_id)
        .where(Employment.person_id == person_id)
        .order_by(Employment.began_on.desc(), Employment.id.desc())
    )
    return [(each, name) for each, name in await tx.execute(query)]


async def caretaker(tx: AsyncSession, lineage: Sequence[UUID], employer_id: UUID) -> Organisation:
    """The HRSS department nearest above an employer: it looks after the accounts of those who left."""
    above = [each for each in lineage if each != employer_id]
    hrss = select(Organisation.id).where(
        Organisation.id.in_(above), Organisation.kind == OrganisationKind.HRSS
    )
    found = set(await tx.scalars(hrss))
    nearest = next((each for each in reversed(above) if each in found), lineage[0])
    return await tx.get_one(Organisation, nearest)


async def settle(
    tx: AsyncSession, person_id: UUID, account_id: UUID, leaves: UUID | None, home: Organisation, by: UUID
) -> list[Role]:
    """Move a person's account and seat as applicant to `home`; every role held at the employer that is left ends.

    Returns the roles that ended beside the applicant's. An open paper of the online test follows.
    """
    which = Grant.role == OWN
    if leaves is not None:
        below = select(Organisation.id).where(
            Organisation.id == Grant.organisation_id, Organisation.lineage.contains([leaves])
        )
        which = or_(which, below.correlate(Grant).exists())
    gone = delete(Grant).where(Grant.account_id == account_id, which)
    ended = await tx.scalars(gone.returning(Grant.role).execution_options(**BARE))
    roles = sorted({Role(role) for role in ended} - {OWN})
    seat = {"account_id": account_id, "role": OWN, "organisation_id": home.id, "granted_by": by}
    await tx.execute(insert(Grant).values(id=new_id(), **seat))
    moved = {"organisation_id": home.id, "version": Account.version + 1}
    await tx.execute(
        update(Account).where(Account.id == account_id).values(**moved).execution_options(**BARE)
    )
    paper = update(Attempt).where(Attempt.person_id == person_id, Attempt.state == TestState.OPEN)
    await tx.execute(paper.values(lineage=list(home.lineage)).execution_options(**BARE))
    return roles


def as_json(told: BaseModel | None) -> dict[str, Any] | None:
    """As a column keeps it."""
    return told.model_dump(mode="json") if told is not None else None
