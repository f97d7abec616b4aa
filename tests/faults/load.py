"""People at work over the public API while something breaks: units recommend and take back, experts vote, readers read.

Whoever gets no answer, or one that asks to come again, comes again under the same key. What was answered is remembered, to be
looked for afterwards.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from uuid import uuid4

import asyncpg
import httpx
from joserfc.jwk import OKPKey

from deploy.local.bootstrap import SERVICES
from services.kit import clock
from tests.faults.installation import Installation
from tests.faults.rush import AGAIN, NOVEMBER, Rush, Unit, Wish, begun
from tests.faults.voting import Vote, Voting, seed_meeting
from tests.platform.tokens import bearer
from tests.services.workflow.meeting.season import Season

EXPERTS = 11
NO_ANSWER = "no answer"
NO_PLACE_LEFT = "NO_PLACE_LEFT"
ALREADY_VOTED = "ALREADY_VOTED"
"""What who votes again hears whose first answer was lost: a ballot is kept under no key."""
PATIENCE, PAUSE = 300, 0.2
UNITS, PLACES, PEOPLE, BALLOTS, AT_ONCE = 6, 2, 3, 22, 8

UNSETTLED = """
select (select count(*) from {0}.outbox where not routed)
    + (select count(*) from {0}.outbox_delivery where delivered_at is null and dead_at is null)
    + (select count(*) from {0}.audit_log l where not exists (select from {0}.audit_chain c where c.audit_id = l.id))
