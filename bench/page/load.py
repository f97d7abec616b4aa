"""Rounds of requests, by turns: how many are answered a second, how long each takes, and whose processors pay for it."""

import asyncio
import itertools
import math
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import aiohttp

from bench import processes

OK = 200
FAULT = b'"errors":'
LOOKS, LOOK_SECONDS, RESTING = 18, 5.0, 0.3
"""How often it is looked whether all parts rest, how long each time, and with which share of a processor they do."""
HANDFUL = 5
"""So many answers of one kind may fail, as on any machine; more are no accident."""


class Failing(RuntimeError):
    """More than a handful of answers tell of an error: what such a run tells is not what was to be measured."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and whether that is what was asked for."""

    told: bytes
    good: bool


Ask = Callable[[aiohttp.ClientSession], Awaitable[Answer]]
"""One request that is still to be made."""


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
    """What was taken of one way: each round's good answers a second, the seconds of each, and seconds of processors by part."""

    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    paid: dict[str, float] = field(default_factory=dict)
    lasted: float = 0.0
    """Seconds of all rounds."""
    metered: float = 0.0
    """Seconds for which processors were charged: rounds, and what they set going."""
    size: int = 0
    failed: int = 0
    """Answers that told of an error, or came with one; none of the figures counts them."""

    @property
    def rate(self) -> float:
        """Answers a second in the median round."""
        return statistics.median(self.rates)

    def within(self, hundredth: int) -> float:
        """Milliseconds within which so many of a hundred answers came."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, len(ordered) * hundredth // 100)]

    def milliseconds(self, parts: Sequence[str], idle: Mapping[str, float]) -> float:
        """Of the processors of some parts for a good answer, less what each uses in a second with nothing to do."""
        used = sum(self.paid.get(part, 0.0) - idle.get(part, 0.0) * self.metered for part in parts)
        return max(0.0, 1000 * used / len(self.seconds))

    def keep(self, answer: Answer, seconds: float) -> None:
        """Count an answer.

        Raises:
            Failing: it is one too many of those that tell of an error.
        """
        if answer.good:
            self.seconds.append(seconds)
            self.size = len(answer.told)
            return
        self.failed += 1
        if self.failed > HANDFUL:
            raise Failing(
                f"{self.failed} answers failed, the last with {answer.told[:500].decode(errors='replace')}"
            )


@dataclass(frozen=True, slots=True)
class Meter:
    """The processes of each part, by the number of their first one."""

    parts: Mapping[str, int]

    def read(self) -> dict[str, float]:
        """Seconds of processors that each part has used so far."""
        return {name: processes.used(pid) for name, pid in self.parts.items()}

    @contextmanager
    def charged(self, taken: Taken) -> Iterator[None]:
        """Whatever each part uses meanwhile belongs to what is taken."""
        before, began = self.read(), time.perf_counter()
        yield
        for part, used in self.read().items():
            taken.paid[part] = taken.paid.get(part, 0.0) + used - before[part]
        taken.metered += time.perf_counter() - began

    async def idle(self, seconds: float) -> dict[str, float]:
        """Seconds of processors that each part uses in a second, as nobody asks for anything."""
        with self.charged(nothing := Taken()):
            await asyncio.sleep(seconds)
        return {part: used / nothing.metered for part, used in nothing.paid.items()}

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
        await one_round(_asks(way), Taken(), callers, seconds / 2)
    for _ in range(rounds):
        for way in ways:
            with meter.charged(taken[way.name]):
                await one_round(_asks(way), taken[way.name], callers, seconds)
    return taken


def _asks(way: Way) -> Iterator[Ask]:
    """Its bodies in turn, without end."""
    headers = {"content-type": "application/json", **way.headers()}

    def asks(body: bytes) -> Ask:
        async def ask(session: aiohttp.ClientSession) -> Answer:
            async with session.post(way.url, data=body, headers=headers) as response:
                told = await response.read()
            return Answer(told, response.status == OK and FAULT not in told)

        return ask

    return itertools.cycle([asks(body) for body in way.bodies])


async def one_round(asks: Iterator[Ask], taken: Taken, callers: int, seconds: float = math.inf) -> None:
    """So many at once, each asking on when it has its answer, until the time is over or nothing is left to ask.

    Over connections of its own: none of the last round's, which the server may be about to close.

    Raises:
        Failing: more than a handful of answers tell of an error.
    """
    began, before = time.perf_counter(), len(taken.seconds)

    async def call() -> None:
        while (asked := time.perf_counter()) < began + seconds and (ask := next(asks, None)):
            answer = await ask(session)
            taken.keep(answer, time.perf_counter() - asked)

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=callers)) as session:
        await asyncio.gather(*(call() for _ in range(callers)))
    lasted = time.perf_counter() - began
    taken.lasted += lasted
    taken.rates.append((len(taken.seconds) - before) / lasted)
