"""Rows of flags, of the approvals that each rests on (append-only), and of findings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class ReviewFlag(Keyed, Versioned, Base):
    """That a reviewer approved at an implausible pace: once for a burst (三（二）); `lineage` is the organisation's."""

    __tablename__ = "review_flag"
    __table_args__ = (
        Index("ix_review_flag_reviewer", "organisation_id", "account_id", "id"),
        Index("ix_review_flag_lineage", "lineage", postgresql_using="gin"),
    )

    organisation_id: Mapped[UUID]
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    answering: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    reviewer_name: Mapped[str] = mapped_column(String(120))
    policy: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(24))
    raised_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str | None] = mapped_column(String(120))
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class FlaggedApproval(Keyed, Base):
    """One approval at an implausible pace, with the figures and what the policy then allowed (append-only).

    Of the stretch before the approval that left the least time: `materials` were opened in it and in its turn, `seconds`
    passed since the first of these; None where all was opened before. `approvals` fell into the window.
    """

    __tablename__ = "review_flag_approval"
    __table_args__ = (Index("ix_review_flag_approval_flag", "flag_id", "id"),)

    flag_id: Mapped[UUID] = mapped_column(ForeignKey("review_flag.id"))
    endorsement_id: Mapped[UUID] = mapped_column(ForeignKey("review_endorsement.id"), unique=True)
    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    number: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(24))
    grounds: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    seconds: Mapped[int | None]
    materials: Mapped[int]
    approvals: Mapped[int]
    seconds_per_material: Mapped[int]
    window_minutes: Mapped[int]
    approvals_in_window: Mapped[int]
    approved_at: Mapped[datetime]


class Finding(Keyed, Versioned, Base):
    """What a body above found: a correction ordered by a day, or a result void (三（二）).

    Answered, it is to be decided on by `decide_by`. `organisation_id` is whom it concerns, with its `lineage`; `body_id` decided, by a document. What each answered and
    decided before is in the history.
    """

    __tablename__ = "review_finding"
    __table_args__ = (
        Index("ix_review_finding_lineage", "lineage", postgresql_using="gin"),
        Index("ix_review_finding_organisation", "organisation_id", "id"),
        Index(
            "ix_review_finding_untold",
            "id",
            postgresql_where=text("state in ('ORDERED', 'ANSWERED') and escalated_on is null"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(24))
    policy: Mapped[str] = mapped_column(String(60))
    flag_id: Mapped[UUID | None] = mapped_column(ForeignKey("review_flag.id"))
    declaration_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    organisation_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    document_number: Mapped[str] = mapped_column(String(80))
    body_id: Mapped[UUID]
    decided_by_name: Mapped[str] = mapped_column(String(120))
    found_on: Mapped[date]
    due_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    escalated_on: Mapped[date | None]
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[UUID | None]
    answered_by_name: Mapped[str | None] = mapped_column(String(120))
    answered_on: Mapped[date | None]
    verdict: Mapped[str | None] = mapped_column(Text)
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
