"""Asks ClamAV whether a file carries malware. A scanner that is configured and does not answer lets nothing in."""

import asyncio
import struct
from typing import BinaryIO
from urllib.parse import SplitResult, urlsplit

from services.files.errors import MalwareFound
from services.kit.errors import Unavailable

PIECE = 1 << 16
SECONDS = 60
CLEAN = "stream: OK"
FOUND = " FOUND"


class Scanner:
    """A clamd at `tcp://host:port` or `unix:///path`."""

    def __init__(self, url: str) -> None:
        self._at: SplitResult = urlsplit(url)

    async def scan(self, file: BinaryIO) -> None:
        """Let a file pass that carries none.

        Raises:
            MalwareFound: with the name it has.
            Unavailable: nobody answers, or answers that it could not look.
        """
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._answer(file)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            raise Unavailable(part="scanner") from error
        if answer.endswith(FOUND):
            raise MalwareFound(found=answer.removesuffix(FOUND).partition(": ")[2], field="file")
        if answer != CLEAN:
            raise Unavailable(part="scanner")

    async def _answer(self, file: BinaryIO) -> str:
        """What clamd says of the file, sent as its INSTREAM command takes it: each piece behind its length."""
        reader, writer = await self._connected()
        try:
            writer.write(b"zINSTREAM\0")
            file.seek(0)
            while piece := file.read(PIECE):
                writer.write(struct.pack("!L", len(piece)) + piece)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode()
        finally:
            writer.close()

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._at.scheme == "unix":
            return await asyncio.open_unix_connection(self._at.path)
        return await asyncio.open_connection(self._at.hostname, self._at.port)
