"""What the inbox answers."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from services.kit.errors import Language
from services.kit.http import BasisOut


class MessageOut(BaseModel):
    """A message in the reader's language; `subject` names what it is about, as `kind/id`."""

    id: UUID
    type: str
    title: str
    body: str
    at: datetime
    read_at: datetime | None
    withdrawn_at: datetime | None
    subject: str
    organisation_id: UUID | None
    roles: list[str]
    legal: bool
    basis: list[BasisOut]

    @classmethod
    def of(cls, row: RowMapping, language: Language) -> Self:
        """The message of a row."""
        english = language is Language.EN
        return cls(
            id=row["id"],
            type=row["type"],
            title=row["title_en" if english else "title_zh"],
            body=row["body_en" if english else "body_zh"],
            at=row["at"],
            read_at=row["read_at"],
            withdrawn_at=row["withdrawn_at"],
            subject=row["subject"],
            organisation_id=row["organisation_id"],
            roles=row["roles"] or [],
            legal=row["legal"],
            basis=[BasisOut.model_validate(each) for each in row["basis"]],
        )


class Summary(BaseModel):
    """How many messages wait to be read; a thousand stands for whatever is more."""

    unread: int


class SeatCount(BaseModel):
    """How many messages wait for whoever holds a role at an organisation; one for several roles counts for each."""

    organisation_id: UUID
    role: str
    unread: int


class Counts(BaseModel):
    """Unread messages: in all, to the reader personally, by seat; the rest is for everybody, there or anywhere."""

    unread: int
    personal: int
    seats: list[SeatCount]
    cursor: str
    """A stream from here on tells whatever is not counted, and perhaps some of what is."""


class ThreadOut(BaseModel):
    """Messages about one thing (`kind/id`), told by the newest of them."""

    subject: str
    place: UUID
    messages: int
    unread: int
    latest: MessageOut

    @classmethod
    def of_thread(cls, row: RowMapping, language: Language) -> Self:
        """The thread of a row, which is that of its newest message."""
        latest = MessageOut.of(row, language)
        counted = {"messages": row["thread_messages"], "unread": row["thread_unread"]}
        return cls(subject=latest.subject, place=latest.id, latest=latest, **counted)


class ThreadIn(BaseModel):
    """A thread, by what it is about."""

    subject: str = Field(max_length=160)
