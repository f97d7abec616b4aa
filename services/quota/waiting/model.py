"""Those who were refused for lack of places, one row per wish."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.quota.base import Base, one_of
from services.quota.contract import PostPool, TitleLevel


class Waiting(Keyed, Base):
    """One person whom a unit wanted to recommend for a level; the first refusal gives the place in the order."""

    __tablename__ = "waiting"
    __table_args__ = (
        CheckConstraint(one_of("level", TitleLevel), name="level"),
        CheckConstraint(one_of("pool", PostPool), name="pool"),
        UniqueConstraint("unit_id", "year", "pool", "level", "person_id", name="uq_waiting_wish"),
        Index(
            "ix_waiting_unplaced",
            "unit_id",
            "year",
            "pool",
            "level",
            "id",
            postgresql_where=text("placed_at is null"),
        ),
        Index("ix_waiting_lineage", "lineage", postgresql_using="gin"),
    )

    unit_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    year: Mapped[int] = mapped_column(SmallInteger)
    pool: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID]
    person_name: Mapped[str | None] = mapped_column(String(120))
    refused_at: Mapped[datetime]
    refusals: Mapped[int] = mapped_column(default=1, server_default="1")
    told_at: Mapped[datetime | None]
    """When the unit was told that a place had become free for this one; cleared by another refusal."""
    placed_at: Mapped[datetime | None]
