"""What of an operation is known before any variable: its parts, what its directives ask for, and whether it can be planned."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
)
from graphql.execution.collect_fields import FragmentDetails

from gateway.plans.variables import Variables, variables_of

CONDITIONS = frozenset({"skip", "include"})
INTROSPECTION = frozenset({"__schema", "__type"})


class Unplanned(Exception):
    """graphql-core carries this out; `args[0]` says why, in a word of `docs/plans.md`."""


@dataclass(frozen=True, slots=True)
class Outline:
    """An operation of a document that can be planned."""

    schema: GraphQLSchema
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDetails]
    conditions: tuple[str, ...]
    """Variables of `@skip` and `@include`: for each of their values there is a plan of its own."""
    variables: Variables


def outlined(schema: GraphQLSchema, document: DocumentNode, name: str | None) -> Outline:
    """The operation of this name (None: the only one) as it can be planned.

    Raises:
        Unplanned: it cannot.
    """
    operation = _operation(document, name)
    if operation.operation is OperationType.SUBSCRIPTION:
        raise Unplanned("subscription")
    if operation.directives:
        raise Unplanned("directive")
    fragments = {
        each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
    }
    nodes = list(_walked(operation.selection_set, fragments, set()))
    if any(isinstance(each, FieldNode) and each.name.value in INTROSPECTION for each in nodes):
        raise Unplanned("introspection")
    directives = [directive for each in nodes for directive in each.directives or ()]
    if any(each.name.value not in CONDITIONS for each in directives):
        raise Unplanned("directive")
    details = {name: FragmentDetails(each) for name, each in fragments.items()}
    conditions = tuple(dict.fromkeys(_variables(directives)))
    variables = variables_of(schema, operation.variable_definitions or ())
    return Outline(schema, operation, details, conditions, variables)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    named = [each for each in operations if name is None or (each.name and each.name.value == name)]
    if len(named) != 1:
        raise Unplanned("operation")
    return named[0]


def _walked(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], known: set[str]
) -> Iterator[FieldNode | InlineFragmentNode | FragmentSpreadNode]:
    """Everything that is selected; each fragment is walked once."""
    for each in selections.selections:
        assert isinstance(each, FieldNode | InlineFragmentNode | FragmentSpreadNode)
        yield each
        if not isinstance(each, FragmentSpreadNode):
            if each.selection_set:
                yield from _walked(each.selection_set, fragments, known)
        elif (name := each.name.value) not in known:
            known.add(name)
            yield from _walked(fragments[name].selection_set, fragments, known)


def _variables(directives: Iterable[DirectiveNode]) -> Iterator[str]:
    for directive in directives:
        for argument in directive.arguments or ():
            if isinstance(argument.value, VariableNode):
                yield argument.value.name.value
