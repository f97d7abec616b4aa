"""What receivers took long ago is removed, a little at a time: messages with their deliveries and tries.

A message stays while one receiver that is still there waits for it, or has not taken it and nobody has passed it over. One of
an organisation that is gone is not there any more.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.sql.dml import ReturningDelete

from services.kit.db import Database
from services.notifications.outward.queue import WITHOUT_SESSION
from services.notifications.webhook.channel import THERE
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint, WebhookMessage

log = structlog.get_logger(__name__)
MESSAGES = 200
"""So many messages are removed in one transaction."""


async def purge(database: Database, days: int) -> int:
    """Remove every message that was kept for so many days and is of no use any more; how many."""
    removed = 0
    while True:
        async with database.begin() as tx:
            done = (await tx.scalars(oldest(days), execution_options=WITHOUT_SESSION)).all()
        removed += len(done)
        if len(done) < MESSAGES:
            break
    if removed:
        log.info("removed what receivers took long ago", messages=removed)
    return removed


def oldest(days: int) -> ReturningDelete[UUID]:
    """The oldest messages whose time is over, and that nobody waits for."""
    over = WebhookMessage.created_at < func.now() - timedelta(days=days)
    waits = (
        select(WebhookDelivery.id)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.message_id == WebhookMessage.id, *THERE)
        .where(WebhookDelivery.delivered_at.is_(None), WebhookDelivery.passed_over_at.is_(None))
    )
    these = select(WebhookMessage.id).where(over, ~waits.exists()).order_by(WebhookMessage.created_at)
    held = these.limit(MESSAGES).with_for_update(skip_locked=True, of=WebhookMessage)
    return delete(WebhookMessage).where(WebhookMessage.id.in_(held)).returning(WebhookMessage.id)
