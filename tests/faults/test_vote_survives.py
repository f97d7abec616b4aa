"""Workflow is killed in the midst of a secret vote: each acknowledged ballot counts once, no other more than once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local.bootstrap import service_url
from deploy.local.stack import Stack
from services.kit import clock
from services.kit.db import Database
from tests.platform.tokens import bearer, mint, seat
from tests.services.workflow.meeting import seated
from tests.services.workflow.meeting.hall import MEETING_DAY
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration, seed_experts

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("vote_survives"), pytest.mark.timeout(200)]
EXPERTS, CASES, BEFORE_THE_KILL = 11, 12, 40
ROLL = """
select e.account_id, r.declaration_id from workflow.ballot_roll r join workflow.expert e on e.id = r.expert_id
"""
Vote = tuple[UUID, UUID]
"""An account and a declaration."""


@dataclass
class Voting:
    """The votes to be cast, and what came of the first attempt at each."""

    http: httpx.AsyncClient
    season: Season
    key: OKPKey
    meeting_id: UUID
    acknowledged: set[Vote] = field(default_factory=set)
    broken: set[Vote] = field(default_factory=set)

    def way(self, vote: Vote) -> bool:
        """Which way it is meant: the same whenever it is tried."""
        account, declaration = vote
        return (account.int + declaration.int) % 3 > 0

    def token(self, account: UUID | None) -> str:
        """A token of an expert, or of the office, by the stack's own key."""
        if account is None:
            held = seat("COMMITTEE_OFFICE", self.season.province, self.season.authority)
            return mint([held], name="办事机构", key=self.key)
        return mint([seat("EXPERT", self.season.province)], sub=account, key=self.key)

    async def act(self, action: str) -> httpx.Response:
        """Take a step of the meeting."""
        path = f"/v1/meetings/{self.meeting_id}/actions/{action}"
        return await self.http.post(path, json={}, headers=bearer(self.token(None)))

    async def cast(self, vote: Vote) -> httpx.Response:
        """Try a vote once."""
        body = {"declaration_id": str(vote[1]), "in_favour": self.way(vote)}
        path = f"/v1/meetings/{self.meeting_id}/ballots"
        return await self.http.post(path, json=body, headers=bearer(self.token(vote[0])))

    async def cast_once(self, account: UUID) -> None:
        """One expert's votes, one after the other; a connection that breaks leaves one in doubt."""
        for declaration in self.season.declarations:
            try:
                answer = await self.cast((account, declaration))
            except httpx.TransportError:
                self.broken.add((account, declaration))
                continue
            assert answer.status_code == 201, answer.text
            self.acknowledged.add((account, declaration))


@pytest.fixture
async def voting(stack: Stack) -> AsyncIterator[Voting]:
    """A meeting open for its vote, in the running processes."""
    season = Season()
    url = service_url(str(stack.layout.database_url), "workflow", stack.keys.role_passwords["workflow"])
    database = Database(url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=1)
    async with database.begin() as tx:
        await clock.set_clock(tx, datetime.fromisoformat(MEETING_DAY))
        await seed_committee(tx, season)
        await seed_experts(tx, season, EXPERTS)
        for _ in range(CASES):
            await seed_declaration(tx, season)
        meeting_id = await seated.seat(tx, season)
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
