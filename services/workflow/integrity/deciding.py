"""A finding, with all that follows from it in one transaction: titles revoked, archive, bar, declarations ended, the event.

Whoever begins something for the person waits for the decision, or it for them (`bar`). What is told abroad (credit
platforms) leaves by the event, and with it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.kit.clock import add_working_days
from services.kit.steps import Move
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.certificate import standing
from services.workflow.certificate.ending import upwards
from services.workflow.certificate.model import Certificate
from services.workflow.certificate.service import masked_number
from services.workflow.certificate.states import ChangeKind
from services.workflow.committee.organisations import Organisations
from services.workflow.contract import MisconductFound
from services.workflow.integrity import bar, errors, grounds, store
from services.workflow.integrity.ending import because_of, disqualify
from services.workflow.integrity.model import IntegrityCase, IntegrityRecord
from services.workflow.integrity.schemas import DecisionIn
from services.workflow.integrity.service import Taken, decided, facts_of, judged_by, next_day, policy_of
from services.workflow.integrity.states import CaseAction, Misconduct, RecordKind
from services.workflow.integrity.steps import deciding_seat

CAUSE = "integrity_case"


@dataclass(frozen=True, slots=True)
class Told:
    """What is asked of accounts before anything is locked: the body's name, and the person's number, masked."""

    body_name: str
    masked_resident_id: str | None


async def find(call: Call, case_id: UUID, body: DecisionIn) -> Taken:
    """Find misconduct, by a document; everything that follows is written with it, or nothing.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        DocumentNumberInvalid, BarInvalid, NotTheirCertificate, CertificateLeftOut: it is not well formed.
        Unavailable: accounts does not answer.
    """
    case = await store.case(call.tx, case_id, call.actor)
    policy = policy_of(call, case)
    seat = deciding_seat(call.actor, facts_of(case, call))
    told = await _told(call, case, seat.organisation_id) if seat else None
    if case.person_id is not None:
        await bar.alone(call.tx, case.person_id)
    await call.tx.refresh(case)
    at_stake = await grounds.at_stake(call, case)
    named = await grounds.certificates(call, body.certificate_ids)
    revoked = await grounds.in_their_place(call, named)
    facts = replace(
        await judged_by(call, case, call.sealer),
        issuers=tuple(upwards(each) for each in revoked),
        seat_at=seat.organisation_id if seat else None,
    )
    move = decided(call, case, facts, CaseAction.DECIDE, body.version)
    assert told is not None, "who has no seat was refused"
    policy.certificate.document.require(body.document_number, move.basis)
    _require_theirs(case, body, at_stake, named, move)
    _require_at_stake(at_stake, revoked, move)
    _require_bar(call, case, body, move)
    record = await _written(call, case, body, move, told, revoked)
    await _take(call, case, body, move, record)
    await _revoke(call, case, move, revoked)
    await disqualify(call, case, because_of(case.document_number))
    return case, move.basis


async def _told(call: Call, case: IntegrityCase, body_id: UUID) -> Told:
    found = await Organisations(call.accounts).find([body_id])
    return Told(found[body_id].name, await _masked(call, case))


async def _masked(call: Call, case: IntegrityCase) -> str | None:
    """As accounts tells it; of who is not known there as the certificate does."""
    if case.person_id is not None:
        return await masked_number(call.accounts, case.person_id)
    return (await call.tx.get_one(Certificate, case.certificate_id)).masked_resident_id


def _require_theirs(
    case: IntegrityCase,
    body: DecisionIn,
    at_stake: Certificate | None,
    named: Sequence[Certificate],
    move: Move,
) -> None:
    """The certificates are the person's; of who is not known here, that which the case is about alone."""
    its_own = {case.certificate_id, at_stake and at_stake.id}
    theirs = {
        each.id
        for each in named
        if each.id in its_own or (each.person_id is not None and each.person_id == case.person_id)
    }
    if not theirs.issuperset(body.certificate_ids):
        raise errors.NotTheirCertificate(field="certificate_ids", basis=move.basis)


