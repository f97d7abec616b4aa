"""Workflow is killed in the midst of a secret vote: each acknowledged ballot counts once, no other more than once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local.bootstrap import service_url
from deploy.local.stack import Stack
from services.kit.db import Database
from tests.faults.voting import Vote, Voting, seed_meeting
from tests.services.workflow.meeting.season import Season

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("vote_survives"), pytest.mark.timeout(200)]
EXPERTS, CASES, BEFORE_THE_KILL = 11, 12, 40
ROLL = """
select e.account_id, r.declaration_id from workflow.ballot_roll r join workflow.expert e on e.id = r.expert_id
"""


@pytest.fixture
async def voting(stack: Stack) -> AsyncIterator[Voting]:
    """A meeting open for its vote, in the running processes."""
    season = Season()
    url = service_url(str(stack.layout.database_url), "workflow", stack.keys.role_passwords["workflow"])
    database = Database(url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=1)
    async with database.begin() as tx:
        meeting_id = await seed_meeting(tx, season, experts=EXPERTS, cases=CASES)
    await database.close()
    key = OKPKey.import_key(stack.keys.signing_keys["keys"][0])
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(
        base_url=stack.url("workflow"), timeout=30, trust_env=False, limits=limits
    ) as http:
        yield Voting(http, season, key, meeting_id)


@pytest.mark.clause("3.3.3")
async def test_a_kill_in_the_midst_of_a_vote_loses_and_doubles_no_ballot(stack: Stack, voting: Voting):
    """What was acknowledged is in the roll; what was not may be tried again, and the count is what was meant, to the ballot."""
    opened = await voting.act("OPEN")
    assert opened.status_code == 200, opened.text
    accounts = [each.account_id for each in voting.season.experts]
    under_way = asyncio.gather(*map(voting.cast_once, accounts))
    while len(voting.acknowledged) < BEFORE_THE_KILL:
        await asyncio.sleep(0.005)
    await stack.kill("workflow")
    await under_way
    assert voting.broken
    assert len(voting.acknowledged) < EXPERTS * CASES
    kept = await roll(stack)
    assert len(kept) == len(set(kept))
    assert voting.acknowledged <= set(kept)
    assert set(kept) - voting.acknowledged <= voting.broken
    await stack.start_again("workflow")
    again = {vote: (await voting.cast(vote)).status_code for vote in sorted(voting.broken)}
    assert again == {vote: 409 if vote in set(kept) else 201 for vote in sorted(voting.broken)}
    closed = await voting.act("CLOSE_VOTE")
    assert closed.status_code == 200, closed.text
    meant = {
        str(declaration): sum(voting.way((account, declaration)) for account in accounts)
        for declaration in voting.season.declarations
    }
    results = closed.json()["record"]["results"]
    assert {each["declaration_id"]: each["in_favour"] for each in results} == meant
    assert {each["in_favour"] + each["against"] for each in results} == {EXPERTS}


async def roll(stack: Stack) -> list[Vote]:
    """Who has voted on what, by the database."""
    admin = await asyncpg.connect(stack.layout.database_url)
    rows = [(row["account_id"], row["declaration_id"]) for row in await admin.fetch(ROLL)]
    await admin.close()
    return rows
