"""Messages as rows: one for each audience, whoever belongs to it; who has read it is kept by account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.notifications.base import Base


class Message(Keyed, Base):
    """One notice to one audience, in the words it was sent with; withdrawn, it says so before them, and waits to be read no more."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_audience", "audience", "id"),
        Index("ix_message_thread", "audience", "subject", "id"),
        UniqueConstraint("event_id", "audience", "template"),
    )

    audience: Mapped[str] = mapped_column(String(120))
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    """Roles that one of must be held in the audience; None: whoever belongs to it."""
    organisation_id: Mapped[UUID | None]
    event_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(120))
    template: Mapped[str] = mapped_column(String(80))
    template_version: Mapped[int] = mapped_column(server_default="1")
    subject: Mapped[str] = mapped_column(String(160))
    legal: Mapped[bool]
    at: Mapped[datetime]
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    body_zh: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    basis: Mapped[list[dict[str, Any]]]
    withdrawn_at: Mapped[datetime | None]


def named(alias: str) -> str:
    """The columns of a message in SQL: a prepared statement that takes whatever there is breaks off once a migration adds one."""
    return ", ".join(f"{alias}.{column.name}" for column in Message.__table__.columns)


class MessageRead(Base):
    """That an account has read a message, and when."""

    __tablename__ = "message_read"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), primary_key=True)
    read_at: Mapped[datetime]


class ReadMark(Base):
    """Up to which message an account has read everything of an audience: counting starts behind it."""

    __tablename__ = "read_mark"

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(400), primary_key=True)
    """The audience and the roles it was read in: who gains a role there starts anew."""
    up_to: Mapped[UUID]
