"""Completion of values, by the type a field promises: the specification's CompleteValue, with the type looked at beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from types import GeneratorType
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLID,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLString,
    is_abstract_type,
    is_leaf_type,
)
from graphql.execution.executor import Executor
from graphql.pyutils import Undefined, inspect, is_iterable
from strawberry.execution.is_awaitable import optimized_is_awaitable
from strawberry.types.enum import StrawberryEnumDefinition

from gateway.plans.positions import Position, above
from gateway.plans.running import LATER

if TYPE_CHECKING:
    from gateway.plans.calling import Field
    from gateway.plans.running import Complete, Run

PLAIN: set[type] = set()
"""Classes whose instances are neither awaited nor raised; as many as there are classes of values."""
AWAITED: set[type] = set()
"""Classes whose instances are awaited."""
EXACTLY: dict[GraphQLScalarType, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
"""Types whose instances are told as they are."""


def is_plain(value: Any) -> bool:
    """Whether a value is there already; False: it has to be awaited.

    Raises:
        Exception: the value, where it is one; that is how a resolver may tell an error.
    """
    if (kind := type(value)) in PLAIN:
        return True
    if kind in AWAITED:
        return False
    if isinstance(value, Exception):
        raise value
    plain = not optimized_is_awaitable(value)
    if kind is not GeneratorType:  # some are coroutines of old
        (PLAIN if plain else AWAITED).add(kind)
    return plain


def completing(field: Field, of: GraphQLOutputType) -> Complete:
    """How a value of a field, or an item of its list, is completed; it is plain."""
    if not isinstance(of, GraphQLNonNull):
        return _nullable(_present(field, of))
    complete, name = _present(field, of.of_type), f"{field.parent}.{field.name}"

    def required(value: Any, run: Run, at: Position) -> Any:
        if value is None or value is Undefined:
            raise TypeError(f"Cannot return null for non-nullable field {name}.")
        return complete(value, run, at)

    return required


def _nullable(complete: Complete) -> Complete:
    def perhaps(value: Any, run: Run, at: Position) -> Any:
        return None if value is None or value is Undefined else complete(value, run, at)

    return perhaps


def _present(field: Field, of: Any) -> Complete:
    """How a value that is not null is completed."""
    if isinstance(of, GraphQLList):
        return _list(field, of.of_type)
    if is_leaf_type(of):
        return _leaf(of)
    if is_abstract_type(of):
        return _abstract(field, of)
    return _object(field, of)


def _leaf(of: GraphQLLeafType) -> Complete:
    exactly, serialize = exact(of), Executor.complete_leaf_value

    def leaf(value: Any, _run: Run, _at: Position) -> Any:
        return value if exactly is not None and type(value) is exactly else serialize(of, value)

    names = named(of) if isinstance(of, GraphQLEnumType) else None
    if names is None:
        return leaf

    def term(value: Any, _run: Run, _at: Position) -> Any:
        return names.get(id(value)) or serialize(of, value)

    return term


def exact(of: GraphQLLeafType) -> type | None:
    """The type whose instances are told as they are; numbers have limits, and are looked at one by one."""
    return EXACTLY.get(of) if isinstance(of, GraphQLScalarType) else None


def named(of: GraphQLEnumType) -> dict[int, str] | None:
    """The names of an enum's members by their identity: a member is there for ever, and its own hash is slow."""
    definition = of.extensions.get("strawberry-definition")
    if not isinstance(definition, StrawberryEnumDefinition):
        return None
    members: Iterable[Enum] = definition.wrapped_cls
    return {id(member): of.coerce_output_value(member) for member in members}


def _object(field: Field, of: GraphQLObjectType) -> Complete:
    selection, is_type_of = _selection(field, of), of.is_type_of
    if is_type_of is None:
        return selection
    asks = of.extensions["strawberry-definition"].is_type_of is not None  # Strawberry's own looks at no info

    def checked(value: Any, run: Run, at: Position) -> Any:
        info = run.info(field, above(at)) if asks else None
        if not is_type_of(value, info):  # type: ignore[arg-type]
            raise GraphQLError(f"Expected value of type '{of}' but got: {inspect(value)}.", field.nodes)
        return selection(value, run, at)

    return checked


def _selection(field: Field, of: GraphQLObjectType) -> Complete:
    """How an object is answered, compiled when there is one."""
    select: Complete | None = None

    def selected(value: Any, run: Run, at: Position) -> Any:
        nonlocal select
        if select is None:
            select = field.selection(of)
        return select(value, run, at)

    return selected


def _abstract(field: Field, of: Any) -> Complete:
    known: dict[str, Complete] = {}

    def found(value: Any, run: Run, at: Position) -> Any:
        info = run.info(field, above(at))
        kind = of.resolve_type(value, info, of)
        if (complete := known.get(kind)) is None:
            executor = run.asked.executor
            kind = executor.ensure_valid_runtime_type(kind, of, field.details, info, value)
            complete = known[kind.name] = _object(field, kind)
        return complete(value, run, at)

    return found


def _list(field: Field, of: GraphQLOutputType) -> Complete:
    required = isinstance(of, GraphQLNonNull)
    item: Any = of.of_type if isinstance(of, GraphQLNonNull) else of
    complete, name = _present(field, item), f"{field.parent}.{field.name}"
    exactly = exact(item) if is_leaf_type(item) else None

    def every(values: Any, run: Run, at: Position) -> list[Any]:
        if type(values) is not list and not is_iterable(values):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{name}'.")
        items: list[Any] = []
        for value in values:
            if type(value) is exactly:
                items.append(value)
                continue
            here = (at, len(items), not required, None)
            items.append(None)
            try:
                if type(value) not in PLAIN and not is_plain(value):
                    value = run.awaited(value, then, field, here, items)  # noqa: PLW2901 - what it is by now
                if value is None or value is Undefined:
                    if required:
                        raise TypeError(f"Cannot return null for non-nullable field {name}.")
                elif value is not LATER:
                    items[here[1]] = complete(value, run, here)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told of this item
                run.failed(error, field, here)
        return items

    then = completing(field, of)
    return every
