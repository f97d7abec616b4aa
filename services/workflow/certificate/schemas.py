"""Shapes of certificates on the wire."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.workflow.certificate.states import ChangeKind, Origin, PublicStanding, Standing, Way


class FilingIn(BaseModel):
    """The formal document a result is filed by."""

    model_config = ConfigDict(extra="forbid")

    document_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class VoidIn(BaseModel):
    """Why a result is void."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class VoidCertificateIn(FilingIn, VoidIn):
    """By which document, and why, a certificate is void."""


class ResultOut(BaseModel):
    """Where the declaration behind a result stands now."""

    declaration_id: UUID
    state: str


class VerifiedCertificate(BaseModel):
    """What anyone learns who holds a certificate's number and its holder's name."""

    model_config = ConfigDict(from_attributes=True)

    origin: Origin
    number: str
    holder_name: str
    unit_name: str | None
    series: str
    series_name: str
    specialty_name: str | None
    level: str
    way: Way
    obtained_on: date
    document_number: str | None
    committee_name: str | None
    issuer_name: str
    issued_on: date
    limits: list[dict[str, Any]]


class ChangeOut(BaseModel):
    """What befell a certificate, by which document and why; for its holder and the organisations concerned."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: ChangeKind
    standing: Standing
    document_number: str
    note: str
    organisation_id: UUID
    decided_by_name: str
    decided_at: datetime


class CertificateOut(VerifiedCertificate):
    """A certificate for its holder and the organisations concerned; `standing` follows from the last of its `changes`."""

    id: UUID
    standing: Standing = Standing.IN_FORCE
    changes: list[ChangeOut] = Field(default_factory=list)
    replaces_id: UUID | None
    replaced_by_id: UUID | None = None
    declaration_id: UUID | None
    import_id: UUID | None
    person_id: UUID | None
    unit_id: UUID | None
    year: int
    specialty_id: UUID | None
    masked_resident_id: str | None
    issuer_id: UUID


class VerificationOut(BaseModel):
    """Whether number and name belong together and the certificate is in force.

    The answer to any that do not belong together is always the same. Of one that is no longer in force anyone learns that
    it was revoked or is invalid, and `since` when; why is for its holder and the organisations concerned.
    """

    valid: bool
    standing: PublicStanding | None = None
    since: date | None = None
    certificate: VerifiedCertificate | None = None


class KeysOut(BaseModel):
    """The public keys of our credentials and tallies, as a JWK set."""

    keys: list[dict[str, Any]]
