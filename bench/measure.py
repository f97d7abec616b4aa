"""Interleaved rounds of competing ways, so that a noisy machine is noisy for all of them."""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

Operation = Callable[[int], Awaitable[None]]
"""One operation by one of the parallel callers, whose number it gets."""


@dataclass(frozen=True, slots=True)
class Row:
    """One way and its operations per second in each round."""

    name: str
    rates: tuple[float, ...]

    @property
    def median(self) -> float:
        """Operations per second in the median round."""
        return statistics.median(self.rates)

    @property
    def least(self) -> float:
        """The slowest round."""
        return min(self.rates)

    @property
    def most(self) -> float:
        """The fastest round."""
        return max(self.rates)


def say(what: str) -> None:
    """Tell how far it is, beside what is measured."""
    print(what, file=sys.stderr, flush=True)


async def compete(ways: Mapping[str, Operation], *, callers: int, seconds: float, rounds: int) -> list[Row]:
    """Measure every way in each round, one after the other."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, operation in ways.items():
            rates[name].append(await rate(operation, callers, seconds))
    return [Row(name, tuple(measured)) for name, measured in rates.items()]


async def rate(operation: Operation, callers: int, seconds: float) -> float:
    """Operations a second by so many callers at once for so long."""
    started = time.perf_counter()
    ends = started + seconds
    done = 0

    async def call(number: int) -> None:
        nonlocal done
        while time.perf_counter() < ends:
            await operation(number)
            done += 1

    await asyncio.gather(*(call(number) for number in range(callers)))
    return done / (time.perf_counter() - started)
