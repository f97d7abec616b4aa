"""Rows of review criteria."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class Criteria(Keyed, Versioned, Base):
    """One version of the review criteria of a series (or specialty) and level (一（一）).

    `edition` counts the versions of the same series, specialty, level and served place; gates and menus never change after
    proposal. `serves_id` is the region's HRSS or the unit under which alone they apply; None: the whole province (一（三）1).
    """

    __tablename__ = "criteria"
    __table_args__ = (
        Index("ix_criteria_in_force", "series", "level", "state", "effective_from"),
        Index(
            "uq_criteria_edition",
            "province",
            "series",
            "level",
            text("coalesce(specialty_id, '00000000-0000-0000-0000-000000000000')"),
            text("coalesce(serves_id, '00000000-0000-0000-0000-000000000000')"),
            "edition",
            unique=True,
        ),
    )

    series: Mapped[str] = mapped_column(String(40))
    specialty_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialty.id"))
    level: Mapped[str] = mapped_column(String(24))
    serves_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(200))
    edition: Mapped[int]
    effective_from: Mapped[date]
    documents: Mapped[dict[str, Any]]
    gates: Mapped[list[dict[str, Any]]]
    menus: Mapped[list[dict[str, Any]]]
    state: Mapped[str] = mapped_column(String(24))
    organisation_id: Mapped[UUID]
    published_at: Mapped[datetime | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
