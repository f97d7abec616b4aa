"""An announcement to many readers: copied and sent while urgent notices go out, its progress asked for, withdrawn half way."""

import asyncio
import base64
import json
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from statistics import median, quantiles
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
from services.notifications.contract import AnnouncementMoved
from services.notifications.delivery.contacts import KeptContacts
from services.notifications.delivery.dispatch import OuterChannels
from services.notifications.delivery.notice import Notice
from services.notifications.delivery.working import Outer
from services.notifications.main import create
from services.notifications.policy import load_delivery
from services.notifications.settings import Settings
from services.notifications.template.audience import Audience
from services.notifications.template.rendering import Text
from services.notifications.template.states import Topic

FEW, MANY = 100_000, 1_000_000
URGENT = 40
"""So many urgent notices with nothing else going on; then, as long as it lasts, one every `APART` seconds."""
APART = 0.5
POLLED = 1.0
SENDING_SECONDS = 120.0
"""Half way: every reader has a copy, and half of them are sent, or as many as are in so long."""
WATCHED = 5.0
PATIENCE = 3600.0
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
class Delays:
    """Seconds from an urgent notice's commit to the mail server having its letter."""

    name: str
    seconds: list[float]

    @property
    def figures(self) -> tuple[int, float, float, float]:
        """How many there were; in milliseconds the median, the 99th of 100, the longest."""
        whole = [1000 * each for each in self.seconds]
        return len(whole), median(whole), quantiles(whole, n=100, method="inclusive")[98], max(whole)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many rows or letters in so many seconds."""

    name: str
    number: int
    seconds: float

    @property
    def a_second(self) -> float:
        """How many a second."""
        return self.number / self.seconds


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: rates, the first of them bare; delays; how long each question after progress took, and withdrawing.

    `after`: how many seconds later than the answer to withdrawing the mail server had its last letter of it.
    """

    readers: int
    rates: list[Rate]
    delays: list[Delays]
    asked: list[float]
    withdrawing: float
    after: float


@dataclass(slots=True)
class Server:
    """The mail server's process as far as it has told."""

    process: asyncio.subprocess.Process
    port: int = 0
    taken: int = 0
    last: float = 0.0
    came: dict[str, asyncio.Future[float]] = field(default_factory=dict)

    async def hear(self) -> None:
        """Note what it tells, to its end."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            match line.decode().split():
                case ["urgent", name, at] if name in self.came:
                    self.came.pop(name).set_result(float(at))
                case ["taken", number, at]:
                    self.taken, self.last = int(number), float(at)


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
    server: Server
    admin: asyncpg.Connection
    token: str
    root: UUID
    asked: list[float] = field(default_factory=list)

    async def urgent(self, account: UUID, *, legal: bool) -> float:
        """Seconds from the commit of an urgent notice until the mail server has it."""
        name = secrets.token_hex(8)
        came = self.server.came[name] = asyncio.get_running_loop().create_future()
        async with self.app.state.db.begin() as tx:
            await OuterChannels("qinghai", simulated=False).deliver(tx, [_notice(account, name, legal)])
        committed = time.perf_counter()
        return float(await came) - committed

    async def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """What is answered."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await self.http.request(method, path, json=body, headers=headers)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    async def progress(self, path: str) -> dict[str, Any]:
        """How far an announcement has come, and how long it took to hear of it."""
        began = time.perf_counter()
        told = await self.ask("GET", path)
        self.asked.append(time.perf_counter() - began)
        return told


async def run(*, readers: int) -> Told:
    """Announce to so many, withdraw half way, and write the same rows bare."""
    async with _scene(readers) as scene:
        alone = await _urgent(scene, asyncio.Event(), URGENT)
        ended = asyncio.Event()
        urgent = asyncio.create_task(_urgent(scene, ended))
        path, began = await _announced(scene)
        copied = await _copied(scene, path, readers, began)
        sent = await _half_sent(scene, path, readers, began)
        withdrawing, after, withdrawn = await _withdrawn(scene, path)
        ended.set()
        amid = await urgent
        bare = Rate("the copies' rows, in one bare statement", readers, await _bare(scene.admin))
        both = {"nothing": alone, "the announcement": amid}
        delays = [
            Delays(f"{kind}, amid {what}", told[legal])
            for what, told in both.items()
            for kind, legal in (("legal", True), ("ordinary", False))
        ]
        rates = [bare, copied, sent, withdrawn]
        return Told(readers, rates, delays, scene.asked, withdrawing, after)


async def _urgent(scene: Scene, ended: asyncio.Event, most: int | None = None) -> dict[bool, list[float]]:
    """Delays of legal and of ordinary notices, told by turns at a steady rate whatever becomes of those before."""
    someone = await scene.admin.fetchval("select id from accounts.account where login = 'bench1'")
    going: dict[bool, list[asyncio.Task[float]]] = {True: [], False: []}
    for number, legal in enumerate(cycle((True, False))):
        if ended.is_set() or number == most:
            break
        going[legal].append(asyncio.create_task(scene.urgent(someone, legal=legal)))
        await asyncio.sleep(APART)
    return {legal: await asyncio.gather(*tasks) for legal, tasks in going.items()}


