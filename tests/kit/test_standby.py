"""Lists are answered by a standby that is young enough, by the primary else, and to who has just written by the primary."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deploy.local.postgres import EmbeddedPostgres
from services.accounts.installation import Desk
from services.accounts.seed import seed
from services.kit import clock, deadline
from services.replicas.standby import WRITTEN, Notes, Place
from tests.platform import clusters
from tests.platform.apps import Apps, over_asgi
from tests.platform.network import Line
from tests.platform.settings import settings_for
from tests.services.accounts.world import World, token_at

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
PATIENCE, PAUSE = 60, 0.1
WIDE, NARROW = 600.0, 1.0
"""What is allowed, in seconds."""


@dataclass
class Pair:
    """A primary and its standby; the app under test reads from the one and writes to the other."""

    primary: EmbeddedPostgres
    standby: EmbeddedPostgres
    apps: Apps
    stack: AsyncExitStack

    async def app(self, seconds: float, port: int | None = None) -> Any:
        """Accounts, whose lists may lag by so many seconds; it knows by now where the primary is."""
        url = clusters.url(self.standby, "accounts")
        url = url.replace(f":{self.standby.port}/", f":{port or self.standby.port}/")
        told = {"read_database_url": url, "read_lag_seconds": seconds}
        made = await self.apps.fresh("accounts", self.stack, told, {})
        while made.state.lagging._notes.needed() is None:  # noqa: SLF001 - nobody else asks
            await asyncio.sleep(PAUSE)
        return made

    async def on_standby(self, statement: str) -> Any:
        """Have the standby do something."""
        connection = await asyncpg.connect(clusters.database(self.standby))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    async def caught_up(self) -> None:
        """Wait until the standby has replayed everything."""
        connection = await asyncpg.connect(clusters.database(self.primary))
        place = await connection.fetchval("select pg_current_wal_flush_lsn()::text")
        await connection.close()
        async with asyncio.timeout(PATIENCE):
            while not await self.on_standby(f"select pg_last_wal_replay_lsn() >= '{place}'::pg_lsn"):
                await asyncio.sleep(PAUSE)


@pytest.fixture(scope="module")
async def pair() -> AsyncIterator[Pair]:
    """Two clusters, and apps on them."""
    with clusters.place() as place:
        async with clusters.cluster(place / "primary") as primary:
            with clusters.standby(primary, place / "standby") as standby:
                async with AsyncExitStack() as stack:
                    yield Pair(
                        primary, standby, Apps(partial(settings_for, partial(clusters.url, primary))), stack
                    )


@pytest.fixture
async def world(pair: Pair) -> World:
    """The province, on an app whose lists may be ten minutes old."""
    app = await pair.app(WIDE)
    async with app.state.db.begin() as tx:
        await seed(tx, Desk(app.state.installation, await clock.now(tx, simulated=True)), None)
        root_id = await tx.scalar(text("select id from organisation where parent_id is null"))
    await pair.caught_up()
    bare = {"id": str(root_id), "lineage": [{"id": root_id, "kind": "HRSS", "level": "PROVINCE"}]}
    http = over_asgi(app)
    found = await World(http, bare).ask("GET", f"/v1/organisations/{root_id}", token_at(bare))
    return World(http, found.json())


async def named(http: httpx.AsyncClient, world: World, **headers: str) -> set[str]:
    """The organisations that a list tells."""
    answer = await World(http, world.root).ask(
        "GET", "/v1/organisations?first=100", token_at(world.root), **headers
    )
    assert answer.status_code == 200, answer.text
    return {each["id"] for each in answer.json()["items"]}


async def test_a_standby_answers_within_what_is_allowed_and_the_primary_beyond(pair: Pair, world: World):
    """While it replays nothing it still answers who allows that; not who has just written, nor where less is allowed."""
    narrow = over_asgi(await pair.app(NARROW))
    await pair.on_standby("select pg_wal_replay_pause()")
    made = (await world.hospital())["id"]
    assert made not in await named(world.http, world)
    assert made in await named(world.http, world, **{"x-fresh": "1"})
    single = await world.ask("GET", f"/v1/organisations/{made}", token_at(world.root))
    assert single.status_code == 200
    async with asyncio.timeout(PATIENCE):
        while made not in await named(narrow, world):
            await asyncio.sleep(PAUSE)
    await pair.on_standby("select pg_wal_replay_resume()")
    await pair.caught_up()
    assert made in await named(world.http, world)


async def test_the_primary_answers_while_the_standby_is_away(pair: Pair, world: World):
    """A killed standby is nobody's error, and answers again when it is back."""
    made = (await world.prefecture())["id"]
    pair.standby.process.kill()
    pair.standby.process.wait()
    assert made in await named(world.http, world)
    pair.standby.start()
    await pair.caught_up()
    assert made in await named(world.http, world)


