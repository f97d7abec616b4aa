"""Records in the database, always limited to what the caller may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import lazyload

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import RecordKind, RecordState
from services.accounts.organisation.model import Organisation
from services.accounts.person.errors import PersonNotFound
from services.accounts.person.model import Person
from services.accounts.record.errors import RecordNotFound
from services.accounts.record.model import Record
from services.accounts.record.states import COUNTED, LIVE
from services.kit.auth import Actor

BARE = lazyload(Person.documents)
"""A person without the documents: nothing here looks at them."""

FILELESS = lazyload(Record.file)
"""A record without the file that proves it."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a list of records is narrowed to; `on` keeps those that hold on that day."""

    kinds: Sequence[RecordKind] | None = None
    states: Sequence[RecordState] | None = None
    on: date | None = None

    def conditions(self) -> Iterable[ColumnElement[bool]]:
        """As SQL."""
        if self.kinds is not None:
            yield Record.kind.in_(self.kinds)
        if self.states is not None:
            yield Record.state.in_(self.states)
        if self.on is not None:
            yield Record.holds_from <= self.on
            yield or_(Record.holds_until.is_(None), Record.holds_until >= self.on)


async def lock_person(tx: AsyncSession, person_id: UUID, *, seen_by: Actor) -> Person:
    """A person, for whom nobody else puts anything on record until this transaction ends.

    Raises:
        PersonNotFound: there is none, or none of the caller's.
    """
    query = select(Person).options(BARE).where(Person.id == person_id).with_for_update(key_share=True)
    found: Person | None = await tx.scalar(query.execution_options(populate_existing=True))
    if found is None or not authorization.sees_person(seen_by, found.id, found.lineage):
        raise PersonNotFound
    return found


async def add(tx: AsyncSession, values: Mapping[str, Any]) -> Record:
    """Insert a record."""
    await tx.execute(insert(Record).values(**values))
    return await tx.get_one(Record, values["id"])


async def get(tx: AsyncSession, record_id: UUID, *, seen_by: Actor) -> tuple[Record, Person]:
    """A record and whose it is.

    Raises:
        RecordNotFound: there is none, or none of the caller's.
    """
    query = (
        select(Record, Person)
        .options(BARE)
        .join(Person, Person.id == Record.person_id)
        .where(Record.id == record_id)
    )
    found = (await tx.execute(query)).first()
    if found is None or not _sees(seen_by, found[0], found[1]):
        raise RecordNotFound
    return found[0], found[1]


async def looked_up(tx: AsyncSession, ids: Sequence[UUID], *, seen_by: Actor) -> list[tuple[Record, Person]]:
    """Records by id with whose they are, in one statement; what the caller may not see is left out."""
    query = select(Record, Person).options(BARE).join(Person, Person.id == Record.person_id)
    rows = await tx.execute(query.where(Record.id.in_(ids)))
    return [(record, person) for record, person in rows if _sees(seen_by, record, person)]


async def of_link(tx: AsyncSession, record_id: UUID, *, locked: bool) -> tuple[Record, Person]:
    """A record and whose it is, for the holder of a link; `locked`: nobody changes it until this transaction ends.

    It is locked by a statement of its own: one that waited for the lock would join its file as it was before.

    Raises:
        RecordNotFound: there is none.
    """
    if locked:
        await tx.execute(select(Record.id).where(Record.id == record_id).with_for_update())
    query = select(Record).where(Record.id == record_id).execution_options(populate_existing=True)
    record: Record | None = await tx.scalar(query)
    if record is None:
        raise RecordNotFound
    return record, await tx.get_one(Person, record.person_id, options=[BARE])


def _sees(actor: Actor, record: Record, person: Person) -> bool:
    """The person, who works on cases above, our services; of a posting also who confirms it at the sending unit."""
    if authorization.sees_person(actor, person.id, person.lineage):
        return True
    return authorization.seat_at(Act.CONFIRM_RECORD, actor, record.sending_unit_id) is not None


