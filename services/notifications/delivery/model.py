"""Notices on their way out: one row of fan-out a notice, one copy a recipient and contact, one circuit a channel."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.notifications.base import Base
from services.notifications.delivery.states import CopyState
from services.notifications.delivery.steps import CopyCase

ONE_CONTACT = "contact/"
OPEN = "sent_at is null and handed_on_at is null and dead_at is null and withdrawn_at is null"


class Dispatch(Keyed, Base):
    """A notice that is being copied to its readers, in the words it was sent with.

    `cursor` is how far its readers were asked for, `readers` how many they were; `due_at` when somebody may go on, or the
    end of the present claim. One that is withdrawn is not copied any more, and done when none of its copies waits; its
    `cursor` is how far these were gone through.
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        UniqueConstraint("event_id", "audience", "template"),
        Index("ix_dispatch_open", "priority", "id", postgresql_where=text("done_at is null")),
        Index("ix_dispatch_done", "legal", "id", postgresql_where=text("done_at is not null")),
        Index("ix_dispatch_subject", "subject"),
    )

    event_id: Mapped[UUID]
    audience: Mapped[str] = mapped_column(String(120))
    roles: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    type: Mapped[str] = mapped_column(String(120))
    template: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(160))
    legal: Mapped[bool]
    at: Mapped[datetime]
    title_zh: Mapped[str] = mapped_column(Text)
    title_en: Mapped[str] = mapped_column(Text)
    body_zh: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    basis: Mapped[list[dict[str, Any]]]
    priority: Mapped[int] = mapped_column(SmallInteger)
    cursor: Mapped[str | None] = mapped_column(Text)
    readers: Mapped[int] = mapped_column(default=0, server_default="0")
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    @property
    def words(self) -> dict[str, str]:
        """Titles and bodies, by column."""
        return {name: getattr(self, name) for name in ("title_zh", "title_en", "body_zh", "body_en")}

    @property
    def for_one_contact(self) -> bool:
        """Whether it is for one address and no other of its reader: it never goes on by a next way, and its words are sealed."""
        return self.audience.startswith(ONE_CONTACT)


class Copy(Keyed, Versioned, Base):
    """One recipient's copy by one contact. What goes out as one message has one `bundle_id`: its first copy's id.

    The bundle's id is what the provider knows the message by, however often it is tried. A copy to be gathered has none
    until it is. `due_at` is when it may be tried next, or the end of the present try; `last_way`: its reader has no other.
    """

    __tablename__ = "delivery_copy"
    __table_args__ = (
        UniqueConstraint("dispatch_id", "account_id", "contact_id"),
        Index(
            "ix_delivery_copy_due",
            "channel",
            "priority",
            "due_at",
            postgresql_where=text(f"{OPEN} and id = bundle_id"),
        ),
        Index("ix_delivery_copy_bundle", "bundle_id", postgresql_where=text(f"{OPEN} and id <> bundle_id")),
        Index(
            "ix_delivery_copy_gather",
            "channel",
            "due_at",
            postgresql_where=text(f"{OPEN} and bundle_id is null"),
        ),
        Index("ix_delivery_copy_waiting", "id", postgresql_where=text(OPEN)),
        Index("ix_delivery_copy_dead", "id", postgresql_where=text("dead_at is not null")),
    )

    dispatch_id: Mapped[UUID] = mapped_column(ForeignKey("dispatch.id"))
    account_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(20))
    contact_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(2))
    priority: Mapped[int] = mapped_column(SmallInteger)
    bundle_id: Mapped[UUID | None]
    last_way: Mapped[bool]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    handed_on_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    receipt: Mapped[str | None] = mapped_column(Text)

    @property
    def standing(self) -> CopyState:
        """Where it stands."""
        if self.sent_at is not None:
            return CopyState.SENT
        if self.handed_on_at is not None:
            return CopyState.HANDED_ON
        if self.withdrawn_at is not None:
            return CopyState.WITHDRAWN
        return CopyState.DEAD if self.dead_at is not None else CopyState.WAITING

    def as_case(self) -> CopyCase:
        """The facts its steps are judged by."""
        return CopyCase(self.id, self.standing, self.version)


class Tally(Base):
    """Where the copies of a notice to many stand, as one connection changed it; all rows of the notice added up are the count.

    The database keeps it, within each statement that writes copies: no writer waits for another one, and none is left out.
    """

    __tablename__ = "delivery_tally"

    dispatch_id: Mapped[UUID] = mapped_column(ForeignKey("dispatch.id", ondelete="CASCADE"), primary_key=True)
    writer: Mapped[int] = mapped_column(primary_key=True)
    waiting: Mapped[int]
    sent: Mapped[int]
    dead: Mapped[int]
    withdrawn: Mapped[int]


class Circuit(Base):
    """How a channel's provider bears up: after so many `failures` in a row it is open, and probed when due."""

    __tablename__ = "delivery_circuit"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    failures: Mapped[int]
    opened_at: Mapped[datetime | None]
    probe_at: Mapped[datetime | None]
