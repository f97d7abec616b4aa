"""Accounts as the relay meets it, and processes that end with the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from deploy.local.births import Births
from deploy.local.bootstrap import SERVICES, service_url
from deploy.local.postgres import free_port
from services.kit.clock import Moment
from services.kit.outbox import publish
from services.streaming.broker import STREAM, Broker
from services.workflow.contract import RecommendationEnded
from tests.platform.settings import SERVICE_SECRETS
from tests.services.relay.issuer import issuing
from tests.services.relay.processes import Relay, Subscriber

TRANSPORTS = ("http", "nats")
over_both = pytest.mark.parametrize("transport", TRANSPORTS, indirect=True)
"""The contract is the same whatever carries the events."""

Publish = Callable[..., Awaitable[list[UUID]]]


@pytest.fixture(scope="session")
async def accounts_url() -> AsyncIterator[str]:
    """Accounts' contract for tokens, over real HTTP."""
    async with issuing() as url:
        yield url


@pytest.fixture
async def transport(request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of what carries events: HTTP unless a test asks for both; the broker begins without a stream."""
    if getattr(request, "param", "http") == "http":
        return {}
    url = request.getfixturevalue("nats").url
    async with Broker(url, "test") as broker:
        await (await broker.stream()).delete_stream(STREAM)
    return {"NATS_URL": url}


@pytest.fixture
async def processes() -> AsyncIterator[list[Relay | Subscriber]]:
    """Whatever is in here ends with the test."""
    started: list[Relay | Subscriber] = []
    yield started
    for each in started:
        await each.end()


@pytest.fixture
def subscriber(
    tmp_path: Path, processes: list, transport: dict[str, str], births: Births
) -> Callable[[str], Awaitable[Subscriber]]:
    """`await subscriber("quota")`: a running subscriber."""

    async def start(name: str) -> Subscriber:
        made = Subscriber(tmp_path, name, transport, births)
        processes.append(made)
        await made.up()
        return made

    return start


@pytest.fixture
def relay(
    test_server, database, accounts_url, tmp_path: Path, processes: list, transport: dict[str, str], births
) -> Callable[..., Relay]:
    """`relay(quota=url, notifications=url)`: a relay, not started, with those subscribers and nobody else."""

    def make(settings: dict[str, str] | None = None, **urls: str) -> Relay:
        nowhere = f"http://127.0.0.1:{free_port()}"
        env = {f"{name.upper()}_URL": urls.get(name, nowhere) for name in SERVICES} | {
            "ACCOUNTS_URL": accounts_url
        }
        for name in SERVICES:
            url = service_url(test_server.admin(database), name, test_server.passwords[name])
            env[f"{name.upper()}_DATABASE_URL"] = url
        env |= {"SERVICE_SECRET": SERVICE_SECRETS["relay"], **transport, **(settings or {})}
        made = Relay(env, tmp_path / "relay.log", births)
        processes.append(made)
        return made

    return make


@pytest.fixture
def publish_ended(session) -> Publish:
    """`await publish_ended(subjects, times)`: events numbered within each subject, over many transactions."""

    async def many(subjects: list[UUID] | int, times: int) -> list[UUID]:
        ids = [uuid4() for _ in range(subjects)] if isinstance(subjects, int) else subjects
        for number in range(times):
            async with session("workflow") as tx:
                for each in ids:
                    await publish(tx, ended(each, number), Moment(datetime.now(UTC)))
        return ids

    return many


def ended(recommendation_id: UUID, number: int) -> RecommendationEnded:
    """An event that both quota and notifications hear."""
    return RecommendationEnded(
        recommendation_id=recommendation_id,
        cycle_id=uuid4(),
        year=2023,
        unit_id=uuid4(),
        person_id=uuid4(),
        account_id=uuid4(),
        person_name="测试人员",
        series="HEALTH",
        level="MIDDLE",
        reason=str(number),
    )


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> None:
    """Wait until something that has to be asked for holds."""
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)
