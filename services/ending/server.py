"""Told to stop, a process says first that it is not ready, and goes on until its balancers have heard it.

Meanwhile every answer is the last on its connection, so that callers who keep connections find another replica. Then
nobody is let in any more, what is open ends, and what is under way is finished.
"""

import asyncio
from collections.abc import Callable
from types import FrameType

import orjson
import uvicorn
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

READINESS = "/readyz"
NOT_READY = orjson.dumps({"status": "not ready", "checks": {"process": "is told to stop"}})


class Door:
    """ASGI middleware outside of everything: who comes while the process `leaves` is served, and shown out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.leaves = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, also one that came before."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_out(message: Message) -> None:
            if self.leaves and message["type"] == "http.response.start":
                MutableHeaders(scope=message)["connection"] = "close"
            await send(message)

        if self.leaves and scope["path"] == READINESS:
            await _not_ready(send_out)
        else:
            await self.app(scope, receive, send_out)


async def _not_ready(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(NOT_READY)).encode())]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": NOT_READY})


class Server(uvicorn.Server):
    """uvicorn's, with `seconds` between being told to stop and letting nobody in; told again, it does so at once."""

    def __init__(self, config: uvicorn.Config, door: Door, seconds: float) -> None:
        super().__init__(config)
        self.at_last: list[Callable[[], None]] = []
        """What is called when nobody is let in any more: answers that stay open have to end by it."""
        self._door = door
        self._seconds = seconds
        self._closing: asyncio.TimerHandle | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave; called by a signal, between any two instructions."""
        if not self.started:
            super().handle_exit(sig, frame)
            return
        seconds = 0.0 if self._door.leaves else self._seconds
        self._door.leaves = True
        asyncio.get_running_loop().call_soon_threadsafe(self._close_in, seconds, sig, frame)

    def _close_in(self, seconds: float, sig: int, frame: FrameType | None) -> None:
        """Instead of when it would have: closed a second time by Ctrl+C, uvicorn cuts what is under way."""
        if self._closing is not None:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(seconds, self._close, sig, frame)

    def _close(self, sig: int, frame: FrameType | None) -> None:
        for end in self.at_last:
            end()
        super().handle_exit(sig, frame)
