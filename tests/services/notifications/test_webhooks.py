"""Third parties are told what happens below their organisation: signed, in order, as often as it takes, and never too much."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.accounts.contract import OAuthClientMoved, OrganisationClosed
from services.notifications.webhook import store
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint
from services.workflow.contract import CycleOpened
from tests.platform.tokens import node
from tests.services.notifications.events import declaration_moved, objection_moved, recommendation_publicised
from tests.services.notifications.receiver import (
    ROOT,
    Killed,
    desk_of,
    integration,
    manager,
)

HOST = "hooks.example.org"
WAITS = 10


@pytest.fixture
async def desk(database, apps, session):
    """Notifications with receivers that take everything unless told otherwise."""
    async with desk_of(apps, session) as opened:
        yield opened


def moved(**given):
    """A step of a declaration below the province."""
    return declaration_moved(**{"lineage": [ROOT.id, uuid4()], "note": "身份证号有误，请张三补正"} | given)


async def test_a_receiver_hears_of_its_subtree_in_words_that_name_nobody(desk):
    """The event as CloudEvent, verified by the reference library: ids, words, figures; no note, no name; once, however often brought."""
    unit, elsewhere = node("EMPLOYER", "COUNTY"), node("HRSS", "PREFECTURE")
    for host, at in (("unit.test", unit), ("province.test", ROOT), ("other.test", elsewhere)):
        await desk.registers(host, at)
    event = moved(lineage=[ROOT.id, unit.id], unit_id=unit.id)
    event_id = await desk.happens(event)
    await desk.happens(event, event_id)
    await desk.happens(recommendation_publicised(lineage=[ROOT.id, unit.id]))
    await desk.happens(objection_moved())
    await asyncio.gather(*(desk.sender.once() for _ in range(4)))
    for host in ("unit.test", "province.test"):
        first, second = sorted(desk.receivers.of(host), key=lambda each: each["type"])
        assert (first["id"], first["type"], first["subject"]) == (str(event_id), event.type, event.subject)
        assert first["specversion"] == "1.0"
        assert first["data"]["declaration_id"] == str(event.declaration_id)
        assert not {"note", "account_id"} & set(first["data"])
        assert not {"person_name", "account_id"} & set(second["data"])
        assert len(desk.receivers.ids[host]) == 2
    assert desk.receivers.of("other.test") == []


async def test_what_everybody_may_know_goes_to_all_and_what_nobody_may_to_none(desk):
    """The opening of a year has no organisation; a draft that was withdrawn is its writer's own; patterns choose."""
    await desk.registers("all.test", node("EMPLOYER", "COUNTY"))
    await desk.registers("some.test", types=["titles.workflow.declaration.*"])
    await desk.happens(CycleOpened(cycle_id=uuid4(), year=2023, policy="qinghai/2023"))
    await desk.happens(moved(before="DRAFT", action="WITHDRAW", after="WITHDRAWN"))
    await desk.happens(moved())
    await desk.sender.once()
    assert [each["type"] for each in desk.receivers.of("all.test")] == [CycleOpened.type]
    assert [each["data"]["action"] for each in desk.receivers.of("some.test")] == ["SUBMIT"]


@pytest.mark.parametrize("how", [500, "lose", "die before", "die after"])
async def test_whatever_fails_the_same_id_comes_again_and_nothing_overtakes(desk, how):
    """Refused, its answer lost, the sender killed before or after: tried again under its id; what follows in the declaration waits."""
    await desk.registers()
    one = uuid4()
    ids = [await desk.happens(moved(declaration_id=one, after=after)) for after in ("A", "B", "C")]
    other = await desk.happens(moved())
    desk.receivers.behaviour[HOST] = [how]
    for _ in range(6):
        try:
            await desk.sender.once()
        except Killed:
            assert str(how).startswith("die")
        await desk.overdue()
    assert len(desk.receivers.ids[HOST]) == 5
    taken = list(dict.fromkeys(each["id"] for each in desk.receivers.of(HOST)))
    assert [each for each in taken if each != str(other)] == [str(each) for each in ids]
    assert set(taken) == {str(each) for each in (*ids, other)}


