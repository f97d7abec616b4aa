"""A crowd that asks for what is slow, and somebody who asks for something else meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from threading import Event
from typing import Any

import httpx

Asked = Callable[[], Awaitable[httpx.Response]]
MANY = 40
"""Twice as many as a service has connections."""
PATIENCE = 60


class Slow:
    """Work, in a thread (called) or not (awaited), that takes until it is told to end."""

    def __init__(self) -> None:
        self.begun, self.ends = Event(), Event()

    def work(self, *_: Any) -> bytes:
        """What takes so long."""
        self.begun.set()
        assert self.ends.wait(PATIENCE)
        return b"made"

    async def wait(self) -> None:
        """The same for what is waited for."""
        self.begun.set()
        async with asyncio.timeout(PATIENCE):
            while not self.ends.is_set():
                await asyncio.sleep(0.01)


async def while_many(slow: Slow, ask: Asked, other: Asked) -> tuple[httpx.Response, list[httpx.Response]]:
    """The answer to `other` while a crowd waits for what is slow, then those of the crowd."""
    crowd = [asyncio.ensure_future(ask()) for _ in range(MANY)]
    try:
        async with asyncio.timeout(PATIENCE):
            while not slow.begun.is_set():
                await asyncio.sleep(0.01)
        told = await other()
    finally:
        slow.ends.set()
    return told, await asyncio.gather(*crowd)


def assert_bounded(answers: list[httpx.Response]) -> None:
    """Those for whom there is a turn or room in the queue have what they asked for, the others hear when to come again."""
    busy = [each for each in answers if each.status_code == httpx.codes.SERVICE_UNAVAILABLE]
    assert Counter(each.status_code for each in answers) == {200: len(answers) - len(busy), 503: len(busy)}
    assert 0 < len(busy) < len(answers)
    assert {each.json()["code"] for each in busy} == {"TOO_BUSY"}
    assert {each.headers["retry-after"] for each in busy} <= {"1", "2", "3"}
