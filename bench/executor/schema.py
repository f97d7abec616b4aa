"""The page's schema as the gateway would write it: Strawberry types with attributes, edges through Strawberry's DataLoader."""

from collections.abc import Iterator
from typing import Any

import strawberry
from graphql import GraphQLSchema
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from bench.executor.data import Record, told
from gateway.hooks import Runner
from gateway.limits import parsed, validated
from gateway.plans import Loader, Plans

KEPT = 16
TOLD = told()
Info = strawberry.Info["Context", None]


class Context:
    """The loaders of one request."""

    def __init__(self) -> None:
        self.organisations: Loader[str, Organisation] = Loader(_organisations)
        self.people: Loader[str, Person] = Loader(_people)


@strawberry.type
class Document:
    """A document."""

    kind: str
    masked_number: str | None


@strawberry.type
class Ancestor:
    """An organisation above another."""

    id: strawberry.ID
    name: str
    level: str


@strawberry.type
class Organisation:
    """An organisation."""

    id: strawberry.ID
    name: str
    level: str
    lineage: list[Ancestor]


@strawberry.type
class Person:
    """A person."""

    id: strawberry.ID
    name: str
    kind: str
    documents: list[Document]


@strawberry.type
class Placed:
    """Base of what names an organisation."""

    organisation_id: strawberry.Private[str]

    @strawberry.field
    def organisation(self, info: Info) -> Organisation | None:
        """Looked up with all others of this level; what the loader gives is awaited by who asks, as a promise is."""
        return info.context.organisations.load(self.organisation_id)  # type: ignore[return-value]


@strawberry.type
class Station(Placed):
    """A station of the review."""

    role: str
    state: str
    due_on: str | None


@strawberry.type
class Verdict(Placed):
    """What was found of a material."""

    reviewer_name: str
    round: int
    verdict: str


@strawberry.type
class Material:
    """A material."""

    id: strawberry.ID
    item: str
    title: str | None
    state: str
    size: int | None
    sha256: str | None
    verdicts: list[Verdict]


@strawberry.type
class Step(Placed):
    """A step of the review."""

    action: str
    before: str | None
    after: str | None
    actor_name: str
    at: str


@strawberry.type
class Declaration:
    """The declaration."""

    id: strawberry.ID
    number: str
    series: str
    level: str
    pool: str | None
    state: str
    round: int
    version: int
    created_at: str
    available_actions: list[str]
    chain: list[Station]
    materials: list[Material]
    history: list[Step]
    person_id: strawberry.Private[str]
    unit_id: strawberry.Private[str]

    @strawberry.field
    def person(self, info: Info) -> Person | None:
        """Looked up."""
        return info.context.people.load(self.person_id)  # type: ignore[return-value]

    @strawberry.field
    def unit(self, info: Info) -> Organisation | None:
        """Looked up."""
        return info.context.organisations.load(self.unit_id)  # type: ignore[return-value]


@strawberry.type
class Query:
    """All queries."""

    @strawberry.field
    async def declaration(self, id: strawberry.ID) -> Declaration | None:
        """The declaration."""
        return DECLARATION if id == DECLARATION.id else None


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


def _plain(record: Record) -> dict[str, Any]:
    return {_snake(name): value for name, value in record.items()}


def _organisation(record: Record) -> Organisation:
    return Organisation(
        **_plain(record) | {"lineage": [Ancestor(**_plain(each)) for each in record["lineage"]]}
    )


def _person(record: Record) -> Person:
    return Person(
        **_plain(record) | {"documents": [Document(**_plain(each)) for each in record["documents"]]}
    )


def _declaration(record: Record) -> Declaration:
    materials = [
        Material(**_plain(each) | {"verdicts": [Verdict(**_plain(verdict)) for verdict in each["verdicts"]]})
        for each in record["materials"]
    ]
    chain = [Station(**_plain(each)) for each in record["chain"]]
    history = [Step(**_plain(each)) for each in record["history"]]
    return Declaration(**_plain(record) | {"materials": materials, "chain": chain, "history": history})


DECLARATION = _declaration(TOLD["declaration"])
ORGANISATIONS = {name: _organisation(each) for name, each in TOLD["organisations"].items()}
PEOPLE = {name: _person(each) for name, each in TOLD["people"].items()}


async def _organisations(ids: list[str]) -> list[Organisation]:
    return [ORGANISATIONS[each] for each in ids]


async def _people(ids: list[str]) -> list[Person]:
    return [PEOPLE[each] for each in ids]


class Documents(SchemaExtension):
    """Documents that were read and found valid before, known by their text as the gateway knows them."""

    limits = (10_000, 100)

    def on_parse(self) -> Iterator[None]:
        """Read one."""
        asked = self.execution_context
        asked.graphql_document, _ = parsed(asked.query or "", *self.limits)
        yield

    def on_validate(self) -> Iterator[None]:
        """Validate it."""
        asked = self.execution_context
        graphql: GraphQLSchema = asked.schema._schema  # noqa: SLF001 - Strawberry keeps it to itself
        rules = tuple(asked.validation_rules)
        asked.pre_execution_errors = validated(graphql, rules, asked.query or "", self.limits)
        yield


class Planned(strawberry.Schema):
    """Executed by plans, as the gateway's."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.plans = Plans(self, self.graphql, KEPT)

    @property
    def graphql(self) -> GraphQLSchema:
        """What graphql-core knows of it."""
        return self._schema

    def create_extensions_runner(
        self, execution_context: ExecutionContext, extensions: list[SchemaExtension]
    ) -> Runner:
        """What enters the hooks of extensions."""
        return Runner(execution_context, extensions)

    def _get_execute_function(self) -> Any:
        return self.plans.execute
