"""GraphQL over HTTP: what a request is, and how it is answered."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.gateway.conftest import Gateway
from tests.platform import npm
from tests.platform.serving import served

JSON, RESPONSE, STREAM = "application/json", "application/graphql-response+json", "text/event-stream"
NAME = {"query": "{ __typename }"}
AUDITS = 61


@pytest.mark.timeout(300)
async def test_the_audits_of_graphql_over_http(gateway: Gateway) -> None:
    """All audits of the `graphql-http` suite pass over real HTTP, those that only recommend and those that only allow too."""
    home = await asyncio.to_thread(npm.installed, Path(__file__).with_name("npm") / "spec")
    async with served((await gateway()).app) as url:
        told = await asyncio.to_thread(npm.ran, home, "audit.mjs", f"{url}/graphql")
    assert json.loads(told) == {"audits": AUDITS, "failed": []}


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("*/*", JSON),
        (f"{JSON}, {RESPONSE};q=0.9", JSON),
        (f"{RESPONSE}, {JSON}", RESPONSE),
        (f"{RESPONSE}, application/graphql+json, {JSON}, {STREAM}, multipart/mixed", RESPONSE),
        (f"{RESPONSE};q=x", RESPONSE),
        (f"{RESPONSE};q=0, text/html", JSON),
        (f"{STREAM}, {JSON};q=0.5", STREAM),
    ],
)
async def test_the_type_that_is_preferred(gateway: Gateway, accept: str, answered: str) -> None:
    """An answer comes in the type that its caller likes best; clients that take streams too, and name them last, get none."""
    answer = await (await gateway()).http.post("/graphql", json=NAME, headers={"accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == answered


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("{", 400, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", 400, "GRAPHQL_VALIDATION_FAILED"),
        ("{ __schema { description } }", 403, "INTROSPECTION_OFF"),
        ("{" + "me{" * 20 + "id" + "}" * 21, 413, "DOCUMENT_TOO_LARGE"),
    ],
)
async def test_the_status_of_what_is_not_carried_out(
    gateway: Gateway, query: str, status: int, code: str
) -> None:
    """In the newer type the status says what the code says; in the older one it is 200. Neither has data."""
    front = await gateway(introspection=False)
    for accept, expected in ((RESPONSE, status), (JSON, 200)):
        answer = await front.post(query, headers={"accept": accept})
        assert answer.status_code == expected
        told = answer.json()
        assert "data" not in told
        assert told["errors"][0]["extensions"]["code"] == code


async def test_a_refusal_at_the_door_has_the_type_that_is_preferred(gateway: Gateway) -> None:
    """A token that is not good is 401 in both types."""
    front = await gateway()
    for accept in (RESPONSE, JSON):
        answer = await front.post("{ __typename }", token="forged", headers={"accept": accept})
        assert answer.status_code == 401
        assert answer.headers["content-type"].split(";")[0] == accept


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"query=%7B__typename%7D", "application/x-www-form-urlencoded", 415),
        (b'{"query": "{__typename}"}', "text/plain", 415),
        (b'{"query": "{__typename}"}', "text/plain; a=application/json", 415),
        (b'{"query": "{__typename}"}', "", 415),
        (b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--', "multipart/form-data; boundary=x", 415),
        (b'[{"query": "{__typename}"}]', "application/json", 400),
        (b'{"query": "{__typename}", "operationName": 5}', "application/json", 400),
        (b"\xff", "application/json", 400),
    ],
)  # fmt: skip
async def test_what_is_no_request(gateway: Gateway, body: bytes, content_type: str, status: int) -> None:
    """No page elsewhere makes a browser ask without asking us first (a form is no JSON); arrays of requests are none."""
    answer = await (await gateway()).http.post(
        "/graphql", content=body, headers={"content-type": content_type} if content_type else {}
    )
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_REQUEST_MALFORMED"


async def test_queries_by_get(gateway: Gateway) -> None:
    """A query may stand in the address, a mutation never; in production neither does."""
    for production, read, written in ((False, 200, 400), (True, 405, 405)):
        front = await gateway(production=production)
        for query, status in (("{ __typename }", read), ("mutation { __typename }", written)):
            assert (await front.http.get("/graphql", params={"query": query})).status_code == status
