"""Somebody who has a full dump of the database, every version of the boxes and all logs, and wants to know who voted how.

Each way of linking is scored in standard deviations from what chance would do; the tallies are known to everybody.
"""

from __future__ import annotations

import hashlib
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import sqrt

import asyncpg

TABLES = """
select schemaname || '.' || quote_ident(tablename) as name from pg_tables
where schemaname in ('accounts', 'workflow', 'quota', 'notifications') order by 1
"""
ROWS = "select xmin::text::bigint as xmin, ctid::text as ctid, t::text as line from {} t"
Key = tuple[str, str]
"""An expert and a declaration, by their ids."""


@dataclass(frozen=True)
class Row:
    """A row as the administrator sees it."""

    xmin: int
    ctid: tuple[int, int]
    line: str


@dataclass
class Evidence:
    """All that is left behind, and beside it the truth, by which the adversary is scored and which he never sees."""

    truth: dict[Key, bool] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    snapshots: list[tuple[Row, Row]] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    ballots: dict[str, list[tuple[Row, bool]]] = field(default_factory=dict)


async def dump(admin: asyncpg.Connection) -> dict[str, list[Row]]:
    """Every row of every table of every schema."""
    names = [row["name"] for row in await admin.fetch(TABLES)]
    return {each: [_row(row) for row in await admin.fetch(ROWS.format(each))] for each in names}


async def box(admin: asyncpg.Connection, declaration_id: str) -> Row:
    """One box as it lies there now."""
    query = ROWS.format("workflow.ballot_box") + " where declaration_id = $1"
    return _row(await admin.fetchrow(query, declaration_id))


async def ballots(admin: asyncpg.Connection) -> dict[str, list[tuple[Row, bool]]]:
    """The anonymous ballots of each declaration."""
    query = ROWS.format("workflow.ballot").replace(" from", ", declaration_id::text, in_favour from")
    found = defaultdict(list)
    for row in await admin.fetch(query):
        found[row["declaration_id"]].append((_row(row), row["in_favour"]))
    return found


def _row(row: Mapping[str, object]) -> Row:
    page, place = re.findall(r"\d+", str(row["ctid"]))
    return Row(int(str(row["xmin"])), (int(page), int(place)), str(row["line"]))


ORDERS: dict[str, Callable[[Row], object]] = {
    "transaction": lambda row: (row.xmin, row.ctid),
    "place": lambda row: row.ctid,
    "content": lambda row: row.line,
    "time": lambda row: (re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*", row.line), row.xmin),
}


def scores(found: Evidence) -> dict[str, float]:
    """How far each way of linking is from chance, in standard deviations."""
    return dict((*_by_order(found), *_by_trace(found)))


def _by_order(found: Evidence) -> Iterator[tuple[str, float]]:
    """The k-th ballot of a declaration, in some order, is that of the k-th expert in some order of what names both."""
    for table, rows in found.rows.items():
        named = _named(found, rows)
        if set(named) != set(found.truth):
            continue
        for mine, theirs, turned in product(ORDERS, ORDERS, (False, True)):
            name = f"{table} by {mine} beside ballots by {theirs}{' from behind' if turned else ''}"
            yield name, _matched(found, named, ORDERS[mine], ORDERS[theirs], turned=turned)


def _named(found: Evidence, rows: Sequence[Row]) -> dict[Key, Row]:
    """The row, if any, that names an expert, by the own id or the account's, and a declaration."""
    named: dict[Key, Row] = {}
    for row in rows:
        ids = set(re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", row.line))
        for expert, declaration in found.truth:
            if declaration in ids and ids & {expert, found.accounts[expert]}:
                named[expert, declaration] = row
    return named


def _matched(
    found: Evidence,
    named: Mapping[Key, Row],
    mine: Callable[[Row], object],
    theirs: Callable[[Row], object],
    *,
    turned: bool,
) -> float:
    hits, expected, variance = 0, 0.0, 0.0
    for declaration, cast in found.ballots.items():
        voters = sorted((k for k in found.truth if k[1] == declaration), key=lambda k: mine(named[k]))
        told = [way for _, way in sorted(cast, key=lambda each: theirs(each[0]), reverse=turned)]
        hits += sum(found.truth[key] == way for key, way in zip(voters, told, strict=True))
        n, yes = len(told), sum(told)
        no = n - yes
        expected += (yes**2 + no**2) / n
        variance += 4 * yes**2 * no**2 / (n**2 * (n - 1))
    return (hits - expected) / sqrt(variance)


def _by_trace(found: Evidence) -> Iterator[tuple[str, float]]:
    """Something about what a vote changed or wrote goes with its way: a size, a bit, a step in the transactions."""
    ways = list(found.truth.values())
    boxes = [(_sealed(before), _sealed(after)) for before, after in found.snapshots]
    traces: dict[str, list[float]] = {
        "size of the box": [len(after) - len(before) for before, after in boxes],
        "bits set": [_ones(after) - _ones(before) for before, after in boxes],
        "bits turned": [_ones(bytes(map(int.__xor__, *each))) for each in boxes],
        "last byte": [after[-1] for _, after in boxes],
        "first byte changed": [_first(*each) for each in boxes],
        "transactions between": [after.xmin - before.xmin for before, after in found.snapshots],
        "place": [float(after.ctid > before.ctid) for before, after in found.snapshots],
        "length of the log": [len(each) for each in found.logged],
    }
    for table, rows in found.rows.items():
        named = _named(found, rows)
        if set(named) == set(found.truth):
            lines = [named[key].line for key in found.truth]
            traces[f"length in {table}"] = [len(each) for each in lines]
            traces[f"digest in {table}"] = [hashlib.sha256(each.encode()).digest()[0] & 1 for each in lines]
            traces[f"last letter in {table}"] = [ord(each[-1]) for each in lines]
    for name, trace in traces.items():
        yield name, _goes_with(trace, ways)


def _goes_with(trace: Sequence[float], ways: Sequence[bool]) -> float:
    if len(set(trace)) == 1:
        return 0.0
    return statistics.correlation(trace, [float(way) for way in ways]) * sqrt(len(ways) - 1)


def _sealed(row: Row) -> bytes:
    return bytes.fromhex(re.findall(r"x([0-9a-f]{40,})", row.line)[-1])


def _ones(held: bytes) -> int:
    return sum(byte.bit_count() for byte in held)


def _first(before: bytes, after: bytes) -> int:
    pairs = zip(before, after, strict=False)
    return next((n for n, (one, other) in enumerate(pairs) if one != other), len(after))
