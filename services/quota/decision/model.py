"""Decisions as rows: the head, and a number per level."""

from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.quota.base import Base, one_of
from services.quota.contract import TitleLevel
from services.quota.decision.states import DecisionState


class PostDecision(Keyed, Versioned, Base):
    """One decision; a unit has at most one in force a year."""

    __tablename__ = "post_decision"
    __table_args__ = (
        CheckConstraint(one_of("state", DecisionState), name="state"),
        CheckConstraint("length(btrim(reason)) > 0", name="2_1_2_reason_kept"),
        CheckConstraint("length(btrim(document_no)) > 0", name="2_1_2_document"),
        CheckConstraint("unit_id = lineage[cardinality(lineage)]", name="lineage_ends_at_unit"),
        Index(
            "uq_post_decision_2_1_2_one_in_force",
            "unit_id",
            "year",
            unique=True,
            postgresql_where=text("state = 'IN_FORCE'"),
        ),
        Index("ix_post_decision_lineage", "lineage", postgresql_using="gin"),
    )

    unit_id: Mapped[UUID]
    year: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(20))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    hrss_id: Mapped[UUID]
    document_no: Mapped[str] = mapped_column(String(120))
    decided_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(String(120))


post_decision = cast("Table", PostDecision.__table__)


class DecisionLevel(Base):
    """How many may be declared for a level by a decision; a level it does not name follows the form."""

    __tablename__ = "post_decision_level"
    __table_args__ = (
        CheckConstraint(one_of("level", TitleLevel), name="level"),
        CheckConstraint("declarable >= 0", name="declarable"),
    )

    decision_id: Mapped[UUID] = mapped_column(
        ForeignKey("post_decision.id", ondelete="CASCADE"), primary_key=True
    )
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    declarable: Mapped[int]
