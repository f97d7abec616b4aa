"""Calls between services: a neighbour's refusal stays what it was, its absence is named, our own token lasts."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.postgres import free_port
from services.kit.errors import Conflict, Language, NotFound, RuleBroken, Unavailable
from services.kit.frame import outgoing
from services.neighbours import identity
from services.neighbours.client import Neighbour
from services.neighbours.identity import ServiceIdentity

PROBLEM = {
    "code": "NO_PLACE_LEFT", "message": "没有空余岗位", "field": "level",
    "basis": [{"cite": "二（一）", "summary": "在核定数额内"}],
    "findings": [{"code": "PLACES", "message": "1 个", "basis": [{"cite": "附件2", "summary": "表"}]}],
}  # fmt: skip


def neighbour(answer: Any, **more: Any) -> Neighbour:
    """A neighbour that answers so, whatever it is asked."""

    async def reply(request: Request) -> Response:
        return answer if isinstance(answer, Response) else answer(request)

    app = Starlette(routes=[Route("/{path:path}", reply, methods=["GET", "POST", "PUT"])])
    return Neighbour("quota", "http://quota.test", transport=httpx.ASGITransport(app=app), **more)


@pytest.mark.parametrize(("status", "kind"), [(422, RuleBroken), (409, Conflict), (404, NotFound)])
async def test_a_refusal_is_passed_on_as_it_was(status, kind):
    """Code, words, field, basis and findings of the neighbour reach our own caller."""
    async with neighbour(JSONResponse(PROBLEM, status)) as quota:
        with pytest.raises(kind) as refused:
            await quota.post("/v1/reservations", {})
    refusal = refused.value
    assert (refusal.code, refusal.field) == ("NO_PLACE_LEFT", "level")
    assert refusal.message(Language.ZH) == refusal.message(Language.EN) == "没有空余岗位"
    assert refusal.basis[0].cite == "二（一）"
    assert refusal.findings[0].basis[0].cite == "附件2"


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>bad gateway</html>", 502), Response("oops", 500), JSONResponse(PROBLEM, 500),
        JSONResponse(["list"], 422), JSONResponse({"code": 5}, 409), Response("", 302), Response("<html>", 200),
    ],
)  # fmt: skip
async def test_whatever_makes_no_sense_is_an_absence_with_its_name(answer):
    """A failing or babbling neighbour is unavailable, and named."""
    async with neighbour(answer) as quota:
        with pytest.raises(Unavailable) as refused:
            await quota.get("/v1/x")
    assert "quota" in refused.value.message(Language.ZH)


async def test_a_neighbour_that_is_not_there_is_named():
    """Over the real transport: nobody listens, or it speaks no HTTP, or it never answers."""
    async with Neighbour("quota", f"http://127.0.0.1:{free_port()}") as quota:
        with pytest.raises(Unavailable):
            await quota.get("/v1/x")

    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"220 smtp ready\r\n")
        await writer.drain()
        writer.close()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    for behaviour in (babble, hang):
        server = await asyncio.start_server(behaviour, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with Neighbour("quota", f"http://127.0.0.1:{port}", timeout=0.3) as quota:
            with pytest.raises(Unavailable):
                await quota.get("/v1/x")
        server.close()
        await server.wait_closed()


async def test_the_callers_token_language_and_request_id_go_along():
    """And nothing else of the caller's headers."""
    token = outgoing.set(
        {"authorization": "Bearer abc", "accept-language": "en", "x-request-id": "r-12345678"}
    )
    async with neighbour(lambda request: JSONResponse(dict(request.headers))) as quota:
        seen = await quota.get("/v1/x", year=2023, none=None)
    outgoing.reset(token)
    assert seen["authorization"] == "Bearer abc"
    assert (seen["accept-language"], seen["x-request-id"]) == ("en", "r-12345678")


class Accounts:
    """Issues service tokens, or not."""

    def __init__(self) -> None:
        self.issued = 0
        self.lasts = 900.0
        self.broken: Response | None = None

    async def issue(self, request: Request) -> Response:
        """A token."""
        assert request.headers["authorization"].startswith("Basic ")
        if self.broken is not None:
            return self.broken
        self.issued += 1
        return JSONResponse({"access_token": f"t{self.issued}", "expires_in": self.lasts})


@pytest.fixture
async def accounts():
    """Accounts and an identity that asks it."""
    made = Accounts()
    app = Starlette(routes=[Route("/v1/service-tokens", made.issue, methods=["POST"])])
    made.identity = ServiceIdentity(
        "http://accounts.test", "workflow", "s", transport=httpx.ASGITransport(app=app)
    )
    yield made
    await made.identity.close()


async def test_a_token_of_our_own_that_is_refused_is_replaced_and_no_fault_of_the_caller(accounts):
    """Accounts' clock was ahead, or its key is gone: another one is asked for; whoever called is not told to sign in again."""
    good = {"Bearer t2"}

    def answer(request: Request) -> Response:
        return JSONResponse({}, 200 if request.headers["authorization"] in good else 401)

    async with neighbour(answer, identity=accounts.identity) as quota:
        assert await quota.get("/v1/x", as_service=True) == {}
        good.clear()
        with pytest.raises(Unavailable, match="quota"):
            await quota.get("/v1/x", as_service=True)
    assert 2 < accounts.issued <= 5


async def test_a_token_is_asked_for_once_by_many(accounts):
    """Fifty calls at once share one token."""
    tokens = await asyncio.gather(*(accounts.identity.token() for _ in range(50)))
    assert set(tokens) == {"t1"}
    accounts.identity.forget("another")
    assert await accounts.identity.token() == "t1"
    accounts.identity.forget("t1")
    assert await accounts.identity.token() == "t2"


async def test_the_old_token_serves_while_accounts_is_away(accounts, monkeypatch):
    """It is renewed early, so that an absence shorter than its rest is not felt; then the absence is named."""
    now = [0.0]
    monkeypatch.setattr(identity, "time", SimpleNamespace(monotonic=lambda: now[0]))
    accounts.lasts = 60.0
    assert await accounts.identity.token() == "t1"
    accounts.broken = Response("down", 503)
    now[0] = 35.0
    assert await accounts.identity.token() == "t1"
    now[0] = 70.0
    with pytest.raises(Unavailable):
        await accounts.identity.token()
    accounts.broken = None
    assert await accounts.identity.token() == "t2"


@pytest.mark.parametrize(
    "answer", [JSONResponse(PROBLEM, 401), Response("<html>", 200), JSONResponse({}, 200)]
)
async def test_a_wrong_secret_is_our_trouble_not_the_callers(accounts, answer):
    """The caller is told that accounts is unavailable, never that he or she is not signed in."""
    accounts.broken = answer
    with pytest.raises(Unavailable) as refused:
        await accounts.identity.token()
    assert "accounts" in refused.value.message(Language.EN)
