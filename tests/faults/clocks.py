"""The clock of one process jumps by hours, as that of a machine does, forwards and backwards, and is put right again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from deploy.local.layout import PROJECT, module_of
from deploy.local.processes import Child, Interpreters
from tests.faults.installation import DATABASE_LINE, Installation
from tests.faults.load import Load
from tests.platform import faketime
from tests.platform.faketime import WrongClock

HOURS = 3
JUMPS = (HOURS, 0, -HOURS, 0)
STAYS_SECONDS = 1.5


def unavailable(_: Installation) -> str:
    """Why no clock can be wrong here; nothing where one can."""
    return "" if faketime.library() else "libfaketime is not installed (Debian's faketime)"


def watched(process: str) -> Callable[[Load], AbstractAsyncContextManager[None]]:
    """Meanwhile a process, or the database, has a clock that can be wrong; before and after it runs as ever."""

    @asynccontextmanager
    async def meanwhile(load: Load) -> AsyncIterator[None]:
        clock = WrongClock(clock_file(load.at, process))
        served = _database if process == DATABASE_LINE else _service
        async with served(load.at, process, clock):
            yield

    return meanwhile


def jumping(process: str) -> Callable[[Load, Random], Awaitable[None]]:
    """Its clock jumps and is put right, without a restart."""

    async def act(load: Load, _: Random) -> None:
        clock = WrongClock(clock_file(load.at, process))
        for hours in JUMPS:
            clock.ahead(timedelta(hours=hours))
            await asyncio.sleep(STAYS_SECONDS)

    return act


def clock_file(at: Installation, process: str) -> Path:
    """Where it is written how wrong the clock is."""
    return at.folder / f"clock-{process}"


@asynccontextmanager
async def _service(at: Installation, process: str, clock: WrongClock) -> AsyncIterator[None]:
    stack, own = at.stack, at.stack.children[process]
    environment = stack.layout.environment(process, stack.keys, at.admin_url) | clock.environment
    await own.stop()
    stack.children[process] = Child(process, module_of(process), environment, own.log, Interpreters(PROJECT))
    try:
        await stack.start_again(process)
        yield
    finally:
        await stack.children[process].stop()
        stack.children[process] = own
        await stack.start_again(process)


@asynccontextmanager
async def _database(at: Installation, _: str, clock: WrongClock) -> AsyncIterator[None]:
    at.postgres.environment = clock.environment
    await at.restart_database()
    await at.stand_up()
    try:
        yield
    finally:
        at.postgres.environment = {}
        await at.restart_database()
        await at.stand_up()
