"""What a document may cost with the variables given: its objects, a page or a list as many times as it has items."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    value_from_ast_untyped,
)

from gateway.relay import LARGEST_PAGE
from gateway.sizes import Sizes, below

WRITE = 10
"""What a mutation costs beside what it answers."""
LOOK = 100
"""What a look at the schema costs."""
DIGITS = 10
"""More digits than any page has items."""
SCHEMA = frozenset({"__schema", "__type"})
NOTHING = frozenset({"edges", "pageInfo"})
"""Objects of a page that are none of the domain."""


class Cost:
    """Counts the objects that a document may bring; each fragment is counted once, however often it is spread."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any], schema: GraphQLSchema) -> None:
        self._schema, self._sizes = schema, Sizes(schema)
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._operations = [
            each for each in document.definitions if isinstance(each, OperationDefinitionNode)
        ]
        self._known: dict[str, int] = {}
        self._writing: dict[str, int] = {}
        self._given = self._variables = dict(variables)

    def of(self, name: str | None) -> int:
        """The cost of the operation of this name, at least 1; without a name of the dearest."""
        asked = (each for each in self._operations if name is None or (each.name and each.name.value == name))
        return max(1, *(self._operation(each) for each in asked), 0)

    def _operation(self, operation: OperationDefinitionNode) -> int:
        self._known, self._variables = {}, _defaults(operation) | self._given
        changes = operation.operation is OperationType.MUTATION
        writes = self._writes(operation.selection_set) if changes else 0
        root = self._schema.get_root_type(operation.operation)
        return writes * WRITE + self._selected(operation.selection_set, root)

    def _writes(self, selections: SelectionSetNode) -> int:
        """How many mutations there are, in fragments too."""
        found = 0
        for each in selections.selections:
            if isinstance(each, InlineFragmentNode):
                found += self._writes(each.selection_set)
            elif isinstance(each, FragmentSpreadNode):
                found += self._written(each.name.value)
            else:
                found += 1
        return found

    def _written(self, name: str) -> int:
        if name not in self._writing:
            self._writing[name] = 0
            fragment = self._fragments.get(name)
            self._writing[name] = self._writes(fragment.selection_set) if fragment else 0
        return self._writing[name]

    def _selected(self, selections: SelectionSetNode | None, of: GraphQLNamedType | None) -> int:
        return sum(self._one(each, of) for each in selections.selections) if selections else 0

    def _one(self, node: SelectionNode, of: GraphQLNamedType | None) -> int:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        if isinstance(node, FieldNode):
            return self._field(node, of)
        if isinstance(node, InlineFragmentNode):
            on = node.type_condition
            return self._selected(node.selection_set, self._sizes.type_of(on.name.value) if on else of)
        return 0

    def _field(self, node: FieldNode, of: GraphQLNamedType | None) -> int:
        if node.name.value in SCHEMA:
            return LOOK
        if node.selection_set is None:
            return 0
        field = self._sizes.field(of, node.name.value)
        item = self._selected(node.selection_set, below(field))
        if (asked := page_size(node)) is not None:
            return item * self._number(asked) + 1
        one = item if node.name.value in NOTHING else item + 1
        return one * self._sizes.most(of, field, node, self._variables)

    def _number(self, asked: ValueNode) -> int:
        told = self._variables.get(asked.name.value) if isinstance(asked, VariableNode) else None
        if isinstance(asked, IntValueNode):
            told = int(asked.value[:DIGITS])
        return min(max(told, 0), LARGEST_PAGE) if isinstance(told, int) else LARGEST_PAGE

    def _fragment(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = 0
            fragment = self._fragments.get(name)
            if fragment:
                on = self._sizes.type_of(fragment.type_condition.name.value)
                self._known[name] = self._selected(fragment.selection_set, on)
        return self._known[name]


def _defaults(operation: OperationDefinitionNode) -> dict[str, Any]:
    """What variables are where they are not given."""
    told = operation.variable_definitions or ()
    return {
        each.variable.name.value: value_from_ast_untyped(each.default_value)
        for each in told
        if each.default_value
    }


def page_size(node: FieldNode) -> ValueNode | None:
    """How many items a page is asked for, as the document tells it."""
    return next((each.value for each in node.arguments or () if each.name.value in {"first", "last"}), None)
