"""Accounts of an organisation over HTTP. None is for clients: what one does with an account id is its owner's own."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.accounts.contract import Role
from services.accounts.directory import service
from services.accounts.directory.schemas import (
    AccountPlaces,
    AccountsIn,
    ColleagueOut,
    SeenAccountOut,
    SeenAccounts,
)
from services.accounts.directory.store import Wanted
from services.accounts.installation import CurrentDesk
from services.accounts.sign_in.schemas import Name
from services.kit.auth import CurrentActor, RoleMissing
from services.kit.db import Tx
from services.kit.http import OWN, READS, Page, refusals, router
from services.kit.paging import After, First

directory = router(prefix="/v1", tags=["accounts"])

NamePart = Annotated[Name | None, Query(description="part of the name")]
Roles = Annotated[
    list[Role] | None,
    Query(max_length=10, description="only who holds, or is offered, one of these at this organisation"),
]


@directory.get(
    "/organisations/{organisation_id}/accounts", responses=refusals(RoleMissing), openapi_extra=OWN
)
async def list_accounts(
    organisation_id: UUID,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    role: Roles = None,
    q: NamePart = None,
    first: First = 50,
    after: After = None,
) -> Page[SeenAccountOut]:
    """Who has an account at an organisation that the caller manages, or is above: its staff, applicants and guests."""
    wanted = Wanted(role or (), q)
    items, cursor = await service.accounts_at(
        tx, desk, actor, organisation_id, wanted, first=first, after=after
    )
    return Page(items=items, next_cursor=cursor)


@directory.get(
    "/organisations/{organisation_id}/colleagues", responses=refusals(RoleMissing), openapi_extra=OWN
)
async def list_colleagues(
    organisation_id: UUID,
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    q: NamePart = None,
    first: First = 50,
    after: After = None,
) -> Page[ColleagueOut]:
    """Those to whom the caller may hand a role of his or her own there for a leave, by id and name."""
    items, cursor = await service.colleagues(tx, desk, actor, organisation_id, q, first=first, after=after)
    return Page(items=items, next_cursor=cursor)


@directory.post("/accounts/lookup", openapi_extra=OWN)
async def lookup(body: AccountsIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> SeenAccounts:
    """Accounts by id, each as far as the caller may see it."""
    return SeenAccounts(items=await service.looked_up(tx, desk, actor, body.ids))


@directory.post("/accounts/places", openapi_extra=READS)
async def places(body: AccountsIn, actor: CurrentActor, tx: Tx) -> AccountPlaces:
    """Who employs the owners of accounts now, and whether the accounts are in use; told to our own services alone."""
    return AccountPlaces(items=await service.places(tx, actor, body.ids))
