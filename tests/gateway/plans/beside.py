"""A schema whose operations are carried out twice, by a plan and by graphql-core, and how their answers are compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
import strawberry
from graphql import GraphQLError, execute
from strawberry.types import ExecutionResult

from gateway.plans import Plans
from gateway.plans.counting import OPERATIONS, REASONS

Told = Mapping[str, Any]


class Schema(strawberry.Schema):
    """Executed by plans, unless graphql-core is to do it."""

    plain = False

    def __init__(self, *args: Any, most: int = 10, **given: Any) -> None:
        super().__init__(*args, **given)
        self.plans = Plans(self, self._schema, most)

    def _get_execute_function(self) -> Callable[..., Any]:
        return execute if self.plain else self.plans.execute

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Say nothing: errors are what is tested."""

    async def both(
        self, query: str, *, planned: bool = True, context: Callable[[], Any] = dict, **given: Any
    ) -> Told:
        """The answer, which is the same both ways; `planned` says whether there has to be a plan."""
        before = unplanned()
        mine = told(await self.execute(query, given, context_value=context()))
        assert (unplanned() == before) is planned, reasons()
        self.plain = True
        try:
            theirs = told(await self.execute(query, given, context_value=context()))
        finally:
            self.plain = False
        assert_same(mine, theirs)
        return mine


def told(result: ExecutionResult) -> Told:
    """An answer as JSON has it."""
    errors = [each.formatted for each in result.errors or ()]
    return {"data": result.data, **({"errors": errors} if errors else {})}


def unplanned() -> float:
    """How many operations had no plan."""
    return counted(OPERATIONS, "none")


def counted(counter: Any, label: str) -> float:
    """What a counter tells under a label."""
    samples = [
        each for family in counter.collect() for each in family.samples if each.name.endswith("_total")
    ]
    return sum(each.value for each in samples if label in each.labels.values())


def reasons() -> dict[str, float]:
    """Why, by reason."""
    samples = [each for family in REASONS.collect() for each in family.samples]
    return {each.labels["reason"]: each.value for each in samples if each.name.endswith("_total")}


def assert_same(mine: Told, theirs: Told) -> None:
    """Data byte for byte; errors by path, message, locations, extensions.

    Where a null came up from several fields below, the specification leaves open which of their errors are told (whose
    came first): there both tell at least one.
    """
    assert orjson.dumps(mine.get("data"), default=str) == orjson.dumps(theirs.get("data"), default=str)
    my_errors, their_errors = (_by_null(each) for each in (mine, theirs))
    assert my_errors.keys() == their_errors.keys(), (mine, theirs)
    for null, errors in my_errors.items():
        others = their_errors[null]
        if len(errors) == len(others) == 1 or null is None:
            assert sorted(errors) == sorted(others)


def _by_null(answer: Told) -> dict[tuple[Any, ...] | None, list[str]]:
    """Errors as text, by the position that became null for them."""
    found: dict[tuple[Any, ...] | None, list[str]] = defaultdict(list)
    for each in answer.get("errors", ()):
        text = orjson.dumps(_without_id(each), option=orjson.OPT_SORT_KEYS, default=str).decode()
        found[_null(answer.get("data"), each["path"]) if each.get("path") else None].append(text)
    return found


def _without_id(error: Told) -> Told:
    extensions = {
        name: value for name, value in (error.get("extensions") or {}).items() if name != "requestId"
    }
    return {**error, "extensions": extensions}


def _null(data: Any, path: Iterable[Any]) -> tuple[Any, ...]:
    way: list[Any] = []
    for key in path:
        if data is None:
            break
        data = data[key]
        way.append(key)
    assert data is None, "an error of what is there"
    return tuple(way)


@contextmanager
def by_graphql_core(schema: Any) -> Any:
    """Within it the gateway's schema is carried out by graphql-core."""
    planned = schema.plans.execute
    schema.plans.execute = execute
    try:
        yield
    finally:
        schema.plans.execute = planned
