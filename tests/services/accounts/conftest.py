"""A seeded province over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from services.accounts.installation import Desk, Installation
from services.accounts.seed import seed
from services.kit import clock
from services.kit.settings import async_url
from tests.services.accounts.importing import imports_at_work
from tests.services.accounts.third_party import Third
from tests.services.accounts.world import World, token_at

__all__ = ["imports_at_work"]


@pytest.fixture
async def installation(apps) -> Installation:
    """The policies and keys of the service under test."""
    return (await apps.get("accounts")).state.installation


@pytest.fixture
async def first_lines(session, database, installation) -> list[str]:
    """The seed has run; what it printed."""
    async with session("accounts") as tx:
        return await seed(tx, Desk(installation, await clock.now(tx, simulated=True)), None)


@pytest.fixture
async def world(client, first_lines, session) -> World:
    """The province with its root."""
    http = await client("accounts")
    async with session("accounts") as tx:
        root_id = await tx.scalar(text("select id from organisation"))
    bare = {"id": str(root_id), "lineage": [{"id": root_id, "kind": "HRSS", "level": "PROVINCE"}]}
    found = await World(http, bare).ask("GET", f"/v1/organisations/{root_id}", token_at(bare))
    return World(http, found.json())


@pytest.fixture
async def taker(world: World) -> tuple[dict[str, Any], str]:
    """An applicant of a department of the hospital, and his or her token."""
    department = await world.department(await world.hospital())
    person = (await world.add_person(department))["person"]
    return person, world.applicant(person, department)


@pytest.fixture
def answers(installation: Installation) -> Callable[..., dict[str, str]]:
    """`answers(attempt, wrong=2)`: right answers from the policy file, but for some."""
    known = {
        question.id: question.answer[0] for question in installation.policies.of(2023).learning.questions
    }

    def make(attempt: dict[str, Any], wrong: int = 0) -> dict[str, str]:
        right = {question["id"]: known[question["id"]] for question in attempt["questions"]}
        bent = {key: next(o for o in "abcd" if o != right[key]) for key in list(right)[:wrong]}
        return right | bent

    return make


@pytest.fixture
async def third(world, apps) -> Third:
    """Third parties and their users, in that province."""
    return Third(world, await apps.get("accounts"))


@pytest.fixture
async def guarded(client, world) -> World:
    """The same province, where the second factor is required."""
    return World(await client("accounts", settings={"second_factor": True}), world.root)


@pytest.fixture
async def planned(test_server, database, world) -> AsyncIterator[Callable[..., Any]]:
    """Like `session`, by the administrator: `analyze` tells the planner what is there. All of it is undone at the end."""
    engine = create_async_engine(async_url(test_server.admin(database)))
    async with AsyncSession(engine) as tx:
        await tx.execute(text("set local search_path = accounts, extensions"))

        @asynccontextmanager
        async def begin(_service: str) -> AsyncIterator[AsyncSession]:
            yield tx

        yield begin
        await tx.rollback()
        await tx.execute(text("truncate accounts.organisation_closure, accounts.person_closure"))
        await tx.execute(text("truncate accounts.organisation cascade"))
        await tx.commit()
    await engine.dispose()
