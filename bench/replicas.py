"""Two of every part behind a balancer beside one of each: the declaration's page and the mix of the last hour, by turns.

Both are the same processes on one database: for a while the balancer passes nothing on to the second of each.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from uuid import UUID

import aiohttp

from bench.last_hour.crowd import Crowd, Size
from bench.last_hour.mix import RECOMMEND, Mix, Request
from bench.last_hour.season import Season, played, settled
from bench.page.load import OK, Meter, Taken
from bench.page.province import Province, plain, processes
from bench.page.run import PARTS, single
from deploy.local.births import Births
from deploy.local.layout import GATEWAY, PROCESSES, PROJECT, RELAY, Ports
from tests.platform.replicas import Behind, Replicas, doubled

CALLERS, SECONDS, ROUNDS, WARMING = 16, 6.0, 4, 2.0
PEOPLE = Size(units=600, people=6_000, drafts=3_000, waiting=600, listed=600)
REFUSED = b'"errors":[{'
"""What is in an answer that brings no more than reasons; the mix has such of its own, where two want one place."""
A_FEW = 8
PAGE, MIX = "the page", "the mix of the last hour"
ONE, TWO = "one of each", "two of each"
SECOND = 1
BALANCER, DATABASE = "balancer", "PostgreSQL"
PAID = {**PARTS, RELAY: (RELAY,), BALANCER: (BALANCER,)}

Requests = Iterator[Request]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was taken of each kind of request, with one of each and with two, and how many processors there are for all of it."""

    taken: Mapping[tuple[str, str], Taken]
    cores: int

    def factor(self, kind: str) -> float:
        """Answers a second of two of each over those of one."""
        return self.taken[kind, TWO].rate / self.taken[kind, ONE].rate

    def milliseconds(self, kind: str, how: str) -> dict[str, float]:
        """Milliseconds of processors that an answer cost each of `PAID`, of all its replicas."""
        taken = self.taken[kind, how]
        each = 1000 / len(taken.seconds)
        return {
            name: each * sum(used for part, used in taken.paid.items() if part.partition(" ")[0] in parts)
            for name, parts in PAID.items()
        }

    def at_work(self, kind: str, how: str) -> float:
        """How many processors the platform and its balancer kept busy."""
        taken = self.taken[kind, how]
        return sum(taken.paid.values()) / taken.lasted


async def run() -> Measured:
    """One of each and two of each, by turns, with what they are asked."""
    _say("a season is played")
    async with played() as season:
        crowd = season.crowd()
        await crowd.come(season.admin_url, PEOPLE)
        async with _doubled(season) as replicas:
            return await _by_turns(replicas, _asked(season, crowd), season)


@asynccontextmanager
async def _doubled(season: Season) -> AsyncIterator[Replicas]:
    """Two of each on the season's database, in the place of those that played it."""
    for each in PROCESSES:
        await season.stack.children[each].stop()
    layout = Behind(
        run=season.stack.layout.run / "replicas",
        ports=Ports.free(),
        database_url=season.admin_url,
        second_factor=False,
        log_level="ERROR",
    )
    births = Births(PROJECT)
    try:
        async with doubled(layout, season.stack.keys, births) as replicas:
            yield replicas
    finally:
        await births.close()


def _asked(season: Season, crowd: Crowd) -> Mapping[str, Requests]:
    """Requests of each kind without end; what has run out in the mix is left out."""
    model = plain(season.stage.things["declaration"])
    province = Province(season.stack, season.stage, season.admin_url, model)
    bearer = f"Bearer {crowd.token('health', {})}"
    headers = {"content-type": "application/json", "authorization": bearer}
    bodies = (single(province, UUID(each[str(model)])).decode() for each in crowd.waiting)
    pages = [Request(PAGE, "POST", "/graphql", headers, body) for body in bodies]
    return {PAGE: cycle(pages), MIX: _without_end(Mix(crowd))}


def _without_end(mix: Mix) -> Requests:
    while few := mix.take(A_FEW):
        yield from few


async def _by_turns(replicas: Replicas, asked: Mapping[str, Requests], season: Season) -> Measured:
    taken = {(kind, how): Taken() for kind in asked for how in (ONE, TWO)}
    meter = Meter(_parts(replicas, season))
    url = replicas.url(GATEWAY)
    for how in (TWO, ONE):  # warms up both of each
        await _pass_on(replicas, how)
        for requests in asked.values():
            await _round(url, requests, Taken(), WARMING)
    for number in range(ROUNDS):
        for how in (ONE, TWO):
            await _pass_on(replicas, how)
            for kind, requests in asked.items():
                await settled(season.admin_url)
                before = meter.read()
                await _round(url, requests, took := taken[kind, how], SECONDS)
                meter.charge(took.paid, before)
                _say(f"round {number + 1} of {ROUNDS}, {how}: {kind}: {took.rates[-1]:.1f} a second")
    return Measured(taken, os.cpu_count() or 1)


async def _pass_on(replicas: Replicas, how: str) -> None:
    """To one of each, or to both."""
    if how == ONE:
        await replicas.balancer.leave_out(SECOND)
    else:
        await replicas.balancer.take_in(SECOND)
    await replicas.balancer.ready(1 if how == ONE else 2)


def _parts(replicas: Replicas, season: Season) -> dict[str, int]:
    """The first process of each part of both replicas, and of what they have in common."""
    both = {
        f"{process} {number}": one.children[process].pid or 0
        for number, one in enumerate(replicas.both)
        for process in PROCESSES
    }
    return {**both, DATABASE: processes(season.stack)[DATABASE], BALANCER: replicas.balancer.pid}


async def _round(url: str, requests: Requests, taken: Taken, seconds: float) -> None:
    """As many at once as there are callers, each asking on when it has its answer."""
    began, before = time.perf_counter(), len(taken.seconds)

    async def call() -> None:
        while (asked := time.perf_counter()) < began + seconds and (each := next(requests, None)):
            sent = session.request(each.method, f"{url}{each.path}", data=each.body, headers=each.headers)
            async with sent as response:
                told = await response.read()
            taken.seconds.append(time.perf_counter() - asked)
            taken.failed += response.status != OK or (REFUSED in told and each.kind != RECOMMEND)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CALLERS)) as session:
        await asyncio.gather(*(call() for _ in range(CALLERS)))
    lasted = time.perf_counter() - began
    taken.lasted += lasted
    taken.rates.append((len(taken.seconds) - before) / lasted)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
