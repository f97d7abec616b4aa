"""What documents cost, and how much of that a client may ask for in a while."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from graphql import get_nullable_type, is_list_type, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway import allowance, limits
from gateway.allowance import Bucket, OwnBuckets
from gateway.cost import Cost
from gateway.schema import schema
from gateway.settings import GatewaySettings
from gateway.sizes import SIZES
from tests.gateway.conftest import Asker, Gateway
from tests.platform.tokens import bearer, mint
from tests.platform.valkey import ValkeyServer

PAGE = "query($n: Int!) { cycles(first: $n) { pageInfo { hasNextPage } edges { node { id } } } }"
NAME = "{ me { login } }"
PRICES = {
    "{ __typename }": 1,
    NAME: 1,
    "{ me { login seats { organisation { name } } } }": 21,
    "{ ratioRows(year: 2023) { id } }": 100,
    "{ me { ...S ... on Account { offers { role } } } } fragment S on Account { seats { role } }": 21,
    "{ import(id: 1) { refusedRows(first: 20) { items { rowNo } } } }": 22,
    '{ verifyCertificates(pairs: [{number: "1", name: "a"}, {number: "2", name: "b"}]) { valid } }': 2,
    "query($pairs: [CertificatePairInput!]!) { verifyCertificates(pairs: $pairs) { valid certificate { limits { id } } } }": 48,
    'query($pairs2: [CertificatePairInput!]! = [{number: "1", name: "a"}, {number: "2", name: "b"}]) '
    "{ verifyCertificates(pairs: $pairs2) { valid } }": 2,
    "query($n: Int = 20) { cycles(first: $n) { edges { node { id } } } }": 21,
    "{ cycles(first: 7) { totalCount pageInfo { endCursor } edges { cursor node { id } } } }": 8,
    "{ organisations(first: 10) { edges { node { people(first: 5) { edges { node { id } } } } } } }": 71,
    "{ ...A ...A } fragment A on Query { cycles(last: 3) { edges { node { id } } } }": 8,
    "query { cycles(first: 99999999999999999999) { edges { node { id } } } }": 101,
    "query { cycles(first: -5) { edges { node { id } } } }": 1,
    "query($n: Int) { cycles(first: $n) { edges { node { id } } } }": 101,
    "mutation { a: x { id } ... { b: x { id } ...C } } fragment C on Mutation { c: x { id } }": 33,
    "mutation { ...A } fragment A on Mutation { x ...B } fragment B on Mutation { y ...A }": 20,
    "{ __schema { types { name } } }": 100,
    "query A { me { id } } query B { cycles(first: 9) { edges { node { id } } } }": 10,
}


@pytest.mark.parametrize("document", PRICES)
def test_prices(document: str) -> None:
    """An object is a point, a page or list as many times its item as it has; a mutation ten more, a look at the schema 100."""
    assert Cost(parse(document), {"pairs": [{}] * 4}, schema.graphql).of(None) == PRICES[document]


def test_fragments_are_walked_once() -> None:
    """Forty fragments that spread the next one twice are counted at once, mutations too; walking each spread would take years."""
    chain = " ".join(f"fragment F{n} on Mutation {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    document = parse(f"mutation {{ ...F0 }} {chain} fragment F40 on Mutation {{ x {{ id }} }}")
    assert Cost(document, {}, schema.graphql).of(None) == 11 * 2**40


def test_the_operation_that_is_asked_for_is_paid() -> None:
    """Of several operations in a document only one is carried out."""
    document = parse(
        "query A { me { id } } query B($n: Int!) { cycles(first: $n) { edges { node { id } } } }"
    )
    cost = Cost(document, {"n": 50}, schema.graphql)
    assert [cost.of(name) for name in ("A", "B", "C", None)] == [1, 51, 1, 51]


def test_sizes_are_told_of_lists_that_there_are() -> None:
    """No list is told a size of that was renamed, or that became a page."""
    for name in SIZES:
        of, field = name.split(".")
        told = schema.graphql.type_map[of].fields[field]  # type: ignore[attr-defined]
        assert is_list_type(get_nullable_type(told.type)), name


async def test_an_answer_tells_its_cost(gateway: Gateway) -> None:
    """What it cost and what is left are told with the answer, errors or not."""
    front = await gateway(cost_bucket=1000, max_cost=100, cost_per_second=1)
    told = await front.ask(PAGE, n=20)
    standing = {"maximumAvailable": 1000, "currentlyAvailable": 979, "restoreRate": 1}
    assert told["extensions"]["cost"] == {"requestedQueryCost": 21, "throttleStatus": standing}
    assert "errors" in told


async def test_a_cost_that_is_kept_holds_nothing_of_what_does_not_count(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that no document declares, texts, and numbers beyond a page make no price of their own."""
    front = await gateway()
    document = PAGE.replace("$n: Int!", "$n: Int!, $text: String = null")
    await front.ask(document, n=100, text="a")
    made = Mock(wraps=Cost)
    monkeypatch.setattr(limits, "Cost", made)
    for each in range(200, 205):
        await front.ask(document, n=each, text=str(each), **{f"x{each}": each})
    made.assert_not_called()
    told = await front.ask(document, n=7)
    assert told["extensions"]["cost"]["requestedQueryCost"] == 8
    made.assert_called_once()


