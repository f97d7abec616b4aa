"""Documents of others grow: more fields, aliases, conditions, fragments, spread more than once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
    print_ast,
)

DEEPEST = 5
CONDITIONS = (
    "",
    "",
    "",
    "",
    " @include(if: $yes)",
    " @skip(if: $no)",
    " @skip(if: $yes)",
    " @include(if: true)",
)
DECLARED = "($yes: Boolean! = true, $no: Boolean!)"


@dataclass
class Dresser:
    """Dresses documents of a schema, as chance will have it."""

    schema: GraphQLSchema
    chance: Random
    fragments: list[str] = field(default_factory=list)

    def dressed(self, document: str) -> str:
        """The document, grown; it takes the variables `yes` and `no`."""
        [operation] = (
            each for each in parse(document).definitions if isinstance(each, OperationDefinitionNode)
        )
        root = self.schema.get_root_type(operation.operation)
        assert root
        selected = " ".join(self._kept(each, root) for each in operation.selection_set.selections)
        body = f"{operation.operation.value} Dressed{DECLARED} {{ used: __typename @include(if: $yes) @skip(if: $no) {selected} }}"
        return "\n".join([body, *self.fragments])

    def _kept(self, node: SelectionNode, of: GraphQLNamedType) -> str:
        """What was selected, with more below it."""
        if isinstance(node, InlineFragmentNode):
            on = self.schema.type_map[node.type_condition.name.value] if node.type_condition else of
            below = " ".join(self._kept(each, on) for each in node.selection_set.selections)
            return f"... on {on.name}{self._condition()} {{ {below} }}"
        assert isinstance(node, FieldNode)
        if node.selection_set is None or not isinstance(of, GraphQLObjectType):
            return print_ast(node)
        kind = get_named_type(of.fields[node.name.value].type)
        below = " ".join(self._kept(each, kind) for each in node.selection_set.selections)
        more = self._more(kind, DEEPEST)
        called = print_ast(FieldNode(name=node.name, alias=node.alias, arguments=node.arguments))
        return f"{called} {{ {below} {more} }}"

    def _more(self, of: GraphQLNamedType, deepest: int) -> str:
        """More of a type, some of it in a fragment of its own that is spread twice."""
        if not isinstance(of, GraphQLObjectType):
            return f"... on {of.name} {{ __typename }}"
        parts = list(self._fields(of, deepest))
        if self.chance.random() < 1 / 4:
            name = f"F{len(self.fragments)}"
            self.fragments.append(f"fragment {name} on {of.name} {{ {' '.join(parts)} }}")
            return f"...{name} ... on {of.name} {{ ...{name}{self._condition()} }}"
        return " ".join(parts)

    def _fields(self, of: GraphQLObjectType, deepest: int) -> Iterator[str]:
        yield f"t{self.chance.randrange(9)}: __typename"
        for name, each in of.fields.items():
            kind: Any = get_named_type(each.type)
            if any(is_required_argument(arg) for arg in each.args.values()) or not self._wanted(
                kind, deepest
            ):
                continue
            below = "" if is_leaf_type(kind) else f" {{ {self._more(kind, deepest - 1)} }}"
            yield f"{self._alias(of, each, name)}: {name}{self._condition()}{below}"

    def _wanted(self, kind: GraphQLNamedType, deepest: int) -> bool:
        return self.chance.random() < (
            1 / 2 if is_leaf_type(kind) else deepest / (3 * DEEPEST) * (deepest > 0)
        )

    def _alias(self, of: GraphQLObjectType, told: GraphQLField, name: str) -> str:
        """Apart from what others call by the same name at the same place."""
        del told
        return (
            f"x{self.chance.randrange(10**9)}_{of.name}_{name}"
            if self.chance.random() < 1 / 3
            else f"y_{of.name}_{name}_{self.chance.randrange(10**9)}"
        )

    def _condition(self) -> str:
        return self.chance.choice(CONDITIONS)
