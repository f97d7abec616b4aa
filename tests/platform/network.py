"""A line between two processes that can be slow, cut or silent, and is as before when it is mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

PIECE = 65_536


class Line:
    """Carries connections from its own `port` to another one.

    `delay` is what each piece waits, in seconds, in either direction. Cut, whoever comes is refused and who is there is broken
    off. Silent, nothing passes and nobody is told.
    """

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = 0
        self.delay = 0.0
        self._whole = True
        self._speaking = asyncio.Event()
        self._speaking.set()
        self._open: set[asyncio.StreamWriter] = set()

    @classmethod
    @asynccontextmanager
    async def laid(cls, to: int) -> AsyncIterator[Self]:
        """A line that is there until the end."""
        line = cls(to)
        listening = await asyncio.start_server(line._carry, "127.0.0.1", 0)
        line.port = listening.sockets[0].getsockname()[1]
        try:
            yield line
        finally:
            listening.close()
            line.cut()

    def cut(self) -> None:
        """Break off every connection and refuse new ones."""
        self._whole = False
        self._speaking.set()
        for writer in self._open:
            writer.transport.abort()

    def silence(self) -> None:
        """Let nothing pass any more."""
        self._speaking.clear()

    def mend(self) -> None:
        """Be as at first."""
        self._whole, self.delay = True, 0.0
        self._speaking.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        try:
            there, thither = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, thither}
        try:
            await asyncio.gather(self._pass(reader, thither), self._pass(there, writer))
        except OSError:
            return  # whoever broke it off, the other one hears of it
        finally:
            self._open -= {writer, thither}
            for each in (writer, thither):
                each.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE):
            await self._speaking.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write(piece)
            await writer.drain()
        writer.write_eof()
