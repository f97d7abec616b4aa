"""What can happen to an installation, each as one function that does it and undoes it again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import uuid4

import asyncpg
import httpx

from deploy.local.bootstrap import SERVICES
from deploy.local.layout import PROCESSES
from services.kit import clock
from services.kit.auth import TokenInvalid
from services.relay import letters
from services.workflow.contract import RecommendationReserved
from tests.faults import clocks, expiring
from tests.faults.installation import DATABASE_LINE, Installation
from tests.faults.load import PATIENCE, Load
from tests.faults.rush import NOVEMBER
from tests.faults.wholeness import broken
from tests.platform.tokens import bearer, mint

AWAY_SECONDS = 2.0
SLOW_SECONDS = 0.15
FULL_SECONDS = 3.0
TWICE = """
with letter as (
    update {0}.outbox_delivery set delivered_at = null, attempts = 0 where (event_id, subscriber) in (
        select event_id, subscriber from {0}.outbox_delivery where delivered_at is not null order by seq desc limit 60
    ) returning subscriber, subject, seq
)
insert into {0}.outbox_lane (subscriber, subject, last_seq)
select subscriber, subject, max(seq) from letter group by subscriber, subject order by subscriber, subject
on conflict (subscriber, subject) do update set last_seq = greatest({0}.outbox_lane.last_seq + 1, excluded.last_seq)
"""
FRESH = """
select id, type, subject, time, data from workflow.outbox o where subject like 'recommendation/%' and not exists (
    select from workflow.outbox_delivery d where d.event_id = o.id and (d.delivered_at is not null or d.dead_at is not null)
) order by seq desc
"""
"""A poisoned event that somebody passed over is none of them."""
POISON = """
insert into workflow.outbox (id, type, subject, time, data) values ($1, $2, $3, now(), '{"recommendation_id": "none"}')
"""
DEAD = "select count(*) from workflow.outbox_delivery where event_id = $1 and dead_at is not null"
CHEAP_TO_KILL = ("relay",)
"""Workflow and quota are killed under load by a test of their own."""
TOKEN_REFUSED = frozenset({TokenInvalid.code})
HEARING = 2
"""Quota and notifications hear of a recommendation; the gateway does not."""


def possible(_: Installation) -> str:
    """Nothing speaks against it."""
    return ""


def without_disk(at: Installation) -> str:
    """A small file system is mounted by root only."""
    return "" if at.disk else "a small file system is mounted by root only"


@dataclass(frozen=True)
class Injection:
    """A fault: its name, what is done, how; `cheap` ones are in every run of the tests.

    `impossible` tells why it cannot be injected into an installation, or nothing. Around it, load included, is what `prepared`
    does. People come again after a refusal that is among the `refused`, as they do where they are asked to.
    """

    name: str
    what: str
    act: Callable[[Load, Random], Awaitable[None]]
    cheap: bool = False
    impossible: Callable[[Installation], str] = possible
    prepared: Callable[[Load], AbstractAsyncContextManager[None]] = nullcontext
    refused: frozenset[str] = frozenset()


def kill(process: str) -> Injection:
    """A process ends as by kill -9, in the middle of whatever it does, and is started again."""

    async def act(load: Load, _: Random) -> None:
        await load.at.kill(process)

    return Injection(
        f"kill {process}", f"`kill -9` of {process}, started again", act, process in CHEAP_TO_KILL
    )


async def restart(load: Load, _: Random) -> None:
    """The database server ends at once, with everything in flight."""
    await load.at.restart_database()


async def fill(load: Load, _: Random) -> None:
    """Nothing more can be written: tables, WAL, files, logs."""
    with load.at.full():
        await asyncio.sleep(FULL_SECONDS)


async def cut(load: Load, random: Random) -> None:
    """One service is not reached by the others for a while."""
    line = load.at.lines[random.choice(SERVICES)]
    line.cut()
    await asyncio.sleep(AWAY_SECONDS)
    line.mend()


async def cut_database(load: Load, _: Random) -> None:
    """Every connection to the database breaks, and there is no new one for a while."""
    line = load.at.lines[DATABASE_LINE]
    line.cut()
    await asyncio.sleep(AWAY_SECONDS)
    line.mend()


async def silence(load: Load, random: Random) -> None:
    """Between services nothing passes, and nobody is told so."""
    line = load.at.lines[random.choice(SERVICES)]
    line.silence()
    await asyncio.sleep(AWAY_SECONDS)
    line.mend()


async def slow(load: Load, _: Random) -> None:
    """Every piece between services, and to the database, takes its time."""
    for line in load.at.lines.values():
        line.delay = SLOW_SECONDS if line is not load.at.lines[DATABASE_LINE] else SLOW_SECONDS / 10
    await asyncio.sleep(AWAY_SECONDS * 2)
    for line in load.at.lines.values():
        line.mend()


async def jump(load: Load, random: Random) -> None:
    """The clocks of the services run apart by days, and together again."""
    for service, database in load.rush.databases.items():
        async with database.begin() as tx:
            days = random.choice((-1, 1, 2)) if service != "workflow" else 1
            await clock.set_clock(tx, NOVEMBER + timedelta(days=days))
    await asyncio.sleep(AWAY_SECONDS / 2)
    for database in load.rush.databases.values():
        async with database.begin() as tx:
            await clock.set_clock(tx, NOVEMBER)


async def twice(load: Load, _: Random) -> None:
    """Events that were delivered are delivered again, after others of their subject."""
    await asyncio.sleep(AWAY_SECONDS / 2)
    async with connected(load) as admin:
        for service in SERVICES:
            await admin.execute(TWICE.format(service))


async def backwards(load: Load, _: Random) -> None:
    """While the relay is down, quota hears what happened meanwhile from the newest to the oldest; then the relay brings it in order."""
    await load.at.stack.kill("relay")
    await asyncio.sleep(AWAY_SECONDS)
    async with connected(load) as admin:
        events = await admin.fetch(FRESH)
    assert events, "nothing happened while the relay was down"
    told = bearer(mint(kind="service", name="relay", key=load.voting.key))
    async with httpx.AsyncClient(base_url=load.at.stack.url("quota"), trust_env=False) as http:
        for each in events:
            body = {
                **{name: each[name] for name in ("type", "subject")},
                "id": str(each["id"]),
                "source": "workflow",
                "time": each["time"].isoformat(),
                "data": json.loads(each["data"]),
            }
            answer = await http.post("/events", json=body, headers=told)
            assert answer.status_code == httpx.codes.NO_CONTENT, answer.text
    await load.at.stack.start_again("relay")


async def poison(load: Load, _: Random) -> None:
    """An event that its subscribers cannot read: it becomes a dead letter, alone, until somebody passes it over."""
    event = uuid4()
    async with connected(load) as admin:
        await admin.execute(POISON, event, RecommendationReserved.type, f"recommendation/{event}")
    async with asyncio.timeout(PATIENCE):
        while await load.ask(DEAD, event) < HEARING:
            await asyncio.sleep(0.2)
    assert "outbox.alive" in {name for name, _ in await broken(load.at.urls(), only="outbox.alive")}
    async with asyncpg.create_pool(load.at.urls()["workflow"], min_size=0, max_size=1) as pool:
        await letters.pass_over(pool, event)


def jump_of(process: str) -> Injection:
    """The clock of one process, by hours."""
    what = f"its machine's clock is {clocks.HOURS} h ahead, right, {clocks.HOURS} h behind, right"
    return Injection(
        f"clock of {'the database' if process == DATABASE_LINE else process}",
        what,
        clocks.jumping(process),
        impossible=clocks.unavailable,
        prepared=clocks.watched(process),
        refused=TOKEN_REFUSED,
    )


@asynccontextmanager
async def connected(load: Load) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's own way to the database."""
    admin = await asyncpg.connect(load.at.admin_url, timeout=10)
    try:
        yield admin
    finally:
        await admin.close(timeout=5)


