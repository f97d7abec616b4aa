"""Rows of requests for recognition: the title as it was told, who verified it how, and who confirmed it by what."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base

LIVE = text("state in ('UNDER_VERIFICATION', 'RETURNED', 'AT_EMPLOYER')")
UNANSWERED = text("escalated_on is null and due_on is not null")


class Recognition(Keyed, Versioned, Base):
    """A request to recognise a title earned elsewhere.

    `record_id` is the title on the person's record in accounts; what stands beside it is that record, and its scan, as
    they were told; `title_key` the number in its one form. `path` is the person's line of organisations, [{id, name, kind, level}], down to unit or department;
    `unit_id` the employer, of who works for no unit the county's HRSS (二（二）2); `hrss_id` who manages the level.
    `returned` is what is to be mended: [{item, reason}].
    """

    __tablename__ = "recognition"
    __table_args__ = (
        CheckConstraint(
            "state in ('UNDER_VERIFICATION', 'RETURNED', 'REFUSED', 'WITHDRAWN') or verified_by is not null",
            name="1_6_verified_first",
        ),
        CheckConstraint(
            "(state in ('CONFIRMED', 'IN_USE')) = (confirmed_by is not null)", name="1_6_employer_confirms"
        ),
        CheckConstraint(
            "case state when 'CONFIRMED' then wish = 'FORMAL_CONFIRMATION' and certificate_id is not null"
            " when 'IN_USE' then wish = 'INTERNAL_USE' and certificate_id is null"
            " else certificate_id is null end",
            name="1_6_certificate",
        ),
        Index("uq_recognition_live", "person_id", "title_key", unique=True, postgresql_where=LIVE),
        Index("ix_recognition_person", "person_id", "id"),
        Index("ix_recognition_lineage", "lineage", postgresql_using="gin"),
        Index("ix_recognition_hrss", "hrss_id", "id", postgresql_where=LIVE),
        Index("ix_recognition_unit", "unit_id", "id", postgresql_where=LIVE),
        Index("ix_recognition_due", "due_on", "id", postgresql_where=UNANSWERED),
    )

    policy: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[UUID]
    account_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(String(120))
    person_kind: Mapped[str] = mapped_column(String(24))
    by_unit: Mapped[bool]
    unit_id: Mapped[UUID]
    unit_name: Mapped[str] = mapped_column(String(160))
    hrss_id: Mapped[UUID]
    hrss_name: Mapped[str] = mapped_column(String(160))
    path: Mapped[list[dict[str, Any]]]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    source: Mapped[str] = mapped_column(String(24))
    issued_in: Mapped[str | None] = mapped_column(String(6))
    qualification: Mapped[str | None] = mapped_column(String(40))
    wish: Mapped[str] = mapped_column(String(24))
    remark: Mapped[str | None] = mapped_column(Text)

    record_id: Mapped[UUID]
    series: Mapped[str] = mapped_column(String(40))
    specialty: Mapped[str | None] = mapped_column(String(160))
    level: Mapped[str] = mapped_column(String(24))
    title_name: Mapped[str] = mapped_column(String(160))
    title_number: Mapped[str] = mapped_column(String(80))
    title_key: Mapped[str] = mapped_column(Text)
    issuing_body: Mapped[str] = mapped_column(String(160))
    obtained_on: Mapped[date]
    limits: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    evidence: Mapped[dict[str, Any]]

    state: Mapped[str] = mapped_column(String(24))
    due_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    returned: Mapped[list[dict[str, Any]]]
    reason: Mapped[str | None] = mapped_column(Text)

    verified_how: Mapped[str | None] = mapped_column(String(24))
    verified_reference: Mapped[str | None] = mapped_column(String(160))
    verified_by: Mapped[UUID | None]
    verified_by_name: Mapped[str | None] = mapped_column(String(120))
    verified_on: Mapped[date | None]
    document_number: Mapped[str | None] = mapped_column(String(80))

    post: Mapped[str | None] = mapped_column(String(160))
    assessment: Mapped[str | None] = mapped_column(Text)
    confirmed_by: Mapped[UUID | None]
    confirmed_by_name: Mapped[str | None] = mapped_column(String(120))
    confirmed_on: Mapped[date | None]
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
