"""Credit platforms come and go, fail and are slow: none keeps another from hearing, and none is told less (一（八）)."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
import structlog

from services.notifications.credit.policy import platforms_of
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.platform import KEY, Platform
from tests.services.notifications.test_credit import (
    HOSTS,
    ROOT,
    TOLD,
    deliveries,
    found,
    happens,
    overdue,
    taken_back,
)

STATES = ("WAITING", "DELIVERED", "DEAD")


@pytest.fixture
def telling(database, apps):
    """`async with telling(platforms, transport) as http`: notifications with these platforms, over one database."""

    @asynccontextmanager
    async def start(told: dict[str, Any], transport: httpx.AsyncBaseTransport, every: float = 3600):
        settings = {"credit_platforms": json.dumps(told), "credit_seconds": every}
        async with AsyncExitStack() as stack:
            app = await apps.fresh("notifications", stack, settings, {"transports": {"credit": transport}})
            client = await stack.enter_async_context(over_asgi(app))
            client.sender = app.state.sender  # type: ignore[attr-defined]
            yield client

    return start


@pytest.mark.clause("1.8")
async def test_what_was_found_before_a_platform_is_configured_reaches_it_in_order(telling, session):
    """Without platforms the log says so and findings wait; one that comes later hears all, one after it too, each once."""
    platform, finding, second = Platform(), found(), found(document_number="青人社厅函〔2024〕89号")
    with structlog.testing.capture_logs() as logs:
        async with telling({}, platform) as http:
            await happens(http, finding)
            await happens(http, second)
            await http.sender.once()
            assert await deliveries(http) == []
    assert any("CREDIT_PLATFORMS" in each["event"] for each in logs)
    async with telling({"national": TOLD["national"]}, platform) as http:
        await happens(http, taken_back(finding))
        await asyncio.gather(*(http.sender.once() for _ in range(4)))
        await http.sender.once()
    told = [each["data"]["document_number"] for each in platform.of(HOSTS["national"])]
    numbers = [each.document_number for each in (finding, second, taken_back(finding))]
    assert sorted(told) == sorted(numbers)
    assert told.index(numbers[0]) < told.index(numbers[2])
    async with telling(TOLD, platform) as http:
        await http.sender.once()
    assert len(platform.of(HOSTS["provincial"])) == 3
    assert set(platform.asked.values()) == {1}


class Failing(Platform):
    """A platform of which one host fails in a way that is no failure of HTTP."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Fail, or take."""
        if request.url.host == HOSTS["national"]:
            raise httpx.InvalidURL("an address that cannot be read")
        return await super().handle_async_request(request)


async def test_one_that_fails_in_any_way_delays_none(telling, session):
    """What goes wrong with one is kept with its delivery, for every one of it; the others have theirs in the same round."""
    async with telling(TOLD, Failing()) as http:
        for _ in range(3):
            await happens(http, found())
        assert await http.sender.once() == 3
        seen = await deliveries(http)
    failed = [each for each in seen if each["platform"] == "national"]
    assert [(each["standing"], each["last_error"]) for each in failed] == [("WAITING", "InvalidURL")] * 3
    assert {each["standing"] for each in seen if each not in failed} == {"DELIVERED"}


@pytest.mark.clause("1.8")
async def test_who_decided_and_the_province_hear_once_that_a_platform_does_not_answer(telling, session):
    """A night without a platform: they are told once, it is tried on, and in the morning it arrives; lists tell by standing."""
    body = node("HRSS", "PREFECTURE")
    officers = [mint([seat("TITLE_OFFICER", *line)]) for line in ((ROOT,), (ROOT, body))]
    platform = Platform(behaviour=["refuse"] * 15)
    async with telling({"national": TOLD["national"]}, platform) as http:
        await happens(http, found(body_id=body.id, lineage=[ROOT.id, body.id]))
        for attempt in range(15):
            assert [await _warned(http, each) for each in officers] == [int(attempt >= 12)] * 2
            await http.sender.once()
            await overdue(session)
        assert [await _warned(http, each) for each in officers] == [1, 1]
        assert [await _standing(http, officers[1], each) for each in STATES] == [1, 0, 0]
        assert await http.sender.once() == 1
        assert [await _standing(http, officers[1], each) for each in STATES] == [0, 1, 0]


async def _warned(http, token: str) -> int:
    read = await http.get("/v1/inbox", params={"first": 100}, headers=bearer(token))
    return sum(each["title"] == "向信用平台报送多次未成功" for each in read.json()["items"])


async def _standing(http, token: str, standing: str) -> int:
    read = await http.get("/v1/credit-deliveries", params={"standing": standing}, headers=bearer(token))
    return len(read.json()["items"])


class Hanging(Platform):
    """A platform of which one host answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.let, self.heard = asyncio.Event(), asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait, or take."""
        if request.url.host == HOSTS["national"]:
            await self.let.wait()
        answer = await super().handle_async_request(request)
        self.heard.set()
        return answer


async def test_a_slow_one_keeps_no_other_waiting(telling, session):
    """While one hangs, the other hears what happened before, and what happens meanwhile."""
    platform = Hanging()
    async with telling(TOLD, platform, every=0.01) as http:
        for number in (1, 2):
            await happens(http, found())
            await asyncio.wait_for(platform.heard.wait(), 10)
            platform.heard.clear()
            assert len(platform.of(HOSTS["provincial"])) == number
        assert platform.of(HOSTS["national"]) == []
        platform.let.set()
    await overdue(session)


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "http://credit.gov.test/"},
        {"url": "https://"},
        {"url": "https://[::1"},
        {"url": "ftp://credit.gov.test/"},
        {"key": "whsec_not base64!"},
        {"key": "whsec_c2hvcnQ="},
        {"key": ""},
        {"title": ""},
    ],
)
def test_a_platform_that_could_not_be_told_is_refused_at_start(changed):
    """Names go out encrypted or not at all, a key decodes; what is refused names the setting and never the key."""
    with pytest.raises(ValueError, match=r"CREDIT_PLATFORMS\.national\.(url|key|title)") as refused:
        platforms_of(json.dumps({"national": TOLD["national"] | changed}))
    assert changed.get("key", KEY) not in str(refused.value) or not changed.get("key", KEY)


@pytest.mark.parametrize("host", ["localhost:8100", "127.0.0.1:8100", "[::1]:8100"])
def test_on_the_own_machine_a_platform_may_be_simulated(host):
    """A simulation needs no certificate."""
    told = TOLD["national"] | {"url": f"http://{host}/misconduct"}
    assert platforms_of(json.dumps({"national": told}))["national"].url == told["url"]