async def test_a_request_that_costs_too_much(gateway: Gateway, parts: dict[str, Any]) -> None:
    """At the bound it is carried out, one beyond it nothing is asked, and its cost is told all the same."""
    front = await gateway(max_cost=21)
    await front.ask(PAGE, n=20)
    [call] = parts["workflow"].calls
    told = await front.ask(PAGE, n=21)
    assert told["errors"][0]["extensions"]["code"] == "DOCUMENT_TOO_LARGE"
    assert told["extensions"]["cost"] == {"requestedQueryCost": 22}
    assert parts["workflow"].calls == [call]


async def throttled(front: Asker, token: str | None = None) -> dict[str, Any] | None:
    """How a request is told to wait; None where it is carried out."""
    answer = await front.post(NAME, token=token, headers={"accept-language": "en"})
    told = answer.json()
    if answer.status_code == 200:
        assert "errors" not in told or told["data"]
        return None
    assert answer.status_code == 429
    assert answer.headers["retry-after"].isdigit()
    assert "data" not in told
    assert told["errors"][0]["extensions"]["code"] == "THROTTLED"
    cost: dict[str, Any] = told["extensions"]["cost"]
    return cost


async def test_a_client_that_asks_too_often_waits(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each account has a bucket, strangers one for each address; it leaks, and what is full is 429 with when to come again."""
    now, buckets = [1000.0], OwnBuckets(lambda: now[0])
    monkeypatch.setattr(allowance, "OwnBuckets", lambda: buckets)
    front = await gateway(cost_bucket=3, max_cost=2, cost_per_second=2)
    one, other = mint(), mint()
    for token in (one, other, None):
        assert [await throttled(front, token) for _ in range(3)] == [None] * 3
        cost = await throttled(front, token)
        standing = {"maximumAvailable": 3, "currentlyAvailable": 0, "restoreRate": 2}
        assert cost == {"requestedQueryCost": 1, "throttleStatus": standing}
    now[0] += 0.5
    assert await throttled(front, one) is None
    assert await throttled(front, one) is not None


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 60), st.floats(0, 30)), max_size=40))
async def test_a_bucket_never_holds_more_than_its_size(asked: list[tuple[int, float]]) -> None:
    """Whatever is asked whenever: what was let through in any stretch of time is at most the size and what leaked in it."""
    now = [0.0]
    bucket, buckets, let = Bucket(100, 7), OwnBuckets(lambda: now[0]), []
    for cost, pause in asked:
        now[0] += pause
        fits, level = await buckets.take("x", bucket, cost)
        assert 0 <= level <= bucket.size
        let += [(now[0], cost)] if fits else []
    for begin, (since, _) in enumerate(let):
        spent = 0
        for at, cost in let[begin:]:
            spent += cost
            assert spent <= bucket.size + (at - since) * bucket.rate + 1e-6


async def test_buckets_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process keeps so many at most: who was not there for the longest time begins anew."""
    monkeypatch.setattr(allowance, "MOST_BUCKETS", 2)
    buckets = OwnBuckets(lambda: 0.0)
    levels = [(await buckets.take(client, Bucket(9, 1), 1))[1] for client in ("a", "b", "a", "c", "a", "b")]
    assert levels == [1, 1, 2, 1, 3, 1]


async def test_replicas_share_the_buckets(
    gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two replicas let through as much as one; while the server is away each counts by itself, and answers."""
    monkeypatch.setattr(allowance, "PATIENCE_SECONDS", 30)
    server, half = ValkeyServer(tmp_path), {"query": PAGE, "variables": {"n": 49}}
    await asyncio.to_thread(server.up)
    try:
        told = {"cost_bucket": 100, "max_cost": 100, "cost_per_second": 1, "limits_url": server.url}
        fronts, token = [await gateway(**told), await gateway(**told)], mint()
        for front in fronts:
            await front.http.post("/graphql", json=half, headers=bearer(token))
        answers = await asyncio.gather(
            *(fronts[n % 2].http.post("/graphql", json=half, headers=bearer(token)) for n in range(4))
        )
        assert [answer.status_code for answer in answers] == [429] * 4
        server.kill()
        assert [await throttled(front, token) for front in fronts] == [None, None]
    finally:
        server.kill()


def test_a_bucket_holds_the_largest_request() -> None:
    """A gateway does not start with a bucket that could never pay what is allowed."""
    with pytest.raises(ValueError, match="COST_BUCKET"):
        GatewaySettings(cost_bucket=10, max_cost=11)
