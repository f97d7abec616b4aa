"""Notifications is killed while a mail server, a third party and a credit platform have what it sent: each gets everything, under ids that stay."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, text
from standardwebhooks.webhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.postgres import free_port
from deploy.local.processes import Spawner
from services.kit.outbox import Event
from services.kit.sealing import Sealer
from services.notifications.credit_check.model import CreditCheck
from services.notifications.delivery.model import Copy
from services.notifications.inbox.model import Message
from services.notifications.webhook.model import WebhookMessage
from tests.platform.serving import served
from tests.platform.settings import SERVICE_SECRETS, key
from tests.platform.tokens import bearer, mint, signing_key
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.outer import MailServer, mail_server
from tests.services.notifications.platform import KEY
from tests.services.notifications.receiver import ROOT, manager
from tests.services.notifications.test_mail import TOLD, contact
from tests.services.relay.processes import Process

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300), pytest.mark.xdist_group("notices_survive")]
PATIENCE, PAUSE = 120, 0.05
TIME_PASSES = (
    "update delivery_copy set due_at = now() where sent_at is null and dead_at is null",
    "update dispatch set due_at = now() where done_at is null",
    "update webhook_delivery set due_at = now(), leased_until = null where delivered_at is null",
    "update credit_check set due_at = now(), leased_until = null where delivered_at is null",
)
"""What a dead sender has claimed is due again."""
ANSWERED = (
    """select data->>'check_id' from outbox where type = 'titles.notifications.credit_check.answered.v1'"""
)
ON_THE_WAY = """
select (select count(*) from delivery_copy where sent_at is null) + (select count(*) from dispatch where done_at is null)
    + (select count(*) from webhook_delivery where delivered_at is null)
    + (select count(*) from credit_check where delivered_at is null)
"""


@dataclass
class Accounts:
    """Accounts, as notifications asks it: tokens of services, their keys, and who reads for a person."""

    accounts: dict[str, UUID] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Its routes."""
        return Starlette(
            routes=[
                Route("/v1/service-tokens", self._token, methods=["POST"]),
                Route("/.well-known/jwks.json", self._keys),
                Route("/v1/readers", self._readers),
                Route("/v1/people/{person}/credit-check", self._checked, methods=["POST"]),
            ]
        )

    async def _token(self, _: Request) -> Response:
        token = mint(kind="service", name="notifications")
        return JSONResponse({"access_token": token, "expires_in": 900})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [signing_key().as_dict(private=False)]})

    async def _readers(self, request: Request) -> Response:
        account = self.accounts.get(request.query_params["audience"])
        items = [{"account_id": str(account), "person_id": None}] if account else []
        return JSONResponse({"items": items, "next_cursor": None})

    async def _checked(self, request: Request) -> Response:
        told = {"name": "赵昆仑", "resident_id": "63010119850203001X"}
        return JSONResponse({"person_id": request.path_params["person"], **told})


@dataclass
class Receiver:
    """A third party; while it holds, what comes is taken and not answered."""

    holds: bool = False
    held: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    secret: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, request: Request) -> Response:
        """A message, verified."""
        body = await request.body()
        assert Webhook(self.secret).verify(body, dict(request.headers))
        told = json.loads(body)
        assert told["id"] == request.headers["webhook-id"]
        self.heard.append(told)
        if self.holds:
            self.holds = False
            self.held.set()
            await self.released.wait()
        return Response(status_code=204)


@dataclass
class Platform:
    """A credit platform; it answers no question that comes before it is released."""

    released: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[str] = field(default_factory=list)

    def app(self) -> Starlette:
        """Its route."""
        return Starlette(routes=[Route("/check", self.check, methods=["POST"])])

    async def check(self, request: Request) -> Response:
        """A question, verified; nobody is listed."""
        Webhook(KEY).verify(await request.body(), dict(request.headers))
        self.asked.append(request.headers["webhook-id"])
        await self.released.wait()
        return JSONResponse({"id": request.headers["webhook-id"], "listed": False})


