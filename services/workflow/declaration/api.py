"""Declarations over HTTP."""

from dataclasses import asdict, replace
from typing import Literal
from uuid import UUID

from sqlalchemy import select

from services.kit.errors import Unavailable
from services.kit.http import LAGS, READS, TELLS, Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion
from services.workflow.batch.errors import NoBatchOpen
from services.workflow.committee.errors import NoCommittee
from services.workflow.criteria.errors import NoCriteriaInForce
from services.workflow.cycle.errors import (
    CycleNotFound,
    DecidedByExamination,
    FeaturedElsewhere,
    OutsideWindow,
    PassMarkNotPublished,
    SeriesNotArranged,
    SpecialtyNotFiled,
    SpecialtyPast,
)
from services.workflow.declaration import creation, errors, projection, saving, service, store, telling
from services.workflow.declaration.call import CurrentCall
from services.workflow.declaration.case import Answered, JudgedItem, Returned
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.schemas import (
    ContentIn,
    DeclarationIn,
    DeclarationOut,
    LookupIn,
    ReviewIn,
    findings_of,
)
from services.workflow.declaration.section_schemas import SavedOut, SectionIn
from services.workflow.declaration.states import ReviewAction, State
from services.workflow.recommendation.errors import RecommendationNotFound
from services.workflow.review_chain import returns
from services.workflow.route.errors import RouteNotOpen

routes = router(prefix="/v1/declarations", tags=["declaration"])


@routes.post(
    "",
    status_code=201,
    responses=refusals(
        RecommendationNotFound,
        errors.NotRecommended,
        errors.DeclaredThroughUnit,
        errors.NoCountyAbove,
        NoBatchOpen,
        CycleNotFound,
        SpecialtyNotFiled,
        FeaturedElsewhere,
        SpecialtyPast,
        DecidedByExamination,
        errors.TestNotPassed,
        errors.OneDeclarationAYear,
        errors.CommitteeFixed,
        errors.CommitteeNotCompetent,
        OutsideWindow,
        PassMarkNotPublished,
        SeriesNotArranged,
        RouteNotOpen,
        NoCriteriaInForce,
        NoCommittee,
        Unavailable,
    ),
)
async def create(body: DeclarationIn, call: CurrentCall) -> Decided[DeclarationOut]:
    """Begin a declaration: on a confirmed recommendation of the caller, or directly where the caller has no employer.

    A draft whose recommendation ended with a change of employer is resumed, with all that was written and uploaded.
    """
    declaration, basis = await creation.create(call, body)
    return decided(await telling.whole(call, declaration), basis)


@routes.put(
    "/{declaration_id}",
    responses=refusals(
        errors.DeclarationNotFound, errors.NotWithApplicant, errors.NotReturned, StaleVersion, RulesBroken
    ),
)
async def edit(declaration_id: UUID, body: ContentIn, call: CurrentCall) -> Decided[DeclarationOut]:
    """Write the content anew, over the version that was read."""
    declaration, basis = await service.edit(call, declaration_id, body.content, body.version)
    return decided(await telling.whole(call, declaration), basis)


@routes.put(
    "/{declaration_id}/sections/{section}",
    responses=refusals(
        errors.SectionUnknown,
        errors.DeclarationNotFound,
        errors.NotWithApplicant,
        errors.NotReturned,
        StaleVersion,
        RulesBroken,
    ),
)
async def save(declaration_id: UUID, section: str, body: SectionIn, call: CurrentCall) -> Decided[SavedOut]:
    """Save one section as it is written, finished or not, over the section that was read."""
    saved, basis = await saving.save(call, declaration_id, section, body.value, body.base)
    findings = findings_of(saved.findings, call.language)
    return decided(SavedOut(**asdict(replace(saved, findings=())) | {"findings": findings}), basis)


@routes.post(
    "/{declaration_id}/actions/{action}",
    responses=refusals(
        errors.DeclarationNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion
    ),
)
async def act(
    declaration_id: UUID, action: ReviewAction, call: CurrentCall, body: ReviewIn | None = None
) -> Decided[DeclarationOut]:
    """Submit, endorse, pass on, send back one level, refuse, accept, withdraw, or end what came before no meeting."""
    given = body or ReviewIn()
    items = tuple(Returned(each.item, each.reason) for each in given.items)
    answers = tuple(Answered(each.item, each.answer) for each in given.answers)
    judgements = tuple(JudgedItem(each.item, each.met, each.note) for each in given.judgements)
    asked = returns.Asked(given.version, given.note, items, answers, given.document_number, judgements)
    declaration, basis = await service.review(call, declaration_id, action, asked)
    return decided(await telling.whole(call, declaration), basis)


@routes.get("", openapi_extra=LAGS)
async def listed(  # noqa: PLR0913 - what a list is narrowed to, each by its own name
    call: CurrentCall,
    awaiting: Literal["me"] | None = None,
    cycle_id: UUID | None = None,
    state: State | None = None,
    unit_id: UUID | None = None,
    committee_id: UUID | None = None,
    batch_id: UUID | None = None,
    fields: projection.Fields = None,
    first: First = 20,
    after: After = None,
) -> Page[DeclarationOut]:
    """What the caller may read, newest first; `awaiting=me`: what waits for the caller's own hand."""
    query = select(Declaration).where(store.awaiting(call.actor) if awaiting else store.visible(call.actor))
    wanted = {
        Declaration.cycle_id: cycle_id,
        Declaration.state: state,
        Declaration.unit_id: unit_id,
        Declaration.committee_id: committee_id,
        Declaration.batch_id: batch_id,
    }
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    parts = projection.asked(fields)
    found, cursor = await page(call.tx, projection.reading(query, parts), Declaration.id, first, after)
    return Page(items=await telling.several(call, found, parts), next_cursor=cursor)


@routes.post("/lookup", openapi_extra=READS | TELLS)
async def lookup(body: LookupIn, call: CurrentCall) -> Page[DeclarationOut]:
    """Declarations by id, with the fields asked for; what there is not, or is not the caller's to read, is left out."""
    parts = projection.asked(body.fields)
    found = await store.looked_up(call.tx, body.ids, call.actor, parts)
    return Page(items=await telling.several(call, found, parts))


@routes.get("/{declaration_id}", responses=refusals(errors.DeclarationNotFound), openapi_extra=TELLS)
async def read(
    declaration_id: UUID, call: CurrentCall, fields: projection.FieldsOfOne = None
) -> DeclarationOut:
    """One declaration, whole or the larger fields asked for."""
    row = await store.get(call.tx, declaration_id, call.actor)
    return await telling.whole(call, row, projection.asked_of_one(fields))
