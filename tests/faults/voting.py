"""A meeting that is open for its vote in a running stack, and experts who cast ballots over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import httpx
from joserfc.jwk import OKPKey
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import clock
from tests.platform.tokens import bearer, mint, seat
from tests.services.workflow.meeting import seated
from tests.services.workflow.meeting.hall import MEETING_DAY
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration, seed_experts

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


async def seed_meeting(tx: AsyncSession, season: Season, *, experts: int, cases: int) -> UUID:
    """A meeting on its day with everybody seated; its id."""
    await clock.set_clock(tx, datetime.fromisoformat(MEETING_DAY))
    await seed_committee(tx, season)
    await seed_experts(tx, season, experts)
    for _ in range(cases):
        await seed_declaration(tx, season)
    return await seated.seat(tx, season)
