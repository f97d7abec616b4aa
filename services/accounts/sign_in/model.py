"""Rows of accounts, first sign-in codes, sessions with their refresh tokens, and counted tries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, func
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.db import Keyed, Versioned


class Account(Keyed, Versioned, Base):
    """Someone who can sign in; `login` is kept in small letters, `organisation_id` is where the account belongs."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("login = lower(login)", name="login_is_in_small_letters"),)

    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_set_at: Mapped[datetime | None]


class Activation(Base):
    """The present code for setting an account's password; only its keyed digest is kept."""

    __tablename__ = "activation"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class Session(Base):
    """A family of refresh tokens: one sign-in and what was renewed from it."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    longest_until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(30))


class RefreshToken(Base):
    """One refresh token, as its digest; good once."""

    __tablename__ = "refresh_token"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CountedTry(Base):
    """Tries at a sign-in name, known or not, until they are forgotten; the name itself is not kept."""

    __tablename__ = "counted_try"
    __table_args__ = (Index("ix_counted_try_until", "until"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    tries: Mapped[int]
    until: Mapped[datetime]
