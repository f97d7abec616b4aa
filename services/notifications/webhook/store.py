"""Receivers and deliveries of the organisations that the caller manages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.kit.ids import new_id
from services.notifications.outward.queue import WITHOUT_SESSION, in_flight
from services.notifications.webhook.errors import EndpointNotFound, WebhookDeliveryNotFound
from services.notifications.webhook.model import (
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookMessage,
)
from services.notifications.webhook.states import DeliveryState, EndpointState
from services.notifications.webhook.steps import MANAGERS

IN_FLIGHT = in_flight(WebhookDelivery)
STANDINGS: dict[DeliveryState, tuple[ColumnElement[bool], ...]] = {
    DeliveryState.WAITING: (WebhookDelivery.delivered_at.is_(None), WebhookDelivery.dead_at.is_(None)),
    DeliveryState.DELIVERED: (WebhookDelivery.delivered_at.is_not(None),),
    DeliveryState.DEAD: (
        WebhookDelivery.delivered_at.is_(None),
        WebhookDelivery.dead_at.is_not(None),
        WebhookDelivery.passed_over_at.is_(None),
    ),
    DeliveryState.PASSED_OVER: (
        WebhookDelivery.delivered_at.is_(None),
        WebhookDelivery.passed_over_at.is_not(None),
    ),
}
"""What `WebhookDelivery.standing` tells, as conditions."""


def visible(actor: Actor) -> Select[WebhookEndpoint]:
    """Receivers of the organisations that the caller manages, but for those removed."""
    managed = WebhookEndpoint.organisation_id.in_(actor.organisation_ids(*MANAGERS))
    return select(WebhookEndpoint).where(managed, WebhookEndpoint.state != EndpointState.REMOVED)


def readable(actor: Actor) -> Select[WebhookEndpoint]:
    """What the caller may look at: the receivers that it manages; all of them for whoever operates the platform."""
    if actor.seat(Role.OPERATOR) is None:
        return visible(actor)
    return select(WebhookEndpoint).where(WebhookEndpoint.state != EndpointState.REMOVED)


Whose = Callable[[Actor], Select[WebhookEndpoint]]


async def endpoint(
    tx: AsyncSession, endpoint_id: UUID, actor: Actor, *, lock: bool = False, whose: Whose = visible
) -> WebhookEndpoint:
    """A receiver, held until the transaction ends where it is to change.

    Raises:
        EndpointNotFound: there is none by that id in the caller's organisations.
    """
    wanted = whose(actor).where(WebhookEndpoint.id == endpoint_id)
    found: WebhookEndpoint | None = await tx.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise EndpointNotFound(field="endpoint_id")
    return found


async def delivery(
    tx: AsyncSession, delivery_id: UUID, actor: Actor, *, lock: bool = False, whose: Whose = visible
) -> tuple[WebhookDelivery, WebhookEndpoint]:
    """A delivery and its receiver, held until the transaction ends where it is to change, the receiver first as everywhere.

    Raises:
        WebhookDeliveryNotFound: there is none by that id to a receiver of the caller's organisations.
    """
    one = select(WebhookDelivery).where(WebhookDelivery.id == delivery_id)
    found: WebhookDelivery | None = await tx.scalar(one)
    if found is None:
        raise WebhookDeliveryNotFound(field="delivery_id")
    try:
        theirs = await endpoint(tx, found.endpoint_id, actor, lock=lock, whose=whose)
    except EndpointNotFound:
        raise WebhookDeliveryNotFound(field="delivery_id") from None
    if lock:
        held = one.with_for_update().execution_options(populate_existing=True)
        if (found := await tx.scalar(held)) is None:  # its time was over while the receiver was waited for
            raise WebhookDeliveryNotFound(field="delivery_id")
    return found, theirs


async def attempts(tx: AsyncSession, delivery_id: UUID) -> Sequence[WebhookAttempt]:
    """Every try of a delivery, newest first."""
    of = select(WebhookAttempt).where(WebhookAttempt.delivery_id == delivery_id)
    return list(await tx.scalars(of.order_by(WebhookAttempt.id.desc())))


async def number(tx: AsyncSession, organisation_id: UUID) -> int:
    """How many receivers an organisation has; no other is registered for it until the transaction ends."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"webhook/{organisation_id}"))))
    there = WebhookEndpoint.state != EndpointState.REMOVED
    of = select(func.count()).where(WebhookEndpoint.organisation_id == organisation_id, there)
    return int(await tx.scalar(of) or 0)


