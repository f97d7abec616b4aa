"""The services that a service asks: one long-lived client each, made with the application, closed with it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI

from services.kit.settings import ServiceSettings
from services.neighbours.client import Neighbour
from services.neighbours.identity import ServiceIdentity


@asynccontextmanager
async def connected(
    app: FastAPI,
    settings: ServiceSettings,
    parts: Mapping[str, str],
    transports: Mapping[str, httpx.AsyncBaseTransport],
) -> AsyncIterator[None]:
    """Keep a client of each of `parts` (name and address) in `app.state`, by its name, while the application lives."""
    identity = ServiceIdentity(
        settings.accounts_url,
        settings.service_name,
        settings.service_secret.get_secret_value(),
        transport=transports.get("accounts"),
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(identity.close)
        for part, url in parts.items():
            neighbour = Neighbour(
                part,
                url,
                timeout=settings.call_timeout_seconds,
                transport=transports.get(part),
                identity=identity,
            )
            setattr(app.state, part, await stack.enter_async_context(neighbour))
        yield
