"""Answers of the parts that stay open: apart from the calls, so that they take no connection from these."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

import httpx

from gateway.settings import GatewaySettings
from services.ending.signals import at_the_end
from services.kit.errors import Unavailable
from services.neighbours.client import Neighbour
from services.neighbours.transport import Transport

T = TypeVar("T")


class GatewayEnds(Unavailable):
    """This gateway is told to stop; another one goes on."""

    code = "STREAM_ENDED"
    zh = "服务正在重启，请从最后的位置重新订阅"
    en = "The service restarts. Subscribe again after the last cursor."


@dataclass(slots=True)
class Streams:
    """The parts that stream, and who waits for them."""

    notifications: Neighbour
    sockets: int = 0
    """How many sockets are open here."""
    by_account: Counter[UUID] = field(default_factory=Counter)
    """How many of them are whose."""
    _ending: bool = False
    _waiting: set[asyncio.Timeout] = field(default_factory=set)

    async def next_of(self, heard: AsyncIterator[T]) -> T | None:
        """The next of what is heard; None at its end.

        Raises:
            GatewayEnds: the process is told to stop.
        """
        if self._ending:
            raise GatewayEnds(part="gateway")
        waiting = asyncio.timeout(None)
        self._waiting.add(waiting)
        try:
            async with waiting:
                return await anext(heard, None)
        except TimeoutError as error:
            if waiting.expired():
                raise GatewayEnds(part="gateway") from error
            raise
        finally:
            self._waiting.discard(waiting)

    def end(self) -> None:
        """Let nobody wait any more."""
        self._ending = True
        for waiting in self._waiting:
            waiting.reschedule(0)


@asynccontextmanager
async def streaming(
    settings: GatewaySettings, transport: httpx.AsyncBaseTransport | None
) -> AsyncIterator[Streams]:
    """Clients for streams, which end as soon as the process is told to stop; who reads one seeks it again by itself."""
    many = Transport(settings.max_streams)
    url, timeout = settings.notifications_url, settings.call_timeout_seconds
    given = transport or many
    async with Neighbour("notifications", url, timeout=timeout, transport=given, retries=0) as neighbour:
        streams = Streams(neighbour)
        with at_the_end(streams.end):
            yield streams
