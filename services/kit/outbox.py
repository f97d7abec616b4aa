"""Events leave with the transaction that caused them: CloudEvents in an outbox, delivered by the relay.

At least once, in order per subject. `outbox` holds what happened; `outbox_delivery` who still has to hear it.
"""

from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    func,
    insert,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import Moment
from services.kit.db import plumbing
from services.kit.ids import new_id

CHANNEL = "outbox"
"""NOTIFY channel that wakes the relay."""

outbox = Table(
    "outbox",
    plumbing,
    Column("id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("type", String(120), nullable=False),
    Column("subject", String(160), nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("data", JSONB, nullable=False),
    Column("routed", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_outbox_unrouted", "seq", postgresql_where=text("not routed")),
)

outbox_delivery = Table(
    "outbox_delivery",
    plumbing,
    Column("event_id", Uuid, ForeignKey("outbox.id"), primary_key=True),
    Column("subscriber", String(60), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("subject", String(160), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column(
        "next_attempt_at",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.now(),
    ),
    Column("delivered_at", DateTime(timezone=True)),
    Column("dead_at", DateTime(timezone=True)),
    Column("last_error", Text),
    Index(
        "ix_outbox_delivery_open",
        "subscriber",
        "subject",
        "seq",
        postgresql_where=text("delivered_at is null and dead_at is null"),
    ),
)


class Event(BaseModel):
    """Base of every event in a service's contract; the fields are its `data`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]

    @property
    def subject(self) -> str:
        """What the event is about, as `kind/id`; events of one subject arrive in order."""
        raise NotImplementedError

    def row(self, moment: Moment) -> dict[str, Any]:
        """The event as a row of the outbox."""
        return {
            "id": new_id(),
            "type": self.type,
            "subject": self.subject,
            "time": moment.instant,
            "data": self.model_dump(mode="json"),
        }


class CloudEvent(BaseModel):
    """An event on the wire: CloudEvents 1.0, structured JSON."""

    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = "application/json"
    data: dict[str, Any]


async def publish(tx: AsyncSession, event: Event, moment: Moment) -> None:
    """Put `event` into the outbox of this transaction."""
    await tx.execute(insert(outbox).values(**event.row(moment)))
    await tx.execute(text(f"select pg_notify('{CHANNEL}', '')"))
