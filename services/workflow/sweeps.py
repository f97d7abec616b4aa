"""What the service does by itself: sweeps that come round again and again, and their way through what is due.

Any number of replicas may run them: whoever comes second to something finds it done, and goes on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import UUID

import structlog

from services.kit.errors import Refusal

log = structlog.get_logger(__name__)
FIRST = UUID(int=0)


@asynccontextmanager
async def at_work(name: str, sweep: Callable[[], Awaitable[object]], *, every: float) -> AsyncIterator[None]:
    """Keep a sweep at work in the background, so many seconds apart; no failure ends it."""

    async def run() -> None:
        while True:
            await asyncio.sleep(every)
            try:
                await sweep()
            except Exception:
                log.exception("a sweep failed", sweep=name)

    task = asyncio.create_task(run(), name=name)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def one_by_one(
    name: str,
    due: Callable[[UUID], Awaitable[list[UUID]]],
    act: Callable[[UUID], Awaitable[None]],
) -> int:
    """Act on all that `due` tells behind an id; how many were acted on, what fails stops nothing behind it."""
    after, done = FIRST, 0
    while found := await due(after):
        done += sum([await _acted(name, act, each) for each in found])
        after = found[-1]
    return done


async def _acted(name: str, act: Callable[[UUID], Awaitable[None]], wanted: UUID) -> bool:
    """A refusal tells that it moved meanwhile."""
    try:
        await act(wanted)
    except Refusal:
        return False
    except Exception:
        log.exception("a sweep left something undone", sweep=name, id=str(wanted))
        return False
    return True
