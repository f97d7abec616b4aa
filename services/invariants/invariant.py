"""One sentence that must hold of every row of a table, and how to find the rows of which it does not.

A table is walked in slices of its key, each in a short transaction that reads only: the cost of a slice is bounded, whatever
the size of the table. All of a slice is seen as of one moment, and states change in one transaction with all that belongs to
them, so what does not fit within one schema is broken and never merely under way.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

Key = UUID | str
BEGINNING = UUID(int=0)
"""No key comes before it."""

SLICE = "{slice}"
"""Stands in a statement for "of this slice"; the table that is walked is `t`."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows whose key comes after one and not after the other; behind the `last` slice there is none."""

    after: Key
    upto: Key
    last: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """Something of which an invariant does not hold: what it is, and what is wrong in figures and states, never in names."""

    subject: str
    why: str = ""


Find = Callable[[AsyncSession, Slice], Awaitable[Iterable[Broken]]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """`says` what must hold; `find` looks through a slice of `table` by `key`, which begins after `first`.

    Only rows of which `only` is true are walked; an index finds them by the key, or each slice would read the whole table.
    """

    name: str
    says: str
    table: str
    find: Find
    key: str = "id"
    first: Key = BEGINNING
    only: str = "true"

    @property
    def ahead(self) -> str:
        """The question for so `:many` keys that come next."""
        beyond = f"{self.key} > :after and {self.only}"
        return f"select {self.key} as k from {self.table} where {beyond} order by k limit :many"  # noqa: S608 - our own names

    async def next_slice(self, tx: AsyncSession, after: Key, at_most: int) -> Slice | None:
        """The next rows to look through; None behind the last. Rows of one key stay together."""
        found = await tx.execute(
            text(f"select k, count(*) over () from ({self.ahead}) s order by k desc limit 1"),  # noqa: S608 - as above
            {"after": after, "many": at_most},
        )
        row = found.first()
        return None if row is None else Slice(after, row[0], last=row[1] < at_most)


def by_sql(statement: str, key: str = "id", **given: Any) -> Find:
    """Find by a statement whose rows are (subject, why); `{slice}` in it limits `t` to the slice by `key`."""
    limited = text(statement.replace(SLICE, f"t.{key} > :after and t.{key} <= :upto"))

    async def find(tx: AsyncSession, rows: Slice) -> Iterable[Broken]:
        found = await tx.execute(limited, {"after": rows.after, "upto": rows.upto, **given})
        return [Broken(str(subject), str(why)) for subject, why in found]

    return find


def holds(
    name: str, says: str, table: str, statement: str, *, key: str = "id", first: Key = BEGINNING
) -> Invariant:
    """An invariant that one statement looks through; see `by_sql`."""
    return Invariant(name, says, table, by_sql(statement, key), key, first)


Machines = Mapping[str, Mapping[tuple[Any, Any], Any]]
"""The table of steps of each table that has states, by the table's name."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """What a service says of its own schema: its machines by table, and what else must hold."""

    machines: Machines
    invariants: tuple[Invariant, ...]
