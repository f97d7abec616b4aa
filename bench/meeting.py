"""A meeting of 25 experts and 1,000 cases: tabled, opened, voted on, closed and counted, beside the bare rows of the same."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from sqlalchemy import delete, update

from bench import scratch
from bench.measure import Row
from deploy.local.bootstrap import bootstrap, create_database, service_url
from migrations.run import upgrade
from services.kit import clock, logging
from services.kit.auth import Actor, TokenVerifier
from services.kit.db import Database
from services.workflow.call import Call
from services.workflow.declaration.model import Declaration
from services.workflow.main import create
from services.workflow.meeting import ballot, store
from services.workflow.meeting.model import AgendaItem, Meeting
from services.workflow.meeting.states import State
from tests.platform.settings import settings_for
from tests.platform.tokens import bearer, mint, seat, trusted
from tests.services.workflow.meeting import seated
from tests.services.workflow.meeting.hall import MEETING_DAY
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration, seed_experts

EXPERTS, CASES, PARTS, AT_ONCE = 25, 1_000, 10, 8
HOURS = 4 * 3600
IN_FAVOUR = 0.75
"""How likely a ballot is in favour: most cases pass, and not all."""
BARE = (Path(__file__).parent / "meeting.sql").read_text(encoding="utf-8")
ROLL = "insert into bare_roll values ($1, $2, $3)"
AUDIT = """
insert into bare_audit (id, at, actor_id, actor_name, action, subject, basis, detail)
values (gen_random_uuid(), now(), $1, '专家', 'ballot.CAST', 'meeting', '[]', '{}')
"""
HELD = "select sealed from bare_box where meeting_id = $1 and declaration_id = $2 for update"
BOX = "update bare_box set sealed = $3 where meeting_id = $1 and declaration_id = $2"
MOVED = """
with moved as (update bare_declaration set state = $1, version = version + 1 returning id),
told as (insert into bare_history (id, subject_kind, subject_id, action, after, actor_name, at, basis)
    select gen_random_uuid(), 'declaration', id, $1, $1, '办事机构', now(), '[]' from moved),
audited as (insert into bare_audit (id, at, actor_name, action, subject, basis, detail)
    select gen_random_uuid(), now(), '办事机构', $1, id::text, '[]', '{}' from moved)
insert into bare_outbox (id, type, subject, time, data) select gen_random_uuid(), 'moved', id::text, now(), '{}' from moved
"""
COUNTED = """
insert into bare_ballot (id, meeting_id, declaration_id, in_favour)
select gen_random_uuid(), meeting_id, declaration_id, true from bare_box, generate_series(1, $1::integer) order by random()
"""
TALLIED = """
insert into bare_tally (meeting_id, declaration_id, present, in_favour, against, passed, signature)
select meeting_id, declaration_id, $1::integer, $1::integer, 0, true, 'signed' from bare_box
"""


Vote = tuple[int, UUID, bool]
"""Which expert, on which case, whether in favour."""
Cast = Callable[[Vote], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Room:
    """The application before its meeting, and the administrator's connections."""

    app: FastAPI
    http: httpx.AsyncClient
    season: Season
    meeting_id: UUID
    office: str
    experts: Sequence[str]
    bare: asyncpg.Pool

    async def look(self) -> None:
        """Read the meeting, so that no step pays for the first request of an application."""
        answer = await self.http.get(f"/v1/meetings/{self.meeting_id}", headers=bearer(self.office))
        answer.raise_for_status()

    async def act(self, action: str) -> None:
        """Take a step of the meeting."""
        path = f"/v1/meetings/{self.meeting_id}/actions/{action}"
        answer = await self.http.post(path, json={}, headers=bearer(self.office))
        answer.raise_for_status()


async def run() -> dict[str, list[Row]]:
    """Cases tabled a second, ballots cast a second, ballots counted a second: each beside its bare rows."""
    async with room() as here:
        await here.look()
        bare = [await _timed(CASES, lambda: _bare_move(here, "IN_MEETING"))]
        tabled = await _timed(CASES, lambda: here.act("TABLE"))
        bare.append(await _timed(CASES, lambda: _bare_move(here, "IN_MEETING")))
        await _to_its_day(here)
        opened = await _timed(CASES, lambda: here.act("OPEN"))
        cast = await _voting(here)
        ballots = EXPERTS * CASES
        counted = [await _timed(ballots, lambda: _bare_count(here))]
        closed = await _timed(ballots, lambda: here.act("CLOSE_VOTE"))
        await here.bare.execute("truncate bare_ballot, bare_tally")
        counted.append(await _timed(ballots, lambda: _bare_count(here)))
    return {
        "1,000 cases tabled and opened: cases a second": [
            Row("bare rows of the tabling", tuple(bare)),
            Row("tabled", (tabled,)),
            Row("opened, a box each", (opened,)),
        ],
        "25,000 ballots cast, 8 at a time: a second": [
            Row(name, tuple(rates))
            for name, rates in zip(("bare rows", "over HTTP", "by the function"), cast, strict=True)
        ],
        "The vote closed, 25,000 ballots counted, 1,000 cases moved on: ballots a second": [
            Row("bare rows", tuple(counted)),
            Row("closed and counted", (closed,)),
        ],
    }