"""
UNKNOWN = "select count(*) from quota.reservation where state = 'HELD' and known_at is null"
STATES = "select id, state from workflow.recommendation where id = any($1)"
TAKEN = """
select unit_id, count(*) from quota.reservation where unit_id = any($1) and state in ('HELD', 'CONFIRMED') group by unit_id
"""
ROLL = """
select e.account_id, r.declaration_id from workflow.ballot_roll r join workflow.expert e on e.id = r.expert_id
where r.meeting_id = $1
"""


@dataclass
class Work:
    """What was answered during one fault: who was recommended and stayed, who was taken back, which ballots were cast."""

    units: list[Unit]
    recommended: set[str] = field(default_factory=set)
    taken_back: set[str] = field(default_factory=set)
    ballots: set[Vote] = field(default_factory=set)
    answers: int = 0
    told: Counter[str] = field(default_factory=Counter)
    refused: frozenset[str] = frozenset()
    """Refusals, beside those that say so themselves, after which people come again: they sign in, or wait."""

    @property
    def acknowledged(self) -> int:
        """How many changes were acknowledged."""
        return len(self.recommended) + 2 * len(self.taken_back) + len(self.ballots)


@dataclass
class Load:
    """Everybody who works on one installation."""

    at: Installation
    rush: Rush
    voting: Voting

    def __post_init__(self) -> None:
        accounts = [each.account_id for each in self.voting.season.experts]
        self._votes = iter([(one, case) for case in self.voting.season.declarations for one in accounts])

    async def work(self, done: Work) -> None:
        """All of it, so many at once; it ends when everybody has an answer."""
        turn = asyncio.Semaphore(AT_ONCE)
        wishes = [Wish(unit, person) for unit in done.units for person in unit.people]
        ballots = list(islice(self._votes, BALLOTS))

        async def taking_turns(act: Coroutine[None, None, None]) -> None:
            async with turn:
                await act

        each = [self._recommend(wish, done) for wish in wishes] + [self._vote(vote, done) for vote in ballots]
        mixed = [each[place] for place in sorted(range(len(each)), key=lambda n: (n * 7) % len(each))]
        await asyncio.gather(*map(taking_turns, mixed))

    async def units(self, times: int) -> list[list[Unit]]:
        """So many times units with places and people, of whom nobody has been recommended."""
        made = await self.rush.units(UNITS * times, places=PLACES, people=PEOPLE)
        return [made[first : first + UNITS] for first in range(0, len(made), UNITS)]

    async def _recommend(self, wish: Wish, done: Work) -> None:
        body = {
            "plan_id": str(wish.unit.plan_id),
            "person_id": str(wish.person_id),
            "series": "HEALTH",
            "level": "ASSOCIATE_SENIOR",
        }
        answer = await self._until_answered("/v1/recommendations", wish.unit.token, body, done)
        if answer.json().get("code") == NO_PLACE_LEFT:
            return
        assert answer.status_code == httpx.codes.CREATED, answer.text
        made = answer.json()["record"]["id"]
        done.recommended.add(made)
        if wish.person_id == wish.unit.people[0]:
            await self._take_back(made, wish, done)

    async def _take_back(self, made: str, wish: Wish, done: Work) -> None:
        path = f"/v1/recommendations/{made}/actions/WITHDRAW"
        answer = await self._until_answered(path, wish.unit.token, {"note": "本人放弃"}, done)
        assert answer.status_code == httpx.codes.OK, answer.text
        done.recommended.discard(made)
        done.taken_back.add(made)

    async def _vote(self, vote: Vote, done: Work) -> None:
        path = f"/v1/meetings/{self.voting.meeting_id}/ballots"
        body = {"declaration_id": str(vote[1]), "in_favour": self.voting.way(vote)}
        answer = await self._until_answered(path, self.voting.token(vote[0]), body, done)
        counted = answer.status_code == httpx.codes.CREATED or answer.json().get("code") == ALREADY_VOTED
        assert counted, answer.text
        done.ballots.add(vote)
        self.voting.acknowledged.add(vote)

    async def _until_answered(self, path: str, token: str, body: object, done: Work) -> httpx.Response:
        headers = bearer(token) | {"idempotency-key": str(uuid4())}
        until, answer = time.monotonic() + PATIENCE, None
        while time.monotonic() < until:
            try:
                answer = await self.rush.http.post(path, json=body, headers=headers)
            except httpx.TransportError:
                answer = None
            code = NO_ANSWER if answer is None else str(answer.json().get("code", ""))
            if answer is not None and answer.status_code not in AGAIN and code not in done.refused:
                done.answers += 1
                return answer
            done.told[code] += 1
            await asyncio.sleep(PAUSE)
        raise AssertionError(f"{path} was never answered, at last {answer and answer.text}")

    async def settled(self) -> None:
        """Wait until every event is heard, every hold is known or given back, and every line of audit is in its chain."""
        asked = [UNKNOWN, *(UNSETTLED.format(each) for each in SERVICES)]
        async with asyncio.timeout(PATIENCE):
            while any([await self.ask(each) for each in asked]):
                await asyncio.sleep(PAUSE)

    async def ask(self, question: str, *given: object) -> int:
        """One number from the database."""
        admin = await asyncpg.connect(self.at.admin_url, timeout=10)
        try:
            answer: int = await admin.fetchval(question, *given)
            return answer
        finally:
            await admin.close(timeout=5)

    async def lost(self, done: Work) -> list[str]:
        """What was acknowledged and is not there, and what is there beyond the numbers."""
        admin = await asyncpg.connect(self.at.admin_url, timeout=10)
        try:
            known = {
                str(row["id"]): row["state"]
                for row in await admin.fetch(STATES, sorted(done.recommended | done.taken_back))
            }
            roll = [
                (row["account_id"], row["declaration_id"])
                for row in await admin.fetch(ROLL, self.voting.meeting_id)
            ]
            taken = dict(await admin.fetch(TAKEN, [unit.id for unit in done.units]))
        finally:
            await admin.close(timeout=5)
        return [
            *(f"recommendation {each}" for each in done.recommended if known.get(each) != "RESERVED"),
            *(f"withdrawal {each}" for each in done.taken_back if known.get(each) != "WITHDRAWN"),
            *(f"ballot {each}" for each in done.ballots - set(roll)),
            *(f"a second ballot {each}" for each in set(roll) if roll.count(each) > 1),
            *(f"places of {unit}" for unit, count in taken.items() if count > PLACES),
        ]

    async def miscounted(self) -> list[str]:
        """Close the vote: the declarations whose ballots do not come to what was acknowledged of them."""
        answer = await self.voting.act("CLOSE_VOTE")
        assert answer.status_code == httpx.codes.OK, answer.text
        results = answer.json()["record"]["results"]
        counted = {each["declaration_id"]: (each["in_favour"], each["against"]) for each in results}
        meant: dict[str, list[bool]] = defaultdict(list)
        for vote in self.voting.acknowledged:
            meant[str(vote[1])].append(self.voting.way(vote))
        return [
            f"ballots on {declaration}: {counted.get(declaration)}"
            for declaration, ways in meant.items()
            if counted.get(declaration) != (ways.count(True), ways.count(False))
        ]


@asynccontextmanager
async def at_work(at: Installation, cases: int) -> AsyncIterator[Load]:
    """Everybody in place: the season open, a meeting in the midst of its vote."""
    async with AsyncExitStack() as opened:
        rush = await opened.enter_async_context(begun(at.stack))
        base = f"{at.stack.url('gateway')}/api/workflow"
        limits = httpx.Limits(max_connections=None)
        http = httpx.AsyncClient(base_url=base, timeout=20, trust_env=False, limits=limits)
        rush.http = await opened.enter_async_context(http)
        season = Season(cycle_id=rush.cycle_id, editions=1)
        async with rush.databases["workflow"].begin() as tx:
            meeting_id = await seed_meeting(tx, season, experts=EXPERTS, cases=cases)
        key = OKPKey.import_key(at.stack.keys.signing_keys["keys"][0])
        voting = Voting(rush.http, season, key, meeting_id)
        answer = await voting.act("OPEN")
        assert answer.status_code == httpx.codes.OK, answer.text
        async with rush.databases["workflow"].begin() as tx:
            await clock.set_clock(tx, NOVEMBER)
        yield Load(at, rush, voting)