@dataclass
class Parts:
    """The process that is killed, and its peers."""

    process: Process
    url: str
    http: httpx.AsyncClient
    session: Any
    accounts: Accounts
    receiver: Receiver
    platform: Platform
    mail: MailServer
    sealer: Sealer
    events: list[tuple[UUID, Event]] = field(default_factory=list)

    async def until(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not await holds():
                await asyncio.sleep(PAUSE)

    async def ready(self) -> bool:
        """Whether the process serves."""
        try:
            return (await self.http.get("/readyz")).is_success
        except httpx.TransportError:
            return False

    async def killed(self) -> None:
        """Kill it, start it again, and let what it had claimed be due."""
        await self.process.end()
        async with self.session("notifications") as tx:
            for each in TIME_PASSES:
                await tx.execute(text(each))
        await self.process.start()
        await self.until(self.ready)

    async def declared(self, *names: str) -> list[tuple[UUID, Event]]:
        """Two steps of a declaration of somebody of each name, who reads e-mail."""
        made: list[tuple[UUID, Event]] = []
        for name in names:
            person, account, one = uuid4(), uuid4(), uuid4()
            self.accounts.accounts[f"person/{person}"] = account
            async with self.session("notifications") as tx:
                tx.add(contact(account, 1, self.sealer, f"{name}@example.test"))
            facts = {"person_id": person, "declaration_id": one, "lineage": [ROOT.id]}
            steps = (("SUBMIT", "SUBMITTED"), ("SEND_BACK", "RETURNED"))
            made += [(uuid4(), declaration_moved(action=a, after=b, note="缺页", **facts)) for a, b in steps]
        self.events += made
        return made

    async def bring(self, events: list[tuple[UUID, Event]]) -> None:
        """Bring events as the relay does: in order, each until it is taken."""
        relay = bearer(mint(kind="service", name="relay"))
        for event_id, event in events:
            body = {"id": str(event_id), "source": "urn:titles:workflow", "type": event.type}
            body |= {"subject": event.subject, "time": "2024-01-18T01:00:00+00:00"}
            told = body | {"data": event.model_dump(mode="json")}

            async def taken(told: dict[str, Any] = told) -> bool:
                try:
                    return (await self.http.post("/events", json=told, headers=relay)).is_success
                except httpx.TransportError:
                    return False

            await self.until(taken)

    async def letters(self, name: str) -> int:
        """How many letters to somebody the mail server has."""
        return sum(to.startswith(name) for to, _ in self.mail.letters())

    async def number(self, question: str) -> int:
        """One number of the database."""
        async with self.session("notifications") as tx:
            return int(await tx.scalar(text(question)))


def asking(url: str) -> dict[str, str]:
    """The settings by which a platform is asked, and waited for."""
    told = {"title": "省信用平台", "url": f"{url}/in", "check_url": f"{url}/check", "key": KEY}
    every = {"CREDIT_PLATFORMS": json.dumps({"provincial": told}), "CREDIT_SECONDS": "0.1"}
    return every | {"CALL_TIMEOUT_SECONDS": str(PATIENCE)}


@asynccontextmanager
async def opened(database_url: Any, session: Any, folder: Path, spawner: Spawner) -> AsyncIterator[Parts]:
    """Everything, running."""
    async with AsyncExitStack() as stack:
        accounts, receiver, platform = Accounts(), Receiver(), Platform()
        mail = await stack.enter_async_context(mail_server(folder))
        hooks = Starlette(routes=[Route("/in", receiver.take, methods=["POST"])])
        hooks_url = await stack.enter_async_context(served(hooks, receiver.released.set))
        checks_url = await stack.enter_async_context(served(platform.app(), platform.released.set))
        keys, port = json.dumps({"k1": key()}), free_port()
        env = {
            "DATABASE_URL": database_url("notifications"),
            "ACCOUNTS_URL": await stack.enter_async_context(served(accounts.app())),
            "PORT": str(port),
            "FIELD_KEYS": keys,
            "INDEX_KEY": key(),
            "SERVICE_SECRET": SERVICE_SECRETS["notifications"],
            "CHANNELS": json.dumps({"EMAIL": TOLD | {"port": mail.port}}),
            **asking(checks_url),
            "WEBHOOK_OWN_MACHINE": "true",
            "WEBHOOK_SECONDS": "0.1",
            "DELIVERY_SECONDS": "0.1",
            "LOG_LEVEL": "WARNING",
        }
        url = f"http://127.0.0.1:{port}"
        process = Process(
            "services.notifications", env=env, log=folder / "notifications.log", spawner=spawner
        )
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=30, trust_env=False))
        sealer = Sealer.from_settings(keys, key())
        parts = Parts(process, url, http, session, accounts, receiver, platform, mail, sealer)
        stack.push_async_callback(process.end)
        await process.start()
        await parts.until(parts.ready)
        body = {"organisation_id": str(ROOT.id), "url": f"{hooks_url}/in", "event_types": ["*"]}
        made = await http.post("/v1/webhook-endpoints", json=body, headers=bearer(manager()))
        assert made.is_success, made.text
        receiver.secret = made.json()["record"]["secret"]
        yield parts


