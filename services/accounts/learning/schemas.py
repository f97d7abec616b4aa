"""Shapes of the online test over HTTP. A right answer never leaves before the paper is judged."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.accounts.learning.states import State
from services.accounts.sign_in.schemas import Asked


class GuideOut(BaseModel):
    """Something to read or watch."""

    code: str
    kind: str
    title: str
    cite: str
    body: str
    url: str | None


class Guides(BaseModel):
    """All there is to learn from, and how the test is judged."""

    items: list[GuideOut]
    cycle: int
    questions: int
    pass_mark: int


class OptionOut(BaseModel):
    """One option of a question."""

    id: str
    text: str


class QuestionOut(BaseModel):
    """A question as it is asked."""

    id: str
    text: str
    options: list[OptionOut]


class WrongOut(BaseModel):
    """A question not answered rightly: where to read, and why."""

    question_id: str
    cite: str
    explanation: str


class AttemptIn(Asked):
    """The cycle whose test is taken."""

    cycle: int


class AnswersIn(Asked):
    """The option chosen for each question."""

    answers: dict[str, str] = Field(max_length=200)


class AttemptOut(BaseModel):
    """An attempt; score and `wrong` are told once it is judged."""

    id: UUID
    cycle: int
    questions: list[QuestionOut]
    state: State
    score: int | None
    pass_mark: int
    wrong: list[WrongOut] = []
    version: int


class StandingOut(BaseModel):
    """How a person stands in the test of a cycle."""

    passed: bool
    passed_at: datetime | None
    attempts: int