async def _timed(units: int, done: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await done()
    return units / (time.perf_counter() - started)


async def _voting(here: Room) -> tuple[list[float], list[float], list[float]]:
    """Every expert votes on every case, part by part: a tenth over HTTP, the rest by the function; bare rows before each part."""
    bare, by_function, over_http = [], [], []
    votes, ways, part = _votes(here), _ways(here), CASES * EXPERTS // PARTS
    for start in range(0, len(votes), part):
        own = votes[start : start + part]
        few = own[: part // PARTS]
        bare.append(await _rate(few, ways[0]))
        over_http.append(await _rate(few, ways[1]))
        by_function.append(await _rate(own[len(few) :], ways[2]))
    return bare, over_http, by_function


def _votes(here: Room) -> list[Vote]:
    chance = random.Random(1)
    cases = here.season.declarations
    return [(n, case, chance.random() < IN_FAVOUR) for case in cases for n in range(EXPERTS)]


def _ways(here: Room) -> tuple[Cast, Cast, Cast]:
    return (partial(_bare, here), partial(_over_http, here), partial(_by_function, here))


async def _rate(votes: Sequence[Vote], way: Cast) -> float:
    return await _timed(len(votes), partial(_at_once, votes, way))


async def _at_once(votes: Sequence[Vote], each: Cast) -> None:
    waiting = iter(votes)

    async def caller() -> None:
        for vote in waiting:
            await each(vote)

    await asyncio.gather(*(caller() for _ in range(AT_ONCE)))


async def _over_http(here: Room, vote: Vote) -> None:
    expert, case, in_favour = vote
    body = {"declaration_id": str(case), "in_favour": in_favour}
    path = f"/v1/meetings/{here.meeting_id}/ballots"
    answer = await here.http.post(path, json=body, headers=bearer(here.experts[expert]))
    answer.raise_for_status()


async def _by_function(here: Room, vote: Vote) -> None:
    (expert, case, in_favour), state = vote, here.app.state
    who = here.season.experts[expert]
    actor = Actor(who.account_id, "person", who.name, (seat("EXPERT", here.season.province),))
    async with state.db.begin() as tx:
        moment = await clock.now(tx, simulated=True)
        keys = (state.sealer, state.signer, state.accounts)
        call = Call(actor, moment, tx, state.policies, state.settings.province, *keys)
        meeting, me = await store.voter(tx, here.meeting_id, actor)
        await ballot.vote(call, meeting, me, case, in_favour=in_favour)


async def _bare(here: Room, vote: Vote) -> None:
    voter, case = here.season.experts[vote[0]].account_id, vote[1]
    async with here.bare.acquire() as connection, connection.transaction():
        await connection.execute(ROLL, here.meeting_id, case, voter)
        await connection.execute(AUDIT, voter)
        sealed = await connection.fetchval(HELD, here.meeting_id, case)
        await connection.execute(BOX, here.meeting_id, case, sealed)


async def _bare_move(here: Room, state: str) -> None:
    await here.bare.execute(MOVED, state)


async def _bare_count(here: Room) -> None:
    async with here.bare.acquire() as connection, connection.transaction():
        await connection.execute(COUNTED, EXPERTS)
        await connection.execute(TALLIED, EXPERTS)
        await connection.execute(MOVED, "PASSED")


@asynccontextmanager
async def room() -> AsyncIterator[Room]:
    """The application with a meeting that waits for its agenda; all of it is gone afterwards."""
    logging.configure("ERROR", "workflow")
    async with AsyncExitStack() as stack:
        server = stack.enter_context(scratch.server())
        await create_database(server.admin(), "hall")
        await bootstrap(server.admin("hall"), server.passwords)
        await upgrade(server.admin("hall"), "workflow")
        url = service_url(server.admin("hall"), "workflow", server.passwords["workflow"])
        settings = settings_for(lambda _: url, "workflow", pool_size=2 * AT_ONCE, log_level="ERROR")
        app = create(settings, verifier=TokenVerifier(trusted()))
        await stack.enter_async_context(LifespanManager(app, startup_timeout=60, shutdown_timeout=60))
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://workflow.bench")
        await stack.enter_async_context(http)
        season, meeting_id = await _seeded(app.state.db)
        path = {"search_path": "workflow"}
        pool = await asyncpg.create_pool(
            server.admin("hall"), min_size=1, max_size=AT_ONCE, server_settings=path
        )
        await stack.enter_async_context(pool)
        await pool.execute(BARE)
        held = seat("COMMITTEE_OFFICE", season.province, season.authority)
        experts = [
            mint([seat("EXPERT", season.province)], sub=each.account_id, expires_in=HOURS)
            for each in season.experts
        ]
        yield Room(app, http, season, meeting_id, mint([held], expires_in=HOURS), experts, pool)


async def _seeded(database: Database) -> tuple[Season, UUID]:
    """Everybody trained and pledged; every declaration accepted, none on the agenda yet."""
    season = Season()
    async with database.begin() as tx:
        await clock.set_clock(tx, datetime.fromisoformat(MEETING_DAY))
        await seed_committee(tx, season, size=EXPERTS)
        await seed_experts(tx, season, EXPERTS)
        for _ in range(CASES):
            await seed_declaration(tx, season)
        meeting_id = await seated.seat(tx, season)
        await tx.execute(delete(AgendaItem))
        await tx.execute(update(Declaration).values(state="ACCEPTED"))
        await tx.execute(update(Meeting).values(state=State.PLAN_FILED, held_on=date(2024, 1, 10)))
    return season, meeting_id


async def _to_its_day(here: Room) -> None:
    """The draw is another bench's: the experts sit there already."""
    await here.bare.execute("update meeting set state = 'DRAWN'")
    await here.bare.execute("insert into bare_box select meeting_id, declaration_id, '' from meeting_agenda")
    await here.bare.execute("vacuum analyze")
