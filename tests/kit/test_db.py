"""The database session: a connection that has ended is never given out, and one that was just used is not asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from services import connections
from services.connections import plain_url
from services.kit.db import Database
from services.kit.settings import async_url

BACKEND = text("select pg_backend_pid()")
SLOW_COMMIT = """
create table quota.slow (n int); grant insert, select on quota.slow to quota;
create function quota.slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
create constraint trigger slowly after insert on quota.slow deferrable initially deferred for each row execute function quota.slowly()
"""
"""A commit that takes a second, as one does that waits for a standby."""


@pytest.fixture
async def one(direct_url) -> AsyncIterator[Database]:
    """A database with one connection, of a server of its own: a pooler lends whichever is free."""
    async with Database(async_url(direct_url("quota")), pool_size=1) as found:
        yield found


@pytest.fixture
def pings(one: Database, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a connection was asked whether it lives."""
    asked: list[int] = []
    dialect = one.engine.sync_engine.dialect
    ping = dialect.do_ping
    monkeypatch.setattr(dialect, "do_ping", lambda connection: asked.append(1) or ping(connection))
    return asked


async def backend(one: Database) -> int:
    """Which process of the server answers."""
    async with one.begin() as tx:
        found: int = await tx.scalar(BACKEND)
        return found


async def test_what_was_just_used_is_not_asked_whether_it_lives(one, pings):
    """One after the other the same connection is taken, and its server is asked nothing for it."""
    assert await backend(one) == await backend(one)
    assert not pings


async def test_what_rested_is_asked_and_replaced_where_it_does_not_answer(one, pings, monkeypatch):
    """A connection that broke without a word is noticed before anything is asked over it."""
    first = await backend(one)
    monkeypatch.setattr(connections, "RESTED_SECONDS", -1.0)
    assert await backend(one) == first
    assert pings
    dialect = one.engine.sync_engine.dialect

    def broken(connection):
        del connection
        raise dialect.loaded_dbapi.InterfaceError("connection is lost")

    monkeypatch.setattr(dialect, "do_ping", broken)
    with pytest.MonkeyPatch.context() as once:
        once.setattr(connections, "RESTED_SECONDS", 0.0)
        second = await backend(one)
    assert second != first


async def test_a_server_that_restarts_is_not_noticed(one, resetter, pings):
    """Its connections end; once that is heard here, the next request gets another one, and no error."""
    for _ in range(3):
        async with one.begin() as tx:
            ended = await tx.scalar(BACKEND)
            driver = (await (await tx.connection()).get_raw_connection()).driver_connection
        await resetter.execute("select pg_terminate_backend($1)", ended)
        async with asyncio.timeout(10):
            while not driver.is_closed():
                await asyncio.sleep(0.01)
        assert await backend(one) != ended
    assert not pings


@pytest.mark.parametrize("also", ["", "ssl=disable&"])
async def test_statements_have_no_names_where_the_address_says_so(direct_url, also):
    """For a pooler that lends a server for a transaction and does not know them; whatever else the address says."""
    address = f"{direct_url('quota')}?{also}prepared_statement_cache_size=0"
    async with Database(async_url(address), pool_size=1) as one, one.begin() as tx:
        assert await tx.scalar(text("select count(*) from pg_prepared_statements")) == 0


@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ("postgres://a:b%40c@h:1/d", "postgresql://a:b%40c@h:1/d"),
        ("postgresql+asyncpg://a:b@h/d?ssl=verify-full", "postgresql://a:b@h/d?sslmode=verify-full"),
        ("postgresql://a@h/d?prepared_statement_cache_size=0", "postgresql://a@h/d"),
        (
            "postgresql://a@h/d?ssl=require&prepared_statement_cache_size=0&target_session_attrs=any",
            "postgresql://a@h/d?sslmode=require&target_session_attrs=any",
        ),
    ],
)
def test_an_address_as_the_driver_takes_it(told, taken):
    """What a service is told is right for whoever listens too: without TLS nobody listens who was to have it."""
    assert plain_url(told) == taken


async def test_a_commit_that_was_begun_is_left_to_end(one, resetter):
    """Whoever asked is told at once that its time is over; what it wrote comes to be, and nothing of it breaks off."""
    await resetter.execute(SLOW_COMMIT)
    try:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), one.begin() as tx:
                await tx.execute(text("insert into quota.slow values (1)"))
        async with asyncio.timeout(10):
            while await resetter.fetchval("select count(*) from quota.slow") == 0:
                await asyncio.sleep(0.05)
        assert await backend(one), "its connection is free again"
    finally:
        await resetter.execute("drop table quota.slow; drop function quota.slowly")


async def test_a_commit_that_is_under_way_at_the_end_gives_its_connection_back(direct_url, resetter):
    """Who wrote goes away, and so does the database's pool: the server keeps no session of it."""
    await resetter.execute(SLOW_COMMIT)
    try:
        async with Database(async_url(direct_url("quota")), pool_size=1) as leaving:
            number = await backend(leaving)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3), leaving.begin() as tx:
                    await tx.execute(text("insert into quota.slow values (1)"))
        assert await resetter.fetchval("select count(*) from quota.slow") == 1
        async with asyncio.timeout(10):
            while await resetter.fetchval(
                "select exists (select from pg_stat_activity where pid = $1)", number
            ):
                await asyncio.sleep(0.05)
    finally:
        await resetter.execute("drop table quota.slow; drop function quota.slowly")
