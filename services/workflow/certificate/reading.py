"""Certificates as they are told: with where they stand, what befell them, and what came in their place."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.certificate import standing
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.certificate.schemas import (
    CertificateOut,
    ChangeOut,
    VerificationOut,
    VerifiedCertificate,
)
from services.workflow.certificate.states import PUBLIC, PublicStanding, Standing


async def told(tx: AsyncSession, certificates: Sequence[Certificate]) -> list[CertificateOut]:
    """Certificates for their holders and the organisations concerned, in two statements however many they are."""
    ids = [each.id for each in certificates]
    changes = await _changes(tx, ids)
    after = await tx.execute(
        select(Certificate.replaces_id, Certificate.id).where(Certificate.replaces_id.in_(ids))
    )
    replaced = {before: later for before, later in after if before is not None}
    return [_told(each, changes[each.id], replaced.get(each.id)) for each in certificates]


async def _changes(tx: AsyncSession, ids: Sequence[UUID]) -> defaultdict[UUID, list[ChangeOut]]:
    rows = select(CertificateChange).where(CertificateChange.certificate_id.in_(ids))
    found: defaultdict[UUID, list[ChangeOut]] = defaultdict(list)
    for each in await tx.scalars(rows.order_by(CertificateChange.certificate_id, CertificateChange.no)):
        found[each.certificate_id].append(ChangeOut.model_validate(each))
    return found


def _told(certificate: Certificate, changes: list[ChangeOut], replaced_by: UUID | None) -> CertificateOut:
    now = changes[-1].standing if changes else Standing.IN_FORCE
    known = {"standing": now, "changes": changes, "replaced_by_id": replaced_by}
    return CertificateOut.model_validate(certificate).model_copy(update=known)


async def verifications(tx: AsyncSession, certificates: Sequence[Certificate]) -> dict[UUID, VerificationOut]:
    """What anyone learns who holds number and name: what it says, and whether it still stands; never why not."""
    last = await standing.last_changes(tx, [each.id for each in certificates])
    return {each.id: _verified(each, last.get(each.id)) for each in certificates}


def _verified(certificate: Certificate, last: CertificateChange | None) -> VerificationOut:
    now = PUBLIC[Standing(last.standing)] if last else PublicStanding.IN_FORCE
    valid = now is PublicStanding.IN_FORCE
    return VerificationOut(
        valid=valid,
        standing=now,
        since=None if valid or last is None else last.stands_since,
        certificate=VerifiedCertificate.model_validate(certificate),
    )