async def test_two_senders_at_once_send_each_once_and_in_order(desk):
    """Eight senders race over ten declarations of five steps: fifty requests, each declaration in its order."""
    await desk.registers()
    cases = [uuid4() for _ in range(10)]
    for step in range(5):
        for case in cases:
            await desk.happens(moved(declaration_id=case, after=str(step)))
    await asyncio.gather(*(desk.sender.once() for _ in range(8)))
    for _ in range(5):
        await desk.sender.once()
    assert len(desk.receivers.ids[HOST]) == len(set(desk.receivers.ids[HOST])) == 50
    for case in cases:
        steps = [each["data"]["after"] for each in desk.receivers.of(HOST)
                 if each["data"]["declaration_id"] == str(case)]  # fmt: skip
        assert steps == ["0", "1", "2", "3", "4"]


async def test_a_slow_receiver_delays_no_other(desk):
    """While one hangs, another hears what happened before, and what happens meanwhile; nothing is sent to one twice."""
    slow, quick = await desk.registers("slow.test"), await desk.registers("quick.test")
    desk.receivers.held["slow.test"] = asyncio.Event()
    for number in (1, 2):
        await desk.happens(moved())
        await desk.sender.look()
        async with asyncio.timeout(10):
            while len(desk.receivers.of("quick.test")) < number:
                await asyncio.sleep(0.01)
    assert desk.receivers.of("slow.test") == []
    desk.receivers.held["slow.test"].set()
    async with asyncio.timeout(10):
        while len(desk.receivers.of("slow.test")) < 2:
            await desk.sender.look()
            await asyncio.sleep(0.01)
    assert {len(await desk.deliveries(each)) for each in (slow, quick)} == {2}


async def test_every_try_is_seen_and_given_up_it_is_sent_again_by_hand(desk):
    """Status, time and first words of each answer; after the last wait it is dead, and what follows waits; by hand both go."""
    endpoint = await desk.registers()
    one = uuid4()
    for after in ("A", "B"):
        await desk.happens(moved(declaration_id=one, after=after))
    desk.receivers.behaviour[HOST] = [500] * 2
    await desk.sender.once()
    first, second = await desk.deliveries(endpoint)
    assert (first["standing"], first["attempts"], second["attempts"]) == ("WAITING", 1, 0)
    wait = datetime.fromisoformat(first["due_at"]) - datetime.now(UTC)
    assert timedelta() < wait <= timedelta(seconds=5)
    await desk.overdue(attempts=WAITS)
    await desk.sender.once()
    first, second = await desk.deliveries(endpoint)
    assert (first["standing"], second["standing"]) == ("DEAD", "WAITING")
    assert [each["id"] for each in await desk.deliveries(endpoint, standing="DEAD")] == [first["id"]]
    assert await desk.sender.once() == 0
    tries = (await desk.whole(first))["tries"]
    assert [(each["status"], each["answer"], each["error"]) for each in tries] == [(500, "not now", None)] * 2
    again = await desk.done("POST", f"/v1/webhook-deliveries/{first['id']}/redeliver")
    assert (again["standing"], again["attempts"]) == ("WAITING", 0)
    assert await desk.sender.once() == 2
    assert [each["data"]["after"] for each in desk.receivers.of(HOST)] == ["A", "B"]
    assert len({*desk.receivers.ids[HOST]}) == 2


async def test_everything_since_an_instant_is_sent_again_even_what_never_went_out(desk, session, monkeypatch):
    """After an outage: what was taken, what failed, and what happened while it was disabled, in order and under the same ids."""
    monkeypatch.setattr(store, "AT_ONCE", 1)
    endpoint = await desk.registers()
    one = uuid4()
    await desk.happens(moved(declaration_id=one, after="too early"))
    await desk.sender.once()
    async with session("notifications") as tx:
        since = await tx.scalar(select(func.clock_timestamp()))
    ids = [await desk.happens(moved(declaration_id=one, after=after)) for after in ("A", "B")]
    desk.receivers.behaviour[HOST] = [410]
    await desk.sender.once()
    ids += [await desk.happens(moved(declaration_id=one, after=after)) for after in ("C", "D")]
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    body = {"since": since.isoformat()}
    refused = await desk.ask("POST", f"{path}/redeliveries", body=body)
    assert refused.json()["code"] == "WEBHOOK_ENDPOINT_NOT_ENABLED"
    await desk.done("POST", f"{path}/actions/ENABLE")
    assert (await desk.done("POST", f"{path}/redeliveries", body=body))["count"] == 4
    await desk.sender.once()
    told = [each["id"] for each in desk.receivers.of(HOST)]
    assert told[1:] == [str(each) for each in ids]


