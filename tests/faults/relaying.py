"""Outboxes, a relay, a service that hears and a broker, as processes on a database server of their own that may be killed too."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
from sqlalchemy import create_mock_engine
from sqlalchemy.dialects import postgresql

from deploy.local.bootstrap import SERVICES, bootstrap, service_url
from deploy.local.postgres import EmbeddedPostgres, free_port
from deploy.local.processes import Spawner
from services.kit.clock import Moment
from services.kit.db import encode_json, plumbing
from services.kit.outbox import CHANNEL
from services.workflow.contract import ReviewFlagMoved
from tests.faults.hearing import HEARD, SERVICE
from tests.platform.nats import NatsServer
from tests.platform.settings import SERVICE_SECRETS, key
from tests.services.relay.issuer import issuing
from tests.services.relay.processes import OWN, Process, Relay

OUTBOX = ("id", "type", "subject", "time", "data")
TOLD = "select count(*), count(distinct event_id) from notifications.heard"
DISORDER = """
select count(*) from (select number, lag(number) over (partition by subject order by place) as before from notifications.heard) h
where number is distinct from coalesce(before + 1, 0)
"""
"""How many came after a later one of their subject, or before what they follow."""

KILLS: Mapping[str, Sequence[str]] = {
    "http": ("relay", "worker", "database"),
    "nats": ("relay", "worker", "broker", "database"),
}
"""What can be killed of each transport."""

GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)


class Worker(Process):
    """The service that hears."""

    def __init__(self, folder: Path, env: Mapping[str, str], spawner: Spawner) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        own = {"FIELD_KEYS": f'{{"k1": "{key()}"}}', "INDEX_KEY": key(), "PORT": str(port)}
        super().__init__(
            "tests.faults.hearing", env={**env, **own}, log=folder / "worker.log", spawner=spawner
        )


@dataclass
class World:
    """Everything that carries an event, each part a process."""

    postgres: EmbeddedPostgres
    relay: Relay
    worker: Worker
    broker: NatsServer | None
    passwords: Mapping[str, str] = field(repr=False)

    async def publish(self, subjects: int, times: int) -> None:
        """So many events of each subject, numbered, all in one transaction."""
        ids = [uuid4() for _ in range(subjects)]
        now = Moment(datetime.now(UTC))
        told = (
            ReviewFlagMoved(flag_id=each, organisation_id=each, action="CONFIRM", after=str(number)).row(now)
            for number in range(times)
            for each in ids
        )
        rows = [tuple({**row, "data": encode_json(row["data"])}[name] for name in OUTBOX) for row in told]
        admin = await asyncpg.connect(self.postgres.url())
        await admin.copy_records_to_table("outbox", schema_name="workflow", columns=OUTBOX, records=rows)
        await admin.execute(f"select pg_notify('{CHANNEL}', 'workflow')")
        await admin.close()

    async def heard(self) -> tuple[int, int]:
        """How many events the worker has handled, and how many different ones."""
        admin = await asyncpg.connect(self.postgres.url(), timeout=5)
        try:
            row = await admin.fetchrow(TOLD)
            return row[0], row[1]
        finally:
            await admin.close(timeout=2)

    async def ask(self, question: str) -> int:
        """One number from the database."""
        admin = await asyncpg.connect(self.postgres.url())
        answer: int = await admin.fetchval(question)
        await admin.close()
        return answer

    async def until_heard(self, goal: int, seconds: float = 1500.0) -> None:
        """Wait until the worker has handled so many different events."""
        async with asyncio.timeout(seconds):
            while True:
                with suppress(*GONE):
                    if (await self.heard())[1] >= goal:
                        return
                await asyncio.sleep(0.05)

    async def kill(self, what: str) -> None:
        """End one part as a crash would, and start it again."""
        if what == "relay":
            await self.relay.end()
            await self.relay.start()
        elif what == "worker":
            await self.worker.end()
            await self.worker.start()
        elif what == "broker":
            assert self.broker is not None
            self.broker.kill()
            self.broker.up()
        else:
            assert self.postgres.process is not None
            self.postgres.process.kill()
            await asyncio.to_thread(self.postgres.process.wait)
            await asyncio.to_thread(self.postgres.start)

    async def end(self) -> None:
        """End every part."""
        for each in (self.relay, self.worker):
            await each.end()
        if self.broker:
            self.broker.kill()
        self.postgres.stop()


@asynccontextmanager
async def world(
    folder: Path, transport: str, spawner: Spawner = OWN, /, **settings: str
) -> AsyncIterator[World]:
    """The parts, made and running but for the relay; gone afterwards."""
    passwords = {service: secrets.token_urlsafe(16) for service in SERVICES}
    postgres = EmbeddedPostgres(folder, free_port(), secrets.token_urlsafe(16))
    postgres.start()
    broker = NatsServer(folder) if transport == "nats" else None
    if broker:
        broker.up()
    async with issuing() as accounts:
        await bootstrap(postgres.url(), passwords)
        await _tables(postgres)
        urls = {name: service_url(postgres.url(), name, passwords[name]) for name in SERVICES}
        common = {"ACCOUNTS_URL": accounts, "NATS_URL": broker.url if broker else "", "LOG_LEVEL": "ERROR"}
        worker = Worker(folder, common | {"DATABASE_URL": urls[SERVICE]}, spawner)
        env = common | {f"{name.upper()}_DATABASE_URL": url for name, url in urls.items()} | settings
        env |= {"NOTIFICATIONS_URL": worker.url, "SERVICE_SECRET": SERVICE_SECRETS["relay"]}
        made = World(postgres, Relay(env, folder / "relay.log", spawner), worker, broker, passwords)
        await worker.start()
        try:
            yield made
        finally:
            await made.end()


async def _tables(postgres: EmbeddedPostgres) -> None:
    """What every schema has, and the book of the one that hears."""
    made: list[str] = []
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]

    def keep(statement: Any, *_: object, **__: object) -> None:
        made.append(str(statement.compile(dialect=dialect)))

    engine = create_mock_engine("postgresql+asyncpg://", keep)
    plumbing.create_all(engine, checkfirst=False)
    admin = await asyncpg.connect(postgres.url())
    for service in SERVICES:
        await admin.execute(f"set role {service}_owner; set search_path = {service}")
        for statement in [*made, HEARD] if service == SERVICE else made:
            await admin.execute(statement)
        await admin.execute("reset role")
    await admin.close()
