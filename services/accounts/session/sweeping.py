"""Sweeping what is over: ended sessions with their tokens, old history, forgotten tries. Any replica does it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from services.accounts.installation import Desk, Installation
from services.accounts.session import store
from services.kit import clock
from services.kit.db import Database

log = structlog.get_logger(__name__)


async def sweep(database: Database, installation: Installation, *, simulated: bool) -> int:
    """Sweep until nothing is left; how many rows went."""
    swept = 0
    while True:
        async with database.begin() as tx:
            desk = Desk(installation, await clock.now(tx, simulated=simulated))
            now = await store.sweep(tx, desk.policy.sign_in.history.keep_days)
        swept += now
        if not now:
            return swept


@asynccontextmanager
async def sweeping(
    database: Database, installation: Installation, *, every: float, simulated: bool
) -> AsyncIterator[None]:
    """Keep sweeping in the background; no failure ends it."""

    async def run() -> None:
        while True:
            await asyncio.sleep(every)
            try:
                swept = await sweep(database, installation, simulated=simulated)
            except Exception:
                log.exception("sweeping sessions failed")
            else:
                log.info("sessions swept", rows=swept)

    task = asyncio.create_task(run(), name="sweep sessions")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
