"""Spot checks over HTTP: ordered, drawn and closed by the province; the draw can be repeated by all who oversee."""

from uuid import UUID

from services.kit.auth import Actor
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import CurrentAct
from services.workflow.call import CurrentCall
from services.workflow.certificate.errors import DocumentNumberInvalid
from services.workflow.cycle.errors import CycleNotFound
from services.workflow.shapes import ActionIn
from services.workflow.spot_check import errors, service, store
from services.workflow.spot_check.item_api import routes as items
from services.workflow.spot_check.model import SpotCheck, SpotCheckFrame
from services.workflow.spot_check.schemas import (
    FrameOut,
    ProgressOut,
    SpotCheckIn,
    SpotCheckOut,
    WholeProgressOut,
)
from services.workflow.spot_check.states import SpotCheckAction, SpotCheckState
from services.workflow.spot_check.steps import SPOT_CHECK_STEPS, SpotCheckFacts

routes = router(prefix="/v1", tags=["spot check 抽查"])
STEP = (errors.SpotCheckNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)


def _told(row: SpotCheck, actor: Actor) -> SpotCheckOut:
    facts = SpotCheckFacts(row.id, SpotCheckState(row.state), row.version, tuple(row.lineage))
    return SpotCheckOut.of(row, available_actions(SPOT_CHECK_STEPS, facts, actor))


@routes.post(
    "/spot-checks",
    status_code=201,
    responses=refusals(
        *(CycleNotFound, errors.NotTheProvince, errors.ShareNeedsDocument, DocumentNumberInvalid),
        errors.NothingOfThatScope,
    ),
)
async def order(body: SpotCheckIn, call: CurrentCall) -> Decided[SpotCheckOut]:
    """Order a spot check of a year's results (provincial HRSS); the commitment to its seed is public from here on."""
    row, basis = await service.order(call, body)
    return decided(_told(row, call.actor), basis)


@routes.get("/spot-checks")
async def every_spot_check(
    act: CurrentAct, cycle_id: UUID | None = None, first: First = 20, after: After = None
) -> Page[SpotCheckOut]:
    """The province's spot checks, newest first, for all who oversee."""
    query = store.spot_checks(act.actor, cycle_id)
    found, cursor = await page(act.tx, query, SpotCheck.id, first, after)
    return Page(items=[_told(each, act.actor) for each in found], next_cursor=cursor)


@routes.get("/spot-checks/{spot_check_id}", responses=refusals(errors.SpotCheckNotFound))
async def one_spot_check(spot_check_id: UUID, act: CurrentAct) -> SpotCheckOut:
    """One spot check; once closed with its seed."""
    return _told(await store.spot_check(act.tx, spot_check_id, act.actor), act.actor)


@routes.post("/spot-checks/{spot_check_id}/actions/{action}", responses=refusals(*STEP))
async def step(
    spot_check_id: UUID, action: SpotCheckAction, call: CurrentCall, body: ActionIn | None = None
) -> Decided[SpotCheckOut]:
    """Freeze the frame and draw; close it once every item has its verdict; or cancel what was not drawn."""
    row, basis = await service.act(call, spot_check_id, action, body or ActionIn())
    return decided(_told(row, call.actor), basis)


@routes.get("/spot-checks/{spot_check_id}/frame", responses=refusals(errors.SpotCheckNotFound))
async def frame(
    spot_check_id: UUID, act: CurrentAct, first: First = 20, after: After = None
) -> Page[FrameOut]:
    """What the draw was from, declaration by declaration; for all who oversee."""
    row = await store.spot_check(act.tx, spot_check_id, act.actor)
    found, cursor = await page(act.tx, store.frame(row.id), SpotCheckFrame.declaration_id, first, after)
    return Page(items=[FrameOut.model_validate(each) for each in found], next_cursor=cursor)


@routes.get("/spot-checks/{spot_check_id}/progress", responses=refusals(errors.SpotCheckNotFound))
async def progress(spot_check_id: UUID, act: CurrentAct) -> WholeProgressOut:
    """How far it is and what was found, committee by committee; for all who oversee."""
    row = await store.spot_check(act.tx, spot_check_id, act.actor)
    told = [ProgressOut.model_validate(each) for each in await store.progress(act.tx, row.id)]
    return WholeProgressOut(committees=told)


routes.include_router(items)
