"""The database session: a connection that has ended is never given out, and one that was just used is not asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from services.kit import db
from services.kit.db import Database
from services.kit.settings import async_url

BACKEND = text("select pg_backend_pid()")


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
    monkeypatch.setattr(db, "RESTED_SECONDS", -1.0)
    assert await backend(one) == first
    assert pings
    dialect = one.engine.sync_engine.dialect

    def broken(connection):
        del connection
        raise dialect.loaded_dbapi.InterfaceError("connection is lost")

    monkeypatch.setattr(dialect, "do_ping", broken)
    with pytest.MonkeyPatch.context() as once:
        once.setattr(db, "RESTED_SECONDS", 0.0)
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
