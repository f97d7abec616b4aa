"""Shapes of relations and of requests for avoidance."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from services.workflow.avoidance.states import RelationKind, RelationState, RequestState, Source
from services.workflow.shapes import In, Line, Stated

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class RelationIn(In):
    """What ties the caller, an expert, to somebody: one account, person, or declaration that the caller may see."""

    kind: RelationKind
    account_id: UUID | None = None
    person_id: UUID | None = None
    declaration_id: UUID | None = Field(None, description="one of the agenda, or of the office")
    note: Reason


class FoundRelationIn(RelationIn):
    """What an office has found of an expert; `origin` says where it knows it from."""

    origin: Reason


class RelationOut(Stated):
    """A relation, as its author and the office read it."""

    id: UUID
    expert_account_id: UUID
    kind: RelationKind
    source: Source
    account_id: UUID | None
    person_id: UUID | None
    declaration_id: UUID | None
    note: str
    origin: str | None
    recorded_on: date
    state: RelationState
    version: int


class AvoidanceRequestIn(In):
    """Whom the applicant wants kept out, and why: an expert's id, or a name and where that one works."""

    expert_id: UUID | None = None
    expert_name: Line | None = None
    organisation_id: UUID | None = None
    reason: Reason


class AvoidanceRequestOut(Stated):
    """A request, as its author and the committee's office read it; nothing tells whether it names anybody."""

    id: UUID
    declaration_id: UUID
    expert_id: UUID | None
    expert_name: str | None
    organisation_id: UUID | None
    reason: str
    lodged_on: date
    state: RequestState
    decision: str | None
    decided_on: date | None
    version: int
