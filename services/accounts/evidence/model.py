"""Rows of files that were sent for the evidence of records, and of who opened them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.base import Base
from services.kit.db import Keyed

IN_FORCE = "stored_at is not null and replaced_at is null"


class EvidenceFile(Keyed, Base):
    """One version of a record's evidence; it is never altered, the next one replaces it.

    Its bytes lie in the storage under `storage_key`, which is made of them. The row is there before they are: from
    `sweep_after` on, in real time, it may be swept with them, unless it came into force, which sets that to null.
    """

    __tablename__ = "evidence_file"
    __table_args__ = (
        UniqueConstraint("record_id", "number"),
        CheckConstraint("(stored_at is null) = (number is null)", name="numbered_when_stored"),
        CheckConstraint("replaced_at is null or stored_at is not null", name="replaced_after_stored"),
        CheckConstraint("purged_at is null or sweep_after is null", name="swept_once"),
        Index("uq_evidence_file_one_in_force", "record_id", unique=True, postgresql_where=text(IN_FORCE)),
        Index("ix_evidence_file_storage_key", "storage_key"),
        Index(
            "ix_evidence_file_sweep_after", "sweep_after", postgresql_where=text("sweep_after is not null")
        ),
    )

    record_id: Mapped[UUID] = mapped_column(ForeignKey("person_record.id"))
    number: Mapped[int | None]
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    storage_key: Mapped[str] = mapped_column(String(200))
    sent_by: Mapped[UUID]
    stored_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    sweep_after: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]


class EvidenceOpening(Base):
    """Somebody opened a file (三（二）); kept once for each, however often."""

    __tablename__ = "evidence_opening"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("evidence_file.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime]
