"""Rows of reports; `identity` is sealed and no answer, event or log carries it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.workflow.base import Base


class Report(Keyed, Versioned, Base):
    """What somebody reported against a declaration; `lineage` are the bodies above its unit, which may check it.

    `due_on` is the last day of who is to take it up or decide on it, `escalated_on` when its being over was told above.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_lineage", "lineage", postgresql_using="gin"),
        Index(
            "ix_report_holding", "declaration_id", postgresql_where=text("state in ('CHECKING', 'FOUNDED')")
        ),
        Index(
            "ix_report_overdue", "id", postgresql_where=text("escalated_on is null and due_on is not null")
        ),
        Index("ix_report_anonymous", "reported_at", postgresql_where=text("anonymous")),
    )

    declaration_id: Mapped[UUID] = mapped_column(ForeignKey("declaration.id"))
    number: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    anonymous: Mapped[bool]
    identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[datetime]
    decided_on: Mapped[date | None]
    due_on: Mapped[date | None]
    escalated_on: Mapped[date | None]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
