"""Each operation at each size: milliseconds of processors of all parts, and pages of the database that were looked at."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

import asyncpg

from bench.growth.asking import Askers, Hollow
from bench.growth.copies import TABLES, WAITING
from bench.growth.operations import Asking, Operation, Place
from bench.last_hour.crowd import Crowd, Size
from bench.last_hour.mix import Mix
from bench.last_hour.season import LAST_HOUR, Season, played, settled
from bench.measure import say
from bench.page import growth
from bench.page.load import Meter
from bench.page.province import plain, processes
from bench.page.run import PAID
from demo.scenes import certificate, declaration, meeting
from demo.stage import Stage, at

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
READS, WRITES, ROUNDS, WARMING = 100, 40, 2, 3
"""How often each is asked for in a round, how many rounds, and how often before that at a size."""
FIRST_WRITES = 20
"""How often what writes is asked for before the first size, where what reads is as often as in a round: nothing is cold there."""
PEOPLE = Size(units=400, people=3_600, drafts=1_400, waiting=400, listed=400)
"""Those who write, at every size the same: enough for all rounds of four sizes."""
FLUSH_SECONDS, IDLE_SECONDS = 1.2, 5.0
"""A connection tells what it has read once a second at most; and how long nobody asks anything, to see what that costs."""
READ = """
select coalesce(sum(told.hits + told.reads), 0) from pg_stat_activity as a
cross join lateral pg_stat_get_backend_io(a.pid) as told
where a.datname = current_database() and a.application_name <> 'relay' and a.pid <> pg_backend_pid()
"""
"""Pages that the services' own connections looked at, as PostgreSQL 18 tells by connection; the relay looks for events all the time."""
PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one operation costs: milliseconds of processors by part, and pages of 8 KB that were looked at."""

    milliseconds: Mapping[str, float]
    pages: float

    @property
    def whole(self) -> float:
        """Milliseconds of all parts."""
        return sum(self.milliseconds.values())


Costs = Mapping[str, Cost]


@dataclass(slots=True)
class Province:
    """The platform with those who write, and what grows in it."""

    season: Season
    crowd: Crowd
    admin: asyncpg.Connection
    sent_on: date
    size: int = 0

    async def grow(self, size: int) -> None:
        """Have so many declarations; what that leaves the database to do is done."""
        model = plain(self.season.stage.things["declaration"])
        url = self.season.admin_url
        await growth.grow(url, model, self.size, size, tables=TABLES, waiting=WAITING)
        self.size = size
        await self.admin.execute("checkpoint")

    @property
    def place(self) -> Place:
        """What is asked about."""
        return Place(self.size, plain(self.season.stage.organisations["hospital"]), self.sent_on)


async def run(sizes: Sequence[int] = SIZES) -> AsyncIterator[tuple[int, Costs]]:
    """Grow one province from size to size, and tell what each operation costs there."""
    say("a season is played")
    async with _province() as province:
        asking = Asking(Mix(province.crowd), province.crowd.token("health", {}))
        for size in sizes:
            say(f"{size:,} declarations are made")
            await province.grow(size)
            measuring, operations = _Measuring(province), asking.operations(province.place)
            if size == sizes[0]:
                await measuring.warm(operations)
            yield size, await measuring.costs(operations)


@asynccontextmanager
async def _province() -> AsyncIterator[Province]:
    """One of everything, a certificate too; then the last day of declaring, with those who write."""
    async with played() as season:
        await _certified(season.stage)
        await settled(season.admin_url)
        crowd = season.crowd()
        await crowd.come(season.admin_url, PEOPLE)
        await season.stage.move_clock(LAST_HOUR)
        admin = await asyncpg.connect(season.admin_url)
        try:
            await _left_alone(admin)
            model = plain(season.stage.things["declaration"])
            sent_on = await admin.fetchval(
                "select submitted_at::date from workflow.declaration where id = $1", model
            )
            yield Province(season, crowd, admin, sent_on)
        finally:
            await admin.close()


async def _certified(stage: Stage) -> None:
    """What waits at the health commission goes on to its end."""
    await stage.move_clock(at(12, 12))
    await declaration.step(stage, "health", "PASS", "省卫健委审核通过")
    await stage.move_clock(at(12, 15))
    await declaration.judge(stage, "province", "评委会办事机构", action="ACCEPT")
    await meeting.play(stage)
    await certificate.play(stage)


async def _left_alone(admin: asyncpg.Connection) -> None:
    """Nobody tidies up while something is measured: what grows is tidied up when it has grown."""
    await admin.execute("alter system set autovacuum = off")
    await admin.execute("select pg_reload_conf()")


class _Measuring:
    """What operations cost at the present size."""

    def __init__(self, province: Province) -> None:
        self._province = province
        self._meter = Meter(processes(province.season.stack))
        self._askers = Askers(province.season.url)
        self._idle: Mapping[str, float] = {}

    async def warm(self, operations: Mapping[str, Operation]) -> None:
        """Have all of it asked for as in a round that nobody counts: processes, connections and caches are then as at later sizes."""
        for each in operations.values():
            await self._ask(each, FIRST_WRITES if each.writes else READS)

    async def costs(self, operations: Mapping[str, Operation]) -> Costs:
        """The least disturbed of the rounds of each, figure by figure."""
        for each in operations.values():
            await self._ask(each, WARMING)
        await self._meter.rests()
        self._idle = await self._used_idly()
        taken: dict[str, list[Cost]] = {}
        for _ in range(ROUNDS):
            for name, each in operations.items():
                taken.setdefault(name, []).append(cost := await self._cost(each))
                say(f"{self._province.size:,}: {name}: {cost.whole:.1f} ms, {cost.pages:.0f} pages")
        return {name: _least(costs) for name, costs in taken.items()}

    async def _used_idly(self) -> Mapping[str, float]:
        """What each part uses in a second with nothing to do, and pages."""
        await asyncio.sleep(FLUSH_SECONDS)
        before = await self._read()
        await asyncio.sleep(IDLE_SECONDS)
        return {part: (used - before[part]) / IDLE_SECONDS for part, used in (await self._read()).items()}

    async def _cost(self, operation: Operation) -> Cost:
        """Of one, in a row of many; what they set going belongs to them."""
        times = WRITES if operation.writes else READS
        before, began = await self._read(), asyncio.get_running_loop().time()
        await self._ask(operation, times)
        await asyncio.sleep(FLUSH_SECONDS)
        lasted = asyncio.get_running_loop().time() - began
        after = await self._read()
        used = {part: after[part] - before[part] - self._idle[part] * lasted for part in after}
        paid = {name: 1000 * sum(used[part] for part in parts) / times for name, parts in PAID.items()}
        return Cost(paid, used[PAGES] / times)

    async def _ask(self, operation: Operation, times: int) -> None:
        requests = operation.requests(times)
        if len(requests) < times:  # what nobody asked would count as free
            raise Hollow(f"{len(requests)} of {times} requests are left")
        await self._askers.ask(requests, strangers=operation.strangers)
        if operation.writes:
            await settled(self._province.season.admin_url)

    async def _read(self) -> dict[str, float]:
        pages = float(await self._province.admin.fetchval(READ))
        return {**self._meter.read(), PAGES: pages}


def _least(costs: Sequence[Cost]) -> Cost:
    parts = costs[0].milliseconds
    least = {part: max(0.0, min(each.milliseconds[part] for each in costs)) for part in parts}
    return Cost(least, max(0.0, min(each.pages for each in costs)))
