"""Whoever withdraws what is told of an event waits for who hands it over, one dispatch after the other."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import select, text

from services.notifications.delivery.model import Dispatch
from services.notifications.delivery.withdrawal import going_on, withdraw

NOW = datetime(2023, 11, 20, 9, tzinfo=UTC)
WAITING = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def told(event_id: UUID, dispatch_id: UUID, audience: str) -> Dispatch:
    """What is told of an event to an audience; all have been reached."""
    words = dict.fromkeys(("title_zh", "title_en", "body_zh", "body_en"), "评审结果")
    return Dispatch(
        id=dispatch_id, province="qinghai", event_id=event_id, audience=audience, type="x",
        template="x", topic="SEASON", subject="announcement/x", legal=False, at=NOW, basis=[], priority=1,
        attempts=0, due_at=NOW, done_at=NOW, **words,
    )  # fmt: skip


async def somebody_waits(session) -> None:
    """Until somebody waits for a lock; a transaction sees who is there as of its first look."""
    waiting = None
    while waiting is None:
        await asyncio.sleep(0.02)
        async with session("notifications") as tx:
            waiting = await tx.scalar(text(WAITING))


async def test_who_withdraws_and_who_hands_over_are_no_deadlock(database, session):
    """Both go through the dispatches in the order of their ids, in whatever order these are found."""
    event_id, (first, second) = uuid4(), sorted((uuid4(), uuid4()))
    async with session("notifications") as tx:
        for each, audience in ((second, "a"), (first, "b")):
            tx.add(told(event_id, each, audience))
            await tx.flush()

    async def withdrawing() -> None:
        async with session("notifications") as other:
            await withdraw(other, event_id, NOW)

    async with session("notifications") as tx:
        await going_on(tx, [first])
        waits = asyncio.create_task(withdrawing())
        await somebody_waits(session)
        assert await going_on(tx, [second]) == {second}
    await waits
    async with session("notifications") as tx:
        marked = await tx.scalars(select(Dispatch.withdrawn_at).where(Dispatch.event_id == event_id))
        assert set(marked) == {NOW}
