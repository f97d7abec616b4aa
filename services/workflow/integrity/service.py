"""The steps of a case that change nothing beside it: checked, told, heard, cleared, appealed."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from services.kit.clock import add_working_days
from services.kit.errors import Basis
from services.kit.sealing import Sealer
from services.kit.steps import Move, decide
from services.workflow import authorship, rows
from services.workflow.act import Act
from services.workflow.integrity import store
from services.workflow.integrity.involvement import involved
from services.workflow.integrity.model import IntegrityCase
from services.workflow.integrity.opening import context, moved
from services.workflow.integrity.schemas import AppealIn, ChargeIn, CheckIn, StatementIn
from services.workflow.integrity.states import CaseAction, CaseState
from services.workflow.integrity.steps import CASE_STEPS, CaseFacts
from services.workflow.policy import NoticePolicy

Taken = tuple[IntegrityCase, tuple[Basis, ...]]


async def check(act: Act, case_id: UUID, action: CaseAction, body: CheckIn, sealer: Sealer) -> Taken:
    """Take a complaint up or not, or find that there was no misconduct.

    Raises:
        CaseNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    case = await store.case(act.tx, case_id, act.actor)
    return await _step(act, case, action, body.version, sealer, {"reason": body.reason}, body.reason)


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
    event = moved(case, action, move.after, above_id=above_id(case))
    await rows.take(act, case, move, event=event, note=note, **changes)
    return case, move.basis


def decided(act: Act, case: IntegrityCase, facts: CaseFacts, action: CaseAction, version: int | None) -> Move:
    """The step, if it may be taken."""
    return decide(CASE_STEPS, facts, action, act.actor, policy_of(act, case).articles, version=version)


def policy_of(act: Act, case: IntegrityCase) -> NoticePolicy:
    """The notice under which a case was opened."""
    return act.policies[case.policy]


def above_id(case: IntegrityCase) -> UUID:
    """Who decides on an appeal: the body above the one that decided; at the top itself."""
    body = case.body_id or case.hrss_id
    over = case.lineage[: case.lineage.index(body)] if body in case.lineage else []
    return over[-1] if over else body


def facts_of(case: IntegrityCase, act: Act) -> CaseFacts:
    """A case as the table sees it, before anybody acts."""
    return CaseFacts(
        case.id,
        CaseState(case.state),
        case.version,
        tuple(case.lineage),
        case.person_id,
        act.moment.today,
        answer_by=case.answer_by,
        appeal_by=case.appeal_by,
        body_id=case.body_id,
    )


async def judged_by(act: Act, case: IntegrityCase, sealer: Sealer) -> CaseFacts:
    """What the rules ask of a case and of who acts on it."""
    by_author = authorship.is_by(case.identity, act.actor, sealer, context(case))
    return replace(
        facts_of(case, act),
        involved=by_author or await involved(act.tx, case, act.actor),
        acted=await store.acted_on_case(act.tx, case.id, act.actor),
    )
