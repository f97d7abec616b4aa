"""People in the database, always limited to what the caller may see."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts import authorization
from services.accounts.contract import PersonFacts
from services.accounts.learning.model import Attempt
from services.accounts.learning.states import State as TestState
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import Organisation
from services.accounts.person.errors import PersonNotFound
from services.accounts.person.model import Person
from services.kit.auth import Actor


async def add(tx: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Insert a person; False when one with this resident id is there. Of two at once, one."""
    row = insert(Person).values(**values).on_conflict_do_nothing(index_elements=[Person.resident_id_digest])
    return await tx.scalar(row.returning(Person.id)) is not None


async def home_of(tx: AsyncSession, digest: bytes) -> Organisation | None:
    """Where someone with this resident id has an account: the employer."""
    where = select(Organisation).join(Person, Person.employer_id == Organisation.id)
    found: Organisation | None = await tx.scalar(where.where(Person.resident_id_digest == digest))
    return found


async def get(tx: AsyncSession, person_id: UUID, *, seen_by: Actor) -> Person:
    """A person.

    Raises:
        PersonNotFound: there is none, or none of the caller's.
    """
    found = await looked_up(tx, [person_id], seen_by=seen_by)
    if not found:
        raise PersonNotFound
    return found[0]


async def looked_up(tx: AsyncSession, ids: Sequence[UUID], *, seen_by: Actor) -> list[Person]:
    """People by id, in one query; what the caller may not see is left out."""
    rows = await tx.scalars(select(Person).where(Person.id.in_(ids)))
    return [each for each in rows if authorization.sees_person(seen_by, each.id, each.lineage)]


def narrowed(within: Sequence[UUID] | None, organisation_id: UUID | None) -> Select[Person]:
    """The people of the subtrees `within`, and below an organisation."""
    query = select(Person)
    if within is not None:
        query = query.where(Person.lineage.overlap(within))
    if organisation_id:
        query = query.where(Person.lineage.contains([organisation_id]))
    return query


async def facts(tx: AsyncSession, ids: Sequence[UUID], cycle: int, *, seen_by: Actor) -> list[PersonFacts]:
    """What the review of declarations needs to know of people, in one query."""
    passed = (
        select(Attempt.id)
        .where(Attempt.person_id == Person.id, Attempt.cycle == cycle, Attempt.state == TestState.PASSED)
        .exists()
    )
    line = line_of(Person, Person.lineage, "id", "name", "kind", "level")
    query = select(Person, Organisation.nature, passed, line).join(
        Organisation, Organisation.id == Person.employer_id
    )
    rows = await tx.execute(query.where(Person.id.in_(ids)))
    return [
        PersonFacts(
            person_id=person.id,
            account_id=person.account_id,
            name=person.name,
            kind=person.kind,
            employer_id=person.employer_id,
            department_id=person.department_id,
            employer_nature=nature,
            test_passed=test_passed,
            lineage=lineage,
        )
        for person, nature, test_passed, lineage in rows
        if authorization.sees_person(seen_by, person.id, person.lineage)
    ]
