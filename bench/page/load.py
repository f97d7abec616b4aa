"""Ways to ask for a page, by turns: how many a second, how long each takes, and whose processors pay for it."""

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp

from bench import processes

OK = 200
FAULT = b'"errors":'
LOOKS, LOOK_SECONDS, RESTING = 18, 5.0, 0.3
"""How often it is looked whether all parts rest, how long each time, and with which share of a processor they do."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where a page is asked for, and with which bodies in turn; `items` is how many declarations an answer tells of."""

    name: str
    url: str
    bodies: Sequence[bytes]
    headers: Callable[[], Mapping[str, str]]
    items: int = 1


@dataclass(slots=True)
class Taken:
    """What was taken of one way: each round's answers a second, every answer's seconds, and seconds of processors by part."""

    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    paid: dict[str, float] = field(default_factory=dict)
    lasted: float = 0.0
    size: int = 0
    failed: int = 0
    """Answers that told of an error, or came with one; they are among the others."""

    @property
    def rate(self) -> float:
        """Answers a second in the median round."""
        return statistics.median(self.rates)

    def within(self, hundredth: int) -> float:
        """Milliseconds within which so many of a hundred answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * hundredth // 100)]


@dataclass(frozen=True, slots=True)
class Meter:
    """The processes of each part, by the number of their first one."""

    parts: Mapping[str, int]

    def read(self) -> dict[str, float]:
        """Seconds of processors that each part has used so far."""
        return {name: processes.used(pid) for name, pid in self.parts.items()}

    def charge(self, paid: dict[str, float], before: Mapping[str, float]) -> None:
        """Add to `paid` what each part has used since it was read."""
        for part, used in self.read().items():
            paid[part] = paid.get(part, 0.0) + used - before[part]

    async def rests(self) -> None:
        """Wait until nobody works on what growing set going: days that are over, events, notices; no longer than a while.

        Else ways would be charged for it, and what is used with nothing to do would be too much.
        """
        before = sum(self.read().values())
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            now = sum(self.read().values())
            if now - before < RESTING * LOOK_SECONDS:
                return
            before = now


async def by_turns(
    ways: Sequence[Way], meter: Meter, *, callers: int, seconds: float, rounds: int
) -> dict[str, Taken]:
    """Ask every way once to warm up, then each in every round, one after the other: what disturbs one disturbs all."""
    taken = {way.name: Taken() for way in ways}
    for way in ways:
        await _round(way, Taken(), callers, seconds / 2)
    for _ in range(rounds):
        for way in ways:
            before = meter.read()
            await _round(way, taken[way.name], callers, seconds)
            meter.charge(taken[way.name].paid, before)
    return taken


async def _round(way: Way, taken: Taken, callers: int, seconds: float) -> None:
    """Over connections of its own: none of the last round's, which the server may be about to close."""
    started = time.perf_counter()
    ends = started + seconds
    headers = {"content-type": "application/json", **way.headers()}
    before = len(taken.seconds)

    async def call(number: int) -> None:
        while (began := time.perf_counter()) < ends:
            body = way.bodies[number % len(way.bodies)]
            number += callers
            async with session.post(way.url, data=body, headers=headers) as response:
                told = await response.read()
            taken.seconds.append(time.perf_counter() - began)
            taken.size = len(told)
            taken.failed += response.status != OK or FAULT in told

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=callers)) as session:
        await asyncio.gather(*(call(number) for number in range(callers)))
    lasted = time.perf_counter() - started
    taken.lasted += lasted
    taken.rates.append((len(taken.seconds) - before) / lasted)
