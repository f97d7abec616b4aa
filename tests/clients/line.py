"""A line over the mountains: everything that passes is counted, and it breaks off in the middle."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

PIECE = 16_384


class Line:
    """Between a client and a server: bytes go up and down until `left` of them went up; then nobody gets through."""

    def __init__(self) -> None:
        self.server: tuple[str, int] | None = None
        self.up = 0
        self.left = math.inf
        self.url = ""
        self._open: set[asyncio.StreamWriter] = set()

    @classmethod
    @asynccontextmanager
    async def laid(cls) -> AsyncIterator[Self]:
        """A line with an address, before there is a server behind it."""
        line = cls()
        listening = await asyncio.start_server(line._carry, "127.0.0.1", 0)
        line.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        try:
            yield line
        finally:
            line.breaks_after(0)
            listening.close()

    def breaks_after(self, left: float) -> None:
        """Let so many bytes more go up."""
        self.up, self.left = 0, left
        if not left:
            self._break()

    def _break(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.left or self.server is None:
            writer.transport.abort()
            return
        with suppress(OSError):
            there, thither = await asyncio.open_connection(*self.server)
            self._open |= {writer, thither}
            try:
                await asyncio.gather(self._pass(reader, thither, counted=True), self._pass(there, writer))
            finally:
                self._open -= {writer, thither}
                for each in (writer, thither):
                    each.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, counted: bool = False
    ) -> None:
        while piece := await reader.read(PIECE):
            if counted:
                self.up += len(piece)
                self.left = max(0, self.left - len(piece))
                if not self.left:
                    self._break()
                    return
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
