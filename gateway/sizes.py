"""How many things a list that is no page may hold: as many as were asked for, or what is assumed of its sort."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    ListValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)

from gateway.relay import LARGEST_PAGE

FEW = 10
"""What a list holds as a rule."""
SOME = 30
MANY = LARGEST_PAGE
ONE = 1
COUNTED = frozenset({"edges", "basis", "errors", "findings"})
"""Lists that count once wherever they stand: what a page counts already, and what comes with every answer."""
SIZES: Mapping[str, int] = {
    "AnnualForm.changes": SOME,
    "AnnualForm.exits": MANY,
    "AnnualForm.recommended": MANY,
    "Declaration.changes": MANY,
    "Declaration.materials": SOME,
    "Declaration.sections": SOME,
    "DeclarationReturn.items": SOME,
    "DeclarationRound.materials": SOME,
    "Draw.pool": MANY,
    "HistoricRefusals.items": ONE,  # `first` counts them
    "Meeting.declarations": MANY,
    "Meeting.deferred": MANY,
    "Meeting.drawExperts": MANY,
    "Meeting.experts": SOME,
    "Meeting.files": SOME,
    "Meeting.hearings": MANY,
    "Meeting.recusals": SOME,
    "Meeting.results": MANY,
    "MeetingGroup.declarations": MANY,
    "Overview.places": SOME,
    "Query.industries": SOME,
    "Query.noticeTemplates": MANY,
    "Query.permissions": MANY,
    "Query.ratioRows": MANY,
    "Query.routes": SOME,
    "Query.series": SOME,
    "Query.webhookEventTypes": MANY,
    "QuestionBank.questions": MANY,
    "RankedList.ranked": MANY,
    "RefusedRows.items": ONE,
    "Region.below": SOME,
    "StaffingMovement.entries": MANY,
    "SupervisionFinding.declarations": SOME,
    "TestAttempt.answers": MANY,
    "TestAttempt.questions": MANY,
    "TestAttempt.wrong": MANY,
    "UploadPartsPayload.parts": MANY,
}
"""Lists that hold another number; what is longer than a page ought to become one."""


class Sizes:
    """Lists of one schema, and how many things each may hold."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def type_of(self, name: str | None) -> GraphQLNamedType | None:
        """A type of the schema by its name."""
        return self._schema.get_type(name) if name else None

    def field(self, parent: GraphQLNamedType | None, name: str) -> GraphQLField | None:
        """A field of a type; None where the document is not valid."""
        has_fields = is_object_type(parent) or is_interface_type(parent)
        return parent.fields.get(name) if has_fields else None  # type: ignore[union-attr]

    def most(
        self,
        parent: GraphQLNamedType | None,
        field: GraphQLField | None,
        node: FieldNode,
        told: Mapping[str, Any],
    ) -> int:
        """How many things a field that is no page may bring."""
        name = node.name.value
        if (
            parent is None
            or field is None
            or name in COUNTED
            or not is_list_type(get_nullable_type(field.type))
        ):
            return ONE
        listed = next((each for each in node.arguments or () if _lists(field, each.name.value)), None)
        if listed is not None:
            return _length(listed.value, told)
        return SIZES.get(f"{parent.name}.{name}", FEW)


def below(field: GraphQLField | None) -> GraphQLNamedType | None:
    """What a field brings one or more of."""
    return get_named_type(field.type) if field else None


def _lists(field: GraphQLField, argument: str) -> bool:
    known = field.args.get(argument)
    return known is not None and is_list_type(get_nullable_type(known.type))


def _length(asked: ValueNode, told: Mapping[str, Any]) -> int:
    """How many things an argument names; one that stands for itself is a list of one."""
    if isinstance(asked, ListValueNode):
        return len(asked.values)
    value = told.get(asked.name.value) if isinstance(asked, VariableNode) else None
    return len(value) if isinstance(value, list) else ONE
