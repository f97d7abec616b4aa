"""Changes of inboxes as rows, for some days: what is told live, in the order in which transactions are over."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, SmallInteger, String, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base

OWN_TRANSACTION = text("(pg_current_xact_id()::text::bigint)")


class Change(Base):
    """A message that came or was withdrawn, or that an account has read one or all; addressed as messages are.

    No foreign key leads to the message: rows go after some days, and nothing waits for them.
    """

    __tablename__ = "inbox_change"
    __table_args__ = (
        Index("ix_inbox_change_audience", "audience", "xid", "seq"),
        Index("ix_inbox_change_created_at", "created_at"),
    )

    xid: Mapped[int] = mapped_column(BigInteger, primary_key=True, server_default=OWN_TRANSACTION)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    audience: Mapped[str] = mapped_column(String(120))
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    message_id: Mapped[UUID | None]
    at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Kept(Base):
    """From which transaction on changes are kept: who comes from before it loads the inbox anew."""

    __tablename__ = "inbox_change_kept"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    since_xid: Mapped[int] = mapped_column(BigInteger)
