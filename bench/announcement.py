"""An announcement to many readers: copied for them beside the bare rows, and how long urgent notices take meanwhile."""

import asyncio
import base64
import json
import os
import secrets
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from asgi_lifespan import LifespanManager
from fastapi import FastAPI

from bench import scratch
from deploy.local.bootstrap import service_url
from migrations.run import upgrade
from services.kit.errors import Basis, Language
from services.kit.ids import new_id
from services.kit.sealing import Sealer
from services.notifications.announcement.service import MADE
from services.notifications.contact.states import ChannelKind
from services.notifications.contract import AnnouncementMoved
from services.notifications.delivery.contacts import KeptContacts
from services.notifications.delivery.dispatch import OuterChannels
from services.notifications.delivery.notice import Notice
from services.notifications.delivery.working import Outer
from services.notifications.main import create
from services.notifications.policy import load_delivery
from services.notifications.provider.message import Message, Receipt
from services.notifications.settings import Settings
from services.notifications.template.audience import Audience
from services.notifications.template.rendering import Text
from services.notifications.template.states import Topic

FEW, MANY = 100_000, 1_000_000
URGENT = 10
"""So many urgent notices with nothing else going on; then one every `APART` seconds in the middle of the fan-out."""
APART = 0.5
URGENT_TITLE = "urgent"
SERVICE = "notifications"
READERS = """
insert into accounts.account (id, province, login, name, organisation_id)
select gen_random_uuid(), 'qinghai', 'bench' || n, '读者', $1 from generate_series(1, $2::int) n
"""
CONTACTS = """
insert into notifications.contact (id, province, account_id, channel, origin, address_sealed, digest, masked, place, verified_at)
select gen_random_uuid(), 'qinghai', id, 'EMAIL', 'OWNER', '', uuid_send(id), '-', 1, now() from accounts.account
"""
TWIN = "create table notifications.twin (like notifications.delivery_copy including all)"
BARE = "insert into notifications.twin select * from notifications.delivery_copy"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: seconds of the fan-out, of the bare rows, of withdrawing; delays of urgent notices, in seconds."""

    readers: int
    fan_out: float
    bare: float
    withdrawn: int
    withdrawing: float
    alone: list[float]
    amid: list[float]


@dataclass(slots=True)
class Provider:
    """Takes every message at once, and knows when an urgent one came."""

    came: dict[str, asyncio.Future[float]] = field(default_factory=dict)

    async def send(self, message: Message) -> Receipt:
        """Take it."""
        waited = self.came.get(message.items[0].body)
        if waited is not None and not waited.done():
            waited.set_result(time.perf_counter())
        return Receipt("-")

    async def close(self) -> None:
        """Nothing is held."""


class Contacts(KeptContacts):
    """The service's own, but for what is sealed: addresses that were filled in cannot be opened."""

    async def addresses(self, tx: Any, contacts: Collection[UUID]) -> dict[UUID, str]:
        """Addresses."""
        del tx
        return {each: f"{each}@bench.invalid" for each in contacts}


