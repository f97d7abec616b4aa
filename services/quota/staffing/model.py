"""The staffing ledger as rows: a unit's book, its people, movements and their entries. Movements are only ever added."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.quota.base import Base, one_of
from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.staffing import states
from services.quota.staffing.states import EXITS

LEAVE = ", ".join(repr(str(each)) for each in EXITS)
FILED = (
    "pool = 'TARGETED' and level is not null"
    f" and cause in ({', '.join(repr(str(each)) for each in states.FILED)})"
)
"""The condition of employments on targeted posts, as their index has it."""


class StaffingBook(Keyed, Base):
    """A unit's book. Whoever writes into it locks this row first; a person's one post is of either pool, so it is one.

    Its lineage says who reads it.
    """

    __tablename__ = "staffing_book"
    __table_args__ = (
        CheckConstraint("unit_id = lineage[cardinality(lineage)]", name="lineage_ends_at_unit"),
        Index("ix_staffing_book_lineage", "lineage", postgresql_using="gin"),
    )

    unit_id: Mapped[UUID] = mapped_column(unique=True)
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class StaffMember(Keyed, Base):
    """Who holds or held a post; `person_id` is the account's person, where there is one."""

    __tablename__ = "staff_member"
    __table_args__ = (
        CheckConstraint("length(btrim(name)) > 0", name="a2_name"),
        Index(
            "uq_staff_member_person",
            "unit_id",
            "person_id",
            unique=True,
            postgresql_where=text("person_id is not null"),
        ),
        Index(
            "uq_staff_member_name",
            "unit_id",
            "name",
            unique=True,
            postgresql_where=text("person_id is null"),
        ),
        Index("ix_staff_member_name", "unit_id", "name"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("staffing_book.unit_id"))
    name: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[UUID | None]


staff_member = cast("Table", StaffMember.__table__)


class StaffingMovement(Base):
    """One movement, never changed; a reversal names the one that it takes back."""

    __tablename__ = "staffing_movement"
    __table_args__ = (
        CheckConstraint(one_of("cause", Cause), name="cause"),
        CheckConstraint(one_of("pool", PostPool), name="1_4_1_pool"),
        CheckConstraint(one_of("level", TitleLevel), name="level"),
        CheckConstraint(one_of("from_level", TitleLevel), name="from_level"),
        CheckConstraint("(cause = 'REVERSAL') = (reverses_id is not null)", name="reverses"),
        CheckConstraint("cause <> 'PLAN_SET' or posts >= 0", name="a2_posts"),
        CheckConstraint(
            f"cause not in ({LEAVE}) or"
            " (length(btrim(document)) > 0 and length(btrim(reason)) > 0 and title is not null)",
            name="a2_n3_proof",
        ),
        CheckConstraint(
            "cause <> 'POST_DECISION' or (takes_post is not null and length(btrim(reason)) > 0)",
            name="a2_n2_exam_reason",
        ),
        Index("ix_staffing_movement_unit", "unit_id", "id"),
        Index("ix_staffing_movement_member", "member_id", "seq"),
        Index("ix_staffing_movement_plan", "unit_id", postgresql_where=text("cause = 'PLAN_SET'")),
        Index("ix_staffing_movement_exam", "unit_id", postgresql_where=text("by_examination")),
        Index("ix_staffing_movement_filed", "id", postgresql_where=text(FILED)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    """The order of what is recorded on one day; a unit's movements are written one after the other."""
    province: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("staffing_book.unit_id"))
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_member.id"))
    cause: Mapped[str] = mapped_column(String(20))
    on_date: Mapped[date]
    pool: Mapped[str] = mapped_column(String(20))
    level: Mapped[str | None] = mapped_column(String(20))
    from_level: Mapped[str | None] = mapped_column(String(20))
    posts: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(String(120))
    post_grade: Mapped[str | None] = mapped_column(String(60))
    document: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(Text)
    since: Mapped[date | None]
    by_examination: Mapped[bool] = mapped_column(default=False, server_default="false")
    takes_post: Mapped[bool | None]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("staffing_movement.id"), unique=True)
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


staffing_movement = cast("Table", StaffingMovement.__table__)


class StaffingEntry(Base):
    """What a movement changes of one number; the entries of a reversal keep the cause and date of what it takes back."""

    __tablename__ = "staffing_entry"
    __table_args__ = (
        CheckConstraint(one_of("pool", PostPool), name="1_4_1_pool"),
        CheckConstraint(one_of("measure", Measure), name="measure"),
        CheckConstraint(one_of("level", TitleLevel), name="level"),
        CheckConstraint("delta <> 0", name="changes_something"),
        Index(
            "ix_staffing_entry_unit",
            "unit_id",
            "pool",
            "on_date",
            postgresql_include=["measure", "level", "cause", "delta"],
        ),
        Index("ix_staffing_entry_member", "member_id"),
    )

    movement_id: Mapped[UUID] = mapped_column(ForeignKey("staffing_movement.id"), primary_key=True)
    pool: Mapped[str] = mapped_column(String(20), primary_key=True)
    measure: Mapped[str] = mapped_column(String(20), primary_key=True)
    level: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    cause: Mapped[str] = mapped_column(String(20))
    on_date: Mapped[date]
    delta: Mapped[int]


staffing_entry = cast("Table", StaffingEntry.__table__)
