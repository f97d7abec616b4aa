"""The gateway before the four real services, the province seeded: what somebody else's clients try out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from asgi_lifespan import LifespanManager

from gateway.clients import PARTS
from gateway.main import create
from gateway.settings import GatewaySettings
from services.accounts.installation import Desk
from services.accounts.seed import seed
from services.kit import clock
from services.kit.auth import TokenVerifier
from tests.platform.serving import served
from tests.platform.tokens import trusted

PASSWORD = "Long-enough-for-2023!"


@asynccontextmanager
async def whole(apps: Any, session: Any, **settings: Any) -> AsyncIterator[str]:
    """Where it is."""
    async with AsyncExitStack() as stack:
        async with session("accounts") as tx:
            installation = (await apps.get("accounts")).state.installation
            await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), PASSWORD)
        running = {name: await apps.get(name) for name in PARTS if name in {"accounts", "notifications"}}
        inner = {
            name: httpx.ASGITransport(app=app, raise_app_exceptions=False) for name, app in running.items()
        }
        for name in ("quota", "workflow"):
            app = await apps.fresh(name, stack, {}, {"transports": dict(inner)})
            inner[name] = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        app = create(GatewaySettings(**settings), verifier=TokenVerifier(trusted()), transports=inner)
        await stack.enter_async_context(LifespanManager(app))
        yield await stack.enter_async_context(served(app))


async def signed_in(url: str) -> dict[str, Any]:
    """What the province's manager, title officer and reviewer is told at the door."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        who = {"login": "province.hrss", "password": PASSWORD}
        told: dict[str, Any] = (await http.post("/api/accounts/v1/sessions", json=who)).json()
        return told