INJECTIONS = (
    *map(kill, PROCESSES),
    Injection("database restart", "PostgreSQL ends at once (SIGQUIT), started again", restart, cheap=True),
    Injection(
        "full disk",
        f"the file system of database, files and logs is full for {FULL_SECONDS:g} s",
        fill,
        impossible=without_disk,
    ),
    Injection(
        "cut network", f"one service cannot be reached by the others for {AWAY_SECONDS:g} s", cut, cheap=True
    ),
    Injection("cut database", f"nobody reaches the database for {AWAY_SECONDS:g} s", cut_database),
    Injection(
        "silent network", f"to one service nothing passes for {AWAY_SECONDS:g} s, and nobody is told", silence
    ),
    Injection(
        "slow network",
        f"each piece between processes waits {SLOW_SECONDS:g} s, to the database a tenth of it",
        slow,
    ),
    Injection("simulated clocks", "the services' own clocks run apart by days, back and forth", jump),
    *map(jump_of, (*PROCESSES, DATABASE_LINE)),
    Injection(
        "certificate over",
        f"the database shows a certificate whose last day is over, for {expiring.OVER_SECONDS:g} s",
        expiring.certificate,
    ),
    Injection(
        "signing keys gone",
        "all keys that sign tokens are replaced at once, and put back",
        expiring.signing_keys,
        refused=TOKEN_REFUSED,
    ),
    Injection("events twice", "the last 60 deliveries of every service once more", twice, cheap=True),
    Injection("events backwards", "quota hears new events from the newest to the oldest", backwards),
    Injection(
        "poisoned event", "an event that nobody can read; passed over once it is a dead letter", poison
    ),
)
