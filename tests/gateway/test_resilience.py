"""A gateway over parts that are slow, that break connections off, that are down and come back: over real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest
from asgi_lifespan import LifespanManager
from starlette.responses import JSONResponse, Response
from strawberry.relay import GlobalID

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from services.kit.deadline import HEADER
from services.neighbours.breaker import FIRST_PAUSE, LEAST_FAILURES
from services.neighbours.retries import MOST
from tests.gateway.conftest import Asker, Gateway
from tests.gateway.fakes import FakePart, annual_form
from tests.neighbours.sockets import Part, part, told
from tests.platform.serving import served
from tests.platform.tokens import bearer, mint, trusted

FORMS = "{ annualForms(first: 5) { totalCount } }"
BOTH = "{ __typename annualForms(first: 5) { totalCount } }"
PAGE = b'{"items": [], "next_cursor": null, "total": 3}'
MAKE = 'mutation { createAnnualForm(input: {unitId: "%s", year: 2023}) { errors { code } } }'


def unit() -> GlobalID:
    """Some unit."""
    return GlobalID("Organisation", str(uuid4()))


class Front(Asker):
    """A front end of a gateway whose breaker of quota has a clock that the test moves."""

    now = 0.0

    def clock(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
async def front(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Callable[..., Any]]:
    """`await front(quota=url)`: over real HTTP, before a quota service that is there."""
    async with AsyncExitStack() as stack:

        async def start(quota: str, **settings: Any) -> Front:
            parts = {name: FakePart(name).transport() for name in ("accounts", "workflow", "notifications")}
            told_ = GatewaySettings(quota_url=quota, **settings)
            app = create(told_, verifier=TokenVerifier(trusted()), transports=parts)
            await stack.enter_async_context(LifespanManager(app))
            url = await stack.enter_async_context(served(app))
            http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=60)
            made = Front(await stack.enter_async_context(http), app)
            monkeypatch.setattr(app.state.neighbours["quota"].breaker, "_clock", made.clock)
            return made

        yield start


@pytest.fixture
async def down() -> AsyncIterator[Part]:
    """A part that takes no connection before it is told to, and then answers."""
    async with part(lambda *_: told("200 OK", PAGE), listening=False) as made:
        yield made


@pytest.fixture
async def breaking() -> AsyncIterator[Part]:
    """A part that breaks off every other connection."""
    refusal = b'{"code": "NO", "message": "no"}'

    def answer(number: int, request: bytes) -> bytes | None:
        answers = told("422 No", refusal) if request.startswith(b"POST") else told("200 OK", PAGE)
        return None if number % 2 else answers

    async with part(answer) as made:
        yield made


@pytest.fixture
async def slow() -> AsyncIterator[Part]:
    """A part that takes requests and does not answer."""
    async with part(lambda *_: None) as made:
        made.holds = asyncio.Event()
        yield made
        made.holds.set()


async def test_a_slow_part_takes_only_its_own_fields_at_the_deadline(front, slow: Part) -> None:
    """What else was asked is told; the code says what to do; of a request of which nothing was done the status is 504."""
    caller = await front(slow.url)
    answer = await caller.post(BOTH, token=mint(), headers={HEADER: "300", "accept-language": "en"})
    seen = answer.json()
    assert seen["data"] == {"__typename": "Query", "annualForms": None}
    [error] = seen["errors"]
    assert (error["extensions"]["code"], error["extensions"]["part"]) == ("DEADLINE_EXCEEDED", "quota")
    assert "Idempotency-Key" in error["message"]
    written = await caller.ask(MAKE % unit(), token=mint(), headers={HEADER: "300"})
    assert written["data"] == {"createAnnualForm": None}
    over_rest = await caller.http.get("/api/quota/v1/ratios", headers={HEADER: "300"})
    assert (over_rest.status_code, over_rest.json()["code"]) == (504, "DEADLINE_EXCEEDED")
    assert caller.app.state.neighbours["quota"].breaker.held is None


async def test_a_write_may_take_all_of_the_requests_time(front) -> None:
    """It is rolled back once nobody waits for it: what takes longer than a question, such as a great vote, could never be done."""
    async with part(lambda *_: told("422 No", b'{"code": "NO", "message": "no"}')) as there:
        there.holds = asyncio.Event()
        caller = await front(there.url, call_timeout_seconds=0.2, request_seconds=120)
        writing = asyncio.create_task(caller.ask(MAKE % unit(), token=mint()))
        while not there.open and not writing.done():
            await asyncio.sleep(0.01)
        await asyncio.wait({writing}, timeout=1)
        there.holds.set()
        assert (await writing)["data"]["createAnnualForm"] == {"errors": [{"code": "NO"}]}
    [heard] = there.heard
    assert int(heard.split(HEADER.encode() + b": ")[1].split(b"\r\n")[0]) > 60_000


async def test_a_part_learns_how_long_it_is_waited_for(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """No longer than a call may take, than the gateway's own deadline, than the caller says; over REST and in streams too."""
    parts["quota"].tell("GET", "/v1/annual-forms", {"items": [annual_form(uuid4())], "next_cursor": None})
    parts["quota"].tell("GET", "/v1/ratios", [])
    for settings, header, most in (
        ({"request_seconds": 80}, {}, 59_900),
        ({"request_seconds": 40}, {}, 39_900),
        ({"request_seconds": 40}, {HEADER: "30000"}, 29_900),
        ({"request_seconds": 40}, {HEADER: "50000"}, 39_900),
    ):
        caller = await gateway(call_timeout_seconds=60, **settings)
        await caller.ask(FORMS, token=mint(), headers=header)
        await caller.http.get("/api/quota/v1/ratios", headers={**header, **bearer(mint())})
        streamed = {**header, **bearer(mint()), "accept": "text/event-stream"}
        await caller.http.post("/graphql", json={"query": FORMS}, headers=streamed)
        graphql, rest, stream = (int(call.headers[HEADER]) for call in parts["quota"].calls[-3:])
        assert 0 < graphql <= most
        assert 0 < stream <= most
        assert 0 < rest <= (most if settings["request_seconds"] == 40 else 79_900)


