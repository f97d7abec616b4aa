"""Random operations over the whole schema, to parts whose answers are chance: plans answer them as graphql-core does."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
from asgi_lifespan import LifespanManager
from graphql import GraphQLSchema, build_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import from_schema, nodes
from strawberry.relay import GlobalID

from deploy.local.layout import PROJECT
from gateway.clients import PARTS
from gateway.main import create
from gateway.plans.counting import OPERATIONS
from gateway.schema import schema
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.gateway.contracted import BY, any_text_for_enums
from tests.gateway.plans.beside import assert_same, by_graphql_core, counted
from tests.gateway.plans.dressing import Dresser
from tests.gateway.plans.fickle import THINGS, Fickle
from tests.gateway.unwritten import with_kinds, with_one_of
from tests.platform.tokens import bearer, mint, trusted

STEP = int(os.environ.get("EACH", "5"))
"""Each so many-th operation of the schema is tried."""
DRESSES = 3
"""How often one document is dressed."""
LIMITS = (
    "max_cost", "cost_bucket", "cost_per_second", "max_depth", "max_repeats", "max_aliases", "max_directives",
    "max_fragments", "max_tokens", "max_letters",
)  # fmt: skip
TEXTS = {
    "Date": "2023-11-20",
    "DateTime": "2023-11-20T09:00:00+08:00",
    "Time": "09:00:00",
    "UUID": str(UUID(int=3)),
    "JSON": "1",
}
CLOCK = {"now": "2023-11-02T01:00:00Z", "today": "2023-11-02", "simulated": True}


@pytest.fixture
async def front(
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, Fickle]]]:
    """A front end of a gateway without limits, and its parts."""
    with any_text_for_enums(monkeypatch):
        parts = {name: Fickle(name) for name in PARTS}
        parts["workflow"].tell("GET", "/ops/clock", CLOCK)
        app = create(
            GatewaySettings(**dict.fromkeys(LIMITS, 10**9), public_seconds=0),
            verifier=TokenVerifier(trusted()),
            transports={name: part.transport() for name, part in parts.items()},
        )
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(LifespanManager(app))
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            http = httpx.AsyncClient(transport=transport, base_url="http://gateway.test", trust_env=False)
            yield await stack.enter_async_context(http), parts


def documents() -> Iterator[str]:
    """Documents by hypothesis, for each so many-th query and mutation, dressed."""
    text, kinds = with_kinds((PROJECT / "gateway/schema.graphql").read_text("utf-8"))
    read = build_schema(text)
    scalars: dict[str, Any] = {name: st.just(nodes.String(each)) for name, each in TEXTS.items()}
    scalars |= {f"ID_{each}": _ids(each) for each in kinds.found}
    assert read.query_type
    assert read.mutation_type
    names = [*read.query_type.fields, *list(read.mutation_type.fields)[::2]]
    for number, name in enumerate(names[::STEP]):
        document = with_one_of(_written(read, name, scalars), read, kinds.one_of)
        for dress in range(DRESSES):
            yield Dresser(schema.graphql, Random(f"{number} {dress}")).dressed(document)


def _ids(kind: str) -> st.SearchStrategy[Any]:
    return st.integers(0, THINGS - 1).map(lambda each: nodes.String(str(GlobalID(kind, str(UUID(int=each))))))


def _written(read: GraphQLSchema, name: str, scalars: dict[str, Any]) -> str:
    """The last of some documents for a field: the first is the simplest there is."""
    found: list[str] = []

    @settings(
        max_examples=2, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(from_schema(read, fields=[name], custom_scalars=scalars))
    def once(document: Any) -> None:
        found.append(document)

    once()
    return found[-1]


def asked(parts: dict[str, Fickle]) -> Any:
    """What the parts were asked, whatever was asked together; they forget it."""
    found = set()
    for part in parts.values():
        for call in part.calls:
            known = next((each for each in BY if isinstance(call.body, dict) and each in call.body), None)
            ids = call.body[known] if known else [str(call.body)]
            found |= {
                (part.name, call.method, call.path, str(sorted(call.query.items())), each) for each in ids
            }
        part.calls.clear()
    return found


@pytest.mark.timeout(600)
async def test_plans_answer_as_graphql_core_does(front: tuple[httpx.AsyncClient, dict[str, Fickle]]) -> None:
    """Data byte for byte, errors, cost, and what the parts are asked, for every document and whatever the parts answer."""
    http, parts = front
    headers = {**bearer(mint()), "accept-language": "en"}
    without, seen = counted(OPERATIONS, "none"), Counter[str]()
    for seed, document in enumerate(await asyncio.to_thread(lambda: list(documents()))):
        for part in parts.values():
            part.seed = seed
        body = {"query": document, "variables": {"no": bool(seed % 2)}}
        mine = (await http.post("/graphql", json=body, headers=headers)).json()
        my_questions = asked(parts)
        with by_graphql_core(schema):
            theirs = (await http.post("/graphql", json=body, headers=headers)).json()
        their_questions = asked(parts)
        assert mine.get("data") is not None, (document, mine)
        assert_same(mine, theirs)
        cost = (
            mine["extensions"]["cost"]["requestedQueryCost"],
            theirs["extensions"]["cost"]["requestedQueryCost"],
        )
        assert cost[0] == cost[1]
        if "errors" not in mine:
            assert my_questions == their_questions, document
        seen.update({each["extensions"]["code"] for each in mine.get("errors", ())} or {"DATA"})
    assert counted(OPERATIONS, "none") == without, "each has a plan"
    assert len(seen) > 3, seen
