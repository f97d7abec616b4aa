"""The HTTP face of batches (一（四）2)."""

from uuid import UUID

from services.kit.auth import Actor, PerhapsActor
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import CurrentAct
from services.workflow.batch import service, store
from services.workflow.batch.errors import BatchExists, BatchNotFound, NotAnOrganiser, RouteWithoutBatches
from services.workflow.batch.model import Batch
from services.workflow.batch.schemas import BatchIn, BatchOut
from services.workflow.batch.states import BatchAction, BatchState
from services.workflow.batch.steps import BATCH_STEPS, BatchFacts
from services.workflow.certificate.errors import DocumentNumberInvalid
from services.workflow.cycle.errors import CycleNotFound, CycleNotOpen, RunOver, YearClosed
from services.workflow.shapes import ActionIn, Code

routes = router(prefix="/v1/batches", tags=["batch"])
ON = (CycleNotOpen, YearClosed, RunOver)


@routes.post(
    "",
    status_code=201,
    responses=refusals(
        *(CycleNotFound, RouteWithoutBatches, NotAnOrganiser, DocumentNumberInvalid, BatchExists),
        *(RulesBroken, *ON),
    ),
)
async def open_batch(body: BatchIn, act: CurrentAct) -> Decided[BatchOut]:
    """Open a batch by a document (the HRSS of a prefecture or county); nobody declares in it before it is published."""
    row, basis = await service.open_batch(act, body)
    return decided(told(row, act.actor), basis)


@routes.post(
    "/{batch_id}/actions/{action}",
    responses=refusals(BatchNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, *ON),
)
async def move(
    batch_id: UUID, action: BatchAction, act: CurrentAct, body: ActionIn | None = None
) -> Decided[BatchOut]:
    """Publish a batch: its region's people declare in it; or withdraw it while nothing was declared in it."""
    row, basis = await service.move(act, batch_id, action, body or ActionIn())
    return decided(told(row, act.actor), basis)


@routes.get("")
async def every_batch(
    actor: PerhapsActor,
    tx: Tx,
    cycle_id: UUID | None = None,
    route: Code | None = None,
    organisation_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[BatchOut]:
    """The published batches, newest first; public. A title officer also reads those that wait on the own line."""
    query = store.batches(actor, cycle_id, route, organisation_id)
    found, cursor = await page(tx, query, Batch.id, first, after)
    return Page(items=[told(row, actor) for row in found], next_cursor=cursor)


@routes.get("/{batch_id}", responses=refusals(BatchNotFound))
async def one_batch(batch_id: UUID, actor: PerhapsActor, tx: Tx) -> BatchOut:
    """One batch; public once published."""
    return told(await store.seen(tx, batch_id, actor), actor)


def told(row: Batch, actor: Actor | None) -> BatchOut:
    """A batch with what its reader may try."""
    facts = BatchFacts(row.id, BatchState(row.state), row.version, tuple(row.lineage))
    return BatchOut.of(row, available_actions(BATCH_STEPS, facts, actor) if actor else [])