async def test_a_part_that_is_down_is_held_back_until_it_is_back(front, down: Part) -> None:
    """While it is held back nothing reaches it, readiness says so, REST says when to come again; one probe ends it."""
    caller = await front(down.url)
    breaker = caller.app.state.neighbours["quota"].breaker
    while breaker.held is None:
        seen = await caller.ask(FORMS, token=mint())
        assert seen["errors"][0]["extensions"]["code"] == "PART_UNAVAILABLE"
    down.listen()
    seen = await caller.ask(BOTH, token=mint())
    assert seen["data"] == {"__typename": "Query", "annualForms": None}
    extensions = seen["errors"][0]["extensions"]
    assert (extensions["part"], extensions["retryAfter"]) == ("quota", FIRST_PAUSE)
    over_rest = await caller.http.get("/api/quota/v1/ratios")
    assert (over_rest.status_code, over_rest.json()["part"]) == (503, "quota")
    assert over_rest.headers["retry-after"] == str(int(FIRST_PAUSE))
    ready = (await caller.http.get("/readyz")).json()
    assert ready["checks"]["quota"] == "failed too often, is asked again in 2 s"
    assert down.heard == []
    caller.now += FIRST_PAUSE
    asked = [caller.ask(FORMS, token=mint()) for _ in range(20)]
    answers = [each["data"]["annualForms"] for each in await asyncio.gather(*asked)]
    assert {"totalCount": 3} in answers
    assert (await caller.data(FORMS, token=mint()))["annualForms"] == {"totalCount": 3}


async def test_callers_who_break_off_what_they_send_hold_no_part_back(front, slow: Part) -> None:
    """A stranger needs no right for that: who stops in the middle of a file says nothing of the part that waited for it."""
    caller = await front(slow.url)
    host, port = caller.http.base_url.host, caller.http.base_url.port
    for number in range(LEAST_FAILURES):
        _, sending = await asyncio.open_connection(host, port)
        sending.write(b"PUT /staffing-files/x HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\nhalf")
        async with asyncio.timeout(60):
            while len(slow.heard) <= number:
                await asyncio.sleep(0.01)
        sending.close()
        async with asyncio.timeout(60):
            while slow.open:
                await asyncio.sleep(0.01)
    assert caller.app.state.carriers["quota"].breaker.held is None


