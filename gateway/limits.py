"""How much one document may ask for: depth, aliases, directives, fragments, tokens; and whether it may look at the schema.

Strawberry's own depth and alias limiters walk a fragment again at every spread: nineteen lines of fragments that spread
the next one twice keep them busy for a second, thirty for an hour. This one walks each fragment once.
"""

import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    parse,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import validate_document

from gateway.allowance import Allowance, Throttled
from gateway.by_text import ByText
from gateway.context import Context
from gateway.cost import Cost
from gateway.documents import Documents
from gateway.relay import LARGEST_PAGE
from gateway.settings import GatewaySettings
from services.kit.errors import Forbidden, Invalid, TooLarge

CACHED_DOCUMENTS = 512
DIRECTIVES_AT_ONCE = 3
"""`@skip` and `@include` are all there is."""
INTROSPECTION = frozenset({"__schema", "__type"})
Given: TypeAlias = tuple[str, int | tuple[int] | None]
"""A variable: a number, how long a list is, or anything else."""


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
    directives: int = 0
    directives_at_once: int = 0
    """At one place."""
    repeats: int = 0
    """Fields that the same selections hold already: merging them costs their square."""

    def beside(self, other: "Size") -> "Size":
        """Two selections of one set."""
        return Size(
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.looks_at_schema or other.looks_at_schema,
            self.directives + other.directives,
            max(self.directives_at_once, other.directives_at_once),
            self.repeats + other.repeats,
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
        """The size of a field's selections, or of an operation's."""
        named = Counter(_named(selections, ""))
        repeats = Size(repeats=named.total() - len(named))
        return repeats.beside(self._each(selections))

    def _each(self, selections: SelectionSetNode | None) -> Size:
        size = Size()
        for each in selections.selections if selections else ():
            at_once = len(each.directives or ())
            size = size.beside(Size(directives=at_once, directives_at_once=at_once))
            if isinstance(each, FieldNode):
                size = size.beside(self._field(each))
            elif isinstance(each, InlineFragmentNode):
                size = size.beside(self._each(each.selection_set))
            elif isinstance(each, FragmentSpreadNode):
                size = size.beside(self._fragment(each.name.value))
        return size

    def _field(self, node: FieldNode) -> Size:
        alias = 1 if node.alias else 0
        inner = self.of(node.selection_set)
        inner = replace(inner, depth=inner.depth + 1, aliases=inner.aliases + alias)
        looks = node.name.value in INTROSPECTION  # tools look deep, and validation says how deep
        return replace(inner, depth=0, looks_at_schema=True) if looks else inner

    def _fragment(self, name: str) -> Size:
        if name not in self._known:
            self._known[name] = Size()
            fragment = self._fragments.get(name)
            self._known[name] = self.of(fragment.selection_set) if fragment else Size()
        return self._known[name]


def _named(selections: SelectionSetNode | None, on: str) -> Iterator[tuple[str, str]]:
    """The fields of selections under the names they are answered by, and on which type of thing."""
    for each in selections.selections if selections else ():
        if isinstance(each, FieldNode):
            yield on, (each.alias or each.name).value
        elif isinstance(each, InlineFragmentNode):
            yield from _named(
                each.selection_set, each.type_condition.name.value if each.type_condition else on
            )


PARSED: ByText[tuple[DocumentNode, Size]] = ByText(CACHED_DOCUMENTS)
VALIDATED: ByText[list[GraphQLError]] = ByText(CACHED_DOCUMENTS)
PRICED: ByText[int] = ByText(CACHED_DOCUMENTS)
"""What is known of documents, so that a front end's own are read once."""


def parsed(query: str, *limits: int) -> tuple[DocumentNode, Size]:
    """A document and its size, read within limits (tokens, fragments).

    Raises:
        DocumentTooLarge: more of them than allowed, or nested beyond measuring.
    """
    return PARSED.get((query, *limits), lambda: _read(query, *limits))[0]


def _read(query: str, max_tokens: int, max_fragments: int) -> tuple[DocumentNode, Size]:
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


def validated(
    schema: GraphQLSchema, rules: tuple[type[ASTValidationRule], ...], query: str, limits: tuple[int, int]
) -> list[GraphQLError]:
    """What is wrong with a document that was parsed within these limits; found by its text, for to hash its nodes takes long."""
    key = (query, schema, rules, *limits)
    return VALIDATED.get(key, lambda: validate_document(schema, parsed(query, *limits)[0], rules))[0]


def priced(
    schema: GraphQLSchema, query: str, limits: tuple[int, int], name: str | None, given: tuple[Given, ...]
) -> int:
    """The cost of an operation of such a document with variables like these."""

    def price() -> int:
        variables = {each: [None] * told[0] if isinstance(told, tuple) else told for each, told in given}
        return Cost(parsed(query, *limits)[0], variables, schema).of(name)

    return PRICED.get((query, name, schema, limits, given), price)[0]


def likened(document: DocumentNode, variables: Mapping[str, Any]) -> tuple[Given, ...]:
    """What a cost depends on of variables that a document declares: numbers as far as they count, and how long lists are."""
    operations = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    declared = {each.variable.name.value for told in operations for each in told.variable_definitions or ()}
    return tuple((name, _likened(variables[name])) for name in sorted(declared & variables.keys()))


def _likened(value: Any) -> int | tuple[int] | None:
    if isinstance(value, list):
        return (len(value),)
    return min(max(value, 0), LARGEST_PAGE) if isinstance(value, int) else None


class Limits(SchemaExtension):
    """Weighs every document before it is validated, and has its cost paid before it is carried out."""

    async def on_parse(self) -> AsyncIterator[None]:
        """Read it from the cache, or parse and measure it."""
        context: Context = self.execution_context.context
        settings = context.settings
        if query := self.execution_context.query:
            demand_short(query, self.execution_context.operation_name, settings.max_letters)
            document, size = parsed(query, *self._limits)
            weigh(size, settings)
            if settings.trusted_only:
                documents: Documents = context.connection.app.state.documents
                documents.demand(query, context.actor)
            if context.over_socket and not all_subscribe(document):
                raise SubscriptionsOnly
            await self._pay(context, document, query)
            self.execution_context.graphql_document = document
        yield

    def on_validate(self) -> Iterator[None]:
        """Validate it once, as long as it is kept."""
        asked = self.execution_context
        if query := asked.query:
            schema: GraphQLSchema = asked.schema.graphql  # type: ignore[attr-defined]
            rules = tuple(asked.validation_rules)
            asked.pre_execution_errors = validated(schema, rules, query, self._limits)
        yield

    @property
    def _limits(self) -> tuple[int, int]:
        settings = self.execution_context.context.settings
        return settings.max_tokens, settings.max_fragments

    async def _pay(self, context: Context, document: DocumentNode, query: str) -> None:
        asked, state = self.execution_context, context.connection.state
        schema: GraphQLSchema = asked.schema.graphql  # type: ignore[attr-defined]
        given = likened(document, asked.variables or {})
        cost = priced(schema, query, self._limits, asked.operation_name, given)
        state.cost = {"requestedQueryCost": cost}
        if cost > (most := context.settings.max_cost):
            raise DocumentTooLarge(what="points of cost", limit=most)
        allowance: Allowance = context.connection.app.state.allowance
        try:
            available = await allowance.spend(context.client, cost)
        except Throttled as refused:
            state.cost["throttleStatus"] = allowance.told(refused.available)
            raise
        state.cost["throttleStatus"] = allowance.told(available)


def demand_short(query: str, name: str | None, limit: int) -> None:
    """Refuse what is too long to be kept anywhere: a comment of ever so many letters, or a name, is one token."""
    if len(query) + len(name or "") > limit:
        raise DocumentTooLarge(what="letters", limit=limit)


def all_subscribe(document: DocumentNode) -> bool:
    """Whether a document holds no operation but subscriptions."""
    operations = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return all(each.operation is OperationType.SUBSCRIPTION for each in operations)


def weigh(size: Size, settings: GatewaySettings) -> None:
    """Refuse a document that measures too much."""
    measured = {
        "levels": (size.depth, settings.max_depth),
        "aliases": (size.aliases, settings.max_aliases),
        "directives": (size.directives, settings.max_directives),
        "directives at one place": (size.directives_at_once, DIRECTIVES_AT_ONCE),
        "repeated fields": (size.repeats, settings.max_repeats),
    }
    for what, (found, limit) in measured.items():
        if found > limit:
            raise DocumentTooLarge(what=what, limit=limit)
    if size.looks_at_schema and not settings.introspection:
        raise IntrospectionOff
