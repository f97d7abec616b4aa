"""Events between real processes: in order, none lost, nobody waiting for somebody else."""

from __future__ import annotations

import asyncio
import signal

from services.kit import deadline
from services.kit.auth import TokenVerifier
from services.workflow.contract import RecommendationEnded
from tests.platform.tokens import trusted
from tests.services.relay.conftest import over_both, until

SHORT_LEASES = {"DELIVERY_TIMEOUT_SECONDS": "0.8", "LEASE_SECONDS": "1.2"}


@over_both
async def test_an_event_arrives_as_a_cloud_event_with_a_service_token(relay, subscriber, publish_ended):
    """What the subscriber gets is CloudEvents structured JSON, signed in as a service, with a request id and a deadline."""
    quota = await subscriber("quota")
    await relay(quota=quota.url).start()
    [subject] = await publish_ended(1, 1)
    await until(quota.taken)
    [call] = quota.heard()
    event, headers = call["event"], call["headers"]
    assert {key: event[key] for key in ("specversion", "source", "type", "subject")} == {
        "specversion": "1.0",
        "source": "urn:titles:workflow",
        "type": RecommendationEnded.type,
        "subject": f"recommendation/{subject}",
    }
    assert event["data"]["recommendation_id"] == str(subject)
    assert headers["content-type"] == "application/cloudevents+json"
    assert headers["x-request-id"] == event["id"].replace("-", "")
    assert deadline.told(headers) in (1.9, 7.9)  # until it goes to another reader, or comes again
    actor = await TokenVerifier(trusted()).verify(headers["authorization"].removeprefix("Bearer "))
    assert (actor.kind, actor.name) == ("service", "relay")


async def test_events_of_a_subject_arrive_in_order_at_every_subscriber(relay, subscriber, publish_ended):
    """Twenty subjects with ten events each come to both subscribers, each subject in its order, each event once."""
    quota, notifications = await subscriber("quota"), await subscriber("notifications")
    await relay(quota=quota.url, notifications=notifications.url).start()
    subjects = await publish_ended(20, 10)
    for each in (quota, notifications):
        await until(lambda each=each: len(each.taken()) >= 200)
        assert each.by_subject() == {f"recommendation/{subject}": list(range(10)) for subject in subjects}
        assert len(each.taken()) == 200


async def test_a_new_event_is_delivered_at_once(relay, subscriber, publish_ended):
    """The commit wakes the relay: nobody waits for the poll."""
    quota = await subscriber("quota")
    running = relay(quota=quota.url, settings={"POLL_SECONDS": "30"})
    await running.start()
    await publish_ended(1, 1)
    await until(quota.taken)
    started = asyncio.get_running_loop().time()
    await publish_ended(1, 1)
    await until(lambda: len(quota.taken()) == 2)
    assert asyncio.get_running_loop().time() - started < 1


async def test_kill_after_kill_loses_and_doubles_nothing(relay, subscriber, publish_ended):
    """A thousand events, the relay killed again and again: each arrives, in order; only the one in flight may repeat."""
    quota = await subscriber("quota")
    running = relay(quota=quota.url, settings=SHORT_LEASES)
    subjects = await publish_ended(50, 20)
    expected = {f"recommendation/{subject}": list(range(20)) for subject in subjects}
    kills = 0
    for goal in (100, 400, 700):
        await running.start()
        await until(lambda goal=goal: len(quota.taken()) >= goal)
        await running.end(signal.SIGKILL)
        kills += 1
    await running.start()
    await until(lambda: sum(map(len, quota.by_subject().values())) == 1000)
    assert quota.by_subject() == expected
    in_flight = 8 * kills
    assert len(quota.taken()) - 1000 <= in_flight


@over_both
async def test_two_relays_at_once_deliver_each_event_once_and_in_order(relay, subscriber, publish_ended):
    """Replicas share the work without doubling it."""
    quota = await subscriber("quota")
    first, second = relay(quota=quota.url), relay(quota=quota.url)
    await first.start()
    await second.start()
    subjects = await publish_ended(30, 15)
    await until(lambda: len(quota.taken()) >= 450)
    await asyncio.sleep(0.3)
    assert quota.by_subject() == {f"recommendation/{subject}": list(range(15)) for subject in subjects}
    assert len(quota.taken()) == 450


async def test_a_dead_subscriber_delays_nobody_else(relay, subscriber, publish_ended):
    """With notifications away quota hears at once; once notifications is back it hears everything, in order."""
    quota, notifications = await subscriber("quota"), await subscriber("notifications")
    await notifications.end()
    await relay(quota=quota.url, notifications=notifications.url).start()
    subjects = await publish_ended(10, 5)
    await until(lambda: len(quota.taken()) == 50)
    assert notifications.taken() == []
    await notifications.up()
    await until(lambda: len(notifications.taken()) >= 50)
    assert notifications.by_subject() == {f"recommendation/{subject}": list(range(5)) for subject in subjects}


async def test_a_slow_subscriber_delays_nobody_else(relay, subscriber, publish_ended):
    """Quota is done while notifications still takes its time."""
    quota, notifications = await subscriber("quota"), await subscriber("notifications")
    await notifications.behave(delay=0.3)
    await relay(quota=quota.url, notifications=notifications.url).start()
    await publish_ended(20, 3)
    await until(lambda: len(quota.taken()) == 60)
    assert len(notifications.taken()) < 60
    await notifications.behave()
    await until(lambda: len(notifications.taken()) >= 60)


@over_both
async def test_a_subscriber_killed_in_the_middle_hears_the_rest_afterwards(relay, subscriber, publish_ended):
    """Whatever it had not answered comes again; by id nothing is doubled."""
    quota = await subscriber("quota")
    await relay(quota=quota.url).start()
    subjects = await publish_ended(20, 10)
    await until(lambda: len(quota.taken()) >= 40)
    await quota.end(signal.SIGKILL)
    await quota.up()
    await until(lambda: sum(map(len, quota.by_subject().values())) == 200)
    assert quota.by_subject() == {f"recommendation/{subject}": list(range(10)) for subject in subjects}


async def test_the_relay_stops_cleanly(relay, subscriber, publish_ended):
    """SIGTERM lets calls under way end and gives the leases back: the next relay goes on at once, nothing comes twice."""
    quota = await subscriber("quota")
    await quota.behave(delay=0.05)
    running = relay(quota=quota.url, settings={"LEASE_SECONDS": "60"})
    await publish_ended(10, 10)
    await running.start()
    await until(lambda: len(quota.taken()) >= 20)
    assert await running.end(signal.SIGTERM) == 0
    await running.start()
    await until(lambda: len(quota.taken()) >= 100)
    assert len(quota.taken()) == 100
