"""What a certificate's holder is bound by once it is known whose it is: the cases about it, its findings, its bar (一（八）).

A case becomes one about the person, who is heard anew where a charge is out already, and has all days to appeal. Of a finding
that stands the archive gets another line, which names the person and bars as the finding does; what is under way ends.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from services.kit.clock import add_working_days
from services.workflow import rows
from services.workflow.call import Call
from services.workflow.certificate.model import Certificate
from services.workflow.integrity import deadline, store
from services.workflow.integrity.ending import because_of, disqualify
from services.workflow.integrity.model import IntegrityCase, IntegrityRecord
from services.workflow.integrity.opening import moved
from services.workflow.integrity.service import decided, facts_of, policy_of
from services.workflow.integrity.states import FOUND, OVER, CaseAction, CaseState, RecordKind
from services.workflow.system import SYSTEM

KEPT = (
    *(
        "province",
        "case_id",
        "misconduct",
        "serious",
        "document_number",
        "body_id",
        "body_name",
        "decided_on",
    ),
    *("certificate_ids", "certificate_numbers", "lineage", "bar_from", "bar_to"),
)
"""What the line that names the holder repeats of what the archive said last."""


async def bind(call: Call, line: Sequence[Certificate], masked_resident_id: str | None) -> None:
    """Bind the holder of a certificate, and of those it came in place of, by what was begun or found before.

    The caller has the locks of the certificates, and the holder's bar; nobody is asked anything under them.
    """
    certificate = line[-1]
    wanted = (
        select(IntegrityCase)
        .where(
            IntegrityCase.certificate_id.in_([each.id for each in line]),
            IntegrityCase.person_id.is_(None),
            IntegrityCase.state.not_in(OVER),
        )
        .order_by(IntegrityCase.id)
        .with_for_update()
    )
    for case in await call.tx.scalars(wanted.execution_options(populate_existing=True)):
        await _known(call, case, certificate)
        if case.state in FOUND:
            await _found(call, case, masked_resident_id)


async def _known(call: Call, case: IntegrityCase, certificate: Certificate) -> None:
    act = replace(call, actor=SYSTEM)
    move = decided(act, case, facts_of(case, act), CaseAction.LINK, None)
    days = _days(call, case)
    event = moved(case, move.action, move.after, days.get("due_on", case.due_on))
    whose = {"person_id": certificate.person_id, "account_id": certificate.account_id}
    now = {**whose, "person_name": certificate.holder_name, **days}
    told = event.model_copy(update={"person_id": certificate.person_id})
    await rows.take(act, case, move, event=told, **now)


def _days(call: Call, case: IntegrityCase) -> dict[str, Any]:
    """The days of who could not be heard, or appeal, before; they begin anew."""
    given, today = policy_of(call, case).integrity.days, call.moment.today
    if case.state == CaseState.TO_BE_HEARD:
        answer_by: date = add_working_days(today, given.hearing_working_days)
        return {"answer_by": answer_by, **deadline.after(CaseAction.NOTIFY, given, today, answer_by)}
    if case.state == CaseState.DECIDED:
        return {"appeal_by": add_working_days(today, given.appeal_working_days)}
    return {}


async def _found(call: Call, case: IntegrityCase, masked_resident_id: str | None) -> None:
    assert case.person_id is not None, "the case has just become one about the person"
    last = await store.last_line(call.tx, case.id)
    line = IntegrityRecord(
        **{name: getattr(last, name) for name in KEPT},
        kind=RecordKind.LINKED,
        person_id=case.person_id,
        person_name=case.person_name,
        masked_resident_id=masked_resident_id,
    )
    await rows.add(call.tx, line)
    if line.bar_to is not None and line.bar_to >= call.moment.today:
        await disqualify(call, case, because_of(line.document_number))
