"""Plans as a schema executes by them: each is made once and kept, and what became of every operation is counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import strawberry
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute
from graphql.execution.values import VariableValues

from gateway.by_text import ByText
from gateway.plans.asking import Asked
from gateway.plans.compiling import Compiler, Plan
from gateway.plans.counting import KEPT, NEW, REASONS, WITHOUT, WRONG, failed
from gateway.plans.demanding import demand
from gateway.plans.outline import Outline, Unplanned, outlined
from gateway.plans.running import Run

V = TypeVar("V")


class Plans:
    """The plans of a schema, `most` at once; what was not asked for longest makes room."""

    def __init__(self, schema: strawberry.Schema, graphql: GraphQLSchema, most: int) -> None:
        """Plans of a schema, and as graphql-core knows it.

        Raises:
            TypeError: a field of it could not be planned.
        """
        if schema.exception_handlers:
            raise TypeError("resolvers are called without handlers of exceptions around them")
        demand(graphql)
        self._schema = schema
        self._outlines: ByText[Outline | Unplanned] = ByText(most)
        self._plans: ByText[Plan | Unplanned] = ByText(most)

    def execute(self, schema: GraphQLSchema, document: DocumentNode, **asked: Any) -> Any:
        """`graphql.execute` as Strawberry calls it, by a plan where there can be one: an answer, or what to await for it."""
        try:
            return self._by_plan(schema, document, dict(asked))
        except Unplanned as why:
            WITHOUT.inc()
            REASONS.labels(*why.args).inc()
        return execute(schema, document, **asked)

    def _by_plan(self, schema: GraphQLSchema, document: DocumentNode, asked: dict[str, Any]) -> Any:
        if asked.pop("middleware").middlewares:
            raise Unplanned("middleware")
        if "is_async_iterable" in asked:
            raise Unplanned("sync")
        if document.loc is None:
            raise Unplanned("document")
        del asked["is_awaitable"]  # it is Strawberry's own
        name = asked.pop("operation_name")
        known_by = (document.loc.source.body, name)
        outline, _ = _kept(self._outlines, known_by, lambda: outlined(schema, document, name))
        variables = outline.variables(asked.pop("variable_values"))
        if isinstance(variables, list):
            WRONG.inc()
            return ExecutionResult(None, variables)
        values = tuple(variables.coerced.get(each) for each in outline.conditions)
        if None in values:
            raise Unplanned("condition")
        plan, new = _kept(self._plans, (*known_by, values), lambda: self._compiled(outline, variables))
        (NEW if new else KEPT).inc()
        root, context, executor = (
            asked.pop(each) for each in ("root_value", "context_value", "executor_class")
        )
        return Run(plan, Asked(outline, root, context, variables, executor, asked)).answer()

    def _compiled(self, outline: Outline, variables: VariableValues) -> Plan:
        try:
            return Compiler(outline, variables, self._schema).plan()
        except Unplanned:
            raise
        except Exception as error:
            failed(error)
            raise Unplanned("fault") from error


def _kept(values: ByText[V | Unplanned], key: tuple[Hashable, ...], make: Callable[[], V]) -> tuple[V, bool]:
    """The value, and whether it had to be made; one that cannot be made is remembered, too.

    Raises:
        Unplanned: it cannot be made.
    """

    def tried() -> V | Unplanned:
        try:
            return make()
        except Unplanned as why:
            return Unplanned(*why.args)  # without what led to it

    found, new = values.get(key, tried)
    if isinstance(found, Unplanned):
        raise Unplanned(*found.args)  # each time another: one that is raised again and again grows
    return found, new
