"""The HTTP face of publicities: anybody reads them, anybody may object."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.kit.auth import PerhapsActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.workflow.authorship import AnonymousWithoutKey, SignInToBeNamed, author_of
from services.workflow.policy import CurrentPolicies
from services.workflow.publicity import service, store
from services.workflow.publicity.errors import (
    PublicityClosed,
    PublicityEnded,
    PublicityNotFound,
)
from services.workflow.publicity.model import Publicity
from services.workflow.publicity.objection import receive
from services.workflow.publicity.objection_api import routes as objections
from services.workflow.publicity.schemas import ObjectionIn, ObjectionReceipt, PublicityOut
from services.workflow.publicity.states import PublicityKind

routes = router(prefix="/v1", tags=["publicity"])
objecting = router(idempotent=False)
"""An objection leaves no key of its author: written at the same instant, it would tell who objected."""
Running = Annotated[bool, Query(description="only those that take objections today")]


@routes.get("/publicities")
async def every_publicity(  # noqa: PLR0913 - what a list is narrowed to, each by its own name
    tx: Tx,
    moment: CurrentMoment,
    actor: PerhapsActor,
    policies: CurrentPolicies,
    kind: PublicityKind | None = None,
    organisation_id: UUID | None = None,
    cycle_id: UUID | None = None,
    running: Running = False,
    first: First = 20,
    after: After = None,
) -> Page[PublicityOut]:
    """The publicities, newest first; public."""
    query = store.publicities(kind, organisation_id, cycle_id, moment.today if running else None)
    found, cursor = await page(tx, query, Publicity.id, first, after)
    standing = await service.standings(tx, [each.id for each in found])
    notices = await service.policies_of(tx, found, policies)
    items = [
        PublicityOut.of(each, standing[each.id], moment, notices[each.cycle_id], actor) for each in found
    ]
    return Page(items=items, next_cursor=cursor)


@routes.get("/publicities/{publicity_id}", responses=refusals(PublicityNotFound))
async def one_publicity(
    publicity_id: UUID, tx: Tx, moment: CurrentMoment, actor: PerhapsActor, policies: CurrentPolicies
) -> PublicityOut:
    """One publicity; public."""
    publicity = await store.get(tx, publicity_id)
    standing = await service.standing(tx, publicity_id)
    return PublicityOut.of(
        publicity, standing, moment, await service.policy_of(tx, publicity, policies), actor
    )


@objecting.post(
    "/publicities/{publicity_id}/objections",
    status_code=201,
    responses=refusals(
        PublicityNotFound, PublicityClosed, PublicityEnded, SignInToBeNamed, AnonymousWithoutKey
    ),
)
async def object_to(
    publicity_id: UUID,
    body: ObjectionIn,
    request: Request,
    actor: PerhapsActor,
    tx: Tx,
    moment: CurrentMoment,
    policies: CurrentPolicies,
) -> Decided[ObjectionReceipt]:
    """Object, named (signed in) or anonymously; the objection holds the decision until it is decided itself."""
    publicity = await store.get(tx, publicity_id)
    author = author_of(request, actor, anonymous=body.anonymous)
    articles = (await service.policy_of(tx, publicity, policies)).articles
    sealer = request.app.state.sealer
    objection = await receive(tx, publicity, body.text, author, moment, articles, sealer)
    return decided(ObjectionReceipt.model_validate(objection), [articles["objection_handled"]])


routes.include_router(objecting)
routes.include_router(objections)
