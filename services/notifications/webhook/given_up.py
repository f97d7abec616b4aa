"""Whoever manages a receiver hears that a delivery was given up: what follows of its subject waits until somebody acts."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.clock import SHANGHAI, Moment
from services.kit.outbox import publish
from services.notifications.contract import WebhookDeliveryGivenUp
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint
from services.notifications.webhook.states import DeliveryState
from services.notifications.webhook.store import STANDINGS


async def tell(
    tx: AsyncSession, endpoint: WebhookEndpoint, delivery: WebhookDelivery, moment: Moment
) -> None:
    """Publish it, but once a day and receiver: not while another one of the day waits for somebody.

    The transaction holds the receiver, so that of two that are given up at once one is told.
    """
    today = func.date_trunc("day", func.now(), str(SHANGHAI))
    other = select(WebhookDelivery.id).where(
        WebhookDelivery.endpoint_id == endpoint.id,
        WebhookDelivery.id != delivery.id,
        WebhookDelivery.dead_at >= today,
        *STANDINGS[DeliveryState.DEAD],
    )
    if await tx.scalar(select(other.exists())):
        return
    event = WebhookDeliveryGivenUp(
        delivery_id=delivery.id,
        endpoint_id=endpoint.id,
        organisation_id=endpoint.organisation_id,
        url=endpoint.url,
        message_id=delivery.message_id,
        event_type=delivery.type,
        about=delivery.subject,
    )
    await publish(tx, event, moment)
