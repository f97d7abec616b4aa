"""Each finding and each reversal reaches each credit platform exactly once, whatever fails or dies in between (一（八）)."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select, update

from services.kit.auth import Node
from services.notifications.credit.model import CreditDelivery
from services.notifications.outward import signing
from services.workflow.contract import MisconductBarShortened, MisconductFound, MisconductReversed
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.platform import KEY, Killed, Platform

HOSTS = {"national": "credit.gov.test", "provincial": "credit.qinghai.test"}
TOLD = {
    name: {"title": name, "url": f"https://{host}/misconduct", "key": KEY} for name, host in HOSTS.items()
}
PATIENCE = 10
ATTEMPTS = 350
ROOT: Node = node("HRSS", "PROVINCE")


def officer() -> str:
    """A token of the province's title office, made when asked: one of the file's own would expire before a late test."""
    return mint([seat("TITLE_OFFICER", ROOT)])


@pytest.fixture
def platform() -> Platform:
    """Both platforms, which take everything."""
    return Platform()


@pytest.fixture
async def http(database, apps, platform):
    """HTTP on notifications that tells these platforms when it is asked to."""
    settings = {
        "credit_platforms": json.dumps(TOLD),
        "credit_seconds": 3600,
        "call_timeout_seconds": PATIENCE,
    }
    async with AsyncExitStack() as stack:
        app = await apps.fresh("notifications", stack, settings, {"transports": {"credit": platform}})
        client = await stack.enter_async_context(over_asgi(app))
        client.sender = app.state.sender  # type: ignore[attr-defined]
        yield client


def found(case_id: Any = None, **changed: Any) -> MisconductFound:
    """A finding."""
    told = {
        "case_id": case_id or uuid4(),
        "record_id": uuid4(),
        "person_id": uuid4(),
        "person_name": "赵昆仑",
        "masked_resident_id": "6301**********001X",
        "document_number": "青人社厅函〔2024〕88号",
        "body_id": ROOT.id,
        "body_name": "省人社厅",
        "decided_on": date(2024, 1, 18),
        "certificate_numbers": ["63202303200001X"],
        "lineage": [ROOT.id],
        "kind": "PLAGIARISM",
        "kind_zh": "剽窃",
        "serious": True,
        "bar_from": date(2024, 1, 18),
        "bar_to": date(2026, 1, 17),
    }
    return MisconductFound(**told | changed)


def taken_back(finding: MisconductFound) -> MisconductReversed:
    """Its reversal."""
    told = finding.model_dump(exclude={"kind", "kind_zh", "serious", "bar_from", "bar_to"})
    told |= {"document_number": "青人社厅函〔2024〕99号", "found_document_number": finding.document_number}
    return MisconductReversed(**told)


async def happens(http: httpx.AsyncClient, event: Any, event_id: Any = None) -> httpx.Response:
    """The relay brings an event."""
    body = {
        "id": str(event_id or uuid4()),
        "source": "urn:titles:workflow",
        "type": event.type,
        "subject": event.subject,
        "time": "2024-01-18T01:00:00+00:00",
        "data": event.model_dump(mode="json"),
    }
    relay = bearer(mint(kind="service", name="relay"))
    answer = await http.post("/events", json=body, headers=relay)
    assert answer.status_code == 204, answer.text
    return answer


async def deliveries(http: httpx.AsyncClient, token: str | None = None) -> list[dict[str, Any]]:
    """What somebody reads of the deliveries, oldest first."""
    answer = await http.get(
        "/v1/credit-deliveries", params={"first": 100}, headers=bearer(token or officer())
    )
    return list(reversed(answer.json()["items"]))


async def overdue(session, **more: int) -> None:
    """Every wait, and every claim of who died, is over; `attempts` were made meanwhile."""
    async with session("notifications") as tx:
        await tx.execute(update(CreditDelivery).values(due_at=func.now(), **more))


def test_the_signature_is_that_of_standard_webhooks():
    """The key and message of its documentation, as its own library (standardwebhooks, PyPI) signs them."""
    made = signing.signature("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', KEY)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.clause("1.8")
async def test_each_platform_has_it_once_and_no_more_of_the_person_than_it_needs(http, platform, session):
    """Brought three times at once, sent by many at once: one message a platform; who reads the archive sees the receipt."""
    finding, event_id = found(), uuid4()
    await asyncio.gather(*(happens(http, finding, event_id) for _ in range(3)))
    await asyncio.gather(*(http.sender.once() for _ in range(8)))
    for host in HOSTS.values():
        (message,) = platform.of(host)
        assert message["type"] == finding.type
        assert message["data"] == {
            "person_name": "赵昆仑",
            "masked_resident_id": "6301**********001X",
            "kind": "PLAGIARISM",
            "kind_zh": "剽窃",
            "serious": True,
            "document_number": "青人社厅函〔2024〕88号",
            "body_name": "省人社厅",
            "decided_on": "2024-01-18",
            "certificate_numbers": ["63202303200001X"],
            "bar_from": "2024-01-18",
            "bar_to": "2026-01-17",
        }
    assert set(platform.asked.values()) == {1}
    seen = await deliveries(http)
    assert [(each["platform"], each["standing"], each["attempts"]) for each in seen] == [
        ("national", "DELIVERED", 1),
        ("provincial", "DELIVERED", 1),
    ]
    assert all("R-" in each["receipt"] for each in seen)
    elsewhere = mint([seat("TITLE_OFFICER", ROOT, node("HRSS", "PREFECTURE"))])
    for nobody in (elsewhere, mint([seat("REVIEWER", ROOT)]), mint()):
        assert await deliveries(http, nobody) == []
    assert (await http.get("/v1/credit-deliveries")).status_code == 401


@pytest.mark.clause("1.8")
async def test_a_shorter_bar_is_told_once_after_its_finding(http, platform, session):
    """Brought twice, its first try lost: each platform has the finding, then the day until which it bars now."""
    finding, event_id = found(), uuid4()
    told = finding.model_dump(exclude={"kind", "kind_zh", "serious"}) | {"bar_to": date(2025, 1, 17)}
    named = {"document_number": "青人社厅函〔2024〕99号", "found_document_number": finding.document_number}
    shorter = MisconductBarShortened(**told | named)
    await happens(http, finding)
    await asyncio.gather(*(happens(http, shorter, event_id) for _ in range(2)))
    platform.behaviour = ["lose"]
    for _ in range(3):
        await http.sender.once()
        await overdue(session)
    for host in HOSTS.values():
        first, second = platform.of(host)
        assert [first["type"], second["type"]] == [finding.type, shorter.type]
        assert second["data"] == {
            "person_name": "赵昆仑",
            "masked_resident_id": "6301**********001X",
            "body_name": "省人社厅",
            "decided_on": "2024-01-18",
            "certificate_numbers": ["63202303200001X"],
            "bar_from": "2024-01-18",
            "bar_to": "2025-01-17",
            **named,
        }


@pytest.mark.clause("1.8")
@pytest.mark.parametrize("how", ["refuse", "lose", "die before", "die after"])
async def test_whatever_fails_in_between_it_counts_once(http, platform, session, how):
    """Refused, its answer lost, the sender killed before or after the platform has it: tried again under the same id."""
    platform.behaviour = [how, how]
    finding = found()
    await happens(http, finding)
    await happens(http, taken_back(finding))
    for _ in range(8):
        try:
            await http.sender.once()
        except Killed:
            assert how.startswith("die")
        await overdue(session)
    assert platform.behaviour == []
    for host in HOSTS.values():
        assert [each["type"] for each in platform.of(host)] == [finding.type, MisconductReversed.type]
    seen = await deliveries(http)
    assert [each["standing"] for each in seen] == ["DELIVERED"] * 4
    assert sum(platform.asked.values()) == 6
    assert sum(each["attempts"] for each in seen) >= 6


@pytest.mark.clause("1.8")
async def test_what_is_given_up_is_sent_again_by_hand_and_nothing_overtakes_it(http, platform, session):
    """After the policy's attempts it waits for somebody; the reversal waits behind it; by hand both go, under their ids."""
    finding = found()
    await happens(http, finding)
    await happens(http, taken_back(finding))
    platform.behaviour = ["refuse"] * 2
    await overdue(session, attempts=ATTEMPTS - 1)
    await http.sender.once()
    seen = await deliveries(http)
    assert [(each["standing"], each["attempts"]) for each in seen] == [("DEAD", ATTEMPTS)] * 2 + [
        ("WAITING", ATTEMPTS - 1)
    ] * 2
    assert all("503" in each["last_error"] for each in seen[:2])
    assert await http.sender.once() == 0
    waiting = f"/v1/credit-deliveries/{seen[2]['id']}/redeliver"
    assert (await http.post(waiting, headers=bearer(officer()))).json()["code"] == "DELIVERY_NOT_DEAD"
    for each in seen[:2]:
        path = f"/v1/credit-deliveries/{each['id']}/redeliver"
        supervisor = mint([seat("SUPERVISOR", ROOT)])
        assert (await http.post(path, headers=bearer(supervisor))).status_code == 404
        answer = await http.post(path, headers=bearer(officer()))
        assert (answer.status_code, answer.json()["record"]["standing"]) == (200, "WAITING")
    assert await http.sender.once() == 4
    assert [len(platform.of(host)) for host in HOSTS.values()] == [2, 2]
    assert {platform.asked[each["id"]] for each in seen[:2]} == {2}


async def test_a_claim_keeps_others_away_while_it_lasts(http, platform, session):
    """Who died with a claim is waited for, and no longer than it lasts."""
    await happens(http, found())
    platform.behaviour = ["die before"]
    with pytest.raises(Killed):
        await http.sender.once()
    async with session("notifications") as tx:
        within = CreditDelivery.due_at.between(func.now(), func.now() + timedelta(seconds=30 * PATIENCE))
        claimed = select(func.count()).where(within, CreditDelivery.delivered_at.is_(None))
        assert await tx.scalar(claimed) == 1
    assert await http.sender.once() == 0
    await overdue(session)
    assert await http.sender.once() == 1
