"""Findings: made from above, answered by the organisation concerned, accepted or not; a void result ends its declaration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.kit import outbox
from services.kit.auth import Seat
from services.kit.clock import add_working_days
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.steps import decide
from services.quota.contract import TitleLevel
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.call import Call
from services.workflow.certificate.ending import Void, void
from services.workflow.certificate.jurisdiction import filed_by_another, filing_hrss
from services.workflow.certificate.standing import Cause
from services.workflow.committee import store as committees
from services.workflow.contract import FindingMoved
from services.workflow.declaration import store as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.policy import NoticePolicy
from services.workflow.supervision import errors, flagging, store
from services.workflow.supervision.involvement import acted_on
from services.workflow.supervision.model import Finding, ReviewFlag
from services.workflow.supervision.schemas import FindingIn
from services.workflow.supervision.states import FindingAction, FindingKind, FindingState, FlagAction
from services.workflow.supervision.steps import FINDING_STEPS, OVERSEERS, FindingFacts, above


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a finding concerns: the organisation, its line, and the declarations, under which notice."""

    lineage: tuple[UUID, ...]
    declarations: Sequence[Declaration]
    flag: ReviewFlag | None
    policy: NoticePolicy

    @property
    def organisation_id(self) -> UUID:
        """The organisation."""
        return self.lineage[-1]


async def make(call: Call, body: FindingIn) -> tuple[Finding, tuple[Basis, ...]]:
    """Make a finding; what it rests on is settled with it, in one transaction.

    Raises:
        FlagNotFound, DeclarationNotFound, DeclarationsMissing, NotFlagged, NotThatOrganisation: it is about nothing there is.
        NotUnderYou, NotTheFilingHrss, YouActedOnIt, RulesBroken: it is not the caller's to make.
        DueDayInvalid, DocumentNumberInvalid: it is not well formed.
        ActionNotAvailable, StaleVersion: the flag was decided on, or there is no result to void.
    """
    concerned = await _concerned(call, body)
    basis = (concerned.policy.articles["supervised"],)
    _refuse_malformed(call, body, concerned.policy, basis)
    seat = _seat(call, body, concerned, basis)
    if await acted_on(call.tx, [each.id for each in concerned.declarations], call.actor):
        raise errors.YouActedOnIt(field="declaration_ids", basis=basis)
    if concerned.flag is not None:
        await flagging.take(call, concerned.flag, FlagAction.FIND, body.reason)
    finding = await _written(call, body, concerned, seat, basis)
    if body.kind is FindingKind.RESULT_VOID:
        told = Void(body.reason, body.document_number, seat, Cause("finding", finding.id), basis)
        await void(call, concerned.declarations[0], told)
    return finding, basis


async def _concerned(call: Call, body: FindingIn) -> Concerned:
    found = [await declarations.get(call.tx, each, call.actor) for each in sorted(set(body.declaration_ids))]
    void = body.kind is FindingKind.RESULT_VOID
    if void and len(found) != 1:
        raise errors.DeclarationsMissing(field="declaration_ids")
    flag = None if body.flag_id is None else await _flag(call, body.flag_id, found)
    if flag is not None and not void:
        return Concerned(tuple(flag.lineage), found, flag, call.policies[flag.policy])
    if not found or (body.organisation_id is None and not void):
        raise errors.DeclarationsMissing(field="declaration_ids")
    policy = call.policies[found[0].policy]
    if void:
        return Concerned(tuple(found[0].lineage), found, flag, policy)
    lines = [await _line_of(call, each, body.organisation_id) for each in found]
    return Concerned(lines[0], found, flag, policy)


async def _flag(call: Call, flag_id: UUID, found: Sequence[Declaration]) -> ReviewFlag:
    """The flag that a finding settles; it is about declarations that were flagged, or about all of them."""
    flag = await store.flag(call.tx, flag_id, call.actor)
    if not {each.id for each in found} <= await store.flagged(call.tx, flag.id):
        raise errors.NotFlagged(field="declaration_ids")
    return flag


async def _line_of(call: Call, declaration: Declaration, organisation_id: UUID | None) -> tuple[UUID, ...]:
    """From the root to an organisation that had to do with a declaration."""
    committee = await committees.get(call.tx, declaration.committee_id)
    for line in (declaration.lineage, committee.lineage):
        if organisation_id in line:
            return tuple(line[: line.index(organisation_id) + 1])
    raise errors.NotThatOrganisation(field="organisation_id")


def _refuse_malformed(call: Call, body: FindingIn, policy: NoticePolicy, basis: tuple[Basis, ...]) -> None:
    policy.certificate.document.require(body.document_number, basis)
    ordered = body.kind is FindingKind.CORRECTION_ORDERED
    days, today = policy.supervision.findings, call.moment.today
    timely = body.due_on is not None and today < body.due_on <= days.latest(today)
    if not (timely if ordered else body.due_on is None):
        raise errors.DueDayInvalid(days=days.correction_days, field="due_on", basis=basis)


