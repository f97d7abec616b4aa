"""A season with one accepted declaration, its hall, and an accounts service that knows everybody's masked id."""

from __future__ import annotations

import asyncpg
import httpx
import pytest
from fastapi import FastAPI, Request, Response

from tests.services.workflow.meeting.hall import FILED, Hall
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration, seed_experts

MASKED = "6301**********001X"


@pytest.fixture
def accounts() -> FastAPI:
    """The neighbour, speaking the contract's shape; `accounts.state.away` makes it fail."""
    app = FastAPI()
    app.state.away = False

    @app.post("/v1/people/lookup")
    async def lookup(request: Request, response: Response) -> dict[str, object]:
        """Tell the people asked for."""
        assert request.headers["authorization"].startswith("Bearer ")
        if app.state.away:
            response.status_code = 503
            return {}
        ids = (await request.json())["ids"]
        return {"items": [{"id": each, "name": "申报人", "masked_resident_id": MASKED} for each in ids]}

    return app


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
async def hall(client, season, at, accounts) -> Hall:
    """The hall of the season's committee, in a service that asks the fake neighbour."""
    return Hall(
        await client("workflow", transports={"accounts": httpx.ASGITransport(app=accounts)}), season, at
    )


@pytest.fixture
async def admin_connection(test_server, worker_database):
    """The administrator of the database."""
    connection = await asyncpg.connect(test_server.admin(worker_database))
    yield connection
    await connection.close()
