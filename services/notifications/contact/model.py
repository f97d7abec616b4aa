"""Rows of contacts, whose addresses are sealed, and of how accounts wish to be reached."""

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.notifications.base import Base


class Contact(Keyed, Base):
    """An address of an account on one channel; `place` is its order among the account's, `digest` finds it again.

    `refusals`: on how many days it refused what was sent there, `refused_at` when the last of them was counted;
    `failing_at`: since when it counts as one where nothing arrives.
    """

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("account_id", "channel", "digest"),
        Index("ix_contact_account_id_place", "account_id", "place"),
    )

    account_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(20))
    origin: Mapped[str] = mapped_column(String(20))
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    masked: Mapped[str] = mapped_column(String(120))
    place: Mapped[int]
    verified_at: Mapped[datetime | None]
    refusals: Mapped[int] = mapped_column(default=0, server_default="0")
    refused_at: Mapped[datetime | None]
    failing_at: Mapped[datetime | None]


class Preference(Base):
    """How an account wishes to be reached; `off` holds `TOPIC/CHANNEL`, times are of the wall clock of `zone`."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint("(quiet_from is null) = (quiet_until is null)", name="quiet_from_and_until"),
        CheckConstraint("quiet_from <> quiet_until", name="quiet_for_a_while"),
        CheckConstraint("digest_hour between 0 and 23", name="an_hour_of_the_day"),
        CheckConstraint("digest_weekday between 1 and 7", name="a_day_of_the_week"),
    )

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    province: Mapped[str] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(60))
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    digest: Mapped[str] = mapped_column(String(20))
    digest_hour: Mapped[int]
    digest_weekday: Mapped[int]
    off: Mapped[list[str]] = mapped_column(ARRAY(Text))


class ContactCode(Base):
    """A code that was sent to a contact; only its keyed digest is kept, and of the address likewise."""

    __tablename__ = "contact_code"
    __table_args__ = (
        Index("ix_contact_code_contact_id", "contact_id"),
        Index("ix_contact_code_account_id", "account_id", "sent_at"),
        Index("ix_contact_code_address", "address", "sent_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    contact_id: Mapped[UUID]
    address: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int]


class ContactToCopy(Base):
    """A person whose telephone and e-mail address are to be asked of accounts; `due_at` is when, or the end of a claim."""

    __tablename__ = "contact_to_copy"
    __table_args__ = (Index("ix_contact_to_copy_due_at", "due_at"),)

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    due_at: Mapped[datetime]


class ContactBackfill(Base):
    """How far whoever was made before contacts were copied was put in line; there is one row, or none where nobody was."""

    __tablename__ = "contact_backfill"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    cursor: Mapped[str | None] = mapped_column(Text)
    people: Mapped[int] = mapped_column(server_default="0")
    done_at: Mapped[datetime | None]
