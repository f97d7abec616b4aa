"""Rows of certificates and of what befell them (both append-only), and of the counters their numbers come from."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.clock import Moment
from services.kit.db import Keyed
from services.workflow.base import Base
from services.workflow.certificate import names, number

REVIEW = ("declaration_id", "meeting_id", "committee_id", "cycle_id")
"""What a certificate has that a review here led to, and no other."""
COMPLETE = (*REVIEW, "committee_name", "person_id", "account_id", "document_number")


class Insert(Protocol):
    """The row that is being written, as the database is about to be told."""

    def get_current_parameters(self) -> Mapping[str, Any]:
        """Its values."""
        ...


def _number_key(row: Insert) -> str:
    return number.normalise(row.get_current_parameters()["number"])


def _holder_key(row: Insert) -> str:
    return names.normalise(row.get_current_parameters()["holder_name"])


class Certificate(Keyed, Base):
    """A certificate as issued; the service's role can neither alter nor remove the row, but tell once whose an imported one is.

    What befalls it later - correction, voiding, revocation - are rows of their own (`CertificateChange`); a corrected one
    has another in its place, which names the old one in `replaces_id`. `obtained_on` is the day the
    committee passed, `issued_on` the day of filing. `masked_resident_id` is of another document where the holder has no
    resident id. `limits` are what narrows its use: [{code, text, cite}].

    One that no review here led to (`origin`) has no declaration, meeting, committee or cycle of ours, and perhaps no
    holder known to accounts; an imported one names its import and row, and is `vouched` for where an HRSS imported it:
    another body's word awaits confirmation. `year` is then the year in which the title was obtained. Numbers given here are unique. An old one may have been given by two bodies to two people: number and name
    together find one, by their keys.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("ix_certificate_person", "person_id"),
        Index("ix_certificate_account", "account_id"),
        Index("ix_certificate_lineage", "lineage", postgresql_using="gin"),
        Index("uq_certificate_number", "number", unique=True, postgresql_where=text("origin <> 'IMPORTED'")),
        Index(
            "uq_certificate_declaration",
            "declaration_id",
            unique=True,
            postgresql_where=text("replaces_id is null"),
        ),
        Index("ix_certificate_keys", "number_key", "holder_key"),
        CheckConstraint("origin in ('REVIEWED', 'IMPORTED', 'CONFIRMED')", name="origin"),
        CheckConstraint(
            f"origin <> 'REVIEWED' or num_nulls({', '.join(COMPLETE)}) = 0", name="1_3_3_reviewed_here"
        ),
        CheckConstraint(
            f"origin = 'REVIEWED' or num_nonnulls({', '.join(REVIEW)}) = 0", name="1_3_3_no_review_here"
        ),
        CheckConstraint(
            "(origin = 'IMPORTED') = (num_nulls(import_id, import_row) = 0)", name="1_3_3_imported"
        ),
        CheckConstraint("vouched or origin = 'IMPORTED'", name="1_3_3_vouched"),
        Index(
            "uq_certificate_import_row",
            *("import_id", "import_row"),
            unique=True,
            postgresql_where=text("import_id is not null and replaces_id is null"),
        ),
        CheckConstraint("origin <> 'CONFIRMED' or person_id is not null", name="1_6_confirmed_for_somebody"),
    )

    origin: Mapped[str] = mapped_column(String(24))
    number: Mapped[str] = mapped_column(String(64))
    number_key: Mapped[str] = mapped_column(Text, default=_number_key)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    declaration_id: Mapped[UUID | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("historic_import.id"))
    import_row: Mapped[int | None]
    vouched: Mapped[bool] = mapped_column(default=True, server_default=true())
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"))
    committee_id: Mapped[UUID | None] = mapped_column(ForeignKey("committee.id"))
    committee_name: Mapped[str | None] = mapped_column(String(160))
    cycle_id: Mapped[UUID | None] = mapped_column(ForeignKey("cycle.id"))
    year: Mapped[int]
    person_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    holder_name: Mapped[str] = mapped_column(String(120))
    holder_key: Mapped[str] = mapped_column(Text, default=_holder_key)
    masked_resident_id: Mapped[str | None] = mapped_column(String(32))
    unit_id: Mapped[UUID | None]
    unit_name: Mapped[str | None] = mapped_column(String(160))
    series: Mapped[str] = mapped_column(String(40))
    series_name: Mapped[str] = mapped_column(String(120))
    specialty_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialty.id"))
    specialty_name: Mapped[str | None] = mapped_column(String(120))
    level: Mapped[str] = mapped_column(String(24))
    way: Mapped[str] = mapped_column(String(24))
    obtained_on: Mapped[date]
    document_number: Mapped[str | None] = mapped_column(String(80))
    issuer_id: Mapped[UUID]
    issuer_name: Mapped[str] = mapped_column(String(160))
    issued_on: Mapped[date]
    limits: Mapped[list[dict[str, Any]]]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class CertificateChange(Keyed, Base):
    """One thing that befell a certificate, and where it stands since (append-only); `no` counts them from one.

    `cause_kind` and `cause_id` name what it rests on: the correction asked for, the finding, the decision.
    """

    __tablename__ = "certificate_change"
    __table_args__ = (
        UniqueConstraint("certificate_id", "no"),
        UniqueConstraint(
            "certificate_id", "cause_kind", "cause_id", "kind", name="uq_certificate_change_cause"
        ),
    )

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"))
    no: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    standing: Mapped[str] = mapped_column(String(24))
    cause_kind: Mapped[str] = mapped_column(String(40))
    cause_id: Mapped[UUID]
    document_number: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID]
    decided_by_name: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[UUID]
    decided_at: Mapped[datetime]
    details: Mapped[dict[str, Any]]

    @property
    def decided_on(self) -> date:
        """The business date of the decision."""
        return Moment(self.decided_at).today

    @property
    def stands_since(self) -> date:
        """Since when the certificate stands so; what changes nothing of that says what was before it."""
        before = self.details.get("stands_since")
        return self.decided_on if before is None else date.fromisoformat(before)


class CertificateCounter(Base):
    """The last running number of one line of numbers; its row lock makes numbers unique and without gaps."""

    __tablename__ = "certificate_counter"

    stem: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int]
