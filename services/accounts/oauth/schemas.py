"""Shapes of clients and consents over HTTP."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.accounts.oauth.states import ClientKind, ClientState, GrantKind
from services.accounts.sign_in.schemas import Asked, Name

Uri = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Scope = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class ClientIn(Asked):
    """A client to register."""

    name: Name
    organisation_id: UUID
    kind: ClientKind
    redirect_uris: list[Uri] = Field(default=[], max_length=10)
    scopes: list[Scope] = Field(min_length=1, max_length=20)
    grants: list[GrantKind] = Field(min_length=1, max_length=3)


class VersionIn(Asked):
    """The version of the client that was read."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class ClientOut(BaseModel):
    """A client; its secret is never told again. Its `id` is what the protocol calls `client_id`."""

    id: UUID
    client_id: UUID
    name: str
    organisation_id: UUID
    organisation_name: str
    kind: ClientKind
    redirect_uris: list[str]
    scopes: list[str]
    grants: list[GrantKind]
    state: ClientState
    former_secret_until: datetime | None
    created_at: datetime
    version: int
    available_actions: list[str] = []


class ClientWithSecretOut(BaseModel):
    """A client with its new secret, shown this once; a public client has none."""

    client: ClientOut
    client_secret: str | None


class ConsentOut(BaseModel):
    """What the caller has let a client do."""

    client_id: UUID
    client_name: str
    organisation_name: str
    scopes: list[str]
    given_at: datetime
