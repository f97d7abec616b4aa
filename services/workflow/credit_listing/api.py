"""The HTTP face of platforms' answers: read by who may read the declaration, set aside by the province."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import Act, CurrentAct
from services.workflow.credit_listing import service, store
from services.workflow.credit_listing.errors import CreditListingNotFound
from services.workflow.credit_listing.model import CreditListing
from services.workflow.credit_listing.schemas import CreditListingOut, SettingAsideIn
from services.workflow.credit_listing.states import ListingState
from services.workflow.credit_listing.steps import LISTING_STEPS
from services.workflow.declaration.model import Declaration

routes = router(prefix="/v1/credit-listings", tags=["declaration"])


async def _told(act: Act, found: Sequence[CreditListing]) -> list[CreditListingOut]:
    """With the actions that the reader may try; their declarations are read in one statement."""
    wanted = select(Declaration).where(Declaration.id.in_([each.declaration_id for each in found]))
    known = {each.id: each for each in await act.tx.scalars(wanted)}
    facts = [service.facts_of(each, known[each.declaration_id]) for each in found]
    return [
        CreditListingOut.of(each, available_actions(LISTING_STEPS, case, act.actor))
        for each, case in zip(found, facts, strict=True)
    ]


@routes.get("")
async def every_listing(
    act: CurrentAct,
    declaration_id: UUID | None = None,
    state: ListingState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[CreditListingOut]:
    """What platforms say about declarations that the caller may read, newest first."""
    query = store.seen_by(act.actor, declaration_id, state)
    found, cursor = await page(act.tx, query, CreditListing.id, first, after)
    return Page(items=await _told(act, found), next_cursor=cursor)


@routes.post(
    "/{listing_id}/set-aside",
    responses=refusals(CreditListingNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion),
)
async def set_aside(listing_id: UUID, body: SettingAsideIn, act: CurrentAct) -> Decided[CreditListingOut]:
    """Let what a platform says stop nothing, by a document and with the reason (provincial HRSS)."""
    row, basis = await service.set_aside(act, listing_id, body)
    return decided((await _told(act, [row]))[0], basis)
