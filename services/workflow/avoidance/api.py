"""The HTTP face of relations on record and of requests for avoidance."""

from uuid import UUID

from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion, available_actions
from services.workflow.act import Act, CurrentAct
from services.workflow.avoidance import errors, relation, request, store
from services.workflow.avoidance.model import AvoidanceRequest, Relation
from services.workflow.avoidance.schemas import (
    AvoidanceRequestIn,
    AvoidanceRequestOut,
    FoundRelationIn,
    RelationIn,
    RelationOut,
)
from services.workflow.avoidance.states import RelationAction, RequestAction, RequestState
from services.workflow.avoidance.steps import RELATION_STEPS, REQUEST_STEPS
from services.workflow.committee.errors import ExpertNotFound, OrganisationUnknown
from services.workflow.committee.organisations import KnownOrganisations
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.declaration.model import Declaration
from services.workflow.shapes import ActionIn

routes = router(prefix="/v1", tags=["avoidance"])

RECORDING = (DeclarationNotFound, errors.OneSomebody, errors.SomebodyElse)
STEPPING = (ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)
ASKING = (DeclarationNotFound, OrganisationUnknown, errors.NobodyNamed, errors.NotYourDeclaration)


@routes.post("/relations", status_code=201, responses=refusals(errors.NotInThePool, *RECORDING))
async def declare(body: RelationIn, act: CurrentAct) -> Decided[RelationOut]:
    """Put a relation of one's own on record, at any time (experts of the pool): it keeps one out of that review."""
    row, basis = await relation.declare(act, body)
    return decided(_told(row, act), [basis])


@routes.post(
    "/experts/{expert_id}/relations", status_code=201, responses=refusals(ExpertNotFound, *RECORDING)
)
async def note(expert_id: UUID, body: FoundRelationIn, act: CurrentAct) -> Decided[RelationOut]:
    """Put on record what a committee's office has found of an expert, with where it knows it from."""
    row, basis = await relation.note(act, expert_id, body)
    return decided(_told(row, act), [basis])


@routes.get("/relations")
async def every_relation(
    act: CurrentAct, expert_account_id: UUID | None = None, first: First = 20, after: After = None
) -> Page[RelationOut]:
    """The relations that the caller has put on record or his or her committee's office reads, newest first."""
    query = store.relations(act.actor, expert_account_id)
    found, cursor = await page(act.tx, query, Relation.id, first, after)
    return Page(items=[_told(each, act) for each in found], next_cursor=cursor)


@routes.post(
    "/relations/{relation_id}/actions/{action}", responses=refusals(errors.RelationNotFound, *STEPPING)
)
async def lift(
    relation_id: UUID, action: RelationAction, body: ActionIn, act: CurrentAct
) -> Decided[RelationOut]:
    """Lift a relation on record, with a reason (a committee's office)."""
    del action  # there is one
    row, basis = await relation.lift(act, relation_id, body.note, body.version)
    return decided(_told(row, act), basis)


@routes.post(
    "/declarations/{declaration_id}/avoidance-requests",
    status_code=201,
    responses=refusals(*ASKING, errors.RequestTooLate, errors.TooManyRequests),
)
async def ask(
    declaration_id: UUID, body: AvoidanceRequestIn, act: CurrentAct, known: KnownOrganisations
) -> Decided[AvoidanceRequestOut]:
    """Ask that an expert keep out of the review of one's declaration; the answer does not tell who is in the pool."""
    row, declaration, basis = await request.lodge(act, declaration_id, body, known)
    return decided(_asked(row, declaration, act, drawn=False), [basis])


@routes.get("/avoidance-requests")
async def every_request(
    act: CurrentAct,
    declaration_id: UUID | None = None,
    state: RequestState | None = None,
    first: First = 20,
    after: After = None,
) -> Page[AvoidanceRequestOut]:
    """The caller's own requests, and those that his or her committee's office decides on, newest first."""
    query = store.requests(act.actor, declaration_id, state)
    found, cursor = await page(act.tx, query, AvoidanceRequest.id, first, after)
    declarations = await store.behind(act.tx, {each.declaration_id for each in found})
    drawn = await store.drawn_for(act.tx, declarations.keys())
    items = [
        _asked(each, declarations[each.declaration_id], act, drawn=each.declaration_id in drawn)
        for each in found
    ]
    return Page(items=items, next_cursor=cursor)


@routes.post(
    "/avoidance-requests/{request_id}/actions/{action}",
    responses=refusals(errors.RequestNotFound, *STEPPING),
)
async def step(
    request_id: UUID, action: RequestAction, body: ActionIn, act: CurrentAct
) -> Decided[AvoidanceRequestOut]:
    """Decide on a request with a reason (the committee's office), or withdraw it (its author), before the draw."""
    row, declaration, basis = await request.step(act, request_id, action, body.note, body.version)
    return decided(_asked(row, declaration, act, drawn=False), basis)


def _told(row: Relation, act: Act) -> RelationOut:
    return RelationOut.of(row, available_actions(RELATION_STEPS, relation.facts_of(row), act.actor))


def _asked(row: AvoidanceRequest, declaration: Declaration, act: Act, *, drawn: bool) -> AvoidanceRequestOut:
    facts = request.facts_of(row, declaration, drawn=drawn)
    possible = [] if drawn else available_actions(REQUEST_STEPS, facts, act.actor)
    return AvoidanceRequestOut.of(row, possible)
