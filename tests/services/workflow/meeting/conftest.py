"""A season with a committee of eleven, a pool of twenty and one accepted declaration; a hall for its meeting."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.platform.apps import over_asgi
from tests.services.workflow.meeting.hall import FILED, Hall
from tests.services.workflow.meeting.neighbour import Accounts
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration, seed_experts


@pytest.fixture
async def season(session, at) -> Season:
    """The season, seeded."""
    await at(FILED, "workflow")
    seeded = Season()
    async with session("workflow") as tx:
        await seed_committee(tx, seeded)
        await seed_experts(tx, seeded, 20)
        await seed_declaration(tx, seeded)
    return seeded


@pytest.fixture
def accounts(season) -> Accounts:
    """The neighbour that knows the season's people and places."""
    return Accounts(season)


@pytest.fixture
async def hall(database, season, at, accounts, hall_app, to_accounts) -> AsyncIterator[Hall]:
    """The hall of the season's committee."""
    to_accounts.to = accounts.transport()
    async with over_asgi(hall_app) as http:
        yield Hall(http, season, at)


@pytest.fixture
async def admin(test_server, worker_database):
    """The administrator of the database: sees every table, every row version's transaction, every place on disk."""
    connection = await asyncpg.connect(test_server.admin(worker_database))
    yield connection
    await connection.close()
