"""Server-sent events as bytes, and an open answer that carries them: one that does not take what it is sent is cut off."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, Callable
from typing import Any

import orjson
from fastapi.sse import format_sse_event
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.notifications.live.position import Position
from services.notifications.live.states import Ending

HEADERS = {
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
}
"""No cache keeps a stream, nothing compresses it, and nginx passes every event on at once."""
HEARTBEAT = b": still here\n"
"""No empty line follows: some clients would take it for the end of an event."""
AGAIN_MILLISECONDS = (500, 3000)
"""When a client comes again; not all at the same moment, where a process ends under thousands of them."""


def event(name: str, data: Any, at: Position | None = None) -> bytes:
    """One event; with a position, that is where a client goes on after a break."""
    told = orjson.dumps(data, default=str).decode()
    return format_sse_event(event=name, data_str=told, id=None if at is None else str(at))


def goodbye(why: Ending) -> bytes:
    """The last event of a stream."""
    again = random.randint(*AGAIN_MILLISECONDS)  # noqa: S311 - nobody gains by guessing it
    return format_sse_event(event="bye", data_str=orjson.dumps({"reason": why}).decode(), retry=again)


class EventStream(Response):
    """An answer that lasts; `events` is called once it begins, and closed however it ends."""

    media_type = "text/event-stream"

    def __init__(self, events: Callable[[], AsyncGenerator[bytes, None]], *, send_seconds: float) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._events = events
        self._send_seconds = send_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until the events end or the client has gone.

        Raises:
            ClientDisconnect: it took nothing for too long; the connection is cut.
        """
        del scope
        writing = asyncio.create_task(self._write(send))
        going = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait({writing, going}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in (going, writing):
                each.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await going
        with contextlib.suppress(asyncio.CancelledError):
            await writing

    async def _write(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        await send(start)
        async with contextlib.aclosing(self._events()) as events:
            async for each in events:
                await self._send(send, each, more=True)
        await self._send(send, b"", more=False)

    async def _send(self, send: Send, body: bytes, *, more: bool) -> None:
        try:
            async with asyncio.timeout(self._send_seconds):
                await send({"type": "http.response.body", "body": body, "more_body": more})
        except TimeoutError as error:
            raise ClientDisconnect from error


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
