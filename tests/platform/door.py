"""One address before several servers, as a Service of Kubernetes is: who comes in is led to the one that leads now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from deploy.local.postgres import free_port

PIECE = 1 << 16
GONE = (OSError, asyncio.IncompleteReadError)


@dataclass
class Door:
    """Where to come in, and where it leads."""

    port: int
    leads_to: int

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry bytes both ways until either side ends."""
        try:
            inner, outer = await asyncio.open_connection("127.0.0.1", self.leads_to)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_carry(reader, outer), _carry(inner, writer))


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(*GONE):
        while piece := await reader.read(PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def door(leads_to: int) -> AsyncIterator[Door]:
    """A door that is open for as long as the block runs."""
    made = Door(free_port(), leads_to)
    server = await asyncio.start_server(made.enter, "127.0.0.1", made.port)
    async with server:
        yield made
        server.close()
