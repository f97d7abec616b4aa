"""The HTTP face of lists of entitled people (二（四）2)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor
from services.kit.db import Tx
from services.kit.errors import Unavailable
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import CurrentAct
from services.workflow.cycle.errors import CycleNotFound, CycleNotOpen, RunOver, YearClosed
from services.workflow.entitlement import service, store
from services.workflow.entitlement.errors import ListExists, ListNotFound, NotAKeeper, PersonNotOfPrefecture
from services.workflow.entitlement.model import EntitlementEntry, EntitlementList
from services.workflow.entitlement.schemas import EntryIn, EntryOut, ListIn, ListOut
from services.workflow.entitlement.steps import LIST_STEPS
from services.workflow.neighbours import AccountsService
from services.workflow.policy import CurrentPolicies
from services.workflow.shapes import ActionIn

routes = router(prefix="/v1/entitlement-lists", tags=["entitlement"])
ON = (CycleNotOpen, YearClosed, RunOver)
STEP = (ListNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)


@routes.post("", status_code=201, responses=refusals(CycleNotFound, NotAKeeper, ListExists, *ON))
async def begin(body: ListIn, act: CurrentAct) -> Decided[ListOut]:
    """Begin a list of a cycle (a reviewer of a prefecture's health authority); nobody is on it yet."""
    row, basis = await service.begin(act, body)
    return decided(_told(row, act.actor), basis)


@routes.post(
    "/{list_id}/entries", status_code=201, responses=refusals(PersonNotOfPrefecture, Unavailable, *STEP, *ON)
)
async def enter(
    list_id: UUID, body: EntryIn, act: CurrentAct, accounts: AccountsService
) -> Decided[EntryOut]:
    """Put somebody of the prefecture on the list, or take somebody off it, for a reason; published or not."""
    entry, basis = await service.enter(act, accounts, list_id, body)
    (told,) = await _entered(act.tx, [entry])
    return decided(told, basis)


@routes.post("/{list_id}/actions/PUBLISH", responses=refusals(*STEP, *ON))
async def publish(list_id: UUID, act: CurrentAct, body: ActionIn | None = None) -> Decided[ListOut]:
    """Publish a list: from now on being on it is a fact that criteria may ask for."""
    row, basis = await service.publish(act, list_id, body or ActionIn())
    return decided(_told(row, act.actor), basis)


@routes.get("")
async def every_list(
    actor: CurrentActor,
    tx: Tx,
    policies: CurrentPolicies,
    cycle_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[ListOut]:
    """The lists on the line of the caller's seats, newest first; all of them for the province's health commission."""
    query = store.lists(actor, policies.latest.entitlement.guide, cycle_id)
    found, cursor = await page(tx, query, EntitlementList.id, first, after)
    return Page(items=[_told(row, actor) for row in found], next_cursor=cursor)


@routes.get("/{list_id}", responses=refusals(ListNotFound))
async def one_list(list_id: UUID, actor: CurrentActor, tx: Tx, policies: CurrentPolicies) -> ListOut:
    """One list."""
    return _told(await store.seen(tx, list_id, actor, policies.latest.entitlement.guide), actor)


@routes.get("/{list_id}/entries", responses=refusals(ListNotFound))
async def every_entry(
    list_id: UUID,
    actor: CurrentActor,
    tx: Tx,
    policies: CurrentPolicies,
    first: First = 20,
    after: After = None,
) -> Page[EntryOut]:
    """Everything that was entered on a list, newest first: nothing of it is ever altered."""
    row = await store.seen(tx, list_id, actor, policies.latest.entitlement.guide)
    found, cursor = await page(tx, store.entries(row.id), EntitlementEntry.id, first, after)
    return Page(items=await _entered(tx, found), next_cursor=cursor)


def _told(row: EntitlementList, actor: Actor) -> ListOut:
    """A list with what its reader may try."""
    return ListOut.of(row, available_actions(LIST_STEPS, service.facts_of_list(row), actor))


async def _entered(tx: AsyncSession, found: Sequence[EntitlementEntry]) -> list[EntryOut]:
    """Entries, each with whether it holds."""
    holding = await store.still_listed(tx, found)
    fields = set(EntryOut.model_fields) - {"listed"}
    return [
        EntryOut(**{name: getattr(each, name) for name in fields}, listed=each.id in holding)
        for each in found
    ]
