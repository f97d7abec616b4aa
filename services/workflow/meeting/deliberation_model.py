"""Rows of what comes before a vote: groups, hearings, recusals, opinions in writing. None leads to a ballot."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.workflow.base import Base
from services.workflow.meeting.states import Outcome


def _on_agenda(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["meeting_id", "declaration_id"],
        ["meeting_agenda.meeting_id", "meeting_agenda.declaration_id"],
        name=f"fk_{table}_agenda",
    )


class Group(Base):
    """A group of a meeting's experts (评议组), which proposes on its declarations; the committee votes on all."""

    __tablename__ = "meeting_group"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class Recusal(Base):
    """That an expert has recused him- or herself from a declaration, and why (append-only)."""

    __tablename__ = "meeting_recusal"
    __table_args__ = (_on_agenda("meeting_recusal"),)

    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    recused_at: Mapped[datetime]


class Hearing(Base):
    """When and where an applicant is heard or tested, what came of it, or why nothing of it is asked."""

    __tablename__ = "meeting_hearing"
    __table_args__ = (
        _on_agenda("meeting_hearing"),
        Index("ix_meeting_hearing_declaration", "declaration_id"),
        CheckConstraint(
            "outcome in ('WAIVED_BY_ROUTE', 'WAIVED') or starts_at < ends_at and place is not null",
            name="slot",
        ),
        CheckConstraint(
            "outcome <> 'WAIVED' or document_number is not null and note is not null",
            name="waiver_documented",
        ),
    )

    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    place: Mapped[str | None] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(24), default=Outcome.AWAITED)
    document_number: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(Text)


class Opinion(Base):
    """One version of an opinion in writing (评议意见), sealed (append-only).

    It keeps no time. `text_digest` is keyed, of the text without case of width, spaces and punctuation: equal texts
    are found without being read.
    """

    __tablename__ = "meeting_opinion"
    __table_args__ = (_on_agenda("meeting_opinion"),)

    meeting_id: Mapped[UUID] = mapped_column(primary_key=True)
    declaration_id: Mapped[UUID] = mapped_column(primary_key=True)
    expert_id: Mapped[UUID] = mapped_column(ForeignKey("expert.id"), primary_key=True)
    of_group: Mapped[bool] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    text_digest: Mapped[bytes] = mapped_column(LargeBinary)
