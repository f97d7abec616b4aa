"""A recommendation's place among the unit's posts."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, Table, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.accounts.contract import OrganisationNature, PersonKind
from services.kit.db import Keyed, Versioned
from services.quota.base import Base, one_of
from services.quota.contract import Ground, PostPool, ReservationState, TitleLevel


class Reservation(Keyed, Versioned, Base):
    """One row per recommendation, for ever: a retried request finds it and gets the same answer."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint(one_of("state", ReservationState), name="state"),
        CheckConstraint(one_of("level", TitleLevel), name="level"),
        CheckConstraint("(state = 'EXEMPT') = (exempt_by is not null)", name="2_1_1_exempt_by_a_clause"),
        CheckConstraint(one_of("person_kind", PersonKind), name="person_kind"),
        CheckConstraint(one_of("unit_nature", OrganisationNature), name="unit_nature"),
        CheckConstraint(one_of("pool", PostPool), name="1_4_1_pool"),
        CheckConstraint(one_of("ground", Ground), name="ground"),
        Index(
            "ix_reservation_flagged",
            "unit_id",
            "year",
            postgresql_where=text("flagged_at is not null"),
        ),
        Index(
            "ix_reservation_live",
            "unit_id",
            "year",
            "pool",
            "level",
            postgresql_where=text("state in ('HELD', 'CONFIRMED')"),
        ),
        Index("ix_reservation_held", "created_at", postgresql_where=text("state = 'HELD'")),
        Index(
            "ix_reservation_unknown",
            "asked_at",
            postgresql_where=text("state = 'HELD' and known_at is null"),
        ),
        Index("ix_reservation_lineage", "lineage", postgresql_using="gin"),
    )

    recommendation_id: Mapped[UUID] = mapped_column(unique=True)
    unit_id: Mapped[UUID]
    unit_nature: Mapped[str | None] = mapped_column(String(40))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    year: Mapped[int] = mapped_column(SmallInteger)
    pool: Mapped[str] = mapped_column(String(20), default=PostPool.GENERAL, server_default=PostPool.GENERAL)
    level: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID]
    person_name: Mapped[str | None] = mapped_column(String(120))
    person_kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    exempt_by: Mapped[str | None] = mapped_column(String(40))
    ground: Mapped[str | None] = mapped_column(String(40))
    """On what ground the unit recommends outside its numbers, and `assessment`: the document of its assessment."""
    assessment: Mapped[str | None] = mapped_column(String(200))
    flagged_at: Mapped[datetime | None]
    """Since when nothing bears it: what it rested on has gone."""
    known_at: Mapped[datetime | None]
    """When workflow was first heard to know the recommendation; real time."""
    asked_at: Mapped[datetime]
    """Until it is known: when workflow was last asked, at first the time of the hold; real time."""


reservation = cast("Table", Reservation.__table__)