async def test_sending_all_again_waits_for_a_sender_that_holds_the_receiver(desk, session):
    """Both write many deliveries of it; whoever has the receiver goes first, so that neither waits for the other for ever."""
    endpoint = await desk.registers()
    for _ in range(3):
        await desk.happens(moved())
    rows = select(WebhookDelivery.id).order_by(WebhookDelivery.seq)
    waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    async with session("notifications") as tx:
        await tx.execute(select(WebhookEndpoint.id).with_for_update())
        first, one, last = (await tx.scalars(rows)).all()
        put_off = update(WebhookDelivery).values(due_at=func.now())
        await tx.execute(put_off.where(WebhookDelivery.id == one))
        path = f"/v1/webhook-endpoints/{endpoint['id']}/redeliveries"
        asked = asyncio.create_task(desk.ask("POST", path, body={"since": "2020-01-01T00:00:00Z"}))
        async with asyncio.timeout(10):
            while not await tx.scalar(text(waits)):
                await asyncio.sleep(0.01)
        await tx.execute(put_off.where(WebhookDelivery.id.in_([first, last])))
    assert (await asked).json()["record"]["count"] == 3


async def test_who_asks_to_wait_is_left_alone_and_who_says_gone_is_told_nothing_more(desk):
    """Retry-After holds the whole receiver; 410 disables it at once, and its organisation's managers are told once."""
    endpoint = await desk.registers()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    for status in (429, 503):
        await desk.happens(moved())
        desk.receivers.behaviour[HOST] = [status]
        await desk.overdue()
        asked = len(desk.receivers.ids.get(HOST, []))
        await desk.sender.once()
        await desk.happens(moved())
        assert await desk.sender.once() == 0
        held = (await desk.done("GET", path))["held_until"]
        left_alone = datetime.fromisoformat(held) - datetime.now(UTC)
        assert timedelta(minutes=59) < left_alone <= timedelta(hours=1)
        assert len(desk.receivers.ids[HOST]) <= asked + 4
    await desk.overdue()
    desk.receivers.behaviour[HOST] = [410] * 4
    await desk.sender.once()
    gone = await desk.done("GET", path)
    assert (gone["state"], gone["disabled_for"]) == ("DISABLED", "GONE")
    asked = len(desk.receivers.ids[HOST])
    await desk.overdue()
    await desk.happens(moved())
    await desk.sender.once()
    assert len(desk.receivers.ids[HOST]) == asked
    await desk.told_itself()
    notices = (await desk.done("GET", "/v1/inbox"))["items"]
    assert [each["title"] for each in notices] == ["推送接收地址已停用"]
    assert "https://hooks.example.org/in" in notices[0]["body"]
    assert "410" in notices[0]["body"]


async def test_days_of_failure_disable_it_and_one_success_begins_them_anew(desk, session):
    """Only what takes nothing at all is given up: failing now and then is not failing for days."""
    endpoint = await desk.registers()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"

    async def after(days: float, *behaviour: int) -> str:
        await desk.happens(moved())
        async with session("notifications") as tx:
            since = func.now() - timedelta(days=days)
            ill = WebhookEndpoint.failing_since.is_not(None)
            await tx.execute(update(WebhookEndpoint).where(ill).values(failing_since=since))
        desk.receivers.behaviour[HOST] = list(behaviour)
        await desk.overdue()
        await desk.sender.once()
        return (await desk.done("GET", path))["state"]

    assert await after(0, 500) == "ENABLED"
    assert await after(4.9, 500, 200) == "ENABLED"
    assert (await desk.done("GET", path))["failing_since"] is None
    assert await after(0, *[500] * 9) == "ENABLED"
    assert await after(5, *[500] * 9) == "DISABLED"
    assert (await desk.done("GET", path))["disabled_for"] == "FAILING"
    await desk.done("POST", f"{path}/actions/ENABLE")
    assert await after(0) == "ENABLED"
    assert len({each["id"] for each in desk.receivers.of(HOST)}) == 5


