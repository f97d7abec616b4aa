"""Durable transitions a second at 1, 16 and 64 writers: ours, pgbench with the same statement, DBOS Transact, django-viewflow."""

import os
import secrets
import statistics
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import asyncpg

from bench.measure import rate
from bench.transitions import ours
from bench.transitions.rivals import Pgbench, engine, pgbench_rows
from deploy.local.bootstrap import create_database
from deploy.local.postgres import EmbeddedPostgres, free_port
from services.kit.db import Database

WRITERS = (1, 16, 64)
SECONDS = 3.0
ROUNDS = 3
PGBENCH, BARE, OURS = "pgbench, the same statement", "raw asyncpg, the same statement", "kit.transition.take"
WITHIN = "pgbench, the same statement in a transaction"
ALONE = "the same with no transaction around it"
FOUR = "the same in four statements"
STEPS, APPROVAL, VIEWFLOW = "DBOS, plain steps", "DBOS, human approval", "django-viewflow, approval"

Way = Callable[[int, float], Awaitable[float]]
"""So many writers for so many seconds: transitions a second."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Every way's transitions a second, at each number of writers, in the median round."""

    at: Mapping[int, Mapping[str, float]]

    def ratio(self, writers: int, way: str, beside: str) -> float:
        """One way's over another's."""
        return self.at[writers][way] / self.at[writers][beside]


async def run(
    *, writers: Sequence[int] = WRITERS, seconds: float = SECONDS, rounds: int = ROUNDS
) -> Measured:
    """All ways by turns, round after round, at each number of writers."""
    with tempfile.TemporaryDirectory(prefix="titles-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - run by root, the server is another user
        async with _ways(Path(folder), max(writers)) as ways:
            return Measured({each: await _compete(ways, each, seconds, rounds) for each in writers})


async def _compete(ways: Mapping[str, Way], writers: int, seconds: float, rounds: int) -> dict[str, float]:
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            rates[name].append(await way(writers, seconds))
    return {name: statistics.median(each) for name, each in rates.items()}


@asynccontextmanager
async def _ways(folder: Path, most: int) -> AsyncIterator[dict[str, Way]]:
    """Every way, prepared: a database for each on one server, that keeps what it acknowledges."""
    server = EmbeddedPostgres(
        folder, free_port(), secrets.token_urlsafe(16), settings={"max_connections": "600"}
    )
    server.start()
    async with AsyncExitStack() as stack:
        stack.callback(server.stop)
        for name in ("ours", "dbos", "viewflow"):
            await create_database(server.url(), name)
        url = server.url("ours")
        database = Database(url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=most)
        stack.push_async_callback(database.close)
        pool = await stack.enter_async_context(asyncpg.create_pool(url, min_size=0, max_size=most))
        bare, guarded, alone, four = ([ours.Thing() for _ in range(most)] for _ in range(4))
        own = [*bare, *guarded, *alone, *four]
        await ours.prepared(database, [*own, *pgbench_rows(most)])
        dbos = await stack.enter_async_context(engine("dbos_engine.py", server.url("dbos")))
        viewflow = await stack.enter_async_context(engine("viewflow_engine.py", server.url("viewflow")))
        yield {
            PGBENCH: Pgbench(url, folder).rate,
            WITHIN: Pgbench(url, folder, between=("begin;", "commit;")).rate,
            BARE: partial(rate, ours.bare(pool, bare)),
            OURS: partial(rate, ours.guarded(database, guarded)),
            ALONE: partial(rate, ours.alone(database, alone)),
            FOUR: partial(rate, ours.one_by_one(database, four)),
            STEPS: partial(dbos.rate, "steps"),
            APPROVAL: partial(dbos.rate, "approval"),
            VIEWFLOW: partial(viewflow.rate, "approval"),
        }
        await ours.checked(pool, own)
