"""What a service does by itself while it serves: something done again and again, so many seconds apart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from prometheus_client import Gauge

log = structlog.get_logger(__name__)
FAILING = Gauge(
    "titles_work_failing_turns", "Turns of a work in the background that failed in a row.", ("work",)
)


@asynccontextmanager
async def at_work(name: str, work: Callable[[], Awaitable[object]], *, every: float) -> AsyncIterator[None]:
    """Keep a work going in the background; no failure ends it, and what it returns is logged."""

    async def run() -> None:
        while True:
            await asyncio.sleep(every)
            try:
                done = await work()
            except Exception:
                FAILING.labels(name).inc()
                log.exception("work in the background failed", work=name)
            else:
                FAILING.labels(name).set(0)
                log.debug("worked in the background", work=name, done=done)

    task = asyncio.create_task(run(), name=name)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
