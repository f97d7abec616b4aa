"""A stage for stories: a client on the running gateway, and the season's cast."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from demo.api import Gateway
from demo.identities import Identities
from demo.stage import Stage
from deploy.local.stack import Stack

TIMEOUT_SECONDS = 60


@pytest.fixture(scope="module")
async def stage(stack: Stack) -> AsyncIterator[Stage]:
    """The season's stage on a stack of its own, one for all tests of a file."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        gateway = Gateway(f"{stack.url('gateway')}/graphql", client)
        yield Stage(gateway, "000001", lambda _: None, Identities("season"))
