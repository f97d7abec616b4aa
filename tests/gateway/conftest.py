"""The gateway under test, with a fake for each of its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from asgi_lifespan import LifespanManager

from gateway.clients import PARTS
from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.gateway.fakes import Down, FakePart
from tests.platform.tokens import bearer, mint, trusted


class Asker:
    """A front end."""

    def __init__(self, http: httpx.AsyncClient, app: Any = None) -> None:
        self.http = http
        self.app = app

    async def post(
        self, query: str, *, token: str | None = None, headers: dict[str, Any] | None = None, **given: Any
    ) -> httpx.Response:
        """The answer to a document with variables."""
        sent = {**(headers or {}), **(bearer(token) if token else {})}
        return await self.http.post("/graphql", json={"query": query, "variables": given}, headers=sent)

    async def ask(
        self, query: str, *, token: str | None = None, headers: dict[str, Any] | None = None, **given: Any
    ) -> dict[str, Any]:
        """Its JSON."""
        answer = await self.post(query, token=token, headers=headers, **given)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def data(self, query: str, *, token: str | None = None, **given: Any) -> dict[str, Any]:
        """Its data; any error fails the test."""
        told = await self.ask(query, token=token, **given)
        assert "errors" not in told, told["errors"]
        data: dict[str, Any] = told["data"]
        return data


@pytest.fixture
def parts() -> dict[str, FakePart]:
    """The four parts."""
    return {name: FakePart(name) for name in PARTS}


Gateway = Callable[..., Awaitable[Asker]]


@pytest.fixture
async def gateway(parts: dict[str, FakePart]) -> AsyncIterator[Gateway]:
    """`await gateway(down=("quota",), max_depth=3)`: a front end of a gateway with such settings, some parts down."""
    async with AsyncExitStack() as stack:

        async def start(*, down: tuple[str, ...] = (), **settings: Any) -> Asker:
            transports = {name: Down() if name in down else part.transport() for name, part in parts.items()}
            app = create(
                GatewaySettings(**settings), verifier=TokenVerifier(trusted()), transports=transports
            )
            await stack.enter_async_context(LifespanManager(app))
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            http = httpx.AsyncClient(transport=transport, base_url="http://gateway.test", trust_env=False)
            return Asker(await stack.enter_async_context(http), app)

        yield start


@pytest.fixture
def signed_in() -> str:
    """A token of somebody without seats."""
    return mint()
