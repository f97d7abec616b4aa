"""Rows of spot checks, of the frames they draw from (append-only), and of what was drawn."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, String, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class SpotCheck(Keyed, Versioned, Base):
    """A spot check of a year's results, or of those of a committee, series or level (三（五）).

    `seed` is sealed until closing publishes it as `opened_seed`, in hexadecimal; `seed_commitment` is public from the order on. `results`
    is how many the frozen frame holds, `size` how many were drawn. `conclusion` is why it was cancelled, or what came of
    it. `lineage` is the provincial HRSS alone.
    """

    __tablename__ = "spot_check"
    __table_args__ = (
        Index("ix_spot_check_lineage", "lineage", postgresql_using="gin"),
        CheckConstraint("share > 0 and share <= 1", name="3_5_2_share"),
        CheckConstraint(
            "(opened_seed is null) = (state <> 'CLOSED') and (drawn_at is null) = (state in ('ORDERED', 'CANCELLED'))",
            name="3_5_2_drawn",
        ),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    policy: Mapped[str] = mapped_column(String(60))
    share: Mapped[Decimal] = mapped_column(Numeric(5, 4))
    document_number: Mapped[str | None] = mapped_column(String(80))
    committee_id: Mapped[UUID | None] = mapped_column(ForeignKey("committee.id"))
    series: Mapped[str | None] = mapped_column(String(40))
    level: Mapped[str | None] = mapped_column(String(24))
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    seed_commitment: Mapped[str] = mapped_column(String(64))
    algorithm: Mapped[str] = mapped_column(String(60))
    opened_seed: Mapped[str | None] = mapped_column(String(64))
    results: Mapped[int | None]
    size: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(24))
    ordered_on: Mapped[date]
    ordered_by_name: Mapped[str] = mapped_column(String(120))
    drawn_at: Mapped[datetime | None]
    conclusion: Mapped[str | None] = mapped_column(Text)
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class SpotCheckFrame(Base):
    """A declaration that could be drawn, and the committee that it was drawn for (append-only)."""

    __tablename__ = "spot_check_frame"

    spot_check_id: Mapped[UUID] = mapped_column(ForeignKey("spot_check.id"), primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"), primary_key=True)
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"))

    @property
    def place(self) -> UUID:
        """What lists of the frame go by."""
        return self.declaration_id


class SpotCheckItem(Keyed, Versioned, Base):
    """A declaration that was drawn, who checks it, and the verdict; `finding_id` is what was ordered where something was found."""

    __tablename__ = "spot_check_item"
    __table_args__ = (
        Index("ix_spot_check_item_check", "spot_check_id", "id"),
        Index("ix_spot_check_item_lineage", "lineage", postgresql_using="gin"),
        Index("uq_spot_check_item_declaration", "spot_check_id", "declaration_id", unique=True),
        CheckConstraint("(state = 'FOUND') = (finding_id is not null)", name="3_5_2_found"),
        CheckConstraint("(state = 'WAITING') = (checker_id is null)", name="3_5_2_checker"),
    )

    spot_check_id: Mapped[UUID] = mapped_column(ForeignKey("spot_check.id"))
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    committee_id: Mapped[UUID] = mapped_column(ForeignKey("committee.id"))
    number: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(24))
    checker_id: Mapped[UUID | None]
    checker_name: Mapped[str | None] = mapped_column(String(120))
    verdict: Mapped[str | None] = mapped_column(Text)
    decided_on: Mapped[date | None]
    finding_id: Mapped[UUID | None] = mapped_column(ForeignKey("review_finding.id"))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