async def killed_where_it_hurts(parts: Parts) -> None:
    """While a third party has a message, the mail server a letter and the platform questions, and in the middle of taking events."""
    parts.receiver.holds = True
    first = await parts.declared("slow", "an", "bai")
    await parts.bring(first)

    async def each_has_it() -> bool:
        return parts.receiver.held.is_set() and bool(parts.platform.asked) and await parts.letters("slow") > 0

    await parts.until(each_has_it)
    await parts.killed()
    parts.receiver.released.set()
    parts.platform.released.set()
    last = await parts.declared(*"cdefghij")
    bringing = asyncio.create_task(parts.bring(last))

    async def some() -> bool:
        return await parts.number("select count(*) from inbox") > len(first) + 2

    await parts.until(some)
    await parts.killed()
    await bringing
    await parts.bring(first)


async def each_answered_once(parts: Parts) -> None:
    """The question that was with the platform came again under its id; of each submission one answer counts."""
    async with parts.session("notifications") as tx:
        checks = set(await tx.scalars(select(CreditCheck.id)))
        answers = Counter(await tx.scalars(text(ANSWERED)))
    asked = Counter(parts.platform.asked)
    assert set(asked) == {str(each) for each in checks} == set(answers)
    assert len(checks) * 2 == len(parts.events)
    assert max(asked.values()) > 1
    assert max(answers.values()) == 1


async def test_each_is_told_once_in_the_inbox_and_at_least_once_outside_under_one_id(
    database, database_url, session, tmp_path, births
):
    """Killed twice: nothing is lost, what came twice came under the same id, and each subject came in its order."""
    async with opened(database_url, session, tmp_path, births) as parts:
        await killed_where_it_hurts(parts)

        async def over() -> bool:
            return await parts.number(ON_THE_WAY) == 0

        await parts.until(over)
        async with session("notifications") as tx:
            told = Counter(
                await tx.scalars(select(Message.event_id).where(Message.audience.like("person/%")))
            )
            copies = list(await tx.scalars(select(Copy)))
            messages = set(await tx.scalars(select(WebhookMessage.id)))
        assert told == {event_id: 1 for event_id, _ in parts.events}
        assert len({(each.dispatch_id, each.account_id) for each in copies}) == len(copies) == len(told)
        letters = Counter(
            letter["message-id"].strip("<>").partition("@")[0] for _, letter in parts.mail.letters()
        )
        assert set(letters) == {str(each.bundle_id) for each in copies}
        slow = [letter["message-id"] for to, letter in parts.mail.letters() if to.startswith("slow")]
        assert len(slow) > len(set(slow)), "the one that was with the mail server came again"
        assert letters.total() > len(letters)
        heard = Counter(each["id"] for each in parts.receiver.heard)
        assert set(heard) == {str(each) for each in messages} == {str(each) for each, _ in parts.events}
        assert max(heard.values()) > 1, "the one that was with the third party came again"
        await each_answered_once(parts)
        once = {each["id"]: each for each in parts.receiver.heard[::-1]}
        first = [each for each in parts.receiver.heard if once.get(each["id"]) is each]
        steps = [(each["subject"], each["data"]["action"]) for each in first]
        order = [(event.subject, event.action) for _, event in parts.events]
        assert sorted(steps, key=lambda each: each[0]) == sorted(order, key=lambda each: each[0])
