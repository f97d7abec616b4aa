"""Which step of the annual review form may follow which, who takes it, and on which article.

The unit fills in and submits, its authority reviews, the same-level HRSS approves. A return goes one level down
(三（一）): from the HRSS to the authority, from the authority to the unit. A unit without an authority above it deals
with the HRSS directly.
"""

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Branch, Step, Steps, Taker, holder_at
from services.quota.annual_form.rules import (
    FormCase,
    examinations_are_decided,
    ledger_has_not_moved,
    numbers_cover_live,
    reason_per_cell,
)
from services.quota.annual_form.states import Action, FormState
from services.quota.system import BY_SYSTEM

UNIT: Taker[FormCase] = holder_at(Role.RECOMMENDER, "填报单位的推荐经办", lambda case: case.unit_id)
AUTHORITY: Taker[FormCase] = holder_at(Role.REVIEWER, "主管部门的审核人", lambda case: case.authority_id)


def _hrss_seat(actor: Actor, case: FormCase) -> Seat | None:
    return actor.seat(Role.REVIEWER, Role.TITLE_OFFICER, within=(case.hrss_id,))


HRSS: Taker[FormCase] = Taker(Role.REVIEWER, "同级人社部门的审核人或职称管理", _hrss_seat)

UPWARD: Branch[FormCase] = Branch(
    (FormState.AT_AUTHORITY, FormState.AT_HRSS),
    lambda case: FormState.AT_HRSS if case.authority_id is None else FormState.AT_AUTHORITY,
)
DOWNWARD: Branch[FormCase] = Branch(
    (FormState.AT_AUTHORITY, FormState.RETURNED),
    lambda case: FormState.RETURNED if case.authority_id is None else FormState.AT_AUTHORITY,
)

COMPLETE = (ledger_has_not_moved, examinations_are_decided)

STEPS: Steps[FormCase] = {
    (FormState.DRAFT, Action.FILL): Step(FormState.DRAFT, UNIT, "form_flow"),
    (FormState.DRAFT, Action.SUBMIT): Step(UPWARD, UNIT, "form_flow", COMPLETE),
    (FormState.RETURNED, Action.FILL): Step(FormState.RETURNED, UNIT, "form_flow"),
    (FormState.RETURNED, Action.SUBMIT): Step(UPWARD, UNIT, "form_flow", COMPLETE),
    (FormState.AT_AUTHORITY, Action.AUTHORITY_PASS): Step(FormState.AT_HRSS, AUTHORITY, "form_flow"),
    (FormState.AT_AUTHORITY, Action.AUTHORITY_RETURN): Step(
        FormState.RETURNED, AUTHORITY, "form_flow", (reason_per_cell,)
    ),
    (FormState.AT_HRSS, Action.APPROVE): Step(
        FormState.APPROVED, HRSS, "form_required", (ledger_has_not_moved, numbers_cover_live)
    ),
    (FormState.AT_HRSS, Action.RETURN): Step(DOWNWARD, HRSS, "form_flow", (reason_per_cell,)),
    (FormState.APPROVED, Action.SUPERSEDE): Step(FormState.SUPERSEDED, BY_SYSTEM, "form_flow"),
}
