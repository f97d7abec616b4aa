"""The check of all that must hold, over one declaration many times: how long it takes and how much memory, by how many there are."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from bench import processes
from bench.page import growth
from bench.page.province import Province, played
from deploy.local.bootstrap import SERVICES
from deploy.local.layout import PROJECT, RELAY

SIZES = (1_000, 10_000, 100_000)
COMMAND = (sys.executable, "-m", "services.invariants", "--patience", "0")
ROWS = "select coalesce(sum(n_live_tup), 0)::bigint from pg_stat_user_tables where schemaname = any($1)"
LINE = 8
LINES = growth.Copied(
    "workflow.audit_log",
    "t.subject = 'declaration/' || d.id",
    {"id": growth.of_one(LINE), "subject": f"'declaration/' || {growth.key_sql(growth.DECLARATION)}"},
    placed="row_number() over (order by t.id)",
)
"""What was noted of each copy; in no chain yet."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look: over how many declarations and rows of all tables; seconds, those of its own processor, and megabytes at most."""

    size: int
    rows: int
    seconds: float
    own: float
    megabytes: float
    said: str


async def run(sizes: Sequence[int] = SIZES) -> AsyncIterator[Looked]:
    """Grow one province from size to size, and look at each.

    Copies are written past the API and lack recommendations of their own and certificates, so much of them is broken.
    """
    async with played() as province:
        environment = province.stack.layout.environment(RELAY, province.stack.keys, province.admin_url)
        for size in sizes:
            await growth.grow(
                province.admin_url, province.model, province.size, size, tables=(*growth.COPIES, LINES)
            )
            province.size = size
            rows = await _rows(province)
            seconds, own, megabytes, said = await asyncio.to_thread(_look, environment)
            yield Looked(size, rows, seconds, own, megabytes, said)


async def _rows(province: Province) -> int:
    connection = await asyncpg.connect(province.admin_url)
    try:
        await connection.execute("analyze")
        found: int = await connection.fetchval(ROWS, list(SERVICES))
        return found
    finally:
        await connection.close()


def _look(environment: Mapping[str, str]) -> tuple[float, float, float, str]:
    """Run the command as operators do."""
    began = time.monotonic()
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(  # noqa: S603 - our own command
            COMMAND, cwd=PROJECT, env=environment, stdout=told, stderr=subprocess.DEVNULL
        )
        own, megabytes = processes.ended(process)
        seconds = time.monotonic() - began
        told.seek(0)
        said = told.read().decode().splitlines()
    return seconds, own, megabytes, said[-1] if said else "nothing"
