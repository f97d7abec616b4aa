"""Endless work that survives the database going away, and ends when told to."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger(__name__)
DATABASE_FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError, OSError, TimeoutError)
AFTER_FAILURE_SECONDS = 1.0


async def forever(
    what: str, source: str, act: Callable[[], Awaitable[object]], stop: asyncio.Event, *, every: float = 0.0
) -> None:
    """Repeat `act` until `stop`, with a pause of `every` seconds between."""
    while not stop.is_set():
        try:
            await act()
        except DATABASE_FAILURES as error:
            reason = str(error) or type(error).__name__
            log.warning("database trouble", what=what, source=source, error=reason)
            await idle(stop, AFTER_FAILURE_SECONDS)
            continue
        if every:
            await idle(stop, every)


async def idle(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not once told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
