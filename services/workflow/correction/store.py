"""Queries on corrections, limited to who may read the certificate."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.workflow.certificate import store as certificates
from services.workflow.certificate.model import Certificate
from services.workflow.correction.errors import CorrectionNotFound
from services.workflow.correction.model import CertificateCorrection
from services.workflow.correction.states import CorrectionState
from services.workflow.cycle.model import Specialty
from services.workflow.cycle.states import SpecialtyState


def seen_by(
    actor: Actor, certificate_id: UUID | None = None, state: CorrectionState | None = None
) -> Select[CertificateCorrection]:
    """The corrections of certificates that the caller may read."""
    query = select(CertificateCorrection).join(
        Certificate, CertificateCorrection.certificate_id == Certificate.id
    )
    query = query.where(certificates.visible(actor))
    if certificate_id is not None:
        query = query.where(CertificateCorrection.certificate_id == certificate_id)
    return query if state is None else query.where(CertificateCorrection.state == state)


async def get(tx: AsyncSession, correction_id: UUID, actor: Actor) -> CertificateCorrection:
    """One correction.

    Raises:
        CorrectionNotFound: there is none by that id that the caller may see.
    """
    found = await tx.scalar(seen_by(actor).where(CertificateCorrection.id == correction_id))
    if found is None:
        raise CorrectionNotFound(field="correction_id")
    return found


async def is_open(tx: AsyncSession, certificate_ids: Sequence[UUID], field: str) -> bool:
    """Whether a correction of that field waits, of any of these certificates."""
    waiting = select(CertificateCorrection.id).where(
        CertificateCorrection.certificate_id.in_(certificate_ids),
        CertificateCorrection.field == field,
        CertificateCorrection.state == CorrectionState.REQUESTED,
    )
    return await tx.scalar(waiting.limit(1)) is not None


async def specialty_called(tx: AsyncSession, series: str, name: str) -> UUID | None:
    """The filed specialty of a series that is called so."""
    found: UUID | None = await tx.scalar(
        select(Specialty.id)
        .where(Specialty.series == series, Specialty.name == name, Specialty.state == SpecialtyState.FILED)
        .order_by(Specialty.id.desc())
        .limit(1)
    )
    return found
