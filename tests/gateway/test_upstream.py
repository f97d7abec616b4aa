"""One request to each service for a level of a query, whatever the number of items: held for every field of the schema."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
import pytest
from asgi_lifespan import LifespanManager
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)
from strawberry.relay import GlobalID
from strawberry.types.base import StrawberryObjectDefinition

from gateway.clients import PARTS
from gateway.main import create
from gateway.relay import Entity
from gateway.schema import schema
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.gateway.contracted import Contracted, Scale, any_text_for_enums
from tests.platform.tokens import bearer, mint, trusted

WIDE: dict[str, Any] = dict.fromkeys(
    ("max_cost", "cost_bucket", "cost_per_second", "max_depth", "max_repeats"), 10**9
)
SOMETHING = {"Int": "2023", "String": '"1"', "Boolean": "true", "Float": "1", "Date": '"2023-11-02"'}
PLAIN = str(UUID(int=7))
FEW, SEVERAL = 2, 3
UNTOLD = {"PersonRecord": {"body"}}
"""What the services promise nothing of, so that nothing can be made up; it asks for nothing."""
IN_TWO_STEPS = {"Meeting"}
"""Types of which a list tells so little that what a field leads to is known only when the whole was read: one more
request, for all such fields together."""

PAGE = """query Page($id: ID!, $unit: ID!) {
  declaration(id: $id) {
    number state series level version availableActions
    person { name kind }
    unit { name ancestors { name level } }
    atOrganisation { name }
    cycle { year }
    specialty { name }
    committee { name }
    chain { role state organisation { name } }
    materials { id item state }
    history { action at }
    reviewChain { stations { organisation { name } } }
  }
  availability(unitId: $unit, year: 2023) { limited levels { level } }
}"""


@dataclass(frozen=True)
class Way:
    """How a type is reached."""

    fields: tuple[tuple[GraphQLObjectType, str], ...] = ()
    many: bool = False
    """Whether a list lies on the way."""


def ways() -> dict[str, Way]:
    """Every type that is reached below a list, and the shortest way to it."""
    start = schema.graphql.query_type
    assert start
    waiting, known = deque([(start, Way())]), {(start.name, False): Way()}
    while waiting:
        kind, way = waiting.popleft()
        for name, each in kind.fields.items():
            below = get_named_type(each.type)
            if isinstance(below, GraphQLObjectType):
                further = Way((*way.fields, (kind, name)), way.many or lists(each))
                if (below.name, further.many) not in known:
                    known[below.name, further.many] = further
                    waiting.append((below, further))
    return {name: way for (name, many), way in known.items() if many}


def lists(field: GraphQLField) -> bool:
    """Whether a field is a list."""
    kind = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    return isinstance(kind, GraphQLList)


@dataclass
class Writer:
    """Writes documents, and learns from refusals which kind of thing an argument's id is to name."""

    kinds: dict[str, str]

    def called(self, name: str, field: GraphQLField) -> str:
        """A field with every argument that it needs."""
        given = [
            f"{arg}: {self._value(f'{name}.{arg}', told.type)}"
            for arg, told in field.args.items()
            if is_required_argument(told)
        ]
        return f"{name}({', '.join(given)})" if given else name

    def _value(self, where: str, kind: GraphQLInputType) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._value(where, kind.of_type)
        if isinstance(kind, GraphQLList):
            return f"[{self._value(where, kind.of_type)}]"
        if isinstance(kind, GraphQLInputObjectType):
            needed = [(name, each) for name, each in kind.fields.items() if is_required_input_field(each)]
            given = ", ".join(f"{name}: {self._value(f'{where}.{name}', each.type)}" for name, each in needed)
            return f"{{{given}}}"
        if isinstance(kind, GraphQLEnumType):
            return str(next(iter(kind.values)))
        if where.endswith(".first"):
            return "$first"
        return (
            f'"{GlobalID(self.kinds.get(where, "Organisation"), PLAIN)}"'
            if kind.name == "ID"
            else SOMETHING[kind.name]
        )

    def document(self, way: Way, selected: str) -> str:
        """A document that asks for something of a type."""
        for kind, name in reversed(way.fields):
            selected = f"{self.called(name, kind.fields[name])} {{ {selected} }}"
        declared = "query ($first: Int!) " if "$first" in selected else ""
        return f"{declared}{{ {selected} }}"

    def all_of(self, kind: GraphQLObjectType) -> str:
        """Every field of a type, and nothing of what lies below."""
        return " ".join(
            self.called(name, field) + ("" if is_leaf_type(get_named_type(field.type)) else " { __typename }")
            for name, field in kind.fields.items()
            if name not in UNTOLD.get(kind.name, ())
        )


