"""Shapes of the chain as it is shown in advance, and of answers to what came back to a level."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.accounts.contract import Role
from services.workflow.shapes import In, Line, Out, Prose


class AnswerIn(In):
    """What the level below answers to one thing that came back to it."""

    item: Line
    answer: Prose


class AnsweredOut(Out):
    """What the level below answered to one thing that came back to it."""

    item: str
    answer: str


class ReturnAnswerOut(Out):
    """The answers with which the level below passed on what had come back to it."""

    organisation_id: UUID
    reviewer_name: str
    answers: list[AnsweredOut]
    round: int
    answered_at: datetime


class AnsweringOut(Out):
    """Who answered for a declaration at a body, by which step, when."""

    reviewer_name: str
    action: str
    endorsed_at: datetime


class StationOut(Out):
    """One body of the chain; `state` is WAITING, CURRENT or DONE."""

    organisation_id: UUID
    name: str
    kind: str | None = Field(description="none: the office of the committee")
    level: str | None
    role: Role
    state: str
    came_at: datetime | None = None
    due_on: date | None = Field(None, description="by when at the latest it is done; none: not any more")
    went_at: datetime | None = None
    answered_by: list[AnsweringOut] = Field(default_factory=list)


class ReviewChainOut(Out):
    """The bodies that review in turn, the committee's office last; as it is, or as it would be."""

    committee_id: UUID | None = Field(description="none: no committee is competent yet")
    committee_name: str | None
    stations: list[StationOut]


class ChainOfOut(ReviewChainOut):
    """The chain of the declaration with this id."""

    id: UUID
