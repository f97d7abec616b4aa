"""Replicas of the gateway: what one hears of, all forget; who cannot hear forgets everything; age bounds the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from gateway.kept import purging
from tests.gateway.conftest import Asker, Gateway
from tests.gateway.fakes import FakePart
from tests.platform.tokens import bearer, mint
from tests.platform.valkey import ValkeyServer

LIST = "/v1/criteria"
MOVED = {
    "id": str(uuid4()), "source": "urn:titles:workflow", "type": "titles.workflow.criteria.moved.v1",
    "subject": "criteria/x", "time": "2024-01-11T01:00:00Z",
    "data": {
        "criteria_id": str(uuid4()), "series": "HEALTH", "level": "MIDDLE", "title": "评审条件",
        "organisation_id": str(uuid4()), "action": "PUBLISH", "before": "APPROVED", "after": "PUBLISHED",
    },
}  # fmt: skip


class Clock:
    """A clock that stands."""

    now = 0.0

    def __call__(self) -> float:
        """What it shows."""
        return self.now


async def replica(gateway: Gateway, clock: Clock, **settings: Any) -> Asker:
    """A gateway by such a clock."""
    front = await gateway(**settings)
    front.app.state.purging.memory.clock = clock
    return front


async def told(front: Asker) -> int:
    """What a stranger is told."""
    number: int = (await front.http.get(f"/api/workflow{LIST}")).json()["total"]
    return number


async def happened(front: Asker) -> int:
    """The status with which a replica takes the event."""
    sent = bearer(mint(kind="service"))
    return (await front.http.post("/events", json=MOVED, headers=sent)).status_code


def listens(front: Asker) -> bool:
    """Whether a replica hears the others: it has forgotten what it knew before."""
    return bool(front.app.state.purging.memory._purges.count)  # noqa: SLF001 - it tells nobody


async def taken(front: Asker) -> bool:
    """Whether a replica takes the event."""
    return await happened(front) == 204


async def babble(url: str) -> None:
    """Say to all replicas what none understands."""
    async with Redis.from_url(url) as somebody:
        await somebody.publish(purging.CHANNEL, "no JSON")


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(120):
        while not await holds():
            await asyncio.sleep(0.02)


async def test_an_event_that_one_replica_hears_purges_all(
    gateway: Gateway, parts: dict[str, FakePart], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to one it is gone in both; with nobody to tell the others the relay is to come again, and they forget by themselves."""
    monkeypatch.setattr(purging, "PATIENCE_SECONDS", 30)
    server, part, clock = ValkeyServer(tmp_path), parts["workflow"], Clock()
    await asyncio.to_thread(server.up)
    try:
        fronts = [await replica(gateway, clock, limits_url=server.url) for _ in range(2)]

        async def both(number: int) -> bool:
            return {await told(front) for front in fronts} == {number}

        async def listening() -> bool:
            return all(listens(front) for front in fronts)

        await until(listening)
        part.tell("GET", LIST, {"items": [], "total": 1})
        assert await both(1)
        part.tell("GET", LIST, {"items": [], "total": 2})
        assert await both(1)
        assert await happened(fronts[0]) == 204
        await until(lambda: both(2))
        server.kill()
        part.tell("GET", LIST, {"items": [], "total": 3})
        assert await happened(fronts[0]) == 503
        await until(lambda: both(3))
        await asyncio.to_thread(server.up)

        await until(lambda: taken(fronts[1]))
        part.tell("GET", LIST, {"items": [], "total": 4})
        await taken(fronts[1])
        await until(lambda: both(4))
        part.tell("GET", LIST, {"items": [], "total": 5})
        await babble(server.url)
        await until(lambda: both(5))
    finally:
        server.kill()


async def test_a_purge_that_is_lost_is_bounded_by_age(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """A replica that nobody tells anything shows what was so thirty seconds ago, and nothing older."""
    part, clock = parts["workflow"], Clock()
    front, never = await replica(gateway, clock), await replica(gateway, clock, public_seconds=0)
    part.tell("GET", LIST, {"items": [], "total": 1})
    assert (await told(front), await told(never)) == (1, 1)
    part.tell("GET", LIST, {"items": [], "total": 2})
    clock.now = 29.0
    assert (await told(front), await told(never)) == (1, 2)
    assert (await front.http.get(f"/api/workflow{LIST}")).headers["age"] == "29"
    clock.now = 31.0
    assert await told(front) == 2


async def test_time_that_is_set_forgets_everything(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """Where the clock is simulated, and an operator sets it, nothing that was kept holds."""
    clock = Clock()
    front = await replica(gateway, clock)
    parts["workflow"].tell("GET", LIST, {"items": [], "total": 1})
    assert await told(front) == 1
    parts["workflow"].tell("GET", LIST, {"items": [], "total": 2})
    for part in parts.values():
        part.tell("PUT", "/ops/clock", {"instant": "2024-01-11T01:00:00Z", "simulated": True})
    done = 'mutation {setClock(input: {instant: "2024-01-11T01:00:00Z"}) {parts}}'
    assert len((await front.data(done, token=mint()))["setClock"]["parts"]) == len(parts)
    assert await told(front) == 2
