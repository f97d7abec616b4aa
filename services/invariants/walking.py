"""Walks the tables of one schema, slice by slice, and tells what is broken and how far it is."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.invariants.invariant import Broken, Guarded, Invariant, Key, Slice
from services.invariants.machines import of_machine
from services.invariants.plumbing import COMMON
from services.kit.db import Database, refusal_of
from services.kit.errors import Refusal

Begin = Callable[[], AbstractAsyncContextManager[AsyncSession]]
Say = Callable[[str], None]
UNJUDGED = (LookupError, ValueError, Refusal, DBAPIError)
"""What a check raises over a row that names what nobody knows, or holds what makes no sense."""
NAMED = 20
"""So many that are broken are named of each invariant; the others are counted, and take no memory."""
STATEMENT_SECONDS = 60
TELL_EVERY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How many rows are looked at in one transaction, and how long to rest after it."""

    rows: int = 2000
    pause: float = 0.0


@dataclass(slots=True)
class Report:
    """What was found of one invariant: the first that are `broken`, how many `more` are, and what is under way."""

    service: str
    name: str
    says: str
    broken: list[Broken] = field(default_factory=list)
    more: int = 0
    under_way: int = 0

    def note(self, *found: Broken) -> None:
        """Note what is broken."""
        named = found[: NAMED - len(self.broken)]
        self.broken += named
        self.more += len(found) - len(named)


def reading(database: Database) -> Begin:
    """Short transactions that see one moment, write nothing and hold nothing up."""
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine) as tx, tx.begin():
            await tx.execute(text(f"set local statement_timeout = '{STATEMENT_SECONDS}s'"))
            yield tx

    return begin


def every(guarded: Guarded) -> Iterator[Invariant]:
    """All that must hold of one schema: what all have, what the machines say, what the service says."""
    yield from COMMON
    for table, steps in guarded.machines.items():
        yield from of_machine(table, steps)
    yield from guarded.invariants


async def walk(service: str, begin: Begin, each: Invariant, pace: Pace, say: Say) -> Report:
    """Look through the whole table of an invariant."""
    report, after = Report(service, each.name, each.says), each.first
    tell = telling(report, pace, say)
    while (rows := await _next(begin, each, after, pace.rows)) is not None:
        report.note(*await _found(begin, each, rows))
        if rows.last:
            break
        after = rows.upto
        tell()
        await asyncio.sleep(pace.pause)
    return report


async def _next(begin: Begin, each: Invariant, after: Key, at_most: int) -> Slice | None:
    async with begin() as tx:
        return await each.next_slice(tx, after, at_most)


async def _found(begin: Begin, each: Invariant, rows: Slice) -> list[Broken]:
    """What is broken in a slice; where something of it cannot be judged it is gone through key by key, and that is one finding."""
    try:
        async with begin() as tx:
            return list(await each.find(tx, rows))
    except UNJUDGED as error:
        why = unjudged(error)
    one = await _next(begin, each, rows.after, 1)
    if one is None or one.upto == rows.upto:
        return [Broken(str(rows.upto), why)]
    found: list[Broken] = []
    while one is not None and one.upto <= rows.upto:  # type: ignore[operator]  # keys of a table are of one kind
        found += await _found(begin, each, one)
        one = await _next(begin, each, one.upto, 1)
    return found


def unjudged(error: Exception) -> str:
    """Why a check could say nothing of a row, without what the row holds.

    Raises:
        DBAPIError: the database was away or busy: that says nothing of a row.
    """
    if isinstance(error, DBAPIError) and refusal_of(error) is None:
        raise error
    return f"cannot be judged: {error.code if isinstance(error, Refusal) else type(error).__name__}"


def telling(report: Report, pace: Pace, say: Say) -> Callable[[], None]:
    """Call it after each slice: every few seconds it tells how far the walk is."""
    slices, last = 0, time.monotonic()

    def tell() -> None:
        nonlocal slices, last
        slices += 1
        if time.monotonic() - last > TELL_EVERY_SECONDS:
            last = time.monotonic()
            say(f"{report.service} {report.name}: {slices * pace.rows} rows so far")

    return tell
