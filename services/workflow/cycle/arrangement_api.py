"""The HTTP face of the year's arrangements (三（四）)."""

from uuid import UUID

from services.kit.auth import Actor, PerhapsActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion, available_actions, decide
from services.workflow import rows
from services.workflow.act import CurrentAct
from services.workflow.contract import ArrangementPublished
from services.workflow.cycle import listing, store
from services.workflow.cycle.errors import (
    ArrangementNotFound,
    CycleNotFound,
    CycleNotOpen,
    OutsideWindow,
    RunOver,
    SeriesUnknown,
)
from services.workflow.cycle.model import Arrangement
from services.workflow.cycle.schemas import ArrangementIn, ArrangementOut
from services.workflow.cycle.service import arrangement_facts, require_body, require_series, require_window
from services.workflow.cycle.states import ArrangementAction, ArrangementState, Window
from services.workflow.cycle.steps import ARRANGEMENT_STEPS
from services.workflow.shapes import ActionIn

routes = router(tags=["cycle"])


@routes.post(
    "/arrangements",
    status_code=201,
    responses=refusals(CycleNotFound, SeriesUnknown, CycleNotOpen, OutsideWindow, RunOver),
)
async def draft(body: ArrangementIn, act: CurrentAct) -> Decided[ArrangementOut]:
    """Draft the year's arrangement of a series, in the window of arranging."""
    cycle = await store.get(act.tx, body.cycle_id)
    seat = require_body(act.actor, body.organisation_id)
    require_series(act.policies[cycle.policy], body.series)
    basis = (require_window(cycle, Window.ARRANGE, act.moment),)
    arrangement = Arrangement(
        province=act.province,
        state=ArrangementState.DRAFT,
        published_at=None,
        lineage=[node.id for node in seat.lineage],
        **body.model_dump() | {"organisation_id": seat.organisation_id},
    )
    await rows.begin(act, arrangement, seat, basis=basis)
    return decided(told(arrangement, act.actor), basis)


@routes.post(
    "/arrangements/{arrangement_id}/actions/{action}",
    responses=refusals(
        ArrangementNotFound, ActionNotAvailable, NotYourStep, StaleVersion, OutsideWindow, RunOver
    ),
)
async def move(
    arrangement_id: UUID, action: ArrangementAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[ArrangementOut]:
    """Publish the arrangement: from then on anybody reads it, and the series can take declarations."""
    asked = body or ActionIn()
    arrangement = await store.readable_arrangement(act.tx, arrangement_id, act.actor)
    cycle = await store.get(act.tx, arrangement.cycle_id)
    articles = act.policies[cycle.policy].articles
    step = decide(
        ARRANGEMENT_STEPS, arrangement_facts(arrangement), action, act.actor, articles, version=asked.version
    )
    window = require_window(cycle, Window.ARRANGE, act.moment)
    event = ArrangementPublished(
        arrangement_id=arrangement.id,
        cycle_id=cycle.id,
        year=cycle.year,
        series=arrangement.series,
        title=arrangement.title,
        organisation_id=arrangement.organisation_id,
    )
    await rows.take(act, arrangement, step, event=event, note=asked.note, published_at=act.moment.instant)
    return decided(told(arrangement, act.actor), (*step.basis, window))


@routes.get("/arrangements")
async def every_arrangement(
    actor: PerhapsActor,
    tx: Tx,
    cycle_id: UUID | None = None,
    series: str | None = None,
    first: First = 20,
    after: After = None,
) -> Page[ArrangementOut]:
    """The published arrangements, newest first; public. Drafts are shown to their own organisation line."""
    query = listing.arrangements(actor, cycle_id, series)
    found, cursor = await page(tx, query, Arrangement.id, first, after)
    return Page(items=[told(row, actor) for row in found], next_cursor=cursor)


@routes.get("/arrangements/{arrangement_id}", responses=refusals(ArrangementNotFound))
async def one_arrangement(arrangement_id: UUID, actor: PerhapsActor, tx: Tx) -> ArrangementOut:
    """One arrangement; public once published."""
    return told(await store.readable_arrangement(tx, arrangement_id, actor), actor)


def told(arrangement: Arrangement, actor: Actor | None) -> ArrangementOut:
    """The arrangement with what its reader may do."""
    actions = available_actions(ARRANGEMENT_STEPS, arrangement_facts(arrangement), actor) if actor else []
    return ArrangementOut.of(arrangement, actions)
