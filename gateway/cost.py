"""What a document may cost with the variables given: its objects, a page as many times as it has items."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)

from gateway.relay import LARGEST_PAGE

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

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._operations = [
            each for each in document.definitions if isinstance(each, OperationDefinitionNode)
        ]
        self._known: dict[str, int] = {}
        self._variables = variables

    def of(self, name: str | None) -> int:
        """The cost of the operation of this name, at least 1; without a name of the dearest."""
        asked = (each for each in self._operations if name is None or (each.name and each.name.value == name))
        return max(1, *(self._operation(each) for each in asked), 0)

    def _operation(self, operation: OperationDefinitionNode) -> int:
        changes = operation.operation is OperationType.MUTATION
        writes = self._writes(operation.selection_set, frozenset()) if changes else 0
        return writes * WRITE + self._selected(operation.selection_set)

    def _writes(self, selections: SelectionSetNode, within: frozenset[str]) -> int:
        """How many mutations there are, in fragments too."""
        found = 0
        for each in selections.selections:
            if isinstance(each, InlineFragmentNode):
                found += self._writes(each.selection_set, within)
            elif not isinstance(each, FragmentSpreadNode):
                found += 1
            elif (name := each.name.value) in self._fragments and name not in within:
                found += self._writes(self._fragments[name].selection_set, within | {name})
        return found

    def _selected(self, selections: SelectionSetNode | None) -> int:
        return sum(self._one(each) for each in selections.selections) if selections else 0

    def _one(self, node: SelectionNode) -> int:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        if isinstance(node, FieldNode):
            return self._field(node)
        return self._selected(node.selection_set) if isinstance(node, InlineFragmentNode) else 0

    def _field(self, node: FieldNode) -> int:
        if node.name.value in SCHEMA:
            return LOOK
        if node.selection_set is None:
            return 0
        below = self._selected(node.selection_set)
        if (asked := page_size(node)) is not None:
            below *= self._number(asked)
        return below if node.name.value in NOTHING else below + 1

    def _number(self, asked: ValueNode) -> int:
        told = self._variables.get(asked.name.value) if isinstance(asked, VariableNode) else None
        if isinstance(asked, IntValueNode):
            told = int(asked.value[:DIGITS])
        return min(max(told, 0), LARGEST_PAGE) if isinstance(told, int) else LARGEST_PAGE

    def _fragment(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = 0
            fragment = self._fragments.get(name)
            self._known[name] = self._selected(fragment.selection_set) if fragment else 0
        return self._known[name]


def page_size(node: FieldNode) -> ValueNode | None:
    """How many items a page is asked for, as the document tells it."""
    return next((each.value for each in node.arguments or () if each.name.value in {"first", "last"}), None)
