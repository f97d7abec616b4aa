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

    async def write(self) -> None:
        """One writer, until it is cancelled."""
        while True:
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
        """So many of them, for as long as the block runs."""
        writing = [asyncio.create_task(self.write()) for _ in range(count)]
        try:
            yield
        finally:
            for each in writing:
                each.cancel()
            done = await asyncio.gather(*writing, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in done), done

    async def until(self, count: int) -> None:
        """Wait until so many more were acknowledged."""
        wanted = len(self.acknowledged) + count
        async with asyncio.timeout(LAST_TRY):
            while len(self.acknowledged) < wanted:
                await asyncio.sleep(PAUSE)
