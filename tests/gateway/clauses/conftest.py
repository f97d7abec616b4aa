"""One province a file: real accounts, workflow and quota in this process, behind the real gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from asgi_lifespan import LifespanManager

from gateway.main import create
from gateway.settings import GatewaySettings
from services.accounts.installation import Desk
from services.accounts.seed import seed
from services.kit import clock
from services.kit.auth import TokenVerifier
from services.kit.db import Database
from tests.gateway.clauses.province import PASSWORD, Province
from tests.gateway.conftest import Asker
from tests.platform import isolation
from tests.platform.apps import Apps
from tests.platform.server import TestServer
from tests.platform.settings import POLICIES
from tests.platform.tokens import trusted

QUOTA = {"recalculation_poll_seconds": 0.2}
WORKFLOW = {"sweep_seconds": 0.5, "escalation_seconds": 0.5, "import_seconds": 0.2}
"""What they do by themselves they do soon, and are not at it all the time."""


@pytest.fixture(scope="module")
async def seeded(
    test_server: TestServer, worker_database: str, cleaner: asyncpg.Connection, apps: Apps
) -> None:
    """A fresh platform: what the migrations and the seed leave."""
    await isolation.reset(cleaner)
    url = test_server.url("accounts", worker_database).replace("postgresql://", "postgresql+asyncpg://", 1)
    database = Database(url, pool_size=1)
    installation = (await apps.get("accounts")).state.installation
    async with database.begin() as tx:
        await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), PASSWORD)
    await database.close()


@pytest.fixture(scope="module")
async def tables(test_server: TestServer, worker_database: str, seeded: None) -> AsyncIterator[Database]:
    """The tables of workflow: for what stands before a scene, where playing it would take too long."""
    url = test_server.url("workflow", worker_database).replace("postgresql://", "postgresql+asyncpg://", 1)
    database = Database(url, pool_size=1)
    yield database
    await database.close()


@pytest.fixture(scope="module")
def policies() -> Path:
    """The notices that quota and workflow know; a file of tests may add years."""
    return POLICIES


@pytest.fixture(scope="module")
async def notifications(apps: Apps, seeded: None) -> Any:
    """The app of notifications; a file of tests may have one with settings of its own."""
    return await apps.get("notifications")


@pytest.fixture(scope="module")
def parts() -> dict[str, httpx.ASGITransport]:
    """What the gateway calls, by name, once `http` is there."""
    return {}


@pytest.fixture(scope="module")
async def http(
    apps: Apps, seeded: None, policies: Path, notifications: Any, parts: dict[str, Any]
) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP to the gateway."""
    async with AsyncExitStack() as stack:
        known = {"accounts": await apps.get("accounts"), "notifications": notifications}
        inner: dict[str, Any] = {name: httpx.ASGITransport(app=app) for name, app in known.items()}
        years = {"policies_dir": policies}
        quota = await apps.fresh(
            "quota", stack, QUOTA | years, {"transports": {"accounts": inner["accounts"]}}
        )
        inner["quota"] = httpx.ASGITransport(app=quota)
        workflow = await apps.fresh("workflow", stack, WORKFLOW | years, {"transports": inner})
        transports = inner | {"workflow": httpx.ASGITransport(app=workflow)}
        parts.update(transports)
        app = create(
            GatewaySettings(public_seconds=0), verifier=TokenVerifier(trusted()), transports=transports
        )
        await stack.enter_async_context(LifespanManager(app))
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway.test")
        yield await stack.enter_async_context(client)


@pytest.fixture(scope="module")
async def province(http: httpx.AsyncClient) -> Province:
    """The province with its root, in October 2023."""
    return await Province.begin(Asker(http))
