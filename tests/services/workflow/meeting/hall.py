"""A meeting hall: who may speak in it, and the steps to any point of a meeting, all over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx

from tests.platform.tokens import bearer
from tests.services.workflow.meeting.season import Person, Season

DAY = "2024-01-10"
FILED = "2023-12-20T09:00+08:00"
MEETING_DAY = f"{DAY}T09:00+08:00"
PLAN = {"qualification_review": "资格审查合格 1 人", "preparation": "会场、系统、专家抽取准备就绪"}
At = Callable[..., Awaitable[None]]


@dataclass
class Hall:
    """One meeting of the season's committee."""

    http: httpx.AsyncClient
    season: Season
    at: At
    id: str = ""

    async def ask(
        self, token: str | None, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        """Call the workflow service as whoever holds the token."""
        sent = headers | (bearer(token) if token else {})
        return await self.http.request(method, path, json=body, headers=sent)

    async def post(self, token: str | None, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """POST something about the meeting."""
        return await self.ask(token, "POST", f"/v1/meetings/{self.id}{path}", body, **headers)

    async def get(self, token: str | None, path: str = "") -> httpx.Response:
        """GET something of the meeting."""
        return await self.ask(token, "GET", f"/v1/meetings/{self.id}{path}")

    async def act(self, action: str, token: str | None = None, **body: Any) -> httpx.Response:
        """Take a step, as the office unless told otherwise."""
        return await self.post(token or self.season.office, f"/actions/{action}", body)

    async def did(self, action: str, **body: Any) -> dict[str, Any]:
        """Take a step that must succeed; the meeting after it."""
        answer = await self.act(action, **body)
        assert answer.status_code == 200, answer.text
        record: dict[str, Any] = answer.json()["record"]
        return record

    async def plan(self, *, held_on: str = DAY, filed: str = FILED) -> None:
        """Create the meeting, table everything accepted, and file its plan."""
        await self.at(filed, "workflow")
        body = {"committee_id": str(self.season.committee_id), "held_on": held_on, "plan": PLAN}
        answer = await self.ask(self.season.office, "POST", "/v1/meetings", body)
        assert answer.status_code == 201, answer.text
        self.id = answer.json()["record"]["id"]
        await self.did("TABLE")
        await self.did("FILE_PLAN")

    async def draw(self) -> dict[str, Any]:
        """Plan the meeting and draw its experts."""
        if not self.id:
            await self.plan()
        return await self.did("DRAW")

    async def members(self) -> list[tuple[str, Person]]:
        """The experts drawn: id, and who they are."""
        known = {each.name: each for each in self.season.experts}
        record = (await self.get(self.season.office)).json()
        return [(each["expert_id"], known[each["name"]]) for each in record["experts"]]

    async def train(self, expert_id: str) -> httpx.Response:
        """Record an expert's training."""
        return await self.post(self.season.office, "/training", {"expert_id": expert_id})

    async def pledge(self, who: Person) -> httpx.Response:
        """Let an expert read and sign the pledge."""
        text = (await self.get(who.token, "/pledge")).json()
        return await self.post(who.token, "/pledge", {"text_sha256": text["text_sha256"]})

    async def attend(self, expert_id: str, *, present: bool = True) -> httpx.Response:
        """Mark an expert present."""
        return await self.post(
            self.season.office, "/attendance", {"expert_id": expert_id, "present": present}
        )

    async def gather(self, present: int = 11) -> list[tuple[str, Person]]:
        """Draw, train, pledge, and seat so many experts on the meeting's day; those present."""
        await self.draw()
        members = await self.members()
        for expert_id, who in members:
            assert (await self.train(expert_id)).status_code == 200
            assert (await self.pledge(who)).status_code == 200
        await self.at(MEETING_DAY, "workflow")
        for expert_id, _ in members[:present]:
            answer = await self.attend(expert_id)
            assert answer.status_code == 200, answer.text
        return members[:present]

    async def open(self, present: int = 11) -> list[Person]:
        """Bring the meeting to the vote; the first expert presides."""
        members = await self.gather(present)
        await self.did("OPEN", chair_id=members[0][0])
        return [who for _, who in members]

    async def vote(
        self, who: Person, declaration_id: UUID, in_favour: bool, **headers: str
    ) -> httpx.Response:
        """Cast a ballot."""
        body = {"declaration_id": str(declaration_id), "in_favour": in_favour}
        return await self.post(who.token, "/ballots", body, **headers)

    async def vote_all(self, votes: Sequence[bool], voters: Sequence[Person], declaration_id: UUID) -> None:
        """Cast so many ballots at once."""
        cast = [self.vote(who, declaration_id, vote) for who, vote in zip(voters, votes, strict=True)]
        for answer in await asyncio.gather(*cast):
            assert answer.status_code == 201, answer.text

    async def decide(self, in_favour: int, present: int = 11) -> dict[str, Any]:
        """Hold the whole meeting: on every declaration `in_favour` of those present vote for it; it is closed."""
        voters = await self.open(present)
        for declaration_id in self.season.declarations:
            await self.vote_all([n < in_favour for n in range(present)], voters, declaration_id)
        return await self.did("CLOSE_VOTE")
