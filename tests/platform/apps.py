"""The real apps of the services, in this process, on the worker's database."""

from __future__ import annotations

from contextlib import AsyncExitStack
from importlib import import_module
from typing import Any

import httpx
from asgi_lifespan import LifespanManager

from services.kit.auth import TokenVerifier
from tests.platform import holding
from tests.platform.tokens import trusted

BASE_URL = "http://service.test"


class Apps:
    """Makes each app once per worker and keeps it running; apps with settings of their own are made anew."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings
        self._stack = AsyncExitStack()
        self._running: dict[str, Any] = {}

    async def get(self, service: str) -> Any:
        """Return the app of `service` with ordinary settings."""
        if service not in self._running:
            self._running[service] = await self._start(service, self._stack, {}, {})
        return self._running[service]

    async def fresh(
        self, service: str, stack: AsyncExitStack, settings: dict[str, Any], parts: dict[str, Any]
    ) -> Any:
        """Return an app of its own, with `settings` changed and `parts` (fake neighbours) given to its factory."""
        return await self._start(service, stack, settings, parts)

    async def close(self) -> None:
        """Shut every app down."""
        await self._stack.aclose()

    async def _start(
        self, service: str, stack: AsyncExitStack, settings: dict[str, Any], parts: dict[str, Any]
    ) -> Any:
        create = import_module(f"services.{service}.main").create
        app = create(self._settings(service, **settings), **parts)
        app.state.verifier = TokenVerifier(trusted())
        await stack.enter_async_context(LifespanManager(app, startup_timeout=30, shutdown_timeout=30))
        return app


class Switch(httpx.AsyncBaseTransport):
    """The way to a neighbour of an app that outlives it: `to` is where it leads now."""

    to: httpx.AsyncBaseTransport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask whoever is the neighbour now."""
        return await self.to.handle_async_request(request)


class Served(httpx.ASGITransport):
    """Calls an app as a server would: each request is a task, and holds one connection at a time."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask the app."""
        return await holding.serve(super().handle_async_request(request))


def over_asgi(app: Any, headers: dict[str, str] | None = None) -> httpx.AsyncClient:
    """Return a client that calls `app` in this process; an unhandled error is a 500, as for a real caller."""
    transport = Served(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL, headers=headers, trust_env=False)
