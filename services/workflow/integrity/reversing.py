"""A decision stands on appeal, or is taken back, on appeal or without, as a new fact with what followed from it (一（八）).

Titles are reinstated unless they became void or another finding names them, the bar is over, the archive says so, and the
event goes the way of the finding. What was ended under way is not begun again by itself: the person may be recommended and
declare anew, as long as there is time.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.kit.outbox import Event
from services.kit.steps import Move
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.certificate import standing
from services.workflow.certificate.states import ChangeKind, Standing
from services.workflow.committee.organisations import Organisations
from services.workflow.contract import MisconductReversed
from services.workflow.integrity import bar, store
from services.workflow.integrity.deciding import CAUSE
from services.workflow.integrity.model import IntegrityCase, IntegrityRecord
from services.workflow.integrity.opening import moved
from services.workflow.integrity.schemas import VerdictIn
from services.workflow.integrity.service import Taken, decided, facts_of, judged_by, next_day, policy_of
from services.workflow.integrity.shortening import shortened
from services.workflow.integrity.states import CaseAction, RecordKind
from services.workflow.integrity.steps import reviewing_seat

KEPT = (
    *("province", "case_id", "masked_resident_id", "misconduct", "serious"),
    *("certificate_ids", "certificate_numbers", "lineage"),
)
"""What a reversal repeats of the finding that it takes back."""
TOLD = (
    *("person_id", "person_name", "masked_resident_id", "document_number", "body_id", "body_name"),
    *("decided_on", "certificate_numbers", "lineage"),
)


async def settle(call: Call, case_id: UUID, body: VerdictIn) -> Taken:
    """Uphold a decision that was appealed against, or take one back, appealed against or not.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        DocumentNumberInvalid, ShorterBarInvalid: it is not well formed.
        Unavailable: accounts does not answer.
    """
    case = await store.case(call.tx, case_id, call.actor)
    seat = reviewing_seat(call.actor, facts_of(case, call))
    body_id = seat.organisation_id if seat else None
    name = (await Organisations(call.accounts).find([body_id]))[body_id].name if body_id else ""
    if case.person_id is not None:
        await bar.alone(call.tx, case.person_id)
    await call.tx.refresh(case)
    facts = replace(await judged_by(call, case, call.sealer), reason=body.reason)
    action = _asked(body)
    move = decided(call, case, facts, action, body.version)
    policy_of(call, case).certificate.document.require(body.document_number, move.basis)
    event: Event = moved(case, action, move.after, None)
    changes = _verdict(call, body, move) | next_day(call, case, action)
    if action is CaseAction.REVERSE:
        event = await _reversed(call, case, body, move, name)
    if action is CaseAction.SHORTEN:
        event, changes = await shortened(call, case, body, move, name), changes | {"bar_to": body.bar_to}
    await rows.take(call, case, move, event=event, note=body.reason, **changes)
    return case, move.basis


def _asked(body: VerdictIn) -> CaseAction:
    if not body.upheld:
        return CaseAction.REVERSE
    return CaseAction.UPHOLD if body.bar_to is None else CaseAction.SHORTEN


def _verdict(call: Call, body: VerdictIn, move: Move) -> dict[str, Any]:
    return {
        "verdict": body.reason,
        "verdict_document": body.document_number,
        "verdict_body_id": move.seat.organisation_id,
        "verdict_by_name": call.actor.named(move.seat.organisation_id, move.seat.role),
        "verdict_on": call.moment.today,
    }


async def _reversed(
    call: Call, case: IntegrityCase, body: VerdictIn, move: Move, body_name: str
) -> MisconductReversed:
    """Take back what followed from the finding; what the event tells of it."""
    wanted = select(IntegrityRecord).where(
        IntegrityRecord.case_id == case.id, IntegrityRecord.kind == RecordKind.FOUND
    )
    found: IntegrityRecord = (await call.tx.scalars(wanted)).one()
    record = IntegrityRecord(
        **{name: getattr(found, name) for name in KEPT},
        kind=RecordKind.REVERSED,
        person_id=case.person_id,
        person_name=case.person_name,
        document_number=body.document_number,
        body_id=move.seat.organisation_id,
        body_name=body_name,
        decided_on=call.moment.today,
        bar_from=None,
        bar_to=None,
    )
    await rows.add(call.tx, record)
    for certificate_id in await _to_reinstate(call, found):
        await standing.record(
            call,
            certificate_id,
            ChangeKind.REINSTATED,
            cause=standing.Cause(CAUSE, case.id),
            document_number=body.document_number,
            note=body.reason,
            seat=move.seat,
            basis=move.basis,
        )
    return _event(case, found, record)


async def _to_reinstate(call: Call, found: IntegrityRecord) -> list[UUID]:
    """What is still revoked of what the finding names, and named by no other finding that stands; locked in one order."""
    others = {
        each for record in await store.other_findings(call.tx, found) for each in record.certificate_ids
    }
    named = sorted({*found.certificate_ids, *others})
    last = {each: (await standing.hold(call.tx, each))[-1].id for each in named}
    free = {last[each] for each in found.certificate_ids} - {last[each] for each in others}
    now = await standing.standings(call.tx, free)
    return sorted(each for each in free if now[each] is Standing.REVOKED)


def _event(case: IntegrityCase, found: IntegrityRecord, record: IntegrityRecord) -> MisconductReversed:
    told = {name: getattr(record, name) for name in TOLD} | {"person_id": record.person_id or case.id}
    return MisconductReversed(
        **told, case_id=case.id, record_id=record.id, found_document_number=found.document_number
    )
