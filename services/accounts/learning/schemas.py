"""Shapes of the online test over HTTP. A right answer never leaves before the paper is judged."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.accounts.learning.states import GuideKind, State
from services.accounts.question_bank.states import Kind
from services.accounts.sign_in.schemas import Asked

Key = Annotated[str, StringConstraints(max_length=40)]
Cycle = Annotated[int, Field(ge=1, le=9999)]


class GuideFileOut(BaseModel):
    """A file to be fetched."""

    path: str
    media_type: str
    size: int
    sha256: str


class GuideOut(BaseModel):
    """Something to read or watch."""

    code: str
    kind: GuideKind
    title: str
    cite: str
    body: str
    url: str | None
    seconds: int | None
    file: GuideFileOut | None


class Guides(BaseModel):
    """All there is to learn from, and how the test is held and judged."""

    items: list[GuideOut]
    cycle: int
    questions: int
    pass_mark: int
    minutes: int
    pause_minutes: int
    attempts_per_day: int


class OptionOut(BaseModel):
    """One option of a question."""

    id: str
    text: str


class QuestionOut(BaseModel):
    """A question as it is asked."""

    id: str
    kind: Kind
    text: str
    options: list[OptionOut]


class WrongOut(BaseModel):
    """A question not answered rightly: where to read, and why."""

    question_id: str
    cite: str
    explanation: str


class AttemptIn(Asked):
    """The cycle whose test is taken."""

    cycle: Cycle


class AnswersIn(Asked):
    """The option or options chosen for each question."""

    answers: dict[Key, Key | Annotated[list[Key], Field(max_length=12)]] = Field(max_length=200)

    @property
    def chosen(self) -> dict[str, list[str]]:
        """A list for each question."""
        return {key: [given] if isinstance(given, str) else given for key, given in self.answers.items()}


class SavedOut(BaseModel):
    """What was answered to a question so far."""

    question_id: str
    option_ids: list[str]


class TriedOut(BaseModel):
    """An attempt in a list of the caller's own."""

    id: UUID
    cycle: int
    state: State
    score: int | None
    pass_mark: int
    begun_at: datetime
    expires_at: datetime | None
    judged_at: datetime | None
    timed_out: bool
    version: int


class AttemptOut(TriedOut):
    """An attempt with its questions; score and `wrong` are told once it is judged."""

    bank_number: int | None
    questions: list[QuestionOut]
    answers: list[SavedOut]
    wrong: list[WrongOut] = []


class StandingOut(BaseModel):
    """How a person stands in the test of a cycle."""

    passed: bool
    passed_at: datetime | None
    attempts: int


class FiguresOut(BaseModel):
    """How an organisation's people stand: how many there are, passed, only failed, never tried."""

    cycle: int
    people: int
    passed: int
    failed: int
    untried: int


class UnitFiguresOut(FiguresOut):
    """The same for a unit."""

    id: UUID
    name: str


class WaitingOut(BaseModel):
    """Someone who has not passed yet."""

    id: UUID
    name: str
    employer_id: UUID | None
    department_id: UUID | None
    attempts: int
    last_score: int | None
    last_at: datetime | None
