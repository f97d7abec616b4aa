"""Rows of what was known of a person at each submission, and of what was found when a declaration was accepted."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.workflow.base import Base


class DeclarationFact(Base):
    """What accounts had on record of the applicant at a submission, one document a round (append-only).

    `facts` is the person's standing: figures and titles with the records they follow from, and whether those are
    confirmed.
    """

    __tablename__ = "declaration_fact"

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    facts: Mapped[dict[str, Any]]
    told_at: Mapped[datetime]


class DeclarationEvaluation(Keyed, Base):
    """What was found of a declaration when it was accepted, with the office's own answers (append-only)."""

    __tablename__ = "declaration_evaluation"

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"), unique=True)
    round: Mapped[int]
    criteria_id: Mapped[UUID] = mapped_column(ForeignKey("criteria.id"))
    counted_from: Mapped[date | None]
    counted_until: Mapped[date]
    facts_on: Mapped[date | None]
    items: Mapped[list[dict[str, Any]]]
    account_id: Mapped[UUID]
    accepted_by_name: Mapped[str] = mapped_column(String(120))
