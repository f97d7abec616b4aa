"""A part as a bare socket, which does to each connection what it is told to."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

Does = Callable[[int, bytes], bytes | None]
"""What is answered to the request of that number: None breaks the connection off."""


class Part:
    """A part behind a real socket, which refuses connections until it is told to `listen`."""

    def __init__(self, does: Does) -> None:
        self.heard: list[bytes] = []
        self.holds: asyncio.Event | None = None
        """Where it is there, no request is answered before it is set."""
        self.open = 0
        """How many requests it holds."""
        self._does = does
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server: asyncio.Server | None = None
        self._starting: asyncio.Task[Any] | None = None

    def listen(self) -> None:
        """Take connections from now on."""
        self._socket.listen(200)
        self._starting = asyncio.create_task(self.start())

    async def start(self) -> None:
        """Answer."""
        self._server = await asyncio.start_server(self._answer, sock=self._socket)

    async def stop(self) -> None:
        """Be gone."""
        if self._starting is not None:
            await self._starting
        if self._server is not None:
            self._server.close()
        self._socket.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        self.heard.append(request)
        if self.holds is not None:
            await self._held(reader)
        told = self._does(len(self.heard), request)
        if told is None:
            writer.transport.abort()
            return
        writer.write(told)
        await writer.drain()
        writer.close()

    async def _held(self, reader: asyncio.StreamReader) -> None:
        """Wait until it is told to answer, or whoever asked is gone."""
        assert self.holds is not None
        self.open += 1
        told, gone = asyncio.create_task(self.holds.wait()), asyncio.create_task(reader.read())
        await asyncio.wait({told, gone}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        gone.cancel()
        self.open -= 1


@asynccontextmanager
async def part(does: Does, *, listening: bool = True) -> AsyncIterator[Part]:
    """A part that answers so."""
    made = Part(does)
    if listening:
        await made.start()
    try:
        yield made
    finally:
        await made.stop()


def told(status: str, body: bytes = b"{}", **headers: str) -> bytes:
    """An answer in bytes."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body
