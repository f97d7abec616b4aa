"""Rows of cases, whose `identity` is sealed and told by nothing, and of the archive (append-only)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class IntegrityCase(Keyed, Versioned, Base):
    """A case of misconduct (一（八）); `lineage` are the bodies above the unit concerned, which may handle it.

    `text` is what is alleged, told to those who investigate; `charge` what the person is told. A decision fills in what
    was found, by which body; `appeal` and `verdict` follow it. `number` is what a complaint names, `holder_name` the name
    printed on what it means; whose number is not known here is about nobody until somebody finds out. `handler_id` is the
    body that last investigated, `due_on` the last day of who is to act, `escalated_on` when its being over was told above.
    """

    __tablename__ = "integrity_case"
    __table_args__ = (
        Index("ix_integrity_case_lineage", "lineage", postgresql_using="gin"),
        Index("ix_integrity_case_person", "person_id", "id"),
        Index(
            "uq_integrity_case_source",
            "source_id",
            unique=True,
            postgresql_where=text("source_id is not null"),
        ),
        Index(
            "ix_integrity_case_declaration",
            "declaration_id",
            postgresql_where=text("declaration_id is not null"),
        ),
        Index(
            "ix_integrity_case_certificate",
            "certificate_id",
            postgresql_where=text("certificate_id is not null and person_id is null"),
        ),
        Index("ix_integrity_case_anonymous", "opened_at", postgresql_where=text("anonymous")),
        Index(
            "ix_integrity_case_overdue",
            "id",
            postgresql_where=text("escalated_on is null and due_on is not null"),
        ),
        CheckConstraint(
            "num_nonnulls(person_id, certificate_id) > 0 or state in ('RECEIVED', 'NOT_TAKEN_UP')",
            name="1_8_concerned",
        ),
        CheckConstraint("(bar_from is null) = (bar_to is null) and bar_from <= bar_to", name="1_8_bar"),
    )

    policy: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(24))
    ground: Mapped[str] = mapped_column(String(24))
    source_id: Mapped[UUID | None]
    number: Mapped[str | None] = mapped_column(String(160))
    number_key: Mapped[str | None] = mapped_column(Text)
    holder_name: Mapped[str | None] = mapped_column(String(160))
    person_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    person_name: Mapped[str | None] = mapped_column(String(120))
    declaration_id: Mapped[UUID | None] = mapped_column(ForeignKey("declaration.id"))
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    hrss_id: Mapped[UUID]
    handler_id: Mapped[UUID | None]
    due_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(Text)
    anonymous: Mapped[bool]
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    charge: Mapped[str | None] = mapped_column(Text)
    answer_by: Mapped[date | None]
    statement: Mapped[str | None] = mapped_column(Text)
    stated_on: Mapped[date | None]
    kind: Mapped[str | None] = mapped_column(String(24))
    serious: Mapped[bool | None]
    evidence: Mapped[str | None] = mapped_column(Text)
    decision: Mapped[str | None] = mapped_column(Text)
    document_number: Mapped[str | None] = mapped_column(String(80))
    body_id: Mapped[UUID | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(120))
    decided_on: Mapped[date | None]
    certificate_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    certificate_numbers: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    bar_from: Mapped[date | None]
    bar_to: Mapped[date | None]
    appeal_by: Mapped[date | None]
    appeal: Mapped[str | None] = mapped_column(Text)
    appealed_on: Mapped[date | None]
    verdict: Mapped[str | None] = mapped_column(Text)
    verdict_document: Mapped[str | None] = mapped_column(String(80))
    verdict_body_id: Mapped[UUID | None]
    verdict_by_name: Mapped[str | None] = mapped_column(String(120))
    verdict_on: Mapped[date | None]


class IntegrityRecord(Keyed, Base):
    """A line of the integrity archive (诚信档案库): what was found of a person, or that it was taken back (append-only)."""

    __tablename__ = "integrity_record"
    __table_args__ = (
        UniqueConstraint("case_id", "kind"),
        Index("ix_integrity_record_person", "person_id", "id"),
        Index("ix_integrity_record_lineage", "lineage", postgresql_using="gin"),
        CheckConstraint("(bar_from is null) = (bar_to is null) and bar_from <= bar_to", name="1_8_bar"),
        CheckConstraint("kind <> 'REVERSED' or bar_from is null", name="1_8_reversal_bars_nobody"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("integrity_case.id"))
    kind: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[UUID | None]
    person_name: Mapped[str] = mapped_column(String(120))
    masked_resident_id: Mapped[str | None] = mapped_column(String(32))
    misconduct: Mapped[str] = mapped_column(String(24))
    serious: Mapped[bool]
    document_number: Mapped[str] = mapped_column(String(80))
    body_id: Mapped[UUID]
    body_name: Mapped[str] = mapped_column(String(160))
    decided_on: Mapped[date]
    certificate_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    certificate_numbers: Mapped[list[str]] = mapped_column(ARRAY(String(64)))
    bar_from: Mapped[date | None]
    bar_to: Mapped[date | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
