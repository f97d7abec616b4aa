"""What is counted for operators: copies, webhooks and messages to platforms that are not sent, and providers that do not answer."""

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.kit.clock import Moment
from services.notifications.credit.model import CreditDelivery
from services.notifications.delivery.model import OPEN, Circuit, Copy
from services.notifications.webhook.model import WebhookDelivery
from services.telemetry.figures import Counted, Figure

COPIES_OPEN = text(OPEN)
COPIES_DEAD = Copy.dead_at.is_not(None)
WEBHOOKS_OPEN = (WebhookDelivery.delivered_at.is_(None), WebhookDelivery.passed_over_at.is_(None))
CREDIT_OPEN = CreditDelivery.delivered_at.is_(None)


async def _count(tx: AsyncSession, model: Any, *conditions: Any) -> float:
    return await tx.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


async def _age(tx: AsyncSession, made: InstrumentedAttribute[Any], *conditions: Any) -> float:
    """Seconds since the first that meets the conditions was made; 0 where none does."""
    age = func.extract("epoch", func.now() - func.min(made))
    return float(await tx.scalar(select(age).where(*conditions)) or 0)


async def copies(tx: AsyncSession, _: Moment) -> Counted:
    """Copies that wait, by channel."""
    counted = select(Copy.channel, func.count()).where(COPIES_OPEN).group_by(Copy.channel)
    return {(channel,): number for channel, number in await tx.execute(counted)}


async def oldest_copy(tx: AsyncSession, _: Moment) -> Counted:
    """How long the first of them waits: ids grow with time, so the least id is the oldest."""
    first = select(Copy.created_at).where(COPIES_OPEN).order_by(Copy.id).limit(1).scalar_subquery()
    return {(): float(await tx.scalar(select(func.extract("epoch", func.now() - first))) or 0)}


async def dead_copies(tx: AsyncSession, _: Moment) -> Counted:
    """Copies that were given up."""
    return {(): await _count(tx, Copy, COPIES_DEAD)}


async def circuits(tx: AsyncSession, _: Moment) -> Counted:
    """Whether a channel's provider is left alone for a while, by channel."""
    found = await tx.execute(select(Circuit.channel, Circuit.opened_at.is_not(None)))
    return {(channel,): float(is_open) for channel, is_open in found}


async def webhooks(tx: AsyncSession, _: Moment) -> Counted:
    """Deliveries to third parties that wait or were given up, the latter until somebody passes them over."""
    return {
        ("waiting",): await _count(tx, WebhookDelivery, *WEBHOOKS_OPEN, WebhookDelivery.dead_at.is_(None)),
        ("dead",): await _count(tx, WebhookDelivery, *WEBHOOKS_OPEN, WebhookDelivery.dead_at.is_not(None)),
    }


async def credit(tx: AsyncSession, _: Moment) -> Counted:
    """Messages that a platform has not taken yet."""
    return {(): await _count(tx, CreditDelivery, CREDIT_OPEN)}


async def oldest_credit(tx: AsyncSession, _: Moment) -> Counted:
    """How long the first of them waits."""
    return {(): await _age(tx, CreditDelivery.created_at, CREDIT_OPEN)}


FIGURES = (
    Figure("titles_copies_waiting", "Copies of notices that are not sent.", copies, ("channel",)),
    Figure("titles_copies_waiting_oldest_seconds", "How long the oldest of these waits.", oldest_copy),
    Figure("titles_copies_dead", "Copies of notices that were given up.", dead_copies),
    Figure("titles_channel_circuit_open", "1 while a provider is left alone.", circuits, ("channel",)),
    Figure("titles_webhooks", "Deliveries to third parties, waiting or given up.", webhooks, ("state",)),
    Figure("titles_credit_waiting", "Messages that credit platforms have not taken.", credit),
    Figure("titles_credit_waiting_oldest_seconds", "How long the oldest of these waits.", oldest_credit),
)