def _seat(call: Call, body: FindingIn, concerned: Concerned, basis: tuple[Basis, ...]) -> Seat:
    """The seat by which the caller decides: above the organisation; to void a result, of the HRSS that files it or above."""
    if body.kind is FindingKind.CORRECTION_ORDERED:
        seat = call.actor.seat(*OVERSEERS, within=above(concerned.lineage))
        if seat is None:
            raise errors.NotUnderYou(basis=basis)
        return seat
    declaration, policy = concerned.declarations[0], concerned.policy
    level = TitleLevel(declaration.level)
    wanted = policy.certificate.jurisdiction.levels[level]
    hrss = filing_hrss(declaration.path, wanted)
    ids = [UUID(node["id"]) for node in declaration.path]
    may = ids[: ids.index(hrss.id) + 1] if hrss else []
    seat = call.actor.seat(Role.TITLE_OFFICER, within=may)
    if seat is None:
        raise filed_by_another(policy, level, basis)
    return seat


async def _written(
    call: Call, body: FindingIn, concerned: Concerned, seat: Seat, basis: tuple[Basis, ...]
) -> Finding:
    ordered = body.kind is FindingKind.CORRECTION_ORDERED
    finding = Finding(
        id=new_id(),
        province=call.province,
        kind=body.kind,
        state=FindingState.ORDERED if ordered else FindingState.VOIDED,
        policy=concerned.policy.name,
        flag_id=body.flag_id,
        declaration_ids=[each.id for each in concerned.declarations],
        organisation_id=concerned.organisation_id,
        reason=body.reason,
        document_number=body.document_number,
        body_id=seat.organisation_id,
        decided_by_name=call.actor.named(seat.organisation_id, seat.role),
        found_on=call.moment.today,
        due_on=body.due_on,
        lineage=list(concerned.lineage),
    )
    await rows.begin(call, finding, seat, basis=basis)
    await outbox.publish(call.tx, moved(finding, "FIND", finding.state, body.reason), call.moment)
    return finding


def moved(
    finding: Finding, action: str, after: str, note: str | None, due_on: date | None = None
) -> FindingMoved:
    """The event of a step."""
    over = (
        finding.lineage[: finding.lineage.index(finding.body_id)]
        if finding.body_id in finding.lineage
        else []
    )
    return FindingMoved(
        finding_id=finding.id,
        kind=finding.kind,
        organisation_id=finding.organisation_id,
        body_id=finding.body_id,
        superior_id=over[-1] if over else finding.body_id,
        lineage=finding.lineage,
        action=action,
        after=after,
        document_number=finding.document_number,
        due_on=due_on or finding.due_on,
        note=note,
    )


def awaited_by(finding: Finding) -> date | None:
    """The day by which it is to be answered, or decided on."""
    return finding.decide_by if finding.state == FindingState.ANSWERED else finding.due_on


def facts_of(finding: Finding, act: Act, due_on: date | None = None) -> FindingFacts:
    """A finding as its rules see it."""
    awaited = awaited_by(finding)
    late = awaited is not None and awaited < act.moment.today
    return FindingFacts(
        finding.id,
        FindingState(finding.state),
        finding.version,
        tuple(finding.lineage),
        finding.organisation_id,
        act.moment.today,
        overdue_untold=late and finding.escalated_on is None,
        answered=finding.answered_by is not None and act.actor.answers_for(finding.answered_by),
        due_on=due_on,
        latest=act.policies[finding.policy].supervision.findings.latest(act.moment.today),
    )


async def answer(
    act: Act, finding_id: UUID, told: str, version: int | None
) -> tuple[Finding, tuple[Basis, ...]]:
    """Tell what was done (the organisation concerned).

    Raises:
        FindingNotFound, ActionNotAvailable, NotYourStep, StaleVersion: nothing was changed.
    """
    finding = await store.finding(act.tx, finding_id, act.actor)
    given = act.policies[finding.policy].supervision.findings.decision_working_days
    changes = {
        "decide_by": add_working_days(act.moment.today, given),
        "escalated_on": None,
        "answer": told,
        "answered_by": act.actor.id,
        "answered_by_name": act.actor.named(finding.organisation_id),
        "answered_on": act.moment.today,
        "verdict": None,
    }
    return finding, await take(act, finding, FindingAction.ANSWER, version, note=told, **changes)


async def settle(
    act: Act,
    finding_id: UUID,
    *,
    accepted: bool,
    reason: str | None,
    due_on: date | None,
    version: int | None,
) -> tuple[Finding, tuple[Basis, ...]]:
    """Accept what was done, or order it anew by a later day.

    Raises:
        ReasonNeeded: what is not accepted is said why.
        FindingNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    finding = await store.finding(act.tx, finding_id, act.actor)
    if accepted:
        return finding, await take(act, finding, FindingAction.ACCEPT, version, note=reason, verdict=reason)
    if reason is None:
        raise errors.ReasonNeeded(field="reason")
    changes = {"verdict": reason, "due_on": due_on, "escalated_on": None}
    return finding, await take(act, finding, FindingAction.REJECT, version, note=reason, **changes)


async def take(
    act: Act,
    finding: Finding,
    action: FindingAction,
    version: int | None,
    *,
    note: str | None,
    **changes: object,
) -> tuple[Basis, ...]:
    """Take a step of a finding."""
    day = changes.get("due_on")
    facts = facts_of(finding, act, day if isinstance(day, date) else None)
    articles = act.policies[finding.policy].articles
    move = decide(FINDING_STEPS, facts, action, act.actor, articles, version=version)
    told = awaited_by(finding) if action is FindingAction.ESCALATE else facts.due_on
    event = moved(finding, action, move.after, note, told)
    await rows.take(act, finding, move, event=event, note=note, **changes)
    return move.basis