async def _announced(scene: Scene) -> tuple[str, float]:
    words = {"title": "系统停机维护", "body": "本周六零时至六时停机。", "topic": "SEASON"}
    began = time.perf_counter()
    made = await scene.ask("POST", "/v1/announcements", words | {"organisation_id": str(scene.root)})
    return f"/v1/announcements/{made['record']['id']}", began


async def _copied(scene: Scene, path: str, readers: int, began: float) -> Rate:
    while (await scene.progress(path))["readers"] < readers:
        await asyncio.sleep(POLLED)
    return Rate("readers asked for, and copies written", readers, time.perf_counter() - began)


async def _half_sent(scene: Scene, path: str, readers: int, began: float) -> Rate:
    until = time.perf_counter() + SENDING_SECONDS
    while True:
        sent = (await scene.progress(path))["copies"]["sent"]
        if sent >= readers / 2 or time.perf_counter() > until:
            return Rate("letters sent meanwhile", sent, time.perf_counter() - began)
        await asyncio.sleep(POLLED)


async def _withdrawn(scene: Scene, path: str) -> tuple[float, float, Rate]:
    """Seconds until it was withdrawn, and then until its last letter came; at what rate it was worked off."""
    began = time.perf_counter()
    left = (await scene.ask("POST", f"{path}/actions/CANCEL", {"note": "时间有误"}))["record"]["copies"]
    answered = time.perf_counter()
    while (told := (await scene.progress(path))["copies"])["waiting"]:
        await asyncio.sleep(APART)
    worked_off = Rate("copies withdrawn that waited", left["waiting"], time.perf_counter() - answered)
    await asyncio.sleep(WATCHED)
    if told["sent"] != scene.server.taken:
        raise RuntimeError(f"{told['sent']} were sent, {scene.server.taken} came")
    return answered - began, max(0.0, scene.server.last - answered), worked_off


async def _bare(admin: asyncpg.Connection) -> float:
    await admin.execute(TWIN)
    began = time.perf_counter()
    await admin.execute(BARE, timeout=PATIENCE)
    return time.perf_counter() - began


def _notice(account: UUID, name: str, legal: bool) -> Notice:
    texts = dict.fromkeys(Language, Text(f"urgent {name}", "-"))
    return Notice(
        audience=Audience(f"account/{account}"),
        event_id=new_id(),
        type=AnnouncementMoved.type,
        template=MADE,
        topic=Topic.DECLARATION,
        subject="bench/1",
        at=datetime.now(UTC),
        legal=legal,
        texts=texts,
        outside=texts,
        basis=(Basis("-", "-"),),
    )


@asynccontextmanager
async def _mail_server() -> AsyncIterator[Server]:
    """A mail server that takes everything at once; gone afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.mail_sink", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    server = Server(process, int((await process.stdout.readline()).split()[1]))
    hearing = asyncio.create_task(server.hear())
    try:
        yield server
    finally:
        process.kill()
        await process.wait()
        await hearing


@asynccontextmanager
async def _scene(readers: int) -> AsyncIterator[Scene]:
    """Both services in one process, their workers as ever, before a mail server; all of it is gone afterwards."""
    known_by = {SERVICE: secrets.token_urlsafe(16)}
    async with _mail_server() as mail, scratch.accounts(service_secrets=json.dumps(known_by)) as accounts:
        server = accounts.server
        await upgrade(server.admin(), SERVICE)
        admin = await asyncpg.connect(server.admin(), timeout=60)
        await _seed(admin, accounts.root, readers)
        key = base64.b64encode(os.urandom(32)).decode()
        email = {"host": "127.0.0.1", "port": mail.port, "tls": "none", "sender": "bench@bench.invalid"}
        settings = Settings.model_validate(
            {
                "database_url": service_url(server.admin(), SERVICE, server.passwords[SERVICE]),
                "policies_dir": accounts.app.state.settings.policies_dir,
                "accounts_url": scratch.BASE_URL,
                "service_secret": known_by[SERVICE],
                "field_keys": json.dumps({"k1": key}),
                "index_key": key,
                "channels": json.dumps({"EMAIL": email}),
                "log_level": "ERROR",
            }
        )
        policy, _ = load_delivery(settings.policies_dir, settings.province)
        contacts = Contacts(Sealer.from_settings(settings.field_keys.get_secret_value(), key), policy)
        transports = {"accounts": httpx.ASGITransport(app=accounts.app)}
        app = create(
            settings,
            verifier=accounts.app.state.verifier,
            transports=transports,
            outer=partial(Outer.of, contacts=contacts),
        )
        manager = accounts.manager_of(accounts.top)
        async with (
            LifespanManager(app, startup_timeout=60, shutdown_timeout=60),
            httpx.AsyncClient(
                transport=httpx.ASGITransport(app=app), base_url="http://notifications.bench", timeout=60
            ) as http,
        ):
            yield Scene(app, http, mail, admin, accounts.token_of(manager), accounts.root)
        await admin.close()


async def _seed(admin: asyncpg.Connection, root: UUID, readers: int) -> None:
    await admin.execute(READERS, root, readers, timeout=PATIENCE)
    await admin.execute(CONTACTS, timeout=PATIENCE)
    for table in ("accounts.account", "notifications.contact"):
        await admin.execute(f"vacuum analyze {table}", timeout=PATIENCE)
