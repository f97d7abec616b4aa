"""The highest rate that is answered in time, what comes of twice and five times as much, and whether all of it is true afterwards."""

import math
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.last_hour import generator, truth
from bench.last_hour.crowd import Crowd, Size
from bench.last_hour.generator import Answer, Phase
from bench.last_hour.mix import Mix
from bench.last_hour.season import Season, played, settled
from bench.page.load import Meter
from bench.page.province import processes

WANTED_SECONDS = 0.5
HUNDREDTH = 99
BEYOND = (2, 5)
"""How many times the highest rate is asked for, to see what is sent away."""
AFTER, ALL_LET_IN = "right afterwards", ", all let in"
AFTERWARDS = 0.8
"""Which share of it is asked for right when that is over."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: the rates between which the highest good one is looked for, and for how long each is asked for."""

    size: Size = field(default_factory=Size)
    lowest: float = 2.0
    first: float = 16.0
    highest: float = 128.0
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
        return [each for each in self.answers if each.seconds is not None and not each.sent_away]

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
    def recovered(self) -> float:
        """Seconds since it began from which on nobody was sent away, and 99 of 100 had their answer in time."""
        late = 0
        for number, each in enumerate(reversed(self.answers), start=1):
            late += each.seconds is None or each.seconds > WANTED_SECONDS
            if each.sent_away or late > max(1, number * (100 - HUNDREDTH) / 100):
                return each.due
        return 0.0

    @property
    def good(self) -> bool:
        """Whether everybody was answered, and nearly everybody in time."""
        return not self.sent_away and not self.failed and self.within(HUNDREDTH) < WANTED_SECONDS


@dataclass(slots=True)
class LastHour:
    """The crowd before the gateway."""

    season: Season
    crowd: Crowd
    home: Path
    folder: Path
    effort: Effort
    taken: list[Step] = field(default_factory=list)
    _mix: Mix = field(init=False)
    _meter: Meter = field(init=False)

    def __post_init__(self) -> None:
        self._mix = Mix(self.crowd)
        self._meter = Meter(processes(self.season.stack))

    async def at(self, *asked: tuple[str, float, int], url: str = "") -> list[Step]:
        """Everybody at one rate for so many seconds, and right afterwards at the next: (name, a second, seconds)."""
        phases = [Phase(self._mix.take(round(rate * seconds)), seconds) for _, rate, seconds in asked]
        before = self._meter.read()
        answers = await generator.send(self.home, self.folder, url or self.season.url, phases)
        paid = {part: used - before[part] for part, used in self._meter.read().items()}
        together = sum(map(len, answers))
        steps = [
            Step(name, len(phase.requests) / phase.seconds, told, paid, together)
            for (name, _, _), phase, told in zip(asked, phases, answers, strict=True)
        ]
        self.taken += steps
        await settled(self.season.admin_url)
        return steps

    async def highest(self) -> AsyncIterator[Step]:
        """Find the highest good rate: less and less until one is good, then between that and the least one that is not."""
        good, high, rate = 0.0, self.effort.highest, self.effort.first
        while high > good * self.effort.near and rate >= self.effort.lowest:
            [step] = await self.at(("looking for the highest", rate, self.effort.lasting(rate)))
            yield step
            good, high = (rate, high) if step.good else (good, rate)
            rate = (good * high) ** 0.5 if good else rate / 2

    async def beyond(self, times: int, how: str = "", url: str = "") -> list[Step]:
        """So many times the highest good rate, and right afterwards less than it."""
        rush, rest = times * self.knee, AFTERWARDS * self.knee
        asked = [(f"{times} times as much{how}", rush), (AFTER, rest)]
        return await self.at(*((name, rate, self.effort.lasting(rate)) for name, rate in asked), url=url)

    @property
    def knee(self) -> float:
        """The highest rate that was good."""
        return max((each.rate for each in self.taken if each.good), default=self.effort.lowest)


async def run(effort: Effort) -> AsyncIterator[Step | truth.Found]:
    """Each step as it was taken, and in the end what was found to be true."""
    home = generator.installed()
    with tempfile.TemporaryDirectory(prefix="titles-last-hour-") as folder:
        async with played() as season:
            crowd = season.crowd()
            await crowd.come(season.admin_url, effort.size)
            hour = LastHour(season, crowd, home, Path(folder), effort)
            await hour.at(("warming up", effort.first / 2, effort.warming))
            async for step in hour.highest():
                yield step
            for times in BEYOND:
                for step in await hour.beyond(times):
                    yield step
            async with season.letting_all_in() as url:
                for step in await hour.beyond(BEYOND[-1], ALL_LET_IN, url):
                    yield step
            yield await truth.look(season, [each for step in hour.taken for each in step.answers])
