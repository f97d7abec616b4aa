"""The arguments of a resolver, as Strawberry makes them of graphql-core's: once for all where nothing can change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import strawberry
from graphql import Node, VariableNode
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryOptional

if TYPE_CHECKING:
    from gateway.plans.calling import Field
    from gateway.plans.info import Info
    from gateway.plans.running import Run

Arguments: TypeAlias = Callable[["Run", "Info"], Mapping[str, Any]]
FIXED = (str, int, float, bool, type(None), UUID, date, time, Decimal, Enum)
"""Values that no resolver can change."""
LEAVES = (str, int, float, bool, strawberry.ID, UUID, date, datetime)


def arguments_of(field: Field) -> Arguments:
    """What a resolver is given by name, each time it is called.

    The function raises GraphQLError where an argument is not of its type.
    """
    definition, node, told = field.definition, field.nodes[0], field.told
    schema = field.schema
    scalars, config = schema.schema_converter.scalar_registry, schema.config

    named = {config.name_converter.from_argument(each): each.python_name for each in told.arguments}
    leaves = all(_is_leaf(each.type) for each in told.arguments)

    def converted(given: dict[str, Any], info: Info | None) -> dict[str, Any]:
        if leaves:
            return {named[name]: value for name, value in given.items() if name in named}
        return convert_arguments(given, told.arguments, scalars, config, info)

    def called(run: Run, info: Info) -> Mapping[str, Any]:
        return converted(get_argument_values(definition, node, run.asked.variables), info)

    if _holds_variable(node.arguments):
        return called
    try:
        given = get_argument_values(definition, node)
        always = converted(given, None)
    except Exception:  # noqa: BLE001 - and it fails whenever it is called, as an error of its field
        return called
    return (lambda _run, _info: always) if all(isinstance(each, FIXED) for each in given.values()) else called


def _is_leaf(of: Any) -> bool:
    """Whether Strawberry hands values of a type on as they are."""
    return of in LEAVES or (type(of) is StrawberryOptional and of.of_type in LEAVES)


def _holds_variable(nodes: Any) -> bool:
    """Whether a variable stands anywhere in values or arguments."""
    if isinstance(nodes, VariableNode):
        return True
    if isinstance(nodes, list | tuple):
        return any(map(_holds_variable, nodes))
    if isinstance(nodes, Node):
        return any(_holds_variable(getattr(nodes, key, None)) for key in ("value", "values", "fields"))
    return False
