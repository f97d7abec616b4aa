"""The memory of public answers by itself: one question for many, nothing that a purge met on its way, and so much at most."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kept import memory as kept
from gateway.kept.memory import Memory
from services.kit.errors import NotFound

KEY = ("workflow", "/v1/criteria")
TAGS = ("criteria",)
LARGE = 1_000_000


class Part:
    """What is asked: it tells what is so when it is asked, and answers once it is let."""

    def __init__(self) -> None:
        self.now = 0
        self.asked = 0
        self.begun = asyncio.Event()
        self.let = asyncio.Event()
        self.let.set()

    async def ask(self) -> int:
        """What is so now."""
        self.asked += 1
        told = self.now
        self.begun.set()
        await self.let.wait()
        return told


async def test_many_at_once_are_one_question() -> None:
    """Of 64 that ask for the same one asks the part and one pays; one that goes away spoils it for nobody."""
    part, memory, paid = Part(), Memory(LARGE), []
    part.let.clear()

    async def pay() -> None:
        paid.append(1)

    tasks = [asyncio.create_task(memory.get(KEY, TAGS, 60, part.ask, pay)) for _ in range(64)]
    await part.begun.wait()
    tasks.pop(0).cancel()
    part.let.set()
    assert {answer.body for answer in await asyncio.gather(*tasks)} == {b"0"}
    assert (part.asked, len(paid)) == (1, 1)


async def test_what_a_purge_meets_on_its_way_is_not_kept() -> None:
    """An answer from before a purge goes to who asked before it; who asks after it waits for another, which is kept."""
    part, memory = Part(), Memory(LARGE)
    part.let.clear()
    before = [asyncio.create_task(memory.get(KEY, TAGS, 60, part.ask)) for _ in range(64)]
    await part.begun.wait()
    part.now = 1
    memory.purge(TAGS)
    after = [asyncio.create_task(memory.get(KEY, TAGS, 60, part.ask)) for _ in range(64)]
    await asyncio.sleep(0)
    part.let.set()
    assert {answer.body for answer in await asyncio.gather(*before)} == {b"0"}
    assert {answer.body for answer in await asyncio.gather(*after)} == {b"1"}
    assert (await memory.get(KEY, TAGS, 60, part.ask)).body == b"1"
    assert part.asked == 2


async def test_what_is_refused_is_not_kept() -> None:
    """All who wait are refused; the next one asks anew."""
    memory = Memory(LARGE)

    async def refuse() -> Any:
        await asyncio.sleep(0)
        raise NotFound

    told = await asyncio.gather(
        *(memory.get(KEY, TAGS, 60, refuse) for _ in range(3)), return_exceptions=True
    )
    assert {type(each) for each in told} == {NotFound}
    assert (await memory.get(KEY, TAGS, 60, Part().ask)).body == b"0"


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked for, so much is held: what was not asked for the longest is forgotten, what is too large never kept."""
    memory = Memory(20_000)

    async def ask() -> str:
        return "x" * 500

    async def large() -> str:
        return "x" * 30_000

    for number in range(100):
        await memory.get(("a", str(number)), (), 60, ask)
        await memory.get(("a", "0"), (), 60, ask)
    assert 0 < memory.held <= memory.size
    held = len(memory)
    part = Part()
    assert (await memory.get(("a", "0"), (), 60, part.ask)).body != b"0"
    await memory.get(("large",), (), 60, large)
    assert memory.held <= memory.size
    monkeypatch.setattr(kept, "MOST_PURGES", 3)
    for number in range(held + 5):
        memory.purge([f"some/{number}"])
    for number in range(100):
        assert (await memory.get(("a", str(number)), (), 60, part.ask)).body == b"0", (
            "too much was purged since"
        )


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("get"), st.integers(0, 2)),
            st.tuples(st.just("change"), st.integers(0, 2)),
            st.tuples(st.just("wait"), st.integers(1, 40)),
            st.tuples(st.just("all"), st.just(0)),
        ),
        max_size=40,
    )
)
def test_nothing_is_told_that_was_purged_or_is_too_old(steps: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order: what is told is what is so, or, where no purge came, no older than it may be."""
    now, silent = 0.0, [0, 0, 0]
    memory = Memory(LARGE, lambda: now)

    async def play() -> None:
        nonlocal now
        changed = [[(0.0, 0)] for _ in silent]
        for step, number in steps:
            if step == "get":
                since = changed[number]

                async def ask(since: list[tuple[float, int]] = since) -> int:
                    return since[-1][1]

                told = int((await memory.get((str(number),), (str(number),), 60, ask)).body)
                assert told == since[-1][1] or (number == 2 and now - since[told + 1][0] < 60)
            elif step == "change":
                changed[number].append((now, len(changed[number])))
                if number != 2:
                    memory.purge([str(number)])
            elif step == "wait":
                now += number
            else:
                memory.purge_all()

    asyncio.run(play())
