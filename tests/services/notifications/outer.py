"""Outer channels in tests: readers as accounts tells, contacts, providers that fail as they are told to, a mail server."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.kit.errors import Language
from services.notifications.contact.reach import Reach, Way
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery.model import Dispatch
from services.notifications.provider.message import Away, Message, NotNow, Receipt, Refused
from services.notifications.template.states import Topic
from tests.gateway.fakes import Call, FakePart


class Killed(BaseException):
    """The sender's process dies here."""


FAILURES: dict[str, BaseException] = {
    "away": Away("no answer"),
    "busy": NotNow("451 later"),
    "refused": Refused("550 no such address", address_failing=True),
    "unwanted": Refused("554 not this one", address_failing=False),
    "strange": RuntimeError("to li@example.test"),
    "die": Killed(),
}


@dataclass
class FakeProvider:
    """Has each message once an id; `behaviour` says what happens to the next ones, `always` to all, then it takes them."""

    behaviour: list[str] = field(default_factory=list)
    always: str = "take"
    has: dict[UUID, Message] = field(default_factory=dict)
    asked: Counter[UUID] = field(default_factory=Counter)

    async def send(self, message: Message) -> Receipt:
        """Take a message, or fail."""
        how = self.behaviour.pop(0) if self.behaviour else self.always
        self.asked[message.id] += 1
        if how in FAILURES:
            raise FAILURES[how]
        assert self.has.setdefault(message.id, message) == message, "the same id, another message"
        if how == "die after":
            raise Killed
        if how == "hang":
            await asyncio.sleep(3600)
        return Receipt(f"R-{message.id}")

    async def close(self) -> None:
        """Nothing is held."""

    @property
    def titles(self) -> list[str]:
        """What it has, in the order in which it came."""
        return [each.title for each in self.has.values()]


@dataclass
class FakeContacts:
    """Contacts by account; everything of everyone is wished for at once unless told otherwise."""

    by_account: dict[UUID, list[Way]] = field(default_factory=dict)
    known: dict[UUID, str] = field(default_factory=dict)
    failed: set[UUID] = field(default_factory=set)
    not_before: datetime | None = None
    digest_at: datetime | None = None

    def has(self, account_id: UUID, **addresses: str) -> list[UUID]:
        """Give an account addresses by channel, in order; their ids."""
        ways = [Way(ChannelKind(channel), uuid4()) for channel in addresses]
        self.by_account[account_id] = ways
        ids = [way.contact_id for way in ways]
        self.known |= dict(zip(ids, addresses.values(), strict=True))
        return ids

    async def ways(
        self, tx: Any, accounts: Sequence[UUID], topic: Topic, *, legal: bool, now: datetime
    ) -> dict[UUID, Reach]:
        """How each is reached."""
        del tx, topic, now
        times = (None, None) if legal else (self.not_before, self.digest_at)
        return {
            each: Reach(
                tuple(way for way in self.by_account.get(each, ()) if way.contact_id not in self.failed),
                Language.ZH,
                *times,
            )
            for each in accounts
        }

    async def addresses(self, tx: Any, contacts: Collection[UUID]) -> dict[UUID, str]:
        """Where to send."""
        del tx
        return {each: self.known[each] for each in contacts if each in self.known}

    async def quiet(self, tx: Any, accounts: Collection[UUID], now: datetime) -> dict[UUID, datetime]:
        """Whoever is not to be disturbed now."""
        del tx
        until = self.not_before
        return dict.fromkeys(accounts, until) if until is not None and until > now else {}

    async def words(self, tx: Any, dispatch: Dispatch) -> dict[str, str]:
        """The words as they are."""
        del tx
        return dispatch.words

    async def refused(self, tx: Any, contact_id: UUID, now: datetime) -> None:
        """It refuses; nothing is sent there again."""
        del tx, now
        self.failed.add(contact_id)

    async def arrived(self, tx: Any, contacts: Collection[UUID]) -> None:
        """Something arrives again."""
        del tx
        self.failed.difference_update(contacts)


class Readers(FakePart):
    """Accounts, asked who reads for an audience: whoever `by_audience` tells, paged as asked."""

    def __init__(self) -> None:
        super().__init__("accounts")
        self.by_audience: dict[str, list[UUID]] = {}
        self.fails_once_at: str | None = None
        self.tell("POST", "/v1/service-tokens", {"access_token": "t", "expires_in": 900})
        self.tell("GET", "/v1/readers", self._page)

    async def _answer(self, request: Request) -> Response:
        if self.fails_once_at is not None and request.query_params.get("after") == self.fails_once_at:
            self.fails_once_at = None
            return JSONResponse({}, 503)
        return await super()._answer(request)

    def _page(self, call: Call) -> dict[str, Any]:
        every = self.by_audience.get(call.query["audience"], [])
        start, size = int(call.query.get("after", 0)), int(call.query["first"])
        items = [{"account_id": str(each), "person_id": None} for each in every[start : start + size]]
        more = start + size < len(every)
        return {"items": items, "next_cursor": str(start + size) if more else None}


@dataclass
class MailServer:
    """A mail server that runs: its port, and what it has."""

    port: int
    folder: Path

    def letters(self) -> list[tuple[str, EmailMessage]]:
        """What it took, with whom it was for, in the order in which it came."""
        told = [json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))]
        return [(each["to"], _read(each["content"])) for each in told]

    def tries(self) -> Counter[str]:
        """How often each address was tried."""
        path = self.folder / "tries"
        return Counter(path.read_text().split() if path.exists() else ())


def _read(content: str) -> EmailMessage:
    letter = message_from_string(content, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(module: str, port: int, folder: Path) -> AsyncIterator[None]:
    """A server as a process of its own, ready, and gone afterwards."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, str(port), str(folder))
    try:
        async with asyncio.timeout(20):
            while not await _listens(port):
                await asyncio.sleep(0.05)
        yield
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def mail_server(folder: Path, port: int | None = None) -> AsyncIterator[MailServer]:
    """A mail server."""
    chosen = port or free_port()
    async with served("tests.services.notifications.mail_server", chosen, folder):
        yield MailServer(chosen, folder)


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
