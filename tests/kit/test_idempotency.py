"""`Idempotency-Key`: a repeated write is answered, not repeated."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.kit.idempotency import idempotency_key
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint


def key(value: str) -> dict[str, str]:
    """The header."""
    return {"idempotency-key": value}


async def test_the_same_key_and_body_get_the_same_answer(janitor):
    """The second answer is the first one's, byte for byte, and only one lamp hangs."""
    first = await janitor.post("/v1/lamps", json={"name": "a"}, headers=key("k1"))
    again = await janitor.post("/v1/lamps", json={"name": "a"}, headers=key("k1"))
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert "idempotent-replay" not in first.headers
    assert again.headers["idempotent-replay"] == "true"
    assert (await janitor.get("/v1/lamps")).json() == ["a"]


@pytest.mark.parametrize(("path", "body"), [("/v1/lamps", {"name": "b"}), ("/v1/lamps?x=1", {"name": "a"})])
async def test_the_key_of_another_request_is_refused(janitor, path, body):
    """Another body or query under a used key changes nothing."""
    await janitor.post("/v1/lamps", json={"name": "a"}, headers=key("k1"))
    answer = await janitor.post(path, json=body, headers=key("k1"))
    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")
    assert (await janitor.get("/v1/lamps")).json() == ["a"]


async def test_ten_at_once_are_one(janitor):
    """Whoever comes while the first is under way waits for its answer."""
    calls = (janitor.post("/v1/lamps", json={"name": "a"}, headers=key("k1")) for _ in range(10))
    answers = await asyncio.gather(*calls)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replay" not in answer.headers for answer in answers) == 1


async def test_a_refusal_frees_the_key(janitor):
    """The cause can be mended and the key used again."""
    refused = await janitor.post("/v1/lamps", json={"name": "a", "brightness": 2000}, headers=key("k1"))
    assert refused.status_code == 422
    mended = await janitor.post("/v1/lamps", json={"name": "a"}, headers=key("k1"))
    assert mended.status_code == 200


async def test_a_key_belongs_to_its_caller(janitor, app):
    """Somebody else's key is somebody else's: no answer leaks."""
    await janitor.post("/v1/lamps", json={"name": "a"}, headers=key("k1"))
    async with over_asgi(app, bearer(mint())) as other:
        answer = await other.post("/v1/lamps", json={"name": "b"}, headers=key("k1"))
    assert answer.json()["record"]["name"] == "b"


@pytest.mark.parametrize("value", ["", "x" * 121])
async def test_a_key_that_is_none_is_refused(janitor, value):
    """Empty and endless keys are no keys."""
    answer = await janitor.post("/v1/lamps", json={"name": "a"}, headers=key(value))
    assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_INVALID")


async def test_answers_are_kept_sealed_and_reads_are_not_kept(janitor, db):
    """What an answer holds cannot be read from the table; a GET keeps nothing."""
    name = f"secret-{uuid4()}"
    await janitor.post("/v1/lamps", json={"name": name[:40]}, headers=key("k1"))
    await janitor.get("/v1/lamps", headers=key("k2"))
    async with db.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(idempotency_key)) == 1
        assert name[:20].encode() not in await tx.scalar(select(idempotency_key.c.body))
