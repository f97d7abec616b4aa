"""A notifications service whose channels are at hand: events happen, time passes, copies are made and sent when asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from services.kit.clock import set_clock
from services.kit.outbox import Event
from services.notifications.contact.states import ChannelKind
from services.notifications.delivery.model import Circuit, Copy
from services.notifications.delivery.working import Outer
from services.notifications.provider.message import Provider
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.outer import FakeContacts, FakeProvider, Readers

START = datetime(2023, 11, 20, 2, tzinfo=UTC)
ROOT = node("HRSS", "PROVINCE")


def operator() -> str:
    """A token of whoever operates the platform."""
    return mint([seat("OPERATOR", ROOT)])


@dataclass
class Scene:
    """The service, and everything around it."""

    session: Any
    mail: FakeProvider = field(default_factory=FakeProvider)
    sms: FakeProvider = field(default_factory=FakeProvider)
    contacts: FakeContacts = field(default_factory=FakeContacts)
    readers: Readers = field(default_factory=Readers)
    now: datetime = START
    app: Any = None
    http: httpx.AsyncClient = field(default=None)  # type: ignore[assignment]

    async def happens(self, event: Event, event_id: UUID | None = None) -> None:
        """The relay brings an event."""
        body = {
            "id": str(event_id or uuid4()),
            "source": "urn:titles:workflow",
            "type": event.type,
            "subject": event.subject,
            "time": self.now.isoformat(),
            "data": event.model_dump(mode="json"),
        }
        headers = bearer(mint(kind="service", name="relay"))
        answer = await self.http.post("/events", json=body, headers=headers)
        assert answer.status_code == 204, answer.text

    def person(self, **addresses: str) -> tuple[UUID, UUID, list[UUID]]:
        """Somebody with one account and these addresses in order: person, account, contacts."""
        person, account = uuid4(), uuid4()
        self.readers.by_audience[f"person/{person}"] = [account]
        return person, account, self.contacts.has(account, **addresses)

    async def submitted(self, **addresses: str) -> UUID:
        """Somebody's declaration is submitted, which is ordinary news; the account."""
        person, account, _ = self.person(**addresses)
        await self.happens(declaration_moved(person_id=person, action="SUBMIT", after="SUBMITTED"))
        return account

    async def returned(self, **addresses: str) -> UUID:
        """Somebody's declaration is sent back, which the law wants to be told; the account."""
        person, account, _ = self.person(**addresses)
        await self.happens(
            declaration_moved(person_id=person, action="SEND_BACK", after="RETURNED", note="缺页")
        )
        return account

    async def work(self) -> None:
        """Copy and send what is due."""
        await self.app.state.fan_out.once()
        await self.app.state.copies.once()

    async def passes(self, **time: float) -> None:
        """Time goes on."""
        self.now += timedelta(**time)
        async with self.session("notifications") as tx:
            await set_clock(tx, self.now)

    async def copies(self) -> list[Copy]:
        """Every copy, oldest first."""
        async with self.session("notifications") as tx:
            return list(await tx.scalars(select(Copy).order_by(Copy.id)))

    async def standings(self) -> list[str]:
        """Where every copy stands, as `CHANNEL STATE`, oldest first."""
        return [f"{each.channel} {each.standing}" for each in await self.copies()]

    async def circuit(self, channel: str) -> Circuit | None:
        """How a provider bears up."""
        async with self.session("notifications") as tx:
            return await tx.get(Circuit, channel)

    async def until(self, done: Callable[[], bool], *, seconds: float = 4000, times: int = 40) -> None:
        """Let time pass and everybody work until something holds."""
        for _ in range(times):
            if done():
                return
            await self.passes(seconds=seconds)
            await self.work()
        raise AssertionError("it never came to hold")


@asynccontextmanager
async def opened(
    apps: Any,
    session: Any,
    providers: dict[ChannelKind, Provider] | None = None,
    *,
    kept: bool = False,
    accounts: httpx.AsyncBaseTransport | None = None,
    **settings: Any,
) -> AsyncIterator[Scene]:
    """The service with e-mail and SMS, or with `providers`, which works when it is told to.

    `kept`: with its own contacts; `accounts`: the real one, instead of readers that the test tells.
    """
    scene = Scene(session)
    given = {ChannelKind.EMAIL: scene.mail, ChannelKind.SMS: scene.sms} if providers is None else providers
    parts = {
        "transports": {"accounts": accounts or scene.readers.transport()},
        "outer": partial(Outer.of, contacts=None if kept else scene.contacts, providers=given),
    }
    async with AsyncExitStack() as stack:
        told = {"delivery_seconds": 3600, "call_timeout_seconds": 5, **settings}
        scene.app = await apps.fresh("notifications", stack, told, parts)
        scene.http = await stack.enter_async_context(over_asgi(scene.app))
        await scene.passes(seconds=0)
        yield scene