def _require_at_stake(at_stake: Certificate | None, revoked: Sequence[Certificate], move: Move) -> None:
    """The certificate that the case is about is named, also where it was issued since the case was opened."""
    if at_stake is not None and at_stake.id not in {each.id for each in revoked}:
        raise errors.CertificateLeftOut(number=at_stake.number, field="certificate_ids", basis=move.basis)


def _require_bar(call: Call, case: IntegrityCase, body: DecisionIn, move: Move) -> None:
    policy = policy_of(call, case)
    earliest, latest = policy.integrity.bar.span(call.moment.today)
    fits = earliest <= body.bar_to <= latest if body.bar_to else False
    if fits if body.serious else body.bar_to is None:
        return
    basis = (*move.basis, policy.articles["misconduct_barred"])
    raise errors.BarInvalid(earliest=earliest, latest=latest, field="bar_to", basis=basis)


async def _written(
    call: Call,
    case: IntegrityCase,
    body: DecisionIn,
    move: Move,
    told: Told,
    revoked: Sequence[Certificate],
) -> IntegrityRecord:
    record = IntegrityRecord(
        province=case.province,
        case_id=case.id,
        kind=RecordKind.FOUND,
        person_id=case.person_id,
        person_name=case.person_name,
        masked_resident_id=told.masked_resident_id,
        misconduct=body.kind,
        serious=body.serious,
        document_number=body.document_number,
        body_id=move.seat.organisation_id,
        body_name=told.body_name,
        decided_on=call.moment.today,
        certificate_ids=[each.id for each in revoked],
        certificate_numbers=[each.number for each in revoked],
        bar_from=call.moment.today if body.bar_to else None,
        bar_to=body.bar_to,
        lineage=case.lineage,
    )
    await rows.add(call.tx, record)
    return record


async def _take(
    call: Call, case: IntegrityCase, body: DecisionIn, move: Move, record: IntegrityRecord
) -> None:
    days = policy_of(call, case).integrity.days.appeal_working_days
    await rows.take(
        call,
        case,
        move,
        event=_event(case, record),
        note=body.decision,
        **body.model_dump(include={"kind", "serious", "evidence", "decision", "document_number", "bar_to"}),
        body_id=record.body_id,
        decided_by_name=call.actor.named(record.body_id, move.seat.role),
        decided_on=record.decided_on,
        certificate_ids=record.certificate_ids,
        certificate_numbers=record.certificate_numbers,
        bar_from=record.bar_from,
        appeal_by=add_working_days(call.moment.today, days),
        **next_day(call, case, CaseAction.DECIDE),
    )


async def _revoke(call: Call, case: IntegrityCase, move: Move, named: Sequence[Certificate]) -> None:
    """Revoke what is named and in force; what is void or revoked already is named in the record alone."""
    for certificate in await grounds.in_force(call, named):
        await standing.record(
            call,
            certificate.id,
            ChangeKind.REVOKED,
            cause=standing.Cause(CAUSE, case.id),
            document_number=case.document_number or "",
            note=case.decision or "",
            seat=move.seat,
            basis=move.basis,
        )


def _event(case: IntegrityCase, record: IntegrityRecord) -> MisconductFound:
    return MisconductFound(
        case_id=case.id,
        record_id=record.id,
        person_id=record.person_id or case.id,
        person_name=record.person_name,
        masked_resident_id=record.masked_resident_id,
        kind=record.misconduct,
        kind_zh=Misconduct(record.misconduct).zh,
        serious=record.serious,
        document_number=record.document_number,
        body_id=record.body_id,
        body_name=record.body_name,
        decided_on=record.decided_on,
        certificate_numbers=record.certificate_numbers,
        bar_from=record.bar_from,
        bar_to=record.bar_to,
        lineage=record.lineage,
    )
