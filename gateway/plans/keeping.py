"""Plans as a schema executes by them: each is made once and kept, and what became of every operation is counted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from inspect import isasyncgenfunction
from typing import Any, Generic, TypeVar

import strawberry
import structlog
from graphql import DocumentNode, ExecutionResult, GraphQLError, GraphQLObjectType, GraphQLSchema, execute
from graphql.execution.values import VariableValues, get_variable_values
from prometheus_client import Counter
from strawberry.types.field import StrawberryField

from gateway.plans.asking import Asked
from gateway.plans.compiling import Compiler, Plan
from gateway.plans.outline import Outline, Unplanned, outlined
from gateway.plans.running import Run

log = structlog.get_logger(__name__)
V = TypeVar("V")
NONE_GIVEN = VariableValues({}, {})
MOST_ERRORS = 50
"""So many errors of variables are told, as graphql-core does by itself."""
MOST_LETTERS = 1_000_000
"""So long may the texts of kept plans be in all: a plan takes a few hundred bytes a letter, and some ask for a great deal."""
OPERATIONS = Counter(
    "titles_query_plans",
    "Operations, by what became of them: a plan was there, was made, or none can be.",
    ("plan",),
)
KEPT, NEW, WITHOUT = (OPERATIONS.labels(each) for each in ("kept", "new", "none"))
REASONS = Counter(
    "titles_query_plans_none", "Operations that graphql-core carried out, by the reason.", ("reason",)
)


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
        self._outlines: _Kept[Outline] = _Kept(most)
        self._plans: _Kept[Plan] = _Kept(most)

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
        outline, _ = self._outlines.get(known_by, lambda: outlined(schema, document, name))
        variables = _variables(outline, asked.pop("variable_values"))
        if isinstance(variables, list):
            return ExecutionResult(None, variables)
        values = tuple(variables.coerced.get(each) for each in outline.conditions)
        if None in values:
            raise Unplanned("condition")
        plan, new = self._plans.get((*known_by, values), lambda: self._compiled(outline, variables))
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
            log.exception("plan failed", exc_info=error)
            raise Unplanned("fault") from error


def demand(schema: GraphQLSchema) -> None:
    """Refuse a schema with fields of queries or mutations that are not Strawberry's, or tell their items asynchronously."""
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind is schema.subscription_type:
            continue
        for name, field in kind.fields.items() if not kind.name.startswith("__") else ():
            told = field.extensions.get("strawberry-definition")
            if not isinstance(told, StrawberryField):
                raise TypeError(f"{kind}.{name} is no field of Strawberry's")
            if told.base_resolver and isasyncgenfunction(told.base_resolver.wrapped_func):
                raise TypeError(f"{kind}.{name} tells its items asynchronously")


def _variables(outline: Outline, given: dict[str, Any] | None) -> VariableValues | list[GraphQLError]:
    """The variables as the operation declares them, or what is wrong with them."""
    declared = outline.operation.variable_definitions
    return get_variable_values(outline.schema, declared, given or {}, MOST_ERRORS) if declared else NONE_GIVEN


class _Kept(Generic[V]):
    """Values by a document's text and what else they depend on, so many at once; one that cannot be made is remembered, too."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._letters = 0
        self._values: OrderedDict[tuple[str, *tuple[Hashable, ...]], V | Unplanned] = OrderedDict()

    def get(self, key: tuple[str, *tuple[Hashable, ...]], make: Callable[[], V]) -> tuple[V, bool]:
        """The value, and whether it had to be made.

        Raises:
            Unplanned: it cannot be made.
        """
        found = self._values.get(key)
        new = found is None
        if found is None:
            try:
                found = make()
            except Unplanned as why:
                found = Unplanned(*why.args)  # without what led to it
            self._values[key] = found
            self._letters += len(key[0])
            while len(self._values) > self._most or self._letters > MOST_LETTERS:
                (text, *_), _ = self._values.popitem(last=False)
                self._letters -= len(text)
        else:
            self._values.move_to_end(key)
        if isinstance(found, Unplanned):
            raise Unplanned(*found.args)  # each time another: one that is raised again and again grows
        return found, new
