"""Same person, same credit code, same paper: sixty-four at once, each in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from services.kit.db import Database
from tests.services.accounts.test_learning import CYCLE, begin, hand_in
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import PROVINCE, World, new_resident_id, new_uscc, token_at

RACERS = 64
CONNECTIONS = 32
"""As many again may be opened over the pool's size: every racer has one."""


class Crowd:
    """A service that serves all racers at once, and how many transactions it had at the same moment."""

    def __init__(self, world: World, database: Database) -> None:
        self.world = world
        self.now = self.most = 0
        pool = database.engine.sync_engine.pool
        event.listen(pool, "checkout", self._in)
        event.listen(pool, "checkin", self._out)

    def _in(self, *_: object) -> None:
        self.now += 1
        self.most = max(self.most, self.now)

    def _out(self, *_: object) -> None:
        self.now -= 1

    async def race(self, *tries: Awaitable[httpx.Response]) -> list[httpx.Response]:
        """Everyone at once; most of them were inside at the same moment."""
        assert len(tries) == RACERS
        self.most = self.now
        answers = list(await asyncio.gather(*tries))
        assert self.most > RACERS // 2, f"only {self.most} at the same moment"
        return answers


@pytest.fixture
async def crowd(client: Any, world: World) -> Crowd:
    """The same province, served with a connection for each racer."""
    http = await client("accounts", settings={"pool_size": CONNECTIONS})
    return Crowd(World(http, world.root), http._transport.app.state.db)  # noqa: SLF001 - to count connections


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    """How many answered what."""
    return Counter(answer.status_code for answer in answers)


def codes(answers: list[httpx.Response]) -> set[str]:
    """Why the others were refused."""
    return {answer.json()["code"] for answer in answers if answer.status_code >= 400}


def turns(*choices: Any) -> Iterator[Any]:
    """The choices in turn, one for each racer."""
    return (choices[n % len(choices)] for n in range(RACERS))


@pytest.mark.clause("2.2.1")
async def test_of_two_units_and_two_spellings_one_makes_the_account(crowd, session):
    """A hospital and a department of another unit, capitals and blanks: one account, and the others learn where."""
    world, number = crowd.world, new_resident_id()
    hospital = await world.hospital()
    school = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    known = await count(session, "account")
    spelled = turns(number, number, f" {number[:6]} {number[6:].lower()}", f"{number[:6]}-{number[6:]}")
    tries = [
        world.ask("POST", "/v1/people", token_at(unit), world.person(unit, number=spelling))
        for unit, spelling in zip(turns(hospital, school), spelled, strict=True)
    ]
    answers = await crowd.race(*tries)
    assert (statuses(answers), codes(answers)) == ({201: 1, 409: RACERS - 1}, {"PERSON_EXISTS"})
    found = [await count(session, table) for table in ("person", "person_document", "employment")]
    assert (found, await count(session, "account")) == ([1, 1, 1], known + 1)


@pytest.mark.clause("2.2.1")
async def test_a_second_document_is_one_persons(crowd, session):
    """A passport told for someone known by resident id, while others make an account by it: one of both holds it."""
    world = crowd.world
    hospital = await world.hospital()
    person = (await world.add_person(hospital))["person"]
    token = token_at(hospital)
    passport = {"kind": "PASSPORT", "number": "E77770001", "nationality": "GBR"}
    path = f"/v1/people/{person['id']}/documents"
    tries = []
    for added in turns(True, False):
        body = {"document": passport} if added else world.person(hospital, document=passport)
        tries.append(world.ask("POST", path if added else "/v1/people", token, body))
    answers = await crowd.race(*tries)
    added, made = statuses(answers[::2]), statuses(answers[1::2])
    half = RACERS // 2
    assert (added, made) in (({201: half}, {409: half}), ({409: half}, {201: 1, 409: half - 1})), codes(
        answers
    )
    assert codes(answers) <= {"PERSON_EXISTS", "DOCUMENT_ELSEWHERE"}
    assert await count(session, "person_document") == 2


@pytest.mark.clause("2.2.1")
async def test_of_two_superiors_and_two_spellings_one_makes_the_organisation(crowd, session):
    """The province and its health authority, capitals and blanks: one organisation of that code."""
    world, code = crowd.world, new_uscc()
    await world.hospital()
    health = {"kind": "AUTHORITY", "level": "PROVINCE", "region_code": PROVINCE, "industry": "HEALTH"}
    other = await world.create(world.root, **health)
    before = await count(session, "organisation")
    unit = {"kind": "EMPLOYER", "level": "PROVINCE", "region_code": PROVINCE}
    spelled = turns(code, code, f" {code.lower()}", code.lower())
    tries = [
        world.try_create(creator, **unit, uscc=spelling)
        for creator, spelling in zip(turns(world.root, other), spelled, strict=True)
    ]
    answers = await crowd.race(*tries)
    assert (statuses(answers), codes(answers)) == ({201: 1, 409: RACERS - 1}, {"ORGANISATION_EXISTS"})
    assert await count(session, "organisation") == before + 1


@pytest.mark.clause("2.3")
async def test_of_all_beginnings_one_paper_comes(crowd, taker, session):
    """Nobody has begun: all who begin at once see the one paper that was drawn."""
    _, token = taker
    tries = (crowd.world.ask("POST", "/v1/learning/attempts", token, CYCLE) for _ in range(RACERS))
    answers = await crowd.race(*tries)
    assert set(statuses(answers)) <= {200, 201}
    assert len({answer.json()["record"]["id"] for answer in answers}) == 1
    assert await count(session, "test_attempt") == 1


@pytest.mark.clause("2.3")
async def test_of_all_papers_handed_in_one_is_judged(crowd, taker, answers, session):
    """Right and wrong answers at once: one of them counts, for ever."""
    _, token = taker
    attempt = await begin(crowd.world, token)
    right, wrong = answers(attempt), answers(attempt, wrong=5)
    told = await crowd.race(*(hand_in(crowd.world, token, attempt, given) for given in turns(right, wrong)))
    assert statuses(told) == {200: 1, 409: RACERS - 1}
    assert codes(told) == {"ACTION_NOT_AVAILABLE"}
    [judged] = [answer.json()["record"] for answer in told if answer.status_code == 200]
    kept = await crowd.world.ask("GET", f"/v1/learning/attempts/{attempt['id']}", token)
    assert (kept.json()["state"], kept.json()["score"]) == (judged["state"], judged["score"])
