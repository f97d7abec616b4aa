"""The whole province recalculated, beside one plain scan of the rows that it reads."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx

from bench import scratch
from bench.measure import Row
from deploy.local.bootstrap import bootstrap, create_database, service_url
from migrations.run import upgrade
from services.kit import logging
from services.kit.db import Database
from services.neighbours.client import Neighbour
from services.neighbours.identity import ServiceIdentity
from services.quota import policy
from services.quota.main import articles_named
from services.quota.recalculation import store
from services.quota.recalculation.worker import Recalculator
from services.quota.settings import Settings

FEW, MANY = 10_000, 1_000_000
ROUNDS = 3
SCAN_SECONDS = 3.0
YEAR = 2023
ROOT = UUID("a" * 32)
POLICIES = Path(__file__).resolve().parents[1] / "policies"
FILL = (Path(__file__).parent / "posts.sql").read_text(encoding="utf-8")
SCAN = """
select (select count(*) from unit_card),
    (select sum(approved + employed + qualified_not_employed) from annual_form_column),
    (select sum(approved + employed + qualified_not_employed) from targeted_plan_level),
    (select count(decision_id) from ledger),
    (select count(person_id) from reservation where state in ('HELD', 'CONFIRMED')),
    (select count(in_post) from counted_person)
"""
CHANGE = """
update annual_form_column set employed = employed + 1
where form_id in (select form_id from ledger where pool = 'GENERAL' and mod(hashtext(unit_id::text), 100) = 0)
"""


async def run(*, million: bool) -> list[Row]:
    """Units a second: a scan; everything for the first time; nothing changed; one unit in a hundred changed."""
    units = MANY if million else FEW
    async with province(units) as (recalculator, database, admin):
        rates: dict[str, list[float]] = {}
        for _ in range(1 if million else ROUNDS):
            await admin.execute("truncate unit_standing, unit_standing_level")
            rates.setdefault("one plain scan of the rows it reads", []).append(units / await _scan(admin))
            for name, before in (
                ("recalculation, everything new", None),
                ("recalculation, nothing changed", None),
                ("recalculation, one unit in a hundred changed", CHANGE),
            ):
                if before:
                    await admin.execute(before)
                await admin.execute("vacuum analyze unit_standing, unit_standing_level, annual_form_column")
                rates.setdefault(name, []).append(units / await _recalculated(recalculator, database))
        return [Row(name, tuple(measured)) for name, measured in rates.items()]


async def fill(admin: asyncpg.Connection, units: int, year: int = YEAR) -> None:
    """Write a province of so many institutions; the connection is in the schema of quota."""
    await admin.execute(FILL.format(units=units, year=year))


@asynccontextmanager
async def province(
    units: int,
) -> AsyncIterator[tuple[Recalculator, Database, asyncpg.Connection]]:
    """A worker of recalculations before a province of so many institutions; all of it is gone afterwards."""
    logging.configure("ERROR", "quota")
    with scratch.server() as server:
        await create_database(server.admin(), "posts")
        await bootstrap(server.admin("posts"), server.passwords)
        await upgrade(server.admin("posts"), "quota")
        admin = await asyncpg.connect(
            server.admin("posts"), server_settings={"search_path": "quota"}, timeout=60
        )
        await fill(admin, units)
        url = service_url(server.admin("posts"), "quota", server.passwords["quota"])
        settings = Settings(database_url=url, policies_dir=POLICIES)
        loaded = policy.load(settings.policies_dir, settings.province, used=articles_named())
        async with Database(settings.async_database_url, pool_size=2) as database, _accounts() as accounts:
            yield Recalculator(database, loaded, accounts, settings), database, admin
        await admin.close()


@asynccontextmanager
async def _accounts() -> AsyncIterator[Neighbour]:
    """Accounts that has nothing new to tell: every card is there."""
    answer: dict[str, object] = {
        "items": [],
        "next_cursor": None,
        "access_token": "of-the-bench",
        "expires_in": 3600,
    }
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    identity = ServiceIdentity("http://accounts.bench", "quota", "-", transport=transport)
    async with Neighbour(
        "accounts", "http://accounts.bench", transport=transport, identity=identity
    ) as known:
        yield known
    await identity.close()


async def _scan(admin: asyncpg.Connection) -> float:
    """Seconds of one scan, out of as many as make it meet what else the machine does."""
    started, scans = time.perf_counter(), 0
    while time.perf_counter() - started < SCAN_SECONDS:
        await admin.fetchrow(SCAN)
        scans += 1
    return (time.perf_counter() - started) / scans


async def _recalculated(recalculator: Recalculator, database: Database) -> float:
    """Seconds from the beginning of a recalculation to its end."""
    async with database.begin() as tx:
        begun = datetime.now(UTC)
        await store.add(tx, province="qinghai", year=YEAR, organisation_id=ROOT, begun_at=begun)
    started = time.perf_counter()
    if not await recalculator.once():
        raise RuntimeError("the recalculation did not come to its end")
    return time.perf_counter() - started
