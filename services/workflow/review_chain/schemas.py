"""Shapes of answers to what came back to a level."""

from datetime import datetime
from uuid import UUID

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
