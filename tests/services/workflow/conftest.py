"""Workflow under test: one app a worker with fake neighbours, a season up to the declarations, and who acts in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.platform.apps import Switch, over_asgi
from tests.services.workflow import season as seasons
from tests.services.workflow.applicants import Office
from tests.services.workflow.neighbours import Neighbours
from tests.services.workflow.season import IN_NOVEMBER, Season


@pytest.fixture(scope="session")
def known_neighbours() -> Neighbours:
    """The fake neighbours of this worker's app."""
    return Neighbours()


@pytest.fixture
def neighbours(known_neighbours) -> Neighbours:
    """The fake neighbours, who know nothing yet."""
    known_neighbours.forget()
    return known_neighbours


@pytest.fixture(scope="session")
def storage(tmp_path_factory):
    """The folder in which materials lie."""
    return tmp_path_factory.mktemp("materials")


@pytest.fixture(scope="session")
async def workflow_app(apps, known_neighbours, storage) -> AsyncIterator[object]:
    """The real app with fake neighbours, made once a worker."""
    async with AsyncExitStack() as stack:
        parts = {"transports": known_neighbours.transports()}
        yield await apps.fresh("workflow", stack, {"storage_url": storage.as_uri()}, parts)


@pytest.fixture(scope="session")
def to_accounts() -> Switch:
    """The way from the app of all halls to the accounts of the present one."""
    return Switch()


@pytest.fixture(scope="session")
async def hall_app(apps, to_accounts) -> AsyncIterator[object]:
    """The real app in which meetings are held, made once a worker."""
    async with AsyncExitStack() as stack:
        yield await apps.fresh("workflow", stack, {}, {"transports": {"accounts": to_accounts}})


@pytest.fixture
async def http(database, workflow_app) -> AsyncIterator[httpx.AsyncClient]:
    """HTTP on workflow, signed in as nobody."""
    async with over_asgi(workflow_app) as client:
        yield client


@pytest.fixture
async def season(session, at, neighbours) -> Season:
    """The season of 2023 in November: everything is published, nobody has declared."""
    await at(IN_NOVEMBER, "workflow")
    return await seasons.begin(session, neighbours)


@pytest.fixture
async def on(at):
    """Go to a day; the clock goes back to November."""
    yield lambda moment: at(moment, "workflow")
    await at(IN_NOVEMBER, "workflow")


@pytest.fixture
def office(http, season) -> Office:
    """How people use the API in this season."""
    return Office(http, season)
