"""`make faults`: every fault under load, ROUNDS times each, in an order that SEED decides; prints the table and writes it into docs/faults.md.

Exit code 1 where anything acknowledged was lost, or an invariant broken.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping
from random import Random

from deploy.local.layout import PROJECT
from tests.faults.injections import INJECTIONS
from tests.faults.installation import installed
from tests.faults.load import BALLOTS, EXPERTS, at_work
from tests.faults.rounds import Rounds, Row, table

PAGE = PROJECT / "docs" / "faults.md"
BEGIN, END = "<!-- faults:begin -->", "<!-- faults:end -->"


async def play(rounds: int, seed: int) -> list[Row]:
    """All faults on one installation."""
    rows: dict[str, Row] = {}
    async with installed() as at:
        injections = [each for each in INJECTIONS if at.disk or not each.needs_disk]
        cases = -(-rounds * len(injections) * BALLOTS // EXPERTS)
        async with at_work(at, cases) as load:
            async for row in Rounds(load, Random(seed)).play(injections, rounds):
                rows[row.injection.name] = row
                write(in_order(rows))
                say(f"{row.injection.name}: {len(row.lost)} lost, {len(row.broken)} broken")
                for each in (*row.lost, *map(" ".join, sorted(row.broken))):
                    say(f"  {each}")
    return in_order(rows)


def in_order(rows: Mapping[str, Row]) -> list[Row]:
    """As faults are listed, whatever the order in which chance took them."""
    return [rows[each.name] for each in INJECTIONS if each.name in rows]


def say(line: str) -> None:
    """How far it is."""
    print(line, file=sys.stderr, flush=True)


def write(rows: Iterable[Row]) -> None:
    """Put the table of what was done so far into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    lines = "\n".join(table(rows))
    PAGE.write_text(f"{before}{BEGIN}\n{lines}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def main() -> int:
    """Play, tell, write."""
    rounds, seed = (
        int(os.environ.get("ROUNDS") or 3),
        int(os.environ.get("SEED") or Random().randrange(10**6)),
    )
    say(f"ROUNDS={rounds} SEED={seed}")
    rows = asyncio.run(play(rounds, seed))
    print("\n".join(table(rows)))
    return int(any(row.lost or row.broken for row in rows))


if __name__ == "__main__":
    sys.exit(main())
