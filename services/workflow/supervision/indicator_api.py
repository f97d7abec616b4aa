"""Signs of one-click pushing over HTTP: figures, a chart by a short-lived link, and equal opinions of a meeting."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.admission.errors import TooBusy
from services.files.errors import LinkInvalid
from services.files.serving import attachment_headers
from services.kit.auth import RoleMissing
from services.kit.clock import SHANGHAI, CurrentMoment
from services.kit.db import Tx
from services.kit.http import READS, Decided, Page, decided, refusals, router
from services.kit.paging import First
from services.typesetting import MEDIA_TYPES, Format, typeset
from services.workflow.act import CurrentAct
from services.workflow.meeting import store as meetings
from services.workflow.meeting.deliberation_errors import OpinionsSealed
from services.workflow.meeting.errors import MeetingNotFound
from services.workflow.policy import CurrentPolicies, NoticePolicy
from services.workflow.supervision import indicators, opinions, pace
from services.workflow.supervision.errors import PaceCursorUnreadable
from services.workflow.supervision.indicator_chart import TITLE, chart
from services.workflow.supervision.indicator_links import CHARTS
from services.workflow.supervision.indicator_schemas import (
    OpinionsAlikeOut,
    SignsLinkIn,
    SignsLinkOut,
    SignsOut,
)
from services.workflow.supervision.states import Group
from services.workflow.supervision.steps import OVERSEERS

routes = router(tags=["supervision"])
charts = router(prefix="/v1/review-sign-charts", tags=["supervision"])
LINKS = ("/v1/review-sign-charts/",)
"""Below this path a link is the right; it is not logged."""
TEMPLATE = Path(__file__).parent / "templates" / "signs.typ"
MOST = 20
"""How many rows a chart has at most."""
Place = Annotated[str | None, Query(max_length=80, description="`next_cursor` of the page before")]


@routes.get("/signs", responses=refusals(RoleMissing, PaceCursorUnreadable))
async def signs(
    act: CurrentAct,
    of: Group = Group.REVIEWER,
    organisation_id: UUID | None = None,
    since: date | None = None,
    first: First = 20,
    after: Place = None,
) -> Page[SignsOut]:
    """Signs of one-click pushing of the reviewers, or organisations, of the caller's subtree."""
    act.actor.require(*OVERSEERS)
    policy = act.policies.latest
    below, begun = act.actor.organisation_ids(*OVERSEERS), _begun(policy, act.moment.today, since)
    wanted = indicators.Wanted(below, begun, of, policy.supervision.signs, organisation_id)
    rows = await act.tx.execute(indicators.page_of(wanted, first, pace.place_named(after, of)))
    found = [dict(each) for each in rows.mappings()]
    items = [SignsOut.of(each, begun, pace.place_of(each)) for each in found[:first]]
    return Page(items=items, next_cursor=items[-1].place if len(found) > first else None)


def _begun(policy: NoticePolicy, today: date, since: date | None) -> datetime:
    """The beginning of the period that is told of."""
    day = since or today - timedelta(days=policy.supervision.pace.period_days)
    return datetime.combine(day, time(), SHANGHAI)


@routes.post("/signs/links", status_code=201, responses=refusals(RoleMissing), openapi_extra=READS)
async def link(body: SignsLinkIn, request: Request, act: CurrentAct) -> Decided[SignsLinkOut]:
    """A link to a chart of those who approved most, good without signing in for a short while."""
    act.actor.require(*OVERSEERS)
    below = act.actor.organisation_ids(*OVERSEERS)
    what = body.model_dump() | {"below": below}
    state = request.app.state
    path, ends = CHARTS.issue(state.sealer, act.actor, state.settings.link_minutes, **what)
    basis = act.policies.latest.articles["no_one_click"]
    return decided(SignsLinkOut(path=path, expires_at=ends), [basis])


@charts.get("/{token}", responses=refusals(LinkInvalid, TooBusy))
async def fetch(
    token: str, request: Request, moment: CurrentMoment, policies: CurrentPolicies, tx: Tx
) -> Response:
    """The chart that a link is for."""
    link = CHARTS.read(request.app.state.sealer, token)
    policy = policies.latest
    begun = _begun(policy, moment.today, link.since)
    rules = policy.supervision.signs
    wanted = indicators.Wanted(link.below, begun, link.of, rules, link.organisation_id)
    rows = [dict(each) for each in (await tx.execute(indicators.busiest(wanted, MOST))).mappings()]
    names = await indicators.names(tx, {each["organisation_id"] for each in rows})
    told = chart(rows, link.of, begun.date(), moment.today, names, rules)
    kind = Format[link.format.name]
    await tx.commit()  # all is read: no connection is held while it is made
    content = await typeset(TEMPLATE, told, kind, at=moment.instant)
    headers = attachment_headers(f"{TITLE}.{kind}", len(content))
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


@routes.get(
    "/meetings/{meeting_id}/opinions", responses=refusals(MeetingNotFound, RoleMissing, OpinionsSealed)
)
async def alike(meeting_id: UUID, act: CurrentAct) -> OpinionsAlikeOut:
    """How many opinions of a meeting stand in the same words, once its vote is closed; never whose."""
    act.actor.require(*OVERSEERS)
    meeting, seen = await meetings.get(act.tx, meeting_id, act.actor)
    if seen is not meetings.View.OVERSIGHT:
        raise MeetingNotFound
    if meeting.voted_on is None:
        raise OpinionsSealed
    return OpinionsAlikeOut.told(meeting.id, await opinions.wordings(act.tx, meeting.id))
