"""Two of every part behind a balancer beside one of each: the declaration's page and the mix of the last hour, by turns.

Both are the same processes on one database: for a while the balancer passes nothing on to the second of each.
"""

import os
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from uuid import UUID

import aiohttp

from bench.last_hour.crowd import Crowd, Size
from bench.last_hour.mix import RECOMMEND, Mix, Request
from bench.last_hour.season import Season, played, settled
from bench.measure import say
from bench.page import run as page
from bench.page.load import OK, Answer, Ask, Meter, Taken, one_round
from bench.page.province import Province, plain, processes
from deploy.local.births import Births
from deploy.local.layout import GATEWAY, PROCESSES, PROJECT, Ports
from tests.platform.replicas import Behind, Replicas, doubled

CALLERS, SECONDS, ROUNDS, WARMING, IDLE_SECONDS = 16, 6.0, 4, 2.0, 5.0
PEOPLE = Size(units=600, people=6_000, drafts=3_000, waiting=600, listed=600)
REFUSED = b'"errors":[{'
"""What is in an answer that brings no more than reasons; the mix has such of its own, where two want one place."""
A_FEW = 8
PAGE, MIX = "the page", "the mix of the last hour"
ONE, TWO = "one of each", "two of each"
SECOND = 1
BALANCER, DATABASE = "balancer", "PostgreSQL"
PAID = {**page.PAID, BALANCER: (BALANCER,)}

Requests = Iterator[Request]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was taken of each kind of request, with one of each and with two."""

    taken: Mapping[tuple[str, str], Taken]
    busy: Mapping[tuple[str, str], Taken]
    """What was paid while it was asked for, without what came of it afterwards."""
    idle: Mapping[str, float]
    """Seconds of processors of each part in a second with nothing to do."""
    cores: int
    """How many processors there are for all of it."""

    def factor(self, kind: str) -> float:
        """Answers a second of two of each over those of one."""
        return self.taken[kind, TWO].rate / self.taken[kind, ONE].rate

    def milliseconds(self, kind: str, how: str) -> dict[str, float]:
        """Milliseconds of processors that an answer cost each of `PAID`, of all its replicas."""
        taken = self.taken[kind, how]
        return {
            name: taken.milliseconds(
                [part for part in taken.paid if part.partition(" ")[0] in parts], self.idle
            )
            for name, parts in PAID.items()
        }

    def at_work(self, kind: str, how: str) -> float:
        """How many processors the platform and its balancer kept busy."""
        busy = self.busy[kind, how]
        return sum(busy.paid.values()) / busy.metered


async def run() -> Measured:
    """One of each and two of each, by turns, with what they are asked."""
    say("a season is played")
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
    bodies = (page.single(province, UUID(each[str(model)])).decode() for each in crowd.waiting)
    pages = [Request(PAGE, "POST", "/graphql", headers, body) for body in bodies]
    return {PAGE: cycle(pages), MIX: _without_end(Mix(crowd))}


def _without_end(mix: Mix) -> Requests:
    while few := mix.take(A_FEW):
        yield from few


async def _by_turns(replicas: Replicas, asked: Mapping[str, Requests], season: Season) -> Measured:
    taken, busy = ({(kind, how): Taken() for kind in asked for how in (ONE, TWO)} for _ in range(2))
    meter, url = Meter(_parts(replicas, season)), replicas.url(GATEWAY)
    asks = {kind: _asks(url, requests) for kind, requests in asked.items()}
    for how in (TWO, ONE):
        await _pass_on(replicas, how, asks.values())
    await settled(season.admin_url)
    await meter.rests()
    idle = await meter.idle(IDLE_SECONDS)
    for number in range(ROUNDS):
        for how in (ONE, TWO):
            await _pass_on(replicas, how, asks.values())
            for kind, several in asks.items():
                await settled(season.admin_url)
                took = taken[kind, how]
                with meter.charged(took):
                    with meter.charged(busy[kind, how]):
                        await one_round(several, took, CALLERS, SECONDS)
                    await settled(season.admin_url)
                say(f"round {number + 1} of {ROUNDS}, {how}: {kind}: {took.rates[-1]:.1f} a second")
    return Measured(taken, busy, idle, os.cpu_count() or 1)


def _asks(url: str, requests: Requests) -> Iterator[Ask]:
    def asks(request: Request) -> Ask:
        async def ask(session: aiohttp.ClientSession) -> Answer:
            sent = session.request(
                request.method, f"{url}{request.path}", data=request.body, headers=request.headers
            )
            async with sent as response:
                told = await response.read()
            refused = REFUSED in told and request.kind != RECOMMEND
            return Answer(told, response.status == OK and not refused)

        return ask

    return map(asks, requests)


async def _pass_on(replicas: Replicas, how: str, asks: Iterable[Iterator[Ask]]) -> None:
    """To one of each, or to both; what is measured then finds connections open and caches as they will be."""
    if how == ONE:
        await replicas.balancer.leave_out(SECOND)
    else:
        await replicas.balancer.take_in(SECOND)
    await replicas.balancer.ready(1 if how == ONE else 2)
    for each in asks:
        await one_round(each, Taken(), CALLERS, WARMING)


def _parts(replicas: Replicas, season: Season) -> dict[str, int]:
    """The first process of each part of both replicas, and of what they have in common."""
    both = {
        f"{process} {number}": one.children[process].pid or 0
        for number, one in enumerate(replicas.both)
        for process in PROCESSES
    }
    return {**both, DATABASE: processes(season.stack)[DATABASE], BALANCER: replicas.balancer.pid}
