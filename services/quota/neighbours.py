"""The services that quota asks: one long-lived client each, made with the application, closed with it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

import httpx
from fastapi import Depends, FastAPI, Request

from services.kit.client import Neighbour, ServiceIdentity
from services.quota.settings import Settings


@asynccontextmanager
async def connected(
    app: FastAPI, settings: Settings, transports: Mapping[str, httpx.AsyncBaseTransport]
) -> AsyncIterator[None]:
    """Keep `app.state.accounts` and `app.state.workflow` while the application lives."""
    identity = ServiceIdentity(
        settings.accounts_url,
        settings.service_name,
        settings.service_secret.get_secret_value(),
        transport=transports.get("accounts"),
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(identity.close)
        for part, url in (("accounts", settings.accounts_url), ("workflow", settings.workflow_url)):
            neighbour = Neighbour(
                part,
                url,
                timeout=settings.call_timeout_seconds,
                transport=transports.get(part),
                identity=identity,
            )
            setattr(app.state, part, await stack.enter_async_context(neighbour))
        yield


def accounts_of(request: Request) -> Neighbour:
    """The accounts service."""
    neighbour: Neighbour = request.app.state.accounts
    return neighbour


AccountsService = Annotated[Neighbour, Depends(accounts_of)]