async def wake(tx: AsyncSession, endpoint_id: UUID, *conditions: ColumnElement[bool]) -> None:
    """Let what waits for a receiver be tried at once, but for what is being tried."""
    waiting = (WebhookDelivery.endpoint_id == endpoint_id, *STANDINGS[DeliveryState.WAITING])
    later = (WebhookDelivery.due_at > func.now(), ~IN_FLIGHT)
    woken = update(WebhookDelivery).where(*waiting, *later, *conditions).values(due_at=func.now())
    await tx.execute(woken, execution_options=WITHOUT_SESSION)


AT_ONCE = 1000
"""Of thirty days there may be more messages than one process should hold."""
COPIED = (
    WebhookMessage.province,
    WebhookMessage.seq,
    WebhookMessage.type,
    WebhookMessage.subject,
    WebhookMessage.id,
)
"""What a delivery takes from its message."""
AGAIN: dict[str, Any] = {
    "attempts": 0,
    "due_at": func.now(),
    "delivered_at": None,
    "dead_at": None,
    "passed_over_at": None,
    "passed_over_for": None,
}


async def again(tx: AsyncSession, row: WebhookDelivery) -> None:
    """Send one delivery again, under its id, and what waits behind it after it; one that is being sent is let be."""
    one = update(WebhookDelivery).where(WebhookDelivery.id == row.id, ~IN_FLIGHT).values(**AGAIN)
    await tx.execute(one, execution_options=WITHOUT_SESSION)
    await wake(tx, row.endpoint_id, WebhookDelivery.subject == row.subject)
    await tx.refresh(row)


async def pass_over(tx: AsyncSession, row: WebhookDelivery, reason: str) -> None:
    """Never send a dead delivery, and what waits behind it at once; among its tries it is told when, and why."""
    told = {"passed_over_at": func.now(), "passed_over_for": reason}
    one = update(WebhookDelivery).where(WebhookDelivery.id == row.id).values(**told)
    await tx.execute(one, execution_options=WITHOUT_SESSION)
    told_of = {"delivery_id": row.id, "answer": reason, "error": DeliveryState.PASSED_OVER}
    tx.add(WebhookAttempt(id=new_id(), province=row.province, ms=0, **told_of))
    await wake(tx, row.endpoint_id, WebhookDelivery.subject == row.subject)
    await tx.refresh(row)


async def again_since(tx: AsyncSession, endpoint_id: UUID, since: datetime) -> int:
    """Send everything again that was kept since an instant; how many there are.

    What is being sent is let be, and what somebody passed over is sent again by itself alone.
    """
    kept = select(WebhookMessage.id).where(WebhookMessage.created_at >= since, ~WebhookMessage.own)
    these = (WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.message_id.in_(kept))
    those = (~IN_FLIGHT, WebhookDelivery.passed_over_at.is_(None))
    reset = update(WebhookDelivery).where(*these, *those).values(**AGAIN)
    done = await tx.execute(reset, execution_options=WITHOUT_SESSION)
    return int(done.rowcount)  # type: ignore[attr-defined]


async def never_handed_out(
    tx: AsyncSession, row: WebhookEndpoint, types: Sequence[str], since: datetime
) -> Sequence[Row[str, int, str, str, UUID]]:
    """The first of what a receiver should have been told since an instant, and has no delivery of."""
    theirs = or_(WebhookMessage.public, WebhookMessage.concerned.contains([row.organisation_id]))
    has = select(WebhookDelivery.id).where(
        WebhookDelivery.endpoint_id == row.id, WebhookDelivery.message_id == WebhookMessage.id
    )
    missing = select(*COPIED).where(
        WebhookMessage.created_at >= since,
        ~WebhookMessage.own,
        WebhookMessage.type.in_(types),
        theirs,
        ~has.exists(),
    )
    return (await tx.execute(missing.order_by(WebhookMessage.seq).limit(AT_ONCE))).all()
