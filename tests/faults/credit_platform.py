"""A credit platform as a peer with a port of its own: slow, answering 500 at times, losing answers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

SECRET = base64.b64encode(b"a key that both sides know").decode()
REFUSE, LOSE, HOLD, TAKE_AND_HOLD = "refuse", "lose", "hold", "take and hold"
"""What befalls a request: 500; taken, the answer lost; kept waiting until the sender is gone, not taken or taken."""
SLOW = 0.05


@dataclass
class CreditPlatform:
    """What it was sent and what it took; a message that it has is answered with the receipt of then, and not taken again."""

    name: str
    troubles: deque[str] = field(default_factory=deque)
    down: bool = False
    asked: Counter[str] = field(default_factory=Counter)
    order: list[tuple[str, str]] = field(default_factory=list)
    """The type and document of every request whose signature is good, as they came."""
    has: dict[str, bytes] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""

    @property
    def setting(self) -> dict[str, str]:
        """The platform as the setting of notifications names it."""
        return {"title": self.name, "url": self.url, "key": f"whsec_{SECRET}"}

    def messages(self) -> list[tuple[str, str]]:
        """The type and document of what it has, in the order in which it was taken."""
        return [_what(body) for body in self.has.values()]

    def receipt(self, message_id: str) -> str:
        """What it answers to a message."""
        return json.dumps({"receipt": f"{self.name}-{message_id}"})

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[CreditPlatform]:
        """Listen on a port of this machine."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/misconduct"
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while head := await _head(reader):
                body = await reader.readexactly(int(head["content-length"]))
                answer = await self._answer(head, body, reader)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(
        self, head: Mapping[str, str], body: bytes, reader: asyncio.StreamReader
    ) -> bytes | None:
        """What is answered; None where the connection ends without an answer."""
        await asyncio.sleep(SLOW)
        message_id = head.get("webhook-id", "")
        if not _signed(head, body) or head.get("idempotency-key") != message_id:
            self.wrong.append(f"{message_id} is not signed")
            return _http("401 Unauthorized", "{}")
        self.asked[message_id] += 1
        self.order.append(_what(body))
        trouble = self.troubles.popleft() if self.troubles else ""
        if self.down or trouble == REFUSE:
            return _http("500 Internal Server Error", "{}")
        if trouble != HOLD:
            self._take(message_id, body)
        if trouble in (HOLD, TAKE_AND_HOLD):
            self.held.set()
            with suppress(ConnectionError):
                await reader.read()
        return None if trouble else _http("200 OK", self.receipt(message_id))

    def _take(self, message_id: str, body: bytes) -> None:
        if self.has.setdefault(message_id, body) != body:
            self.wrong.append(f"{message_id} came with another message")


async def _head(reader: asyncio.StreamReader) -> dict[str, str]:
    """The headers of the next request; empty at the end of the connection."""
    head: dict[str, str] = {}
    with suppress(ConnectionError):
        if not await reader.readline():
            return head
        while line := (await reader.readline()).decode().strip():
            name, _, value = line.partition(":")
            head[name.lower()] = value.strip()
    return head


def _signed(head: Mapping[str, str], body: bytes) -> bool:
    """Whether the signature is that of Standard Webhooks, by our half of the secret."""
    signed = f"{head.get('webhook-id')}.{head.get('webhook-timestamp')}.".encode() + body
    due = base64.b64encode(hmac.digest(base64.b64decode(SECRET), signed, hashlib.sha256)).decode()
    return hmac.compare_digest(head.get("webhook-signature", ""), f"v1,{due}")


def _what(body: bytes) -> tuple[str, str]:
    told: dict[str, Any] = json.loads(body)
    return told["type"], told["data"]["document_number"]


def _http(status: str, body: str) -> bytes:
    length = len(body.encode())
    return f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}".encode()
