"""Reconciliations and what they found, as rows; nothing of a person stands here."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.notifications.base import Base
from services.notifications.reconciliation.states import Standing


class Reconciliation(Keyed, Base):
    """One comparison with one platform; at most one of a platform is open.

    `held` is how many messages the platform listed, `sent` how many we know it received; `why` says what kept it from its end.
    """

    __tablename__ = "reconciliation"
    __table_args__ = (
        Index("uq_reconciliation_open", "platform", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_reconciliation_platform", "platform", "id"),
    )

    platform: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[UUID | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    held: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    differences: Mapped[int] = mapped_column(default=0)
    why: Mapped[str | None] = mapped_column(Text)

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        if self.ended_at is None:
            return Standing.ASKED if self.began_at is None else Standing.RUNNING
        if self.why is not None:
            return Standing.FAILED
        return Standing.DIFFERED if self.differences else Standing.AGREED


class Difference(Keyed, Base):
    """One message of which the two sides tell otherwise; `document_number` where it is one of ours."""

    __tablename__ = "reconciliation_difference"
    __table_args__ = (UniqueConstraint("reconciliation_id", "message_id"),)

    reconciliation_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation.id"))
    message_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    document_number: Mapped[str | None] = mapped_column(String(80))
