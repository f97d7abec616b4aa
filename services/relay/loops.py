"""Endless work that survives the database going away, and ends when told to."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError

from services.relay.back_off import back_off

log = structlog.get_logger(__name__)
DATABASE_FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection cut at the wrong moment: "cannot switch to state"
    DBAPIError,
    OSError,
    TimeoutError,
)
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 10.0


async def forever(
    what: str, source: str, act: Callable[[], Awaitable[object]], stop: asyncio.Event, *, every: float = 0.0
) -> None:
    """Repeat `act` until `stop`, with a pause of `every` seconds between, and longer ones while the database is away."""
    failures = 0
    while not stop.is_set():
        try:
            await act()
        except DATABASE_FAILURES as error:
            failures += 1
            log.warning("database trouble", what=what, source=source, error=one_line(error))
            pause = back_off(failures, first=FIRST_DELAY_SECONDS, longest=LONGEST_DELAY_SECONDS)
            await idle(stop, pause)
            continue
        failures = 0
        if every:
            await idle(stop, every)


def one_line(error: BaseException) -> str:
    """What went wrong, without statement and parameters."""
    told = str(getattr(error, "orig", None) or error) or type(error).__name__
    return " ".join(told.split())


async def idle(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not once told to stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
