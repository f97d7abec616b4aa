"""How much one document may ask for: depth, aliases, fragments, tokens, pages of pages; and whether it may look at the schema.

Strawberry's own depth and alias limiters walk a fragment again at every spread: nineteen lines of fragments that spread
the next one twice keep them busy for a second, thirty for an hour. This one walks each fragment once.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    parse,
)
from strawberry.extensions import SchemaExtension

from gateway.relay import LARGEST_PAGE
from gateway.settings import GatewaySettings
from services.kit.errors import Forbidden, Invalid, TooLarge

CACHED_DOCUMENTS = 512
DIGITS = 10
"""More digits than any page has items."""
INTROSPECTION = frozenset({"__schema", "__type"})


class DocumentTooLarge(TooLarge):
    """The document asks for too much at once."""

    code = "DOCUMENT_TOO_LARGE"
    zh = "查询过大：{what} 超过 {limit} 的上限"
    en = "The document is too large: more than {limit} {what}."


class SubscriptionsOnly(Invalid):
    """A socket carries nothing else."""

    code = "SUBSCRIPTIONS_ONLY"
    zh = "WebSocket 连接仅用于订阅，查询和变更请使用 HTTP"
    en = "A WebSocket carries subscriptions only. Send queries and mutations over HTTP."


class IntrospectionOff(Forbidden):
    """This installation does not show its schema here."""

    code = "INTROSPECTION_OFF"
    zh = "本系统未开放架构自省，请查阅公开的 schema.graphql"
    en = "Introspection is off here. The schema is published as schema.graphql."


@dataclass(frozen=True, slots=True)
class Size:
    """What a document measures, fragments counted wherever they are spread."""

    depth: int = 0
    aliases: int = 0
    looks_at_schema: bool = False
    pages: int = 0
    """How many pages lie within each other."""

    def beside(self, other: "Size") -> "Size":
        """Two selections of one set."""
        return Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.looks_at_schema or other.looks_at_schema,
            max(self.pages, other.pages),
        )


class Scale:
    """Measures one document; a cycle of fragments weighs nothing (validation refuses it)."""

    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[str, Size] = {}
        self.fragments = len(self._fragments)

    def of(self, selections: SelectionSetNode | None) -> Size:
        """The size of a selection set."""
        size = Size()
        for each in selections.selections if selections else ():
            if isinstance(each, FieldNode):
                size = size.beside(self._field(each))
            elif isinstance(each, InlineFragmentNode):
                size = size.beside(self.of(each.selection_set))
            elif isinstance(each, FragmentSpreadNode):
                size = size.beside(self._fragment(each.name.value))
        return size

    def _field(self, node: FieldNode) -> Size:
        alias = 1 if node.alias else 0
        if node.name.value in INTROSPECTION:
            return Size(0, alias, looks_at_schema=True)
        inner = self.of(node.selection_set)
        pages = inner.pages + (first_of(node) is not None)
        return Size(inner.depth + 1, inner.aliases + alias, inner.looks_at_schema, pages)

    def _fragment(self, name: str) -> Size:
        if name not in self._known:
            self._known[name] = Size()
            fragment = self._fragments.get(name)
            self._known[name] = self.of(fragment.selection_set) if fragment else Size()
        return self._known[name]


def first_of(node: FieldNode) -> ValueNode | None:
    """How many items a page is asked for, as the document tells it."""
    return next((each.value for each in node.arguments or () if each.name.value == "first"), None)


class Count:
    """Counts the items a document may bring with the variables given: a page within each item of a page multiplies."""

    def __init__(self, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        self._known: dict[str, int] = {}
        self._variables = variables

    def of(self, selections: SelectionSetNode | None) -> int:
        """The items below one thing."""
        return sum(self._one(each) for each in selections.selections) if selections else 0

    def _one(self, node: SelectionNode) -> int:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        below = self.of(node.selection_set) if isinstance(node, FieldNode | InlineFragmentNode) else 0
        first = first_of(node) if isinstance(node, FieldNode) else None
        return below if first is None else self._number(first) * (1 + below)

    def _number(self, first: ValueNode) -> int:
        told = self._variables.get(first.name.value) if isinstance(first, VariableNode) else None
        if isinstance(first, IntValueNode):
            told = int(first.value[:DIGITS])
        return min(max(told, 0), LARGEST_PAGE) if isinstance(told, int) else LARGEST_PAGE

    def _fragment(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = 0
            fragment = self._fragments.get(name)
            self._known[name] = self.of(fragment.selection_set) if fragment else 0
        return self._known[name]


@lru_cache(maxsize=CACHED_DOCUMENTS)
def parsed(query: str, max_tokens: int, max_fragments: int) -> tuple[DocumentNode, Size]:
    """A document and its size; both are kept, so that a front end's own documents are read once.

    Raises:
        DocumentTooLarge: more tokens or fragments than allowed, or nested beyond measuring.
    """
    try:
        document = parse(query, max_tokens=max_tokens)
    except GraphQLSyntaxError as error:
        if "tokens. Parsing aborted" in error.message:
            raise DocumentTooLarge(what="tokens", limit=max_tokens) from error
        raise
    scale = Scale(document)
    if scale.fragments > max_fragments:
        raise DocumentTooLarge(what="fragments", limit=max_fragments)
    return document, _measured(document, scale)


def _measured(document: DocumentNode, scale: Scale) -> Size:
    size = Size()
    try:
        for each in document.definitions:
            if isinstance(each, OperationDefinitionNode):
                size = size.beside(scale.of(each.selection_set))
    except RecursionError as error:
        raise DocumentTooLarge(what="levels", limit=sys.getrecursionlimit()) from error
    return size


class Limits(SchemaExtension):
    """Weighs every document before it is validated."""

    def on_parse(self) -> Iterator[None]:
        """Read it from the cache, or parse and measure it."""
        settings: GatewaySettings = self.execution_context.context.settings
        query = self.execution_context.query
        if query:
            document, size = parsed(query, settings.max_tokens, settings.max_fragments)
            weigh(size, settings)
            if self.execution_context.context.over_socket and not all_subscribe(document):
                raise SubscriptionsOnly
            if size.pages > 1:
                count(document, self.execution_context.variables or {}, settings)
            self.execution_context.graphql_document = document
        yield


def all_subscribe(document: DocumentNode) -> bool:
    """Whether a document holds no operation but subscriptions."""
    operations = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return all(each.operation is OperationType.SUBSCRIPTION for each in operations)


def count(document: DocumentNode, variables: Mapping[str, Any], settings: GatewaySettings) -> None:
    """Refuse a document whose pages of pages may bring too much."""
    items = Count(document, variables)
    for each in document.definitions:
        if isinstance(each, OperationDefinitionNode) and items.of(each.selection_set) > settings.max_items:
            raise DocumentTooLarge(what="items", limit=settings.max_items)


def weigh(size: Size, settings: GatewaySettings) -> None:
    """Refuse a document that measures too much."""
    if size.depth > settings.max_depth:
        raise DocumentTooLarge(what="levels", limit=settings.max_depth)
    if size.aliases > settings.max_aliases:
        raise DocumentTooLarge(what="aliases", limit=settings.max_aliases)
    if size.looks_at_schema and not settings.introspection:
        raise IntrospectionOff
