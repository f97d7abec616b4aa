"""Receivers, what happened (once an event), its deliveries (one a receiver), and every try."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Keyed, Versioned
from services.notifications.base import Base
from services.notifications.outward.queue import Outgoing
from services.notifications.webhook.states import (
    DeliveryCase,
    DeliveryState,
    EndpointCase,
    EndpointState,
)


class WebhookEndpoint(Keyed, Versioned, Base):
    """Where an organisation is told what happens in its subtree; its secrets are sealed.

    `failing_since` is the first failure after the last success. `held_until` is how long it asked us to keep away.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (Index("ix_webhook_endpoint_organisation_id", "organisation_id"),)

    organisation_id: Mapped[UUID]
    url: Mapped[str] = mapped_column(String(500))
    event_types: Mapped[list[str]] = mapped_column(ARRAY(String(120)))
    description: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    former_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_secret_until: Mapped[datetime | None]
    created_by: Mapped[UUID]
    failing_since: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    disabled_for: Mapped[str | None] = mapped_column(String(30))

    def as_case(self) -> EndpointCase:
        """The receiver as its steps see it."""
        return EndpointCase(self.id, EndpointState(self.state), self.version, (self.organisation_id,))


class WebhookMessage(Keyed, Base):
    """What receivers are told of one event, whose id it has; `seq` is the order in which things happened.

    `concerned` are the organisations whose receivers hear of it; none for what everybody hears of. A test message is
    `own` to one receiver, and sent to nobody again.
    """

    __tablename__ = "webhook_message"
    __table_args__ = (
        Index("ix_webhook_message_created_at", "created_at"),
        Index("ix_webhook_message_concerned", "concerned", postgresql_using="gin"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    type: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(160))
    message: Mapped[dict[str, Any]]
    concerned: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    public: Mapped[bool]
    own: Mapped[bool]


class WebhookDelivery(Outgoing, Base):
    """One receiver's copy of a message; one that is passed over, for a reason, stays dead and holds nothing up."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "message_id"),
        Index(
            "ix_webhook_delivery_open",
            "endpoint_id",
            "subject",
            "seq",
            postgresql_where=text("delivered_at is null and passed_over_at is null"),
        ),
        Index(
            "ix_webhook_delivery_due",
            "endpoint_id",
            "due_at",
            "seq",
            postgresql_where=text("delivered_at is null and dead_at is null"),
        ),
        Index("ix_webhook_delivery_endpoint", "endpoint_id", "id"),
        Index("ix_webhook_delivery_message", "message_id"),
    )

    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoint.id"))
    message_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_message.id", ondelete="CASCADE"))
    passed_over_at: Mapped[datetime | None]
    passed_over_for: Mapped[str | None] = mapped_column(Text)

    def as_case(self, endpoint: WebhookEndpoint) -> DeliveryCase:
        """The delivery as its steps see it."""
        return DeliveryCase(self.id, self.standing, self.attempts, (endpoint.organisation_id,))

    @property
    def standing(self) -> DeliveryState:
        """Where it stands."""
        if self.delivered_at is not None:
            return DeliveryState.DELIVERED
        if self.passed_over_at is not None:
            return DeliveryState.PASSED_OVER
        return DeliveryState.DEAD if self.dead_at is not None else DeliveryState.WAITING


class WebhookAttempt(Keyed, Base):
    """One try of a delivery: what was answered, how fast, and with which first words; or that it was passed over, and why."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("ix_webhook_attempt_delivery", "delivery_id", "id"),)

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_delivery.id", ondelete="CASCADE"))
    status: Mapped[int | None]
    ms: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(String(80))
