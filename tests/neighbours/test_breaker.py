"""A part that fails is left alone, and asked once in a while whether it is well again."""

from __future__ import annotations

import asyncio
import random

import pytest

from services.kit import deadline
from services.kit.deadline import HEADER, DeadlineExceeded
from services.kit.errors import Refusal, Unavailable
from services.neighbours.breaker import (
    FIRST_PAUSE,
    LEAST_FAILURES,
    LONGEST_PAUSE,
    WINDOW_SECONDS,
    Breaker,
    HeldBack,
)
from services.neighbours.client import Neighbour
from tests.neighbours.sockets import part, told


class Clock:
    """Time that the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        """Tell it."""
        return self.now


def call(breaker: Breaker, *, failed: bool | None) -> None:
    """One call, and what came of it."""
    with breaker.call() as asked:
        asked.failed = failed


@pytest.fixture
def clock() -> Clock:
    """Time."""
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    """A breaker that never broke."""
    return Breaker("quota", clock)


def broken(breaker: Breaker) -> None:
    """Open it."""
    for _ in range(LEAST_FAILURES):
        call(breaker, failed=True)


def test_it_opens_after_failures_and_closes_when_the_part_is_well(breaker: Breaker, clock: Clock):
    """Open it refuses at once with when to come again; a failed probe doubles the pause; one that works ends it."""
    broken(breaker)
    with pytest.raises(HeldBack) as held, breaker.call():
        pass
    assert held.value.params == {"part": "quota", "seconds": int(FIRST_PAUSE)}
    pause = FIRST_PAUSE
    for _ in range(6):
        clock.now += pause
        call(breaker, failed=True)
        pause = min(pause * 2, LONGEST_PAUSE)
        assert breaker.held == pause
        with pytest.raises(HeldBack), breaker.call():
            pass
    clock.now += pause
    call(breaker, failed=None)
    assert breaker.held is not None
    call(breaker, failed=False)
    assert breaker.held is None
    broken(breaker)
    assert breaker.held == FIRST_PAUSE


def test_some_failures_among_many_calls_do_not_open_it(breaker: Breaker, clock: Clock):
    """Nor do old ones, nor calls that say nothing."""
    for _ in range(LEAST_FAILURES * 3):
        call(breaker, failed=False)
        call(breaker, failed=False)
        call(breaker, failed=True)
        call(breaker, failed=None)
    assert breaker.held is None
    clock.now += WINDOW_SECONDS + 1
    for _ in range(LEAST_FAILURES - 1):
        call(breaker, failed=True)
    clock.now += WINDOW_SECONDS + 1
    call(breaker, failed=True)
    assert breaker.held is None


def test_what_was_asked_before_says_nothing_of_now(breaker: Breaker, clock: Clock):
    """An answer to a call of before it opened does not close it, and a failure of before it closed does not open it."""
    early, late = breaker.call(), breaker.call()
    asked, other = early.__enter__(), late.__enter__()
    broken(breaker)
    asked.failed = False
    early.__exit__(None, None, None)
    assert breaker.held is not None
    clock.now += FIRST_PAUSE
    probe = breaker.call()
    probing = probe.__enter__()
    other.failed = True
    late.__exit__(None, None, None)
    with pytest.raises(HeldBack), breaker.call():
        pass
    probing.failed = False
    probe.__exit__(None, None, None)
    assert breaker.held is None


def test_a_probe_that_lasts_keeps_nobody_out(breaker: Breaker, clock: Clock):
    """A file may be sent for an hour: after a pause another call tries, and what comes of the first then says nothing."""
    broken(breaker)
    clock.now += FIRST_PAUSE
    sending = breaker.call()
    file = sending.__enter__()
    with pytest.raises(HeldBack) as held, breaker.call():
        pass
    assert held.value.params["seconds"] == int(FIRST_PAUSE)
    clock.now += FIRST_PAUSE
    call(breaker, failed=False)
    assert breaker.held is None
    file.failed = True
    sending.__exit__(None, None, None)
    broken(breaker)
    assert breaker.held == FIRST_PAUSE


async def test_many_tasks_let_one_probe_through_at_a_time(breaker: Breaker, clock: Clock):
    """Whatever comes of them, answers, failures or tasks that are cancelled, the part is asked by one at a time."""
    broken(breaker)
    chance = random.Random(7)
    asking, most, through = 0, 0, 0

    async def one() -> None:
        nonlocal asking, most, through
        with breaker.call() as asked:
            asking += 1
            through += 1
            most = max(most, asking)
            try:
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                asked.failed = chance.choice([True, None])
            finally:
                asking -= 1

    for _ in range(50):
        clock.now += LONGEST_PAUSE
        tasks = [asyncio.create_task(one()) for _ in range(40)]
        await asyncio.sleep(0)
        for each in chance.sample(tasks, 10):
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (most, asking) == (1, 0)
    assert through >= 50
    clock.now += LONGEST_PAUSE
    call(breaker, failed=False)
    assert breaker.held is None


async def test_only_what_is_the_parts_fault_counts(breaker: Breaker):
    """A caller with little time, a busy part, one that lacks another, a refusal: none of them opens it; a fault does."""
    other = b'{"code": "PART_UNAVAILABLE", "message": "no", "part": "accounts"}'
    late = b'{"code": "DEADLINE_EXCEEDED", "message": "late", "part": "quota"}'
    harmless = [
        told("503 Busy", b'{"code": "TOO_BUSY", "message": "busy"}', retry_after="9"),
        told("503 Away", other),
        told("504 Late", late),
        told("429 Many", b'{"code": "X", "message": "x"}', retry_after="9"),
        told("404 No", b"{}"),
    ]
    now: list[bytes] = []
    async with (
        part(lambda *_: now[0]) as there,
        Neighbour("quota", there.url, breaker=breaker, timeout=60) as quota,
    ):
        with deadline.begun({HEADER: "50000"}, None):
            for now[:] in ([each] for each in harmless):
                for _ in range(LEAST_FAILURES):
                    with pytest.raises(Refusal):
                        await quota.get("/v1/x")
        assert breaker.held is None
    async with (
        part(lambda *_: told("500 Fault")) as there,
        Neighbour("quota", there.url, breaker=breaker) as quota,
    ):
        while breaker.held is None:
            with pytest.raises(Unavailable):
                await quota.get("/v1/x")
        asked = len(there.heard)
        with pytest.raises(HeldBack):
            await quota.get("/v1/x")
        assert len(there.heard) == asked


async def test_a_caller_with_little_time_holds_no_part_back(breaker: Breaker):
    """A part that takes long is not ill for those who give it next to no time."""
    release = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with Neighbour("quota", url, breaker=breaker, timeout=60) as quota:
        for _ in range(LEAST_FAILURES * 2):
            with deadline.begun({HEADER: "5"}, None), pytest.raises(DeadlineExceeded):
                await quota.get("/v1/x")
        assert breaker.held is None
    release.set()
    server.close()
