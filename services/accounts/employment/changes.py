"""Changes of employer in the database, always limited to those who have a part in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Select, and_, false, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.employment.errors import ChangeNotFound
from services.accounts.employment.model import LIVE_SQL, EmployerChange
from services.accounts.employment.states import State
from services.accounts.organisation.model import Organisation
from services.accounts.person.model import Person
from services.kit.auth import Actor
from services.kit.transition import history


async def add(tx: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Insert a change; False when the person has a live one. Of many at once, one."""
    row = insert(EmployerChange).values(**values)
    kept = row.on_conflict_do_nothing(index_elements=[EmployerChange.person_id], index_where=text(LIVE_SQL))
    return await tx.scalar(kept.returning(EmployerChange.id)) is not None


async def get(tx: AsyncSession, change_id: UUID, *, seen_by: Actor) -> EmployerChange:
    """A change in which the caller has a part.

    Raises:
        ChangeNotFound: there is none, or none of the caller's.
    """
    query = narrowed(seen_by, awaiting_me=False).where(EmployerChange.id == change_id)
    found: EmployerChange | None = await tx.scalar(query)
    if found is None:
        raise ChangeNotFound
    return found


def narrowed(actor: Actor, *, awaiting_me: bool) -> Select[EmployerChange]:
    """The changes in which the caller has a part, or those that wait for him or her."""
    mine = authorization.places(Act.CHANGE_EMPLOYER, actor)
    own: ColumnElement[bool] = (
        EmployerChange.person_id == actor.person_id if actor.person_id is not None else false()
    )
    if awaiting_me:
        waits = or_(
            and_(EmployerChange.state == State.ASKED, own),
            and_(EmployerChange.state == State.CONSENTED, EmployerChange.employer_id.in_(mine)),
            and_(EmployerChange.state == State.OBJECTED, EmployerChange.superior_id.in_(mine)),
        )
        return select(EmployerChange).where(waits)
    parts = (
        EmployerChange.asker_id,
        EmployerChange.department_id,
        EmployerChange.employer_id,
        EmployerChange.superior_id,
    )
    return select(EmployerChange).where(or_(own, *(part.in_(mine) for part in parts)))


async def take_due(tx: AsyncSession, today: date, at_most: int) -> Sequence[EmployerChange]:
    """Changes whose last day to answer is over, locked; those another replica has in hand are left to it."""
    query = (
        select(EmployerChange)
        .where(EmployerChange.due_on < today, EmployerChange.state.in_((State.ASKED, State.CONSENTED)))
        .order_by(EmployerChange.due_on, EmployerChange.id)
        .limit(at_most)
    )
    return (await tx.scalars(query.with_for_update(skip_locked=True))).all()


async def names(tx: AsyncSession, ids: Sequence[UUID | None]) -> dict[UUID, str]:
    """The names of organisations."""
    known = {each for each in ids if each is not None}
    rows = await tx.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(known)))
    return {row.id: row.name for row in rows}


async def histories(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, list[RowMapping]]:
    """Every step of some changes, oldest first, in one statement."""
    rows = await tx.execute(select(history).where(history.c.subject_id.in_(ids)).order_by(history.c.seq))
    found: dict[UUID, list[RowMapping]] = {each: [] for each in ids}
    for row in rows.mappings():
        found[row["subject_id"]].append(row)
    return found


async def names_of_people(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The names of people."""
    rows = await tx.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in rows}
