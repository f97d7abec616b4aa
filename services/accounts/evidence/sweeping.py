"""Sweeping files that no record needs: whose sending failed half-way, and what was sent for a record that was withdrawn."""

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
    log.info("files swept", files=swept)
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
