"""The gateway with no place left: told in GraphQL's shape, as a problem over REST, as a page to browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
from asgi_lifespan import LifespanManager
from fastapi import FastAPI

from gateway.main import create
from gateway.settings import GatewaySettings
from services.admission import limited
from services.kit.auth import TokenVerifier
from tests.platform.serving import served
from tests.platform.tokens import trusted

CYCLES = {"query": "{ cycles(first: 1) { totalCount } }"}


@pytest.fixture(params=["application/json", "text/event-stream"], ids=["at once", "streamed"])
async def full(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """A gateway whose only place is taken: its part does not answer yet, be the answer streamed or not."""
    part, asked, go_on = FastAPI(), asyncio.Event(), asyncio.Event()

    @part.get("/v1/cycles")
    async def cycles() -> dict[str, object]:
        asked.set()
        await go_on.wait()
        return {"items": [], "next_cursor": None, "total": 7}

    async with AsyncExitStack() as stack:
        inner = await stack.enter_async_context(served(part))
        app = create(GatewaySettings(workflow_url=inner), verifier=TokenVerifier(trusted()))
        limited(app, 1)
        await stack.enter_async_context(LifespanManager(app))
        url = await stack.enter_async_context(served(app))
        http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=20)
        await stack.enter_async_context(http)
        first = asyncio.create_task(http.post("/graphql", json=CYCLES, headers={"accept": request.param}))
        stack.callback(go_on.set)
        await asked.wait()
        yield http
        go_on.set()
        assert '"data":{"cycles":{"totalCount":7}}' in (await first).text
        assert (await http.post("/graphql", json=CYCLES)).status_code == 200


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_graphql_hears_of_it_in_its_own_shape(full: httpx.AsyncClient, accept: str) -> None:
    """503 whatever is accepted, with the code and when to come again in header and extensions, and no data."""
    answer = await full.post("/graphql", json=CYCLES, headers={"accept": accept, "accept-language": "en"})
    assert answer.status_code == 503
    [error] = answer.json()["errors"]
    assert "data" not in answer.json()
    assert error["extensions"]["code"] == "TOO_BUSY"
    assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert str(error["extensions"]["retryAfter"]) == answer.headers["retry-after"]
    assert error["message"].startswith("Too many are here")


async def test_rest_hears_of_it_as_a_problem(full: httpx.AsyncClient) -> None:
    """As of every refusal."""
    answer = await full.get("/api/workflow/v1/cycles")
    assert (answer.status_code, answer.json()["code"]) == (503, "TOO_BUSY")
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0


async def test_a_reader_gets_a_page(full: httpx.AsyncClient) -> None:
    """In words, kept by nobody; the style sheet too has to wait its turn, and HEAD has no body."""
    answer = await full.get("/arrangements", headers={"accept": "text/html", "accept-language": "en"})
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("text/html")
    assert "Too many are here at once" in answer.text
    assert 1 <= int(answer.headers["retry-after"]) <= 3
    assert answer.headers["cache-control"] == "no-store"
    head = await full.head("/arrangements")
    assert (head.status_code, head.content) == (503, b"")


async def test_probes_and_what_is_wrong_at_the_door(full: httpx.AsyncClient) -> None:
    """Balancers hear that it lives."""
    assert (await full.get("/healthz")).status_code == 200
