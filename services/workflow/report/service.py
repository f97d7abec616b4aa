"""A report is lodged by anybody, taken up or not, and decided; while it is being checked its declaration is held."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit, outbox
from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.kit.steps import decide
from services.workflow import authorship, rows
from services.workflow.act import Act
from services.workflow.contract import ReportMoved
from services.workflow.declaration import store as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.policy import NoticePolicy, Policies
from services.workflow.report import deadline, store
from services.workflow.report.errors import NothingToReport, TooManyReports
from services.workflow.report.model import Report
from services.workflow.report.schemas import ReportIn
from services.workflow.report.states import ReportAction, ReportState
from services.workflow.report.steps import REPORT_STEPS, ReportFacts
from services.workflow.supervision.involvement import acted_on

REPORTABLE = frozenset(
    {State.UNDER_REVIEW, State.RETURNED, State.AT_COMMITTEE_OFFICE, State.ACCEPTED}
    | {State.IN_MEETING, State.PASSED, State.IN_RESULT_PUBLICITY}
)
"""From the submission until the certificate; a draft is its writer's own."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def lodge(
    tx: AsyncSession, body: ReportIn, author: Actor | None, moment: Moment, policies: Policies, sealer: Sealer
) -> tuple[Report, Basis]:
    """Take a report against a declaration under way; `author` None is anonymous.

    Raises:
        NothingToReport: no such declaration is under way.
        TooManyReports: there were many anonymous ones, against it or at all.
    """
    wanted = select(Declaration).where(Declaration.number == body.number, Declaration.state.in_(REPORTABLE))
    declaration: Declaration | None = await tx.scalar(wanted)
    if declaration is None:
        raise NothingToReport(number=body.number, field="number")
    policy = policies[declaration.policy]
    basis = policy.articles["report_checked"]
    if author is None:
        await _refuse_flood(tx, declaration, moment, policy, basis)
    report = _written(declaration, body.text, author, moment, sealer)
    reviews = await deadline.reviews_of(tx, declaration, policy)
    report.due_on = deadline.day(moment.today, policy.supervision.reports.take_up_working_days, reviews)
    await rows.add(tx, report)
    await outbox.publish(tx, moved(report, declaration, "REPORT", report.state, report.due_on), moment)
    # without its author: the audit is read by more people than may know who reported
    await audit.record(
        tx,
        actor=None,
        action="report.REPORT",
        subject=f"report/{report.id}",
        moment=moment,
        basis=[basis],
        detail={"declaration_id": declaration.id, "anonymous": report.anonymous},
    )
    return report, basis


async def _refuse_flood(
    tx: AsyncSession, declaration: Declaration, moment: Moment, policy: NoticePolicy, basis: Basis
) -> None:
    """Nothing of the caller is kept to count by: the limit is of all anonymous reports, one after the other."""
    await tx.execute(text("select pg_advisory_xact_lock(hashtextextended('report/anonymous', 0))"))
    limits = policy.supervision.reports
    against = await store.anonymous(tx, moment.instant - DAY, declaration.id)
    if against >= limits.anonymous_against_one_a_day:
        raise TooManyReports(seconds=int(DAY.total_seconds()), basis=[basis])
    if await store.anonymous(tx, moment.instant - HOUR) >= limits.anonymous_an_hour:
        raise TooManyReports(seconds=int(HOUR.total_seconds()), basis=[basis])


def _written(
    declaration: Declaration, told: str, author: Actor | None, moment: Moment, sealer: Sealer
) -> Report:
    report = Report(
        id=new_id(),
        province=declaration.province,
        declaration_id=declaration.id,
        number=declaration.number,
        text=told,
        anonymous=author is None,
        state=ReportState.RECEIVED,
        reason=None,
        reported_at=moment.instant,
        decided_on=None,
        lineage=checking(declaration),
    )
    report.identity = authorship.seal(sealer, author, context(report.id))
    return report


def checking(declaration: Declaration) -> list[UUID]:
    """The bodies above the unit concerned; of who declares directly all but who reviews first."""
    line = list(declaration.lineage)
    concerned = declaration.unit_id or line[-1]
    return line[: line.index(concerned)] if concerned in line[1:] else line[:1]


def context(report_id: UUID) -> str:
    """What the author's seal is bound to."""
    return f"report.identity/{report_id}"


async def step(
    act: Act, report_id: UUID, action: ReportAction, reason: str | None, version: int | None, sealer: Sealer
) -> tuple[Report, tuple[Basis, ...]]:
    """Take a step of the check; whoever moves the declaration on waits for it, and the other way round.

    Raises:
        ReportNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    report = await store.report(act.tx, report_id, act.actor)
    declaration = await declarations.lock_any(act.tx, report.declaration_id)
    await act.tx.refresh(report)
    facts = replace(
        facts_of(report, reason=reason),
        involved=await acted_on(act.tx, [declaration.id], act.actor),
        by_author=authorship.is_by(report.identity, act.actor, sealer, context(report.id)),
    )
    policy = act.policies[declaration.policy]
    move = decide(REPORT_STEPS, facts, action, act.actor, policy.articles, version=version)
    reviews = await deadline.reviews_of(act.tx, declaration, policy)
    taken_up, today = action is ReportAction.TAKE_UP, act.moment.today
    given = policy.supervision.reports.check_working_days
    due_on = deadline.day(today, given, reviews) if taken_up else None
    changes = {"decided_on": None if taken_up else today, "due_on": due_on, "escalated_on": None}
    event = moved(report, declaration, action, move.after, due_on)
    await rows.take(act, report, move, event=event, note=reason, reason=reason, **changes)
    if taken_up:
        await deadline.suspend(act, declaration)
    elif action in {ReportAction.UPHOLD, ReportAction.DISMISS}:
        await deadline.start_anew(act, declaration, policy, reviews)
    return report, move.basis


async def tell_above(act: Act, report_id: UUID) -> None:
    """Tell of one report whose day is over, once; nothing but the day of telling changes.

    Raises:
        ActionNotAvailable, RulesBroken: it was decided on, is not late, or was told.
    """
    report = await act.tx.get_one(Report, report_id)
    declaration = await declarations.lock_any(act.tx, report.declaration_id)
    await act.tx.refresh(report)
    late = report.due_on is not None and report.due_on < act.moment.today and report.escalated_on is None
    facts = replace(facts_of(report), overdue_untold=late)
    articles = act.policies[declaration.policy].articles
    move = decide(REPORT_STEPS, facts, ReportAction.ESCALATE, act.actor, articles)
    event = moved(report, declaration, ReportAction.ESCALATE, move.after, report.due_on)
    await rows.take(act, report, move, event=event, escalated_on=act.moment.today)


def facts_of(report: Report, *, reason: str | None = None) -> ReportFacts:
    """A report as its rules see it, whoever acts."""
    return ReportFacts(
        report.id, ReportState(report.state), report.version, tuple(report.lineage), reason=reason
    )


def moved(
    report: Report, declaration: Declaration, action: str, after: str, due_on: date | None
) -> ReportMoved:
    """The event of a step."""
    kinds = {UUID(str(node["id"])): node["kind"] for node in declaration.path}
    hrss = [each for each in report.lineage if kinds.get(each) == "HRSS"] or report.lineage[:1]
    return ReportMoved(
        report_id=report.id,
        declaration_id=declaration.id,
        number=declaration.number,
        hrss_id=hrss[-1],
        superior_id=hrss[-2] if len(hrss) > 1 else hrss[-1],
        at_organisation_id=declaration.at_organisation_id,
        action=action,
        after=after,
        due_on=due_on,
    )
