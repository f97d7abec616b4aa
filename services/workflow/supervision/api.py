"""Supervision over HTTP: figures of pace, and flags; findings beside them."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.kit.auth import RoleMissing
from services.kit.clock import SHANGHAI
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion
from services.workflow.act import CurrentAct
from services.workflow.supervision import flagging, pace, store
from services.workflow.supervision.errors import FlagNotFound, PaceCursorUnreadable
from services.workflow.supervision.finding_api import routes as findings
from services.workflow.supervision.indicator_api import routes as signs
from services.workflow.supervision.model import FlaggedApproval, ReviewFlag
from services.workflow.supervision.schemas import DismissIn, FlaggedApprovalOut, FlagOut, PaceOut
from services.workflow.supervision.states import FlagState, Group
from services.workflow.supervision.steps import OVERSEERS

routes = router(prefix="/v1/supervision", tags=["supervision"])
Place = Annotated[str | None, Query(max_length=80, description="`next_cursor` of the page before")]


@routes.get("/pace", responses=refusals(RoleMissing, PaceCursorUnreadable))
async def figures(
    act: CurrentAct,
    of: Group = Group.REVIEWER,
    organisation_id: UUID | None = None,
    since: date | None = None,
    first: First = 20,
    after: Place = None,
) -> Page[PaceOut]:
    """How fast the reviewers, or organisations, of the caller's subtree approve, since a day or for the policy's days."""
    act.actor.require(*OVERSEERS)
    days = act.policies.latest.supervision.pace.period_days
    day = since or act.moment.today - timedelta(days=days)
    begun = datetime.combine(day, time(), SHANGHAI)
    asked = pace.Asked(act.actor, act.moment.instant, begun, of, organisation_id)
    rows = await act.tx.execute(pace.figures(asked, first, pace.place_named(after, of)))
    found = [dict(each) for each in rows.mappings()]
    items = [PaceOut.of(each, begun, pace.place_of(each)) for each in found[:first]]
    return Page(items=items, next_cursor=items[-1].place if len(found) > first else None)


@routes.get("/flags")
async def every_flag(
    act: CurrentAct,
    state: FlagState | None = None,
    organisation_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[FlagOut]:
    """The flags of the caller's subtree, newest first, with their figures."""
    query = store.flags(act.actor, state, organisation_id)
    found, cursor = await page(act.tx, query, ReviewFlag.id, first, after)
    told = await store.figures(act.tx, [each.id for each in found])
    items = [FlagOut.told(each, told[each.id], flagging.actions(each, act.actor)) for each in found]
    return Page(items=items, next_cursor=cursor)


@routes.get("/flags/{flag_id}", responses=refusals(FlagNotFound))
async def one_flag(flag_id: UUID, act: CurrentAct) -> FlagOut:
    """One flag, with its figures."""
    flag = await store.flag(act.tx, flag_id, act.actor)
    told = await store.figures(act.tx, [flag.id])
    return FlagOut.told(flag, told[flag.id], flagging.actions(flag, act.actor))


@routes.get("/flags/{flag_id}/approvals", responses=refusals(FlagNotFound))
async def flagged(
    flag_id: UUID, act: CurrentAct, first: First = 20, after: After = None
) -> Page[FlaggedApprovalOut]:
    """The approvals that a flag rests on, newest first, each with its declaration and figures."""
    flag = await store.flag(act.tx, flag_id, act.actor)
    found, cursor = await page(act.tx, store.approvals(flag.id), FlaggedApproval.id, first, after)
    return Page(items=[FlaggedApprovalOut.model_validate(each) for each in found], next_cursor=cursor)


@routes.post(
    "/flags/{flag_id}/dismiss",
    responses=refusals(FlagNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def dismiss(flag_id: UUID, body: DismissIn, act: CurrentAct) -> Decided[FlagOut]:
    """Say, with the reason, that there is nothing to a flag."""
    flag, basis = await flagging.dismiss(act, flag_id, body.reason, body.version)
    told = await store.figures(act.tx, [flag.id])
    return decided(FlagOut.told(flag, told[flag.id], []), basis)


routes.include_router(findings)
routes.include_router(signs)
