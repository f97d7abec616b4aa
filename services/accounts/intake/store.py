"""Imports and their rows in the database; a caller sees those of the organisations he or she manages."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Table,
    and_,
    any_,
    bindparam,
    delete,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services import clocks
from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.intake.errors import ImportNotFound
from services.accounts.intake.model import Intake, IntakeRow, IntakeWork
from services.accounts.intake.states import AT_WORK, ENDED, State
from services.accounts.organisation import closure
from services.kit.auth import Actor
from services.kit.db import encode_json
from services.kit.steps import StaleVersion

LOCK_NOT_AVAILABLE = "55P03"
BARE: dict[str, Any] = {"synchronize_session": False}
PAGE = 2000


async def look_up_by_key(tx: AsyncSession) -> None:
    """Let everything be found by its index until the transaction ends: asked first by whoever checks or imports rows.

    The planner's figures are of before: it knows neither what this transaction has written nor a file that came a moment
    ago. What it takes for small it would read whole, for every chunk, and for every row whose foreign keys are checked;
    and it keeps such a plan while the table grows.
    """
    await tx.execute(closure.PLAN_BY_KEY)


def among(key: ColumnElement[Any] | Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Whether a key is one of some values, however many: they are one parameter, and the statement is always the same."""
    return key == any_(literal(list(values), ARRAY(key.type)))


async def get(tx: AsyncSession, intake_id: UUID, *, seen_by: Actor) -> Intake:
    """An import.

    Raises:
        ImportNotFound: there is none, or none of an organisation that the caller manages.
    """
    found = await tx.get(Intake, intake_id)
    if found is None or not sees(seen_by, found):
        raise ImportNotFound
    return found


def sees(actor: Actor, intake: Intake) -> bool:
    """Whether the caller manages the organisation that an import is made from."""
    return authorization.seat_for(Act.IMPORT, actor, [intake.organisation_id]) is not None


async def locked(tx: AsyncSession, intake_id: UUID, *, wait: bool = True) -> Intake:
    """An import, its row locked until the transaction ends.

    Raises:
        ImportNotFound: there is none.
        StaleVersion: somebody has it locked (the worker, for as long as it imports), and it was not to be waited.
    """
    query = select(Intake).where(Intake.id == intake_id).with_for_update(nowait=not wait)
    try:
        found: Intake | None = await tx.scalar(query.execution_options(populate_existing=True))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
            raise StaleVersion(field="version") from error
        raise
    if found is None:
        raise ImportNotFound
    return found


def listed(actor: Actor, organisation_id: UUID | None) -> Select[Intake]:
    """The imports that the caller sees."""
    query = select(Intake).where(Intake.organisation_id.in_(authorization.scope(Act.IMPORT, actor) or []))
    return query.where(Intake.organisation_id == organisation_id) if organisation_id else query


async def unfinished(tx: AsyncSession, organisation_id: UUID) -> int:
    """How many imports of an organisation have not ended."""
    going = [state for state in State if state not in ENDED]
    count = select(func.count()).where(Intake.organisation_id == organisation_id, Intake.state.in_(going))
    return (await tx.scalar(count)) or 0


