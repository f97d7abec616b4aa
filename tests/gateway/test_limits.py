"""How much one document may ask for."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query

from gateway.by_text import MOST_LETTERS
from gateway.limits import PARSED, PRICED, VALIDATED
from gateway.plans.writing import MADE
from tests.gateway.conftest import Gateway
from tests.gateway.fakes import FakePart


async def refused(gateway: Gateway, query: str, **settings: int) -> dict[str, object]:
    """The one error of a document that is too large."""
    told = await (await gateway(**settings)).ask(query, headers={"accept-language": "en"}, id="x")
    [error] = told["errors"]
    assert "data" not in told
    extensions: dict[str, object] = error["extensions"]
    return {"message": error["message"], **extensions}


BOUNDS = {
    "max_depth": ("levels", "{a{a{a", "{a{a{a{a", 3),
    "max_aliases": ("aliases", "{b:a c:a d:a", "{b:a c:a d:a e:a", 3),
    "max_directives": ("directives", "{a @x b @x ...{c @x}", "{a @x b @x ...@x{c @x}", 3),
    "max_repeats": ("repeated fields", "{a a b b ... on Q{b c c}", "{a a b b ... on Q{b c c}...{a}", 3),
    "max_fragments": ("fragments", "{a} fragment A on Q{a", "{a} fragment A on Q{a} fragment B on Q{a", 1),
    "max_tokens": ("tokens", "{a b", "{a b c", 4),
    "max_letters": ("letters", "{a b", "{a bc", 5),
}


@pytest.mark.parametrize("setting", BOUNDS)
async def test_at_the_bound_and_one_beyond(
    gateway: Gateway, parts: dict[str, FakePart], setting: str
) -> None:
    """What reaches a limit is read, what passes it by one is refused before it is even validated."""
    what, within, beyond, bound = BOUNDS[setting]
    front = await gateway(**{setting: bound})
    codes = []
    for query in (within, beyond):
        closed = query + "}" * (query.count("{") - query.count("}"))
        told = await front.ask(closed, headers={"accept-language": "en"})
        codes.append(told["errors"][0]["extensions"]["code"])
    assert codes == ["GRAPHQL_VALIDATION_FAILED", "DOCUMENT_TOO_LARGE"]
    assert f"more than {bound} {what}." in told["errors"][0]["message"]
    assert not any(part.calls for part in parts.values())


LONG = "x" * 40_000
KEPT = (PARSED, VALIDATED, PRICED, MADE)


@pytest.mark.parametrize(
    "asked",
    [
        {"query": f"{{ {LONG}: __typename }}"},
        {"query": f"{{ __typename }} # {LONG}"},
        {"query": "{ __typename }", "operationName": LONG},
    ],
)
async def test_what_is_long_is_kept_nowhere(gateway: Gateway, asked: dict[str, str]) -> None:
    """A name or a comment is one token and costs nothing, however long: it is refused before anything is kept of it."""
    front, before = await gateway(), [(len(each), each.letters) for each in KEPT]
    for accept, status in (("application/graphql-response+json", 413), ("application/json", 200)):
        headers = {"accept": accept, "accept-language": "en"}
        answer = await front.http.post("/graphql", json=asked, headers=headers)
        assert answer.status_code == status
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "DOCUMENT_TOO_LARGE"
        assert "more than 32768 letters." in error["message"]
    chinese = await front.ask("{ __typename } #" + LONG, headers={"accept-language": "zh"})
    assert "查询过大" in chinese["errors"][0]["message"]
    assert [(len(each), each.letters) for each in KEPT] == before


async def test_many_long_documents_take_so_much_room(gateway: Gateway) -> None:
    """Different documents at the bound, each of one point: what is kept of all of them has a bound, and is still there for the last."""
    front, name, made = await gateway(), "x" * 32_000, set()
    for each in range(2 * MOST_LETTERS // len(name)):
        query = f"{{ {name}{each}: __typename }}"
        told = await front.ask(query)
        assert told["data"] == {f"{name}{each}": "Query"}
        assert told["extensions"]["cost"]["requestedQueryCost"] == 1
        assert all(0 < kept.letters <= MOST_LETTERS for kept in KEPT)
        made.add(MADE.letters)
    assert len(made) == 1, "nothing of a document"
    for each in range(2 * MOST_LETTERS // len(name)):
        await front.http.post("/graphql", json={"query": "{ __typename }", "operationName": f"{name}{each}"})
        assert PRICED.letters <= MOST_LETTERS


async def test_what_tools_ask_is_short_enough(gateway: Gateway) -> None:
    """They look at the whole schema, with everything that there is to ask."""
    query = get_introspection_query(
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    assert (await (await gateway()).data(query))["__schema"]


async def test_directives_at_one_place(gateway: Gateway) -> None:
    """Three at one place are read, of a fourth nothing."""
    front = await gateway()
    for count, code in ((3, "GRAPHQL_VALIDATION_FAILED"), (4, "DOCUMENT_TOO_LARGE")):
        told = await front.ask("{ me " + "@x " * count + "{ login } }")
        assert told["errors"][0]["extensions"]["code"] == code


async def test_deep_through_fragments(gateway: Gateway) -> None:
    """Fragments count where they are spread."""
    query = "query($id: ID!) { organisation(id: $id) { ...A } } fragment A on Organisation { parent { ...B } } fragment B on Organisation { parent { parent { name } } }"
    assert (await refused(gateway, query, max_depth=4))["code"] == "DOCUMENT_TOO_LARGE"


async def test_nesting_beyond_reading(gateway: Gateway) -> None:
    """A document nested so deeply that no parser could follow is refused like any other."""
    assert (await refused(gateway, "{a" * 1500 + "}" * 1500))["code"] == "GRAPHQL_PARSE_FAILED"
    nested_fragments = "{" + "...{" * 390 + "__typename" + "}" * 391
    assert (await refused(gateway, nested_fragments))["code"] == "GRAPHQL_PARSE_FAILED"


async def test_fragments_that_spread_each_other_twice(gateway: Gateway) -> None:
    """Doubling fragments are measured once each, and cost what they say: the answer is there at once."""
    doubling = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
    query = "{ ...F0 } " + doubling + " fragment F40 on Query { me { login } }"
    assert "10000 points of cost" in str((await refused(gateway, query))["message"])
    assert "40 fragments" in str((await refused(gateway, query, max_fragments=40))["message"])


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
