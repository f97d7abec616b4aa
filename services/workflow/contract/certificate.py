"""The events of certificates."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from services.kit.outbox import Event


class CertificateIssued(Event):
    """A title was filed, or one from elsewhere confirmed, and its certificate issued."""

    type: ClassVar[str] = "titles.workflow.certificate.issued.v1"

    certificate_id: UUID
    number: str
    person_id: UUID
    account_id: UUID | None = None
    unit_id: UUID | None = None
    declaration_id: UUID | None = Field(None, description="what it came of, where it was reviewed here")
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations that the certificate is looked into by"
    )

    @property
    def subject(self) -> str:
        """The certificate."""
        return f"certificate/{self.certificate_id}"


class CertificateChanged(Event):
    """A certificate was corrected, declared void, revoked, reinstated or linked to its holder; `standing` is where it stands since."""

    type: ClassVar[str] = "titles.workflow.certificate.changed.v1"

    certificate_id: UUID
    number: str
    holder_name: str
    person_id: UUID | None = None
    account_id: UUID | None = None
    unit_id: UUID | None = None
    issuer_id: UUID | None = None
    kind: str
    standing: str
    document_number: str
    decided_on: date
    note: str
    lineage: list[UUID] = Field(
        default_factory=list, description="the organisations that the certificate is looked into by"
    )

    @property
    def subject(self) -> str:
        """The certificate."""
        return f"certificate/{self.certificate_id}"


class CorrectionMoved(Event):
    """A correction of a certificate was asked for, approved, refused or withdrawn."""

    type: ClassVar[str] = "titles.workflow.certificate_correction.moved.v1"

    correction_id: UUID
    certificate_id: UUID
    number: str
    holder_name: str
    person_id: UUID | None = None
    account_ids: list[UUID] = Field(default_factory=list, description="who asked")
    issuer_id: UUID
    correctable: str = Field(description="what is to be corrected")
    value: str
    action: str
    after: str
    note: str | None = None

    @property
    def subject(self) -> str:
        """The correction."""
        return f"certificate_correction/{self.correction_id}"


class TargetedResultFiled(Event):
    """A targeted title was certified by another HRSS: its result is filed with the provincial one (一（四）1)."""

    type: ClassVar[str] = "titles.workflow.targeted_result.filed.v1"

    certificate_id: UUID
    number: str
    holder_name: str
    unit_id: UUID | None = None
    issuer_name: str
    province_id: UUID
    level: str

    @property
    def subject(self) -> str:
        """The certificate."""
        return f"certificate/{self.certificate_id}"


class HistoricImportMoved(Event):
    """An import of historic certificates took a step; `account_id` is whoever began it (一（三）3)."""

    type: ClassVar[str] = "titles.workflow.historic_import.moved.v1"

    import_id: UUID
    organisation_id: UUID
    account_id: UUID
    file_name: str
    action: str
    after: str
    rows: int
    refused: int
    imported: int

    @property
    def subject(self) -> str:
        """The import."""
        return f"historic_import/{self.import_id}"
