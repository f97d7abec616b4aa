"""Rows of cycles, specialties and arrangements."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
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


class Specialty(Keyed, Versioned, Base):
    """A review specialty under a series (一（二）)."""

    __tablename__ = "specialty"
    __table_args__ = (
        Index(
            "uq_specialty_name",
            "province",
            "series",
            "name",
            text("coalesce(region_code, '')"),
            unique=True,
        ),
    )

    series: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    region_code: Mapped[str | None] = mapped_column(String(12))
    industry: Mapped[str | None] = mapped_column(String(40))
    featured: Mapped[bool]
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