@dataclass(slots=True)
class Scene:
    """Notifications at work before accounts with many readers."""

    app: FastAPI
    http: httpx.AsyncClient
    provider: Provider
    admin: asyncpg.Connection
    token: str
    root: UUID

    async def urgent(self, account: UUID) -> float:
        """Seconds from the commit of an urgent notice to its receipt by the provider."""
        body = secrets.token_hex(8)
        came: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.provider.came[body] = came
        async with self.app.state.db.begin() as tx:
            await OuterChannels("qinghai", simulated=False).deliver(tx, [_notice(account, body)])
        committed = time.perf_counter()
        return await came - committed

    async def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """What is answered."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.http.request(method, path, json=body, headers=headers)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told


async def run(*, readers: int) -> Told:
    """Announce to so many, withdraw what waits, and write the same rows bare."""
    async with _scene(readers) as scene:
        someone = await scene.admin.fetchval("select id from accounts.account where login = 'bench1'")
        alone = [await scene.urgent(someone) for _ in range(URGENT)]
        words = {"title": "公告", "body": "正文", "topic": "SEASON", "organisation_id": str(scene.root)}
        began = time.perf_counter()
        made = (await scene.ask("POST", "/v1/announcements", words))["record"]
        path, amid = f"/v1/announcements/{made['id']}", []
        while not await scene.admin.fetchval(
            "select done_at is not null from notifications.dispatch where event_id = $1", UUID(made["id"])
        ):
            amid.append(await scene.urgent(someone))
            await asyncio.sleep(APART)
        fan_out, began = time.perf_counter() - began, time.perf_counter()
        copied = await scene.admin.fetchval("select count(*) from notifications.delivery_copy")
        if copied < readers:
            raise RuntimeError(f"{copied} copies of {readers}")
        left = (await scene.ask("POST", f"{path}/actions/CANCEL", {"note": "-"}))["record"]["copies"]
        while (await scene.ask("GET", path))["copies"]["waiting"]:
            await asyncio.sleep(APART)
        withdrawing = time.perf_counter() - began
        await scene.admin.execute(TWIN)
        began = time.perf_counter()
        await scene.admin.execute(BARE, timeout=600)
        bare = time.perf_counter() - began
        return Told(readers, fan_out, bare, left["waiting"], withdrawing, alone, amid)


def middle_and_longest(delays: list[float]) -> tuple[float, float]:
    """Median and longest, in milliseconds."""
    return 1000 * median(delays), 1000 * max(delays)


def _notice(account: UUID, body: str) -> Notice:
    texts = dict.fromkeys(Language, Text(URGENT_TITLE, body))
    return Notice(
        audience=Audience(f"account/{account}"),
        event_id=new_id(),
        type=AnnouncementMoved.type,
        template=MADE,
        topic=Topic.DECLARATION,
        subject="bench/1",
        at=datetime.now(UTC),
        legal=True,
        texts=texts,
        outside=texts,
        basis=(Basis("-", "-"),),
    )


@asynccontextmanager
async def _scene(readers: int) -> AsyncIterator[Scene]:
    """Both services in one process, their workers as ever; all of it is gone afterwards."""
    known_by = {SERVICE: secrets.token_urlsafe(16)}
    async with scratch.accounts(service_secrets=json.dumps(known_by)) as accounts:
        server = accounts.server
        await upgrade(server.admin(), SERVICE)
        admin = await asyncpg.connect(server.admin(), timeout=60)
        await admin.execute(READERS, accounts.root, readers, timeout=600)
        await admin.execute(CONTACTS, timeout=600)
        await admin.execute("vacuum analyze accounts.account")
        await admin.execute("vacuum analyze notifications.contact")
        key = base64.b64encode(os.urandom(32)).decode()
        settings = Settings.model_validate(
            {
                "database_url": service_url(server.admin(), SERVICE, server.passwords[SERVICE]),
                "policies_dir": accounts.app.state.settings.policies_dir,
                "accounts_url": scratch.BASE_URL,
                "service_secret": known_by[SERVICE],
                "field_keys": json.dumps({"k1": key}),
                "index_key": key,
                "log_level": "ERROR",
            }
        )
        provider = Provider()
        policy, _ = load_delivery(settings.policies_dir, settings.province)
        contacts = Contacts(Sealer.from_settings(settings.field_keys.get_secret_value(), key), policy)
        outer = partial(Outer.of, contacts=contacts, providers={ChannelKind.EMAIL: provider})
        transports = {"accounts": httpx.ASGITransport(app=accounts.app)}
        app = create(settings, verifier=accounts.app.state.verifier, transports=transports, outer=outer)
        manager = accounts.manager_of(accounts.top)
        async with (
            LifespanManager(app, startup_timeout=60, shutdown_timeout=60),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="http://notifications.bench", timeout=60
            ) as http,
        ):
            yield Scene(app, http, provider, admin, accounts.token_of(manager), accounts.root)
        await admin.close()
