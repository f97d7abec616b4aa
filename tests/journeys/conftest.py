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


class Remembered(Identities):
    """Numbers, and which of them were given to people."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.given: set[str] = set()

    def resident_id(self, county: str = "630104") -> str:
        """As everywhere, and remembered."""
        self.given.add(number := super().resident_id(county))
        return number

    def phone(self) -> str:
        """As everywhere, and remembered."""
        self.given.add(number := super().phone())
        return number


@pytest.fixture(scope="module")
async def stage(stack: Stack) -> AsyncIterator[Stage]:
    """The season's stage on a stack of its own, one for all tests of a file."""
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
        gateway = Gateway(f"{stack.url('gateway')}/graphql", client)
        yield Stage(gateway, "000001", lambda _: None, Remembered("season"))
