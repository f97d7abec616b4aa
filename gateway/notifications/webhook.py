"""Webhooks (第三方推送): where an organisation is told what happens in its subtree, what it was sent, and sending again."""

from datetime import datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from gateway.accounts.organisation import Organisation
from gateway.context import Info
from gateway.ids import uuid_of
from gateway.relay import After, Connection, Entity, First, OneByOne, completed, page
from gateway.told import Told
from gateway.words import described, listed, terms

ENDPOINTS = "/v1/webhook-endpoints"
DELIVERIES = "/v1/webhook-deliveries"


@terms("Where a receiver stands.")
class WebhookEndpointState(Enum):
    """State of a receiver."""

    ENABLED = "推送中"
    PAUSED = "已暂停"
    DISABLED = "已停止推送"
    REMOVED = "已删除"


@terms("What can be done with a receiver; the platform alone disables one.")
class WebhookEndpointAction(Enum):
    """Action on a receiver."""

    PAUSE = "暂停推送"
    RESUME = "继续推送"
    DISABLE = "停止推送"
    ENABLE = "恢复推送"
    REMOVE = "删除接收地址"


@terms("Why the platform disabled a receiver.")
class WebhookDisabledFor(Enum):
    """Reason."""

    GONE = "接收方答复不再接收（410）"
    FAILING = "长期推送失败"
    CLIENT_DISABLED = "登记该地址的第三方应用已停用"
    ORGANISATION_GONE = "所属机构已撤销或合并"


@terms("Where a delivery to a receiver stands.")
class WebhookDeliveryState(Enum):
    """State of a delivery."""

    WAITING = "待推送"
    DELIVERED = "已推送"
    DEAD = "多次推送失败，待人工处理"
    PASSED_OVER = "已跳过，不再推送"


@strawberry.type(description="Where an organisation is told what happens in its subtree (推送接收地址).")
class WebhookEndpoint(Entity):
    """A receiver."""

    source = OneByOne("notifications", ENDPOINTS)

    id: relay.NodeID[UUID]
    url: str = described("Where it listens.")
    event_types: list[str] = listed("What it hears of: event types, or the beginning of some with `.*`.")
    description: str = described("What its organisation notes of it.")
    state: WebhookEndpointState = described("Where it stands.")
    disabled_for: WebhookDisabledFor | None = described("Why the platform disabled it.")
    failing_since: datetime | None = described("Since when it has taken nothing.")
    held_until: datetime | None = described("Until when it asked to be left alone (Retry-After).")
    former_secret_until: datetime | None = described("Until when its former secret signs beside the new one.")
    created_at: datetime = described("When it was registered.")
    version: int = described("How often it has changed.")
    available_actions: list[WebhookEndpointAction] = listed("What the caller may do with it now.")
    organisation_id: strawberry.Private[UUID]

    @strawberry.field(description="Whose it is.")
    def organisation(self, info: Info) -> Organisation | None:
        """The organisation."""
        return Organisation.edge(info, self.organisation_id)


@strawberry.type(description="One try of a delivery.")
class WebhookAttempt(Told):
    """A try."""

    created_at: datetime = described("When.")
    status: int | None = described("The HTTP status that was answered.")
    ms: int = described("How long it took, in milliseconds.")
    answer: str = described("The first bytes of the answer; the reason where it was passed over.")
    error: str | None = described(
        "In one word why there was no answer; PASSED_OVER where it was passed over."
    )


@strawberry.type(description="What a receiver was sent of one event (推送记录).")
class WebhookDelivery(Entity):
    """A delivery."""

    source = OneByOne("notifications", DELIVERIES)

    id: relay.NodeID[UUID]
    message_id: strawberry.ID = described("The `webhook-id` under which it is sent every time.")
    type: str = described("The event's type.")
    subject: str = described("What the event is about; those of one subject arrive in order.")
    standing: WebhookDeliveryState = described("Where it stands.")
    attempts: int = described("How often it was tried since it was last sent by hand.")
    created_at: datetime = described("Since when it is to be sent.")
    due_at: datetime = described("When it is tried next, while it waits.")
    delivered_at: datetime | None = described("When it was received.")
    dead_at: datetime | None = described("When it was given up.")
    passed_over_at: datetime | None = described(
        "When it was passed over (跳过): it is not sent, and holds nothing up."
    )
    passed_over_for: str | None = described("Why it was passed over.")
    last_error: str | None = described("What went wrong last.")
    tries: list[WebhookAttempt] | None = completed("Every try, newest first.")

    @property
    def from_list(self) -> bool:
        """Lists tell no tries."""
        return self.tries is None


@strawberry.type(description="An event that receivers may be told of.")
class WebhookEventType(Told):
    """An event type."""

    type: str = described("Its stable name.")
    public: bool = described("Whether all hear of it, whatever organisation they are of.")
    fields: list[str] = listed("The fields of the event that are told.")


@strawberry.type
class WebhookQuery:
    """Receivers and deliveries."""

    @strawberry.field(description="A receiver of an organisation that the caller manages.")
    async def webhook_endpoint(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> WebhookEndpoint | None:
        """One receiver."""
        return await WebhookEndpoint.at(info, id)

    @strawberry.field(
        description="The receivers of the organisations that the caller manages, of all for operators, newest first."
    )
    async def webhook_endpoints(
        self,
        info: Info,
        first: First,
        after: After = None,
        organisation_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Those of one organisation.")
        ] = None,
    ) -> Connection[WebhookEndpoint] | None:
        """Many receivers."""
        where = uuid_of(organisation_id, "Organisation", field="organisation_id") if organisation_id else None
        part = info.context.notifications
        return await page(part, ENDPOINTS, WebhookEndpoint.of, first, after, organisation_id=where)

    @strawberry.field(description="A delivery to a receiver of an organisation that the caller manages.")
    async def webhook_delivery(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> WebhookDelivery | None:
        """One delivery."""
        return await WebhookDelivery.at(info, id)

    @strawberry.field(description="What a receiver was sent, newest first.")
    async def webhook_deliveries(
        self,
        info: Info,
        endpoint_id: Annotated[strawberry.ID, strawberry.argument(description="The receiver.")],
        first: First,
        after: After = None,
        standing: Annotated[
            WebhookDeliveryState | None, strawberry.argument(description="Those that stand there.")
        ] = None,
    ) -> Connection[WebhookDelivery] | None:
        """Many deliveries."""
        path = f"{ENDPOINTS}/{uuid_of(endpoint_id, 'WebhookEndpoint', field='endpoint_id')}/deliveries"
        part, told = info.context.notifications, standing and standing.name
        return await page(part, path, WebhookDelivery.of, first, after, standing=told)

    @strawberry.field(description="The events that receivers may be told of.")
    async def webhook_event_types(self, info: Info) -> list[WebhookEventType] | None:
        """All of them."""
        return WebhookEventType.each(await info.context.notifications.get("/v1/webhook-event-types"))
