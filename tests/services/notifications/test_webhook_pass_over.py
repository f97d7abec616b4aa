"""A delivery that nobody takes is passed over by whoever answers for it, and what follows is sent; what is in flight is let be."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, text, update

from services.kit.transition import history
from services.notifications.webhook import store
from services.notifications.webhook.model import WebhookDelivery, WebhookMessage
from services.notifications.webhook.states import DeliveryAction, DeliveryState
from services.notifications.webhook.steps import DELIVERY_STEPS, MANAGERS
from tests.platform.tokens import mint, seat
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.receiver import ROOT, desk_of, manager
from tests.services.notifications.sending import operator
from tests.services.notifications.test_webhook_endpoints import BELOW, ROLES, snapshot

HOST = "hooks.example.org"
WAITS = 10
REASON = "接收方不认此条，已电话核实"
PATHS = {DeliveryAction.PASS_OVER: "pass-over", DeliveryAction.REDELIVER: "redeliver"}
STANDS = {
    DeliveryState.WAITING: {},
    DeliveryState.DELIVERED: {"delivered_at": func.now()},
    DeliveryState.DEAD: {"dead_at": func.now()},
    DeliveryState.PASSED_OVER: {"dead_at": func.now(), "passed_over_at": func.now(), "passed_over_for": "x"},
}
NEVER = {"delivered_at": None, "dead_at": None, "passed_over_at": None, "passed_over_for": None}


@pytest.fixture
async def desk(database, apps, session):
    """Notifications with receivers that take everything unless told otherwise."""
    async with desk_of(apps, session) as opened:
        yield opened


async def dead(desk, *after: str) -> tuple[dict, list[dict]]:
    """A receiver that refused the first step of a declaration for good; its deliveries, oldest first."""
    endpoint, one = await desk.registers(), uuid4()
    for each in after:
        await desk.happens(declaration_moved(lineage=[ROOT.id], declaration_id=one, after=each))
    desk.receivers.behaviour[HOST] = [500]
    await desk.overdue(attempts=WAITS)
    await desk.sender.once()
    found = await desk.deliveries(endpoint)
    assert [each["standing"] for each in found] == ["DEAD", *["WAITING"] * (len(after) - 1)]
    return endpoint, found


def path_of(delivery: dict, action: DeliveryAction = DeliveryAction.PASS_OVER) -> str:
    """Where an act on a delivery is asked for."""
    return f"/v1/webhook-deliveries/{delivery['id']}/{PATHS[action]}"


async def test_what_follows_is_sent_in_its_order_and_everybody_sees_why(desk, session):
    """Kept in history and audit, told among its tries and to the organisation; by itself it can be sent again."""
    endpoint, (first, *_) = await dead(desk, "A", "B", "C")
    assert await desk.sender.once() == 0
    passed = await desk.done("POST", path_of(first), body={"reason": f" {REASON} "})
    assert (passed["standing"], passed["passed_over_for"]) == ("PASSED_OVER", REASON)
    assert await desk.sender.once() == 2
    assert [each["data"]["after"] for each in desk.receivers.of(HOST)] == ["B", "C"]
    seen = await desk.deliveries(endpoint, standing="PASSED_OVER")
    assert [each["id"] for each in seen] == [first["id"]]
    assert await desk.deliveries(endpoint, standing="DEAD") == []
    tries = (await desk.whole(first))["tries"]
    assert (tries[0]["error"], tries[0]["answer"]) == ("PASSED_OVER", REASON)
    async with session("notifications") as tx:
        lines = await tx.execute(select(history.c.action, history.c.note, history.c.role))
        told = [tuple(each) for each in lines.all() if each.action == "PASS_OVER"]
        audited = text("select count(*) from audit_log where action = 'webhook_delivery.PASS_OVER'")
        assert await tx.scalar(audited) == 1
    assert told == [("PASS_OVER", REASON, "ORGANISATION_MANAGER")]
    await desk.told_itself()
    notices = (await desk.done("GET", "/v1/inbox"))["items"]
    assert [REASON in each["body"] for each in notices if each["title"] == "一条推送已跳过"] == [True]
    since = {"since": "2020-01-01T00:00:00Z"}
    many = await desk.done("POST", f"/v1/webhook-endpoints/{endpoint['id']}/redeliveries", body=since)
    assert many["count"] == 2, "what was passed over is sent again by itself alone"
    again = await desk.done("POST", path_of(first, DeliveryAction.REDELIVER))
    assert (again["standing"], again["passed_over_at"]) == ("WAITING", None)
    await desk.sender.once()
    assert "A" in [each["data"]["after"] for each in desk.receivers.of(HOST)]


async def test_who_waits_behind_something_dead_is_not_looked_at_until_somebody_acts(desk, monkeypatch):
    """Looked at once, then put off with what comes after it; passing over, or sending again by hand, wakes them all."""
    _, (first, *_) = await dead(desk, "A", "B")
    asked = []
    tell = desk.sender.tell

    async def counted(endpoint_id):
        asked.append(endpoint_id)
        return await tell(endpoint_id)

    monkeypatch.setattr(desk.sender, "tell", counted)
    assert [await desk.sender.once() for _ in range(3)] == [0, 0, 0]
    assert len(asked) <= 1
    asked.clear()
    about = UUID(first["subject"].split("/")[1])
    await desk.happens(declaration_moved(lineage=[ROOT.id], declaration_id=about, after="C"))
    assert [await desk.sender.once() for _ in range(3)] == [0, 0, 0]
    assert len(asked) == 1
    await desk.done("POST", path_of(first), body={"reason": REASON})
    assert await desk.sender.once() == 2
    assert [each["data"]["after"] for each in desk.receivers.of(HOST)] == ["B", "C"]


async def test_a_delivery_that_goes_while_its_receiver_is_waited_for_is_not_there(desk, session, monkeypatch):
    """Its time was over: who would act on it is told so, and it is no fault of ours."""
    _, (first,) = await dead(desk, "A")
    found = store.endpoint

    async def meanwhile(*asked, **how):
        async with session("notifications") as tx:
            await tx.execute(delete(WebhookMessage))
        return await found(*asked, **how)

    monkeypatch.setattr(store, "endpoint", meanwhile)
    answer = await desk.ask("POST", path_of(first), body={"reason": REASON})
    assert (answer.status_code, answer.json()["code"]) == (404, "WEBHOOK_DELIVERY_NOT_FOUND"), answer.text


async def test_managers_hear_once_a_day_that_something_waits_for_them(desk, session):
    """Of two that are given up on one day the first is told; one of the next day is, and one after somebody acted."""

    async def told() -> int:
        await desk.told_itself()
        notices = (await desk.done("GET", "/v1/inbox"))["items"]
        return len([each for each in notices if each["title"] == "一条推送多次失败，等待处理"])

    async def another() -> dict:
        await desk.happens(declaration_moved(lineage=[ROOT.id], declaration_id=uuid4()))
        desk.receivers.behaviour[HOST] = [500]
        await desk.overdue(attempts=WAITS)
        await desk.sender.once()
        return (await desk.deliveries(endpoint, standing="DEAD"))[-1]

    endpoint, (first,) = await dead(desk, "A")
    assert await told() == 1
    (notice,) = (await desk.done("GET", "/v1/inbox"))["items"]
    assert first["message_id"] in notice["body"]
    await another()
    assert await told() == 1
    async with session("notifications") as tx:
        await tx.execute(update(WebhookDelivery).values(dead_at=WebhookDelivery.dead_at - timedelta(days=1)))
    last = await another()
    assert await told() == 2
    await desk.done("POST", path_of(last), body={"reason": REASON})
    await another()
    assert await told() == 3


async def test_every_step_by_every_role_in_every_state(desk, session):
    """Allowed is what the table says for who manages the very organisation, and for operators; what is refused changes nothing."""
    endpoint = await desk.registers()
    delivery = await desk.done("POST", f"/v1/webhook-endpoints/{endpoint['id']}/ping")
    tokens = {role: mint([seat(role, ROOT)]) for role in ROLES}
    tokens |= {"below": mint([seat("ORGANISATION_MANAGER", ROOT, BELOW)]), "nobody": mint()}
    row = update(WebhookDelivery).where(WebhookDelivery.message_id.is_not(None))
    for state, action in product(DeliveryState, PATHS):
        step = DELIVERY_STEPS.get((state, action))
        for name, token in tokens.items():
            async with session("notifications") as tx:
                await tx.execute(row.values(**NEVER | STANDS[state]))
            before = await snapshot(session)
            answer = await desk.ask("POST", path_of(delivery, action), token, {"reason": REASON})
            reaches = name in MANAGERS or (name == "OPERATOR" and action is DeliveryAction.PASS_OVER)
            if reaches and step is not None:
                assert answer.json()["record"]["standing"] == step.to, (state, action, name)
                continue
            wanted = "ACTION_NOT_AVAILABLE" if reaches else "WEBHOOK_DELIVERY_NOT_FOUND"
            assert answer.json()["code"] == wanted, (state, action, name)
            assert await snapshot(session) == before, (state, action, name)
    by_system = {DeliveryAction.DELIVER, DeliveryAction.GIVE_UP}
    assert {step.by.zh for (_, action), step in DELIVERY_STEPS.items() if action in by_system} == {"系统"}


async def test_an_operator_finds_what_is_stuck_and_passes_it_over_once(desk, session):
    """Operators see receivers and deliveries of all, and change no receiver; of many who pass over at once one does."""
    endpoint, (first, _) = await dead(desk, "A", "B")
    mine = operator()
    listed = (await desk.done("GET", "/v1/webhook-endpoints", mine))["items"]
    assert [each["id"] for each in listed] == [endpoint["id"]]
    assert listed[0]["available_actions"] == []
    assert [each["id"] for each in await desk.deliveries(endpoint, mine, standing="DEAD")] == [first["id"]]
    where = f"/v1/webhook-endpoints/{endpoint['id']}"
    for method, path, body in (
        ("PATCH", where, {"description": "x"}),
        ("POST", f"{where}/secret", None),
        ("POST", f"{where}/ping", None),
        ("POST", f"{where}/redeliveries", {"since": "2020-01-01T00:00:00Z"}),
        ("POST", f"{where}/actions/PAUSE", None),
    ):
        assert (await desk.ask(method, path, mine, body)).status_code == 404, path
    body = {"reason": REASON}
    asked = [desk.ask("POST", path_of(first), token, body) for token in [mine, manager()] * 3]
    codes = sorted(answer.json().get("code", "") for answer in await asyncio.gather(*asked))
    assert codes == ["", *["ACTION_NOT_AVAILABLE"] * 5]
    async with session("notifications") as tx:
        assert await tx.scalar(text("select count(*) from history where action = 'PASS_OVER'")) == 1
    assert await desk.sender.once() == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\u0000", None])
async def test_a_reason_that_is_none_is_refused(desk, session, reason):
    """Empty, too long, not text: nothing is passed over."""
    _, (first,) = await dead(desk, "A")
    before = await snapshot(session)
    answer = await desk.ask("POST", path_of(first), body={"reason": reason})
    assert answer.status_code == 422, answer.text
    assert await snapshot(session) == before


async def test_what_is_in_flight_is_let_be_by_whoever_sends_again(desk):
    """While a receiver has it in hand: sent again singly, all since an instant, paused and resumed; asked once."""
    endpoint, one = await desk.registers(), uuid4()
    desk.receivers.held[HOST] = asyncio.Event()
    for after in ("A", "B"):
        await desk.happens(declaration_moved(lineage=[ROOT.id], declaration_id=one, after=after))
    await desk.sender.look()
    async with asyncio.timeout(30):
        while HOST not in desk.receivers.ids:
            await asyncio.sleep(0.01)
    first, _ = await desk.deliveries(endpoint)
    where = f"/v1/webhook-endpoints/{endpoint['id']}"
    since = {"since": "2020-01-01T00:00:00Z"}
    assert (await desk.done("POST", f"{where}/redeliveries", body=since))["count"] == 1
    assert (await desk.done("POST", path_of(first, DeliveryAction.REDELIVER)))["attempts"] == 1
    for action in ("PAUSE", "RESUME"):
        await desk.done("POST", f"{where}/actions/{action}")
    other = asyncio.create_task(desk.sender.once())
    await asyncio.wait([other], timeout=0.5)
    desk.receivers.held[HOST].set()
    await other
    async with asyncio.timeout(30):
        while len(desk.receivers.of(HOST)) < 2:
            await desk.sender.look()
            await asyncio.sleep(0.01)
    assert [each["data"]["after"] for each in desk.receivers.of(HOST)] == ["A", "B"]
    assert len(desk.receivers.ids[HOST]) == 2
    standing = [(each["standing"], each["attempts"]) for each in await desk.deliveries(endpoint)]
    assert standing == [("DELIVERED", 1)] * 2
