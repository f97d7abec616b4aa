"""What plans cost and hold is bounded, whatever is asked; and nothing is left behind of who gave up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from types import coroutine
from typing import Any

import pytest
import strawberry
from structlog.testing import capture_logs

from gateway.by_text import MOST_LETTERS
from gateway.plans import compiling
from gateway.plans.counting import OPERATIONS, REASONS
from gateway.plans.writing import MADE, written
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


def test_what_would_have_to_be_awaited() -> None:
    """A schema that tells types or items asynchronously is refused, too: a coroutine is true, whatever comes of it."""

    @strawberry.type
    class Doubtful:
        n: int = 1

        @classmethod
        async def is_type_of(cls, _value: Any, _info: Any) -> bool:
            """Later."""
            return False

    @strawberry.interface
    class Undecided:
        n: int = 1

        @classmethod
        async def resolve_type(cls, *_args: Any) -> str:
            """Later."""
            return "Node"

    def items() -> AsyncIterator[int]:
        raise NotImplementedError

    for returned, why in ((Doubtful, "Doubtful knows"), (Undecided, "Undecided tells its types")):
        with pytest.raises(TypeError, match=why):
            Schema(
                strawberry.type(type("Query", (), {"asked": strawberry.field(resolver=_returning(returned))}))
            )
    streaming = strawberry.field(resolver=items, graphql_type=list[int])
    with pytest.raises(TypeError, match=r"Query\.items tells its items"):
        Schema(strawberry.type(type("Query", (), {"items": streaming})))


def _returning(kind: type) -> Any:
    def resolve() -> None:
        raise NotImplementedError

    resolve.__annotations__["return"] = kind
    return resolve


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


async def test_names_of_documents_share_what_is_written() -> None:
    """What is generated holds no name of a document: whatever aliases say, it is the same."""
    own, made = Schema(Query), set()
    for each in range(20):
        alias = f"a{each}" * 1000
        told = await own.execute(f"{{ {alias}: face {{ {alias}: __typename x{alias}: n }} }}")
        assert told.data == {alias: {alias: "Node", f"x{alias}": 1}}
        made.add((len(MADE), MADE.letters))
    assert len(made) == 1


async def test_wrong_variables_are_counted() -> None:
    """What never came to a plan is counted like everything else."""
    before = counted(OPERATIONS, "wrong")
    assert (await Schema(Query).execute("query ($c: [Int!]) { plain(c: $c) }", {"c": "no"})).errors
    assert counted(OPERATIONS, "wrong") == before + 1


async def test_what_cannot_be_compiled_further_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Something was asked already: it is an error of each object there, and counted and told of once as ours to mend."""

    @strawberry.type
    class Trees:
        @strawberry.field
        def all(self) -> list[Node | None]:
            return [Node(), Node()]

    def fail(_fields: Any) -> Any:
        raise ZeroDivisionError

    def written_at_first(fields: Any) -> Any:
        monkeypatch.setattr(compiling, "written", fail)
        return written(fields)

    before, own = counted(REASONS, "fault"), Schema(Trees)
    monkeypatch.setattr(compiling, "written", written_at_first)
    with capture_logs() as logs:
        told = await own.execute("{ all { n } }")
    assert told.data == {"all": [None, None]}
    assert [each.path for each in told.errors or ()] == [["all", 0], ["all", 1]]
    assert counted(REASONS, "fault") == before + 1
    assert [each["event"] for each in logs] == ["plan failed"]


async def test_variables_of_others_are_not_kept() -> None:
    """A plan holds of a request's variables what its conditions ask, and nothing else."""
    own = Schema(Query)
    query = "query ($a: Boolean!, $b: String) { face { ... on Node { n @include(if: $a) } } plain(b: $b) }"
    for b in ("first", "second"):
        told = await own.execute(query, {"a": True, "b": b})
        assert told.data == {"face": {"n": 1}, "plain": f"{b} None"}


def _endless(stopped: asyncio.Event) -> Callable[[], Awaitable[str | None]]:
    """A resolver that waits for ever, and says when it was stopped."""

    async def long() -> str | None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    return long


async def test_whoever_gives_up_stops_it() -> None:
    """What was begun for a request that is gone is cancelled."""
    stopped = asyncio.Event()

    @strawberry.type
    class Waiting:
        long = strawberry.field(resolver=_endless(stopped))

    waiting = Schema(Waiting)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await waiting.execute("{ long }")
    await asyncio.sleep(0)
    assert stopped.is_set()


@pytest.mark.parametrize("failing", ["atOnce", "later"])
async def test_a_null_of_the_whole_answer_waits_for_nobody(failing: str) -> None:
    """What is still under way then is stopped: it could come into nothing."""
    stopped = asyncio.Event()

    @strawberry.type
    class Broken:
        long = strawberry.field(resolver=_endless(stopped))

        @strawberry.field
        def at_once(self) -> str:
            raise ValueError("broken")

        @strawberry.field
        async def later(self) -> str:
            await asyncio.sleep(0)
            raise ValueError("broken")

    own, query = Schema(Broken), f"{{ long {failing} }}"
    async with asyncio.timeout(5):  # only in case it hangs
        assert (await own.execute(query)).data is None
        await stopped.wait()
        await own.both(query)


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
