"""What is asked again, over real sockets: only what is safe to repeat, seldom, and never in a storm."""

from __future__ import annotations

import asyncio

import pytest

from services.kit import deadline
from services.kit.deadline import HEADER
from services.kit.errors import Unavailable
from services.neighbours import retries
from services.neighbours.client import Neighbour
from tests.neighbours.sockets import part, told

KEY = {"idempotency-key": "k1"}


def broken_off_twice(number: int, _: bytes) -> bytes | None:
    """Two connections are reset before an answer, the third answers."""
    return None if number <= 2 else told("200 OK", b'{"at": 3}')


async def test_a_question_whose_connection_breaks_off_is_asked_again():
    """So is a write with an idempotency key, and a POST that only asks."""
    for ask in (
        lambda quota: quota.get("/v1/x"),
        lambda quota: quota.ask("/v1/lookup", {}),
        lambda quota: quota.post("/v1/x", {}, headers=KEY),
    ):
        async with part(broken_off_twice) as there, Neighbour("quota", there.url) as quota:
            assert await ask(quota) == {"at": 3}
            assert len(there.heard) == 3
    async with (
        part(broken_off_twice) as there,
        Neighbour("quota", there.url) as quota,
        quota.stream("GET", "/v1/x") as answer,
    ):
        assert await answer.aread() == b'{"at": 3}'


async def test_a_write_without_a_key_that_may_have_been_done_is_not_sent_again():
    """A connection that breaks off says nothing of what was done; of a PUT neither."""
    for write in (lambda quota: quota.post("/v1/x", {}), lambda quota: quota.put("/v1/x", {})):
        async with part(broken_off_twice) as there, Neighbour("quota", there.url) as quota:
            with pytest.raises(Unavailable):
                await write(quota)
            assert len(there.heard) == 1


async def test_a_write_that_nobody_took_is_sent_again_when_the_part_is_back(monkeypatch):
    """A refused connection is certain: nothing was begun."""
    async with (
        part(lambda *_: told("200 OK", b'{"done": true}'), listening=False) as there,
        Neighbour("quota", there.url) as quota,
    ):
        with pytest.raises(Unavailable):
            await quota.post("/v1/x", {})

        def comes_back(*_: float) -> float:
            there.listen()
            return 0.0

        monkeypatch.setattr(retries.random, "uniform", comes_back)
        assert await quota.post("/v1/x", {}) == {"done": True}
        assert len(there.heard) == 1


async def test_a_busy_part_is_asked_again_when_it_says_and_only_within_the_deadline():
    """Retry-After is kept; what is too long, or past the deadline, is told to the caller instead."""
    busy = b'{"code": "TOO_BUSY", "message": "busy"}'

    def once(number: int, _: bytes) -> bytes:
        return told("503 Busy", busy, retry_after="1") if number == 1 else told("200 OK")

    async with part(once) as there, Neighbour("quota", there.url) as quota:
        with deadline.begun({HEADER: "900"}, None), pytest.raises(Unavailable):
            await quota.get("/v1/x")
        assert len(there.heard) == 1
    async with part(once) as there, Neighbour("quota", there.url) as quota:
        assert await quota.get("/v1/x") == {}
        assert len(there.heard) == 2
    for retry_after, asked in (("60", 1), ("never", 1), (None, 1)):
        headers = {} if retry_after is None else {"retry_after": retry_after}
        async with (
            part(lambda *_, told_=headers: told("503 Busy", busy, **told_)) as there,
            Neighbour("quota", there.url) as quota,
        ):
            with pytest.raises(Unavailable) as refused:
                await quota.get("/v1/x")
            assert len(there.heard) == asked
            assert refused.value.params.get("seconds") == (60 if retry_after == "60" else None)


async def test_what_another_part_lacks_is_not_asked_again_here():
    """It was asked again where it was missed; each layer doing so would multiply."""
    lacks = b'{"code": "PART_UNAVAILABLE", "message": "no", "part": "accounts"}'
    async with (
        part(lambda *_: told("503 Away", lacks, retry_after="1")) as there,
        Neighbour("quota", there.url) as quota,
    ):
        with pytest.raises(Unavailable) as refused:
            await quota.get("/v1/x")
        assert (len(there.heard), refused.value.params["part"]) == (1, "accounts")


async def test_retries_cannot_amplify_an_outage(monkeypatch):
    """Two hundred questions to a part that breaks off every connection make at most a fifth more, and a small store."""
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.0)
    async with part(lambda *_: None) as there, Neighbour("quota", there.url) as quota:
        asked = [quota.get("/v1/x") for _ in range(200)]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)
        assert all(isinstance(each, Unavailable) for each in outcomes)
        assert 200 < len(there.heard) <= 200 * (1 + retries.EARNED) + retries.MOST_SAVED
