"""Files on their way into the storage, and sweeping those that never got into force.

The row of a file under way is there before its bytes are, and goes in the transaction that brings the file into force. So
what is left over when something fails in between is found; nothing else in the storage is ever touched.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import and_, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.files import staging
from services.files.storage import Storage
from services.kit.db import Database
from services.kit.errors import Unavailable
from services.kit.ids import new_id
from services.workflow.material.model import FileUnderWay, Material

log = structlog.get_logger(__name__)

UNDER_WAY = timedelta(hours=1)
"""So long a file may be on its way into the storage, in real time, before it counts as forsaken."""


async def reserve(tx: AsyncSession, province: str, sha256: bytes, key: str) -> UUID:
    """Say that a file is about to be written under its key: no sweep takes it away meanwhile."""
    await _hold_key(tx, key)
    under_way, told = new_id(), {"province": province, "sha256": sha256, "storage_key": key}
    values = {"id": under_way, **told, "sweep_after": func.now() + UNDER_WAY}
    await tx.execute(insert(FileUnderWay).values(values))
    return under_way


async def bring_into_force(tx: AsyncSession, under_way: UUID) -> None:
    """The file is named by its material's row from this transaction on.

    Raises:
        Unavailable: it was so long under way that the sweep may have taken it.
    """
    in_time = and_(FileUnderWay.id == under_way, FileUnderWay.sweep_after >= func.now())
    arrived = await tx.scalar(delete(FileUnderWay).where(in_time).returning(FileUnderWay.id))
    if arrived is None:
        raise Unavailable(part="storage")


async def sweep(database: Database, storage: Storage) -> int:
    """Sweep until nothing is left; how many. Content that a material or another file under way has too stays."""
    swept = await staging.sweep(storage)
    while await _sweep_one(database, storage):
        swept += 1
    log.info("files swept", files=swept)
    return swept


async def _sweep_one(database: Database, storage: Storage) -> bool:
    """Let one file go; the key is held until that is written: nobody brings it back meanwhile."""
    over = select(FileUnderWay).where(FileUnderWay.sweep_after < func.now())
    oldest = over.order_by(FileUnderWay.sweep_after).limit(1).with_for_update(skip_locked=True)
    async with database.begin() as tx:
        forsaken = await tx.scalar(oldest)
        if forsaken is None:
            return False
        await _hold_key(tx, forsaken.storage_key)
        if not await _is_needed(tx, forsaken):
            await storage.remove(forsaken.storage_key)
        await tx.delete(forsaken)
    return True


async def _hold_key(tx: AsyncSession, key: str) -> None:
    """Until this transaction ends nobody else reserves a key or sweeps what lies under it."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def _is_needed(tx: AsyncSession, forsaken: FileUnderWay) -> bool:
    """Whether a material has the same content, or is about to: one question, so that nothing moves between two."""
    key = forsaken.storage_key
    kept = select(Material.id).where(Material.sha256 == forsaken.sha256, Material.storage_key == key)
    coming = select(FileUnderWay.id).where(
        FileUnderWay.storage_key == key, FileUnderWay.sweep_after >= func.now()
    )
    return bool(await tx.scalar(select(or_(kept.exists(), coming.exists()))))
