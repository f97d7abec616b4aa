"""Rows of cycles, their extensions and pass marks, of specialties and arrangements."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class Cycle(Keyed, Versioned, Base):
    """One year's review; `windows` are frozen from the policy when it is made, and change by approved extension only."""

    __tablename__ = "cycle"
    __table_args__ = (UniqueConstraint("province", "year"),)

    year: Mapped[int]
    policy: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(24))
    windows: Mapped[list[dict[str, Any]]]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class CycleExtension(Keyed, Versioned, Base):
    """A window of a cycle that the province extends by a document; it opens nothing before it is published (三（六）).

    `withdrawn_by` is the document that takes it back.
    """

    __tablename__ = "cycle_extension"
    __table_args__ = (
        UniqueConstraint("cycle_id", "window", "document_number"),
        CheckConstraint(
            "state = 'WITHDRAWN' or (state = 'PUBLISHED') = (published_at is not null)",
            name="3_6_0_published",
        ),
        CheckConstraint(
            "(state = 'WITHDRAWN') = (withdrawn_at is not null)"
            " and (published_at is null or withdrawn_at is null or withdrawn_by is not null)",
            name="3_6_0_withdrawn",
        ),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    window: Mapped[str] = mapped_column(String(24))
    closes: Mapped[date]
    document_number: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(24))
    published_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]
    organisation_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class PassMark(Keyed, Base):
    """The state's pass mark of a level decided by examination and review, as the province put it on record (三（六）1).

    The service's role can neither alter nor remove the row: a correction is another one, by a document of its own, and
    the one with the highest `no` counts.
    """

    __tablename__ = "pass_mark"
    __table_args__ = (
        UniqueConstraint("cycle_id", "series", "level", "no"),
        UniqueConstraint("cycle_id", "series", "level", "document_number"),
        CheckConstraint("mark > 0", name="mark"),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    series: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(24))
    mark: Mapped[int]
    no: Mapped[int] = mapped_column(server_default="1")
    document_number: Mapped[str] = mapped_column(String(80))
    published_on: Mapped[date]


NAMED = ("province", "series", "name", text("coalesce(region_code, '')"))


class Specialty(Keyed, Versioned, Base):
    """A review specialty under a series (一（二）).

    An adjusted one is another row: `former_ids` names those it follows, oldest first, and `successor_id` what follows
    it. Whatever was begun under a row stays under it.
    """

    __tablename__ = "specialty"
    __table_args__ = (
        Index(
            "uq_specialty_name",
            *NAMED,
            unique=True,
            postgresql_where=text("state in ('FILED', 'WITHDRAWAL_PROPOSED')"),
        ),
        Index("uq_specialty_proposed", *NAMED, unique=True, postgresql_where=text("state = 'PROPOSED'")),
        CheckConstraint("(state = 'ADJUSTED') = (successor_id is not null)", name="1_2_adjusted_by_another"),
    )

    series: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str | None] = mapped_column(String(12))
    industry: Mapped[str | None] = mapped_column(String(40))
    featured: Mapped[bool]
    former_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialty.id"))
    state: Mapped[str] = mapped_column(String(24))
    organisation_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class Arrangement(Keyed, Versioned, Base):
    """The year's arrangement of a series, as its authority publishes it (三（四）)."""

    __tablename__ = "arrangement"
    __table_args__ = (Index("ix_arrangement_cycle_series", "cycle_id", "series"),)

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    series: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(24))
    organisation_id: Mapped[UUID]
    published_at: Mapped[datetime | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
