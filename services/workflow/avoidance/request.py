"""Applicants ask that somebody keep out; the committee's office decides, and none of it tells who is in the pool."""

from uuid import UUID

from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.outbox import publish
from services.kit.steps import decide
from services.workflow import rows
from services.workflow.act import Act
from services.workflow.avoidance import store
from services.workflow.avoidance.errors import (
    NobodyNamed,
    NotYourDeclaration,
    RequestTooLate,
    TooManyRequests,
)
from services.workflow.avoidance.model import AvoidanceRequest
from services.workflow.avoidance.schemas import AvoidanceRequestIn
from services.workflow.avoidance.states import RequestAction, RequestState
from services.workflow.avoidance.steps import REQUEST_STEPS, RequestFacts, applicants_seat
from services.workflow.committee.organisations import Organisations
from services.workflow.contract import AvoidanceRequestMoved
from services.workflow.declaration import store as declarations
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import UNFINISHED, State

TO_BE_HEARD = frozenset({*UNFINISHED, State.ACCEPTED, State.IN_MEETING})
"""Declarations that a meeting may still hear."""


async def lodge(
    act: Act, declaration_id: UUID, body: AvoidanceRequestIn, known: Organisations
) -> tuple[AvoidanceRequest, Declaration, Basis]:
    """Take a request; the same is answered whether or not anybody of that name is in the pool, which is not asked.

    Raises:
        NobodyNamed: neither an id, nor a name with a unit.
        OrganisationUnknown: there is no such unit.
        NotYourDeclaration: another's.
        RequestTooLate: the experts are drawn, or the review is over.
        TooManyRequests: the declaration has as many as the policy allows.
    """
    _require_one_named(body)
    if body.organisation_id is not None:
        await known.find([body.organisation_id])
    declaration = await declarations.lock(act.tx, declaration_id, act.actor)
    policy = act.policies[declaration.policy]
    basis = policy.articles["avoidance_request"]
    if act.actor.id != declaration.account_id:
        raise NotYourDeclaration(basis=[basis])
    if declaration.state not in TO_BE_HEARD or await store.drawn_for(act.tx, [declaration.id]):
        raise RequestTooLate(basis=[basis])
    most = policy.avoidance.requests.per_declaration
    if await store.lodged(act.tx, declaration.id) >= most:
        raise TooManyRequests(most=most, basis=[basis])
    request = _new(act, declaration, body)
    seat = applicants_seat(act.actor, declaration.lineage[-1])
    await rows.begin(act, request, seat, basis=[basis])
    await publish(act.tx, _moved(request, declaration, "LODGE", request.state), act.moment)
    return request, declaration, basis


def _require_one_named(body: AvoidanceRequestIn) -> None:
    by_name = body.expert_name is not None and body.organisation_id is not None
    nothing = body.expert_name is None and body.organisation_id is None
    if by_name is (body.expert_id is not None) or not (by_name or nothing):
        raise NobodyNamed(field="expert_id")


def _new(act: Act, declaration: Declaration, body: AvoidanceRequestIn) -> AvoidanceRequest:
    return AvoidanceRequest(
        id=new_id(),
        province=act.province,
        declaration_id=declaration.id,
        account_id=act.actor.id,
        lodged_on=act.moment.today,
        state=RequestState.LODGED,
        **body.model_dump(),
    )


async def step(
    act: Act, request_id: UUID, action: RequestAction, reason: str | None, version: int | None
) -> tuple[AvoidanceRequest, Declaration, tuple[Basis, ...]]:
    """Decide on a request, or withdraw it; it and the draw wait for each other on the declaration.

    Raises:
        RequestNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion: nothing was changed.
    """
    request = await store.request(act.tx, request_id, act.actor)
    declaration = await declarations.lock_any(act.tx, request.declaration_id)
    await act.tx.refresh(request)
    drawn = bool(await store.drawn_for(act.tx, [declaration.id]))
    facts = facts_of(request, declaration, drawn=drawn, reason=reason)
    articles = act.policies[declaration.policy].articles
    move = decide(REQUEST_STEPS, facts, action, act.actor, articles, version=version)
    decided = {} if action is RequestAction.WITHDRAW else {"decision": reason, "decided_on": act.moment.today}
    event = _moved(request, declaration, action, move.after)
    await rows.take(act, request, move, event=event, note=reason, **decided)
    return request, declaration, move.basis


def facts_of(
    request: AvoidanceRequest, declaration: Declaration, *, drawn: bool, reason: str | None = None
) -> RequestFacts:
    """A request as its steps see it."""
    return RequestFacts(
        request.id,
        RequestState(request.state),
        request.version,
        (declaration.office_id,),
        request.account_id,
        declaration.lineage[-1],
        drawn=drawn,
        reason=reason,
    )


def _moved(
    request: AvoidanceRequest, declaration: Declaration, action: str, after: str
) -> AvoidanceRequestMoved:
    return AvoidanceRequestMoved(
        request_id=request.id,
        declaration_id=declaration.id,
        number=declaration.number,
        account_id=request.account_id,
        office_id=declaration.office_id,
        action=action,
        after=after,
    )