async def test_a_connection_that_breaks_off_is_not_seen_by_the_caller(front, breaking: Part) -> None:
    """A question is asked again; a write only with its key, which the part hears both times."""
    caller = await front(breaking.url)
    assert (await caller.data(FORMS, token=mint()))["annualForms"] == {"totalCount": 3}
    unnamed = await caller.ask(MAKE % unit(), token=mint())
    assert unnamed["errors"][0]["extensions"]["code"] == "PART_UNAVAILABLE"
    assert len(breaking.heard) == 3
    breaking.heard.append(b"")
    named = await caller.ask(MAKE % unit(), token=mint(), headers={"idempotency-key": "k7"})
    assert named["data"]["createAnnualForm"] == {"errors": [{"code": "NO"}]}
    assert [b"idempotency-key: k7" in each for each in breaking.heard[4:]] == [True, True]


def broken_off(_: object) -> Response:
    """It is done, and its answer lost."""
    raise httpx.ReadError("reset")


async def test_what_must_leave_no_trace_is_not_done_twice(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """The part looks at no key of an objection, a ballot, a secret: to send one again would raise a second."""
    front, one = await gateway(), uuid4()
    objections, secret = f"/v1/publicities/{one}/objections", f"/v1/webhook-endpoints/{one}/secret"
    places = "/v1/annual-forms"
    parts["workflow"].tell("POST", objections, broken_off)
    parts["notifications"].tell("POST", secret, broken_off)
    parts["quota"].tell("POST", places, broken_off)
    publicity = GlobalID("Publicity", str(one))
    said = f'mutation {{ raiseObjection(input: {{publicityId: "{publicity}", text: "x"}}) {{ errors {{ code }} }} }}'
    key = {"idempotency-key": "k9"}
    for document in (said, MAKE % unit()):
        seen = await front.ask(document, token=mint(), headers=key)
        assert seen["errors"][0]["extensions"]["code"] == "PART_UNAVAILABLE"
    over_rest = await front.http.post(f"/api/notifications{secret}", headers={**key, **bearer(mint())})
    assert over_rest.status_code == 503
    asked = [parts["workflow"].asked(objections), parts["notifications"].asked(secret)]
    assert [len(each) for each in (*asked, parts["quota"].asked(places))] == [1, 1, 1 + MOST]


def busy(_: object) -> Response:
    """Too many, come again."""
    return JSONResponse({"code": "SLOW_DOWN", "message": "慢一点"}, 429, {"retry-after": "7"})


async def test_when_to_come_again_is_not_lost_on_the_way(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """What a part tells who has to wait is in the error, in a mutation's payload, and in the header where nothing was done."""
    front = await gateway()
    for method, path in (("GET", "/v1/annual-forms"), ("POST", "/v1/annual-forms"), ("GET", "/v1/ratios")):
        parts["quota"].tell(method, path, busy)
    parts["workflow"].tell("PUT", "/v1/uploads/t", busy)
    seen = await front.ask(FORMS, token=mint())
    assert seen["errors"][0]["extensions"]["retryAfter"] == 7
    written = await front.ask((MAKE % unit()).replace("{ code }", "{ code retryAfter }"), token=mint())
    assert written["data"]["createAnnualForm"] == {"errors": [{"code": "SLOW_DOWN", "retryAfter": 7}]}
    for answer in (
        await front.http.get("/api/quota/v1/ratios"),
        await front.http.put("/uploads/t", json={}),
    ):
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


async def test_a_subscription_outlives_the_deadline_of_its_request() -> None:
    """It is taken up again with a whole call's time, as often as it breaks off."""
    heard: list[int] = []

    def stream(request: httpx.Request) -> httpx.Response:
        heard.append(int(request.headers[HEADER]))
        event = b'id: 1\nevent: unread\ndata: {"unread": 1}\n\n'
        last = b'event: bye\ndata: {"reason": "RIGHTS_CHANGED"}\n\n'
        content = event if len(heard) == 1 else last
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=content)

    parts = {"notifications": httpx.MockTransport(stream)}
    app = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports=parts)
    async with LifespanManager(app), served(app, app.state.streams.end) as url:
        asked = {"query": "subscription { inboxChanges { unread } }"}
        headers = {"accept": "text/event-stream", HEADER: "40000", **bearer(mint())}
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
            answer = await http.post("/graphql", json=asked, headers=headers)
    assert "SEATS_CHANGED" in answer.text
    assert heard[1] > 40_000
