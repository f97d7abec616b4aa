"""Batches of a cycle."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class Batch(Keyed, Versioned, Base):
    """A batch of a cycle's declarations by one route, organised by a region for all below it (一（四）2).

    `windows` are those of its own, told as a cycle tells them. A declaration names its batch with route and cycle, so
    that none of another route or year is ever in it.
    """

    __tablename__ = "batch"
    __table_args__ = (
        UniqueConstraint("id", "cycle_id", "route"),
        Index(
            "uq_batch_live",
            *("cycle_id", "route", "organisation_id"),
            unique=True,
            postgresql_where=text("state <> 'WITHDRAWN'"),
        ),
        CheckConstraint(
            "case state when 'DRAFT' then published_at is null when 'PUBLISHED' then published_at is not null"
            " else true end",
            name="1_4_2_published",
        ),
    )

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    route: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(80))
    windows: Mapped[list[dict[str, Any]]]
    state: Mapped[str] = mapped_column(String(24))
    published_at: Mapped[datetime | None]
    organisation_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
