"""Variables are read as graphql-core reads them, whether or not they are exactly of their type."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import OperationDefinitionNode, VariableDefinitionNode, build_schema, parse
from graphql.execution.values import VariableValues, get_variable_values

from gateway.plans.variables import MOST_ERRORS, variables_of

SCHEMA = build_schema(
    "type Query { a: Int } enum Kind { ONE TWO } input In { id: ID!, more: [String!] } scalar Day"
)
DECLARED = (
    "",
    "($a: ID!)",
    "($a: ID, $b: String!, $c: Boolean)",
    '($a: ID = "x", $b: [String!]!)',
    "($a: Int!)",
    "($a: Kind, $b: In!, $c: Day)",
    "($a: Query)",
)
GIVEN: tuple[dict[str, Any] | None, ...] = (
    None,
    {},
    {"a": "x", "b": "y", "c": True, "more": 1},
    {"a": 5, "b": 5, "c": 5},
    {"a": None, "b": None, "c": None},
    {"a": "ONE", "b": {"id": 1}, "c": "2023-01-01"},
    {"a": True, "b": ["y", None], "c": "true"},
    {"a": 2**31, "b": {}, "c": []},
)


def declared(text: str) -> tuple[VariableDefinitionNode, ...]:
    """The variables that an operation declares so."""
    [operation] = parse(f"query {text} {{ a }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    return tuple(operation.variable_definitions or ())


@pytest.mark.parametrize("text", DECLARED)
def test_variables_are_read_as_graphql_core_reads_them(text: str) -> None:
    """Values, where they came from, and what is wrong with them."""
    nodes = declared(text)
    read = variables_of(SCHEMA, nodes)
    for given in GIVEN:
        ours, theirs = read(given), get_variable_values(SCHEMA, nodes, given or {}, MOST_ERRORS)
        assert isinstance(ours, VariableValues) == isinstance(theirs, VariableValues)
        if isinstance(ours, VariableValues) and isinstance(theirs, VariableValues):
            assert repr(ours.coerced) == repr(theirs.coerced)
            assert {name: each.value for name, each in ours.sources.items()} == {
                name: each.value for name, each in theirs.sources.items()
            }
        else:
            assert [str(each) for each in ours] == [str(each) for each in theirs]