def of_person(person_id: UUID, narrow: Narrow) -> Select[Record]:
    """The records of one person."""
    return select(Record).where(Record.person_id == person_id, *narrow.conditions())


def awaiting(actor: Actor, narrow: Narrow) -> Select[Record]:
    """What waits for the caller to confirm it, at the caller's own organisations; as `Record.confirmer_of` says."""
    mine = authorization.places(Act.CONFIRM_RECORD, actor)
    query = select(Record).join(Person, Person.id == Record.person_id)
    looked_after = and_(
        Person.employer_id.is_(None), Person.lineage[func.cardinality(Person.lineage)].in_(mine)
    )
    at_mine = or_(
        Record.sending_unit_id.in_(mine),
        and_(Record.sending_unit_id.is_(None), or_(Person.employer_id.in_(mine), looked_after)),
    )
    return query.where(Record.state == RecordState.DECLARED, at_mine, *narrow.conditions())


async def of_people(
    tx: AsyncSession, ids: Sequence[UUID], narrow: Narrow, *, seen_by: Actor
) -> list[tuple[Record, Person]]:
    """The records of several people whom the caller may see, in one statement."""
    query = (
        select(Record, Person)
        .options(BARE)
        .join(Person, Person.id == Record.person_id)
        .where(Person.id.in_(ids))
    )
    rows = await tx.execute(query.where(*narrow.conditions()).order_by(Record.id))
    return [
        (record, person)
        for record, person in rows
        if authorization.sees_person(seen_by, person.id, person.lineage)
    ]


async def counted(
    tx: AsyncSession, ids: Sequence[UUID], *, seen_by: Actor
) -> list[tuple[Person, list[Record]]]:
    """People whom the caller may see, each with the records that count, in one statement."""
    counts = and_(Record.person_id == Person.id, Record.state.in_(COUNTED))
    rows = await tx.execute(
        select(Person, Record)
        .options(BARE, FILELESS)
        .outerjoin(Record, counts)
        .where(Person.id.in_(ids))
        .order_by(Record.id)
    )
    found: dict[UUID, tuple[Person, list[Record]]] = {}
    for row in rows:
        person: Person = row[0]
        record: Record | None = row[1]
        if authorization.sees_person(seen_by, person.id, person.lineage):
            _, records = found.setdefault(person.id, (person, []))
            records += [record] if record is not None else []
    return list(found.values())


async def regions_of(tx: AsyncSession, employers: Collection[UUID]) -> dict[UUID, str | None]:
    """Where employers are, by the codes they are registered with."""
    query = select(Organisation.id, Organisation.region_code).where(Organisation.id.in_(employers))
    return {row.id: row.region_code for row in await tx.execute(query)}


async def same(
    tx: AsyncSession, person_id: UUID, kind: RecordKind, digest: bytes, *, but: Sequence[UUID]
) -> Record | None:
    """A live record that tells the same, `but` those."""
    query = select(Record).where(
        Record.person_id == person_id,
        Record.kind == kind,
        Record.key_digest == digest,
        Record.state.in_(LIVE),
        Record.id.not_in(but),
    )
    found: Record | None = await tx.scalar(query.limit(1))
    return found


async def how_many(tx: AsyncSession, person_id: UUID, kind: RecordKind) -> int:
    """How many live records of a kind a person has."""
    query = select(func.count()).where(
        Record.person_id == person_id, Record.kind == kind, Record.state.in_(LIVE)
    )
    return await tx.scalar(query) or 0


async def pending_version(tx: AsyncSession, record_id: UUID) -> UUID | None:
    """The new version of a record that is not yet confirmed."""
    pending = Record.state.in_((RecordState.DECLARED, RecordState.REFUSED))
    found: UUID | None = await tx.scalar(select(Record.id).where(Record.supersedes_id == record_id, pending))
    return found


async def people_of(tx: AsyncSession, records: Sequence[Record]) -> Sequence[Person]:
    """Whose some records are, in one query."""
    return (
        await tx.scalars(
            select(Person).options(BARE).where(Person.id.in_({each.person_id for each in records}))
        )
    ).all()
