"""How the database is reached: its address as a driver takes it, connections that live, commits that are not cut short."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.pool import ConnectionPoolEntry

RESTED_SECONDS = 1.0
"""A connection that rested longer is asked whether it lives before it is used: that takes three round trips."""

LEFT_SECONDS = 5.0
"""For how long commits that were begun are waited for at the end; one that waits for a standby longer ends with the process."""

_committing: set[asyncio.Task[None]] = set()
"""Kept here, for a loop holds no task that nobody waits for."""


def plain_url(url: str) -> str:
    """An address of the database as asyncpg itself takes it.

    SQLAlchemy hands `ssl` to it by its own name, an address calls it as libpq does; how many statements are kept is SQLAlchemy's.
    """
    place, _, query = re.sub(r"^postgres(ql)?(\+asyncpg)?://", "postgresql://", url).partition("?")
    told = {"sslmode" if name == "ssl" else name: value for name, value in parse_qsl(query)}
    told.pop("prepared_statement_cache_size", None)
    return f"{place}?{urlencode(told)}" if told else place


def heed(engine: Engine) -> None:
    """Give out no connection that has ended: not one whose end is known here, nor one that rested and does not answer."""

    @event.listens_for(engine, "checkin")
    def rests(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def lives(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        now = time.monotonic()
        try:
            if connection.driver_connection.is_closed():
                raise InvalidatePoolError
            if now - record.info.get("since", now) > RESTED_SECONDS:
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


@asynccontextmanager
async def transaction(sessions: Callable[[], AsyncSession]) -> AsyncIterator[AsyncSession]:
    """A session in one transaction: committed at the end, rolled back on any exception.

    A commit that was begun is left to end, however soon its caller goes away. While it waits for a standby nobody can read
    what it wrote; were the wait cut short everybody could, before it is on two machines.
    """
    session = sessions()
    try:
        yield session
    except BaseException:
        async with session:  # which rolls back
            raise
    committing = asyncio.create_task(_commit(session))
    _committing.add(committing)
    committing.add_done_callback(_committing.discard)
    await asyncio.shield(committing)


async def close(engine: AsyncEngine) -> None:
    """Give every connection back, those on which commits are under way too: to a pool that is gone they would come too late."""
    loop = asyncio.get_running_loop()
    if begun := {each for each in _committing if each.get_loop() is loop}:
        await asyncio.wait(begun, timeout=LEFT_SECONDS)
    await engine.dispose()


async def _commit(session: AsyncSession) -> None:
    async with session:
        await session.commit()
