"""The database dies with all its processes under writes, its standby takes over: nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local.bootstrap import SERVICES
from deploy.local.layout import RELAY, Layout, Ports
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.stack import Stack, running
from tests.platform import clusters
from tests.platform.door import Door, door
from tests.platform.writers import Writers, province
from tests.services.relay.processes import Process

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]
WAITS_FOR_IT = "alter system set synchronous_standby_names = '*'"
FOLLOWS = "select count(*) from pg_stat_replication where sync_state = 'sync'"
PATIENCE, PAUSE = 60, 0.05


@pytest.fixture
def place() -> Path:
    """Where the clusters lie."""
    with clusters.place() as folder:
        yield folder


@pytest.fixture
async def pair(place: Path) -> AsyncIterator[tuple[EmbeddedPostgres, EmbeddedPostgres]]:
    """A primary, and a standby that has every change before it is acknowledged."""
    async with clusters.cluster(place / "primary") as primary:
        with clusters.standby(primary, place / "standby") as standby:
            admin = await asyncpg.connect(primary.url())
            await admin.execute(WAITS_FOR_IT)
            await admin.execute("select pg_reload_conf()")
            async with asyncio.timeout(PATIENCE):
                while await admin.fetchval(FOLLOWS) != 1:
                    await asyncio.sleep(PAUSE)
            await admin.close()
            yield primary, standby


@pytest.fixture
async def redirected(pair, tmp_path: Path, births) -> AsyncIterator[tuple[Stack, Door]]:
    """The platform behind one address that leads to whoever leads, as `titles-rw` does."""
    async with door(pair[0].port) as entrance:
        url = clusters.database(pair[0]).replace(f":{pair[0].port}/", f":{entrance.port}/")
        layout = Layout(tmp_path, Ports.free(), url, second_factor=False)
        async with running(layout, keys=clusters.keys(), spawner=births) as stack:
            yield stack, entrance


async def test_nothing_acknowledged_is_lost_when_the_standby_takes_over(pair, redirected, tmp_path):
    """Every process of the primary is killed; the standby leads; no service is restarted, and writers go on."""
    (primary, standby), (stack, entrance) = pair, redirected
    async with province(stack, clusters.database(primary)) as world:
        writers = Writers(world, await world.hospital())
        async with writers.at_work(4):
            await writers.until(30)
            os.killpg(primary.process.pid, signal.SIGKILL)
            admin = await asyncpg.connect(clusters.database(standby))
            assert await admin.fetchval("select pg_promote()")
            entrance.leads_to = standby.port
            await writers.until(30)
    there = {row["id"] for row in await admin.fetch("select id from accounts.person")}
    assert set(writers.acknowledged) - there == set()
    logins = await admin.fetchval("select count(*) - count(distinct account_id) from accounts.person")
    assert logins == 0
    await admin.close()
    await assert_the_audit_is_whole(stack, clusters.database(standby), tmp_path / "verify.log")


async def assert_the_audit_is_whole(stack: Stack, admin_url: str, log: Path) -> None:
    """The relay's own walk finds every chain whole."""
    environment = stack.layout.environment(RELAY, stack.keys, admin_url)
    walk = Process("services.relay", "verify-audit", env=environment, log=log)
    assert await walk.done() == 0, log.read_text()
    assert [line.split(",")[0] for line in log.read_text().splitlines()] == [
        f"{name}: whole" for name in SERVICES
    ]
