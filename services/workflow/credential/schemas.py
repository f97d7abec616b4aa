"""Shapes of credentials and their papers on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class CredentialOut(BaseModel):
    """A certificate as an SD-JWT VC, with all its disclosures; the holder leaves out those that are not to be seen."""

    certificate_id: UUID
    credential: str


class IssuerMetadata(BaseModel):
    """What verifiers of SD-JWT VCs read first: who issues, and where the keys are."""

    issuer: str
    jwks_uri: str


class TypeMetadata(BaseModel):
    """What a type of credential is called, and what its claims are."""

    vct: str
    name: str
    display: list[dict[str, Any]]
    claims: list[dict[str, Any]]


class PaperIn(BaseModel):
    """A certificate to print."""

    model_config = ConfigDict(extra="forbid")

    certificate_id: UUID


class PaperOut(BaseModel):
    """Where the paper can be fetched, and until when; the link is the right to do so."""

    path: str
    expires_at: datetime
