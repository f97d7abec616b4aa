"""The steps of a case that change nothing beside it: checked, told, heard, cleared, appealed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.kit.clock import add_working_days
from services.kit.errors import Basis
from services.kit.sealing import Sealer
from services.kit.steps import Move, decide
from services.workflow import authorship, rows
from services.workflow.act import Act
from services.workflow.integrity import deadline, store
from services.workflow.integrity.involvement import involved
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.opening import context, moved
from services.workflow.integrity.schemas import AppealIn, ChargeIn, CheckIn, StatementIn
from services.workflow.integrity.states import CaseAction, CaseState
from services.workflow.integrity.steps import CASE_STEPS, CaseFacts
from services.workflow.policy import NoticePolicy

INVESTIGATING = {CaseAction.TAKE_UP, CaseAction.NOTIFY}
"""The steps after which the body that took them has the case."""

Taken = tuple[IntegrityCase, tuple[Basis, ...]]


async def check(act: Act, case_id: UUID, action: CaseAction, body: CheckIn, sealer: Sealer) -> Taken:
    """Take a complaint up or not, or find that there was no misconduct.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    case = await store.case(act.tx, case_id, act.actor)
    told = {"reason": body.reason}
    return await _step(act, case, action, body.version, sealer, told, body.reason)


async def notify(act: Act, case_id: UUID, body: ChargeIn, sealer: Sealer) -> Taken:
    """Tell the person what is about to be found, and until when he or she is heard.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    case = await store.case(act.tx, case_id, act.actor)
    days = policy_of(act, case).integrity.days.hearing_working_days
    told = {"charge": body.charge, "answer_by": add_working_days(act.moment.today, days)}
    return await _step(act, case, CaseAction.NOTIFY, body.version, sealer, told)


async def state(act: Act, case_id: UUID, body: StatementIn, sealer: Sealer) -> Taken:
    """Hear the person.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    case = await store.case(act.tx, case_id, act.actor)
    told = {"statement": body.statement, "stated_on": act.moment.today}
    return await _step(act, case, CaseAction.STATE, body.version, sealer, told)


async def appeal(act: Act, case_id: UUID, body: AppealIn, sealer: Sealer) -> Taken:
    """Take the person's appeal; the decision stands until it is decided on.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    case = await store.case(act.tx, case_id, act.actor)
    told = {"appeal": body.appeal, "appealed_on": act.moment.today}
    return await _step(act, case, CaseAction.APPEAL, body.version, sealer, told)


async def _step(
    act: Act,
    case: IntegrityCase,
    action: CaseAction,
    version: int | None,
    sealer: Sealer,
    changes: Mapping[str, object],
    note: str | None = None,
) -> Taken:
    facts = replace(await judged_by(act, case, sealer), reason=note)
    move = decided(act, case, facts, action, version)
    due = next_day(act, case, action, changes.get("answer_by"))
    handler = {"handler_id": move.seat.organisation_id} if action in INVESTIGATING else {}
    event = moved(case, action, move.after, due["due_on"])
    await rows.take(act, case, move, event=event, note=note, **changes, **due, **handler)
    return case, move.basis


async def tell_above(act: Act, case_id: UUID) -> None:
    """Tell of one case whose day is over, once; nothing but the day of telling changes.

    Raises:
        ActionNotAvailable, RulesBroken, StaleVersion: it moved on, is not late, or was told.
    """
    case = await act.tx.get_one(IntegrityCase, case_id)
    late = case.due_on is not None and case.due_on < act.moment.today and case.escalated_on is None
    facts = replace(facts_of(case, act), overdue_untold=late)
    move = decided(act, case, facts, CaseAction.ESCALATE, None)
    event = moved(case, CaseAction.ESCALATE, move.after, case.due_on)
    await rows.take(act, case, move, event=event, escalated_on=act.moment.today)


def next_day(act: Act, case: IntegrityCase, action: CaseAction, answer_by: Any = None) -> dict[str, Any]:
    """The columns that tell by when the next is to be done, after a step."""
    return deadline.after(action, policy_of(act, case).integrity.days, act.moment.today, answer_by)


def decided(act: Act, case: IntegrityCase, facts: CaseFacts, action: CaseAction, version: int | None) -> Move:
    """The step, if it may be taken."""
    return decide(CASE_STEPS, facts, action, act.actor, policy_of(act, case).articles, version=version)


def policy_of(act: Act, case: IntegrityCase) -> NoticePolicy:
    """The notice under which a case was opened."""
    return act.policies[case.policy]


def facts_of(case: IntegrityCase, act: Act) -> CaseFacts:
    """A case as the table sees it, before anybody acts."""
    return CaseFacts(
        case.id,
        CaseState(case.state),
        case.version,
        tuple(case.lineage),
        case.person_id,
        act.moment.today,
        concerned=case.person_id is not None or case.certificate_id is not None,
        answer_by=case.answer_by,
        appeal_by=case.appeal_by,
        body_id=case.body_id,
    )


async def judged_by(act: Act, case: IntegrityCase, sealer: Sealer) -> CaseFacts:
    """What the rules ask of a case and of who acts on it."""
    by_author = authorship.is_by(case.identity, act.actor, sealer, context(case.id))
    return replace(
        facts_of(case, act),
        involved=by_author or await involved(act.tx, case, act.actor),
        acted=await store.acted_on_case(act.tx, case.id, act.actor),
    )
