"""Who lifts a relation on record, and who decides on a request for avoidance."""

from dataclasses import dataclass
from uuid import UUID

from services.accounts.contract import Role
from services.kit.auth import Actor, Seat
from services.kit.steps import Broken, Step, Steps, Taker, articles_used, rule
from services.workflow.avoidance.states import RelationAction, RelationState, RequestAction, RequestState


@dataclass(frozen=True, slots=True)
class RelationFacts:
    """A relation as its step sees it."""

    id: UUID
    state: RelationState
    version: int
    lineage: tuple[UUID, ...]
    expert_account_id: UUID
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request as its steps see it; `lineage` is the committee's office."""

    id: UUID
    state: RequestState
    version: int
    lineage: tuple[UUID, ...]
    account_id: UUID
    place: UUID
    """Where the declaration was begun."""
    drawn: bool = False
    reason: str | None = None


def _relation_office(actor: Actor, case: RelationFacts) -> Seat | None:
    """An office that reads it; nobody frees him- or herself."""
    if actor.id == case.expert_account_id:
        return None
    return actor.seat(Role.COMMITTEE_OFFICE, within=case.lineage)


def _request_office(actor: Actor, case: RequestFacts) -> Seat | None:
    """The committee's office; nobody decides on the own request."""
    if actor.id == case.account_id:
        return None
    return actor.seat(Role.COMMITTEE_OFFICE, within=case.lineage)


def _applicant(actor: Actor, case: RequestFacts) -> Seat | None:
    return applicants_seat(actor, case.place) if actor.id == case.account_id else None


def applicants_seat(actor: Actor, place: UUID) -> Seat:
    """The applicant's seat; who left the employer has none, and asks all the same."""
    left = Seat(role=Role.APPLICANT, organisation_id=place, lineage=())
    return actor.seat(Role.APPLICANT) or left


RELATION_OFFICE: Taker[RelationFacts] = Taker(
    Role.COMMITTEE_OFFICE, "评委会办事机构（本人除外）", _relation_office
)
REQUEST_OFFICE: Taker[RequestFacts] = Taker(
    Role.COMMITTEE_OFFICE, "评委会办事机构（本人除外）", _request_office
)
APPLICANT: Taker[RequestFacts] = Taker(Role.APPLICANT, "申报人本人", _applicant)


@rule(
    "REASON_MISSING",
    article="expert_relation",
    zh="解除在录的回避关系须说明理由",
    en="A relation on record is lifted with a reason.",
)
def lifted_with_reason(case: RelationFacts) -> Broken | None:
    """A relation on record is lifted with a reason (三（三）)."""
    return None if case.reason else Broken("没有说明理由", "Give the reason.", "note")


@rule(
    "REASON_MISSING",
    article="avoidance_request",
    zh="对回避申请的决定须说明理由",
    en="A request for avoidance is decided with a reason.",
)
def decided_with_reason(case: RequestFacts) -> Broken | None:
    """A request for avoidance is decided with a reason (三（三）)."""
    return None if case.reason else Broken("没有说明理由", "Give the reason.", "note")


@rule(
    "EXPERTS_DRAWN",
    article="avoidance_request",
    zh="回避申请在抽取评审专家前提出、决定或撤回",
    en="A request for avoidance is lodged, decided and withdrawn before the experts are drawn.",
)
def before_the_draw(case: RequestFacts) -> Broken | None:
    """Once the experts are drawn a request has counted or not (三（三）)."""
    return Broken("评审专家已经抽取", "The experts are drawn already.", "state") if case.drawn else None


DECIDING = (before_the_draw, decided_with_reason)

RELATION_STEPS: Steps[RelationFacts] = {
    (RelationState.ON_RECORD, RelationAction.LIFT): Step(
        RelationState.LIFTED, RELATION_OFFICE, "expert_relation", (lifted_with_reason,)
    ),
}

REQUEST_STEPS: Steps[RequestFacts] = {
    (RequestState.LODGED, RequestAction.UPHOLD): Step(
        RequestState.UPHELD, REQUEST_OFFICE, "avoidance_request", DECIDING
    ),
    (RequestState.LODGED, RequestAction.REJECT): Step(
        RequestState.REJECTED, REQUEST_OFFICE, "avoidance_request", DECIDING
    ),
    (RequestState.LODGED, RequestAction.WITHDRAW): Step(
        RequestState.WITHDRAWN, APPLICANT, "avoidance_request", (before_the_draw,)
    ),
}

ARTICLES = frozenset(articles_used(RELATION_STEPS) | articles_used(REQUEST_STEPS))
"""Every article that the code of this concept names."""
