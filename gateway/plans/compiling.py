"""An operation becomes a plan: its selection sets are collected as graphql-core does it, and written, each once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import GraphQLObjectType, OperationType
from graphql.execution.collect_fields import (
    FieldDetailsList,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from gateway.plans.calling import Field, Selection, TypeName
from gateway.plans.counting import REASONS, failed
from gateway.plans.outline import Outline, Unplanned
from gateway.plans.positions import Position
from gateway.plans.running import Run
from gateway.plans.writing import written

TYPE_NAME = "__typename"


@dataclass(frozen=True, slots=True)
class Plan:
    """An operation, for some values of the variables that its directives ask."""

    select: Selection
    """Answers all of it at once."""
    serial: Sequence[Field | TypeName] | None
    """The fields of a mutation, which are answered one after the other."""


class Compiler:
    """Compiles one operation, each selection set when there is the first thing to answer with it.

    Fragments that spread others may make ever so many ways of few words: to go them all beforehand would take for ever, while
    most lead nowhere. What is selected by the same nodes is compiled once, wherever it stands.
    """

    def __init__(self, outline: Outline, variables: VariableValues, schema: strawberry.Schema) -> None:
        self._outline, self._schema = outline, schema
        self._variables = _only(variables, outline.conditions)
        self._known: dict[tuple[str, tuple[int, ...]], Selection] = {}

    def plan(self) -> Plan:
        """The plan.

        Raises:
            Unplanned: something of it cannot be planned.
        """
        outline = self._outline
        operation = outline.operation
        root = outline.schema.get_root_type(operation.operation)
        if root is None:
            raise Unplanned("operation")
        found = collect_fields(outline.schema, outline.fragments, self._variables, root, operation)
        fields = list(self._fields(root, found.grouped_field_set))
        return Plan(written(fields), fields if operation.operation is OperationType.MUTATION else None)

    def _below(self, of: GraphQLObjectType, details: FieldDetailsList) -> Selection:
        same = (of.name, tuple(id(each.node) for each in details))
        if same not in self._known:
            self._known[same] = self._selection(of, details)
        return self._known[same]

    def _selection(self, of: GraphQLObjectType, details: FieldDetailsList) -> Selection:
        outline = self._outline
        try:
            found = collect_subfields(
                outline.schema, outline.fragments, self._variables, outline.operation, of, details
            )
            return written(list(self._fields(of, found.grouped_field_set)))
        except Exception as error:  # noqa: BLE001 - it is too late for graphql-core to carry this out
            REASONS.labels("fault").inc()
            failed(error)
            return _failing(of)

    def _fields(self, of: GraphQLObjectType, found: GroupedFieldSet) -> Iterator[Field | TypeName]:
        for key, details in found.items():
            name = details[0].node.name.value
            if name == TYPE_NAME:
                yield TypeName(key, of.name)
            else:
                yield Field(key, of.fields[name], of, details, self._below, self._schema)


def _failing(of: GraphQLObjectType) -> Selection:
    """What answers in place of a selection set that cannot be compiled: it is told of once, and an error of each of its objects."""

    def fail(_source: Any, _run: Run, _at: Position | None) -> dict[str, Any]:
        raise RuntimeError(f"no plan could be made of what is selected of {of}")

    return fail


def _only(variables: VariableValues, names: tuple[str, ...]) -> VariableValues:
    """What a plan may keep of a request's variables: what somebody gave is nobody else's."""
    kept: list[dict[str, Any]] = [
        {name: told[name] for name in names if name in told}
        for told in (variables.sources, variables.coerced)
    ]
    return VariableValues(*kept)
