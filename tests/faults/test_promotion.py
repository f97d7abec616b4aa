"""The database dies with all its processes under writes, its standby takes over: nothing that was acknowledged is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES
from deploy.local.layout import RELAY, Layout, Ports
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.stack import Stack, running
from services.kit import deadline
from tests.platform import clusters
from tests.platform.door import Door, door
from tests.platform.writers import AWAY, CREATED, Writers, province
from tests.services.accounts.world import token_at
from tests.services.relay.processes import Process

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]
WAITS_FOR_IT = "alter system set synchronous_standby_names = '*'"
FOLLOWS = "select count(*) from pg_stat_replication where sync_state = 'sync'"
PATIENCE, PAUSE = 60, 0.05
HURRIED = {deadline.HEADER: "1500"}
CUT_SHORT = 504
CUT_THE_WAIT_SHORT = "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
"""Of everybody: whoever notifies holds up all others who do until the standby has its commit."""


@pytest.fixture(scope="module")
def place() -> Path:
    """Where the clusters lie."""
    with clusters.place() as folder:
        yield folder


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
async def redirected(pair, tmp_path_factory, births) -> AsyncIterator[tuple[Stack, Door]]:
    """The platform behind one address that leads to whoever leads, as `titles-rw` does."""
    async with door(pair[0].port) as entrance:
        url = clusters.database(pair[0]).replace(f":{pair[0].port}/", f":{entrance.port}/")
        layout = Layout(tmp_path_factory.mktemp("run"), Ports.free(), url, second_factor=False)
        async with running(layout, keys=clusters.keys(), spawner=births) as stack:
            yield stack, entrance


async def asked(postgres: EmbeddedPostgres, question: str) -> list[tuple[Any, ...]]:
    """What a server answers to its administrator."""
    admin = await asyncpg.connect(clusters.database(postgres))
    found = await admin.fetch(question)
    await admin.close()
    return [tuple(row) for row in found]


async def people(postgres: EmbeddedPostgres) -> set[UUID]:
    """Who is on record there."""
    return {person for (person,) in await asked(postgres, "select id from accounts.person")}


async def test_a_write_that_waits_for_the_standby_is_not_read_before(pair, redirected):
    """Its caller's time is over, and it goes on waiting: nobody sees it; once the standby is back it is there, and its key answers for it."""
    (primary, standby), (stack, _) = pair, redirected
    async with province(stack, clusters.database(primary)) as world:
        unit = await world.hospital()
        before, body = await people(primary), world.person(unit)
        token, key = token_at(unit), {"idempotency-key": str(uuid4())}
        cut_off(standby, signal.SIGSTOP)
        try:
            for _ in range(2):
                answer = await world.ask("POST", "/v1/people", token, body, **key, **HURRIED)
                assert answer.status_code == CUT_SHORT, answer.text
            assert await people(primary) == before
        finally:
            cut_off(standby, signal.SIGCONT)
        answer = await world.ask("POST", "/v1/people", token, body, **key)
        assert (answer.status_code, answer.headers["idempotent-replay"]) == (CREATED, "true")
        assert len(await people(primary) - before) == 1


async def test_a_repeated_write_is_acknowledged_only_where_the_standby_has_it(pair, redirected):
    """A wait for the standby that was cut short leaves the write on one machine: its key does not answer for it."""
    (primary, standby), (stack, _) = pair, redirected
    async with province(stack, clusters.database(primary)) as world:
        unit = await world.hospital()
        before, body = await people(primary), world.person(unit)
        token, key = token_at(unit), {"idempotency-key": str(uuid4())}
        cut_off(standby, signal.SIGSTOP)
        try:
            writing = asyncio.create_task(world.ask("POST", "/v1/people", token, body, **key))
            async with asyncio.timeout(PATIENCE):
                while await people(primary) == before:
                    await asked(primary, CUT_THE_WAIT_SHORT)
                    await asyncio.sleep(PAUSE)
            assert (await writing).status_code in AWAY, "what is on one machine is not acknowledged"
            answer = await world.ask("POST", "/v1/people", token, body, **key, **HURRIED)
            assert answer.status_code == CUT_SHORT, answer.text
        finally:
            cut_off(standby, signal.SIGCONT)
        answer = await world.ask("POST", "/v1/people", token, body, **key)
        assert (answer.status_code, answer.headers["idempotent-replay"]) == (CREATED, "true")
        assert await people(standby) == await people(primary)


def cut_off(standby: EmbeddedPostgres, by: signal.Signals) -> None:
    """Stop what receives changes, or let it go on."""
    children = Path(f"/proc/{standby.process.pid}/task/{standby.process.pid}/children").read_text().split()
    for each in children:
        if "walreceiver" in Path(f"/proc/{each}/cmdline").read_text():
            os.kill(int(each), by)


async def test_nothing_acknowledged_is_lost_when_the_standby_takes_over(pair, redirected, tmp_path, births):
    """Every process of the primary is killed; the standby leads; no service is restarted, and writers go on."""
    (primary, standby), (stack, entrance) = pair, redirected
    async with province(stack, clusters.database(primary)) as world:
        writers = Writers(world, await world.hospital())
        before = await people(primary)
        async with writers.at_work(4):
            await writers.until(30)
            os.killpg(primary.process.pid, signal.SIGKILL)
            assert await asked(standby, "select pg_promote()") == [(True,)]
            entrance.leads_to = standby.port
            await writers.until(30)
    there = await people(standby)
    assert set(writers.acknowledged) - there == set()
    assert len(there - before) == len(writers.acknowledged), "something was done twice"
    await assert_the_audit_is_whole(stack, clusters.database(standby), tmp_path / "verify.log", births)


async def assert_the_audit_is_whole(stack: Stack, admin_url: str, log: Path, births: Births) -> None:
    """The relay's own walk finds every chain whole."""
    environment = stack.layout.environment(RELAY, stack.keys, admin_url)
    walk = Process("services.relay", "verify-audit", env=environment, log=log, spawner=births)
    assert await walk.done() == 0, log.read_text()
    assert [line.split(",")[0] for line in log.read_text().splitlines()] == [
        f"{name}: whole" for name in SERVICES
    ]
