"""What a schema must not have for its operations to be planned: it is looked for once, when the schema is built."""

from collections.abc import AsyncIterable
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any, get_origin

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver


def demand(schema: GraphQLSchema) -> None:
    """Refuse a schema with fields of queries or mutations that are not Strawberry's, or with anything that a plan would have to await.

    Raises:
        TypeError: with what cannot be planned.
    """
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLInterfaceType) and iscoroutinefunction(kind.resolve_type):
            raise TypeError(f"{kind} tells its types asynchronously")
        if not isinstance(kind, GraphQLObjectType):
            continue
        if iscoroutinefunction(kind.is_type_of):
            raise TypeError(f"{kind} knows its own asynchronously")
        if kind is not schema.subscription_type and not kind.name.startswith("__"):
            _demand_fields(kind)


def _demand_fields(kind: GraphQLObjectType) -> None:
    for name, field in kind.fields.items():
        told = field.extensions.get("strawberry-definition")
        if not isinstance(told, StrawberryField):
            raise TypeError(f"{kind}.{name} is no field of Strawberry's")
        if told.base_resolver and _asynchronously(told.base_resolver):
            raise TypeError(f"{kind}.{name} tells its items asynchronously")


def _asynchronously(resolver: StrawberryResolver[Any]) -> bool:
    """Whether it is, or by its annotation returns, something to iterate over asynchronously."""
    annotation = resolver.type_annotation
    told = annotation.annotation if annotation else None
    of = get_origin(told) or told
    return isasyncgenfunction(resolver.wrapped_func) or (
        isinstance(of, type) and issubclass(of, AsyncIterable)
    )
