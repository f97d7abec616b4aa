"""The overview over HTTP: for HRSS departments, each for what lies below it; as figures and as a chart."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.admission.errors import TooBusy
from services.files.errors import LinkInvalid
from services.files.serving import attachment_headers
from services.kit.auth import CurrentActor
from services.kit.clock import SHANGHAI
from services.kit.db import Tx
from services.kit.http import READS, Decided, decided, refusals, router
from services.quota.contract import PostPool, TitleLevel
from services.quota.overview import store
from services.quota.overview.errors import OverviewForHrss
from services.quota.overview.links import CHARTS
from services.quota.overview.rules import chart
from services.quota.overview.schemas import ChartLinkIn, ChartLinkOut, OverviewOut
from services.quota.overview.states import ChartFormat
from services.quota.policy import CurrentPolicies, YearPolicy, YearUnknown
from services.quota.printing import TEMPLATES
from services.quota.recalculation.errors import NeverCounted
from services.quota.recalculation.store import last_done
from services.typesetting import MEDIA_TYPES, Format, typeset

routes = router(prefix="/v1/overview", tags=["overview 岗位使用情况总览"])
charts = router(prefix="/v1/overview-charts", tags=["overview 岗位使用情况总览"])
Year = Annotated[int, Query(ge=1, le=9999)]
TEMPLATE = TEMPLATES / "overview.typ"


@routes.get("", responses=refusals(YearUnknown, OverviewForHrss, NeverCounted))
async def overview(year: Year, actor: CurrentActor, policies: CurrentPolicies, tx: Tx) -> OverviewOut:
    """Posts approved, employed, recommended for and free, by prefecture and level, of all below the caller's department."""
    policy, below = policies.of(year), store.departments(actor)
    job = await last_done(tx, year)
    found = await store.sums(tx, job.id, below)
    return OverviewOut.of(job, found, policy, stale=await store.is_stale(tx, job))


@routes.get("/chart", responses=refusals(YearUnknown, OverviewForHrss, NeverCounted, TooBusy))
async def overview_chart(
    year: Year,
    actor: CurrentActor,
    policies: CurrentPolicies,
    tx: Tx,
    format: ChartFormat = ChartFormat.SVG,
    pool: PostPool = PostPool.GENERAL,
) -> Response:
    """The same as a picture: stacked bars per prefecture, a panel per level."""
    return await _drawn(tx, policies.of(year), store.departments(actor), pool, format)


@routes.post(
    "/chart-links",
    status_code=201,
    responses=refusals(YearUnknown, OverviewForHrss, NeverCounted),
    openapi_extra=READS,
)
async def chart_link(
    body: ChartLinkIn, request: Request, actor: CurrentActor, policies: CurrentPolicies, tx: Tx
) -> Decided[ChartLinkOut]:
    """A link to the picture, good without signing in for a short while."""
    policy, below = policies.of(body.year), store.departments(actor)
    await last_done(tx, policy.year)
    what = {"year": policy.year, "below": below, "pool": body.pool, "format": body.format}
    state = request.app.state
    path, ends = CHARTS.issue(state.sealer, actor, state.settings.link_minutes, **what)
    return decided(ChartLinkOut(path=path, expires_at=ends), policy.basis("within_numbers"))


@charts.get("/{token}", responses=refusals(LinkInvalid, NeverCounted, TooBusy))
async def fetch_chart(token: str, request: Request, policies: CurrentPolicies, tx: Tx) -> Response:
    """The picture that a link is for."""
    link = CHARTS.read(request.app.state.sealer, token)
    return await _drawn(tx, policies.of(link.year), link.below, link.pool, link.format)


async def _drawn(
    tx: AsyncSession, policy: YearPolicy, below: Sequence[UUID] | None, pool: PostPool, wanted: ChartFormat
) -> Response:
    job = await last_done(tx, policy.year)
    assert job.ended_at is not None, "it is done"
    data = chart(
        await store.sums(tx, job.id, below),
        policy.overview,
        [level for level in TitleLevel if policy.is_limited(level)],
        pool,
        year=policy.year,
        counted_at=f"{job.ended_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        stale=await store.is_stale(tx, job),
    )
    await tx.commit()  # all is read: no connection is held while it is made
    content = await typeset(TEMPLATE, data, Format(wanted), at=job.ended_at)
    headers = attachment_headers(f"{data['title']}.{wanted}", len(content))
    return Response(content, media_type=MEDIA_TYPES[Format(wanted)], headers=headers)
