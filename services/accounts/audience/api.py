"""Readers over HTTP, for our own services alone: their ids, and where those are reached who told nothing else."""

from typing import Annotated

from fastapi import Query

from services.accounts.audience import store
from services.accounts.audience.errors import AudienceUnknown
from services.accounts.audience.schemas import ContactsOut, PeopleIn
from services.accounts.audience.states import Audience
from services.accounts.audience.store import Cursor
from services.accounts.contract import Reader, Role
from services.accounts.installation import CurrentInstallation
from services.accounts.organisation.errors import CursorWrong
from services.accounts.person import identity
from services.accounts.person import store as people
from services.kit import audit
from services.kit.auth import CurrentService, ServiceOnly
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Page, refusals, router

readers = router(prefix="/v1/readers", tags=["accounts"])
unremembered = router(prefix="/v1/readers", tags=["accounts"], idempotent=False)


@readers.get("", responses=refusals(ServiceOnly, AudienceUnknown, CursorWrong))
async def list_readers(
    _: CurrentService,
    tx: Tx,
    moment: CurrentMoment,
    audience: Annotated[str, Query(max_length=120, description="`seats/<id>`, `everyone` and so on")],
    roles: Annotated[
        list[Role] | None, Query(max_length=20, description="one of these is held there")
    ] = None,
    first: Annotated[int, Query(ge=1, le=1000, description="how many at most")] = 500,
    after: Annotated[str | None, Query(max_length=80, description="`next_cursor` of the page before")] = None,
) -> Page[Reader]:
    """Who reads for an audience now; who reads at several organisations of it may come on several pages."""
    try:
        whom = Audience.of(audience)
    except ValueError as error:
        raise AudienceUnknown(field="audience", audience=audience) from error
    try:
        behind = Cursor.of(after) if after else Cursor()
    except ValueError as error:
        raise CursorWrong(field="after") from error
    items, cursor = await store.page(tx, whom, roles, moment.today, first=first, after=behind)
    return Page(items=items, next_cursor=cursor)


@unremembered.post("/contacts", responses=refusals(ServiceOnly))
async def contacts(
    body: PeopleIn,
    service: CurrentService,
    tx: Tx,
    moment: CurrentMoment,
    installation: CurrentInstallation,
) -> ContactsOut:
    """Telephone and e-mail address of people, as accounts knows them (services only); audited once for all of them."""
    found = await people.looked_up(tx, body.person_ids, seen_by=service)
    await audit.record(
        tx,
        actor=service,
        action="person.OPEN_CONTACTS",
        subject="person",
        moment=moment,
        detail={"people": [str(each.id) for each in found]},
    )
    return ContactsOut(items=[identity.reached(installation.sealer, each) for each in found])
