"""Events arrive at least once; each is handled once, in the transaction that remembers it, or in pieces before that."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from pydantic import ValidationError
from sqlalchemy import Column, DateTime, String, Table, Uuid, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import CurrentService
from services.kit.clock import CurrentMoment, Moment
from services.kit.db import Tx, plumbing
from services.kit.errors import Finding, Invalid
from services.kit.http import router
from services.kit.outbox import CloudEvent, Event

inbox = Table(
    "inbox",
    plumbing,
    Column("event_id", Uuid, primary_key=True),
    Column("type", String(120), nullable=False),
    Column("handled_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)

type_of_handler = Callable[[AsyncSession, Any, Moment, CloudEvent], Awaitable[None]]
"""A handler takes the transaction, the event as its contract's model, the moment, and the envelope."""


@dataclass(frozen=True, slots=True)
class InPieces:
    """A handler that has transactions of its own and remembers the event with the last of them (services/pieces)."""

    handle: Callable[[FastAPI, Any, CloudEvent], Awaitable[None]]


class EventUnreadable(Invalid):
    """The data do not fit the contract of the event's type."""

    code = "EVENT_UNREADABLE"
    zh = "事件 {type} 的数据不符合约定"
    en = "The data of event {type} do not fit its contract."


async def first_time(tx: AsyncSession, envelope: CloudEvent) -> bool:
    """Remember the event; False when it was handled before."""
    remembered = insert(inbox).on_conflict_do_nothing().returning(inbox.c.event_id)
    return (await tx.scalar(remembered, {"event_id": envelope.id, "type": envelope.type})) is not None


def consumer(handlers: Mapping[type[Event], type_of_handler | InPieces]) -> APIRouter:
    """`POST /events` for the relay: handled once, unknown types are none of our business."""
    by_type = {event.type: (event, handle) for event, handle in handlers.items()}
    events = router(tags=["events"])

    @events.post("/events", status_code=204, include_in_schema=False)
    async def receive(
        request: Request, envelope: CloudEvent, tx: Tx, moment: CurrentMoment, _: CurrentService
    ) -> None:
        """Take one event from the relay."""
        known = by_type.get(envelope.type)
        if known is None:
            return
        event, handle = known
        if isinstance(handle, InPieces):
            await tx.rollback()  # no connection is held while pieces take theirs
            await handle.handle(request.app, read(event, envelope), envelope)
        elif await first_time(tx, envelope):
            await handle(tx, read(event, envelope), moment, envelope)

    return events


def read(event: type[Event], envelope: CloudEvent) -> Event:
    """The envelope's data as the contract's model."""
    try:
        return event.model_validate(envelope.data)
    except ValidationError as error:
        findings = [
            Finding("INVALID_FIELD", e["msg"], e["msg"], ".".join(map(str, e["loc"]))) for e in error.errors()
        ]
        raise EventUnreadable(type=envelope.type, findings=findings) from error
