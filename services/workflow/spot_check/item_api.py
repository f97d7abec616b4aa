"""The work list of a spot check over HTTP, for the province."""

from uuid import UUID

from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.call import Call, CurrentCall
from services.workflow.certificate.errors import DocumentNumberInvalid, NotTheFilingHrss
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.spot_check import checking, errors, store
from services.workflow.spot_check.model import SpotCheckItem
from services.workflow.spot_check.schemas import ItemActionIn, ItemOut
from services.workflow.spot_check.states import ItemAction, ItemState
from services.workflow.spot_check.steps import ITEM_STEPS
from services.workflow.supervision import errors as supervision

routes = router(tags=["spot check 抽查"])
STEP = (errors.SpotCheckItemNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)
FINDING = (
    *(errors.FindingNeeded, DeclarationNotFound, supervision.DeclarationsMissing),
    *(supervision.NotThatOrganisation, supervision.NotUnderYou, NotTheFilingHrss, supervision.YouActedOnIt),
    *(supervision.DueDayInvalid, DocumentNumberInvalid),
)


def _told(item: SpotCheckItem, call: Call) -> ItemOut:
    return ItemOut.of(item, available_actions(ITEM_STEPS, checking.facts_of(item, call), call.actor))


@routes.get("/spot-checks/{spot_check_id}/items", responses=refusals(errors.SpotCheckNotFound))
async def work_list(
    spot_check_id: UUID,
    call: CurrentCall,
    state: ItemState | None = None,
    mine: bool = False,
    first: First = 20,
    after: After = None,
) -> Page[ItemOut]:
    """What was drawn, to be checked by whoever of the province takes it; others see none of it."""
    row = await store.spot_check(call.tx, spot_check_id, call.actor)
    query = store.items(call.actor, row.id, state, call.actor.id if mine else None)
    found, cursor = await page(call.tx, query, SpotCheckItem.id, first, after)
    return Page(items=[_told(each, call) for each in found], next_cursor=cursor)


@routes.get("/spot-check-items/{item_id}", responses=refusals(errors.SpotCheckItemNotFound))
async def one_item(item_id: UUID, call: CurrentCall) -> ItemOut:
    """One item of a work list."""
    return _told(await store.item(call.tx, item_id, call.actor), call)


@routes.post("/spot-check-items/{item_id}/actions/{action}", responses=refusals(*STEP, *FINDING))
async def step(
    item_id: UUID, action: ItemAction, call: CurrentCall, body: ItemActionIn | None = None
) -> Decided[ItemOut]:
    """Take an item, give it back, find it in order, or find something and order what follows from it."""
    item, basis = await checking.act(call, item_id, action, body or ItemActionIn())
    return decided(_told(item, call), basis)
