"""Hooks of extensions are entered as Strawberry enters them, of whatever kind they are, each for its own request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from gateway.hooks import Runner


@strawberry.type
class Query:
    """Something to ask for."""

    @strawberry.field
    def a(self) -> int:
        """One."""
        return 1


class Every(SchemaExtension):
    """Has a hook of each kind, and says whose context it is called in."""

    def _say(self, what: str) -> None:
        self.execution_context.context.append((what, self.execution_context.operation_name))

    async def on_operation(self) -> AsyncIterator[None]:
        """An asynchronous generator."""
        self._say("operation")
        yield
        self._say("operation ends")

    def on_parse(self) -> Iterator[None]:
        """A generator."""
        self._say("parse")
        yield
        self._say("parse ends")

    async def on_validate(self) -> None:
        """A coroutine."""
        self._say("validate")

    def on_execute(self) -> None:
        """A function."""
        self._say("execute")


class Ours(strawberry.Schema):
    """With our runner."""

    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> Runner:
        """Ours."""
        return Runner(execution_context, extensions)


@pytest.mark.parametrize("document", ["query A { a }", "query A { b }", "query A {"])
async def test_hooks_are_entered_as_strawberry_enters_them(document: str) -> None:
    """In the same order, with the same end, each time anew."""
    heard: dict[str, list[Any]] = {"ours": [], "theirs": []}
    schemas = {
        "ours": Ours(Query, extensions=[Every]),
        "theirs": strawberry.Schema(Query, extensions=[Every]),
    }
    for name, schema in schemas.items():
        for operation in ("A", "A"):
            told = await schema.execute(document, context_value=heard[name], operation_name=operation)
            heard[name].append((told.data, [str(each) for each in told.errors or ()]))
    assert heard["ours"] == heard["theirs"]
    assert ("parse", "A") in heard["ours"]
