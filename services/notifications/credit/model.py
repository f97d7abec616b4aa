"""Deliveries: one row a platform and event, written with the event and settled with the platform's receipt."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed
from services.notifications.base import Base
from services.notifications.credit.states import DeliveryState


class CreditDelivery(Keyed, Base):
    """What a platform is told of one event; its id is the one by which the platform drops what it has already.

    `message` is sent byte for byte alike every time. `due_at` is when it may be tried next, or the end of the present try.
    """

    __tablename__ = "credit_delivery"
    __table_args__ = (
        UniqueConstraint("platform", "event_id"),
        Index(
            "ix_credit_delivery_open",
            "platform",
            "subject",
            "id",
            postgresql_where=text("delivered_at is null"),
        ),
        Index("ix_credit_delivery_lineage", "lineage", postgresql_using="gin"),
    )

    platform: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[UUID]
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(160))
    document_number: Mapped[str] = mapped_column(String(80))
    message: Mapped[dict[str, Any]]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    receipt: Mapped[str | None] = mapped_column(Text)
    lineage: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))

    @property
    def standing(self) -> DeliveryState:
        """Where it stands."""
        if self.delivered_at is not None:
            return DeliveryState.DELIVERED
        return DeliveryState.DEAD if self.dead_at is not None else DeliveryState.WAITING
