"""Shapes of receivers, deliveries and tries."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.notifications.webhook.states import DeliveryState, DisabledFor, EndpointAction, EndpointState

Url = Annotated[str, Field(min_length=1, max_length=500)]
Pattern = Annotated[str, Field(max_length=120, pattern=r"^(\*|[a-z0-9_]+(\.[a-z0-9_]+)*(\.\*)?)$")]
Patterns = Annotated[list[Pattern], Field(min_length=1, max_length=50)]
Description = Annotated[str, Field(max_length=200)]


class EndpointIn(BaseModel):
    """A receiver to register: event types as they are named, or the beginning of some with `.*`."""

    organisation_id: UUID
    url: Url
    event_types: Patterns
    description: Description = ""


class EndpointChangeIn(BaseModel):
    """What is to change; what is left out stays."""

    url: Url | None = None
    event_types: Patterns | None = None
    description: Description | None = None
    version: int | None = None


class VersionIn(BaseModel):
    """The version that was read."""

    version: int | None = None


class SinceIn(BaseModel):
    """From when on everything is sent again."""

    since: AwareDatetime


class PassOverIn(BaseModel):
    """Why a delivery is passed over; its receiver never hears of it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class EndpointOut(BaseModel):
    """A receiver; its secret is told once, elsewhere."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    organisation_id: UUID
    url: str
    event_types: list[str]
    description: str
    state: EndpointState
    disabled_for: DisabledFor | None
    failing_since: datetime | None
    held_until: datetime | None
    former_secret_until: datetime | None
    created_at: datetime
    version: int
    available_actions: list[EndpointAction] = []


class EndpointSecretOut(BaseModel):
    """A receiver and its secret, told this once."""

    endpoint: EndpointOut
    secret: str


class WebhookAttemptOut(BaseModel):
    """One try: the status that was answered, or in one word why none was; one that was passed over says so, and why."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    status: int | None
    ms: int
    answer: str
    error: str | None


class WebhookDeliveryOut(BaseModel):
    """A delivery to a receiver; `message_id` is the `webhook-id` under which it is sent every time."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    endpoint_id: UUID
    message_id: UUID
    type: str
    subject: str
    standing: DeliveryState
    attempts: int
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    dead_at: datetime | None
    passed_over_at: datetime | None
    passed_over_for: str | None
    last_error: str | None


class WebhookDeliveryWholeOut(WebhookDeliveryOut):
    """A delivery with every try, newest first."""

    tries: list[WebhookAttemptOut]


class RedeliveredOut(BaseModel):
    """How many deliveries are sent again."""

    count: int


class EventTypeOut(BaseModel):
    """An event that receivers may be told of, and the fields that they get."""

    type: str
    public: bool
    fields: list[str]
