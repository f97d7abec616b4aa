"""Who of an organisation's people has passed: figures for the whole, unit by unit, and who has not yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.learning.model import Attempt
from services.accounts.learning.states import State
from services.accounts.organisation.model import PEOPLE_BELOW, Organisation
from services.accounts.person.model import Person


@dataclass(frozen=True, slots=True)
class Figures:
    """How many people there are, and how many of them passed, only failed, or never handed a paper in."""

    people: int
    passed: int
    failed: int

    @property
    def untried(self) -> int:
        """Those of whom no paper was judged."""
        return self.people - self.passed - self.failed


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of one unit."""

    id: UUID
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Waiting:
    """Someone who has not passed yet, with his or her last try."""

    id: UUID
    name: str
    employer_id: UUID | None
    department_id: UUID | None
    attempts: int
    last_score: int | None
    last_at: datetime | None


def _has(state: State, cycle: int) -> ColumnElement[bool]:
    return (
        select(Attempt.id)
        .where(Attempt.person_id == Person.id, Attempt.cycle == cycle, Attempt.state == state)
        .exists()
    )


def _counts(cycle: int) -> tuple[ColumnElement[Any], ...]:
    passed, failed = _has(State.PASSED, cycle), _has(State.FAILED, cycle)
    return func.count(), func.count().filter(passed), func.count().filter(~passed & failed)


def _below(query: Select[Any], organisation_id: UUID) -> Select[Any]:
    """Those people who belong to an organisation or below it, a range of the closure's key."""
    joined = query.join(PEOPLE_BELOW, PEOPLE_BELOW.c.descendant_id == Person.id)
    return joined.where(PEOPLE_BELOW.c.ancestor_id == organisation_id)


async def figures(tx: AsyncSession, organisation_id: UUID, cycle: int) -> Figures:
    """An organisation's people in figures."""
    query = _below(select(*_counts(cycle)).select_from(Person), organisation_id)
    return Figures(*(await tx.execute(query)).one())


async def by_unit(
    tx: AsyncSession, organisation_id: UUID, cycle: int, first: int, after: UUID | None
) -> list[UnitFigures]:
    """The same for each unit below it that has people, newest first; one more than asked tells of a next page."""
    query = select(Person.employer_id, Organisation.name, *_counts(cycle))
    query = query.join(Organisation, Organisation.id == Person.employer_id)
    query = _below(query, organisation_id).group_by(Person.employer_id, Organisation.name)
    if after is not None:
        query = query.where(Person.employer_id < after)
    rows = await tx.execute(query.order_by(Person.employer_id.desc()).limit(first + 1))
    return [UnitFigures(unit, name, Figures(*counts)) for unit, name, *counts in rows]


async def waiting(
    tx: AsyncSession, organisation_id: UUID, cycle: int, first: int, after: UUID | None
) -> list[Waiting]:
    """Who has not passed yet, newest person first; one more than asked tells of a next page."""
    judged = (Attempt.person_id == Person.id, Attempt.cycle == cycle, Attempt.state == State.FAILED)
    tried = select(func.count()).select_from(Attempt).where(*judged).correlate(Person).scalar_subquery()
    newest = select(Attempt.score, Attempt.judged_at).where(*judged).order_by(Attempt.judged_at.desc())
    last = newest.limit(1).correlate(Person).lateral("last")
    columns = (Person.id, Person.name, Person.employer_id, Person.department_id)
    query = select(*columns, tried, last.c.score, last.c.judged_at).outerjoin(last, true())
    query = _below(query, organisation_id).where(~_has(State.PASSED, cycle))
    place = PEOPLE_BELOW.c.descendant_id
    if after is not None:
        query = query.where(place < after)
    rows = await tx.execute(query.order_by(place.desc()).limit(first + 1))
    return [Waiting(*row) for row in rows]
