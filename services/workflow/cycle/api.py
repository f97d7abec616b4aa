"""The HTTP face of cycles and series."""

from dataclasses import replace
from uuid import UUID

from services.kit.auth import Actor, PerhapsActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import (
    ActionNotAvailable,
    NotYourStep,
    RulesBroken,
    StaleVersion,
    available_actions,
    decide,
)
from services.workflow import rows
from services.workflow.act import CurrentAct
from services.workflow.contract import CycleClosed, CycleOpened, WindowTold
from services.workflow.cycle import closing, listing, store
from services.workflow.cycle.arrangement_api import routes as arrangements
from services.workflow.cycle.errors import CycleExists, CycleNotFound
from services.workflow.cycle.extension_api import routes as extensions
from services.workflow.cycle.model import Cycle
from services.workflow.cycle.pass_mark_api import routes as pass_marks
from services.workflow.cycle.schemas import CycleIn, CycleOut, SeriesOut
from services.workflow.cycle.service import cycle_facts, require_provincial
from services.workflow.cycle.specialty_api import routes as specialties
from services.workflow.cycle.states import CycleAction, CycleState
from services.workflow.cycle.steps import CYCLE_STEPS
from services.workflow.policy import CurrentPolicies, PolicyUnknown
from services.workflow.shapes import ActionIn

routes = router(prefix="/v1", tags=["cycle"])


@routes.post("/cycles", status_code=201, responses=refusals(CycleExists, PolicyUnknown))
async def prepare(body: CycleIn, act: CurrentAct) -> Decided[CycleOut]:
    """Prepare a year's cycle from its notice; its windows are frozen from the policy."""
    policy = act.policies.of_year(body.year)
    seat = require_provincial(act.actor, policy)
    cycle = Cycle(
        province=act.province,
        year=body.year,
        policy=policy.name,
        state=CycleState.PREPARED,
        windows=[window.model_dump(mode="json") for window in policy.cycle.windows],
        lineage=[node.id for node in seat.lineage],
    )
    basis = (policy.articles["run"],)
    taken = {"uq_cycle_province_year": CycleExists(year=body.year, field="year")}
    await rows.begin(act, cycle, seat, basis=basis, taken=taken)
    return decided(told(cycle, act.actor), basis)


@routes.post(
    "/cycles/{cycle_id}/actions/{action}",
    responses=refusals(CycleNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def move(
    cycle_id: UUID, action: CycleAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[CycleOut]:
    """Open the year's review, or close it after its run (provincial HRSS)."""
    asked = body or ActionIn()
    cycle = await store.get(act.tx, cycle_id)
    articles = act.policies[cycle.policy].articles
    facts = cycle_facts(cycle, act.moment)
    if action is CycleAction.CLOSE:
        facts = replace(facts, under_way=await closing.under_way(act.tx, cycle.id))
    step = decide(CYCLE_STEPS, facts, action, act.actor, articles, version=asked.version)
    await rows.take(act, cycle, step, event=_event(cycle, action), note=asked.note)
    return decided(told(cycle, act.actor), step.basis)


def _event(cycle: Cycle, action: CycleAction) -> CycleOpened | CycleClosed:
    told = {"cycle_id": cycle.id, "year": cycle.year, "policy": cycle.policy}
    if action is CycleAction.CLOSE:
        return CycleClosed(**told)
    windows = [WindowTold(window=each["name"], **each) for each in cycle.windows]
    return CycleOpened(**told, windows=windows)


@routes.get("/cycles")
async def every_cycle(
    actor: PerhapsActor, tx: Tx, year: int | None = None, first: First = 20, after: After = None
) -> Page[CycleOut]:
    """The cycles, newest first; public."""
    found, cursor = await page(tx, listing.cycles(year), Cycle.id, first, after)
    return Page(items=[told(row, actor) for row in found], next_cursor=cursor)


@routes.get("/cycles/{cycle_id}", responses=refusals(CycleNotFound))
async def one_cycle(cycle_id: UUID, actor: PerhapsActor, tx: Tx) -> CycleOut:
    """One cycle; public."""
    return told(await store.get(tx, cycle_id), actor)


@routes.get("/series")
async def every_series(policies: CurrentPolicies, year: int | None = None) -> Page[SeriesOut]:
    """The national series, their levels and how each is obtained; public."""
    policy = policies.of_year(year) if year else policies.latest
    items = [SeriesOut.of(entry) for entry in policy.series.series]
    return Page(items=items, total=len(items))


def told(cycle: Cycle, actor: Actor | None) -> CycleOut:
    """The cycle with what its reader may do."""
    return CycleOut.of(cycle, available_actions(CYCLE_STEPS, cycle_facts(cycle), actor) if actor else [])


routes.include_router(extensions)
routes.include_router(pass_marks)
routes.include_router(specialties)
routes.include_router(arrangements)
