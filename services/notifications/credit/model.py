"""What platforms are told, once an event, and deliveries, one a platform of it, settled with the platform's receipt."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.notifications.base import Base
from services.notifications.credit.states import DeliveryState
from services.notifications.outward.queue import Outgoing


class CreditMessage(Keyed, Base):
    """What every platform is told of one event, whose id it has; kept whether or not there is a platform yet.

    `message` is sent byte for byte alike every time. `seq` is the order in which those of one case go out;
    `body_id` decided it.
    """

    __tablename__ = "credit_message"
    __table_args__ = (Index("ix_credit_message_subject", "subject", "seq"),)

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(160))
    document_number: Mapped[str] = mapped_column(String(80))
    message: Mapped[dict[str, Any]]
    body_id: Mapped[UUID]
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class CreditDelivery(Outgoing, Base):
    """One platform's copy of a message; its id is the one by which the platform drops what it has already.

    What never changes of a message stands here too, so that lists and claims read one table.
    """

    __tablename__ = "credit_delivery"
    __table_args__ = (
        UniqueConstraint("platform", "event_id"),
        Index(
            "ix_credit_delivery_open",
            "platform",
            "subject",
            "seq",
            postgresql_where=text("delivered_at is null"),
        ),
        Index("ix_credit_delivery_lineage", "lineage", postgresql_using="gin"),
    )

    platform: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("credit_message.id"))
    document_number: Mapped[str] = mapped_column(String(80))
    receipt: Mapped[str | None] = mapped_column(Text)
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    @property
    def standing(self) -> DeliveryState:
        """Where it stands."""
        if self.delivered_at is not None:
            return DeliveryState.DELIVERED
        return DeliveryState.DEAD if self.dead_at is not None else DeliveryState.WAITING
