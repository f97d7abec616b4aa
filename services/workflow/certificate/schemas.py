"""Shapes of certificates on the wire."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from services.workflow.certificate.states import Origin, Way


class FilingIn(BaseModel):
    """The formal document a result is filed by."""

    model_config = ConfigDict(extra="forbid")

    document_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class VoidIn(BaseModel):
    """Why a result is void."""

    model_config = ConfigDict(extra="forbid")

    note: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


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


class CertificateOut(VerifiedCertificate):
    """A certificate for its holder and the organisations concerned."""

    id: UUID
    declaration_id: UUID | None
    person_id: UUID | None
    unit_id: UUID | None
    year: int
    specialty_id: UUID | None
    masked_resident_id: str | None
    issuer_id: UUID
    credential: str


class VerificationOut(BaseModel):
    """Whether number and name belong together; the answer to any that do not is always the same."""

    valid: bool
    certificate: VerifiedCertificate | None = None


class KeysOut(BaseModel):
    """The public keys of our credentials and tallies, as a JWK set."""

    keys: list[dict[str, Any]]