async def test_a_new_secret_and_the_former_both_sign_until_the_time_is_over(desk, session):
    """Receivers that know either verify every message; afterwards the former one verifies nothing."""
    endpoint = await desk.registers()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    former = desk.receivers.secrets[HOST][0]
    new = (await desk.done("POST", f"{path}/secret"))["secret"]
    desk.receivers.secrets[HOST] = [former, new]
    await desk.happens(moved())
    assert await desk.sender.once() == 1
    async with session("notifications") as tx:
        await tx.execute(update(WebhookEndpoint).values(former_secret_until=func.now()))
        sealed = await tx.scalar(select(WebhookEndpoint.secret))
    assert Webhook(new)._whsecret not in sealed  # noqa: SLF001 - not at rest in the open
    desk.receivers.secrets[HOST] = [new]
    await desk.happens(moved())
    assert await desk.sender.once() == 1
    desk.receivers.secrets[HOST] = [former]
    await desk.happens(moved())
    assert await desk.sender.once() == 0
    seen = await desk.deliveries(endpoint)
    assert seen[-1]["last_error"] == WebhookVerificationError.__name__


async def test_a_test_message_goes_to_one_that_listens_for_anything_and_is_not_repeated(desk):
    """Ping: signed as everything else; not part of what is sent again since an instant; refused while paused."""
    endpoint = await desk.registers(types=["titles.quota.annual_form.*"])
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    made = await desk.done("POST", f"{path}/ping", integration())
    assert await desk.sender.once() == 1
    (heard,) = desk.receivers.of(HOST)
    assert (heard["id"], heard["type"]) == (made["message_id"], "titles.notifications.webhook.ping.v1")
    since = {"since": "2020-01-01T00:00:00Z"}
    assert (await desk.done("POST", f"{path}/redeliveries", body=since))["count"] == 0
    await desk.done("POST", f"{path}/actions/PAUSE")
    assert (await desk.ask("POST", f"{path}/ping")).json()["code"] == "WEBHOOK_ENDPOINT_NOT_ENABLED"


async def test_while_paused_everything_waits_and_comes_in_order_afterwards(desk):
    """Nothing is lost by a pause."""
    endpoint, one = await desk.registers(), uuid4()
    path = f"/v1/webhook-endpoints/{endpoint['id']}"
    await desk.done("POST", f"{path}/actions/PAUSE")
    for after in ("A", "B"):
        await desk.happens(moved(declaration_id=one, after=after))
    assert await desk.sender.once() == 0
    await desk.done("POST", f"{path}/actions/RESUME")
    assert await desk.sender.once() == 2
    assert [each["data"]["after"] for each in desk.receivers.of(HOST)] == ["A", "B"]


async def test_receivers_end_with_the_client_that_registered_them_and_with_their_organisation(desk):
    """A client that is disabled goes on hearing nothing by what it left behind."""
    client, unit = uuid4(), node("EMPLOYER", "COUNTY")
    body = {"organisation_id": str(ROOT.id), "url": "https://a.test/", "event_types": ["*"]}
    by_client = (await desk.done("POST", "/v1/webhook-endpoints", integration(sub=client), body))["endpoint"]
    by_manager, closed = await desk.registers("b.test"), await desk.registers("c.test", unit)
    told = {"organisation_id": ROOT.id, "name": "某平台"}
    await desk.happens(OAuthClientMoved(client_id=client, state="ACTIVE", **told))
    await desk.happens(OAuthClientMoved(client_id=client, state="DISABLED", **told))
    await desk.happens(OrganisationClosed(organisation_id=unit.id, parent_id=ROOT.id, name="某单位"))
    seen = {}
    for token in (manager(), manager(unit)):
        found = await desk.done("GET", "/v1/webhook-endpoints", token)
        seen |= {each["id"]: each["disabled_for"] for each in found["items"]}
    wanted = {by_client["id"]: "CLIENT_DISABLED", by_manager["id"]: None, closed["id"]: "ORGANISATION_GONE"}
    assert seen == wanted
