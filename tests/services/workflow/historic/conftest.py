"""The registry of a prefecture's HRSS."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.platform.apps import over_asgi
from tests.services.workflow.historic.registry import Directory, Registry, directory


@pytest.fixture(scope="module")
def known() -> Directory:
    """The directory of a file of tests."""
    return directory()


@pytest.fixture(scope="module")
async def app(apps, known) -> AsyncIterator[object]:
    """The real app with that neighbour, made once a file; it works on imports when a test says so."""
    async with AsyncExitStack() as stack:
        parts = {"transports": {"accounts": known.transport()}}
        yield await apps.fresh("workflow", stack, {}, parts)


@pytest.fixture
async def registry(database, app, known, at) -> AsyncIterator[Registry]:
    """The registry, which has imported nothing yet."""
    await at("2023-11-01T09:00+08:00", "workflow")
    known.people.clear()
    known.called.clear()
    known.asked.clear()
    known.kind, known.away = "HRSS", False
    async with over_asgi(app) as http:
        yield Registry(http, app, known)
