"""Rows of corrections."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class CertificateCorrection(Keyed, Versioned, Base):
    """What somebody asks to be corrected on a certificate; approved, `replacement_id` is the one issued in its place."""

    __tablename__ = "certificate_correction"
    __table_args__ = (
        Index(
            "uq_certificate_correction_open",
            "certificate_id",
            "field",
            unique=True,
            postgresql_where=text("state = 'REQUESTED'"),
        ),
        Index("ix_certificate_correction_certificate", "certificate_id"),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    number: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(24))
    before: Mapped[str | None] = mapped_column(String(160))
    value: Mapped[str] = mapped_column(String(160))
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[UUID]
    requested_by_name: Mapped[str] = mapped_column(String(120))
    requested_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(24))
    verdict: Mapped[str | None] = mapped_column(Text)
    document_number: Mapped[str | None] = mapped_column(String(80))
    decided_on: Mapped[date | None]
    replacement_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
