"""Who is above a row: an organisation that exists below the caller's, or another row of the same file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.intake import store
from services.accounts.intake.errors import ParentAmbiguous, ParentUnknown
from services.accounts.intake.judging import Job, texts
from services.accounts.intake.model import IntakeRow
from services.accounts.organisation.details import compact_uscc
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.rules import Creator
from services.accounts.organisation.service import as_creator
from services.accounts.organisation.states import State
from services.kit.errors import Refusal


@dataclass(frozen=True, slots=True)
class Parent:
    """An organisation that exists, as the superior of rows."""

    id: UUID
    name: str
    state: State
    lineage: tuple[UUID, ...]
    creator: Creator


@dataclass(frozen=True, slots=True)
class Named:
    """What a name or code was found to mean: an organisation's id, or a row's number."""

    id: UUID | None = None
    row_no: int | None = None


async def by_id(tx: AsyncSession, job: Job, ids: Iterable[UUID]) -> dict[UUID, Parent]:
    """Organisations by id, those that stand in the caller's subtree."""
    query = select(Organisation).where(store.among(Organisation.id, set(ids)))
    found = await tx.scalars(query.execution_options(populate_existing=True))
    return {
        each.id: Parent(
            each.id, each.name, State(each.state), tuple(each.lineage), as_creator(job.desk.policy, each)
        )
        for each in found
        if job.organisation_id in each.lineage
    }


Called = tuple[UUID | int, str | None]
"""An organisation's id or a row's number, and its code."""


@dataclass(slots=True)
class Known:
    """What a text may mean: organisations, or rows in the order of the file, by name and by code."""

    by_name: dict[str, list[Called]] = field(default_factory=lambda: defaultdict(list))
    by_code: dict[str, list[Called]] = field(default_factory=lambda: defaultdict(list))

    def add(self, key: UUID | int, name: str | None, code: str | None) -> None:
        """One more."""
        if name is not None:
            self.by_name[name].append((key, code))
        if code is not None:
            self.by_code[code].append((key, code))


class Superiors:
    """What the superiors that a file names are.

    The rows that are named are found by one reading of the file. Looked up chunk by chunk they would be found by their
    names or codes within an import, and a planner that has not heard of the import reads all of it each time.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._in_file: Known | None = None

    async def named(self, tx: AsyncSession, rows: Sequence[IntakeRow]) -> Mapping[str, Named | Refusal]:
        """What the superiors that rows name are, each text once.

        An organisation that exists goes before a row that tells of the same one, so that a file sent again finds the
        same superiors as before.
        """
        asked = texts(row.parent for row in rows)
        if self._in_file is None:
            self._in_file = await _in_file(tx, self._job)
        existing = await _existing(tx, self._job, asked)
        return {text: _one(text, existing, self._in_file, self._job) for text in asked}


async def _existing(tx: AsyncSession, job: Job, asked: list[str]) -> Known:
    codes = texts(compact_uscc(text) for text in asked)
    below = select(Organisation.id, Organisation.name, Organisation.uscc).where(
        Organisation.lineage.contains([job.organisation_id])
    )
    ways = store.among(Organisation.name, asked), store.among(Organisation.uscc, codes)
    known = Known()
    for row in await tx.execute(union(*(below.where(way) for way in ways))):
        known.add(row.id, row.name, row.uscc)
    return known


async def _in_file(tx: AsyncSession, job: Job) -> Known:
    named = select(IntakeRow.parent).where(IntakeRow.intake_id == job.intake_id).distinct()
    names = set(texts(await tx.scalars(named)))
    codes, known = set(texts(map(compact_uscc, names))), Known()
    async for row in store.all_rows(tx, job.intake_id, IntakeRow.name, IntakeRow.uscc):
        if row.name in names or row.uscc in codes:
            known.add(row.row_no, row.name, row.uscc)
    return known


def _one(text: str, existing: Known, in_file: Known, job: Job) -> Named | Refusal:
    """By code there is one: of rows that repeat it the first counts, the others are refused. By name there may be more."""
    code = compact_uscc(text) or ""
    found = existing.by_code.get(code) or in_file.by_code.get(code, [])[:1]
    if not found:
        ours, rows = existing.by_name.get(text, []), in_file.by_name.get(text, [])
        codes = {each for _, each in ours if each}
        found = [*ours, *(row for row in rows if not ours or (row[1] and row[1] not in codes))]
    if len(found) > 1:
        return ParentAmbiguous(parent=text, field="parent", basis=(job.basis,))
    if not found:
        return ParentUnknown(parent=text, field="parent", basis=(job.basis,))
    key = found[0][0]
    return Named(id=key) if isinstance(key, UUID) else Named(row_no=key)
