"""The gateway before the real workflow, with a scene in its tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import httpx
import pytest
from asgi_lifespan import LifespanManager

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from services.kit.db import Database
from tests.gateway.fakes import Down
from tests.gateway.pages.scene import Scene, played
from tests.platform import isolation
from tests.platform.apps import Apps
from tests.platform.server import TestServer
from tests.platform.tokens import trusted

ELSEWHERE = ("accounts", "quota", "notifications")
USUAL = {"public_seconds": 0, "cost_bucket": 10_000_000}
"""All tests of a module are one address: they do not wait for each other's allowance."""


@pytest.fixture(scope="module")
async def stack() -> AsyncIterator[AsyncExitStack]:
    """What ends with the module."""
    async with AsyncExitStack() as kept:
        yield kept


@pytest.fixture(scope="module")
async def scene(test_server: TestServer, worker_database: str, cleaner: asyncpg.Connection) -> Scene:
    """The scene, on fresh tables."""
    await isolation.reset(cleaner)
    url = test_server.url("workflow", worker_database).replace("postgresql://", "postgresql+asyncpg://", 1)
    async with Database(url, pool_size=1) as database, database.begin() as tx:
        return await played(tx)


@pytest.fixture(scope="module")
async def site(apps: Apps, scene: Scene, stack: AsyncExitStack) -> Callable[..., Any]:
    """`await site(down=True)`: the gateway's application, unless told otherwise without waiting, and keeping nothing that is told."""
    workflow = httpx.ASGITransport(app=await apps.fresh("workflow", stack, {}, {}))

    async def start(*, down: bool = False, **settings: Any) -> Any:
        elsewhere: dict[str, Any] = {part: Down() for part in ELSEWHERE}
        transports = elsewhere | {"workflow": Down() if down else workflow}
        told = GatewaySettings(**(USUAL | settings))
        app = create(told, verifier=TokenVerifier(trusted()), transports=transports)
        await stack.enter_async_context(LifespanManager(app))
        return app

    return start


@pytest.fixture(scope="module")
async def web(site: Callable[..., Any], stack: AsyncExitStack) -> httpx.AsyncClient:
    """A browser without a window."""
    return await stack.enter_async_context(browsing(await site()))


def browsing(app: Any) -> httpx.AsyncClient:
    """A browser before an application."""
    headers = {"accept": "text/html,*/*;q=0.8", "accept-language": "zh-CN"}
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway.test", headers=headers)
