"""Many of a few: rows as the database writes them, with ids of their own, copied back; history and audit come along.

What the platform itself has written is the model, so that what must hold of the model holds of its copies.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import asyncpg

from services.kit.ids import MILLISECOND_BITS

NUMBER, DIGEST, CODE = "<n>", "<digest>", "<code>"
"""What stands in a model row for what is each copy's own; a kit may have more such marks."""
ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
AN_ID, SEAM = re.compile(ID), re.compile(f"({ID}|<[a-z]+>)")
KEPT = 24
"""So many letters of an id stay: its copies are in the order of the model."""
IDS_A_COPY = 1024
COPIES_A_STEP = 2_000
NOTHING = r"\N"
OWN = ("id", "place")
"""Columns that hold ids of a row's own."""
A_DAY = 86_400_000
"""In milliseconds, as ids tell them."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of a table that belong to what is copied: those whose `column` holds one of its ids.

    `own` says what is each copy's own in some columns, by what the model has there.
    """

    table: str
    column: str
    own: Mapping[str, Callable[[str], str]] | None = None

    @property
    def where(self) -> str:
        """The condition; $1 are the ids."""
        if self.column == "subject":
            return "split_part(subject, '/', 2) = any($1)"
        return f"{self.column}::text = any($1)"


@dataclass(frozen=True, slots=True)
class Rows:
    """Model rows of a table, each split at the ids and marks in it."""

    table: str
    columns: Sequence[str]
    lines: Sequence[Sequence[str]]


class Kit:
    """All rows of one model, and which ids are its own."""

    def __init__(self, ids: Iterable[str], rows: Sequence[Rows]) -> None:
        self.ids = tuple(sorted(ids))
        self._rows = rows

    @cached_property
    def lines(self) -> int:
        """How many rows a copy has."""
        return sum(len(each.lines) for each in self._rows)

    def names(self, number: int) -> dict[str, str]:
        """What stands in copy `number` for ids and marks of the model."""
        first = number * IDS_A_COPY
        told = {old: _key(old, first + place) for place, old in enumerate(self.ids)}
        digest = hashlib.sha256(f"{self.ids[0]}{number}".encode()).hexdigest()
        return told | {NUMBER: str(number), DIGEST: rf"\\x{digest}", CODE: f"{number:018d}"}

    async def copy(self, connection: asyncpg.Connection, names: Sequence[Mapping[str, str]]) -> None:
        """Write a copy for each of the names."""
        for first in range(0, len(names), COPIES_A_STEP):
            for rows in self._rows:
                schema, table = rows.table.split(".")
                text = "".join(_copied(rows, names[first : first + COPIES_A_STEP]))
                await connection.copy_to_table(
                    table, schema_name=schema, columns=rows.columns, source=io.BytesIO(text.encode())
                )


def _key(old: str, place: int) -> str:
    """An id in the order of the old one, made at the same moment."""
    return f"{old[:KEPT]}{place:012x}"


def named(text: str, names: Mapping[str, str]) -> str:
    """A text about the model, about a copy instead."""
    return "".join([names.get(piece, piece) for piece in SEAM.split(text)])


def _copied(rows: Rows, names: Sequence[Mapping[str, str]]) -> Iterator[str]:
    for each in names:
        for line in rows.lines:
            yield "".join([each.get(piece, piece) for piece in line]) + "\n"


async def read(connection: asyncpg.Connection, parts: Sequence[Part], ids: Iterable[str]) -> Kit:
    """The kit of what has these ids: the rows of `parts`, in their order, and of what each schema has noted of them.

    A row that belongs to it gives its own id to it, so that later parts are found by that.
    """
    known = set(ids)
    found: list[tuple[Part, list[str], list[list[str]]]] = []
    schemas = dict.fromkeys(part.table.split(".")[0] for part in parts)
    noted = [Part(f"{each}.history", "subject_id") for each in schemas]
    noted += [Part(f"{each}.audit_log", "subject", {"id": _yesterdays}) for each in schemas]
    for part in (*parts, *noted):
        columns = await _columns(connection, part.table)
        rows = _marked(part, columns, await _rows(connection, part, columns, known))
        at = [columns.index(name) for name in OWN if name in columns]
        known |= {row[each] for row in rows for each in at if AN_ID.fullmatch(row[each])}
        found.append((part, columns, rows))
    return Kit(known, [_split(*each) for each in found])


def _yesterdays(key: str) -> str:
    """An id made a day before: the relay chains the last minute's lines of audit, and would look at all copies every second."""
    return str(UUID(int=UUID(key).int - (A_DAY << MILLISECOND_BITS)))


async def _columns(connection: asyncpg.Connection, table: str) -> list[str]:
    """All columns but those that the database works out by itself."""
    rows = await connection.fetch(
        "select attname from pg_attribute where attrelid = $1::text::regclass and attnum > 0"
        " and not attisdropped and attgenerated = '' order by attnum",
        table,
    )
    return [row["attname"] for row in rows]


async def _rows(
    connection: asyncpg.Connection, part: Part, columns: Sequence[str], ids: Iterable[str]
) -> list[list[str]]:
    written = io.BytesIO()
    named = ", ".join(f'"{name}"' for name in columns)
    asked = f"select {named} from {part.table} where {part.where}"  # noqa: S608 - our own words
    given: Any = list(ids)
    await connection.copy_from_query(asked, given, output=written)
    return [line.split("\t") for line in written.getvalue().decode().split("\n")[:-1]]


def _marked(part: Part, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows with what is each copy's own told apart."""
    own = part.own or {}
    return [
        [own[name](value) if name in own else value for name, value in zip(columns, row, strict=True)]
        for row in rows
    ]


def _split(part: Part, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Rows:
    """Split at every id: whether it is the copy's own, another copy's or nobody's, the names of a copy say."""
    return Rows(part.table, columns, [SEAM.split("\t".join(row)) for row in rows])
