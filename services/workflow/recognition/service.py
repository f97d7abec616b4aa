"""The parties' answers: the HRSS verifies, the employer confirms; a formal confirmation ends with a certificate (一（六）)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.accounts.contract import PersonKind
from services.kit.errors import Basis
from services.kit.steps import Move
from services.workflow.call import Call
from services.workflow.certificate import confirming
from services.workflow.certificate.errors import SeriesWithoutCode
from services.workflow.integrity.bar import require_not_barred
from services.workflow.recognition import moving, store, title
from services.workflow.recognition.model import Recognition
from services.workflow.recognition.schemas import ConfirmIn, ReturnIn, StepIn, VerifyIn
from services.workflow.recognition.states import RecognitionAction, RecognitionState, Wish
from services.workflow.route.standing import facts_of

Answer = tuple[Recognition, tuple[Basis, ...]]


async def verify(call: Call, recognition_id: UUID, body: VerifyIn) -> Answer:
    """Say that the title is genuine, and how that was found; a formal confirmation names its document.

    Raises:
        RecognitionNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        DocumentNumberInvalid: not the number of a document.
        SeriesWithoutCode: no certificate of that series can be numbered.
        Unavailable: accounts does not answer; nothing was changed.
    """
    row = await store.get(call.tx, recognition_id, call.actor)
    now = await title.on_record(call.accounts, row.person_id, row.record_id)
    row = await store.get(call.tx, recognition_id, call.actor, locked=True)
    formal = row.wish == Wish.FORMAL_CONFIRMATION
    said = {
        "as_told": title.same(row, now),
        "how": body.how,
        "reference": body.reference,
        "document_fits": body.document_number is not None,
    }
    move = moving.judge(call, row, RecognitionAction.VERIFY, body.version, **said)
    if formal and body.document_number:
        _refuse_unissuable(call, row, body.document_number)
    changes: dict[str, Any] = {
        "verified_how": body.how,
        "verified_reference": body.reference,
        "verified_by": call.actor.id,
        "verified_by_name": call.actor.named(move.seat.organisation_id, move.seat.role),
        "verified_on": call.moment.today,
        "document_number": body.document_number if formal else None,
    }
    await moving.take(call, row, move, **changes)
    return row, move.basis


def _refuse_unissuable(call: Call, row: Recognition, document_number: str) -> None:
    """What the certificate will rest on is there before the employer confirms."""
    policy = call.policies[row.policy]
    policy.certificate.document.require(document_number, [policy.articles["formal_online"]])
    if row.series not in policy.certificate.number.series:
        raise SeriesWithoutCode(series=row.series)


async def confirm(call: Call, recognition_id: UUID, body: ConfirmIn) -> Answer:
    """Confirm the title by post and professional standard: used inside the unit, or with a certificate.

    Raises:
        RecognitionNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
        Barred: the person is barred for misconduct (一（八）).
        Unavailable: accounts does not answer; nothing was changed.
    """
    row = await store.get(call.tx, recognition_id, call.actor)
    moving.judge(call, row, RecognitionAction.CONFIRM, body.version, **_told(body))
    policy = call.policies[row.policy]
    person = await facts_of(call.accounts, row.person_id, policy.year)
    masked = await confirming.masked_number(call.accounts, row.person_id)
    await require_not_barred(call.tx, row.person_id, call.moment.today, policy)
    row = await store.get(call.tx, recognition_id, call.actor, locked=True)
    found = {
        "works_here": person is not None and person.employer_id == row.unit_id,
        "ours": await store.here(call.tx, row.person_id, row.title_key),
        "recognised": await store.confirmed(call.tx, row.person_id, row.title_key),
    }
    move = moving.judge(call, row, RecognitionAction.CONFIRM, body.version, **found, **_told(body))
    formal = move.after is RecognitionState.CONFIRMED
    way = policy.articles["formal_online" if formal else "used_inside"]
    move = replace(move, basis=(*move.basis, way))
    changes: dict[str, Any] = {
        **_told(body),
        "confirmed_by": call.actor.id,
        "confirmed_by_name": call.actor.named(move.seat.organisation_id, move.seat.role),
        "confirmed_on": call.moment.today,
    }
    if formal:
        changes["certificate_id"] = await _certificate(call, row, masked, move)
    await moving.take(call, row, move, **changes)
    return row, move.basis


def _told(body: ConfirmIn) -> dict[str, str | None]:
    return {"post": body.post, "assessment": body.assessment}


async def _certificate(call: Call, row: Recognition, masked: str | None, move: Move) -> UUID:
    """The certificate by which the title is one of ours from now on; the HRSS that verified it issues it."""
    policy = call.policies[row.policy]
    series = policy.series.find(row.series)
    has_unit = policy.declaration.direct.article(PersonKind(row.person_kind)) is None
    title_told = confirming.Title(
        series=row.series,
        series_name=series.name if series else row.series,
        specialty_name=row.specialty,
        level=row.level,
        obtained_on=row.obtained_on,
        limits=policy.recognition.kept(row.limits),
    )
    holder = confirming.Holder(
        person_id=row.person_id,
        account_id=row.account_id,
        name=row.person_name,
        masked_number=masked,
        unit_id=row.unit_id if has_unit else None,
        unit_name=row.unit_name if has_unit else None,
        lineage=tuple(row.lineage),
    )
    issuer = confirming.Issuer(row.hrss_id, row.hrss_name, row.document_number or "")
    made = await confirming.issue(call, policy, holder, title_told, issuer, move.basis)
    return made.id


async def send_back(call: Call, recognition_id: UUID, body: ReturnIn) -> Answer:
    """Send a request back, with what is to be mended item by item.

    Raises:
        RecognitionNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    row = await store.get(call.tx, recognition_id, call.actor, locked=True)
    items = tuple(each.item for each in body.items)
    move = moving.judge(call, row, RecognitionAction.RETURN, body.version, items=items)
    reason = "；".join(f"{each.item}：{each.reason}" for each in body.items)
    returned = [each.model_dump() for each in body.items]
    await moving.take(call, row, move, note=reason, returned=returned)
    return row, move.basis


async def end(call: Call, recognition_id: UUID, action: RecognitionAction, body: StepIn) -> Answer:
    """Refuse, decline or withdraw a request; who refuses or declines says why.

    Raises:
        RecognitionNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    row = await store.get(call.tx, recognition_id, call.actor, locked=True)
    move = moving.judge(call, row, action, body.version, reason=body.note)
    await moving.take(call, row, move, note=body.note, reason=body.note)
    return row, move.basis
