"""A field of a selection set: how its value is had, and how it comes into the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import strawberry
from graphql import GraphQLField, GraphQLNonNull, GraphQLObjectType
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.values import get_argument_values
from strawberry.types.field import StrawberryField

from gateway.plans.arguments import arguments_of
from gateway.plans.info import Info
from gateway.plans.positions import Position
from gateway.plans.running import LATER, Run
from gateway.plans.shortcut import Shortcut
from gateway.plans.values import PLAIN, completing, is_plain

Call: TypeAlias = Callable[[Any, Run, Position | None], Any]
"""Has a field of an object resolved."""
Selection: TypeAlias = Callable[[Any, Run, Position | None], dict[str, Any]]
"""Answers a selection set of an object at its position."""
Selecting: TypeAlias = Callable[[GraphQLObjectType, FieldDetailsList], Selection]
"""Makes that of an object type and the fields that lead there."""


class TypeName(NamedTuple):
    """`__typename`: it is known beforehand."""

    key: str
    name: str


class Field:
    """A field of a selection set."""

    __slots__ = (
        "_select", "attribute", "call", "complete", "definition", "details", "key", "name", "nodes", "nullable",
        "parent", "schema", "told",
    )  # fmt: skip

    def __init__(
        self,
        key: str,
        definition: GraphQLField,
        parent: GraphQLObjectType,
        details: FieldDetailsList,
        select: Selecting,
        schema: strawberry.Schema,
    ) -> None:
        self.schema = schema
        self.key, self.definition, self.parent, self.details = key, definition, parent, details
        self.nodes = [each.node for each in details]
        self.name = self.nodes[0].name.value
        self.nullable = not isinstance(definition.type, GraphQLNonNull)
        self.told: StrawberryField = definition.extensions["strawberry-definition"]
        told = self.told
        self._select = select
        self.attribute = told.python_name if _is_attribute(told) else None
        """The attribute that it is; its extensions, if it has any, act only where that is None."""
        self.call = _calling(self)
        self.complete = completing(self, definition.type)

    def selection(self, of: GraphQLObjectType) -> Selection:
        """How what it leads to is answered, where that is of an object type."""
        return self._select(of, self.details)

    def begin(self, source: Any, run: Run, at: Position | None, answer: dict[str, Any]) -> None:
        """Have it resolved.

        Raises:
            GraphQLError: what went wrong, where it may not be null.
        """
        try:
            value = self.call(source, run, at)
        except Exception as error:  # noqa: BLE001 - whatever a resolver raises is told of its field
            value = error
        self.settle(value, run, at, answer)

    async def alone(self, source: Any, run: Run) -> Any:
        """What it returns, or raises, as a mutation: what it sets in the context of the request holds below and after it."""
        try:
            value = self.call(source, run, None)
            return value if is_plain(value) else await value
        except Exception as error:  # noqa: BLE001 - as above
            return error

    def settle(self, value: Any, run: Run, at: Position | None, answer: dict[str, Any]) -> None:
        """Put its value into the answer, now or when it is there.

        Raises:
            GraphQLError: what went wrong, where it may not be null.
        """
        here = (at, self.key, self.nullable, self.parent.name)
        answer[self.key] = None
        try:
            if type(value) not in PLAIN and not is_plain(value):
                value = run.awaited(value, self.complete, self, here, answer)
            if value is not LATER:
                answer[self.key] = self.complete(value, run, here)
        except Exception as error:  # noqa: BLE001 - as above
            run.failed(error, self, here)

    def leaf(self, value: Any, run: Run, at: Position | None) -> Any:
        """The same for an attribute that is told as it is: what belongs into the answer, which is only being made.

        Raises:
            GraphQLError: what went wrong, where it may not be null.
        """
        here = (at, self.key, self.nullable, self.parent.name)
        try:
            if not is_plain(value):
                value = run.awaited(value, self.complete, self, here, None)
            return None if value is LATER else self.complete(value, run, here)
        except Exception as error:  # noqa: BLE001 - as above
            run.failed(error, self, here)
        return None


def _is_attribute(told: StrawberryField) -> bool:
    shortcuts = all(isinstance(each, Shortcut) for each in told.extensions)
    return told.base_resolver is None and told.default_resolver is getattr and shortcuts


def _calling(field: Field) -> Call:
    told, attribute = field.told, field.attribute
    if attribute is not None and not told.extensions:
        return lambda source, _run, _at: getattr(source, attribute)
    if told.base_resolver is None or told.extensions:
        return _as_graphql_core(field)
    return _directly(field)


def _as_graphql_core(field: Field) -> Call:
    """Through all that Strawberry puts around a resolver: extensions, permissions."""
    definition, node = field.definition, field.nodes[0]
    resolve = definition.resolve
    assert resolve is not None
    takes = bool(definition.args or node.arguments)

    def call(source: Any, run: Run, at: Position | None) -> Any:
        given = get_argument_values(definition, node, run.asked.variables) if takes else {}
        return resolve(source, run.info(field, at), **given)

    return call


def _directly(field: Field) -> Call:
    """The resolver itself, with what it takes."""
    resolver = field.told.base_resolver
    assert resolver is not None
    function: Any = resolver.wrapped_func
    own = resolver.self_parameter is not None
    named = [each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each]
    info_name = resolver.info_parameter.name if resolver.info_parameter else None
    arguments = arguments_of(field) if field.told.arguments else None
    if own and not named and arguments is None and info_name is None:
        return lambda source, _run, _at: function(source)
    if own and not named and arguments is None and info_name == "info":
        return lambda source, run, at: function(source, info=Info(run, field, at))

    def call(source: Any, run: Run, at: Position | None) -> Any:
        info = Info(run, field, at)
        given = dict.fromkeys(named, source)
        if arguments is not None:
            given |= arguments(run, info)
        if info_name is not None:
            given[info_name] = info
        return function(source, **given) if own else function(**given)

    return call
