"""Shapes of lists of entitled people."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from services.workflow.entitlement.states import ListAction, ListState
from services.workflow.shapes import In, Line, Out, Stated, without_nul

Number = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(without_nul)
]
Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(without_nul)
]
Changing = Literal[ListAction.ADD, ListAction.REMOVE]


class ListIn(In):
    """A list of a cycle, by the document that determines the persons."""

    cycle_id: UUID
    title: Line
    document_number: Number


class EntryIn(In):
    """Whom to put on the list or take off it, and why; `version` is what the caller has read of the list."""

    person_id: UUID
    action: Changing
    reason: Reason
    version: int | None = Field(None, ge=1)


class ListOut(Stated):
    """A list; it counts once it is PUBLISHED."""

    id: UUID
    cycle_id: UUID
    title: str
    document_number: str
    state: ListState
    published_at: datetime | None
    organisation_id: UUID
    created_at: datetime
    version: int


class EntryOut(Out):
    """That a person was put on the list or taken off it; `listed`: it is the person's last entry, and an addition."""

    id: UUID
    person_id: UUID
    person_name: str
    action: ListAction
    reason: str
    actor_name: str
    at: datetime
    listed: bool
