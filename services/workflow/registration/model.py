"""Rows of registrations of interest and of ranked lists."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class Registration(Keyed, Versioned, Base):
    """A person's interest in posts of a level that the unit's plan announces; whose unit and line it is, the plan tells."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_live",
            "person_id",
            "plan_id",
            unique=True,
            postgresql_where=text("state in ('REGISTERED', 'RANKED')"),
        ),
        CheckConstraint("pool in ('GENERAL', 'TARGETED')", name="1_4_1_pool"),
        Index("ix_registration_plan", "plan_id", "id"),
        Index("ix_registration_person", "person_id", "id"),
    )

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation_plan.id"))
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    person_id: Mapped[UUID]
    account_id: Mapped[UUID]
    person_name: Mapped[str] = mapped_column(String(120))
    series: Mapped[str] = mapped_column(String(40))
    specialty_id: Mapped[UUID | None] = mapped_column(ForeignKey("specialty.id"))
    level: Mapped[str] = mapped_column(String(24))
    pool: Mapped[str] = mapped_column(String(20))
    route: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(24))


class RankedList(Keyed, Base):
    """The order in which a unit recommends for the posts of a level and pool, as it was published inside it (append-only)."""

    __tablename__ = "ranked_list"
    __table_args__ = (UniqueConstraint("plan_id", "level", "pool", "no"),)

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("recommendation_plan.id"))
    level: Mapped[str] = mapped_column(String(24))
    pool: Mapped[str] = mapped_column(String(20))
    no: Mapped[int]


class RankedPerson(Keyed, Base):
    """One who is on a list, with what the unit gave and the place that follows from it (append-only).

    Those with the same `place` are equals. `posted` is what was confirmed of a village posting on that day, and `basis`
    the article on which the person stands before an equal. `change_reason`: why the person stands before one now whom
    the list before did not put below.
    """

    __tablename__ = "ranked_person"
    __table_args__ = (
        UniqueConstraint("list_id", "registration_id"),
        CheckConstraint("(score is null) <> (given is null)", name="one_measure"),
    )

    list_id: Mapped[UUID] = mapped_column(ForeignKey("ranked_list.id"))
    registration_id: Mapped[UUID] = mapped_column(ForeignKey("registration.id"))
    score: Mapped[float | None]
    given: Mapped[int | None]
    place: Mapped[int]
    posted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    change_reason: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[list[dict[str, Any]]]
