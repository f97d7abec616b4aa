"""Files of evidence in the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.evidence.errors import EvidenceNotThere
from services.accounts.evidence.model import EvidenceFile, EvidenceOpening
from services.kit.errors import Unavailable

UNDER_WAY = timedelta(hours=1)
"""So long a file may be on its way into the storage before it counts as forsaken."""


def of_record(record_id: UUID) -> Select[EvidenceFile]:
    """The versions of a record's evidence, oldest first."""
    stored = EvidenceFile.stored_at.is_not(None)
    return (
        select(EvidenceFile).where(EvidenceFile.record_id == record_id, stored).order_by(EvidenceFile.number)
    )


async def version(tx: AsyncSession, record_id: UUID, number: int | None) -> EvidenceFile:
    """A version by its number, else the one in force.

    Raises:
        EvidenceNotThere: there is none, or it was let go.
    """
    asked = EvidenceFile.replaced_at.is_(None) if number is None else EvidenceFile.number == number
    found: EvidenceFile | None = await tx.scalar(of_record(record_id).where(asked))
    return _there(found)


async def get(tx: AsyncSession, file_id: UUID) -> EvidenceFile:
    """A file for the holder of a link.

    Raises:
        EvidenceNotThere: it was let go.
    """
    return _there(await tx.get(EvidenceFile, file_id))


def _there(found: EvidenceFile | None) -> EvidenceFile:
    if found is None or found.sweep_after is not None or found.purged_at is not None:
        raise EvidenceNotThere
    return found


async def reserve(tx: AsyncSession, values: Mapping[str, Any]) -> None:
    """Say that a file is about to be written under its key: no sweep takes it away meanwhile."""
    await hold_key(tx, values["storage_key"])
    await tx.execute(insert(EvidenceFile).values(**values, sweep_after=func.now() + UNDER_WAY))


async def hold_key(tx: AsyncSession, key: str) -> None:
    """Until this transaction ends nobody else reserves a key or sweeps what lies under it."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def bring_into_force(
    tx: AsyncSession, file_id: UUID, former: EvidenceFile | None, at: datetime
) -> EvidenceFile:
    """The file is the evidence from now on, in place of the `former` one; its record is locked.

    Raises:
        Unavailable: it was so long under way that the sweep may have taken it.
    """
    waiting = select(EvidenceFile).where(EvidenceFile.id == file_id, EvidenceFile.sweep_after >= func.now())
    found: EvidenceFile | None = await tx.scalar(waiting.with_for_update())
    if found is None:
        raise Unavailable(part="storage")
    if former is not None:
        former.replaced_at = at
        await tx.flush()
    found.number, found.stored_at, found.sweep_after = 1 + (former.number or 0 if former else 0), at, None
    await tx.flush()
    return found


async def let_go(tx: AsyncSession, record_id: UUID) -> None:
    """The record is gone: the next sweep takes everything that was sent for it."""
    there = and_(EvidenceFile.record_id == record_id, EvidenceFile.purged_at.is_(None))
    await tx.execute(update(EvidenceFile).where(there).values(sweep_after=func.now()))


async def take_forsaken(tx: AsyncSession) -> EvidenceFile | None:
    """One that may be swept, locked; replicas do not wait for each other."""
    over = EvidenceFile.sweep_after < func.now()
    query = select(EvidenceFile).where(over).order_by(EvidenceFile.sweep_after).limit(1)
    found: EvidenceFile | None = await tx.scalar(query.with_for_update(skip_locked=True))
    return found


async def is_needed(tx: AsyncSession, forsaken: EvidenceFile) -> bool:
    """Whether another row, in force or under way, names the same content."""
    in_use = or_(EvidenceFile.sweep_after.is_(None), EvidenceFile.sweep_after >= func.now())
    same = and_(EvidenceFile.storage_key == forsaken.storage_key, EvidenceFile.id != forsaken.id)
    found = select(EvidenceFile.id).where(same, in_use, EvidenceFile.purged_at.is_(None))
    return await tx.scalar(found.limit(1)) is not None


async def mark_purged(tx: AsyncSession, forsaken: EvidenceFile) -> None:
    """The file is gone; its row tells what it was."""
    gone = {"purged_at": func.now(), "sweep_after": None}
    await tx.execute(update(EvidenceFile).where(EvidenceFile.id == forsaken.id).values(gone))


async def record_opening(tx: AsyncSession, file_id: UUID, account_id: UUID, at: datetime) -> None:
    """Remember that somebody opened a file; once is enough."""
    values = {"file_id": file_id, "account_id": account_id, "opened_at": at}
    await tx.execute(insert(EvidenceOpening).values(**values).on_conflict_do_nothing())


async def has_opened(tx: AsyncSession, file_id: UUID, account_id: UUID) -> bool:
    """Whether somebody has opened a file."""
    return await tx.get(EvidenceOpening, (file_id, account_id)) is not None
