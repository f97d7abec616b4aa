"""Whose an imported certificate is, told later: its holder had no account here when it was imported (一（三）3).

It is told once, by a document, on evidence, by who issued it or stands above. What a case or a finding says of the
certificate binds the holder from then on (`integrity/binding.py`).
"""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import PersonFacts, Role
from services.kit.errors import Basis
from services.workflow.call import Call
from services.workflow.certificate import names, standing
from services.workflow.certificate import store as certificates
from services.workflow.certificate.ending import upwards
from services.workflow.certificate.errors import NotWhoIssuedIt
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.service import masked_number, policy_of
from services.workflow.certificate.states import ChangeKind, Origin
from services.workflow.historic import errors
from services.workflow.historic.schemas import HolderIn
from services.workflow.historic.steps import ARTICLE
from services.workflow.integrity import bar, binding
from services.workflow.route.standing import facts_of

CAUSE = "certificate_holder"


async def link(call: Call, certificate_id: UUID, asked: HolderIn) -> tuple[Certificate, tuple[Basis, ...]]:
    """Tell whose an imported certificate is.

    Raises:
        CertificateNotFound, NotWhoIssuedIt: it is not for the caller.
        DocumentNumberInvalid: it is done by a document.
        HolderUnknown, HolderNameDiffers, HolderIdDiffers, HolderIsYou: the person is not its holder, or not the caller's to tell.
        HolderKnown: it is known already, or the certificate was not imported.
        ChangeNotPossible: the certificate is void.
        Unavailable: accounts does not answer.
    """
    certificate = await certificates.get(call.tx, certificate_id, call.actor)
    policy = policy_of(call, certificate)
    basis = (policy.articles[ARTICLE],)
    seat = call.actor.seat(Role.TITLE_OFFICER, within=upwards(certificate))
    if seat is None:
        raise NotWhoIssuedIt(issuer=certificate.issuer_name, basis=basis)
    policy.certificate.document.require(asked.document_number, basis)
    holder = await _holder(call, certificate, asked.person_id, basis)
    masked = await masked_number(call.accounts, holder.person_id, as_service=True)
    await bar.alone(call.tx, holder.person_id)
    line = await standing.hold_all(call.tx, certificate)
    certificate = line[-1]
    _require_same(certificate, holder, masked, basis)
    if certificate.origin != Origin.IMPORTED or not await _told(call.tx, certificate, holder):
        raise errors.HolderKnown(number=certificate.number, field="certificate_id", basis=basis)
    await standing.record(
        call,
        certificate.id,
        ChangeKind.LINKED,
        cause=standing.Cause(CAUSE, holder.person_id),
        document_number=asked.document_number,
        note=asked.evidence,
        seat=seat,
        details=await _details(call, certificate, holder),
        basis=basis,
    )
    await binding.bind(call, line, masked)
    return certificate, basis


async def _holder(
    call: Call, certificate: Certificate, person_id: UUID, basis: tuple[Basis, ...]
) -> PersonFacts:
    """The person as accounts has it, wherever he or she works today; not the caller."""
    found = await facts_of(call.accounts, person_id, policy_of(call, certificate).year)
    if found is None:
        raise errors.HolderUnknown(field="person_id", basis=basis)
    if found.person_id == call.actor.person_id or call.actor.answers_for(found.account_id):
        raise errors.HolderIsYou(basis=basis)
    return found


def _require_same(
    certificate: Certificate, holder: PersonFacts, masked: str | None, basis: tuple[Basis, ...]
) -> None:
    """Name and number are those on the certificate as it was last corrected, as far as it tells them."""
    if not names.same(certificate.holder_name, holder.name):
        raise errors.HolderNameDiffers(field="person_id", basis=basis)
    if certificate.masked_resident_id not in (None, masked):
        raise errors.HolderIdDiffers(field="person_id", basis=basis)


async def _details(call: Call, certificate: Certificate, holder: PersonFacts) -> dict[str, str]:
    """Whom it was linked to; and since when it stands where it stands, which the link leaves alone."""
    last = (await standing.last_changes(call.tx, [certificate.id])).get(certificate.id)
    since = {} if last is None else {"stands_since": last.stands_since.isoformat()}
    return {"person_id": str(holder.person_id), **since}


async def _told(tx: AsyncSession, certificate: Certificate, holder: PersonFacts) -> bool:
    """Write it down, once: whether nobody had told it before."""
    whose = {"person_id": holder.person_id, "account_id": holder.account_id}
    free = update(Certificate).where(Certificate.id == certificate.id, Certificate.person_id.is_(None))
    done = await tx.scalar(free.values(**whose).returning(Certificate.id))
    await tx.refresh(certificate)
    return done is not None
