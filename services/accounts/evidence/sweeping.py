"""Sweeping files that no record needs: whose sending failed half-way, and what was sent for a record that was withdrawn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from services.accounts.evidence import store
from services.files.storage import Storage
from services.kit.db import Database

log = structlog.get_logger(__name__)


async def sweep(database: Database, storage: Storage) -> int:
    """Sweep until nothing is left; how many. Content that another record's file has too stays."""
    swept = 0
    while await sweep_one(database, storage):
        swept += 1
    return swept


async def sweep_one(database: Database, storage: Storage) -> bool:
    """Let one file go; whether there was any. The key is held until that is written: nobody brings it back meanwhile."""
    async with database.begin() as tx:
        forsaken = await store.take_forsaken(tx)
        if forsaken is None:
            return False
        await store.hold_key(tx, forsaken.storage_key)
        if not await store.is_needed(tx, forsaken):
            await storage.remove(forsaken.storage_key)
        await store.mark_purged(tx, forsaken)
    return True


@asynccontextmanager
async def sweeping(database: Database, storage: Storage, *, every: float) -> AsyncIterator[None]:
    """Keep sweeping in the background; no failure ends it. Any number of replicas may."""

    async def run() -> None:
        while True:
            await asyncio.sleep(every)
            try:
                swept = await sweep(database, storage)
            except Exception:
                log.exception("sweeping files failed")
            else:
                log.info("files swept", files=swept)

    task = asyncio.create_task(run(), name="sweep files")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
