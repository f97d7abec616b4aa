"""What plans cost and hold is bounded, whatever is asked; and nothing is left behind of who gave up."""

from __future__ import annotations

import asyncio
from types import coroutine
from typing import Any

import pytest
import strawberry

from gateway.plans import compiling
from gateway.plans.keeping import MOST_LETTERS, OPERATIONS
from gateway.plans.writing import written
from tests.gateway.plans.beside import Schema, counted


@strawberry.interface
class Face:
    """What a node shows."""

    n: int = 1


@strawberry.type
class Node(Face):
    """Something with things below it."""

    m: int = 2
    below: list[Node] = strawberry.field(default_factory=list)
    perhaps: list[Node | None] | None = None

    @strawberry.field
    async def slowly(self) -> Node | None:
        """Itself, later."""
        await asyncio.sleep(0)
        return self


@strawberry.type
class Query:
    """What is asked."""

    @strawberry.field
    def tree(self) -> Node:
        """A tree."""
        return Node(below=[Node(), Node()], perhaps=[Node(), None])

    @strawberry.field
    def none(self) -> Node | None:
        """No tree."""
        return None

    @strawberry.field
    def face(self) -> Face:
        """A node by its interface."""
        return Node()

    @strawberry.field
    def plain(self, b: str | None = None, c: list[int] | None = None) -> str:
        """What is given."""
        return f"{b} {c}"


async def test_ever_so_many_errors_of_variables() -> None:
    """They are told up to a number, lest a small request have an enormous answer."""
    told = await Schema(Query).both("query ($c: [Int!]) { plain(c: $c) }", c=["no"] * 1000)
    assert len(told["errors"]) < 100


def test_a_schema_that_cannot_be_planned() -> None:
    """What would be passed over in silence is refused when the schema is built."""

    class Handling(strawberry.ExceptionHandler[ValueError, Node]):
        def handle(self, exception: ValueError, *, field: Any, info: Any) -> None:
            """Not this one."""

    with pytest.raises(TypeError, match="handlers"):
        Schema(Query, exception_handlers=[Handling()])


async def test_as_many_plans_as_are_kept() -> None:
    """A plan is made once, found again by text, name and conditions, and makes room for others."""
    few = Schema(Query, most=2)

    async def new(query: str) -> bool:
        before = counted(OPERATIONS, "new")
        assert not (await few.execute(query)).errors
        return counted(OPERATIONS, "new") > before

    one, two, three = (f"{{ tree {{ {each} }} }}" for each in ("n", "m", "__typename"))
    assert [await new(each) for each in (one, one, two, one, three, one, two)] == [
        True, False, True, False, True, False, True,
    ]  # fmt: skip


async def test_long_documents_make_room_sooner() -> None:
    """What a plan takes goes with its text, so the texts of all are bounded."""
    own = Schema(Query)
    one, two = (f"{{ tree {{ {each} }} }} #{'-' * (MOST_LETTERS * 2 // 3)}" for each in "nm")
    before = counted(OPERATIONS, "new")
    for query in (one, one, two, one):
        assert not (await own.execute(query)).errors
    assert counted(OPERATIONS, "new") == before + 3


async def test_variables_of_others_are_not_kept() -> None:
    """A plan holds of a request's variables what its conditions ask, and nothing else."""
    own = Schema(Query)
    query = "query ($a: Boolean!, $b: String) { face { ... on Node { n @include(if: $a) } } plain(b: $b) }"
    for b in ("first", "second"):
        told = await own.execute(query, {"a": True, "b": b})
        assert told.data == {"face": {"n": 1}, "plain": f"{b} None"}


async def test_whoever_gives_up_stops_it() -> None:
    """What was begun for a request that is gone is cancelled."""
    stopped = asyncio.Event()

    @strawberry.type
    class Waiting:
        @strawberry.field
        async def long(self) -> str | None:
            try:
                await asyncio.Event().wait()
            finally:
                stopped.set()

    waiting = Schema(Waiting)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await waiting.execute("{ long }")
    await asyncio.sleep(0)
    assert stopped.is_set()


async def test_a_task_made_for_whoever_gives_up_stops_too() -> None:
    """What is awaited and is no coroutine of today becomes a task, and that is stopped as well."""
    stopped = asyncio.Event()

    @coroutine
    def wait() -> Any:
        try:
            yield from asyncio.Event().wait().__await__()
        finally:
            stopped.set()

    @strawberry.type
    class Waiting:
        @strawberry.field
        def long(self) -> str | None:
            return wait()  # type: ignore[no-any-return]

    waiting = Schema(Waiting)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await waiting.execute("{ long }")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert stopped.is_set()


async def test_fragments_that_spread_the_next_one_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan grows with what there is to answer, not with the ways there are through its fragments."""
    made = 0

    def counted_write(fields: Any) -> Any:
        nonlocal made
        made += 1
        return written(fields)

    monkeypatch.setattr(compiling, "written", counted_write)
    levels = 7
    fragments = "".join(
        f" fragment F{each} on Node {{ below {{ ...F{each + 1} }} perhaps {{ ...F{each + 1} }} slowly {{ ...F{each + 1} }} }}"
        for each in range(levels)
    )
    own = Schema(Query)
    await own.both(f"{{ tree {{ ...F0 }} }} {fragments} fragment F{levels} on Node {{ n }}")
    assert made < 4 * levels
    made = 0
    await own.both(f"{{ none {{ ...F0 }} }} {fragments} fragment F{levels} on Node {{ n }}")
    assert made == 1, "nothing is there"
