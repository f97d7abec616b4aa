"""Organisations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from services.accounts import authorization
from services.accounts.authorization import Act
from services.accounts.contract import OrganisationKind
from services.accounts.installation import CurrentDesk
from services.accounts.organisation import errors, service, store
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.rules import Verdict
from services.accounts.organisation.schemas import (
    ExplainIn,
    ExplanationOut,
    LookupIn,
    OrganisationCreatedOut,
    OrganisationIn,
    OrganisationOut,
    Organisations,
    ReasonOut,
    WhoMayOut,
)
from services.accounts.organisation.store import Filter
from services.accounts.sign_in.errors import LoginTaken
from services.accounts.sign_in.schemas import ActivationOut
from services.kit.auth import CurrentActor
from services.kit.db import Tx
from services.kit.errors import Language
from services.kit.http import BasisOut, Decided, Page, decided, language_of, refusals, router
from services.kit.paging import After, First, page

organisations = router(prefix="/v1/organisations", tags=["organisations"])

Part = Annotated[str | None, Query(max_length=120, description="part of the name")]

CREATION = (
    service.RegionUnknown,
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
    [created] = await store.described(tx, [organisation_id], desk.policy.regions)
    activation = ActivationOut.model_validate(code, from_attributes=True)
    return decided(OrganisationCreatedOut(organisation=created, activation=activation), basis)


@organisations.post(
    "/explain-creation", responses=refusals(service.RegionUnknown, errors.OrganisationNotFound)
)
async def explain_creation(
    body: ExplainIn, request: Request, _: CurrentActor, desk: CurrentDesk, tx: Tx
) -> ExplanationOut:
    """Say what would come of a creation, and who may create it; nothing is created."""
    verdict = await service.explain(tx, desk, body, body.creator_id)
    allowed = verdict.refusal is None and body.creator_id is not None
    return _explanation(verdict, allowed, language_of(request))


@organisations.post("/lookup")
async def lookup(body: LookupIn, _: CurrentActor, desk: CurrentDesk, tx: Tx) -> Organisations:
    """Organisations by id, for anyone signed in: names and lineages are no secret."""
    return Organisations(items=await store.described(tx, body.ids, desk.policy.regions))


@organisations.get("/{organisation_id}", responses=refusals(errors.OrganisationNotFound))
async def read(organisation_id: UUID, actor: CurrentActor, desk: CurrentDesk, tx: Tx) -> OrganisationOut:
    """An organisation in the caller's subtree, or above the caller."""
    found = await store.described(tx, [organisation_id], desk.policy.regions)
    if not found or not authorization.sees_organisation(
        actor, organisation_id, [n.id for n in found[0].lineage]
    ):
        raise errors.OrganisationNotFound
    return found[0]


@organisations.get("", responses=refusals())
async def list_organisations(
    actor: CurrentActor,
    desk: CurrentDesk,
    tx: Tx,
    parent_id: UUID | None = None,
    kind: OrganisationKind | None = None,
    q: Part = None,
    first: First = 50,
    after: After = None,
) -> Page[OrganisationOut]:
    """The organisations of the caller's subtrees, newest first; `q` is part of a name."""
    narrow = Filter(authorization.scope(Act.LIST_ORGANISATIONS, actor), parent_id, kind, q)
    rows, cursor = await page(tx, store.narrowed(narrow), Organisation.id, first, after)
    items = await store.described(tx, [row.id for row in rows], desk.policy.regions)
    return Page(items=items, next_cursor=cursor)


def _explanation(verdict: Verdict, allowed: bool, language: Language) -> ExplanationOut:
    refusal = verdict.refusal
    reason = (
        ReasonOut(code=refusal.code, message=refusal.message(language), field=refusal.field)
        if refusal
        else None
    )
    return ExplanationOut(
        allowed=allowed,
        refusal=reason,
        who_may=[
            WhoMayOut(
                kind=who.kind,
                level=who.level,
                industry=who.industry,
                region_code=who.region.code if who.region else None,
                region_name=who.region.name if who.region else None,
                summary=who.summary(language),
            )
            for who in verdict.who_may
        ],
        basis=[BasisOut(cite=b.cite, summary=b.summary) for b in verdict.basis],
    )
