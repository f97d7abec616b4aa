"""Rows of accounts, their codes and passwords, sessions with their refresh tokens, and counted tries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.db import Keyed, Versioned
from services.kit.ids import new_id


class Account(Keyed, Versioned, Base):
    """Someone who can sign in; `login` is kept in small letters, `organisation_id` is where the account belongs."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("login = lower(login)", name="login_is_in_small_letters"),
        Index("ix_account_organisation_id_id", "organisation_id", "id"),
    )

    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_set_at: Mapped[datetime | None]


class Activation(Base):
    """The present code for setting an account's password; only its keyed digest is kept."""

    __tablename__ = "activation"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class FormerPassword(Base):
    """The hash of a password that was set; the newest is the present one, none of the last few is taken again."""

    __tablename__ = "former_password"
    __table_args__ = (Index("ix_former_password_account_id_id", "account_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    password_hash: Mapped[str] = mapped_column(String(255))


class Session(Base):
    """A family of refresh tokens: one sign-in and what was renewed from it; `address` is masked before it is kept.

    `client_id` and `scope` are those of a third party's client that speaks for the account; both None: our own sign-in.
    """

    __tablename__ = "session"
    __table_args__ = (
        Index("ix_session_longest_until", "longest_until"),
        Index("ix_session_client_id", "client_id", postgresql_where=text("client_id is not null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    longest_until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(30))
    how: Mapped[str] = mapped_column(String(20), server_default="PASSWORD")
    device: Mapped[str] = mapped_column(String(200), server_default="-")
    address: Mapped[str] = mapped_column(String(45), server_default="-")
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    client_id: Mapped[UUID | None] = mapped_column(ForeignKey("oauth_client.id"))
    scope: Mapped[str | None] = mapped_column(String(500))


class RefreshToken(Base):
    """One refresh token, as its digest; good once."""

    __tablename__ = "refresh_token"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UsualPlace(Base):
    """A network from which a sign-in name was used rightly; neither name nor address is kept, only their digest."""

    __tablename__ = "usual_place"
    __table_args__ = (Index("ix_usual_place_until", "until"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    until: Mapped[datetime]


class CountedTry(Base):
    """Tries at a sign-in name or from a network until they are forgotten; neither name nor address is kept."""

    __tablename__ = "counted_try"
    __table_args__ = (Index("ix_counted_try_until", "until"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    tries: Mapped[int]
    until: Mapped[datetime]
    not_before: Mapped[datetime | None]
