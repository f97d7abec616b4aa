"""Who is above a row: an organisation that exists below the caller's, or another row of the same file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

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
    query = select(Organisation).where(Organisation.id.in_(set(ids)))
    found = await tx.scalars(query.execution_options(populate_existing=True))
    return {
        each.id: Parent(
            each.id, each.name, State(each.state), tuple(each.lineage), as_creator(job.desk.policy, each)
        )
        for each in found
        if job.organisation_id in each.lineage
    }


async def by_name(tx: AsyncSession, job: Job, rows: Sequence[IntakeRow]) -> Mapping[str, Named | Refusal]:
    """What the superiors that rows name are, each text once.

    An organisation that exists goes before a row that tells of the same one, so that a file sent again finds the same
    superiors as before.
    """
    asked = texts(row.parent for row in rows)
    existing = await _existing(tx, job, asked)
    in_file = await _in_file(tx, job, asked)
    return {text: _one(text, existing, in_file, job) for text in asked}


Found = list[tuple[UUID | int, str | None, str | None]]
"""Id or row number, name, code."""


async def _existing(tx: AsyncSession, job: Job, asked: list[str]) -> Found:
    codes = texts(compact_uscc(text) for text in asked)
    named = select(Organisation.id, Organisation.name, Organisation.uscc, Organisation.lineage)
    rows = await tx.execute(named.where(or_(Organisation.name.in_(asked), Organisation.uscc.in_(codes))))
    return [(row.id, row.name, row.uscc) for row in rows if job.organisation_id in row.lineage]


async def _in_file(tx: AsyncSession, job: Job, asked: list[str]) -> Found:
    codes = texts(compact_uscc(text) for text in asked)
    named = select(IntakeRow.row_no, IntakeRow.name, IntakeRow.uscc)
    here = named.where(IntakeRow.intake_id == job.intake_id)
    rows = await tx.execute(here.where(or_(IntakeRow.name.in_(asked), IntakeRow.uscc.in_(codes))))
    return [(row.row_no, row.name, row.uscc) for row in rows]


def _one(text: str, existing: Found, in_file: Found, job: Job) -> Named | Refusal:
    code = compact_uscc(text)
    for by_code in (True, False):
        ours = [each for each in existing if (each[2] == code if by_code else each[1] == text)]
        codes = {each[2] for each in ours if each[2]}
        rows = [each for each in in_file if (each[2] == code if by_code else each[1] == text)]
        others = [each for each in rows if not (ours and (each[2] is None or each[2] in codes))]
        found = [*ours, *others]
        if (
            by_code and len(found) > 1
        ):  # a code that rows repeat: the first of them counts, the others are refused
            found = ours or [min(rows, key=lambda each: int(str(each[0])))]
        if len(found) > 1:
            return ParentAmbiguous(parent=text, field="parent", basis=(job.basis,))
        if found:
            key = found[0][0]
            return Named(id=key) if isinstance(key, UUID) else Named(row_no=key)
    return ParentUnknown(parent=text, field="parent", basis=(job.basis,))
