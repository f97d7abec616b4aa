"""What tells inboxes live while the process serves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from services.ending.signals import at_the_end
from services.kit.background import at_work
from services.neighbours.client import Neighbour
from services.notifications.live.hub import Hub
from services.notifications.live.tail import Tail
from services.notifications.settings import Settings

FORGETTING_SECONDS = 600


@asynccontextmanager
async def listening(
    app: FastAPI, settings: Settings, accounts: httpx.AsyncBaseTransport | None
) -> AsyncIterator[None]:
    """Tell inboxes live, until the process is told to stop."""
    url, timeout = settings.accounts_url, settings.call_timeout_seconds
    tail = Tail(app.state.db, settings.listen_url, poll_seconds=settings.live_poll_seconds)
    async with Neighbour("accounts", url, timeout=timeout, transport=accounts) as neighbour, tail.running():
        hub = app.state.live = Hub(app.state.db, settings, neighbour, tail)
        with at_the_end(tail.stop):
            async with at_work("forgetting changes of inboxes", hub.forget, every=FORGETTING_SECONDS):
                yield
