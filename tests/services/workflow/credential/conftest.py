"""The season, hall and neighbour of meetings serve here too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.services.workflow.meeting.conftest import accounts, hall, season

__all__ = ["accounts", "hall", "season"]

PATIENCE_SECONDS = 20.0


@pytest.fixture
async def stack_of() -> AsyncIterator[AsyncExitStack]:
    """What lives as long as the test."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
def eventually() -> Callable[..., Awaitable[None]]:
    """`await eventually(ask, wanted)`: ask again and again until the answer is the one wanted."""

    async def wait(ask: Callable[[], Awaitable[Any]], wanted: Any) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await ask() != wanted:
                await asyncio.sleep(0.02)

    return wait
