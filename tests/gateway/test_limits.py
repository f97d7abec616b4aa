"""How much one document may ask for."""

from __future__ import annotations

import time

import pytest

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart


def nested(levels: int) -> str:
    """Return a query that goes up `levels` superiors."""
    inner = "name"
    for _ in range(levels):
        inner = f"parent {{ {inner} }}"
    return f"query($id: ID!) {{ organisation(id: $id) {{ {inner} }} }}"


async def refused(gateway: Gateway, query: str, **settings: int) -> dict[str, object]:
    """The one error of a document that is too large."""
    told = await (await gateway(**settings)).ask(query, headers={"accept-language": "en"}, id="x")
    [error] = told["errors"]
    assert told["data"] is None
    extensions: dict[str, object] = error["extensions"]
    return {"message": error["message"], **extensions}


async def test_too_deep(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """A document nested beyond the limit is refused before anything is asked."""
    error = await refused(gateway, nested(5), max_depth=5)
    assert error["code"] == "DOCUMENT_TOO_LARGE"
    assert "5 levels" in str(error["message"])
    assert not any(part.calls for part in parts.values())


async def test_deep_through_fragments(gateway: Gateway) -> None:
    """Fragments count where they are spread."""
    query = "query($id: ID!) { organisation(id: $id) { ...A } } fragment A on Organisation { parent { ...B } } fragment B on Organisation { parent { parent { name } } }"
    assert (await refused(gateway, query, max_depth=4))["code"] == "DOCUMENT_TOO_LARGE"


async def test_too_many_aliases(gateway: Gateway) -> None:
    """The same field many times under other names is refused."""
    query = "{" + " ".join(f"a{n}: me {{ login }}" for n in range(31)) + "}"
    assert "30 aliases" in str((await refused(gateway, query))["message"])


async def test_too_many_tokens(gateway: Gateway) -> None:
    """A document is not read beyond its token limit."""
    query = "{" + "me { login } " * 200 + "}"
    assert "100 tokens" in str((await refused(gateway, query, max_tokens=100))["message"])


async def test_nesting_beyond_reading(gateway: Gateway) -> None:
    """A document nested so deeply that no parser could follow is refused like any other."""
    assert (await refused(gateway, "{a" * 1500 + "}" * 1500))["code"] == "GRAPHQL_PARSE_FAILED"
    nested_fragments = "{" + "...{" * 390 + "__typename" + "}" * 391
    assert (await refused(gateway, nested_fragments))["code"] == "GRAPHQL_PARSE_FAILED"


async def test_fragments_that_spread_each_other_twice(gateway: Gateway) -> None:
    """Doubling fragments are measured once each: the answer is there at once."""
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    query = "{ ...F0 } " + doubling + " fragment F40 on Query { me { login } }"
    started = time.perf_counter()
    told = await (await gateway()).ask(query)
    assert time.perf_counter() - started < 2
    assert told["data"] == {"me": None}
    assert (await refused(gateway, query, max_fragments=40))["code"] == "DOCUMENT_TOO_LARGE"


async def test_fragments_in_a_circle(gateway: Gateway) -> None:
    """A circle of fragments ends in a validation error."""
    error = await refused(gateway, "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")
    assert error["code"] == "GRAPHQL_VALIDATION_FAILED"


PAGES = "query($n: Int = 100) { organisations(first: 100) { edges { node { ...Below } } } } fragment Below on Organisation { people(first: $n) { edges { node { test(cycle: 2023) { passed } } } } }"


async def test_pages_within_pages(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """A page within each item of a page multiplies the calls to the services, so their product is limited."""
    parts["accounts"].tell("GET", "/v1/organisations", {"items": [], "next_cursor": None})
    front = await gateway()
    for given in ({}, {"n": 100}, {"n": 50}):
        [error] = (await front.ask(PAGES, **given))["errors"]
        assert error["extensions"]["code"] == "DOCUMENT_TOO_LARGE"
    assert not parts["accounts"].calls
    assert "errors" not in await front.ask(PAGES, n=10)


async def test_a_body_too_large(gateway: Gateway) -> None:
    """A request beyond the limit of bytes is not read."""
    answer = await (await gateway(max_body_bytes=1000)).post("{ me { login } }", padding="x" * 2000)
    assert answer.status_code == 413
    assert answer.json()["code"] == "BODY_TOO_LARGE"


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_pages_have_1_to_100_items(gateway: Gateway, parts: dict[str, FakePart], first: int) -> None:
    """`first` outside its bounds is refused before the service is asked."""
    told = await (await gateway()).ask("query($n: Int!) { cycles(first: $n) { totalCount } }", n=first)
    assert told["errors"][0]["extensions"]["code"] == "PAGE_SIZE"
    assert parts["workflow"].calls == []


async def test_introspection_is_a_setting(gateway: Gateway) -> None:
    """Introspection answers where it is allowed, and is refused where it is not."""
    query = "{ __schema { queryType { name } } }"
    assert (await (await gateway()).data(query))["__schema"]["queryType"]["name"] == "Query"
    assert (await refused(gateway, query, introspection=False))["code"] == "INTROSPECTION_OFF"
    assert (await (await gateway(introspection=False)).data("{ __typename }"))["__typename"] == "Query"


async def test_graphiql_is_a_setting(gateway: Gateway) -> None:
    """GraphiQL is shown to a browser where it is allowed."""
    page = {"accept": "text/html"}
    assert "GraphiQL" in (await (await gateway()).http.get("/graphql", headers=page)).text
    assert (await (await gateway(graphiql=False)).http.get("/graphql", headers=page)).status_code == 404
