"""Rows of returns: who sent what back to whom, item by item."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.workflow.base import Base


class ReviewReturn(Keyed, Base):
    """One return to the level below; `to_organisation_id` is missing where that is the applicant (三（一）)."""

    __tablename__ = "review_return"
    __table_args__ = (Index("ix_review_return_declaration", "declaration_id", "id"),)

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    turn: Mapped[int]
    round: Mapped[int]
    from_organisation_id: Mapped[UUID]
    to_organisation_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    reviewer_name: Mapped[str] = mapped_column(String(120))
    items: Mapped[list[dict[str, Any]]]
    returned_at: Mapped[datetime]
