"""Rows of clients, codes, consents, signed-in browsers, and identities of an external issuer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.accounts.oauth.states import ClientCase, ClientState
from services.kit.db import Keyed, Versioned


class Client(Keyed, Versioned, Base):
    """A third party's front end, app or integration, registered for an organisation; its id is its `client_id`."""

    __tablename__ = "oauth_client"
    __table_args__ = (Index("ix_oauth_client_lineage", "lineage", postgresql_using="gin"),)

    name: Mapped[str] = mapped_column(String(60))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    redirect_uris: Mapped[list[str]] = mapped_column(ARRAY(String(500)))
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    grants: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    state: Mapped[str] = mapped_column(String(20))
    secret_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_secret_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_secret_until: Mapped[datetime | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    def as_case(self) -> ClientCase:
        """The client as its steps see it."""
        return ClientCase(self.id, ClientState(self.state), self.version, self.lineage)


class Code(Base):
    """An authorization code, as its digest."""

    __tablename__ = "oauth_code"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("oauth_client.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    redirect_uri: Mapped[str] = mapped_column(String(500))
    scope: Mapped[str] = mapped_column(String(500))
    nonce: Mapped[str | None] = mapped_column(String(255))
    code_challenge: Mapped[str] = mapped_column(String(128))
    signed_in_at: Mapped[datetime]
    how: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    session_id: Mapped[UUID | None] = mapped_column(ForeignKey("session.id"), index=True)


class BrowserSession(Base):
    """A browser that is signed in on the authorization page, by its cookie's digest."""

    __tablename__ = "browser_session"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id"), index=True)
    expires_at: Mapped[datetime]


class Consent(Base):
    """What an account's owner has let a client do."""

    __tablename__ = "oauth_consent"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("oauth_client.id"), primary_key=True, index=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    given_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ExternalIdentity(Base):
    """Which account a subject of an external issuer is."""

    __tablename__ = "external_identity"
    __table_args__ = (UniqueConstraint("issuer", "account_id"),)

    issuer: Mapped[str] = mapped_column(String(255), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(server_default=func.now())
