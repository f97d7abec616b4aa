"""What a question to the tree of organisations costs at 1,000 of them and at a million: the curve."""

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench import scratch
from deploy.local.bootstrap import create_database
from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import Role
from services.accounts.organisation import closure, search, store
from services.accounts.organisation.model import ORGANISATIONS_BELOW, Organisation
from services.accounts.organisation.search import Filter
from services.kit.auth import Actor, Seat
from services.kit.db import Database

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
FAN_OUT = 32
TIMES, ROUNDS = 20, 8
PAGE = 30

Question = Callable[[AsyncSession], Awaitable[object]]
BARE_CHECK = "select exists (select from organisation_closure where ancestor_id = $1 and descendant_id = $2)"
SIDES = ("subtree check, raw asyncpg", "subtree check")
"""The bare database's answer, and the service's own."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One question: how many milliseconds it takes at each size, in the median."""

    name: str
    at: Mapping[int, float]

    def ratio(self, size: int) -> float:
        """The cost at a size over that at the smallest."""
        return self.at[size] / self.at[min(self.at)]


ID = "('00000000-0000-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"
"""Keys in the order of creation, as in life."""

ROOT = f"""
insert into organisation (id, province, name, kind, level, nature, region_code, state, lineage)
select {ID.format(n="1")}, 'qinghai', '省厅', 'HRSS', 'PROVINCE', 'GOVERNMENT_BODY', '630000', 'ACTIVE', array[{ID.format(n="1")}]
"""

FILL = f"""
insert into organisation (id, province, name, kind, level, nature, region_code, parent_id, uscc, state, lineage)
select {ID.format(n="n")}, 'qinghai', words.name, 'EMPLOYER', 'PROVINCE', 'PUBLIC_INSTITUTION', '630000', above.id,
  lpad(n::text, 18, '0'), 'ACTIVE', above.lineage || {ID.format(n="n")}
from generate_series($1::bigint, $2::bigint) as n
join organisation as above on above.id = {ID.format(n=f"(n - 2) / {FAN_OUT} + 1")},
lateral (select string_agg(chr(19968 + get_byte(digest, place) * 4), '' order by place) as name
  from (select decode(md5(n::text), 'hex') as digest) as hashed, generate_series(0, 5) as place) as words
"""  # noqa: S608 - our own words
"""Each organisation has as many directly below it as the root has; names are six characters out of 256."""


async def run(*, million: bool) -> list[Curve]:
    """A database of each size, side by side, asked by turns, so that a noisy machine is noisy for all of them."""
    sizes = (*SIZES, MILLION) if million else SIZES
    taken: dict[tuple[str, int], list[float]] = {}
    with scratch.server() as server:
        await _fill(server, sizes)
        async with AsyncExitStack() as stack:
            asked = [await _prepared(stack, server, size) for size in sizes]
            for _ in range(ROUNDS):
                for size, database, questions in asked:
                    for name, question in questions.items():
                        taken.setdefault((name, size), []).extend(await _timed(database, question))
    names = dict.fromkeys(name for name, _ in taken)
    return [Curve(name, {size: statistics.median(taken[name, size]) for size in sizes}) for name in names]


async def _fill(server: scratch.Server, sizes: Sequence[int]) -> None:
    """Each database begins as a copy of the smaller one."""
    await server.prepare("tree")
    before, filled = "tree", 1
    for size in sizes:
        name = f"tree_{size}"
        await create_database(server.admin(), name, before)
        settings = {"search_path": "accounts"}
        connection = await asyncpg.connect(server.admin(name), server_settings=settings)
        try:
            if filled == 1:
                await connection.execute(ROOT)
            await _grow(connection, filled, size)
        finally:
            await connection.close()
        before, filled = name, size


