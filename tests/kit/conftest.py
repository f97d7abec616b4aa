"""A database of its own for the probe, and HTTP on it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
from asgi_lifespan import LifespanManager
from sqlalchemy import create_mock_engine

from deploy.local.bootstrap import create_database, drop_database
from services.kit.auth import TokenVerifier
from services.kit.db import Database
from services.kit.settings import ServiceSettings
from tests.kit import probe
from tests.platform.apps import over_asgi
from tests.platform.server import TEMPLATE
from tests.platform.settings import settings_for
from tests.platform.tokens import bearer, trusted

EMPTIED = (
    "lamp, deferred, outbox_delivery, outbox_lane, outbox, inbox, audit_chain, audit_log, history, idempotency_key,"
    " clock_setting"
)


@pytest.fixture(scope="session")
async def probe_admin(test_server) -> AsyncIterator[str]:
    """The administrator's URL of a database that also holds the probe's table."""
    name = f"titles_kit_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    await create_database(test_server.admin_url, name, TEMPLATE)
    url = test_server.admin(name)
    admin = await asyncpg.connect(url)
    await admin.execute(f"set role {probe.SERVICE}_owner; set search_path = {probe.SERVICE}")
    for statement in _ddl():
        await admin.execute(statement)
    await admin.execute("create table deferred (n int unique deferrable initially deferred)")
    await admin.close()
    yield url
    await drop_database(test_server.admin_url, name)


def _ddl() -> list[str]:
    made: list[str] = []
    engine = create_mock_engine(
        "postgresql+asyncpg://", lambda sql, *_, **__: made.append(str(sql.compile(dialect=engine.dialect)))
    )
    probe.Base.metadata.create_all(engine, checkfirst=False)
    return made


@pytest.fixture
async def probe_url(test_server, probe_admin) -> str:
    """The probe's database under the service's own role, emptied."""
    admin = await asyncpg.connect(probe_admin)
    await admin.execute(f"set search_path = {probe.SERVICE}; truncate {EMPTIED}")
    await admin.close()
    probe.HEARD.clear()
    return test_server.url(probe.SERVICE, probe_admin.rpartition("/")[2])


@pytest.fixture
def probe_direct(test_server, probe_url: str) -> str:
    """The same for asyncpg itself, with no pooler in between."""
    return test_server.direct(probe.SERVICE, urlsplit(probe_url).path[1:])


@pytest.fixture
async def db(probe_url: str) -> AsyncIterator[Database]:
    """Transactions under the service's own role."""
    database = Database(probe_url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=5)
    yield database
    await database.close()


@pytest.fixture
def probe_settings(probe_url: str) -> ServiceSettings:
    """The probe's settings."""
    return settings_for(lambda _: probe_url, probe.SERVICE, max_body_bytes=10_000)


@pytest.fixture
async def app(probe_settings) -> AsyncIterator[Any]:
    """The probe's application, running."""
    made = probe.create(probe_settings, verifier=TokenVerifier(trusted()))
    async with LifespanManager(made):
        yield made


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP without a token."""
    async with over_asgi(app) as client:
        yield client


@pytest.fixture
def building(node):
    """The organisation whose lamps are switched."""
    return node("EMPLOYER", "COUNTY")


@pytest.fixture
async def janitor(app, token, seat, building) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP as the one who may switch lamps."""
    async with over_asgi(app, bearer(token([seat("JANITOR", building)]))) as client:
        yield client


@pytest.fixture
def lamp(janitor, building):
    """`await lamp(name="a")`: a lamp of the building, as the API answers it."""

    async def make(**given: Any) -> dict[str, Any]:
        body = {"name": "a", "lineage": [str(building.id)]} | given
        answer = await janitor.post("/v1/lamps", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()["record"]

    return make
