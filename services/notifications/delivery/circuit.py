"""A provider that fails again and again is left alone, and asked with one message now and then until it takes one.

The state is a row, so that every replica knows it.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.delivery.model import Circuit
from services.notifications.delivery.policy import DeliveryPolicy


async def room(tx: AsyncSession, channel: str, at_once: int, now: datetime) -> int:
    """How many messages may be tried: as many as asked for, or one as a probe when that is due, or none.

    Who asks for a probe waits for whoever asked before: that one may find that it has nothing to send.
    """
    row = await tx.scalar(select(Circuit).where(Circuit.channel == channel))
    if row is None or row.opened_at is None:
        return at_once
    due = select(Circuit.channel).where(Circuit.channel == channel, Circuit.probe_at <= now)
    return 0 if await tx.scalar(due.with_for_update()) is None else 1


async def probing(tx: AsyncSession, channel: str, until: datetime) -> None:
    """Somebody tries it: where it is left alone, nobody else does meanwhile."""
    opened = update(Circuit).where(Circuit.channel == channel, Circuit.opened_at.is_not(None))
    await tx.execute(opened.values(probe_at=until))


async def away_longer_than(tx: AsyncSession, channel: str, patience: timedelta, now: datetime) -> bool:
    """Whether the provider has been away so long."""
    found = select(Circuit.channel).where(Circuit.channel == channel, Circuit.opened_at <= now - patience)
    return await tx.scalar(found) is not None


async def answered(tx: AsyncSession, channel: str) -> None:
    """It works: everything may go again."""
    troubled = update(Circuit).where(Circuit.channel == channel, Circuit.failures > 0)
    await tx.execute(troubled.values(failures=0, opened_at=None, probe_at=None))


async def failed(tx: AsyncSession, channel: str, policy: DeliveryPolicy, now: datetime) -> None:
    """It does not work; after so many times in a row it is left alone."""
    counted = insert(Circuit).values(channel=channel, failures=1)
    counted = counted.on_conflict_do_update(
        index_elements=[Circuit.channel], set_={"failures": Circuit.failures + 1}
    )
    failures: int = (await tx.execute(counted.returning(Circuit.failures))).scalar_one()
    if failures >= policy.failures_to_open:
        opened = {
            "opened_at": func.coalesce(Circuit.opened_at, now),
            "probe_at": now + policy.probe(failures),
        }
        await tx.execute(update(Circuit).where(Circuit.channel == channel).values(**opened))
