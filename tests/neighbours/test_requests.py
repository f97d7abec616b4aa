"""What a neighbour is sent, over real sockets: what httpx's own client over its own transport would send; and how answers are read."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from services.kit import deadline
from services.kit.errors import Unavailable
from services.kit.frame import outgoing
from services.neighbours.client import Neighbour
from services.neighbours.requests import Requests, written
from tests.neighbours.sockets import part, told

CARRIED = {"authorization": "Bearer t", "accept-language": "zh", "x-request-id": "r-12345678"}
ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/v1/x", {}),
    (
        "GET",
        "/v1/x",
        {"params": {"name": "张 三&四", "fields": ["chain", "materials"], "all": True, "none": ""}},
    ),
    ("GET", "/v1/x", {"params": [("a", "1"), ("a", "2"), ("b", "%2F+")]}),
    ("GET", "/v1/单位/a b/../c%2Fd/?q=1#there", {}),
    ("POST", "/v1/x", {"json": {"姓名": "张三", "many": [1, 2.5, None, True, 10**30]}}),
    ("POST", "/v1/x", {"json": []}),
    ("POST", "/v1/x", {}),
    ("PUT", "/v1/x", {"json": {}, "headers": {"idempotency-key": "k1"}}),
    ("DELETE", "/v1/x", {}),
    ("PATCH", "/v1/x", {"headers": {"user-agent": "Firefox", "authorization": ""}}),
]


def heard(request: bytes) -> tuple[str, dict[str, str]]:
    """The first line of a request, and its headers."""
    first, *lines = request.decode().strip().split("\r\n")
    pairs = [line.split(":", 1) for line in lines]
    assert len({name.lower() for name, _ in pairs}) == len(pairs)
    return first, {name.lower(): value.strip() for name, value in pairs}


@pytest.mark.parametrize(("method", "path", "asked"), ASKED)
async def test_a_request_is_what_httpx_would_send(method: str, path: str, asked: dict[str, Any]) -> None:
    """Line and headers, with what the caller brought and with nothing."""
    token = outgoing.set(CARRIED)
    async with part(lambda *_: told("200 OK")) as there:
        async with Neighbour("quota", there.url) as quota:
            await quota.request(method, path, **asked)
        headers = {**CARRIED, **asked.get("headers", {}), **deadline.passed_on(10.0)}
        async with httpx.AsyncClient(base_url=there.url, transport=AiohttpTransport()) as client:
            await client.request(method, path, **{**asked, "headers": headers})
    outgoing.reset(token)
    ours, theirs = map(heard, there.heard)
    assert ours == theirs


async def test_a_body_is_what_httpx_would_write() -> None:
    """Byte for byte, also of what comes piece by piece; what JSON cannot write is refused."""
    for body in ({"a": "é\u2028\x7f", "b": [1e22, -0.0, 10**30]}, [], "", 0, False):
        assert written(body) == httpx.Request("POST", "http://q", json=body).content
    with pytest.raises(ValueError, match="JSON"):
        written({"a": float("nan")})

    async def pieces() -> AsyncIterator[bytes]:
        yield b"one"
        yield b"two"

    made = Requests("http://q:81/base/", 1.0).made("PUT", "/v1/x", {}, pieces(), seconds=5.0)
    assert str(made.url) == "http://q:81/base/v1/x"
    assert made.headers["host"] == "q:81"
    assert await made.aread() == b"onetwo"


async def test_an_answer_is_read_whole_or_not_at_all() -> None:
    """Packed or plain, with large numbers; one that breaks off, or is not what it says it is, is none."""
    packed = gzip.compress(b'{"at": 100000000000000000000000000001, "b": NaN}')
    answers = {
        "plain": told("200 OK", b'{"at": 1}'),
        "packed": told("200 OK", packed, content_encoding="gzip"),
        "broken off": told("200 OK", b'{"at": 1}').replace(b"content-length: 9", b"content-length: 99"),
        "no gzip": told("200 OK", b'{"at": 1}', content_encoding="gzip"),
        "nothing": told("204 No Content", b""),
    }
    async with (
        part(lambda _, request: answers[request.split()[1].decode()[1:].replace("%20", " ")]) as there,
        Neighbour("quota", there.url, retries=0) as quota,
    ):
        assert await quota.get("/plain") == {"at": 1}
        assert (await quota.get("/packed"))["at"] == 10**29 + 1
        assert await quota.get("/nothing") is None
        for broken in ("/broken off", "/no gzip"):
            with pytest.raises(Unavailable):
                await quota.get(broken)


async def test_who_stops_waiting_leaves_the_connection() -> None:
    """A call that is cancelled holds no connection: as many can be made as before."""
    async with part(lambda *_: told("200 OK")) as there, Neighbour("quota", there.url) as quota:
        there.holds = asyncio.Event()
        calls = [asyncio.create_task(quota.get("/v1/x")) for _ in range(120)]
        while there.open < 100:
            await asyncio.sleep(0.01)
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        there.holds.set()
        assert await asyncio.gather(*(quota.get("/v1/x") for _ in range(120))) == [{}] * 120
