"""Whatever is open has a lane, however routing, delivering and redriving fall together."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.kit import outbox
from services.kit.clock import Moment
from services.relay import lanes, letters, routes
from services.relay.source import open_pool
from tests.services.relay.conftest import ended

QUOTA = "quota"
NOW = Moment(datetime.now(UTC))


@pytest.fixture
async def pool(direct_url):
    """The relay's own connections to workflow's schema."""
    async with open_pool(direct_url("workflow"), size=4) as opened:
        yield opened


async def leased(pool, seconds: float = 60.0) -> list[lanes.Lane]:
    """What a relay gets to deliver to quota now."""
    return await lanes.lease(pool, QUOTA, 8, 50, seconds)


async def test_an_event_committed_late_is_not_left_behind(pool, session):
    """The earlier number of two comes to light while the later one is under way: the lane stays for it."""
    subject = uuid4()
    early, late = ended(subject, 1), ended(subject, 2)
    async with session("workflow") as slow:
        await outbox.publish(slow, early, NOW)
        async with session("workflow") as quick:
            await outbox.publish(quick, late, NOW)
        await lanes.route(pool, routes.pairs())
        [lane] = await leased(pool)
    await lanes.route(pool, routes.pairs())
    assert await lanes.delivered(pool, lane, lane.letters[0], 60) is lanes.Hold.KEPT
    await lanes.release(pool, lane)
    [again] = await leased(pool)
    assert [letter.event_id for letter in again.letters] != [letter.event_id for letter in lane.letters]


async def test_relays_that_route_at_once_route_each_event_once(direct_url, session):
    """One may begin while another's turn is not over, and get its own right after that: it leaves out what the other routed."""
    subjects, over = [uuid4() for _ in range(5)], asyncio.Event()

    async def write() -> None:
        for number in range(60):
            async with session("workflow") as tx:
                for each in subjects:
                    await outbox.publish(tx, ended(each, number), NOW)
        over.set()

    async def routing() -> None:
        async with open_pool(direct_url("workflow"), size=1) as own:
            while not over.is_set() or (await lanes.route(own, routes.pairs()))[0]:
                await lanes.route(own, routes.pairs())

    await asyncio.gather(write(), *(routing() for _ in range(6)))
    async with session("workflow") as tx:
        told = await tx.execute(
            select(outbox.outbox_delivery.c.subscriber, func.count()).group_by(
                outbox.outbox_delivery.c.subscriber
            )
        )
        assert dict(told.all()) == {"gateway": 300, "notifications": 300, QUOTA: 300}


async def test_whoever_has_something_due_is_told(pool, session):
    """Of new events and of what a dead relay left, and of nothing that is leased, put off or parked."""
    assert await lanes.route(pool, routes.pairs()) == (0, [])
    async with session("workflow") as tx:
        await outbox.publish(tx, ended(uuid4(), 1), NOW)
    routed, awaited = await lanes.route(pool, routes.pairs())
    assert (routed, sorted(awaited)) == (1, ["gateway", "notifications", QUOTA])
    assert await lanes.route(pool, routes.pairs([QUOTA])) == (0, [QUOTA])
    [lane] = await leased(pool)
    assert await lanes.route(pool, routes.pairs([QUOTA])) == (0, [])
    await pool.execute("update outbox_lane set due_at = now() where subscriber = $1", QUOTA)
    assert await lanes.route(pool, routes.pairs([QUOTA])) == (0, [QUOTA])
    await lanes.set_back(pool, lane, lane.letters[0], error="no", seconds=60, dead=False)
    assert await lanes.route(pool, routes.pairs([QUOTA])) == (0, [])
    await lanes.set_back(
        pool, await _taken_again(pool, lane), lane.letters[0], error="no", seconds=0, dead=True
    )
    assert await lanes.route(pool, routes.pairs([QUOTA])) == (0, [])


async def _taken_again(pool, lane: lanes.Lane) -> lanes.Lane:
    await pool.execute("update outbox_lane set due_at = now() where subject = $1", lane.subject)
    [again] = await leased(pool)
    return again


async def test_a_lane_with_something_open_is_not_forgotten(pool, session):
    """A lease that saw no letter and the newest mark at once does not take the letter's lane away."""
    async with session("workflow") as tx:
        await outbox.publish(tx, ended(uuid4(), 1), NOW)
    await lanes.route(pool, routes.pairs())
    [lane] = await leased(pool)
    await lanes.forget(pool, lane)
    [again] = await leased(pool)
    assert again.letters == lane.letters


async def test_a_lane_put_off_by_a_clock_that_was_ahead_is_brought_back(pool, session, direct_url):
    """The database's clock was hours ahead when a relay took the lane; put right, the lane is not held for hours."""
    async with session("workflow") as tx:
        await outbox.publish(tx, ended(uuid4(), 1), NOW)
    await lanes.route(pool, routes.pairs())
    [lane] = await leased(pool, seconds=20)
    assert await lanes.bring_back(pool, [QUOTA], 20) == 0
    await pool.execute("update outbox_lane set due_at = due_at + interval '3 hours'")
    assert await lanes.bring_back(pool, ["another"], 20) == 0
    assert await leased(pool) == []
    assert await lanes.bring_back(pool, [QUOTA], 20) == 1
    [again] = await leased(pool)
    assert again.letters == lane.letters
    assert await lanes.delivered(pool, lane, lane.letters[0], 20) is lanes.Hold.LOST


async def test_a_letter_redriven_late_is_not_left_behind(pool, session):
    """A dead letter that was passed over is tried again while a later one is under way: the lane stays for it."""
    subject = uuid4()
    async with session("workflow") as tx:
        for number in range(2):
            await outbox.publish(tx, ended(subject, number), NOW)
    await lanes.route(pool, routes.pairs())
    [lane] = await leased(pool)
    await lanes.set_back(pool, lane, lane.letters[0], error="no", seconds=0, dead=True)
    assert await letters.pass_over(pool, lane.letters[0].event_id, QUOTA) == 1
    [lane] = await leased(pool)
    await letters.redrive(pool, subscriber=QUOTA)
    await lanes.delivered(pool, lane, lane.letters[0], 60)
    await lanes.release(pool, lane)
    [again] = await leased(pool)
    assert len(again.letters) == 1
