"""Rows of committees and of the expert pool."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base
from services.workflow.committee.states import ExpertState


class Committee(Keyed, Versioned, Base):
    """A review committee of one cycle and its jurisdiction (一（三）1).

    `serves_id` is the organisation whose subtree it serves: the province's root, a region's HRSS, or one unit;
    `serves_line` runs from the root down to it, and only an HRSS on it may approve the committee.
    No specialty named means every specialty of the series.
    """

    __tablename__ = "committee"
    __table_args__ = (
        UniqueConstraint("cycle_id", "name"),
        Index("ix_committee_competent", "cycle_id", "series", "state"),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    name: Mapped[str] = mapped_column(String(160))
    series: Mapped[str] = mapped_column(String(40))
    specialty_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    levels: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    region_code: Mapped[str | None] = mapped_column(String(12))
    serves_id: Mapped[UUID]
    serves_line: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    delegation: Mapped[str | None] = mapped_column(String(40))
    office_id: Mapped[UUID]
    size: Mapped[int]
    state: Mapped[str] = mapped_column(String(24))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class Expert(Keyed, Versioned, Base):
    """An expert of the pool, by series; names are not published.

    `stands_since` is the day of the last suspension, withdrawal or reinstatement, and `ground` why the expert is out.
    """

    __tablename__ = "expert"
    __table_args__ = (
        UniqueConstraint("account_id", "series"),
        Index("ix_expert_pool", "series", "valid_until"),
        CheckConstraint("(state = 'IN_POOL') = (ground is null)", name="3_3_1_out_of_the_pool_for_a_ground"),
    )

    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    organisation_id: Mapped[UUID]
    series: Mapped[str] = mapped_column(String(40))
    specialty_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    title_level: Mapped[str] = mapped_column(String(24))
    valid_until: Mapped[date]
    registered_by: Mapped[UUID]
    state: Mapped[str] = mapped_column(
        String(24), default=ExpertState.IN_POOL, server_default=ExpertState.IN_POOL
    )
    ground: Mapped[str | None] = mapped_column(String(24))
    stands_since: Mapped[date | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
