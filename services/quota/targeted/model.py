"""Targeted plans as rows: the head with what Annex 1 allows, and a column of figures per level."""

from typing import cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.quota.base import Base, one_of
from services.quota.targeted.states import PlanState

LEVELS = "level in ('FULL_SENIOR', 'ASSOCIATE_SENIOR', 'MIDDLE')"
"""Annex 1 approves targeted posts of senior and middle level only."""


class TargetedPlan(Keyed, Versioned, Base):
    """The targeted posts of a unit and year as the HRSS approved them; a later approval is a new revision."""

    __tablename__ = "targeted_plan"
    __table_args__ = (
        CheckConstraint(one_of("state", PlanState), name="state"),
        CheckConstraint("headcount >= 0", name="headcount"),
        CheckConstraint("unit_id = lineage[cardinality(lineage)]", name="lineage_ends_at_unit"),
        UniqueConstraint("unit_id", "year", "revision", name="uq_targeted_plan_revision"),
        Index(
            "uq_targeted_plan_1_4_1_one_in_force",
            "unit_id",
            "year",
            unique=True,
            postgresql_where=text("state = 'IN_FORCE'"),
        ),
        Index("ix_targeted_plan_lineage", "lineage", postgresql_using="gin"),
    )

    unit_id: Mapped[UUID]
    year: Mapped[int] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(20))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    hrss_id: Mapped[UUID]
    row_code: Mapped[str] = mapped_column(String(40))
    headcount: Mapped[int]
    senior_posts: Mapped[int]
    """How many senior posts the row of Annex 1 makes of the headcount, full and associate together."""
    middle_posts: Mapped[int]
    document_no: Mapped[str] = mapped_column(String(120))
    actor_name: Mapped[str] = mapped_column(String(120))


targeted_plan = cast("Table", TargetedPlan.__table__)


class TargetedLevel(Base):
    """One level's targeted posts; what the notice derives the database derives (附件2 说明2)."""

    __tablename__ = "targeted_plan_level"
    __table_args__ = (
        CheckConstraint(LEVELS, name="level"),
        CheckConstraint("approved >= 0", name="approved"),
        CheckConstraint("employed >= 0", name="employed"),
        CheckConstraint("qualified_not_employed >= 0", name="qualified_not_employed"),
    )

    plan_id: Mapped[UUID] = mapped_column(
        ForeignKey("targeted_plan.id", ondelete="CASCADE"), primary_key=True
    )
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    approved: Mapped[int]
    employed: Mapped[int]
    qualified_not_employed: Mapped[int]
    vacant: Mapped[int] = mapped_column(Computed("approved - employed", persisted=True))
    declarable: Mapped[int] = mapped_column(
        Computed("approved - employed - qualified_not_employed", persisted=True)
    )
