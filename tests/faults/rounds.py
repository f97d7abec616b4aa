"""Rounds of faults under load: each once a round in an order of chance; after each everything acknowledged is there and whole."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.faults.injections import Injection
from tests.faults.load import Load, Work
from tests.faults.wholeness import Found, broken

STILL_ANSWERED = 6
"""So many answers at least come before a fault, so many at most."""


@dataclass
class Row:
    """What came of one kind of fault, added up over all rounds."""

    injection: Injection
    left_out: str = ""
    times: int = 0
    acknowledged: int = 0
    told: Counter[str] = field(default_factory=Counter)
    recovered: float = 0.0
    lost: list[str] = field(default_factory=list)
    broken: set[Found] = field(default_factory=set)


@dataclass
class Rounds:
    """What is played on one installation; `seeded` is what its data, written past the API, never had."""

    load: Load
    random: Random
    seeded: set[Found] = field(default_factory=set)

    async def play(self, injections: Sequence[Injection], rounds: int) -> AsyncIterator[Row]:
        """Each fault, `rounds` times, and what came of it so far."""
        rows = {each.name: Row(each) for each in injections}
        order = [each for _ in range(rounds) for each in self.random.sample(injections, len(injections))]
        works = [Work(units) for units in await self.load.units(len(order))]
        await self.load.settled()
        self.seeded = await broken(self.load.at.urls())
        for each, work in zip(order, works, strict=True):
            await self._one(rows[each.name], work)
            yield rows[each.name]

    async def count(self) -> list[str]:
        """Close the vote that went on all the time, and tell what was miscounted."""
        miscounted = await self.load.miscounted()
        found = await broken(self.load.at.urls(), only="tally.")
        return [*miscounted, *map(" ".join, sorted(found))]

    async def _one(self, row: Row, done: Work) -> None:
        done.refused = row.injection.refused
        async with row.injection.prepared(self.load):
            stood_up = await self._under_load(row.injection, done)
            await self.load.settled()
            row.recovered = max(row.recovered, time.monotonic() - stood_up)
        row.times += 1
        row.acknowledged += done.acknowledged
        row.told += done.told
        row.lost += await self.load.lost(done)
        row.broken |= await broken(self.load.at.urls()) - self.seeded

    async def _under_load(self, injection: Injection, done: Work) -> float:
        """Inject it while people work, until each has an answer; when everything stood again."""
        working = asyncio.create_task(self.load.work(done))
        try:
            enough = self.random.randint(1, STILL_ANSWERED)
            while done.answers < enough and not working.done():
                await asyncio.sleep(0.01)
            await injection.act(self.load, self.random)
            await self.load.at.stand_up()
            stood_up = time.monotonic()
            await working
        finally:
            working.cancel()
        return stood_up


HEAD = (
    "| fault | what is done | times | changes acknowledged | asked again | told meanwhile | all settled after, at most | lost or doubled | invariants |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
)


def table(rows: Iterable[Row]) -> list[str]:
    """What came of all of it, as Markdown."""
    return [*HEAD, *map(_line, rows)]


def _line(row: Row) -> str:
    if row.left_out:
        return f"| {row.injection.name} | not injected: {row.left_out} | 0 | | | | | | |"
    if not row.times:
        return f"| {row.injection.name} | {row.injection.what}: not played | 0 | | | | | | |"
    whole = "whole" if not row.broken else ", ".join(sorted({name for name, _ in row.broken}))
    lost = str(len(row.lost)) if row.lost else "nothing"
    told = (
        ", ".join(f"`{code}`" if code.isupper() else code for code, _ in row.told.most_common()) or "nothing"
    )
    return (
        f"| {row.injection.name} | {row.injection.what} | {row.times} | {row.acknowledged} | {row.told.total()} | {told}"
        f" | {row.recovered:.0f} s | {lost} | {whole} |"
    )
