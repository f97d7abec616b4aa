"""What a row of an import costs: in a late chunk of a file as much as in an early one, whatever the planner believes.

Rows that are read are counted, not time, those for the checks of foreign keys included. Before the file comes the tables
are small and the planner has just seen that; while it is imported nobody tells it otherwise.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.accounts.intake import store
from services.accounts.intake.checking import CHUNK
from services.accounts.organisation import closure
from tests.services.accounts.importing import Importing, Row, department, employer, person
from tests.services.accounts.many import fill
from tests.services.accounts.reads import Reads, since, so_far

pytestmark = pytest.mark.usefixtures("imports_at_work")

FEW, BELOW, CHUNKS = 60, 20, 6
SLACK = 1.1
"""Chunks are not quite alike: one has a superior more than another."""


@pytest.fixture
def reads(monkeypatch) -> list[Reads]:
    """What each whole chunk reads of each table, from its first rows to the marks that it leaves on them."""
    found: list[Reads] = []
    before: Reads = {}

    def begins(fetch: Any) -> Any:
        async def counted(tx: Any, *asked: Any) -> Any:
            before.update(await so_far(tx))
            return await fetch(tx, *asked)

        return counted

    async def ends(tx: Any, intake_id: Any, rows: Any, mark: Any = store.mark) -> None:
        await mark(tx, intake_id, rows)
        if len(rows) == CHUNK and "depth" not in rows[0]:
            found.append(since(before, await so_far(tx)))

    monkeypatch.setattr(store, "after", begins(store.after))
    monkeypatch.setattr(store, "at_depth", begins(store.at_depth))
    monkeypatch.setattr(store, "mark", ends)
    return found


@pytest.fixture
def held(monkeypatch) -> list[Reads]:
    """What is read from when somebody holds the tree until an import takes its next step; an imported one's comes last."""
    found: list[Reads] = []
    before: Reads = {}
    hold, restart = closure.hold, store.restart_work

    async def holds(tx: Any, province: str) -> None:
        await hold(tx, province)
        before.update(await so_far(tx))

    async def restarts(tx: Any, intake_id: Any) -> None:
        found.append(since(before, await so_far(tx)))
        await restart(tx, intake_id)

    monkeypatch.setattr(closure, "hold", holds)
    monkeypatch.setattr(store, "restart_work", restarts)
    return found


@pytest.fixture
def seen(resetter) -> Callable[[], Awaitable[None]]:
    """Let the planner see the tables as they are."""

    async def analyze() -> None:
        await resetter.execute("analyze")

    return analyze


def units() -> list[Row]:
    """Employers of the province, each with its departments; children come first."""
    above = [employer(f"单位{n}", "") for n in range(CHUNKS * CHUNK // BELOW)]
    below = [department(f"科室{n}", unit["统一社会信用代码"]) for unit in above for n in range(BELOW - 1)]
    return [*below, *above]


def flat(chunks: list[Reads], most: int) -> None:
    """A late chunk reads as much as an early one, at `most` so many rows for each; the first also reads what is read once."""
    sums = [sum(chunk.values()) for chunk in chunks[1:]]
    assert max(sums) <= most * CHUNK, chunks
    assert sums[-1] <= SLACK * sums[0], chunks


async def test_a_late_chunk_of_organisations_reads_no_more_than_an_early_one(
    world, session, reads, held, seen
):
    """Into a province of sixty organisations fifty times as many come at the same cost each; the tree is not held for them."""
    await fill(session, world.root["id"], FEW)
    importing = Importing(world, world.root)
    await importing.checked([employer("早来的单位", ""), employer("另一单位", "")])
    await seen()
    reads.clear()
    told = await importing.checked(units())
    assert told["accepted"] == CHUNKS * CHUNK, await importing.codes(told["id"])
    assert len(reads) == CHUNKS
    flat(reads, most=3)
    reads.clear()
    assert (await importing.applied(told["id"]))["created"] == CHUNKS * CHUNK
    flat(reads, most=8)
    assert sum(held[-1].values()) <= FEW, held[-1]


async def test_a_late_chunk_of_people_reads_no_more_than_an_early_one(world, reads, seen):
    """The same for the people of a unit and its departments."""
    hospital = await world.hospital()
    departments = [await world.department(hospital) for _ in range(BELOW)]
    importing = Importing(world, hospital, "PEOPLE")
    await importing.checked([person(), person()])
    await seen()
    reads.clear()
    rows = [person(内设机构=departments[n % BELOW]["name"]) for n in range(CHUNKS * CHUNK)]
    told = await importing.checked(rows)
    assert told["accepted"] == CHUNKS * CHUNK, await importing.codes(told["id"])
    flat(reads, most=3)
    reads.clear()
    assert (await importing.applied(told["id"]))["created"] == CHUNKS * CHUNK
    flat(reads, most=15)
