"""A season's report over HTTP: as figures, and by a short-lived link as a picture or a workbook."""

from pathlib import Path
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.admission.errors import TooBusy
from services.admission.turns import PAPERS
from services.files.errors import LinkInvalid
from services.files.serving import attachment_headers
from services.kit import clock
from services.kit.auth import Actor, CurrentActor, RoleMissing
from services.kit.db import Tx
from services.kit.http import READS, Decided, decided, refusals, router
from services.typesetting import MEDIA_TYPES, Format, typeset
from services.workflow.cycle import store as cycles
from services.workflow.cycle.errors import CycleNotFound
from services.workflow.policy import CurrentPolicies, Policies
from services.workflow.season_report import store
from services.workflow.season_report.chart import picture
from services.workflow.season_report.links import REPORTS
from services.workflow.season_report.naming import report
from services.workflow.season_report.schemas import SeasonReportLinkIn, SeasonReportLinkOut, SeasonReportOut
from services.workflow.season_report.states import SeasonFormat
from services.workflow.season_report.workbook import workbook
from services.workflow.supervision.steps import OVERSEERS

routes = router(prefix="/v1/season-reports", tags=["season report 年度评审情况报告"])
papers = router(prefix="/v1/season-report-files", tags=["season report 年度评审情况报告"])
LINKS = ("/v1/season-report-files/",)
"""Below this path a link is the right; it is not logged."""
TEMPLATE = Path(__file__).parent / "templates" / "season.typ"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SCOPE = "本机构及下级"


def _below(actor: Actor) -> list[UUID]:
    """The organisations at and below which the caller supervises.

    Raises:
        RoleMissing: there is none.
    """
    actor.require(*OVERSEERS)
    return actor.organisation_ids(*OVERSEERS)


@routes.get("/{cycle_id}", responses=refusals(CycleNotFound, RoleMissing))
async def figures(
    cycle_id: UUID, request: Request, actor: CurrentActor, policies: CurrentPolicies, tx: Tx
) -> SeasonReportOut:
    """What a year's reviews came to at and below the caller's organisations, as it is now."""
    return await _report(request, policies, tx, cycle_id, _below(actor))


@routes.post("/links", status_code=201, responses=refusals(CycleNotFound, RoleMissing), openapi_extra=READS)
async def link(
    body: SeasonReportLinkIn, request: Request, actor: CurrentActor, policies: CurrentPolicies, tx: Tx
) -> Decided[SeasonReportLinkOut]:
    """A link to the report, good without signing in for a short while: what is fetched is as it is then."""
    below = _below(actor)
    cycle = await cycles.get(tx, body.cycle_id)
    what = {"cycle_id": cycle.id, "below": below, "format": body.format}
    state = request.app.state
    path, ends = REPORTS.issue(state.sealer, actor, state.settings.link_minutes, **what)
    basis = policies[cycle.policy].articles["spot_checked"]
    return decided(SeasonReportLinkOut(path=path, expires_at=ends), [basis])


@papers.get("/{token}", responses=refusals(LinkInvalid, CycleNotFound, TooBusy))
async def fetch(token: str, request: Request, policies: CurrentPolicies, tx: Tx) -> Response:
    """The report that a link is for."""
    link = REPORTS.read(request.app.state.sealer, token)
    told = await _report(request, policies, tx, link.cycle_id, link.below)
    await tx.commit()  # all is read: no connection is held while it is made
    content, media_type = await _made(told, link.format)
    headers = attachment_headers(f"{told.title}.{link.format.lower()}", len(content))
    return Response(content, media_type=media_type, headers=headers)


async def _report(
    request: Request, policies: Policies, tx: AsyncSession, cycle_id: UUID, below: list[UUID]
) -> SeasonReportOut:
    """All figures are of one state of the database: what is written meanwhile is in none of them."""
    await tx.execute(store.ONE_STATE)
    moment = await clock.now(tx, simulated=request.app.state.settings.simulated_clock)
    cycle = await cycles.get(tx, cycle_id)
    policy = policies[cycle.policy]
    found = await store.figures(tx, store.Scope(cycle, below), moment, policy.supervision.season)
    return report(found, cycle, policy)


async def _made(told: SeasonReportOut, wanted: SeasonFormat) -> tuple[bytes, str]:
    if wanted is SeasonFormat.XLSX:
        return await PAPERS.work(lambda: workbook(told, SCOPE)), XLSX
    kind = Format[wanted.name]
    return await typeset(TEMPLATE, picture(told, SCOPE), kind, at=told.as_of), MEDIA_TYPES[kind]
