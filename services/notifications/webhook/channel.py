"""An event becomes one message, in the transaction that took it, and one delivery of it a receiver that may hear it."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, Uuid, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_once
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.kit.outbox import CloudEvent, Event
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint, WebhookMessage
from services.notifications.webhook.policy import Telling, Told, fits
from services.notifications.webhook.states import DisabledFor, EndpointState

LISTENING = (EndpointState.ENABLED, EndpointState.PAUSED)
THERE = (
    WebhookEndpoint.state != EndpointState.REMOVED,
    WebhookEndpoint.disabled_for.is_distinct_from(DisabledFor.ORGANISATION_GONE),
)
"""Receivers that somebody may still have go on."""
HEARING = select(WebhookEndpoint.id, WebhookEndpoint.event_types, WebhookEndpoint.state).where(*THERE)
CONCERNED = HEARING.where(
    WebhookEndpoint.organisation_id == func.any(bindparam("organisations", type_=ARRAY(Uuid)))
)
DELIVERIES = cast(Table, WebhookDelivery.__table__)


async def deliver(
    tx: AsyncSession, telling: Telling, event: Event, envelope: CloudEvent, province: str
) -> None:
    """Keep what receivers are told of an event, where there are any that may hear it."""
    told = telling.events.get(event.type)
    concerned = told.concerned(event.model_dump(mode="json")) if told else None
    if told is None or concerned is None:
        return
    endpoints = [each for each in await _hearing(tx, told, concerned) if fits(each.event_types, event.type)]
    if not endpoints:
        return
    kept = await keep(
        tx,
        id=envelope.id,
        province=province,
        type=event.type,
        subject=event.subject,
        message=envelope.model_dump(mode="json") | {"data": telling.data_of(event)},
        concerned=concerned,
        public=told.public,
        own=False,
    )
    await hand_out(tx, [copy(kept, each.id) for each in endpoints if each.state in LISTENING])


async def _hearing(
    tx: AsyncSession, told: Told, concerned: list[UUID]
) -> Sequence[Row[UUID, list[str], str]]:
    """Receivers of the organisations concerned; one that is disabled can ask for it later."""
    heard = tx.execute(HEARING) if told.public else tx.execute(CONCERNED, {"organisations": concerned})
    return (await heard).all()


async def keep(tx: AsyncSession, **told: Any) -> WebhookMessage:
    """Keep a message, with its place in the order of what happened."""
    row = insert(WebhookMessage).values(**told).returning(WebhookMessage)
    return (await tx.execute(row)).scalar_one()


def copy(message: Any, endpoint_id: UUID) -> dict[str, Any]:
    """A delivery of a message (or of a row of what is copied of one), not tried yet."""
    kept = {name: getattr(message, name) for name in ("province", "seq", "type", "subject")}
    return {"id": new_id(), "endpoint_id": endpoint_id, "message_id": message.id, "attempts": 0, **kept}


async def hand_out(tx: AsyncSession, copies: Sequence[Mapping[str, Any]]) -> None:
    """Keep deliveries; one that there is already is not made again."""
    if copies:
        once = insert_once(DELIVERIES).values(due_at=func.now()).on_conflict_do_nothing()
        await tx.execute(once, copies)
