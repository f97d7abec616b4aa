"""A process that is told to stop is first not ready, then lets nobody in, and finishes what it was asked."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from deploy.local.births import Births
from deploy.local.postgres import free_port
from tests.services.relay.processes import Process

DRAIN = "1.5"
PATIENCE = 15


class Slow(Process):
    """The process, and somebody who keeps connections to it."""

    def __init__(self, folder: Path, births: Births, **settings: str) -> None:
        port = str(free_port())
        env = {"PORT": port, "LOG_LEVEL": "WARNING", **settings}
        super().__init__("tests.ending.slow", env=env, log=folder / "slow.log", spawner=births)
        self.http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False)

    async def status(self, path: str) -> int | None:
        """What it answers; None where nobody does."""
        try:
            return (await self.http.get(path)).status_code
        except httpx.TransportError:
            return None

    async def until(self, path: str, status: int | None) -> None:
        """Wait for an answer, or for none."""
        async with asyncio.timeout(PATIENCE):
            while await self.status(path) != status:
                await asyncio.sleep(0.02)

    def tell(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Tell it to stop."""
        assert self._child is not None
        os.kill(self._child.pid, how)

    async def ended(self) -> int:
        """How it ended, once it has."""
        assert self._child is not None
        return await asyncio.wait_for(self._child.wait(), PATIENCE)


@pytest.fixture
async def slow(tmp_path: Path, births: Births) -> AsyncIterator[Callable]:
    """`await slow(DRAIN_SECONDS="1")`: the process with those settings, ready."""
    async with AsyncExitStack() as stack:

        async def started(**settings: str) -> Slow:
            made = Slow(tmp_path, births, **settings)
            stack.push_async_callback(made.end)
            await stack.enter_async_context(made.http)
            await made.start()
            await made.until("/readyz", 200)
            return made

        yield started


async def test_it_is_not_ready_serves_on_and_finishes_what_it_was_asked(slow):
    """Whoever comes while it drains is served, and shown another way; then nobody is let in, and the slow have their answer."""
    process = await slow(DRAIN_SECONDS=DRAIN)
    under_way = asyncio.create_task(process.http.get(f"/slow/{2 * float(DRAIN)}"))
    await asyncio.sleep(0.1)
    process.tell()
    await process.until("/readyz", 503)
    answer = await process.http.get("/slow/0")
    assert (answer.status_code, answer.headers["connection"]) == (200, "close")
    assert await process.status("/healthz") == 200
    await process.until("/healthz", None)
    assert not under_way.done()
    told = await under_way
    assert (told.status_code, told.headers["connection"]) == (200, "close")
    assert await process.ended() == -signal.SIGTERM


async def test_told_twice_it_lets_nobody_in_at_once(slow):
    """An operator who insists does not wait for the drain."""
    process = await slow(DRAIN_SECONDS="3600")
    process.tell()
    await process.until("/readyz", 503)
    process.tell()
    assert await process.ended() == -signal.SIGTERM


async def test_told_twice_it_still_finishes_what_it_was_asked(slow):
    """Ctrl+C again ends the drain, and the end of the drain that was put off before cuts nobody."""
    process = await slow(DRAIN_SECONDS="1")
    under_way = asyncio.create_task(process.status("/slow/2"))
    await asyncio.sleep(0.1)
    process.tell(signal.SIGINT)
    await process.until("/readyz", 503)
    process.tell(signal.SIGINT)
    await process.until("/readyz", None)
    assert await under_way == 200
    await process.ended()


async def test_what_takes_longer_than_a_request_may_is_cut(slow):
    """Its end is not put off for ever."""
    process = await slow(REQUEST_SECONDS="0.2")
    under_way = asyncio.create_task(process.status("/slow/3600"))
    await asyncio.sleep(0.1)
    process.tell()
    assert await process.ended() == -signal.SIGTERM
    assert await under_way in {None, 500}