async def _grow(connection: asyncpg.Connection, filled: int, size: int) -> None:
    """Add organisations level by level; the index that searches names is built afterwards, as one does in bulk."""
    indexes = await connection.fetch(
        "select indexname as name, indexdef as made from pg_indexes"
        " where schemaname = 'accounts' and indexdef like '% USING gin %' and tablename = 'organisation'"
    )
    for index in indexes:
        await connection.execute(f"drop index {index['name']}")
    first = filled + 1
    while first <= size:
        last = min(size, (first - 1) * FAN_OUT + 1)  # what lies below organisations that are there
        await connection.execute(FILL, first, last)
        first = last + 1
    for index in indexes:
        await connection.execute(index["made"])
    await connection.execute("vacuum analyze organisation")
    await connection.execute("vacuum analyze organisation_closure")


def _id(number: int) -> UUID:
    return UUID(f"00000000-0000-7000-8000-{number:012x}")


async def _prepared(
    stack: AsyncExitStack, server: scratch.Server, size: int
) -> tuple[int, Database, Mapping[str, Question]]:
    """A size with a connection and its questions."""
    url = server.url(f"tree_{size}").replace("postgresql://", "postgresql+asyncpg://")
    database = await stack.enter_async_context(Database(url, pool_size=1))
    async with database.begin() as tx:
        name = await tx.scalar(select(Organisation.name).where(Organisation.id == _id(size // 2)))
    questions = _questions(size, name or "")
    for question in questions.values():
        await _timed(database, question)  # fills caches
    return size, database, questions


def _checks(near: UUID, last: UUID) -> Mapping[str, Question]:
    """Whether the last organisation lies below another: by its closure's row alone, and as the service asks of a seat."""
    seat = Seat(role=Role.REVIEWER, organisation_id=near, lineage=())
    actor = Actor(last, "person", "bench", (seat,))

    async def bare(tx: AsyncSession) -> object:
        raw = await (await tx.connection()).get_raw_connection()
        assert raw.driver_connection is not None
        return await raw.driver_connection.fetchval(BARE_CHECK, near, last)

    async def check(tx: AsyncSession) -> object:
        return authorization.seat_for(Act.READ_PERSON, actor, await store.lineage_of(tx, last))

    return dict(zip(SIDES, (bare, check), strict=True))


def _questions(size: int, name: str) -> Mapping[str, Question]:
    """What is asked of a tree; `name` is that of one in its middle."""
    root, near, last = _id(1), _id(2), _id(size)
    whole, below = select(Organisation), ORGANISATIONS_BELOW

    async def children(tx: AsyncSession) -> object:
        narrow = search.narrowed(whole, Filter(parent_id=near))
        return await closure.page(tx, narrow, Organisation.id, below, None, first=PAGE, after=None)

    async def ancestors(tx: AsyncSession) -> object:
        return await store.described(tx, await store.lineage_of(tx, last), {})

    async def page(tx: AsyncSession) -> object:
        return await closure.page(tx, whole, Organisation.id, below, [near], first=PAGE, after=None)

    async def deep_page(tx: AsyncSession) -> object:
        middle = _id(size // 2)
        return await closure.page(tx, whole, Organisation.id, below, [root], first=PAGE, after=middle)

    async def part(tx: AsyncSession) -> object:
        return await search.found(tx, name[1:4], Filter(), [root], first=20, after=None)

    async def slip(tx: AsyncSession) -> object:
        wrong = f"{name[:2]}错{name[3:]}"
        return await search.found(tx, wrong, Filter(), [root], first=20, after=None)

    return {
        **_checks(near, last),
        "children": children,
        "ancestors": ancestors,
        "subtree, first page": page,
        "subtree, page in the middle": deep_page,
        "search, part of a name": part,
        "search, name with a slip": slip,
    }


async def _timed(database: Database, question: Question) -> list[float]:
    """Milliseconds, many times in a row; in a transaction of its own, for some tell it how to plan."""
    taken = []
    async with database.begin() as tx:
        for _ in range(TIMES):
            started = time.perf_counter()
            await question(tx)
            taken.append(1000 * (time.perf_counter() - started))
            tx.expunge_all()
    return taken
