"""What happens to a declaration: it is edited, submitted, reviewed, sent back, accepted, and moved on by the meeting."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Known, PersonStanding
from services.kit import audit
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.steps import Move, StaleVersion, decide, refuse_broken
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.committee import jurisdiction
from services.workflow.committee import store as committees
from services.workflow.contract import DeclarationMoved
from services.workflow.declaration import beforehand, facts, rounds, rules, source, store
from services.workflow.declaration.call import Call
from services.workflow.declaration.case import Case
from services.workflow.declaration.content import Content
from services.workflow.declaration.errors import DeclarationNotFound, NotReturned, NotWithApplicant
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import STAYING, WITH_APPLICANT, Action, ReviewAction, State
from services.workflow.declaration.steps import STEPS
from services.workflow.evaluation import service as evaluating
from services.workflow.evaluation import store as evaluations
from services.workflow.evaluation.case import Evaluation
from services.workflow.policy import Policies
from services.workflow.report.states import ReportState
from services.workflow.review_chain import claim, due, endorsement, returns
from services.workflow.route.states import Waiver
from services.workflow.supervision import watch

ALWAYS_OPEN = frozenset({"responsibility"})
"""Sections that may be changed after a return although nobody returned them: the statement is made anew."""


async def edit(
    call: Call, declaration_id: UUID, content: Content, version: int
) -> tuple[Declaration, tuple[Basis, ...]]:
    """Write the content anew.

    Raises:
        DeclarationNotFound: it is not the caller's.
        NotWithApplicant: it is under review, or over.
        StaleVersion: it was written since the caller read it.
        NotReturned: after a return only what was returned changes.
        RulesBroken: the time for it is over, or an achievement is of no known kind.
    """
    declaration = await lock_own(call, declaration_id)
    if declaration.version != version:
        raise StaleVersion(field="version")
    policy = call.policy(declaration)
    case = await facts.full_case(call.tx, declaration, policy, actor=call.actor, moment=call.moment)
    changed = case.filled_in.content.differing(content)
    refuse_not_returned(case, changed - ALWAYS_OPEN, policy.articles["return_level_by_level"])
    written = replace(case, form=replace(case.filled_in, content=content))
    refuse_broken("EDIT", (in_time(case), rules.kinds_known), written, policy.articles)
    declaration.content, declaration.unfinished = content.model_dump(mode="json"), {}
    declaration.version += 1
    touch(declaration, changed)
    basis = (policy.articles["declaration_order"],)
    await note(call, declaration, "EDIT", basis, {"sections": sorted(changed)})
    return declaration, basis


async def lock_own(call: Call, declaration_id: UUID) -> Declaration:
    """The caller's own declaration, to be written to.

    Raises:
        DeclarationNotFound: it is not the caller's.
        NotWithApplicant: it is under review, or over.
    """
    return _own(call, await store.lock(call.tx, declaration_id, call.actor))


async def see_own(call: Call, declaration_id: UUID) -> Declaration:
    """The same where nothing is written: nobody waits for it.

    Raises:
        DeclarationNotFound: it is not the caller's.
        NotWithApplicant: it is under review, or over.
    """
    return _own(call, await store.get(call.tx, declaration_id, call.actor))


def _own(call: Call, declaration: Declaration) -> Declaration:
    if declaration.person_id != call.actor.person_id:
        raise DeclarationNotFound(field="declaration_id")
    if declaration.state not in WITH_APPLICANT:
        raise NotWithApplicant(basis=[call.policy(declaration).articles["materials_fixed"]])
    return declaration


def in_time(case: Case) -> Any:
    """The rule of the window in which the applicant may write now."""
    return rules.first_in_time if case.state is State.DRAFT else rules.again_in_time


def refuse_not_returned(case: Case, items: set[str], basis: Basis) -> None:
    """Refuse to change what was not returned, once there was a return."""
    if case.state is State.DRAFT:
        return
    if foreign := items - case.opened:
        raise NotReturned(items="、".join(sorted(foreign)), field=min(foreign), basis=[basis])


def touch(declaration: Declaration, items: set[str]) -> None:
    """Remember what was mended since the last return."""
    declaration.touched = sorted(set(declaration.touched) | items)


async def note(
    call: Call, declaration: Declaration, action: str, basis: tuple[Basis, ...], detail: dict[str, Any]
) -> None:
    """Put on record what was written, beside the steps."""
    await call.tx.flush()
    await audit.record(
        call.tx,
        actor=call.actor,
        action=f"declaration.{action}",
        subject=f"declaration/{declaration.id}",
        moment=call.moment,
        basis=basis,
        detail=detail,
    )


async def review(
    call: Call, declaration_id: UUID, action: ReviewAction, asked: returns.Asked
) -> tuple[Declaration, tuple[Basis, ...]]:
    """Take one step of the review.

    Raises:
        DeclarationNotFound, StaleVersion, ActionNotAvailable, NotYourStep, RulesBroken: nothing was changed.
    """
    before = await beforehand.asked(call, declaration_id, Action(action))
    known = before.known
    recommendation = await source.lock(call.tx, declaration_id, Action(action))
    declaration = await store.lock(call.tx, declaration_id, call.actor)
    policy = call.policy(declaration)
    case = await facts.full_case(
        call.tx, declaration, policy, actor=call.actor, moment=call.moment, note=asked.note
    )
    case = replace(case, place_missing=before.place_missing, route_closed=before.route_closed)
    case = await _with_what_is_asked(call, declaration, case, action, asked)
    posted = known is not None and _posted(case, known)
    if posted:
        case = facts.spared(case, Waiver.CONTINUING_EDUCATION)
    found: Evaluation | None = None
    if action is ReviewAction.ACCEPT and case.state is State.AT_COMMITTEE_OFFICE:
        case, found = await evaluating.for_acceptance(call, declaration, case, asked.judgements)
    move = decide(STEPS, case, Action(action), call.actor, policy.articles, version=asked.version)
    if posted:
        move = replace(move, basis=(*move.basis, policy.articles["posting_counts"]))
    if found is not None:
        move = replace(move, basis=tuple(dict.fromkeys((*move.basis, *found.basis))))
        evaluations.keep(call, declaration, found)
        await note(call, declaration, "EVALUATE", found.basis, found.outline)
    if known is not None:
        await rounds.keep(call, declaration)
        evaluations.keep_facts(call, declaration, known)
    await _keep(call, declaration, action, case, move)
    await take(call, declaration, move, case, asked.note)
    await source.settle(call, recommendation, declaration, case, move)
    return declaration, move.basis


async def _keep(call: Call, declaration: Declaration, action: ReviewAction, case: Case, move: Move) -> None:
    """What a decided step leaves behind beside the declaration itself."""
    if action is ReviewAction.SEND_BACK:
        await returns.record(call, declaration, case)
    if action is ReviewAction.PASS:
        returns.record_answers(call, declaration, case)
    if action in endorsement.ANSWERED:
        answered = endorsement.record(call, declaration, action, move.seat)
        await watch.weigh(call, declaration, answered, move.seat)


async def _with_what_is_asked(
    call: Call, declaration: Declaration, case: Case, action: ReviewAction, asked: returns.Asked
) -> Case:
    """The case with what only this step looks at; no committee is withdrawn while it is accepting."""
    policy = call.policy(declaration)
    if action is ReviewAction.ACCEPT:
        committee = await committees.hold(call.tx, declaration.committee_id)
        return replace(case, committee_lacks=jurisdiction.lacking(committee, declaration, policy.committee))
    if action is ReviewAction.PASS:
        return replace(case, answers=asked.answers)
    if action in (ReviewAction.SEND_BACK, ReviewAction.REFUSE):
        return replace(case, items=returns.items_of(case, asked))
    if action is ReviewAction.TERMINATE and policy.certificate.document.fits(asked.document_number or ""):
        return replace(case, document_number=asked.document_number)
    return case


def _posted(case: Case, known: PersonStanding) -> bool:
    """Whether a village posting stands for the continuing education that is short (一（四）3)."""
    return known.village_posting is Known.YES and bool(rules.hours_short(case.filled_in))


async def move(
    tx: AsyncSession,
    declaration_id: UUID,
    action: Action,
    actor: Actor,
    moment: Moment,
    *,
    policies: Policies,
    note: str | None = None,
) -> Declaration:
    """Move a declaration on for the meeting or the filing, which have judged by their own rules that it may.

    Raises:
        DeclarationNotFound, ActionNotAvailable, NotYourStep, RulesBroken: nothing was changed.
    """
    recommendation = await source.lock(tx, declaration_id, action)
    declaration = await store.lock_any(tx, declaration_id)
    act = Act(actor, moment, tx, policies, declaration.province)
    policy = policies[declaration.policy]
    case = await facts.case_of(tx, declaration, policy, actor=actor, moment=moment, note=note)
    decided = decide(STEPS, case, action, actor, policy.articles)
    await take(act, declaration, decided, case, note)
    await source.settle(act, recommendation, declaration, case, decided)
    return declaration


TOLD = (
    *("number", "person_id", "account_id", "unit_id", "series", "level"),
    *("at_organisation_id", "committee_id", "office_id", "lineage"),
)
"""What the event of a step tells of the declaration as it is after it."""


async def take(
    act: Act, declaration: Declaration, decided: Move, case: Case, note: str | None = None, **more: Any
) -> None:
    """Take a decided step; `more` are columns that change with it beside the usual ones."""
    step = to_take(act, declaration, decided, case, note, **more)
    await rows.take(act, declaration, decided, event=step.event, note=step.note, **step.changes)


def to_take(
    act: Act, declaration: Declaration, decided: Move, case: Case, note: str | None = None, **more: Any
) -> rows.Taken:
    """The same, to be taken together with others."""
    changes = {**changes_of(declaration, decided, case, act), **more}
    event = DeclarationMoved(
        declaration_id=declaration.id,
        cycle=declaration.year,
        action=decided.action,
        before=decided.before,
        after=decided.after,
        note=note,
        **{name: changes.get(name, getattr(declaration, name)) for name in TOLD},
        **_due(declaration, decided, case, changes.get("due_on", declaration.due_on)),
    )
    return rows.Taken(declaration, decided, event, returns.told(note, case), changes)


def _due(declaration: Declaration, decided: Move, case: Case, reviewed_by: date | None) -> dict[str, Any]:
    """By when whoever has it is to act: its reviewer, unless a report is being checked, or the applicant to whom it was returned."""
    if decided.after != State.RETURNED:
        return {"due_on": None if case.reported is ReportState.CHECKING else reviewed_by}
    window = case.resubmission.name if declaration.batch_id is None else None
    return {"due_on": case.resubmission.closes, "due_window": window}


def changes_of(declaration: Declaration, decided: Move, case: Case, act: Act) -> Mapping[str, Any]:
    """What changes on the row beside the state; some steps leave it in the same hands, in the same turn.

    What comes back to the applicant is confirmed anew before it is submitted again (二（五）3).
    """
    days = act.policies[declaration.policy].review_chain.days
    if decided.action in STAYING:
        return claim.changes_of(Action(decided.action), declaration, case, act, days)
    moved = {
        Action.SUBMIT: 0,
        Action.PASS: declaration.position + 1,
        Action.SEND_BACK: declaration.position - 1,
        Action.WITHDRAW: -1,
        Action.LAPSE: -1,
        Action.TERMINATE: -1,
        Action.DISQUALIFY: -1,
    }
    position = moved.get(Action(decided.action), declaration.position)
    changes: dict[str, Any] = {
        "position": position,
        "at_organisation_id": facts.holder_of(declaration, position),
        "turn": declaration.turn + 1,
        "moved_at": act.moment.instant,
        "returned": [{"item": each.item, "reason": each.reason} for each in case.items],
        "touched": [],
        "due_on": due.due_on(days, State(decided.after), act.moment.today, case.review),
        "escalated_on": None,
        **claim.NONE,
    }
    if decided.after == State.RETURNED:
        changes["content"] = {**declaration.content, "responsibility": None}
    if decided.action == Action.SUBMIT:
        changes |= {"round": declaration.round + 1, "submitted_at": act.moment.instant}
    return changes