async def progress(tx: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many rows of the present phase are done."""
    found = select(IntakeWork.intake_id, IntakeWork.done).where(IntakeWork.intake_id.in_(ids))
    return {row.intake_id: row.done for row in await tx.execute(found)}


async def restart_work(tx: AsyncSession, intake_id: UUID) -> None:
    """The next phase begins at its first row, and whoever comes first works on it."""
    begun = update(IntakeWork).where(IntakeWork.intake_id == intake_id)
    await tx.execute(
        begun.values(cursor=0, done=0, attempts=0, lease=None, until=None).execution_options(**BARE)
    )


async def take_work(tx: AsyncSession, lease: UUID, seconds: float) -> tuple[UUID, int] | None:
    """Take an import that waits for work and that nobody works on: its id, and how often it was begun in vain."""
    free = (
        select(IntakeWork.intake_id)
        .join(Intake, Intake.id == IntakeWork.intake_id)
        .where(Intake.state.in_(AT_WORK))
        .where(clocks.is_over(IntakeWork.until, timedelta(seconds=seconds)))
        .order_by(IntakeWork.intake_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=IntakeWork)
    )
    until = func.clock_timestamp() + timedelta(seconds=seconds)
    taken = (
        update(IntakeWork)
        .where(IntakeWork.intake_id.in_(free.scalar_subquery()))
        .values(lease=lease, until=until, attempts=IntakeWork.attempts + 1)
        .returning(IntakeWork.intake_id, IntakeWork.attempts)
        .execution_options(**BARE)
    )
    row = (await tx.execute(taken)).first()
    return (row.intake_id, row.attempts) if row else None


async def beat(
    tx: AsyncSession, intake_id: UUID, lease: UUID, seconds: float, done: int, cursor: int | None
) -> bool:
    """Say how far the work has come, and keep it; False where another has taken it over.

    With a `cursor` what was done is kept, so that it does not count as an attempt in vain.
    """
    told = {"done": done} if cursor is None else {"done": done, "cursor": cursor, "attempts": 0}
    until = func.clock_timestamp() + timedelta(seconds=seconds)
    kept = (
        update(IntakeWork)
        .where(IntakeWork.intake_id == intake_id, IntakeWork.lease == lease)
        .values(until=until, **told)
        .returning(IntakeWork.intake_id)
        .execution_options(**BARE)
    )
    return await tx.scalar(kept) is not None


async def let_go(tx: AsyncSession, intake_id: UUID, lease: UUID) -> None:
    """Leave the work to whoever comes next."""
    mine = and_(IntakeWork.intake_id == intake_id, IntakeWork.lease == lease)
    await tx.execute(update(IntakeWork).where(mine).values(until=None, lease=None).execution_options(**BARE))


async def work_of(tx: AsyncSession, intake_id: UUID) -> IntakeWork:
    """How far the present phase has come."""
    return await tx.get_one(IntakeWork, intake_id, populate_existing=True)


async def after(tx: AsyncSession, intake_id: UUID, row_no: int, most: int) -> list[IntakeRow]:
    """The next rows of a file, in its order."""
    query = select(IntakeRow).where(IntakeRow.intake_id == intake_id, IntakeRow.row_no > row_no)
    return list(await tx.scalars(query.order_by(IntakeRow.row_no).limit(most)))


async def all_rows(tx: AsyncSession, intake_id: UUID, *columns: Any) -> AsyncIterator[Any]:
    """These columns and the number of every row of a file, in its order; some thousands are read at a time."""
    query = select(*columns, IntakeRow.row_no).where(IntakeRow.intake_id == intake_id)
    query, after = query.order_by(IntakeRow.row_no).limit(PAGE), 0
    while rows := (await tx.execute(query.where(IntakeRow.row_no > after))).all():
        for row in rows:
            yield row
        after = rows[-1].row_no


async def by_number(
    tx: AsyncSession, intake_id: UUID, numbers: Iterable[int], *columns: Any
) -> Mapping[int, Any]:
    """These columns of rows, by their numbers.

    Each is looked up by itself: a planner that has not heard of a file thinks it has one row, and would read it whole.
    """
    asked = func.unnest(literal(list(numbers), ARRAY(Integer))).table_valued("row_no").render_derived("asked")
    mine = and_(IntakeRow.intake_id == intake_id, IntakeRow.row_no == asked.c.row_no)
    row = select(*columns, IntakeRow.row_no).where(mine).limit(1).lateral()
    found = await tx.execute(select(row).select_from(asked).join(row, true()))
    return {each.row_no: each for each in found}


async def at_depth(tx: AsyncSession, intake_id: UUID, depth: int, row_no: int, most: int) -> list[IntakeRow]:
    """The next accepted rows of one depth."""
    here = and_(IntakeRow.intake_id == intake_id, IntakeRow.refusals.is_(None), IntakeRow.depth == depth)
    query = select(IntakeRow).where(here, IntakeRow.row_no > row_no)
    return list(await tx.scalars(query.order_by(IntakeRow.row_no).limit(most)))


async def mark(tx: AsyncSession, intake_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set columns of many rows, all the same ones; each names its `row_no`."""
    if not rows:
        return
    table = table_of(IntakeRow)
    columns = {
        name: bindparam(f"set_{name}", type_=table.c[name].type) for name in rows[0] if name != "row_no"
    }
    changed = update(table).where(table.c.intake_id == intake_id, table.c.row_no == bindparam("the_row"))
    given = [{"the_row": row["row_no"], **{f"set_{name}": row[name] for name in columns}} for row in rows]
    await tx.execute(changed.values(**columns), given)


async def pour(tx: AsyncSession, model: type[Any] | Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows of the same columns by COPY, in this transaction: a tenth of the work of inserting each.

    Raises:
        asyncpg.UniqueViolationError: one of them is there already.
    """
    if not rows:
        return
    table = model if isinstance(model, Table) else table_of(model)
    names = list(rows[0])
    as_json = {name for name in names if isinstance(table.c[name].type, JSONB)}
    records = [tuple(_sent(row[name], as_json=name in as_json) for name in names) for row in rows]
    raw = await (await tx.connection()).get_raw_connection()
    assert raw.driver_connection is not None
    await raw.driver_connection.copy_records_to_table(table.name, records=records, columns=names)


def _sent(value: Any, *, as_json: bool) -> Any:
    return encode_json(value) if as_json and value is not None else value


def table_of(model: type[Any]) -> Table:
    """The table of a model."""
    table = model.__table__
    assert isinstance(table, Table)
    return table


async def forget(tx: AsyncSession, intake_ids: Iterable[UUID]) -> None:
    """Delete the rows of imports, and with them what they held of people."""
    await tx.execute(delete(IntakeRow).where(IntakeRow.intake_id.in_(list(intake_ids))))


async def refused_after(tx: AsyncSession, intake_id: UUID, row_no: int, most: int) -> list[IntakeRow]:
    """The next refused rows, in the order of the file."""
    here = and_(IntakeRow.intake_id == intake_id, IntakeRow.refusals.is_not(None), IntakeRow.row_no > row_no)
    return list(await tx.scalars(select(IntakeRow).where(here).order_by(IntakeRow.row_no).limit(most)))
