"""Queries on certificates, limited by who looks."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.certificate.errors import CertificateNotFound, ResultNotFound
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.states import Origin
from services.workflow.meeting.model import Tally
from services.workflow.publicity.model import Publicity
from services.workflow.publicity.states import PublicityKind

READERS = (Role.TITLE_OFFICER, Role.RECOMMENDER, Role.REVIEWER, Role.SUPERVISOR)


def visible(actor: Actor) -> ColumnElement[bool]:
    """The caller's own certificates, and those of the caller's organisations; a manager's are those imported there."""
    seen = [Certificate.account_id == actor.id]
    if ours := actor.organisation_ids(*READERS):
        seen.append(Certificate.lineage.overlap(ours))
    if managed := actor.organisation_ids(Role.ORGANISATION_MANAGER):
        imported = Certificate.origin == Origin.IMPORTED
        seen.append(and_(imported, Certificate.lineage.overlap(managed)))
    return or_(*seen)


def seen_by(actor: Actor) -> Select[Certificate]:
    """The same, to be read."""
    return select(Certificate).where(visible(actor))


async def get(tx: AsyncSession, certificate_id: UUID, actor: Actor) -> Certificate:
    """The certificate.

    Raises:
        CertificateNotFound: there is none, or it is none of the caller's business.
    """
    found = await tx.scalar(seen_by(actor).where(Certificate.id == certificate_id))
    if found is None:
        raise CertificateNotFound
    return found


async def result_publicity(tx: AsyncSession, declaration_id: UUID) -> Publicity:
    """The latest publicity of a result.

    Raises:
        ResultNotFound: it was never public.
    """
    found = await last_result_publicity(tx, declaration_id)
    if found is None:
        raise ResultNotFound
    return found


async def last_result_publicity(tx: AsyncSession, declaration_id: UUID) -> Publicity | None:
    """The same; None where it was never public."""
    rounds = select(Publicity).where(
        Publicity.kind == PublicityKind.RESULT, Publicity.subject_id == declaration_id
    )
    found: Publicity | None = await tx.scalar(rounds.order_by(Publicity.round.desc()).limit(1))
    return found


async def of_declaration(tx: AsyncSession, declaration_id: UUID) -> Certificate | None:
    """The certificate that was issued when a declaration was filed, if it was; what came in its place names it."""
    first = Certificate.declaration_id == declaration_id, Certificate.replaces_id.is_(None)
    found: Certificate | None = await tx.scalar(select(Certificate).where(*first))
    return found


async def meeting_of(tx: AsyncSession, declaration_id: UUID) -> UUID:
    """The meeting that decided on a declaration.

    Raises:
        ResultNotFound: none did.
    """
    found = await tx.scalar(select(Tally.meeting_id).where(Tally.declaration_id == declaration_id))
    if found is None:
        raise ResultNotFound
    return found
