"""Servers of their own for streams (httpx's transport over ASGI waits for the end of an answer), and who listens there."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

import httpx
import orjson
import pytest
from fastapi import FastAPI, Request, Response
from httpx_sse import EventSource, ServerSentEvent

from services.kit.auth import TokenVerifier
from services.kit.errors import Language
from services.notifications.delivery.notice import Notice
from services.notifications.inbox.channel import InboxChannel
from services.notifications.template.audience import Audience
from services.notifications.template.rendering import Text
from services.notifications.template.states import Topic
from tests.platform.serving import served
from tests.platform.tokens import bearer, trusted

PATIENCE = 60
"""Nothing is told before every transaction of the server that began earlier has ended; other tests have long ones."""
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Nothing here is encrypted, and reading the certificates of the world takes longer than a test."""

Send = Callable[..., Awaitable[None]]


class Accounts:
    """Accounts, as streams ask it: who still holds what."""

    def __init__(self) -> None:
        self.roles: list[dict[str, str]] = []
        self.status = 200
        self.app = FastAPI()
        self.app.get("/v1/me")(self.me)
        self.app.get("/.well-known/jwks.json")(self.keys)

    async def me(self, request: Request) -> Response:
        """The roles held now."""
        assert request.headers["authorization"]
        return as_json({"roles": self.roles}, self.status)

    async def keys(self) -> Response:
        """The keys that tokens of these tests are signed with."""
        return as_json((await trusted().get()).as_dict(private=False))


def as_json(told: Any, status: int = 200) -> Response:
    """JSON, also of what is refused."""
    return Response(orjson.dumps(told), status, media_type="application/json")


class Listener:
    """Who listens to one stream; `async with Listener(url, token) as heard`."""

    def __init__(self, base: str, token: str, **sent: Any) -> None:
        self._base = base
        self._headers = bearer(token) | sent.pop("headers", {})
        self._params = sent
        self._stack = AsyncExitStack()
        self.seen: list[ServerSentEvent] = []

    async def __aenter__(self) -> Self:
        http = await self._stack.enter_async_context(
            httpx.AsyncClient(timeout=PATIENCE, trust_env=False, verify=PLAIN)
        )
        asked = http.stream(
            "GET", f"{self._base}/v1/inbox/stream", headers=self._headers, params=self._params
        )
        self.answer = await self._stack.enter_async_context(asked)
        if self.answer.is_success:
            self._events = EventSource(self.answer).aiter_sse()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def next(self, *names: str) -> ServerSentEvent:
        """The next event of that name; others before it are kept in `seen`."""
        async with asyncio.timeout(PATIENCE):
            async for each in self._events:
                self.seen.append(each)
                if not names or each.event in names:
                    return each
        raise AssertionError(f"the stream ended: {[each.event for each in self.seen]}")

    async def up_to(self, count: int, name: str) -> list[ServerSentEvent]:
        """So many events of that name; fewer if the stream ends before."""
        found: list[ServerSentEvent] = []
        async with asyncio.timeout(PATIENCE):
            async for each in self._events:
                found += [each] if each.event == name else []
                if len(found) == count:
                    break
        return found

    async def rest(self) -> list[ServerSentEvent]:
        """What comes until the stream ends."""
        async with asyncio.timeout(PATIENCE):
            return [each async for each in self._events]


@pytest.fixture
async def live(apps: Any, database: str) -> AsyncIterator[Callable[..., Any]]:
    """`url = await live(live_streams=2)`: a server of the notifications service with such settings."""
    async with AsyncExitStack() as stack:

        async def start(accounts: Accounts | None = None, **settings: Any) -> str:
            fake = httpx.ASGITransport(app=(accounts or Accounts()).app)
            app = await apps.fresh("notifications", stack, settings, {"transports": {"accounts": fake}})
            app.state.verifier = TokenVerifier(trusted())
            return await stack.enter_async_context(served(app, app.state.live.tail.stop))

        yield start


def notice(audience: str, *, roles: tuple[str, ...] | None = None, **given: Any) -> Notice:
    """A notice to an audience, or to who has one of the roles there."""
    text = Text("标题", "正文")
    facts: dict[str, Any] = {
        "audience": Audience(audience, roles),
        "event_id": uuid4(),
        "type": "t",
        "template": "t",
        "subject": f"declaration/{uuid4()}",
        "at": datetime.now(UTC),
        "legal": False,
        "topic": Topic.DECLARATION,
        "texts": dict.fromkeys(Language, text),
        "outside": dict.fromkeys(Language, text),
        "basis": (),
    }
    return Notice(**facts | given)


@pytest.fixture
def send(session) -> Send:
    """`await send("everyone", times=3)`: messages, in one transaction."""

    async def write(*audiences: str, times: int = 1, roles: tuple[str, ...] | None = None) -> None:
        async with session("notifications") as tx:
            told = [notice(each, roles=roles) for each in audiences for _ in range(times)]
            await InboxChannel("qinghai").deliver(tx, told)

    return write
