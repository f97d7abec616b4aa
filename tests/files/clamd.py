"""A clamd of our own: it speaks INSTREAM as the real one does, and knows one signature."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from services.files.receiving import looking

EVIL = b"TITLES-TEST-MALWARE"
"""What the signature of the tests looks for."""

NAME = "Titles.Test.UNOFFICIAL"


class Clamd:
    """What was sent to it, and what it answers instead of the truth."""

    def __init__(self) -> None:
        self.seen: list[bytes] = []
        self.instead: bytes | None = None
        self.silent = asyncio.Event()
        self.url = ""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readexactly(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", await reader.readexactly(4))[0]:
                content += await reader.readexactly(size)
            self.seen.append(content)
            await self.silent.wait()
            told = f"stream: {NAME} FOUND\0" if EVIL in content else "stream: OK\0"
            writer.write(told.encode() if self.instead is None else self.instead)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncIterator[Clamd]:
        """One that listens on a port of this machine."""
        made = cls()
        made.silent.set()
        server = await asyncio.start_server(made._serve, "127.0.0.1", 0)
        made.url = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield made


@contextmanager
def asked_by(app: Any, url: str) -> Iterator[None]:
    """Until the block ends a service has files scanned there, as if its setting said so."""
    former, app.state.looking = app.state.looking, looking(url)
    try:
        yield
    finally:
        app.state.looking = former
