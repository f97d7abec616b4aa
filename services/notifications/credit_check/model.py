"""One question to one platform about whoever declares; the person's name and number stand in no column of it."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.notifications.base import Base
from services.notifications.credit_check.states import CheckState
from services.notifications.outward.queue import Outgoing

OPEN = "delivered_at is null and dead_at is null"


class CreditCheck(Outgoing, Base):
    """A check; its id is the `webhook-id` under which it is asked, however often.

    `delivered_at` is when it was answered, `dead_at` when it was dropped: `last_error` says why. `subject` is the check
    itself: none waits for another.
    """

    __tablename__ = "credit_check"
    __table_args__ = (
        Index("ix_credit_check_open", "platform", "due_at", postgresql_where=text(OPEN)),
        Index("ix_credit_check_declaration", "declaration_id"),
        Index("ix_credit_check_lineage", "lineage", postgresql_using="gin"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    platform: Mapped[str] = mapped_column(String(60))
    declaration_id: Mapped[UUID]
    number: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    listed: Mapped[bool | None]
    document: Mapped[str | None] = mapped_column(String(120))
    begins: Mapped[date | None]
    until: Mapped[date | None]

    @property
    def standing(self) -> CheckState:
        """Where it stands."""
        if self.delivered_at is not None:
            return CheckState.ANSWERED
        return CheckState.DROPPED if self.dead_at is not None else CheckState.WAITING
