"""`make faults`: every fault under load, ROUNDS times each, in an order that SEED decides; prints the table and writes it into docs/faults.md.

Exit code 1 where anything acknowledged was lost, an invariant broken, or the run broken off; 2 where ROUNDS or SEED
makes no sense, or the installation does not come up: then the page stays as it is.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from random import Random

from deploy.local.births import Births
from deploy.local.failures import LocalFailure
from deploy.local.layout import PROJECT
from tests.faults.injections import INJECTIONS
from tests.faults.installation import installed
from tests.faults.load import BALLOTS, EXPERTS, at_work
from tests.faults.rounds import Rounds, Row, table
from tests.platform import nursery

PAGE = PROJECT / "docs" / "faults.md"
BEGIN, END = "<!-- faults:begin -->", "<!-- faults:end -->"


async def play(count: int, seed: int, rows: dict[str, Row]) -> list[str]:
    """All faults on one installation: `rows` get what came of each so far; what the count of all ballots finds amiss at the end."""
    async with born() as births, installed(births) as at:
        rows |= {each.name: Row(each, left_out=each.impossible(at)) for each in INJECTIONS}
        injections = [each for each in INJECTIONS if not rows[each.name].left_out]
        for row in rows.values():
            if row.left_out:
                say(f"{row.injection.name}: left out, for {row.left_out}")
        cases = -(-count * len(injections) * BALLOTS // EXPERTS)
        async with at_work(at, cases) as load:
            rounds = Rounds(load, Random(seed))
            async for row in rounds.play(injections, count):
                rows[row.injection.name] = row
                say(f"{row.injection.name}: {len(row.lost)} lost, {len(row.broken)} broken")
                for each in (*row.lost, *map(" ".join, sorted(row.broken))):
                    say(f"  {each}")
            return await rounds.count()


@asynccontextmanager
async def born() -> AsyncIterator[Births]:
    """What starts the processes: they are forked from one that has imported their code."""
    births = Births(PROJECT, nursery.MODULE)
    try:
        yield births
    finally:
        await births.close()


def say(line: str) -> None:
    """How far it is."""
    print(line, file=sys.stderr, flush=True)


def told(count: int, seed: int, rows: Iterable[Row], end: str) -> str:
    """The run as the page tells it."""
    ran = f"Of one run, `make faults ROUNDS={count} SEED={seed}`, on {os.cpu_count()} cores."
    return "\n".join([ran, "", *table(rows), "", end])


def counted(amiss: list[str]) -> str:
    """What the count of all ballots finds."""
    found = f"amiss: {', '.join(amiss)}" if amiss else "to the ballot as they were cast"
    return f"The vote, closed and counted at the end: {found}."


def write(run: str) -> None:
    """Put a run into the page, in the place of the one before."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{run}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def number(name: str, default: int, least: int) -> int:
    """A whole number of the environment.

    Raises:
        ValueError: it is none, or less than the least.
    """
    given = os.environ.get(name) or str(default)
    if not given.isdecimal() or int(given) < least:
        raise ValueError(f"{name} is a whole number, at least {least}, and not {given!r}")
    return int(given)


def main() -> int:
    """Play, tell, write."""
    try:
        count, seed = number("ROUNDS", 3, 1), number("SEED", Random().randrange(10**6), 0)
    except ValueError as error:
        say(f"faults: {error}")
        return 2
    say(f"ROUNDS={count} SEED={seed}")
    rows: dict[str, Row] = {}
    try:
        amiss = asyncio.run(play(count, seed, rows))
        wrong, end = bool(amiss), counted(amiss)
    except LocalFailure as failure:
        if not any(row.times for row in rows.values()):
            say(f"faults: {failure}")
            return 2
        # what was played, half an hour of it perhaps, is told of, though the rest could not be
        wrong, end = True, f"Broken off, and the vote not counted: {failure}"
    run = told(count, seed, rows.values(), end)
    print(run)
    write(run)
    return int(wrong or any(row.lost or row.broken for row in rows.values()))


if __name__ == "__main__":
    sys.exit(main())
