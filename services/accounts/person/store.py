"""People in the database, always limited to what the caller may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload
from sqlalchemy.orm.attributes import set_committed_value

from services.accounts import authorization
from services.accounts.contract import PersonFacts, PersonKind, PersonState
from services.accounts.employment.model import Employment
from services.accounts.learning.model import Attempt
from services.accounts.learning.states import State as TestState
from services.accounts.organisation import closure
from services.accounts.organisation import store as organisations
from services.accounts.organisation.lineage import line_of
from services.accounts.organisation.model import PEOPLE_BELOW, Organisation
from services.accounts.organisation.search import holds, key_of
from services.accounts.person import projection
from services.accounts.person.errors import PersonNotFound
from services.accounts.person.model import Person, PersonDocument
from services.kit.auth import Actor


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of people is narrowed to."""

    q: str | None = None
    kind: PersonKind | None = None
    state: PersonState | None = None
    parts: frozenset[projection.Part] = projection.EVERY


async def add(tx: AsyncSession, values: Mapping[str, Any]) -> None:
    """Insert a person; the documents follow."""
    await tx.execute(insert(Person).values(**values))


async def add_document(tx: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Insert a document; False when some account has it. Of two at once, one."""
    row = insert(PersonDocument).values(**values)
    kept = row.on_conflict_do_nothing(index_elements=[PersonDocument.digest])
    return await tx.scalar(kept.returning(PersonDocument.id)) is not None


async def remove_document(tx: AsyncSession, document_id: UUID) -> None:
    """Take a document away; its person is locked."""
    gone = delete(PersonDocument).where(PersonDocument.id == document_id)
    await tx.execute(gone.execution_options(synchronize_session=False))


async def of_document(tx: AsyncSession, digest: bytes) -> Person | None:
    """Whoever has a document."""
    query = select(Person).join(PersonDocument, PersonDocument.person_id == Person.id)
    found: Person | None = await tx.scalar(query.where(PersonDocument.digest == digest))
    return found


async def of_documents(tx: AsyncSession, digests: Collection[bytes]) -> dict[bytes, Person]:
    """Whoever has each of some documents."""
    query = select(PersonDocument.digest, Person).join(Person, PersonDocument.person_id == Person.id)
    query = query.where(PersonDocument.digest.in_(digests)).options(lazyload(Person.documents))
    return {row.digest: row.Person for row in await tx.execute(query)}


async def home_of(tx: AsyncSession, person: Person) -> Organisation:
    """Where a person's account is: the employer, or the HRSS department that looks after it."""
    return await tx.get_one(Organisation, person.employer_id or person.lineage[-1])


async def lock(tx: AsyncSession, person_id: UUID) -> Person:
    """A person whose row nobody else changes until the transaction ends.

    Raises:
        PersonNotFound: there is none.
    """
    query = select(Person).where(Person.id == person_id).with_for_update(of=Person)
    found: Person | None = await tx.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise PersonNotFound
    return found


async def set_contact(tx: AsyncSession, person: Person, values: Mapping[str, Any]) -> None:
    """Keep a new telephone or e-mail address, sealed."""
    await tx.execute(
        update(Person).where(Person.id == person.id).values(**values, version=Person.version + 1)
    )
    await tx.refresh(person)


async def get(tx: AsyncSession, person_id: UUID, *, seen_by: Actor) -> Person:
    """A person.

    Raises:
        PersonNotFound: there is none, or none of the caller's.
    """
    found = await tx.scalar(select(Person).where(Person.id == person_id))
    if found is None or not authorization.sees_person(seen_by, found.id, found.lineage):
        raise PersonNotFound
    return found


async def looked_up(tx: AsyncSession, ids: Sequence[UUID], *, seen_by: Actor) -> list[Person]:
    """People by id with their documents, in two queries, to be told and not refreshed; what the caller may not see is left out."""
    rows = await tx.scalars(select(Person).where(Person.id.in_(ids)).options(lazyload(Person.documents)))
    seen = [each for each in rows if authorization.sees_person(seen_by, each.id, each.lineage)]
    await _read_documents(tx, seen)
    return seen


async def _read_documents(tx: AsyncSession, people: Sequence[Person]) -> None:
    """The documents of each, whoever follows the rows: a session that only tells reads nothing by itself."""
    held: dict[UUID, list[PersonDocument]] = {each.id: [] for each in people}
    wanted = select(PersonDocument).where(PersonDocument.person_id.in_(held)).order_by(PersonDocument.id)
    for each in await tx.scalars(wanted) if held else ():
        held[each.person_id].append(each)
    for person in people:
        set_committed_value(person, "documents", held[person.id])


async def page(
    tx: AsyncSession,
    seen_by: Actor,
    within: Sequence[UUID] | None,
    organisation_id: UUID | None,
    wanted: Wanted,
    *,
    first: int,
    after: UUID | None,
) -> tuple[list[Person], str | None]:
    """A page of the people of the caller's subtrees `within` (None: of all), and below an organisation; newest first."""
    places = None if within is None else closure.topmost(seen_by, within)
    if organisation_id is not None:
        line = set(await organisations.lineage_of(tx, organisation_id))
        if places is None or line.intersection(places):
            places = [organisation_id]
        else:
            places = closure.those_below(seen_by, places, organisation_id)
    query = narrowed(wanted)
    return await closure.page(tx, query, Person.id, PEOPLE_BELOW, places, first=first, after=after)


def narrowed(wanted: Wanted) -> Select[Person]:
    """The people that are wanted. A part of a name is found by its characters, which the index knows, then by its order."""
    query = projection.reading(select(Person), wanted.parts)
    if wanted.q is not None:
        key = key_of(wanted.q)
        found = holds(func.name_characters(Person.name), list(dict.fromkeys(key)))
        query = query.where(found, func.strpos(func.name_key(Person.name), key) > 0)
    if wanted.kind is not None:
        query = query.where(Person.kind == wanted.kind)
    return query if wanted.state is None else query.where(Person.state == wanted.state)


async def facts(tx: AsyncSession, ids: Sequence[UUID], cycle: int, *, seen_by: Actor) -> list[PersonFacts]:
    """What the review of declarations needs to know of people, in one query."""
    passed = (
        select(Attempt.id)
        .where(Attempt.person_id == Person.id, Attempt.cycle == cycle, Attempt.state == TestState.PASSED)
        .exists()
    )
    line = line_of(Person, Person.lineage, "id", "name", "kind", "level")
    query = (
        select(Person, Organisation.nature, passed, line, Employment)
        .outerjoin(Organisation, Organisation.id == Person.employer_id)
        .outerjoin(Employment, and_(Employment.person_id == Person.id, Employment.ended_on.is_(None)))
        .options(lazyload(Person.documents))
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
            employed_since=employment.since if employment else None,
            contract=employment.contract if employment else None,
            aid=employment.aid if employment else None,
        )
        for person, nature, test_passed, lineage, employment in rows
        if authorization.sees_person(seen_by, person.id, person.lineage)
    ]
