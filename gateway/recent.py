"""Who has written lately reads what was written: for a while the parts are told that no list may be older.

Lists may come from a standby of the database, which is a few seconds behind (`READ_LAG_SECONDS` of the parts). The gateway
alone sees all that a caller writes and reads, by whichever API. Its replicas share what they saw where they share
allowances; while that place is away none knows who has written by another, and no list may be older for anybody.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.allowance import sharing
from gateway.settings import GatewaySettings
from services.kit.frame import FRESH, outgoing

log = structlog.get_logger(__name__)
MOST_CALLERS = 50_000
AWAY = (RedisError, OSError)


def fresh() -> None:
    """Let no part answer the rest of this request from a standby."""
    outgoing.set({**outgoing.get(), FRESH: "1"})


class Recent:
    """The callers that wrote within so many seconds; with 0 there are no standbys, and nobody is kept in mind."""

    def __init__(
        self, seconds: float, server: Redis | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._server = server
        self._clock = clock
        self._until: dict[str, float] = {}
        self._unsure_until = 0.0

    async def wrote(self, client: str) -> None:
        """Note that a client wrote, or may have."""
        fresh()
        if not self._seconds:
            return
        self._until.pop(client, None)
        self._until[client] = self._clock() + self._seconds
        if len(self._until) > MOST_CALLERS:
            del self._until[next(iter(self._until))]  # who wrote the longest time ago
        if self._server is not None:
            try:
                await self._server.set(_key(client), 1, px=int(self._seconds * 1000))
            except AWAY as error:
                self._unsure(error)

    async def reads(self, client: str) -> None:
        """Let what a client reads now be no older than what it wrote lately."""
        if not self._seconds or await self._lately(client):
            fresh()

    async def _lately(self, client: str) -> bool:
        if max(self._until.get(client, 0.0), self._unsure_until) > self._clock():
            return True
        if self._server is None:
            return False
        try:
            return bool(await self._server.exists(_key(client)))
        except AWAY as error:
            self._unsure(error)
            return True

    def _unsure(self, error: Exception) -> None:
        """Take everybody for one who has written, until what was not noted meanwhile is old enough."""
        log.warning("who has written is not known: lists come from the primary", error=type(error).__name__)
        self._unsure_until = self._clock() + self._seconds


def _key(client: str) -> str:
    return f"wrote:{client}"


@asynccontextmanager
async def recent(settings: GatewaySettings) -> AsyncIterator[Recent]:
    """Who wrote lately, open as long as the gateway."""
    if not settings.fresh_seconds:
        yield Recent(0.0)
        return
    async with sharing(settings) as server:
        yield Recent(settings.fresh_seconds, server)
