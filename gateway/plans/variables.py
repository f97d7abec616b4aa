"""The variables of an operation as it declares them: what is exactly of its type is taken as it is, with its type looked up once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
)
from graphql.execution.get_variable_signature import get_variable_signature
from graphql.execution.values import VariableValues, VariableValueSource, get_variable_values

Variables: TypeAlias = Callable[[Mapping[str, Any] | None], VariableValues | list[GraphQLError]]
"""The variables of a request, or what is wrong with them."""
MOST_ERRORS = 50
"""So many are told, as graphql-core does by itself."""
EXACTLY: Mapping[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}


def variables_of(schema: GraphQLSchema, declared: Sequence[VariableDefinitionNode]) -> Variables:
    """How variables that are declared so are read."""
    if not declared:
        nothing = VariableValues({}, {})
        return lambda _given: nothing
    signatures = [get_variable_signature(schema, each) for each in declared]
    exact = [(each, _exactly(each.type)) for each in signatures if not isinstance(each, GraphQLError)]

    def read(given: Mapping[str, Any] | None) -> VariableValues | list[GraphQLError]:
        return get_variable_values(schema, declared, dict(given or {}), MOST_ERRORS)

    def taken(given: Mapping[str, Any] | None) -> VariableValues | list[GraphQLError]:
        sources, coerced = {}, {}
        for signature, kind in exact:
            value = (given or {}).get(signature.name, Undefined)
            if type(value) is not kind:
                return read(given)
            sources[signature.name] = VariableValueSource(signature, value)
            coerced[signature.name] = value
        return VariableValues(sources, coerced)

    return taken if len(exact) == len(declared) and all(kind for _, kind in exact) else read


def _exactly(of: Any) -> type | None:
    """The type of values that need no more looking at; numbers have limits."""
    return EXACTLY.get(of.of_type if isinstance(of, GraphQLNonNull) else of)
