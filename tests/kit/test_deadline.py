"""A request is worked on until its deadline: then its statement is cancelled, and nothing of it is kept."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from asgi_lifespan import LifespanManager

from services.kit import deadline
from services.kit.auth import TokenVerifier
from services.kit.deadline import HEADER, DeadlineExceeded
from services.neighbours.client import Neighbour
from tests.kit import probe
from tests.platform.serving import served
from tests.platform.tokens import bearer, trusted

ASLEEP = "select count(*) from pg_stat_activity where state = 'active' and query = 'select pg_sleep(600)'"
GROWING = (1_000, 4_000, 16_000)
"""Milliseconds; on a machine that is busy a statement may not have begun before the first are over."""


async def asleep(admin: Any, asked: asyncio.Task[Any]) -> bool:
    """Whether the statement is seen at work before its request is answered."""
    while not asked.done():
        if await admin.fetchval(ASLEEP):
            return True
        await asyncio.sleep(0.02)
    return False


async def test_an_abandoned_statement_is_cancelled_and_nothing_is_kept(app, probe_admin, token, seat, node):
    """Over real HTTP: 504 in both languages; Postgres works on it no longer, no row stays, the key serves again."""
    admin = await asyncpg.connect(probe_admin)
    key = {"idempotency-key": uuid4().hex, **bearer(token([seat("JANITOR", node("EMPLOYER", "COUNTY"))]))}
    async with served(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as http:
        for milliseconds in GROWING:
            headers = {**key, HEADER: str(milliseconds), "accept-language": "en"}
            asked = asyncio.create_task(http.post("/wrong/slow", headers=headers, timeout=60))
            seen = await asleep(admin, asked)
            answer = await asked
            assert (answer.status_code, answer.json()["code"]) == (504, "DEADLINE_EXCEEDED")
            if seen:
                break
        assert seen
        assert "Idempotency-Key" in answer.json()["message"]
        async with asyncio.timeout(30):
            while await admin.fetchval(ASLEEP):
                await asyncio.sleep(0.02)
        rows = await admin.fetchval(f"select count(*) from {probe.SERVICE}.lamp where name = 'slow'")
        keys = await admin.fetchval(f"select count(*) from {probe.SERVICE}.idempotency_key")
        assert (rows, keys) == (0, 0)
        again = await http.post("/wrong/slow", headers={**key, HEADER: "1"}, timeout=60)
        assert (again.status_code, "重试" in again.json()["message"]) == (504, True)
        assert (await http.get("/v1/lamps")).json() == []
    await admin.close()


async def test_a_service_has_a_deadline_of_its_own(probe_settings):
    """Nobody has to ask for it, and nobody gets more by asking."""
    settings = probe_settings.model_copy(update={"request_seconds": 0.2})
    app = probe.create(settings, verifier=TokenVerifier(trusted()))
    transport = httpx.ASGITransport(app=app)
    async with LifespanManager(app), httpx.AsyncClient(transport=transport, base_url="http://p") as http:
        for headers in ({}, {HEADER: "600000"}, {HEADER: "no number"}):
            answer = await http.post("/wrong/slow", headers=headers)
            assert (answer.status_code, answer.json()["part"]) == (504, probe.SERVICE)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("1500", 1.5), ("0", None), ("-5", None), ("", None), ("1.5", None), ("٣", None), ("9" * 10, None)],
)
def test_what_a_caller_says_is_believed_where_it_makes_sense(told, seconds):
    """Whole milliseconds; anything else is as if nothing was said."""
    assert deadline.told({HEADER: told}) == seconds


async def test_a_deadline_goes_along_and_is_never_passed_on_longer():
    """The neighbour is told what is left, less what the answer needs to come back; after the end it is not asked."""
    heard: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        heard.append(int(request.headers[HEADER]))
        return httpx.Response(200, json={})

    async with Neighbour("quota", "http://q", transport=httpx.MockTransport(answer)) as quota:
        await quota.get("/v1/x")
        with deadline.begun({HEADER: "60000"}, 5):
            await quota.get("/v1/x")
            async with quota.stream("GET", "/v1/x"):
                pass
            with deadline.begun({HEADER: "1"}, None):
                await asyncio.sleep(0.002)
                with pytest.raises(DeadlineExceeded):
                    await quota.get("/v1/x")
        async with quota.stream("GET", "/v1/x"):
            pass
    assert heard[0] == 9_900
    assert max(heard[1:3]) <= 4_900
    assert heard[3] == 119_900
