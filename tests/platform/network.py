"""A line between two processes that can be slow, cut or silent, and is as before when it is mended."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from tests.platform.certificates import ServerCertificate

PIECE = 65_536
SSL_REQUEST, SSL_TAKEN = b"\x00\x00\x00\x08\x04\xd2\x16\x2f", b"S"
"""How PostgreSQL's clients ask for TLS before anything else, and are told to go on with it."""


class Line:
    """Carries connections from its own `port` to another one.

    `delay` is what each piece waits, in seconds, in either direction. Cut, whoever comes is refused and who is there is broken
    off. Silent, nothing passes and nobody is told. With a `certificate` it speaks TLS as PostgreSQL does, which the other end
    need not know.
    """

    def __init__(self, to: int, certificate: ServerCertificate | None = None) -> None:
        self.to = to
        self._certificate = certificate
        self.port = 0
        self.delay = 0.0
        self._whole = True
        self._speaking = asyncio.Event()
        self._speaking.set()
        self._open: set[asyncio.StreamWriter] = set()

    @classmethod
    @asynccontextmanager
    async def laid(cls, to: int, certificate: ServerCertificate | None = None) -> AsyncIterator[Self]:
        """A line that is there until the end."""
        line = cls(to, certificate)
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
        if self._certificate and not await self._agreed(reader, writer, self._certificate.server()):
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

    async def _agreed(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext
    ) -> bool:
        """Whether TLS was asked for, and the certificate taken."""
        try:
            if await reader.readexactly(len(SSL_REQUEST)) != SSL_REQUEST:
                return False
            writer.write(SSL_TAKEN)
            await writer.drain()
            await writer.start_tls(context)
        except (OSError, asyncio.IncompleteReadError):
            return False
        return True

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE):
            await self._speaking.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
        else:
            writer.close()  # TLS knows no half of an end
