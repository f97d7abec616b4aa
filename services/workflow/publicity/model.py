"""Rows of publicities (append-only), of their ends (append-only) and of objections."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class Publicity(Keyed, Base):
    """What was made public, frozen: the service's role can neither alter nor remove the row.

    `opens_on` and `closes_on` are the first and the last day on which anybody may object.
    """

    __tablename__ = "publicity"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id", "round"),
        Index("ix_publicity_lineage", "lineage", postgresql_using="gin"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    subject_id: Mapped[UUID]
    round: Mapped[int]
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"))
    organisation_id: Mapped[UUID]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    working_days: Mapped[int]
    snapshot: Mapped[dict[str, Any]]
    concerned: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class PublicityEnd(Base):
    """That a publicity is ended, once: a decision rests on it, or its subject is gone (append-only)."""

    __tablename__ = "publicity_end"

    publicity_id: Mapped[UUID] = mapped_column(ForeignKey("publicity.id"), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]


class Objection(Keyed, Versioned, Base):
    """An objection raised in a publicity; `identity` is sealed and no answer, event or log carries it."""

    __tablename__ = "objection"
    __table_args__ = (Index("ix_objection_publicity", "publicity_id", "state"),)

    publicity_id: Mapped[UUID] = mapped_column(ForeignKey("publicity.id"))
    text: Mapped[str] = mapped_column(Text)
    anonymous: Mapped[bool]
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(Text)
    raised_on: Mapped[date]
    decided_on: Mapped[date | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