async def test_a_standby_that_is_busy_is_not_away(pair: Pair, world: World):
    """While every connection to it is in use the primary answers; once one is free the standby does, at once."""
    app = await pair.app(WIDE)
    await pair.on_standby("select pg_wal_replay_pause()")
    made = (await world.hospital())["id"]
    async with AsyncExitStack() as held:
        for _ in range(app.state.db.most_connections):
            await held.enter_async_context(app.state.lagging.begin())
        assert made in await named(over_asgi(app), world)
    assert made not in await named(over_asgi(app), world)
    await pair.on_standby("select pg_wal_replay_resume()")
    await pair.caught_up()


async def test_the_primary_answers_in_time_while_the_standby_is_silent(pair: Pair, world: World):
    """A line on which nothing passes any more costs nobody an answer within what a caller waits."""
    async with Line.laid(pair.standby.port) as line:
        http = over_asgi(await pair.app(WIDE, line.port))
        await named(http, world)
        line.silence()
        made = (await world.hospital())["id"]
        assert made in await named(http, world, **{deadline.HEADER: "8000"})
        line.mend()


async def test_who_breaks_off_is_left_alone_and_who_is_asked_nonsense_is_not(pair: Pair):
    """A list that the standby gave up is asked again, and then of the primary; what a caller did keeps nobody from it."""
    lagging = (await pair.app(WIDE)).state.lagging
    for statement, still_asked in (
        ("select 1 / 0", True),
        ("select pg_terminate_backend(pg_backend_pid())", False),
    ):
        with pytest.raises(DBAPIError):
            async with lagging.begin() as tx:
                await tx.execute(text(statement))
        async with lagging.begin() as tx:
            assert await tx.scalar(text("select pg_is_in_recovery()")) is still_asked


async def test_who_was_promoted_is_asked_no_more(pair: Pair, world: World):
    """A standby that leads by itself has parted from the primary: nothing of it is told. The last of the pair's tests."""
    await named(world.http, world)
    assert await pair.on_standby("select pg_promote()")
    made = (await world.hospital())["id"]
    assert made in await named(world.http, world)
    assert await pair.on_standby(str(WRITTEN)) == 2, "its timeline"


def test_who_is_further_on_another_timeline_has_not_what_was_written():
    """What it has beyond the promotion never came to be."""
    assert Place(2, 100).has(Place(2, 100))
    assert not Place(2, 99).has(Place(2, 100))
    assert not Place(1, 200).has(Place(2, 100))


def test_who_hears_nothing_of_the_primary_trusts_no_standby():
    """The earliest note within the time is what counts; without one nothing is young enough."""
    now = 0.0
    notes = Notes(5.0, lambda: now)
    assert notes.needed() is None
    notes.note(0.0, Place(1, 100))
    notes.note(3.0, Place(1, 200))
    assert notes.needed() == Place(1, 100)
    now = 5.5
    assert notes.needed() == Place(1, 200)
    now = 8.5
    assert notes.needed() is None
