"""An application served over real HTTP, in this process: httpx's transport over ASGI waits for the end of an answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn


class Quiet(uvicorn.Server):
    """A server inside a test: signals are the test's."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@asynccontextmanager
async def served(app: Any, *ending: Callable[[], None]) -> AsyncIterator[str]:
    """Where an application that runs already is served over HTTP; `ending` is called before it is stopped."""
    server = Quiet(
        uvicorn.Config(
            app, port=0, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=1
        )
    )
    work = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        for end in ending:
            end()
        server.should_exit = True
        await work
