"""How fast a state changes durably: our guarded statement against the same statement in pgbench's place, raw asyncpg."""

import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import asyncpg
from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid, insert, update

from bench.measure import Row, compete
from deploy.local.postgres import EmbeddedPostgres, free_port
from services.kit import transition
from services.kit.auth import Actor, Node, Seat
from services.kit.clock import Moment
from services.kit.db import Database, plumbing
from services.kit.errors import Basis
from services.kit.ids import new_id
from services.kit.outbox import Event, outbox
from services.kit.steps import Move

CALLERS = 16
SECONDS = 3.0
ROUNDS = 3

things = Table(
    "thing",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("state", String(20)),
    Column("version", Integer),
)


class Light(StrEnum):
    """Two states to go back and forth between."""

    RED = "RED"
    GREEN = "GREEN"


class Switch(StrEnum):
    """The one action."""

    SWITCH = "SWITCH"


class Switched(Event):
    """What a transition tells the world."""

    type: ClassVar[str] = "titles.bench.thing.switched.v1"
    thing_id: UUID

    @property
    def subject(self) -> str:
        """The thing."""
        return f"thing/{self.thing_id}"


@dataclass
class Thing:
    """One caller's row, as it stands."""

    id: UUID
    version: int = 1

    def move(self, seat: Seat) -> Move:
        """Decide the next switch."""
        before, after = (Light.RED, Light.GREEN) if self.version % 2 else (Light.GREEN, Light.RED)
        return Move(self.id, self.version, Switch.SWITCH, before, after, seat, (Basis("-", "-"),))


SEAT = Seat(role="SWITCHER", organisation_id=new_id(), lineage=(Node(id=new_id(), kind="-", level="-"),))
ACTOR = Actor(id=new_id(), kind="person", name="bench", seats=(SEAT,))

RAW = """
with moved as (update thing set state = $2, version = version + 1 where id = $1 and version = $3 returning id),
told as (insert into history (id, subject_kind, subject_id, action, before, after, actor_name, at, basis)
  select $4, 'thing', id, 'SWITCH', '-', $2, 'bench', now(), '[]' from moved),
audited as (insert into audit_log (id, at, actor_name, action, subject, basis, detail)
  select $5, now(), 'bench', 'thing.SWITCH', 'thing', '[]', '{}' from moved),
published as (insert into outbox (id, type, subject, time, data)
  select $6, 'titles.bench', 'thing', now(), '{}' from moved)
select pg_notify('outbox', '') from moved
"""


async def run() -> list[Row]:
    """Three ways to do the same durable transition."""
    with tempfile.TemporaryDirectory(prefix="titles-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: PTH101, S103 - run by root, the server is another user
        async with _database(Path(folder)) as url:
            return await _compete(url)


@asynccontextmanager
async def _database(folder: Path) -> AsyncIterator[str]:
    server = EmbeddedPostgres(folder, free_port(), secrets.token_urlsafe(16))
    server.start()
    try:
        yield server.url()
    finally:
        server.stop()


async def _compete(url: str) -> list[Row]:
    database = Database(url.replace("postgresql://", "postgresql+asyncpg://"), pool_size=CALLERS)
    pool = await asyncpg.create_pool(url, min_size=CALLERS, max_size=CALLERS)
    ours, raw, steps = ([Thing(new_id()) for _ in range(CALLERS)] for _ in range(3))
    async with database.engine.begin() as connection:
        await connection.run_sync(plumbing.create_all)
        await connection.run_sync(things.metadata.create_all)
        rows = [{"id": t.id, "state": Light.RED, "version": 1} for t in (*ours, *raw, *steps)]
        await connection.execute(insert(things), rows)

    async def guarded(number: int) -> None:
        thing, moment = ours[number], Moment(datetime.now(UTC))
        async with database.begin() as tx:
            move = thing.move(SEAT)
            event = Switched(thing_id=thing.id)
            thing.version = await transition.take(tx, things, move, actor=ACTOR, moment=moment, event=event)

    async def plain(number: int) -> None:
        thing = raw[number]
        state = thing.move(SEAT).after
        await pool.execute(RAW, thing.id, state, thing.version, new_id(), new_id(), new_id())
        thing.version += 1

    async def one_by_one(number: int) -> None:
        await _in_four_statements(database, steps[number])

    ways = {
        "the statement alone, raw asyncpg": plain,
        "kit.transition.take in a transaction": guarded,
        "four statements in a transaction": one_by_one,
    }
    try:
        return await compete(ways, callers=CALLERS, seconds=SECONDS, rounds=ROUNDS)
    finally:
        await pool.close()
        await database.close()


async def _in_four_statements(database: Database, thing: Thing) -> None:
    move, moment = thing.move(SEAT), Moment(datetime.now(UTC))
    async with database.begin() as tx:
        values = {"state": move.after, "version": move.version + 1}
        await tx.execute(update(things).where(things.c.id == thing.id).values(**values))
        await transition.begin(
            tx,
            things,
            subject_id=thing.id,
            state=move.after,
            actor=ACTOR,
            moment=moment,
            organisation_id=SEAT.organisation_id,
        )
        await tx.execute(insert(outbox).values(**Switched(thing_id=thing.id).row(moment)))
    thing.version += 1
