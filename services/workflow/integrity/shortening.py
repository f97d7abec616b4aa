"""On appeal a finding may stand and bar for less: another line of the archive, another event; titles and all else stay (一（八）)."""

from datetime import timedelta

from services.kit.steps import Move
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.contract import MisconductBarShortened
from services.workflow.integrity import errors, store
from services.workflow.integrity.model import IntegrityCase, IntegrityRecord
from services.workflow.integrity.schemas import VerdictIn
from services.workflow.integrity.service import policy_of
from services.workflow.integrity.states import RecordKind

KEPT = (
    *("province", "case_id", "person_id", "person_name", "masked_resident_id", "misconduct", "serious"),
    *("certificate_ids", "certificate_numbers", "bar_from", "lineage"),
)
"""What the line repeats of the finding."""
TOLD = (
    *("person_id", "person_name", "masked_resident_id", "document_number", "body_id", "body_name"),
    *("decided_on", "certificate_numbers", "bar_from", "bar_to", "lineage"),
)


async def shortened(
    call: Call, case: IntegrityCase, body: VerdictIn, move: Move, body_name: str
) -> MisconductBarShortened:
    """Write down that the bar ends earlier; what the event tells of it.

    Raises:
        ShorterBarInvalid: it would not be shorter, or shorter than the policy allows.
    """
    _require_shorter(call, case, body, move)
    last = await store.last_line(call.tx, case.id)
    record = IntegrityRecord(
        **{name: getattr(last, name) for name in KEPT},
        kind=RecordKind.SHORTENED,
        document_number=body.document_number,
        body_id=move.seat.organisation_id,
        body_name=body_name,
        decided_on=call.moment.today,
        bar_to=body.bar_to,
    )
    await rows.add(call.tx, record)
    told = {name: getattr(record, name) for name in TOLD}
    return MisconductBarShortened(
        **told, case_id=case.id, record_id=record.id, found_document_number=last.document_number
    )


def _require_shorter(call: Call, case: IntegrityCase, body: VerdictIn, move: Move) -> None:
    policy = policy_of(call, case)
    earliest = latest = None
    if case.bar_from is not None and case.bar_to is not None and body.bar_to is not None:
        earliest, latest = policy.integrity.bar.span(case.bar_from)[0], case.bar_to - timedelta(days=1)
        if earliest <= body.bar_to <= latest:
            return
    basis = (*move.basis, policy.articles["misconduct_barred"])
    raise errors.ShorterBarInvalid(
        earliest=earliest or "—", latest=latest or "—", field="bar_to", basis=basis
    )
