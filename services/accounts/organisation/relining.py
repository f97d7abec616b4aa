"""What goes along when an organisation moves: all lineages that lead through it, in this service.

Other services hear of it and re-line their rows. Seats in tokens carry the lineage of before for as long as a token is
good, 15 minutes: what they are asked about is judged by its own lineage, which is new at once; so the old superior loses
sight of the moved ones with this transaction, and only the way up that a token tells is late.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    Table,
    UniqueConstraint,
    Uuid,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import ColumnElement

from services.accounts.base import Base
from services.accounts.organisation.model import ORGANISATIONS_BELOW, PEOPLE_BELOW, FormerName, Organisation
from services.accounts.person.model import Person

LINEAGE = ARRAY(Uuid)
OWNERS = (
    *("organisation_id", "employer_id", "department_id"),
    *("asker_id", "superior_id", "sending_unit_id"),
)
PLACES = (Person.employer_id, Person.department_id)
AS_TOLD = {"synchronize_session": False}
"""Rows that the session has read stay as they were read: whoever answers reads them again."""


async def reline(tx: AsyncSession, passed: UUID, lineage: Sequence[UUID]) -> None:
    """Rewrite every lineage that leads on below `passed`: what comes before it, and itself, becomes `lineage`.

    The organisation's own row is not touched; its mover has written it.
    """
    for table in tables_with_lineages():
        await tx.execute(
            update(table)
            .where(_leads_through(table, passed))
            .values(lineage=_after(table.c.lineage, passed, lineage))
        )


def tables_with_lineages() -> list[Table]:
    """Every table of this service whose rows belong to an organisation's line, but people, who have an employer too."""
    return [
        table
        for table in Base.metadata.tables.values()
        if "lineage" in table.c and table is not Person.__table__
    ]


async def reline_people(tx: AsyncSession, passed: UUID, lineage: Sequence[UUID]) -> None:
    """The same for people; whoever stood at the organisation itself, unit or department, stands at the last of `lineage`."""
    at = {each.key: case((each == passed, lineage[-1]), else_=each) for each in PLACES}
    there = select(PEOPLE_BELOW.c.descendant_id).where(PEOPLE_BELOW.c.ancestor_id == passed)
    changes = {**at, "lineage": _after(Person.__table__.c.lineage, passed, lineage)}
    await tx.execute(update(Person).where(Person.id.in_(there)).values(changes), execution_options=AS_TOLD)


async def hand_over(tx: AsyncSession, gone: UUID, heir: UUID) -> None:
    """Everything that stood directly at one organisation goes to another: its own, seats, accounts, employments.

    What the heir has already (a role of the same account) is not there twice; employments that ended stay where they were.
    """
    own = update(Organisation).where(Organisation.parent_id == gone)
    await tx.execute(own.values(parent_id=heir, version=Organisation.version + 1), execution_options=AS_TOLD)
    for table, column in owned():
        here = [column == gone, *([table.c.ended_on.is_(None)] if "ended_on" in table.c else [])]
        for unique in _uniques_with(table, column):
            other = table.alias()
            same = [other.c[each.name] == each for each in unique.columns if each is not column]
            twice = exists().where(other.c[column.name] == heir, *same)
            await tx.execute(delete(table).where(*here, twice))
        await tx.execute(update(table).where(*here).values({column.name: heir}))


def owned() -> list[tuple[Table, Column[UUID]]]:
    """Every column of this service that tells at which organisation a row stands, but names, which are of the past."""
    return [
        (table, column)
        for table in Base.metadata.tables.values()
        for column in table.c
        if column.name in OWNERS
        and table not in (FormerName.__table__, Person.__table__)
        and any(key.column.table is Organisation.__table__ for key in column.foreign_keys)
    ]


def _uniques_with(table: Table, column: Column[UUID]) -> list[UniqueConstraint]:
    return [
        each
        for each in table.constraints
        if isinstance(each, UniqueConstraint) and column.name in each.columns and len(each.columns) > 1
    ]


def _leads_through(table: Table, passed: UUID) -> ColumnElement[bool]:
    through = table.c.lineage.op("@>", is_comparison=True)(literal([passed], LINEAGE))
    below = select(ORGANISATIONS_BELOW.c.descendant_id).where(ORGANISATIONS_BELOW.c.ancestor_id == passed)
    if table is Organisation.__table__:
        return table.c.id.in_(below) & (table.c.id != passed)
    if "person_id" in table.c:
        people = select(PEOPLE_BELOW.c.descendant_id).where(PEOPLE_BELOW.c.ancestor_id == passed)
        return table.c.person_id.in_(people) & through
    return through


def _after(
    column: ColumnElement[Sequence[UUID]], passed: UUID, lineage: Sequence[UUID]
) -> ColumnElement[Sequence[UUID]]:
    """`lineage`, and what of the row's own comes after `passed`."""
    rest = func.array_position(column, bindparam(None, passed, Uuid)) + 1
    return type_coerce(
        literal(list(lineage), LINEAGE).concat(column[rest : func.cardinality(column)]), LINEAGE
    )
