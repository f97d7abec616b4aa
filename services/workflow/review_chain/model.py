"""Rows of returns, who sent what back to whom, item by item, and what was answered; and of endorsements, who answers for what was passed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.workflow.base import Base


class ReviewReturn(Keyed, Base):
    """One return to the level below; `to_organisation_id` is missing where that is the applicant (三（一）)."""

    __tablename__ = "review_return"
    __table_args__ = (
        Index("ix_review_return_declaration", "declaration_id", "id"),
        Index("ix_review_return_reviewer", "from_organisation_id", "account_id", "returned_at"),
    )

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    turn: Mapped[int]
    round: Mapped[int]
    from_organisation_id: Mapped[UUID]
    to_organisation_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    reviewer_name: Mapped[str] = mapped_column(String(120))
    items: Mapped[list[dict[str, Any]]]
    returned_at: Mapped[datetime]


class ReturnAnswer(Keyed, Base):
    """With what one level passed on what had come back to it (append-only): [{item, answer}] (三（一）)."""

    __tablename__ = "return_answer"
    __table_args__ = (Index("ix_return_answer_declaration", "declaration_id", "id"),)

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    turn: Mapped[int]
    round: Mapped[int]
    organisation_id: Mapped[UUID]
    account_id: Mapped[UUID]
    reviewer_name: Mapped[str] = mapped_column(String(120))
    answers: Mapped[list[dict[str, Any]]]
    answered_at: Mapped[datetime]


class ReviewEndorsement(Keyed, Base):
    """That one reviewer answers for a declaration at one level, after judging every material (三（一）).

    `action` is the step by which: the first opinion on a strict one, passing on, or accepting. `answering` are the
    reviewer's account and those on whose behalf he or she acted then: a delegate and the principal count as one (三（二）).
    `lineage` is the organisation's, then: who stands above supervises.
    """

    __tablename__ = "review_endorsement"
    __table_args__ = (
        UniqueConstraint(
            "declaration_id", "turn", "account_id", "action", name="uq_review_endorsement_two_persons"
        ),
        Index("ix_review_endorsement_declaration", "declaration_id", "id"),
        Index("ix_review_endorsement_reviewer", "organisation_id", "account_id", "endorsed_at"),
        Index("ix_review_endorsement_lineage", "lineage", postgresql_using="gin"),
    )

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    organisation_id: Mapped[UUID]
    position: Mapped[int]
    turn: Mapped[int]
    round: Mapped[int]
    action: Mapped[str] = mapped_column(String(24))
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    answering: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    reviewer_name: Mapped[str] = mapped_column(String(120))
    endorsed_at: Mapped[datetime]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'::uuid[]"))
