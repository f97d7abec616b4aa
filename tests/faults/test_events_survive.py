"""Relay, worker, broker and database are killed in the middle of many events: each is handled once, in its subject's order."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.births import Births
from tests.faults.relaying import DISORDER, KILLS, World, world

TIMES = 10
EVENTS = int(os.environ.get("EVENTS", "1000"))
"""So many in the suite; `make bench ARGS="events --million"` does the same with a hundred thousand."""

SHORT = {"DELIVERY_TIMEOUT_SECONDS": "3", "LEASE_SECONDS": "4"}
pytestmark = [pytest.mark.journey, pytest.mark.timeout(1800), pytest.mark.xdist_group("events_survive")]


@pytest.fixture(params=KILLS)
async def carried(
    request: pytest.FixtureRequest, tmp_path: Path, births: Births
) -> AsyncIterator[tuple[str, World]]:
    """The parts over each transport."""
    async with world(tmp_path, request.param, births, **SHORT) as made:
        yield request.param, made


async def test_every_event_survives_every_kill(carried):
    """Each part dies once in the middle; in the end each event was handled, none twice, every subject in its order."""
    transport, parts = carried
    await parts.publish(EVENTS // TIMES, TIMES)
    await parts.relay.start()
    kills = KILLS[transport]
    for number, what in enumerate(kills, start=1):
        await parts.until_heard(EVENTS * number // (len(kills) + 1))
        await parts.kill(what)
    await parts.until_heard(EVENTS)
    assert await parts.heard() == (EVENTS, EVENTS)
    assert await parts.ask(DISORDER) == 0
    assert await parts.ask("select count(*) from notifications.inbox") == EVENTS
    assert await parts.ask("select count(*) from workflow.outbox_delivery where dead_at is not null") == 0
