"""People who are put on record over HTTP all the time, and who of them was acknowledged: what no failure may lose."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from deploy.local.stack import Stack
from tests.services.accounts.world import Organisation, World, token_at

PAUSE = 0.05
LAST_TRY = 60
CREATED, AWAY = 201, {503, 504}


@asynccontextmanager
async def province(stack: Stack, admin_url: str) -> AsyncIterator[World]:
    """The running accounts service with the root that its seed made."""
    admin = await asyncpg.connect(admin_url)
    root_id = await admin.fetchval("select id from accounts.organisation where parent_id is null")
    await admin.close()
    bare: Organisation = {
        "id": str(root_id),
        "lineage": [{"id": root_id, "kind": "HRSS", "level": "PROVINCE"}],
    }
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=stack.url("accounts"), timeout=40, trust_env=False, limits=limits
    ) as http:
        found = await World(http, bare).ask("GET", f"/v1/organisations/{root_id}", token_at(bare))
        yield World(http, found.json())


@dataclass(frozen=True)
class Written:
    """When somebody's creation was asked for, and when the answer was there."""

    asked_at: datetime
    answered_at: datetime


@dataclass
class Writers:
    """They add one person after another to a unit, each under a key of its own, again until there is an answer."""

    world: World
    unit: Organisation
    acknowledged: dict[UUID, Written] = field(default_factory=dict)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self) -> None:
        """One writer, until it is told to stop and has its last answer."""
        while not self._stop.is_set():
            body, key = self.world.person(self.unit), str(uuid4())
            while not await self._try(body, key):
                await asyncio.sleep(PAUSE)

    async def _try(self, body: dict[str, Any], key: str) -> bool:
        headers, asked_at = {"idempotency-key": key}, datetime.now(UTC)
        token = token_at(self.unit)
        with suppress(httpx.HTTPError):
            answer = await self.world.ask("POST", "/v1/people", token, body, **headers)
            if answer.status_code == CREATED:
                person = UUID(answer.json()["record"]["person"]["id"])
                self.acknowledged[person] = Written(asked_at, datetime.now(UTC))
                return True
            assert answer.status_code in AWAY, answer.text
        return False

    @asynccontextmanager
    async def at_work(self, count: int) -> AsyncIterator[None]:
        """So many of them, for as long as the block runs; everything that was asked for is answered then."""
        async with asyncio.timeout(None) as patience, asyncio.TaskGroup() as writing:
            for _ in range(count):
                writing.create_task(self.write())
            try:
                yield
            finally:
                self._stop.set()
                patience.reschedule(asyncio.get_running_loop().time() + LAST_TRY)

    async def until(self, count: int) -> None:
        """Wait until so many more were acknowledged."""
        wanted = len(self.acknowledged) + count
        async with asyncio.timeout(LAST_TRY):
            while len(self.acknowledged) < wanted:
                await asyncio.sleep(PAUSE)
