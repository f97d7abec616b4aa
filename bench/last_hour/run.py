"""The highest rate that is answered in time, what comes of twice and five times as much, and whether all of it is true afterwards."""

import math
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.last_hour import generator, truth
from bench.last_hour.crowd import Crowd, Size
from bench.last_hour.generator import Answer, Phase
from bench.last_hour.mix import SEED, WRITES, Mix, Request
from bench.last_hour.season import Season, played, settled
from bench.page.load import Meter, Taken
from bench.page.province import processes
from deploy.local.layout import GATEWAY

WANTED_SECONDS = 0.5
HUNDREDTH = 99
DOUBTFUL = 2.0
"""A rate whose slowest hundredth is within this factor of what is wanted is asked for three times, and the middle one counts."""
BEYOND = (2, 5)
"""How many times the highest rate is asked for, to see what is sent away."""
LOOKING, AFTER, AGAIN, ALL_LET_IN = (
    "looking for the highest",
    "right afterwards",
    "the same once more, by their keys",
    ", all let in",
)
AFTERWARDS = 0.8
"""Which share of it is asked for right when that is over."""
NOT_TAKEN, TAKEN = 300, 100
"""How many writes that were not acknowledged are sent once more in the end, and how many that were."""
IDLE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: the rates between which the highest good one is looked for, and for how long each is asked for."""

    size: Size = field(default_factory=Size)
    lowest: float = 2.0
    first: float = 20.0
    highest: float = 80.0
    near: float = 1.15
    """The highest good rate is known to this factor."""
    seconds: int = 25
    requests: int = 400
    """So many at least at each rate: of fewer the slowest hundredth tells nothing."""
    warming: int = 40

    def lasting(self, rate: float) -> int:
        """For how many seconds a rate is asked for."""
        return max(self.seconds, math.ceil(self.requests / rate))


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a rate."""

    name: str
    rate: float
    answers: Sequence[Answer]
    paid: Mapping[str, float]
    """Seconds of processors by part, for this step and whatever was asked right before or after it without a pause."""
    together: int
    """How many requests that was for."""

    @property
    def done(self) -> list[Answer]:
        """Those that were answered with what was asked for, or with a refusal of the domain."""
        return [each for each in self.answers if not each.sent_away and not truth.wrong(each)]

    @property
    def sent_away(self) -> list[Answer]:
        """Those that found no room."""
        return [each for each in self.answers if each.sent_away]

    @property
    def failed(self) -> Counter[str]:
        """What went wrong: no answer, a fault, a refusal that nobody meant, one for want of room that says not when to come again."""
        return Counter(filter(None, map(truth.wrong, self.answers)))

    def within(self, hundredth: int, answers: Sequence[Answer] | None = None) -> float:
        """Seconds within which so many of a hundred were answered, of those that were let in unless others are given."""
        times = sorted(each.seconds for each in (self.done if answers is None else answers) if each.seconds)
        return times[min(len(times) - 1, len(times) * hundredth // 100)] if times else float("nan")

    @property
    def recovered(self) -> float | None:
        """Seconds since it began from which on all was well: nobody sent away, nothing wrong, 99 of 100 in time.

        None: never, or only for the last tenth, too few to tell.
        """
        late, since = 0, None
        for number, each in enumerate(reversed(self.answers), start=1):
            if each.sent_away or truth.wrong(each):
                return since
            late += each.seconds is None or each.seconds > WANTED_SECONDS
            if number > len(self.answers) // 10 and late <= max(1, number * (100 - HUNDREDTH) / 100):
                since = each.due
        return since

    @property
    def answered(self) -> bool:
        """Whether everybody was, with what was asked for."""
        return not self.sent_away and not self.failed

    @property
    def good(self) -> bool:
        """Whether everybody was answered, and nearly everybody in time."""
        return self.answered and self.within(HUNDREDTH) < WANTED_SECONDS

    @property
    def doubtful(self) -> bool:
        """Whether another try may say otherwise."""
        return (
            self.answered and WANTED_SECONDS / DOUBTFUL < self.within(HUNDREDTH) < WANTED_SECONDS * DOUBTFUL
        )


@dataclass(slots=True)
class LastHour:
    """The crowd before the gateway."""

    season: Season
    crowd: Crowd
    home: Path
    folder: Path
    effort: Effort
    taken: list[Step] = field(default_factory=list)
    knee: float | None = None
    """The highest rate that was good, once it was looked for."""
    _mix: Mix = field(init=False)
    _meter: Meter = field(init=False)
    _idle: Mapping[str, float] = field(init=False)

    def __post_init__(self) -> None:
        self._mix = Mix(self.crowd, rivals=True)
        self._idle = dict.fromkeys(processes(self.season.stack), 0.0)

    async def begin(self) -> None:
        """Warm everything up, and see what is used with nothing to do."""
        self.watch(processes(self.season.stack))
        await self.warm()
        await self._meter.rests()
        self._idle = await self._meter.idle(IDLE_SECONDS)

    def watch(self, parts: Mapping[str, int]) -> None:
        """Charge these processes from now on."""
        self._meter = Meter(parts)

    async def warm(self, url: str = "") -> None:
        """Ask for half of the first rate for a while."""
        await self.at(("warming up", self.effort.first / 2, self.effort.warming), url=url)

    async def at(self, *asked: tuple[str, float, int], url: str = "") -> list[Step]:
        """Everybody at one rate for so many seconds, and right afterwards at the next: (name, a second, seconds)."""
        phases = [Phase(self._mix.take(round(rate * seconds)), seconds) for _, rate, seconds in asked]
        return await self._sent([name for name, _, _ in asked], phases, url)

    async def _sent(self, names: Sequence[str], phases: Sequence[Phase], url: str) -> list[Step]:
        with self._meter.charged(took := Taken()):
            answers = await generator.send(self.home, self.folder, url or self.season.url, phases)
            await settled(self.season.admin_url)
        paid = {part: max(0.0, used - self._idle[part] * took.metered) for part, used in took.paid.items()}
        together = sum(map(len, answers))
        steps = [
            Step(name, len(phase.requests) / phase.seconds, told, paid, together)
            for name, phase, told in zip(names, phases, answers, strict=True)
        ]
        self.taken += steps
        return steps

    async def highest(self) -> AsyncIterator[Step]:
        """Find the highest good rate: less and less until one is good, then between that and the least one that is not."""
        good, high, rate = 0.0, self.effort.highest, self.effort.first
        while high > good * self.effort.near and rate >= self.effort.lowest:
            tries = [step async for step in self._tried(rate)]
            for step in tries:
                yield step
            good, high = (rate, high) if good_in_the_middle(tries) else (good, rate)
            rate = (good * high) ** 0.5 if good else rate / 2
        self.knee = good or None

    async def _tried(self, rate: float) -> AsyncIterator[Step]:
        """Once, and twice more where that leaves a doubt."""
        for _ in range(3):
            [step] = await self.at((LOOKING, rate, self.effort.lasting(rate)))
            yield step
            if not step.doubtful:
                return

    async def beyond(self, times: int, how: str = "", url: str = "") -> list[Step]:
        """So many times the highest good rate, and right afterwards less than it."""
        assert self.knee is not None, "no rate was good"
        rush, rest = times * self.knee, AFTERWARDS * self.knee
        asked = [(f"{times} times as much{how}", rush), (AFTER, rest)]
        return await self.at(*((name, rate, self.effort.lasting(rate)) for name, rate in asked), url=url)

    async def again(self) -> list[Step]:
        """Who was not answered asks again, and some who were do too: the same requests with the same keys."""
        assert self.knee is not None, "no rate was good"
        writes = [each for step in self.taken for each in step.answers if each.request.kind in WRITES]
        taken = {each.request for each in writes if truth.acknowledged(each)}
        others = list({each.request: None for each in writes if each.request not in taken})
        order = random.Random(SEED)
        asked = order.sample(others, min(NOT_TAKEN, len(others)))
        asked += order.sample(sorted(taken, key=Request.told), min(TAKEN, len(taken)))
        order.shuffle(asked)
        if not asked:
            return []
        return await self._sent([AGAIN], [Phase(asked, math.ceil(len(asked) / (AFTERWARDS * self.knee)))], "")


def good_in_the_middle(tries: Sequence[Step]) -> bool:
    """Whether everybody was answered in every try at a rate, and nearly everybody in time in the middle one."""
    in_time = statistics.median(step.within(HUNDREDTH) for step in tries) < WANTED_SECONDS
    return in_time and all(step.answered for step in tries)


async def run(effort: Effort) -> AsyncIterator[Step | truth.Found]:
    """Each step as it was taken, and in the end what was found to be true."""
    home = generator.installed()
    with tempfile.TemporaryDirectory(prefix="titles-last-hour-") as folder:
        async with played() as season:
            crowd = season.crowd()
            await crowd.come(season.admin_url, effort.size)
            hour = LastHour(season, crowd, home, Path(folder), effort)
            await hour.begin()
            async for step in hour.highest():
                yield step
            if hour.knee is not None:
                async for step in _beyond(hour):
                    yield step
            yield await truth.look(season, [each for step in hour.taken for each in step.answers])


async def _beyond(hour: LastHour) -> AsyncIterator[Step]:
    for times in BEYOND:
        for step in await hour.beyond(times):
            yield step
    async with hour.season.letting_all_in() as (url, pid):
        hour.watch(processes(hour.season.stack) | {GATEWAY: pid})
        await hour.warm(url)
        for step in await hour.beyond(BEYOND[-1], ALL_LET_IN, url):
            yield step
    hour.watch(processes(hour.season.stack))
    for step in await hour.again():
        yield step
