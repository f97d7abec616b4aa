"""Several reads in one request: each is judged and answered as it would be alone, and no write is among them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from services.kit.deadline import HEADER
from services.reads.api import AT_ONCE


async def told(http: httpx.AsyncClient, *reads: Any, **headers: str) -> list[dict[str, Any]]:
    """The answers to reads."""
    asked = [each if isinstance(each, dict) else {"path": each} for each in reads]
    answer = await http.post("/v1/reads", json={"reads": asked}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["answers"]
    return found


async def test_each_read_is_answered_as_it_would_be_alone(janitor, http, lamp):
    """Statuses and bodies are those of single reads, in their order; one that fails spoils no other."""
    known = await lamp(name="走廊")
    wanted = {"path": "/v1/lamps/lookup", "body": {"ids": [known["id"]]}}
    names, looked, gone, failed, away, busy = await told(
        janitor, "/v1/lamps", wanted, "/v1/nowhere", "/wrong/broken", "/wrong/part", "/wrong/busy"
    )
    assert names == {"status": 200, "body": ["走廊"]}
    assert looked["body"][0]["name"] == "走廊"
    assert (gone["status"], gone["body"]["code"]) == (404, "NOT_FOUND")
    assert (failed["status"], failed["body"]["code"]) == (500, "INTERNAL")
    assert "secret" not in str(failed)
    assert (away["status"], away["body"]["part"]) == (503, "quota")
    assert (busy["status"], busy["retry_after"]) == (503, "7")
    public, closed = await told(http, "/v1/lamps", wanted)
    assert public["status"] == 200
    assert (closed["status"], closed["body"]["code"]) == (401, "UNAUTHENTICATED")


async def test_reads_carry_the_headers_of_the_request(janitor):
    """Token, language and the request's id go along with each; what speaks of the whole body does not."""
    refused, carried = await told(
        janitor,
        {"path": "/v1/lamps/lookup", "body": {"ids": ["x"]}},
        "/wrong/carried",
        **{"accept-language": "en", "x-request-id": "the-request-of-all", "idempotency-key": "k" * 20},
    )
    assert refused["body"]["code"] == "REQUEST_MALFORMED"
    assert refused["body"]["request_id"] == "the-request-of-all"
    assert refused["body"]["message"].startswith("The request is malformed")
    assert {"authorization", "accept-language", "x-request-id"} <= set(carried["body"])


async def test_reads_have_the_time_of_their_request_together(janitor):
    """Who has waited for the others has less: a service does not go on, read by read, for a caller who is gone."""
    [*_, last] = await told(janitor, *["/wrong/waits"] * (AT_ONCE + 1), **{HEADER: "60000"})
    assert last["body"]["left"] < 60 - 2 * 0.3
    late = await told(janitor, *["/wrong/waits"] * (AT_ONCE + 1), **{HEADER: "1"})
    assert {(each["status"], each["body"]["code"]) for each in late} == {(504, "DEADLINE_EXCEEDED")}


@pytest.mark.parametrize(
    "read",
    [
        {"path": "/v1/lamps", "body": {"name": "a"}},  # a write
        {"path": "/v1/reads", "body": {"reads": [{"path": "/v1/lamps"}]}},  # itself
        {"path": "/wrong/never"},
        {"path": "/v1/lamps/lookup"},  # a GET of what takes none
        {"path": "/healthz/"},
    ],
    ids=["write", "itself", "no promise", "other method", "elsewhere"],
)
async def test_nothing_but_reads_is_carried_out(janitor, read):
    """What may write, lasts, or is no operation is not found, and nothing was done."""
    answered, names = await told(janitor, read, "/v1/lamps")
    assert answered["status"] == 404
    assert names["body"] == []


async def test_a_read_with_a_query_and_letters_of_all_kinds(janitor, lamp):
    """The path is taken as it is written in an address."""
    await lamp(name="走廊")
    [found] = await told(janitor, f"/v1/lamps?q={quote('走廊 &?')}")
    assert found["body"] == ["走廊"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"reads": []},
        {"reads": [{"path": "/v1/lamps"}] * 101},
        {"reads": [{"path": "v1"}]},
        {"reads": [{"path": "/走"}]},
        {"reads": [{"path": "/a b"}]},
        {"reads": [{"path": "/v1/lamps", "method": "DELETE"}]},
        {"reads": [{"path": "/v1/lamps", "body": [1]}]},
    ],
    ids=["nothing", "none", "too many", "no path", "not written so", "space", "method", "body"],
)
async def test_what_is_no_list_of_reads_is_refused(janitor, body):
    """With the fields that are wrong."""
    answer = await janitor.post("/v1/reads", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_MALFORMED")
