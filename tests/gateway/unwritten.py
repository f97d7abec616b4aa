"""What those who try our schema out cannot read in it: of which kind an id is, and which inputs take one field alone.

Each kind of id is a scalar of its own here, so that an organisation's is given where an organisation's is asked for.
"""

from __future__ import annotations

from typing import Any

from graphql import (
    DocumentNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    NamedTypeNode,
    NameNode,
    NullValueNode,
    ObjectTypeDefinitionNode,
    ObjectValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    print_ast,
    visit,
)
from hypothesis import reject


class Kinds(Visitor):
    """Puts `ID_Cycle` where the name of an argument, or of what it belongs to, tells that a cycle's id is meant."""

    def __init__(self, document: DocumentNode) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.one_of = {
            each.name.value
            for each in document.definitions
            if isinstance(each, InputObjectTypeDefinitionNode)
            and any(mark.name.value == "oneOf" for mark in each.directives or ())
        }
        self.nodes = {
            each.name.value
            for each in document.definitions
            if isinstance(each, ObjectTypeDefinitionNode)
            and any(face.name.value == "Node" for face in each.interfaces or ())
        }

    def enter_named_type(
        self, node: NamedTypeNode, key: Any, parent: Any, path: Any, ancestors: list[Any]
    ) -> NamedTypeNode | None:
        """The kind of an id that is given; what is told stays."""
        del key, parent, path
        given = next((each for each in ancestors if isinstance(each, InputValueDefinitionNode)), None)
        if node.name.value != "ID" or given is None or not (kind := self.kind(given.name.value, ancestors)):
            return None
        self.found.add(kind)
        return NamedTypeNode(name=NameNode(value=f"ID_{kind}"))

    def kind(self, name: str, ancestors: list[Any]) -> str | None:
        """What `name` is an id of; `id` of the field or input that it belongs to."""
        if name != "id":
            told = name.removesuffix("Id").removesuffix("Ids")
            return told[:1].upper() + told[1:] if told[:1].upper() + told[1:] in self.nodes else None
        owners = [
            each
            for each in ancestors
            if isinstance(each, FieldDefinitionNode | InputObjectTypeDefinitionNode)
        ]
        owner = owners[-1].name.value.lower()
        return max((each for each in self.nodes if each.lower() in owner), key=len, default=None)


def with_kinds(schema: str) -> tuple[str, Kinds]:
    """The schema, and what was found in it."""
    document = parse(schema)
    kinds = Kinds(document)
    told = print_ast(visit(document, kinds))
    return told + "".join(f"\nscalar ID_{each}" for each in sorted(kinds.found)), kinds


class OneOf(Visitor):
    """Of an input that takes one field alone, the first that is given."""

    def __init__(self, types: TypeInfo, names: set[str]) -> None:
        super().__init__()
        self.types, self.names = types, names

    def enter_object_value(self, node: ObjectValueNode, *_: Any) -> ObjectValueNode | None:
        """The value with that field; hypothesis has to think of another where none is given."""
        kind = get_named_type(self.types.get_input_type())
        if kind is None or kind.name not in self.names:
            return None
        given = [each for each in node.fields if not isinstance(each.value, NullValueNode)]
        return ObjectValueNode(fields=tuple(given[:1])) if given else reject()


def with_one_of(document: str, schema: GraphQLSchema, names: set[str]) -> str:
    """A document as the schema takes it, in which inputs of these names take one field."""
    types = TypeInfo(schema)
    return print_ast(visit(parse(document), TypeInfoVisitor(types, OneOf(types, names))))
