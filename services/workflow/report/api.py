"""The HTTP face of reports: anybody lodges one, those above the unit concerned check it."""

from uuid import UUID

from fastapi import Request

from services.kit.auth import PerhapsActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow import authorship
from services.workflow.act import Act, CurrentAct
from services.workflow.policy import CurrentPolicies
from services.workflow.report import service, store
from services.workflow.report.errors import NothingToReport, ReportNotFound, TooManyReports
from services.workflow.report.model import Report
from services.workflow.report.schemas import ReportIn, ReportOut, ReportReceipt, StepIn
from services.workflow.report.states import ReportAction, ReportState
from services.workflow.report.steps import REPORT_STEPS

routes = router(prefix="/v1/reports", tags=["report"])
lodging = router(prefix="/v1/reports", tags=["report"], idempotent=False)
"""A report leaves no key of its author: written at the same instant, it would tell who reported."""


def _told(row: Report, act: Act) -> ReportOut:
    return ReportOut.of(row, available_actions(REPORT_STEPS, service.facts_of(row), act.actor))


@lodging.post(
    "",
    status_code=201,
    responses=refusals(
        NothingToReport, TooManyReports, authorship.SignInToBeNamed, authorship.AnonymousWithoutKey
    ),
)
async def lodge(
    body: ReportIn,
    request: Request,
    actor: PerhapsActor,
    tx: Tx,
    moment: CurrentMoment,
    policies: CurrentPolicies,
) -> Decided[ReportReceipt]:
    """Report something against a declaration by its number, named (signed in) or anonymously."""
    author = authorship.author_of(request, actor, anonymous=body.anonymous)
    report, basis = await service.lodge(tx, body, author, moment, policies, request.app.state.sealer)
    return decided(ReportReceipt.model_validate(report), [basis])


@routes.get("")
async def every_report(
    act: CurrentAct, state: ReportState | None = None, first: First = 20, after: After = None
) -> Page[ReportOut]:
    """The reports that the caller may check, newest first."""
    found, cursor = await page(act.tx, store.reports(act.actor, state), Report.id, first, after)
    return Page(items=[_told(each, act) for each in found], next_cursor=cursor)


@routes.post(
    "/{report_id}/actions/{action}",
    responses=refusals(ReportNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def step(
    report_id: UUID, action: ReportAction, body: StepIn, act: CurrentAct, request: Request
) -> Decided[ReportOut]:
    """Take a report up or not, and decide on it; from taking up to the decision its declaration is held."""
    sealer = request.app.state.sealer
    report, basis = await service.step(act, report_id, action, body.reason, body.version, sealer)
    return decided(_told(report, act), basis)
