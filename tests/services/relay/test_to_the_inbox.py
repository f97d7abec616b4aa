"""From one service's outbox into the inbox of another, over real processes and both transports, through every kind of crash."""

from __future__ import annotations

import signal
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select

from deploy.local.postgres import free_port
from services.accounts.contract import TestPassed
from services.kit.clock import Moment
from services.kit.outbox import publish
from services.notifications.inbox.model import Message
from tests.platform.settings import key
from tests.services.relay.conftest import eventually, over_both
from tests.services.relay.processes import Process

PEOPLE, TIMES = 20, 6


@pytest.fixture
async def notifications(
    test_server, database, accounts_url, tmp_path: Path, processes: list, transport, births
):
    """The real notifications service as a process."""
    port = free_port()
    env = {
        "DATABASE_URL": test_server.url("notifications", database), "PORT": str(port), "ACCOUNTS_URL": accounts_url,
        "FIELD_KEYS": f'{{"k1": "{key()}"}}', "INDEX_KEY": key(), "LOG_LEVEL": "WARNING", "SIMULATED_CLOCK": "0",
        **transport,
    }  # fmt: skip
    made = Process("services.notifications", env=env, log=tmp_path / "notifications.log", spawner=births)
    made.url = f"http://127.0.0.1:{port}"
    processes.append(made)
    await made.start()

    async def ready() -> bool:
        async with httpx.AsyncClient(trust_env=False) as http:
            try:
                return (await http.get(f"{made.url}/readyz")).status_code == 200
            except httpx.TransportError:
                return False

    await eventually(ready)
    return made


@over_both
async def test_every_event_becomes_one_message_through_kills_of_both(relay, notifications, session):
    """Relay and notifications are killed in the middle: each of 120 events is one message, in order for each person."""
    people = [uuid4() for _ in range(PEOPLE)]
    for number in range(TIMES):
        async with session("accounts") as tx:
            for person in people:
                await publish(
                    tx, TestPassed(person_id=person, cycle=2023, score=number), Moment(datetime.now(UTC))
                )

    async def messages() -> int:
        async with session("notifications") as tx:
            return await tx.scalar(select(func.count()).select_from(Message)) or 0

    async def at_least(goal: int) -> None:
        async def reached() -> bool:
            return await messages() >= goal

        await eventually(reached)

    short = {"DELIVERY_TIMEOUT_SECONDS": "1", "LEASE_SECONDS": "1.5"}
    running = relay(settings=short, notifications=notifications.url)
    await running.start()
    await at_least(20)
    await running.end(signal.SIGKILL)
    await running.start()
    await at_least(45)
    await notifications.end(signal.SIGKILL)
    await notifications.start()
    await at_least(75)
    await running.end(signal.SIGKILL)
    await running.start()
    await at_least(PEOPLE * TIMES)

    told = defaultdict(list)
    async with session("notifications") as tx:
        for message in await tx.scalars(select(Message).order_by(Message.id)):
            told[message.audience].append(int(message.body_en.split(" with ")[1].split()[0]))
    assert told == {f"person/{person}": list(range(TIMES)) for person in people}
