"""Places in status lists: taken at random, once for each certificate, so that neighbours tell nothing."""

import secrets
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.certificate.model import CertificateChange
from services.workflow.certificate.states import Standing
from services.workflow.credential.errors import StatusListNotFound
from services.workflow.credential.model import StatusPlace

TRIES = 16
"""How many random places of a list may be found taken before the next list is begun: by then it is rather full."""


async def place_of(tx: AsyncSession, certificate_id: UUID, size: int) -> StatusPlace:
    """The place of a certificate; it gets one when its first credential is made."""
    list_no, tries = await newest(tx) or 1, 0
    while (kept := await _kept(tx, certificate_id)) is None:
        if tries == TRIES:
            list_no, tries = list_no + 1, 0
        tries += 1
        place = {"list_no": list_no, "index": secrets.randbelow(size)}
        taken = insert(StatusPlace).values(certificate_id=certificate_id, **place)
        await tx.execute(taken.on_conflict_do_nothing())
    return kept


async def newest(tx: AsyncSession) -> int | None:
    """The number of the list that is being filled; None before the first place was taken."""
    return await tx.scalar(select(func.max(StatusPlace.list_no)))


async def require(tx: AsyncSession, list_no: int) -> None:
    """Refuse a list that was never begun.

    Raises:
        StatusListNotFound: no credential names it.
    """
    if not 1 <= list_no <= (await newest(tx) or 0):
        raise StatusListNotFound


async def invalid(tx: AsyncSession, list_no: int) -> list[int]:
    """The places of a list whose certificates no longer stand, in one statement however many they are."""
    changed = CertificateChange.certificate_id
    last = (
        select(StatusPlace.index, CertificateChange.standing)
        .join(StatusPlace, StatusPlace.certificate_id == changed)
        .where(StatusPlace.list_no == list_no)
        .ext(distinct_on(changed))
        .order_by(changed, CertificateChange.no.desc())
        .subquery()
    )
    return list(await tx.scalars(select(last.c.index).where(last.c.standing != Standing.IN_FORCE)))


async def _kept(tx: AsyncSession, certificate_id: UUID) -> StatusPlace | None:
    kept: StatusPlace | None = await tx.get(StatusPlace, certificate_id)
    return kept
