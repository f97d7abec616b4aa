"""Every construct of the language, and everything that can go wrong, by plans and by graphql-core."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import AsyncIterator
from contextvars import ContextVar
from datetime import date, datetime
from types import coroutine
from typing import Annotated, Any
from uuid import UUID

import pytest
import strawberry
from strawberry.extensions import FieldExtension, SchemaExtension
from strawberry.permission import BasePermission

from gateway.plans import Shortcut
from gateway.plans.compiling import Compiler
from tests.gateway.plans.beside import Schema, reasons

Info = strawberry.Info[dict[str, Any], None]
WHO: ContextVar[str] = ContextVar("WHO", default="nobody")
WHEN = datetime(2023, 11, 2, 1, 0)  # noqa: DTZ001 - as it is told


@strawberry.enum
class Colour(enum.Enum):
    """An enum whose values are not its names."""

    RED = "r"
    BLUE = "b"


@strawberry.interface
class Named:
    """Something with a name."""

    name: str


@strawberry.type
class Cat(Named):
    """A cat."""

    lives: int = 9

    @strawberry.field
    async def friend(self) -> Animal:
        """Somebody of either kind."""
        await asyncio.sleep(0)
        return Dog(name="Rex", barks=None)


@strawberry.type
class Dog(Named):
    """A dog."""

    barks: bool | None = True


Animal = Annotated[Cat | Dog, strawberry.union("Animal")]


@strawberry.input
class Wanted:
    """An input with defaults."""

    name: str = "x"
    many: int | None = None
    colours: list[Colour] = strawberry.field(default_factory=lambda: [Colour.RED])


class Doubled(FieldExtension):
    """Doubles what is told."""

    async def resolve_async(self, next_: Any, source: Any, info: Any, **kwargs: Any) -> Any:
        """Twice."""
        return 2 * await next_(source, info, **kwargs)


class Filled(Shortcut):
    """Fills in what is not told."""

    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        """What is told, else what takes a while."""
        info.context["filled"] = info.context.get("filled", 0) + 1
        return next_(source, info, **kwargs) or self.later(info.field_name)

    async def later(self, name: str) -> str:
        """It takes a while."""
        await asyncio.sleep(0)
        return f"later {name}"


class Never(BasePermission):
    """Nobody may."""

    message = "not for you"

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:
        """No."""
        del source, info
        return False


@strawberry.type
class Leaves:
    """A leaf of each kind."""

    text: str | None = "text"
    number: int | None = 3
    share: float | None = 0.5
    good: bool | None = True
    id: strawberry.ID | None = strawberry.ID("7")
    colour: Colour | None = Colour.BLUE
    day: date | None = date(2023, 11, 2)
    at: datetime | None = WHEN
    uuid: UUID | None = UUID(int=7)
    texts: list[str | None] | None = strawberry.field(default_factory=lambda: ["a", None, "b"])
    grid: list[list[int]] = strawberry.field(default_factory=lambda: [[1], [2, 3]])
    filled: str | None = strawberry.field(extensions=[Filled()], default=None)


@strawberry.type
class Tree:
    """Something with things below it; `bad` says what is wrong with it."""

    n: int
    label: str = "leaf"
    below: list[Tree] = strawberry.field(default_factory=list)
    perhaps: list[Tree | None] | None = None

    @strawberry.field
    async def slowly(self, turns: int = 1) -> Tree | None:
        """Itself, later."""
        for _ in range(turns):
            await asyncio.sleep(0)
        return self

    @strawberry.field
    async def surely(self, fails: bool = True, turns: int = 1) -> Tree:
        """Itself, but for what goes wrong."""
        for _ in range(turns):
            await asyncio.sleep(0)
        if fails:
            raise ValueError(f"no {self.n}")
        return self

    @strawberry.field
    def path(self, info: Info) -> str:
        """What a resolver is told."""
        names = [each.name for each in info.selected_fields]
        return f"{info.path.as_list()} {info.path.typename} {names} {info.field_name} {info.python_name} {info.return_type}"


@strawberry.type
class Query:
    """All of it."""

    @strawberry.field
    def leaves(self) -> Leaves:
        """The leaves."""
        return Leaves()

    @strawberry.field
    def wrong(self, field: str, value: int = 0) -> Leaves:
        """Leaves of which one is not what it should be."""
        return Leaves(**{field: WRONG[value]})

    @strawberry.field
    def animals(self) -> list[Animal]:
        """Both."""
        return [Cat(name="Tom"), Dog(name="Rex")]

    @strawberry.field
    async def named(self, kind: int = 0) -> Named | None:
        """One by its interface, or what is none."""
        return [Cat(name="Tom"), Dog(name="Rex"), None, 7][kind]  # type: ignore[return-value]

    @strawberry.field
    def echo(self, wanted: Wanted, at: datetime | None = WHEN, colour: Colour = Colour.BLUE) -> str:
        """What is given."""
        assert isinstance(wanted, Wanted)
        return f"{wanted} {at} {colour}"

    @strawberry.field
    def plain(self, a: int = 1, b: str | None = None, c: list[int] | None = None) -> str:
        """What is given."""
        return f"{a} {b} {c}"

    @strawberry.field(extensions=[Doubled()])
    async def doubled(self, a: int = 1) -> int:
        """It, twice."""
        return a

    @strawberry.field(permission_classes=[Never])
    async def secret(self) -> str | None:
        """Nobody sees it."""
        return "secret"

    @strawberry.field
    def tree(self) -> Tree:
        """A tree."""
        return Tree(n=1, below=[Tree(n=2), Tree(n=3, below=[Tree(n=4)])], perhaps=[Tree(n=5), None])

    @strawberry.field
    def perhaps(self) -> Tree | None:
        """The same, or null."""
        return Tree(n=1, below=[Tree(n=2, label=None), Tree(n=3)])  # type: ignore[arg-type]

    @strawberry.field
    def raised(self) -> str | None:
        """An error that is told, not raised."""
        return ValueError("told")  # type: ignore[return-value]

    @strawberry.field
    def awaitables(self) -> list[int | None] | None:
        """Items that are awaited."""
        return [later(1), 2, later(ValueError("third"))]  # type: ignore[list-item]

    @strawberry.field
    def yielded(self) -> list[int]:
        """Items one by one."""
        return (each for each in (1, 2))  # type: ignore[return-value]

    @strawberry.field
    def of_old(self) -> int:
        """A coroutine as they were once written."""
        return coroutine(lambda: (yield from asyncio.sleep(0, 7).__await__()))()  # type: ignore[no-any-return]

    @strawberry.field
    def no_list(self) -> list[int] | None:
        """What is no list."""
        return 7  # type: ignore[return-value]

    @strawberry.field
    async def gone(self) -> str:
        """Nothing, where something must be."""
        return None  # type: ignore[return-value]


WRONG: list[Any] = [None, 2**40, "no", object(), ValueError("raised"), float("nan"), [1, "x"], True, 1.5]


async def later(value: Any) -> Any:
    """A value, or an error, in a while."""
    await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


@strawberry.type
class Who:
    """Who something is done for."""

    @strawberry.field
    async def now(self) -> str:
        """As it is told further down."""
        await asyncio.sleep(0)
        return WHO.get()


@strawberry.type
class Mutation:
    """What leaves traces."""

    version: int | None = 7

    @strawberry.mutation
    async def note(self, info: Info, text: str, fails: bool = False) -> Tree | None:
        """Write it down."""
        await asyncio.sleep(0)
        info.context.setdefault("notes", []).append(text)
        if fails:
            raise ValueError(text)
        return Tree(n=len(info.context["notes"]), below=[Tree(n=7)])

    @strawberry.mutation
    async def become(self, who: str) -> Who:
        """Go on as somebody, in whatever is done below and after."""
        WHO.set(who)
        await asyncio.sleep(0)
        return Who()

    @strawberry.mutation
    async def must(self, info: Info, text: str) -> Tree:
        """Write it down, and fail."""
        info.context.setdefault("notes", []).append(text)
        raise ValueError(text)


@strawberry.type
class Subscription:
    """What is listened to."""

    @strawberry.subscription
    async def ticks(self) -> AsyncIterator[int]:
        """One."""
        yield 1


schema = Schema(Query, Mutation, Subscription, types=[Cat, Dog])

GOOD = [
    "{ leaves { text number share good id colour day at uuid texts grid filled __typename } }",
    "{ a: leaves { x: text text } b: leaves { number } __typename }",
    "{ leaves { text } leaves { number text } }",
    "{ ...F ...F } fragment F on Query { leaves { ...L } } fragment L on Leaves { text ...M } fragment M on Leaves { id }",
    "{ leaves { ... { text } ... on Leaves { number } } }",
    "{ animals { __typename ... on Cat { name lives friend { __typename ... on Dog { barks } } } ... on Named { name } } }",
    "{ named { name ... on Cat { lives } ... on Dog { barks } } other: named(kind: 1) { __typename } no: named(kind: 2) { name } }",
    '{ echo(wanted: {}) b: echo(wanted: {name: "y", many: null, colours: [BLUE]}, at: null, colour: RED) }',
    "{ plain b: plain(a: 2, b: null) c: plain(c: 7) d: plain(c: [1, 2]) }",
    "{ doubled(a: 4) b: doubled }",
    "{ yielded ofOld again: yielded }",
    "{ tree { n below { n below { n label path } path slowly { path n } } perhaps { n } p: path } }",
    "{ tree { slowly(turns: 3) { n slowly { n } } surely(fails: false) { n } } }",
]
BROKEN = [
    "{ secret leaves { text } }",
    "{ raised gone }",
    "{ awaitables }",
    "{ noList leaves { text } }",
    "{ named(kind: 3) { name } leaves { id } }",
    "{ perhaps { n below { n label } } tree { n } }",
    "{ perhaps { below { n s: slowly { label } } } }",
    "{ tree { n below { n surely { n } } } }",
    "{ perhaps { slowly { surely { n } } n } }",
    "{ tree { perhaps { n surely { n } } below { slowly { surely(turns: 3) { n } } } } }",
    "{ perhaps { surely { n } other: surely(turns: 5) { n } slowly(turns: 9) { n } } leaves { id } }",
    "{ tree { slowly { slowly { surely(turns: 2) { n } } } } plain(a: 3) }",
]


@pytest.mark.parametrize("query", GOOD)
async def test_what_is_good(query: str) -> None:
    """A plan answers it as graphql-core does, without an error."""
    assert "errors" not in await schema.both(query)


@pytest.mark.parametrize("query", BROKEN)
async def test_what_goes_wrong(query: str) -> None:
    """So it does what is not, with the same errors at the same places, and the same nulls."""
    assert (await schema.both(query))["errors"]


@pytest.mark.parametrize("value", range(len(WRONG)))
async def test_leaves_that_are_not_what_they_should_be(value: int) -> None:
    """Each kind of leaf, with each kind of wrong value."""
    for field in Leaves.__annotations__:
        await schema.both(f'query {{ wrong(field: "{field}", value: {value}) {{ text {field} }} }}')


CONDITIONAL = """query ($a: Boolean!, $b: Boolean = false, $n: Int, $w: Wanted = {name: "w"}) {
  leaves { text @include(if: $a) number @skip(if: $a) id @skip(if: $b) @include(if: $a) ...L @include(if: $b) }
  ... @skip(if: $a) { tree { n } }
  plain(a: $n, b: "b") echo(wanted: $w)
  off: plain @skip(if: true)
  nested: echo(wanted: {many: $n})
}
fragment L on Leaves { colour }"""


@pytest.mark.parametrize("a", [True, False])
@pytest.mark.parametrize("b", [{}, {"b": True}])
@pytest.mark.parametrize("n", [{}, {"n": 4}])
async def test_variables_and_conditions(a: bool, b: dict[str, Any], n: dict[str, Any]) -> None:
    """Values of variables, defaults, and what `@skip` and `@include` make of them; a plan for each of their values."""
    assert "errors" not in await schema.both(CONDITIONAL, a=a, **b, **n)


async def test_variables_that_are_wrong() -> None:
    """What is wrong with variables is told as graphql-core tells it, and nothing is carried out."""
    assert (await schema.both(CONDITIONAL, a="no"))["data"] is None
    assert (await schema.both(CONDITIONAL, a=True, w={"colours": ["GREEN"]}))["data"] is None
    with_null = "query ($n: Int = 1) { plain(a: $n) }"
    assert (await schema.both(with_null, n=None))["errors"]


async def test_mutations_are_carried_out_once_in_their_order() -> None:
    """Each with what is below it before the next, whatever fails; a null that reaches the root ends it."""
    contexts: list[dict[str, Any]] = []

    def context() -> dict[str, Any]:
        contexts.append({})
        return contexts[-1]

    query = 'mutation { a: note(text: "a") { n below { surely { n } } } b: note(text: "b", fails: true) { n } __typename c: note(text: "c") { n } version }'
    told = await schema.both(query, context=context)
    assert [len(each["path"]) for each in told["errors"]] == [4, 1, 1]
    assert told["data"] == {"a": None, "b": None, "__typename": "Mutation", "c": {"n": 3}, "version": None}
    ends = 'mutation { a: note(text: "a") { n } b: must(text: "b") { n } c: note(text: "c") { n } }'
    assert (await schema.both(ends, context=context))["data"] is None
    assert [each["notes"] for each in contexts] == [["a", "b", "c"]] * 2 + [["a", "b"]] * 2


async def test_what_a_mutation_sets_in_its_context_holds_below_and_after_it() -> None:
    """So who has written reads what was written: the rest of the request is told no older list."""
    query = 'mutation { a: become(who: "a") { now } note(text: "b") { n } c: become(who: "c") { now again: now } }'
    told = await asyncio.create_task(schema.both(query))
    assert told["data"]["a"] == {"now": "a"}
    assert told["data"]["c"] == {"now": "c", "again": "c"}


async def test_a_shortcut_is_asked_only_where_nothing_is_told() -> None:
    """What is there costs no call."""
    seen: dict[str, Any] = {}
    await schema.execute('{ wrong(field: "filled", value: 2) { filled } }', context_value=seen)
    assert seen == {}
    await schema.execute("{ leaves { filled } }", context_value=seen)
    assert seen == {"filled": 1}


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ __schema { queryType { name } } leaves { text } }", "introspection"),
        ("query ($a: Boolean = true) { leaves { text @include(if: $a) } }", "condition"),
    ],
)
async def test_what_is_not_planned(query: str, reason: str) -> None:
    """graphql-core carries it out, and the reason is counted."""
    before = reasons().get(reason, 0)
    await schema.both(query, planned=False, **({"a": None} if "$a" in query else {}))
    assert reasons()[reason] == before + 1


async def test_a_fault_of_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks notices nothing; operators do."""

    def fails(_: Compiler) -> None:
        raise RuntimeError("oh")

    monkeypatch.setattr(Compiler, "plan", fails)
    own, before = Schema(Query, types=[Cat, Dog]), reasons().get("fault", 0)
    assert "errors" not in await own.both("{ leaves { text } }", planned=False)
    assert reasons()["fault"] == before + 1


async def test_extensions_that_look_at_every_field() -> None:
    """Middleware wants to see fields being resolved, which a plan does not show."""

    class Looking(SchemaExtension):
        def resolve(self, next_: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            return next_(root, info, *args, **kwargs)

    looked_at = Schema(Query, extensions=[Looking], types=[Cat, Dog])
    before = reasons().get("middleware", 0)
    await looked_at.both("{ leaves { text } }", planned=False)
    assert reasons()["middleware"] == before + 1


def test_without_a_loop() -> None:
    """What is executed without a loop of asyncio's is not planned."""
    assert schema.execute_sync("{ leaves { text } }").data == {"leaves": {"text": "text"}}
    assert reasons()["sync"] >= 1
