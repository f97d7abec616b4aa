"""What a platform answers of a person, read strictly: it may be broken, meant for another question, or lie; then nothing of it is believed."""

from collections.abc import Collection
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

Document = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")
]


class Answer(BaseModel):
    """Whether the person is listed as barred; of who is: by which document, from when, until when (without end: null).

    `id` is that of the question: an answer to another one, out of some cache, is none.
    """

    model_config = ConfigDict(strict=True, frozen=True)

    id: str
    listed: bool
    document: Document | None = None
    begins: date | None = Field(None, alias="from")
    until: date | None = None


class AnswerBroken(Exception):
    """It is no answer to this question; the message says why, and repeats nothing of it."""


def read(answered: str, check_id: UUID, secret: Collection[str]) -> Answer:
    """The answer to a check; `secret` is what it may not give back to be kept.

    Raises:
        AnswerBroken: it is none, answers another question, or contradicts itself.
    """
    try:
        answer = Answer.model_validate_json(answered)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "body"
        raise AnswerBroken(f"no answer: {where[:40]}: {error.errors()[0]['type']}") from None
    if answer.id != str(check_id):
        raise AnswerBroken("it answers another question")
    if answer.listed and (answer.document is None or answer.begins is None):
        raise AnswerBroken("listed without document or first day")
    if not answer.listed and (answer.document or answer.begins or answer.until):
        raise AnswerBroken("not listed, and yet by a document or for a time")
    if answer.begins and answer.until and answer.until < answer.begins:
        raise AnswerBroken("it ends before it begins")
    if any(each in (answer.document or "") for each in secret):
        raise AnswerBroken("the document tells of the person")
    return answer
