"""The four services as the gateway calls them: one long-lived client each, and a face of it per request."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import httpx

from gateway.gathering import Gathering
from gateway.kept.reading import Reading
from gateway.settings import GatewaySettings
from services.kit import idempotency
from services.kit.errors import Basis
from services.neighbours.breaker import Breaker
from services.neighbours.client import Neighbour
from services.neighbours.transport import IDLE_SECONDS, Transport

PARTS = ("accounts", "workflow", "quota", "notifications")
CALLS_AT_ONCE = 100
"""Connections to a part."""
Remembered: TypeAlias = Callable[[str, str, str], bool]


@asynccontextmanager
async def neighbours(
    settings: GatewaySettings,
    transports: Mapping[str, httpx.AsyncBaseTransport],
    breakers: Mapping[str, Breaker],
    remembered: Remembered,
    most: int = CALLS_AT_ONCE,
    idle: float = IDLE_SECONDS,
) -> AsyncIterator[dict[str, Neighbour]]:
    """A client for each part with `most` connections, open as long as the process; a part that fails is held back.

    A connection waits `idle` seconds for its next call.
    What is not `remembered` by a part, method and path is not asked again for its idempotency key.
    """
    async with AsyncExitStack() as stack:
        yield {
            part: await stack.enter_async_context(
                Neighbour(
                    part,
                    getattr(settings, f"{part}_url"),
                    timeout=settings.call_timeout_seconds,
                    writing=max(settings.call_timeout_seconds, settings.request_seconds),
                    transport=transports.get(part) or Transport(most, idle),
                    breaker=breakers[part],
                    remembered=partial(remembered, part),
                )
            )
            for part in PARTS
        }


@dataclass(slots=True)
class Writing:
    """The mutation field that is being carried out: its idempotency key, and the token of the session it began.

    Mutation fields are carried out one after the other, each with all that is asked below it.
    """

    wrote: Callable[[str, str], Awaitable[None]]
    """Called with part and path after each write."""
    key: str | None = None
    token: str | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Who asks, where it is no longer the caller of the request."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True, slots=True)
class Decided:
    """A service's answer to a write: what came of it, and the articles it rests on."""

    record: dict[str, Any]
    basis: list[Basis]


class Part:
    """One service, called on behalf of one request; `reading` is a stranger's."""

    def __init__(self, neighbour: Neighbour, writing: Writing, reading: Reading | None = None) -> None:
        self.neighbour = neighbour
        self._writing = writing
        self._reading = reading
        self._gathering = Gathering(neighbour)

    async def get(self, path: str, **params: Any) -> Any:
        """What is told under `path`; parameters that are None are left out."""
        given = {name: _plain(value) for name, value in params.items() if value is not None}
        if self._reading is not None and self._writing.token is None:
            return await self._reading.get(self.neighbour, path, httpx.QueryParams(given).multi_items())
        return await self._gathering.read(path, self._writing.headers, params=given)

    async def ask(self, path: str, body: Any = None) -> Any:
        """What is told to a question that needs a body; it changes nothing, and may be asked again."""
        if self._reading is not None:
            self._reading.elsewhere()
        return await self._gathering.read(path, self._writing.headers, body={} if body is None else body)

    async def write(self, method: str, path: str, body: Any = None, *, unnamed: bool = False) -> Decided:
        """What a write decided; repeated with the same idempotency key it is answered again, not done again.

        An `unnamed` one goes without the caller's token, so that the service cannot know who it is.
        """
        if self._reading is not None:
            self._reading.elsewhere()
        headers = {idempotency.HEADER: self._writing.key} if self._writing.key else {}
        if unnamed:
            headers["authorization"] = ""
        try:
            answer = await self.neighbour.request(method, path, json=body, headers=headers)
        finally:  # what was not answered may have been done
            await self._writing.wrote(self.neighbour.part, path)
        if not isinstance(answer, dict):
            return Decided({}, [])
        basis = [Basis(b["cite"], b["summary"]) for b in answer.get("basis") or ()]
        return Decided(answer.get("record", answer), basis)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
