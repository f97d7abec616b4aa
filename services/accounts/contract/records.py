"""What others read of people's records and of what follows from them, and what happens to records."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel

from services.accounts.contract.words import (
    ContestPlace,
    ContestRole,
    HonourLevel,
    Known,
    PostingRole,
    RecordKind,
    RecordState,
    TitleLimit,
)
from services.kit.errors import Basis
from services.kit.outbox import Event
from services.quota.contract import TitleLevel


class EvidenceFile(BaseModel):
    """A file that was sent for a record's evidence; the last that was sent before confirming is in force."""

    number: int
    file_name: str
    media_type: str
    size: int
    sha256: str
    stored_at: datetime
    replaced_at: datetime | None


class RecordEvidence(BaseModel):
    """What proves a record; `sha256` is that of the `file` in force, or of the scan that was announced."""

    document_number: str | None
    issuer: str
    issued_on: date
    note: str | None
    sha256: str | None
    file: EvidenceFile | None = None


class PersonRecord(BaseModel):
    """A fact of a person with its evidence; what `body` holds follows from `kind`."""

    id: UUID
    person_id: UUID
    kind: RecordKind
    state: RecordState
    body: dict[str, Any]
    evidence: RecordEvidence
    holds_from: date
    holds_until: date | None
    confirmer_id: UUID
    supersedes_id: UUID | None
    reason: str | None
    decided_at: datetime | None
    created_at: datetime
    version: int


class Amount(BaseModel):
    """A figure by what is confirmed, and what it will be if all that is declared is confirmed too."""

    confirmed: int
    with_declared: int


class CountedEducation(BaseModel):
    """The level an education counts as, whatever its mode and school, and why."""

    record_id: UUID
    kind: RecordKind
    counts_as: str
    rank: int
    field: str
    graduated_on: date
    confirmed: bool
    basis: list[Basis]


class PrivateService(BaseModel):
    """Whole months of technical work in private enterprises after graduating at a level."""

    counts_as: str
    graduated_on: date
    months: Amount


class HeldTitle(BaseModel):
    """A title held on the day, by which certificate, and where alone it is valid."""

    record_id: UUID
    certificate_number: str | None = None
    series: str
    specialty: str | None
    title_level: TitleLevel
    title_name: str
    obtained_on: date
    limits: list[TitleLimit]
    confirmed: bool
    basis: list[Basis]


class HeldHonour(BaseModel):
    """An honour; one won in a contest counts only where the contest does."""

    record_id: UUID
    honour: str
    level: HonourLevel
    awarded_on: date
    place: ContestPlace | None
    role: ContestRole | None
    counts: bool
    confirmed: bool
    basis: list[Basis]


class PassedExamination(BaseModel):
    """The mark of an examination that is good on the day, for a level of a series."""

    record_id: UUID
    series: str
    title_level: TitleLevel
    mark: int
    held_on: date
    confirmed: bool


class Posting(BaseModel):
    """A village posting that has begun by the day."""

    record_id: UUID
    role: PostingRole
    region_code: str
    since: date
    until: date | None
    confirmed: bool


class InsuredMonths(BaseModel):
    """Whole months of social insurance paid at a place, up to the day."""

    region_code: str
    months: Amount


class HoursOfYear(BaseModel):
    """Continuing education of a year."""

    year: int
    public_hours: Amount
    professional_hours: Amount


class PersonStanding(BaseModel):
    """What follows from a person's records on a day (answer of `POST /v1/people/standing`).

    A figure is told twice, a yes or no in three values: so whoever asks whether a requirement is met can say that it
    is, that it is not, or that it hangs on what is not yet confirmed.
    """

    person_id: UUID
    on: date
    education: CountedEducation | None
    education_with_declared: CountedEducation | None
    titles: list[HeldTitle]
    appointed: Known
    private_service: list[PrivateService]
    in_private_enterprise: Known
    insurance: list[InsuredMonths]
    insurance_months: Amount
    insurance_at_employer: Amount
    insured_at_employer: Known
    contract_covers: Known
    contract_with_employer: Known
    village_posting: Known
    village_postings: list[Posting]
    aid_months: Amount
    aid_excellent_years: Amount
    continuing_education: list[HoursOfYear]
    honours: list[HeldHonour]
    examinations: list[PassedExamination] = []


class RecordEvent(Event):
    """Base of what happens to a person's record; `confirmer_id` is the organisation that answers for it."""

    record_id: UUID
    person_id: UUID
    record_kind: RecordKind
    confirmer_id: UUID

    @property
    def subject(self) -> str:
        """The record."""
        return f"person_record/{self.record_id}"


class RecordDeclared(RecordEvent):
    """A fact was put on record, and waits to be confirmed."""

    type: ClassVar[str] = "titles.accounts.record.declared.v1"


class RecordEvidenceSent(RecordEvent):
    """A file was sent for a record's evidence; `number` tells which version it is."""

    type: ClassVar[str] = "titles.accounts.record.evidence_sent.v1"

    number: int


class RecordConfirmed(RecordEvent):
    """The organisation that answers for a record confirmed it (三（二）)."""

    type: ClassVar[str] = "titles.accounts.record.confirmed.v1"


class RecordRefused(RecordEvent):
    """A record was not confirmed, or its confirmation was revoked; `after` tells which, `reason` why (三（一）)."""

    type: ClassVar[str] = "titles.accounts.record.refused.v1"

    after: RecordState
    reason: str


class RecordEnded(RecordEvent):
    """A record was withdrawn, or its new version took its place."""

    type: ClassVar[str] = "titles.accounts.record.ended.v1"

    after: RecordState