@dataclass
class Front:
    """A front end of a gateway whose parts keep their contracts."""

    http: httpx.AsyncClient
    parts: dict[str, Contracted]
    scale: Scale
    token: str = field(default_factory=mint)
    kinds: dict[str, str] = field(default_factory=dict)

    async def asked(self, way: Way, kind: GraphQLObjectType | None) -> tuple[dict[str, int], dict[str, Any]]:
        """How many requests each part got for all fields of a type, and the answer; ids are mended until they fit."""
        while True:
            for part in self.parts.values():
                part.requests = 0
            writer = Writer(self.kinds)
            document = writer.document(way, writer.all_of(kind) if kind else "__typename")
            body = {"query": document, "variables": {"first": self.scale.many}}
            sent = {**bearer(self.token), "accept-language": "en"}
            answer = (await self.http.post("/graphql", json=body, headers=sent)).json()
            wrong = [
                each
                for each in answer.get("errors", ())
                if each["extensions"]["code"] == "ID_OF_ANOTHER_KIND"
            ]
            if not wrong:
                return {name: part.requests for name, part in self.parts.items()}, answer
            learnt = {self._argument(each): each["message"].rpartition(" ")[2].rstrip(".") for each in wrong}
            assert learnt.items() - self.kinds.items(), f"{document} is refused: {wrong}"
            self.kinds |= learnt

    def _argument(self, refused: dict[str, Any]) -> str:
        asked = [step for step in refused["path"] if isinstance(step, str)][-1]
        return f"{asked}.{refused['extensions']['field']}"


@pytest.fixture
async def front(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Front]:
    """A front end, and a gateway that takes any text for a value of an enum: contracts tell many as plain text."""
    with any_text_for_enums(monkeypatch):
        scale = Scale()
        parts = {name: Contracted(name, scale=scale) for name in PARTS}
        parts["workflow"].tell(
            "GET", "/ops/clock", {"now": "2023-11-02T01:00:00Z", "today": "2023-11-02", "simulated": True}
        )
        app = create(
            GatewaySettings(**WIDE, public_seconds=0),  # else a question costs less when it is asked again
            verifier=TokenVerifier(trusted()),
            transports={name: part.transport() for name, part in parts.items()},
        )
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(LifespanManager(app))
            http = httpx.AsyncClient(transport=transport, base_url="http://gateway.test", trust_env=False)
            yield Front(await stack.enter_async_context(http), parts, scale)


def definition(name: str) -> StrawberryObjectDefinition:
    """A type as the gateway declares it."""
    found = schema.get_type_by_name(name)
    assert isinstance(found, StrawberryObjectDefinition), name
    return found


def asks(name: str) -> bool:
    """Whether any field of a type may ask a service for something."""
    return any(each.base_resolver or each.extensions for each in definition(name).fields)


def left_out(name: str) -> bool:
    """Whether lists leave fields of a type out, which are read when they are asked for."""
    origin = definition(name).origin
    return issubclass(origin, Entity) and origin.from_list is not Entity.from_list


def met(answer: Any, way: tuple[str, ...]) -> int:
    """How many things a way through an answer leads to."""
    if isinstance(answer, list):
        return sum(met(each, way) for each in answer)
    if answer is None or not way:
        return int(answer is not None)
    return met(answer[way[0]], way[1:])


async def counted(
    front: Front, way: Way, kind: GraphQLObjectType | None, many: int
) -> tuple[dict[str, int], int]:
    """The requests that a document costs with so many items in each list, and how many things it met."""
    front.scale.many = many
    requests, answer = await front.asked(way, kind)
    assert "errors" not in answer, (kind, answer["errors"])
    return requests, met(answer["data"], tuple(name for _, name in way.fields))


@pytest.mark.parametrize("whole", [True, False])
async def test_no_field_below_a_list_costs_more_with_more_items(front: Front, whole: bool) -> None:
    """For every type below a list: all its fields together cost one request to each service they need, for few or many."""
    front.scale.whole = whole
    found: dict[str, Any] = {}
    for name, way in ways().items():
        if not (asks(name) if whole else left_out(name)):
            continue
        kind = schema.graphql.type_map[name]
        assert isinstance(kind, GraphQLObjectType)
        few, met_few = await counted(front, way, kind, FEW)
        several, met_several = await counted(front, way, kind, SEVERAL)
        bare, _ = await counted(front, way, None, SEVERAL)
        assert met_several > met_few > 0, name
        most = 1 + (name in IN_TWO_STEPS)
        if several != few or any(several[part] - bare[part] > most for part in PARTS):
            found[name] = (few, several, bare)
    assert found == {}


async def test_no_list_of_the_query_costs_more_with_more_items(front: Front) -> None:
    """Every list that begins a query costs one request to each service it needs, for few or many."""
    start = schema.graphql.query_type
    assert start
    for name, each in start.fields.items():
        if lists(each) or get_named_type(each.type).name.endswith("Connection"):
            way = Way(((start, name),))
            few, _ = await counted(front, way, None, FEW)
            several, _ = await counted(front, way, None, SEVERAL)
            assert several == few, name
            assert max(few.values()) == 1, name


async def test_the_requests_of_the_declaration_page(front: Front) -> None:
    """Declaration, applicant, chain, materials, history, places: two requests to workflow, one to quota, three to accounts."""
    front.scale.many = SEVERAL
    given = {
        "id": str(GlobalID("Declaration", PLAIN)),
        "unit": str(GlobalID("Organisation", PLAIN)),
    }
    body = {"query": PAGE, "variables": given}
    answer = await front.http.post("/graphql", json=body, headers=bearer(front.token))
    assert "errors" not in answer.json(), answer.text
    assert (
        {name: part.requests for name, part in front.parts.items()}
        == {
            "workflow": 2,  # the declaration; history, chain, cycle and criteria
            "accounts": 3,  # the unit whose places are asked for; applicant and organisations; those above the unit
            "quota": 1,
            "notifications": 0,
        }
    )
    assert len(answer.json()["data"]["declaration"]["chain"]) == SEVERAL
