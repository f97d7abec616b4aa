"""Events leave with the transaction that caused them: CloudEvents in an outbox, delivered by the relay.

At least once, in order per subject. `outbox` holds what happened; `outbox_delivery` who still has to hear it;
`outbox_lane` is one subscriber's queue of one subject, the thing a relay takes a lease on.
"""

from types import ModuleType
from typing import Any, ClassVar
from uuid import UUID

from opentelemetry import propagate
from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Function,
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
from services.kit.frame import REQUEST_ID, outgoing
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
    Column("request_id", String(64)),
    Column("traceparent", String(55)),
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
    Index("ix_outbox_delivery_dead", "seq", postgresql_where=text("dead_at is not null")),
)

outbox_lane = Table(
    "outbox_lane",
    plumbing,
    Column("subscriber", String(60), primary_key=True),
    Column("subject", String(160), primary_key=True),
    Column("last_seq", BigInteger, nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("lease", Uuid),
    Column("parked_at", DateTime(timezone=True)),
    Index("ix_outbox_lane_due", "subscriber", "due_at", postgresql_where=text("parked_at is null")),
)
"""A lane exists while its subject has something open for the subscriber.

`due_at` is when a relay may take it: the time of the next attempt, or the end of the present `lease`. A lane is parked
behind a dead letter, so that nothing of its subject overtakes it.
"""


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
            "request_id": outgoing.get().get(REQUEST_ID),
            "traceparent": _traceparent(),
        }


def _traceparent() -> str | None:
    """The W3C trace context of what is being done, so that whoever hears of it goes on with it; None: it is not traced."""
    carried: dict[str, str] = {}
    propagate.inject(carried)
    return carried.get("traceparent")


def events_of(contract: ModuleType) -> list[type[Event]]:
    """The events that a service's contract publishes, in its order."""
    kinds = [each for each in vars(contract).values() if isinstance(each, type) and issubclass(each, Event)]
    own = f"{contract.__name__}."
    return [each for each in kinds if f"{each.__module__}.".startswith(own) and "type" in vars(each)]


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


def wake() -> Function[Any]:
    """The SQL that wakes the relay for this schema once the transaction is committed."""
    return func.pg_notify(CHANNEL, func.current_schema())


async def publish(tx: AsyncSession, event: Event, moment: Moment) -> None:
    """Put `event` into the outbox of this transaction.

    Events of one subject are in order if whoever publishes them has changed (and so locked) the subject's row before.
    """
    await tx.execute(insert(outbox).returning(wake()), event.row(moment))
