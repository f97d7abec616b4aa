"""Each of the 14 checks of graphql-cop, as it asks them, against a gateway with the settings of production."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.gateway.conftest import Asker, Gateway

CIRCLE = "{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }"


@pytest.fixture
async def front(gateway: Gateway) -> Asker:
    """A gateway as strangers find it in production."""
    return await gateway(production=True)


async def posted(front: Asker, query: str) -> dict[str, Any]:
    """What a stranger is told."""
    body = {"query": query, "operationName": "cop"}
    told: dict[str, Any] = (await front.http.post("/graphql", json=body)).json()
    return told


async def code(front: Asker, query: str) -> str:
    """Why a stranger's document is refused, by one error that tells nothing of ours."""
    told = await posted(front, query)
    assert "data" not in told
    [error] = told["errors"]
    assert set(error["extensions"]) == {"code", "requestId"}
    found: str = error["extensions"]["code"]
    return found


async def test_alias_overloading(front: Asker) -> None:
    """A hundred and one aliases."""
    aliases = " ".join(f"alias{n}:__typename" for n in range(101))
    assert await code(front, f"query cop {{ {aliases} }}") == "DOCUMENT_TOO_LARGE"


async def test_array_based_query_batching(front: Asker) -> None:
    """Ten queries in an array: not ten answers, nor one."""
    answer = await front.http.post("/graphql", json=[{"query": "query cop { __typename }"}] * 10)
    assert answer.status_code == 400
    assert list(answer.json()) == ["errors"]


async def test_directive_overloading(front: Asker) -> None:
    """Ten directives at one field: not ten errors."""
    assert (
        await code(front, "query cop { __typename @aa@aa@aa@aa@aa@aa@aa@aa@aa@aa }") == "DOCUMENT_TOO_LARGE"
    )


async def test_field_duplication(front: Asker) -> None:
    """One field five hundred times, bare or inside inline fragments."""
    for field in ("__typename ", "...{__typename} ", "... on Query {__typename} "):
        assert await code(front, "query cop {" + field * 500 + "}") == "DOCUMENT_TOO_LARGE"


async def test_introspection_based_circular_query(front: Asker, gateway: Gateway) -> None:
    """Types of fields of types of fields: refused where the schema may be looked at, too."""
    assert await code(front, f"query cop {CIRCLE}") == "INTROSPECTION_OFF"
    assert await code(await gateway(), f"query cop {CIRCLE}") == "GRAPHQL_VALIDATION_FAILED"


async def test_circular_fragments(front: Asker) -> None:
    """Two fragments that spread each other."""
    query = (
        "query cop { ...A } fragment A on Query { __typename ...B } fragment B on Query { __typename ...A }"
    )
    assert await code(front, query) == "GRAPHQL_VALIDATION_FAILED"


async def test_introspection(front: Asker) -> None:
    """The schema is not told to strangers."""
    assert (
        await code(front, "query cop { __schema { types { name fields { name } } } }") == "INTROSPECTION_OFF"
    )


@pytest.mark.parametrize(
    "query",
    [
        "query cop { __typename mee }",
        "query cop { cycles(frist: 1) { totalCount } }",
        "query cop { node(id: 1) { ... on Organisatio { id } } }",
        'query cop { committees(first: 1, level: "SENIOR") { totalCount } }',
    ],
)
async def test_field_suggestions(front: Asker, gateway: Gateway, signed_in: str, query: str) -> None:
    """A stranger who guesses a name is not told better ones; who signed in may be."""
    told = await posted(front, query)
    assert told["errors"]
    assert "Did you mean" not in str(told)
    body = {"query": query}
    known = await front.http.post("/graphql", json=body, headers={"authorization": f"Bearer {signed_in}"})
    assert len(known.json()["errors"]) == len(told["errors"])
    if "mee" in query:
        assert "Did you mean" in known.text


async def test_field_suggestions_of_the_schema_itself(front: Asker) -> None:
    """What graphql-cop asks: a field of the schema's own that is almost right."""
    assert "Did you mean" not in str(await posted(front, "query cop { __schema { directive } }"))


async def by_get(front: Asker, query: str) -> httpx.Response:
    """The answer to a query that stands in the address."""
    return await front.http.get("/graphql", params={"query": query})


async def test_get_based_mutation(front: Asker) -> None:
    """A link changes nothing."""
    assert list((await by_get(front, "mutation cop {__typename}")).json()) == ["errors"]


async def test_get_method_query_support(front: Asker) -> None:
    """A link asks nothing that its author thought of."""
    answer = await by_get(front, "query cop {__typename}")
    assert answer.status_code == 405
    assert list(answer.json()) == ["errors"]


async def test_post_based_url_encoded_query(front: Asker) -> None:
    """A form elsewhere asks nothing."""
    answer = await front.http.post("/graphql", data={"query": "query cop { __typename }"})
    assert answer.status_code == 415
    assert list(answer.json()) == ["errors"]


async def test_graphql_ide(front: Asker) -> None:
    """No GraphiQL, nor anything like it."""
    answer = await front.http.get("/graphql", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert not any(word in answer.text.lower() for word in ("graphiql", "playground"))


async def test_trace_mode(front: Asker) -> None:
    """An answer tells its cost, and nothing of how it was come by."""
    told = await posted(front, "query cop { __typename }")
    assert told["data"] == {"__typename": "Query"}
    assert list(told["extensions"]) == ["cost"]


async def test_unhandled_errors(front: Asker) -> None:
    """What is no GraphQL at all is told so, without an exception of ours."""
    assert await code(front, "qwerty cop { abc }") == "GRAPHQL_PARSE_FAILED"
