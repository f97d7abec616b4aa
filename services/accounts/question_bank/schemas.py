"""Shapes of question banks over HTTP; with their answers they are read by the title office alone."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.accounts.question_bank.question import MOST_QUESTIONS, Question
from services.accounts.question_bank.states import Action, Kind, Source, State
from services.accounts.sign_in.schemas import Asked

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
TakenByCall = Literal[Action.PUBLISH, Action.RETIRE]


class BankIn(Asked):
    """Questions of a cycle, as a draft."""

    cycle: int = Field(ge=1, le=9999)
    title: Title
    questions: Annotated[list[Question], Field(min_length=1, max_length=MOST_QUESTIONS)]


class SheetLinkIn(Asked):
    """A sheet of questions that is to come."""

    cycle: int = Field(ge=1, le=9999)
    title: Title


class SheetLinkOut(BaseModel):
    """Where to PUT the sheet; the link is the right to do so."""

    upload_url: str
    expires_at: datetime
    limit_bytes: int


class BankActIn(Asked):
    """The version of the row that was read, where it is told, and a remark."""

    version: int | None = Field(None, ge=1, le=2**31 - 1)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None


class BankOptionOut(BaseModel):
    """An option."""

    id: str
    text: str


class BankQuestionOut(BaseModel):
    """A question with its answers."""

    id: str
    kind: Kind
    topic: str | None
    text: str
    options: list[BankOptionOut]
    answer: list[str]
    cite: str
    explanation: str

    @classmethod
    def of(cls, question: Question) -> "BankQuestionOut":
        """A question as it is told."""
        told = question.model_dump()
        options = [BankOptionOut(id=key, text=words) for key, words in question.options.items()]
        return cls.model_validate(told | {"options": options, "answer": list(question.answer)})


class BankOut(BaseModel):
    """A version, without its questions."""

    id: UUID
    cycle: int
    number: int
    title: str
    source: Source
    state: State
    created_at: datetime
    published_at: datetime | None
    version: int
    available_actions: list[Action]


class BankStepOut(BaseModel):
    """A line of a version's history."""

    action: str
    actor_name: str
    at: datetime
    note: str | None

    @classmethod
    def of(cls, line: dict[str, Any]) -> "BankStepOut":
        """A line as it is told."""
        return cls(action=line["action"], actor_name=line["actor_name"], at=line["at"], note=line["note"])


class BankWholeOut(BankOut):
    """A version with its questions and its history."""

    questions: list[BankQuestionOut]
    history: list[BankStepOut]
