"""What the inbox answers."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel
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
            subject=row["subject"],
            organisation_id=row["organisation_id"],
            roles=row["roles"] or [],
            legal=row["legal"],
            basis=[BasisOut.model_validate(each) for each in row["basis"]],
        )


class Summary(BaseModel):
    """How many messages wait to be read; ten thousand stands for whatever is more."""

    unread: int
