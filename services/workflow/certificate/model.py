"""Rows of certificates (append-only) and of the counters their numbers come from."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.workflow.base import Base


class Certificate(Keyed, Base):
    """A certificate as issued; the service's role can neither alter nor remove the row.

    What befalls it later - correction, voiding, revocation - will be rows of their own. `obtained_on` is the day the
    committee passed, `issued_on` the day of filing. `masked_resident_id` is of another document where the holder has no
    resident id. `limits` are what narrows its use: [{code, text, cite}].
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("ix_certificate_person", "person_id"),
        Index("ix_certificate_lineage", "lineage", postgresql_using="gin"),
    )

    number: Mapped[str] = mapped_column(String(32), unique=True)
    declaration_id: Mapped[UUID] = mapped_column(unique=True)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"))
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"))
    committee_name: Mapped[str] = mapped_column(String(160))
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    year: Mapped[int]
    person_id: Mapped[UUID]
    account_id: Mapped[UUID]
    holder_name: Mapped[str] = mapped_column(String(120))
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
    document_number: Mapped[str] = mapped_column(String(80))
    issuer_id: Mapped[UUID]
    issuer_name: Mapped[str] = mapped_column(String(160))
    issued_on: Mapped[date]
    limits: Mapped[list[dict[str, Any]]]
    credential: Mapped[str] = mapped_column(Text)
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class CertificateCounter(Base):
    """The last running number of one line of numbers; its row lock makes numbers unique and without gaps."""

    __tablename__ = "certificate_counter"

    stem: Mapped[str] = mapped_column(String(24), primary_key=True)
    last: Mapped[int]
