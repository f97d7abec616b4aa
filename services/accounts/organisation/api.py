"""Organisations over HTTP: creating, explaining, reading, listing and searching them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import OrganisationKind, OrganisationNature
from services.accounts.installation import CurrentDesk
from services.accounts.organisation import errors, listing, service, store
from services.accounts.organisation.explaining import explanation
from services.accounts.organisation.life_api import life
from services.accounts.organisation.schemas import (
    Called,
    ExplainIn,
    ExplanationOut,
    LookupIn,
    NamesIn,
    OrganisationCreatedOut,
    OrganisationIn,
    OrganisationOut,
    Organisations,
    OrganisationWholeOut,
)
from services.accounts.organisation.states import State
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.schemas import ActivationOut
from services.kit.auth import CurrentActor, CurrentService, ServiceOnly
from services.kit.db import Tx
from services.kit.http import LAGS, READS, TELLS, Decided, Page, decided, language_of, refusals, router
from services.kit.paging import First

organisations = router(prefix="/v1/organisations", tags=["organisations"])

Part = Annotated[
    str | None,
    Query(
        min_length=1, max_length=120, description="part of a present or former name, or a code's beginning"
    ),
]
Region = Annotated[str | None, Query(max_length=6, description="in this division or in one that lies in it")]
After = Annotated[str | None, Query(max_length=60, description="`next_cursor` of the page before")]

CREATION = (
    errors.RegionUnknown,
    errors.RegionFormer,
    errors.OrganisationNotInUse,
    errors.RootIsGiven,
    errors.NotYoursToCreate,
    errors.DepartmentCreatesNothing,
    errors.BelongsToAnother,
    errors.CountsAsAnother,
    errors.OutsideYourRegion,
    errors.OrganisationMalformed,
    errors.OrganisationExists,
    LoginTaken,
)


@organisations.post("", status_code=201, responses=refusals(*CREATION))
async def create(
    body: OrganisationIn, actor: CurrentActor, desk: CurrentDesk, tx: Tx
) -> Decided[OrganisationCreatedOut]:
    """Create an organisation directly below one that the caller manages."""
    organisation_id, code, basis = await service.create(tx, desk, actor, body)
    [created] = await store.described(tx, [organisation_id], desk.policy.placed)
    activation = ActivationOut.told(code, actor)
    return decided(OrganisationCreatedOut(organisation=created, activation=activation), basis)


@organisations.post(
    "/explain-creation",
    openapi_extra=READS,
    responses=refusals(
        errors.RegionUnknown, errors.RegionFormer, errors.OrganisationNotFound, errors.OrganisationNotInUse
    ),
)
async def explain_creation(
    body: ExplainIn, request: Request, _: CurrentActor, desk: CurrentDesk, tx: Tx
) -> ExplanationOut:
    """Say what would come of a creation, who may create it, and all that a creator may create; nothing is created."""
    verdict, possible = await service.explain(tx, desk, body)
    allowed = verdict.refusal is None and body.creator_id is not None
    if body.proposal is None:
        allowed = bool(possible)
    return explanation(verdict, possible, allowed, desk.policy.articles, language_of(request))


@organisations.post("/lookup", openapi_extra=READS | TELLS)
async def lookup(body: LookupIn, _: CurrentActor, desk: CurrentDesk, tx: Tx) -> Organisations:
    """Organisations by id, for anyone signed in: names and lineages are no secret."""
    return Organisations(items=await store.described(tx, body.ids, desk.policy.placed))


@organisations.post("/called", openapi_extra=READS, responses=refusals(ServiceOnly))
async def called(body: NamesIn, _: CurrentService, tx: Tx) -> Called:
    """The organisations of a subtree that have, or had, some names (services only): a file names issuers so."""
    return Called(items=await store.called(tx, body.below, body.names))


@organisations.get("/{organisation_id}", responses=refusals(errors.OrganisationNotFound))
async def read(organisation_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> OrganisationWholeOut:
    """An organisation in the caller's subtree, or above the caller, with its contact and former names."""
    return await listing.whole(tx, desk, actor, organisation_id)


@organisations.get(
    "",
    responses=refusals(errors.OrganisationNotFound, errors.RegionUnknown, errors.CursorWrong),
    openapi_extra=LAGS,
)
async def list_organisations(  # noqa: PLR0913 - what a list is narrowed to, each by its own name
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    parent_id: Annotated[UUID | None, Query(description="directly below this one")] = None,
    below: Annotated[UUID | None, Query(description="in the subtree of this one, itself included")] = None,
    kind: OrganisationKind | None = None,
    nature: OrganisationNature | None = None,
    state: State | None = None,
    region_code: Region = None,
    q: Part = None,
    first: First = 50,
    after: After = None,
) -> Page[OrganisationOut]:
    """The organisations of the caller's subtrees: newest first; or, with `q`, the best match first."""
    wanted = listing.Wanted(parent_id, below, kind, nature, state, region_code, q)
    within = authorization.scope(Act.LIST_ORGANISATIONS, actor)
    return await listing.listed(tx, desk, actor, within, wanted, first=first, after=after)


organisations.routes.extend(life.routes)
