"""What subscribers may do to the relay: refuse, break, hang, deny; and what the operator can do about it."""

from __future__ import annotations

import asyncio
import signal

import asyncpg
from sqlalchemy import select

from services.kit.outbox import outbox_delivery, outbox_lane
from tests.services.relay.conftest import over_both, until


@over_both
async def test_a_refused_event_dies_and_holds_up_its_subject_only(relay, subscriber, publish_ended):
    """After three refusals it is a dead letter; its subject waits, the others arrive; a redrive goes on in order."""
    quota = await subscriber("quota")
    running = relay(quota=quota.url)
    subjects = await publish_ended(5, 3)
    bad = f"recommendation/{subjects[0]}"
    await quota.behave(status=422, subject=bad)
    await running.start()
    await until(lambda: len(quota.taken()) == 12)
    await until(lambda: len(quota.heard()) == 15)
    await asyncio.sleep(0.5)
    assert bad not in quota.by_subject()
    assert len(quota.heard()) == 15
    code, said = await running.command("dead-letters")
    assert code == 0
    assert "workflow -> quota" in said
    assert "HTTP 422 TOLD_TO_FAIL), 2 waiting behind it" in said
    await quota.behave()
    assert "workflow: 1 tried again" in (await running.command("redrive"))[1]
    await until(lambda: len(quota.taken()) == 15)
    assert quota.by_subject()[bad] == [0, 1, 2]
    assert (await running.command("dead-letters"))[1] == ""


@over_both
async def test_a_dead_letter_can_be_passed_over(relay, subscriber, publish_ended):
    """What waits behind it goes on without it, and it stays on the list; a later redrive still delivers it."""
    quota = await subscriber("quota")
    running = relay(quota=quota.url)
    [subject] = await publish_ended(1, 3)
    await quota.behave(status=400)
    await running.start()
    await until(lambda: len(quota.heard()) == 3)
    await quota.behave()
    dead = quota.heard()[0]["event"]["id"]
    await asyncio.sleep(0.2)
    assert "1 subjects go on" in (await running.command("pass-over", "--event", dead))[1]
    await until(lambda: quota.by_subject() == {f"recommendation/{subject}": [1, 2]})
    assert "passed over" in (await running.command("dead-letters"))[1]
    await running.command("redrive", "--event", dead, "--subscriber", "quota")
    await until(lambda: len(quota.taken()) == 3)


async def test_a_subscriber_that_breaks_on_an_event_is_asked_for_ever(relay, subscriber, publish_ended):
    """500 and silence are no refusals: nothing dies, others go on, and once mended the subject goes on in order."""
    quota = await subscriber("quota")
    short = {"DELIVERY_TIMEOUT_SECONDS": "0.8", "LEASE_SECONDS": "1.2"}
    running = relay(quota=quota.url, settings=short)
    subjects = await publish_ended(4, 2)
    broken = f"recommendation/{subjects[0]}"
    await quota.behave(status=500, subject=broken)
    await running.start()
    await until(lambda: len(quota.taken()) == 6)
    await until(lambda: len(quota.heard()) >= 12)
    await quota.behave(delay=1.5, subject=broken)
    await asyncio.sleep(1)
    assert (await running.command("dead-letters"))[1] == ""
    await quota.behave()
    await until(lambda: quota.by_subject().get(broken) == [0, 1])


@over_both
async def test_a_subscriber_that_is_unavailable_or_denies_us_loses_nothing(
    relay, subscriber, publish_ended, session
):
    """503, 429, 401 and 404 are troubles of the call: retried for ever, never dead, and told by `status`."""
    quota = await subscriber("quota")
    running = relay(quota=quota.url)
    await running.start()
    await publish_ended(3, 2)
    for status in (503, 429, 401, 404):
        heard = len(quota.heard())
        await quota.behave(status=status)
        if status == 503:
            await publish_ended(3, 2)
        await until(lambda heard=heard: len(quota.heard()) >= heard + 4 or len(quota.taken()) == 12)
    assert "0 dead" in (await running.command("status"))[1]
    await quota.behave()
    await until(lambda: len(quota.taken()) == 12)
    async with session("workflow") as tx:
        dead = select(outbox_delivery).where(outbox_delivery.c.dead_at.is_not(None))
        assert (await tx.execute(dead)).first() is None


async def test_lanes_go_when_nothing_is_open(relay, subscriber, publish_ended, session):
    """Once all is delivered no lane is left behind."""
    quota, notifications = await subscriber("quota"), await subscriber("notifications")
    await relay(quota=quota.url, notifications=notifications.url).start()
    await publish_ended(10, 3)
    await until(lambda: len(quota.taken()) == 30 == len(notifications.taken()))
    await asyncio.sleep(0.2)
    async with session("workflow") as tx:
        assert (await tx.execute(select(outbox_lane))).all() == []


async def test_lost_database_connections_lose_no_event(
    relay, subscriber, publish_ended, test_server, database
):
    """The database cuts every connection again and again: all events arrive, in order, without a restart."""
    quota = await subscriber("quota")
    running = relay(quota=quota.url, settings={"DELIVERY_TIMEOUT_SECONDS": "0.8", "LEASE_SECONDS": "1.2"})
    await running.start()
    subjects = await publish_ended(20, 10)
    admin = await asyncpg.connect(test_server.admin(database))
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = 'workflow'"
    for goal in (20, 60, 120):
        await until(lambda goal=goal: len(quota.taken()) >= goal)
        await admin.execute(cut, database)
    await admin.close()
    await until(lambda: sum(map(len, quota.by_subject().values())) == 200)
    assert quota.by_subject() == {f"recommendation/{subject}": list(range(10)) for subject in subjects}
    await publish_ended(1, 1)
    await until(lambda: sum(map(len, quota.by_subject().values())) == 201)
    assert await running.end(signal.SIGTERM) == 0
