"""A correction is asked for, withdrawn, refused, or approved by a document: then the certificate is issued anew."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.accounts.contract import Role
from services.kit import outbox
from services.kit.auth import Seat
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import Move, decide
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.certificate import standing
from services.workflow.certificate import store as certificates
from services.workflow.certificate.ending import upwards
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.service import policy_of
from services.workflow.certificate.standing import Cause
from services.workflow.certificate.states import ChangeKind, Origin, Standing
from services.workflow.contract import CorrectionMoved
from services.workflow.correction import errors, replacing, store
from services.workflow.correction.model import CertificateCorrection
from services.workflow.correction.schemas import CorrectionIn, CorrectionStepIn
from services.workflow.correction.states import CorrectableField, CorrectionAction, CorrectionState
from services.workflow.correction.steps import ASKERS, CORRECTION_STEPS, CorrectionFacts

Answer = tuple[CertificateCorrection, tuple[Basis, ...]]


async def request(call: Call, asked: CorrectionIn) -> Answer:
    """Ask for a correction.

    Raises:
        CertificateNotFound, NotYoursToCorrect: it is not the caller's to ask.
        FieldNotCorrectable, NotInForce, NothingToCorrect, SpecialtyUnknown, ValueUnfit, NumberTaken: it cannot be corrected so.
        CorrectionOpen: the same is asked for already.
    """
    certificate = await certificates.get(call.tx, asked.certificate_id, call.actor)
    basis = (policy_of(call, certificate).articles["certificate_corrected"],)
    seat = _asking(call, certificate)
    if seat is None:
        raise errors.NotYoursToCorrect(basis=basis)
    line = await standing.hold_all(call.tx, certificate)
    await _refuse_unfit(call, certificate, asked, line, basis)
    correction = _written(call, certificate, asked, seat)
    await rows.begin(call, correction, seat, basis=basis)
    await outbox.publish(call.tx, moved(correction, certificate, "REQUEST", correction.state), call.moment)
    return correction, basis


def _asking(call: Call, certificate: Certificate) -> Seat | None:
    """The seat from which the caller asks: the holder's own, the unit's, or that of who issued it."""
    actor = call.actor
    if actor.id == certificate.account_id:
        return actor.seat(Role.APPLICANT)
    unit = (certificate.unit_id,) if certificate.unit_id else ()
    return actor.seat(*ASKERS, within=unit) or actor.seat(Role.TITLE_OFFICER, within=_deciding(certificate))


def _deciding(certificate: Certificate) -> tuple[UUID, ...]:
    """Who decides: who issued it; who issued an old one may have no title officer, so that whoever stands above does too."""
    return upwards(certificate) if certificate.origin == Origin.IMPORTED else (certificate.issuer_id,)


async def _refuse_unfit(
    call: Call,
    certificate: Certificate,
    asked: CorrectionIn,
    line: Sequence[Certificate],
    basis: tuple[Basis, ...],
) -> None:
    named: dict[str, Any] = {"name": asked.field.value, "field_zh": asked.field.zh, "value": asked.value}
    rule = policy_of(call, certificate).certificate.corrections
    if asked.field not in (rule.imported if certificate.origin == Origin.IMPORTED else rule.fields):
        raise errors.FieldNotCorrectable(**named, field="field", basis=basis)
    now = (await standing.standings(call.tx, [certificate.id]))[certificate.id]
    if now is not Standing.IN_FORCE:
        raise errors.NotInForce(standing=now, standing_zh=now.zh, field="certificate_id", basis=basis)
    if replacing.told(certificate, asked.field) == asked.value:
        raise errors.NothingToCorrect(**named, field="value", basis=basis)
    await replacing.changes(call, certificate, asked.field, asked.value, basis)
    if await store.is_open(call.tx, [each.id for each in line], asked.field):
        raise errors.CorrectionOpen(**named, field="field", basis=basis)


def _written(call: Call, certificate: Certificate, asked: CorrectionIn, seat: Seat) -> CertificateCorrection:
    return CertificateCorrection(
        id=new_id(),
        province=certificate.province,
        certificate_id=certificate.id,
        number=certificate.number,
        field=asked.field,
        before=replacing.told(certificate, asked.field),
        value=asked.value,
        reason=asked.reason,
        evidence=asked.evidence,
        requested_by=call.actor.id,
        requested_by_name=call.actor.named(seat.organisation_id, seat.role),
        requested_at=call.moment.instant,
        state=CorrectionState.REQUESTED,
    )


async def step(call: Call, correction_id: UUID, action: CorrectionAction, asked: CorrectionStepIn) -> Answer:
    """Decide on a correction, or take the request back; who changes the certificate otherwise waits meanwhile.

    Raises:
        CorrectionNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        DocumentNumberInvalid: it is approved by a document.
        ChangeNotPossible: the certificate is no longer in force.
    """
    correction = await store.get(call.tx, correction_id, call.actor)
    line = await standing.hold(call.tx, correction.certificate_id)
    await call.tx.refresh(correction)
    certificate = line[-1]
    policy = policy_of(call, certificate)
    case = replace(facts_of(correction, certificate, call), reason=asked.reason)
    move = decide(CORRECTION_STEPS, case, action, call.actor, policy.articles, version=asked.version)
    changed: dict[str, object] = {"verdict": asked.reason, "decided_on": call.moment.today}
    if action is CorrectionAction.APPROVE:
        policy.certificate.document.require(asked.document_number or "", move.basis)
        changed["document_number"] = asked.document_number
        changed["replacement_id"] = await _approved(call, correction, certificate, move, asked)
    event = moved(correction, certificate, action, move.after, asked.reason)
    await rows.take(call, correction, move, event=event, note=asked.reason, **changed)
    return correction, move.basis


async def _approved(
    call: Call,
    correction: CertificateCorrection,
    certificate: Certificate,
    move: Move,
    asked: CorrectionStepIn,
) -> UUID:
    """Issue the certificate anew, in place of the old one; the id of the new one."""
    field = CorrectableField(correction.field)
    changes = await replacing.changes(call, certificate, field, correction.value, move.basis)
    anew = await replacing.anew(call, certificate, changes)
    await standing.record(
        call,
        certificate.id,
        ChangeKind.CORRECTED,
        cause=Cause("certificate_correction", correction.id),
        document_number=asked.document_number or "",
        note=correction.reason,
        seat=move.seat,
        details={"field": field, "before": replacing.told(certificate, field), "replaced_by": anew.number},
        basis=move.basis,
    )
    await replacing.issue(call, anew, move)
    return anew.id


def facts_of(correction: CertificateCorrection, certificate: Certificate, call: Call) -> CorrectionFacts:
    """A correction as its rules see it."""
    actor = call.actor
    return CorrectionFacts(
        id=correction.id,
        state=CorrectionState(correction.state),
        version=correction.version,
        lineage=tuple(certificate.lineage),
        deciding=_deciding(certificate),
        requested_by=correction.requested_by,
        own=actor.answers_for(correction.requested_by) or actor.answers_for(certificate.account_id),
    )


def moved(
    correction: CertificateCorrection,
    certificate: Certificate,
    action: str,
    after: str,
    note: str | None = None,
) -> CorrectionMoved:
    """The event of a step."""
    return CorrectionMoved(
        correction_id=correction.id,
        certificate_id=certificate.id,
        number=correction.number,
        holder_name=certificate.holder_name,
        person_id=certificate.person_id,
        account_ids=[each for each in (correction.requested_by,) if each != certificate.account_id],
        issuer_id=certificate.issuer_id,
        correctable=correction.field,
        value=correction.value,
        action=action,
        after=after,
        note=note,
    )
