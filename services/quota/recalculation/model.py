"""Recalculations as rows, and the standings of units that they find."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.quota.base import Base, one_of
from services.quota.contract import PostPool, TitleLevel
from services.quota.recalculation.states import RatioFound, RecalculationState


class Recalculation(Keyed, Versioned, Base):
    """One run over all institutions of the province; a year has at most one at work."""

    __tablename__ = "recalculation"
    __table_args__ = (
        CheckConstraint(one_of("state", RecalculationState), name="state"),
        Index(
            "uq_recalculation_one_at_work",
            "province",
            "year",
            unique=True,
            postgresql_where=text("state in ('COLLECTING', 'COUNTING')"),
        ),
        Index("ix_recalculation_done", "year", "id", postgresql_where=text("state = 'DONE'")),
    )

    year: Mapped[int] = mapped_column(SmallInteger)
    organisation_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(20))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    total: Mapped[int | None]
    """How many units there are to count; unknown while they are collected."""
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many units are collected, or counted."""
    stage: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """Which kind of units is collected now."""
    cursor: Mapped[UUID | None]
    """The last unit that is done; the work goes on behind it."""
    mark: Mapped[UUID | None]
    """An id made when the counting began: what is newer may not be in the figures."""
    problem: Mapped[str | None] = mapped_column(String(60))
    """Why the last attempt came no further."""
    lease: Mapped[UUID | None]
    """Which worker has it, and until when by real time."""
    lease_until: Mapped[datetime | None]


recalculation = cast("Table", Recalculation.__table__)


class UnitStanding(Base):
    """A unit in the last recalculation that came to it: what Annex 1 makes of its posts, in whole posts."""

    __tablename__ = "unit_standing"
    __table_args__ = (
        CheckConstraint(one_of("ratio", RatioFound), name="a1_ratio"),
        CheckConstraint("(ratio = 'ROW') = (row_code is not null)", name="a1_row"),
        Index("ix_unit_standing_short", "year", "unit_id", postgresql_where=text("short")),
    )

    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    has_form: Mapped[bool]
    short: Mapped[bool]
    """Whether more is recommended than any level's places bear."""
    ratio: Mapped[str] = mapped_column(String(20))
    row_code: Mapped[str | None] = mapped_column(String(40))
    headcount: Mapped[int | None]
    """Posts that the form in force approves; without one there is nothing to apply a ratio to."""
    unified_senior: Mapped[int | None]
    unified_middle: Mapped[int | None]
    unified_junior: Mapped[int | None]
    targeted_senior: Mapped[int | None]
    targeted_middle: Mapped[int | None]
    overall_senior: Mapped[int | None]
    overall_middle: Mapped[int | None]


class LevelStanding(Base):
    """One level of a unit's pool: figures, what recommendations take, and how they are placed (`allocation/rules.py`)."""

    __tablename__ = "unit_standing_level"
    __table_args__ = (
        CheckConstraint(one_of("pool", PostPool), name="1_4_1_pool"),
        CheckConstraint(one_of("level", TitleLevel), name="level"),
    )

    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    unit_id: Mapped[UUID] = mapped_column(primary_key=True)
    pool: Mapped[str] = mapped_column(String(20), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    approved: Mapped[int]
    employed: Mapped[int]
    qualified_not_employed: Mapped[int]
    declarable: Mapped[int]
    """By decision where one is in force, else by form or plan."""
    decided: Mapped[bool]
    held: Mapped[int]
    used: Mapped[int]
    deemed: Mapped[int]
    exit_places: Mapped[int]
    borrowed: Mapped[int]
    lent: Mapped[int]
    by_exits: Mapped[int]
    shortage: Mapped[int]
    free: Mapped[int | None]
    """None where no number limits the level."""


class StandingSum(Base):
    """What a finished recalculation found below one HRSS department in one prefecture, level by level."""

    __tablename__ = "standing_sum"
    __table_args__ = (
        CheckConstraint(one_of("pool", PostPool), name="1_4_1_pool"),
        CheckConstraint(one_of("level", TitleLevel), name="level"),
    )

    recalculation_id: Mapped[UUID] = mapped_column(
        ForeignKey("recalculation.id", ondelete="CASCADE"), primary_key=True
    )
    hrss_id: Mapped[UUID] = mapped_column(primary_key=True)
    prefecture_code: Mapped[str] = mapped_column(String(6), primary_key=True)
    pool: Mapped[str] = mapped_column(String(20), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    """From the root down to the department."""
    units: Mapped[int]
    counted: Mapped[int]
    """Of these, units with an approved form (in the targeted pool: with a plan in force)."""
    short_units: Mapped[int]
    approved: Mapped[int]
    employed: Mapped[int]
    qualified_not_employed: Mapped[int]
    declarable: Mapped[int]
    deficit: Mapped[int]
    """What levels in the red lack; it takes nothing from the places of other units."""
    held: Mapped[int]
    used: Mapped[int]
    shortage: Mapped[int]
    free: Mapped[int | None]
    """None where no number limits the level."""
    own_free: Mapped[int | None]
    """Own vacancies that nothing takes and that serve no other level; unlike `free` none of them counts twice."""
