"""Who sends or reads slowly, over REST or by a link, keeps nobody else waiting; REST spends the allowance that GraphQL spends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, contextmanager

import httpx
import pytest
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from gateway import allowance
from gateway.allowance import OwnBuckets
from gateway.clients import CALLS_AT_ONCE
from gateway.main import create
from gateway.settings import GatewaySettings
from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart
from tests.platform.serving import served
from tests.platform.tokens import bearer, mint

CYCLES = {"query": "{ cycles(first: 1) { totalCount } }"}
GUIDE = "/api/accounts/v1/learning/guides/a/file"


class Heard(httpx.AsyncBaseTransport):
    """A part that says of how many requests it heard."""

    asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hear of one, and read it."""
        self.asked += 1
        await request.aread()
        return httpx.Response(204)


async def test_a_part_hears_of_a_request_once_it_is_there() -> None:
    """Who stops in the middle of a body holds no connection to a part; a file goes on as it comes."""
    part, heard = Heard(), []

    async def halves() -> AsyncIterator[bytes]:
        for _ in range(2):
            heard.append(part.asked)
            yield b"12"

    app = create(GatewaySettings(), transports={"workflow": part})
    transport = httpx.ASGITransport(app=app)
    base = "http://gateway.test/api/workflow/v1"
    async with LifespanManager(app), httpx.AsyncClient(transport=transport, trust_env=False) as http:
        for method, path in (("POST", "complaints"), ("PUT", "uploads/t")):
            given = {"content-length": "4"}
            assert (
                await http.request(method, f"{base}/{path}", content=halves(), headers=given)
            ).status_code == 204
    assert heard == [0, 0, 2, 2]


@contextmanager
def slow_part() -> Iterator[tuple[FastAPI, asyncio.Event]]:
    """A part whose files do not end until it is told so, and which answers all else at once."""
    part, go_on = FastAPI(), asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"x"
        await go_on.wait()

    @part.get("/v1/cycles")
    async def cycles() -> dict[str, object]:
        return {"items": [], "next_cursor": None, "total": 7}

    @part.get("/v1/historic-imports/template")
    async def file() -> StreamingResponse:
        return StreamingResponse(pieces())

    try:
        yield part, go_on
    finally:
        go_on.set()


async def test_slow_readers_keep_nobody_from_asking() -> None:
    """As many files on their way as GraphQL has connections to a part, by links and over REST: a query is answered."""
    async with AsyncExitStack() as stack:
        part, go_on = stack.enter_context(slow_part())
        inner = await stack.enter_async_context(served(part))
        app = create(GatewaySettings(workflow_url=inner, call_timeout_seconds=30))
        await stack.enter_async_context(LifespanManager(app))
        url = await stack.enter_async_context(served(app))
        limits = httpx.Limits(max_connections=None)
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=url, trust_env=False, limits=limits, timeout=60)
        )
        ways = ("/papers/historic-template", "/api/workflow/v1/historic-imports/template")
        for number in range(CALLS_AT_ONCE):
            answer = await stack.enter_async_context(http.stream("GET", ways[number % 2]))
            assert answer.status_code == 200
        told = (await http.post("/graphql", json=CYCLES)).json()
        assert told["data"] == {"cycles": {"totalCount": 7}}
        go_on.set()


async def test_rest_spends_what_graphql_spends(
    gateway: Gateway, parts: dict[str, FakePart], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page costs its items, a write ten more; who has spent what there is waits, over both, and no part hears of it."""
    now, buckets = [1000.0], OwnBuckets(lambda: now[0])
    monkeypatch.setattr(allowance, "OwnBuckets", lambda: buckets)
    parts["workflow"].tell("GET", "/v1/cycles", {"items": [], "next_cursor": None, "total": 7})
    front = await gateway(cost_bucket=140, max_cost=140, cost_per_second=1)
    who = bearer(mint())
    for method, path, status in (
        ("GET", "cycles?first=999", 200),
        ("GET", "cycles", 200),
        ("GET", "cycles?first=x", 200),
        ("GET", "cycles?first=1", 429),
    ):
        answer = await front.http.request(method, f"/api/workflow/v1/{path}", headers=who)
        assert answer.status_code == status, path
    assert answer.json()["code"] == "THROTTLED"
    assert answer.headers["retry-after"] == "1"
    assert (await front.http.post("/graphql", json=CYCLES, headers=who)).status_code == 429
    assert len(parts["workflow"].calls) == 3
    now[0] += 11
    assert (await front.http.post("/api/workflow/v1/reports", json={}, headers=who)).status_code != 429
    assert (await front.http.get("/api/workflow/v1/cycles?first=1", headers=who)).status_code == 429
    assert (await front.http.get("/api/workflow/v1/cycles")).status_code == 200
