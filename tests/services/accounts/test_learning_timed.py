"""The time of a paper: answers saved on the way, papers closed, pauses and daily limits."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.accounts.installation import Desk
from services.accounts.learning import judging
from services.kit import clock
from tests.platform.settings import POLICIES
from tests.services.accounts.test_learning import begin, hand_in, standing
from tests.services.accounts.world import World, cites, refused, token_at

MORNING, LATER = "2023-10-20T09:00:00+08:00", "2023-10-20T09:31:00+08:00"
CYCLE = {"cycle": 2023}


async def save(world: World, token: str, attempt: dict[str, Any], given: dict[str, Any]):
    """Keep answers."""
    return await world.ask("PUT", f"/v1/learning/attempts/{attempt['id']}/answers", token, {"answers": given})


@pytest.fixture
def ruled(world: World, client: Any, tmp_path: Path) -> Callable[..., Awaitable[World]]:
    """`await ruled("pause_minutes: 0", "pause_minutes: 20")`: the same province under a changed learning.yaml."""

    async def make(*changes: str) -> World:
        shutil.copytree(POLICIES, tmp_path / "policies")
        file = tmp_path / "policies/qinghai/2023/learning.yaml"
        told = file.read_text(encoding="utf-8")
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            assert old in told
            told = told.replace(old, new)
        file.write_text(told, encoding="utf-8")
        http = await client("accounts", settings={"policies_dir": tmp_path / "policies"})
        return World(http, world.root, world.made)

    return make


@pytest.mark.clause("2.3")
async def test_a_paper_says_when_its_time_is_up(world, taker, at):
    """Thirty minutes from beginning, by the policy; the list of own attempts tells it too."""
    await at(MORNING, "accounts")
    attempt = await begin(world, taker[1])
    begun, expires = (datetime.fromisoformat(attempt[name]) for name in ("begun_at", "expires_at"))
    assert expires - begun == timedelta(minutes=30)
    listed = (await world.ask("GET", "/v1/learning/attempts?cycle=2023", taker[1])).json()["items"]
    assert [(each["id"], each["expires_at"]) for each in listed] == [(attempt["id"], attempt["expires_at"])]
    assert "questions" not in listed[0]


async def test_answers_are_kept_on_the_way_and_handed_in_with_the_rest(world, taker, answers):
    """Saved one by one, changed and taken back; what is handed in is what was saved and what comes with it."""
    attempt = await begin(world, taker[1])
    right = answers(attempt)
    first, second, *rest = right
    for kept in ({first: right[first]}, {second: "a"}, {second: "b"}, {second: []}):
        assert (await save(world, taker[1], attempt, kept)).status_code == 200
    told = (await world.ask("GET", f"/v1/learning/attempts/{attempt['id']}", taker[1])).json()
    assert told["answers"] == [{"question_id": first, "option_ids": [right[first]]}]
    assert (told["state"], told["score"], told["wrong"]) == ("OPEN", None, [])
    missing = await hand_in(world, taker[1], attempt, {key: right[key] for key in rest})
    assert refused(missing, 422, "RULES_BROKEN")["findings"][0]["code"] == "EVERY_QUESTION_ANSWERED"
    done = await hand_in(world, taker[1], attempt, {key: right[key] for key in (second, *rest)})
    assert (done.json()["record"]["state"], done.json()["record"]["score"]) == ("PASSED", 100)


async def test_strange_answers_are_not_kept(world, taker):
    """Neither another paper's question, nor another option, nor two where one is asked for."""
    attempt = await begin(world, taker[1])
    key = attempt["questions"][0]["id"]
    for strange in ({"q99": "a"}, {key: "z"}, {key: ["a", "b"]}):
        problem = refused(await save(world, taker[1], attempt, strange), 422, "RULES_BROKEN")
        assert problem["findings"][0]["code"] == "ANSWERS_BELONG_TO_PAPER"
    assert (await begin(world, taker[1]))["answers"] == []


@pytest.mark.clause("2.3")
async def test_too_late_what_was_saved_in_time_is_judged(world, taker, answers, at):
    """Handed in after the time, right answers do not count; saving says the time is up and keeps nothing."""
    person, token = taker
    await at(MORNING, "accounts")
    attempt = await begin(world, token)
    right = answers(attempt)
    some = dict(list(right.items())[:3])
    await save(world, token, attempt, some)
    await at(LATER, "accounts")
    assert cites(refused(await save(world, token, attempt, right), 409, "TEST_TIME_UP")) == ["二（三）"]
    late = (await hand_in(world, token, attempt, right)).json()["record"]
    assert (late["state"], late["score"], late["timed_out"]) == ("FAILED", 30, True)
    assert late["judged_at"] == late["expires_at"]
    refused(await save(world, token, attempt, right), 409, "TEST_TIME_UP")
    assert not (await standing(world, person, token))["passed"]


async def test_a_paper_nobody_comes_back_to_is_closed(world, taker, answers, at, session, installation):
    """The sweep judges it once, by what was saved, with its event; two sweeps at once do not do it twice."""
    person, token = taker
    await at(MORNING, "accounts")
    attempt = await begin(world, token)
    await save(world, token, attempt, answers(attempt))

    async def sweep() -> int:
        async with session("accounts") as tx:
            return await judging.close_overdue(tx, Desk(installation, await clock.now(tx, simulated=True)))

    assert await sweep() == 0
    await at(LATER, "accounts")
    assert sorted(await asyncio.gather(sweep(), sweep())) == [0, 1]
    assert (await standing(world, person, token))["passed"]
    async with session("accounts") as tx:
        told = "select count(*) from outbox where type = 'titles.accounts.test.passed.v1'"
        assert await tx.scalar(text(told)) == 1


async def test_reading_an_overdue_paper_judges_it(world, taker, at):
    """Nothing saved is nothing right."""
    await at(MORNING, "accounts")
    attempt = await begin(world, taker[1])
    await at(LATER, "accounts")
    told = (await world.ask("GET", f"/v1/learning/attempts/{attempt['id']}", taker[1])).json()
    assert (told["state"], told["score"], len(told["wrong"])) == ("FAILED", 0, 10)


async def test_beginning_again_closes_the_overdue_paper(world, taker, answers, at):
    """A new paper comes, unless what was saved passes: then that is the answer."""
    _, token = taker
    await at(MORNING, "accounts")
    first = await begin(world, token)
    await at(LATER, "accounts")
    second = await begin(world, token)
    assert second["id"] != first["id"]
    await save(world, token, second, answers(second))
    await at("2023-10-20T11:00:00+08:00", "accounts")
    third = await begin(world, token)
    assert (third["id"], third["state"]) == (second["id"], "PASSED")
    refused(await world.ask("POST", "/v1/learning/attempts", token, CYCLE), 409, "TEST_ALREADY_PASSED")


@pytest.mark.clause("2.3")
async def test_between_attempts_lies_a_pause(ruled, taker, answers, at):
    """Who failed waits as long as the policy says; the refusal tells how long, and nothing is begun."""
    _, token = taker
    world = await ruled("pause_minutes: 0", "pause_minutes: 20")
    await at(MORNING, "accounts")
    attempt = await begin(world, token)
    await hand_in(world, token, attempt, answers(attempt, wrong=5))
    too_soon = await world.ask("POST", "/v1/learning/attempts", token, CYCLE)
    problem = refused(too_soon, 429, "TEST_PAUSE")
    assert 1150 <= int(too_soon.headers["retry-after"]) <= 1201
    assert cites(problem) == ["二（三）"]
    assert len((await world.ask("GET", "/v1/learning/attempts", token)).json()["items"]) == 1
    await at("2023-10-20T09:21:00+08:00", "accounts")
    assert (await begin(world, token))["state"] == "OPEN"


async def test_a_day_has_so_many_attempts(ruled, taker, answers, at):
    """64 beginnings at once after the last one of the day give none; the next day, by Shanghai's date, one."""
    _, token = taker
    world = await ruled("attempts_per_day: 0", "attempts_per_day: 2")
    await at("2023-10-20T23:40:00+08:00", "accounts")
    for _ in range(2):
        attempt = await begin(world, token)
        await hand_in(world, token, attempt, answers(attempt, wrong=5))
    many = await asyncio.gather(
        *(world.ask("POST", "/v1/learning/attempts", token, CYCLE) for _ in range(64))
    )
    for each in many:
        refused(each, 409, "TEST_ATTEMPTS_USED_UP")
    assert len((await world.ask("GET", "/v1/learning/attempts", token)).json()["items"]) == 2
    await at("2023-10-21T00:01:00+08:00", "accounts")
    assert (await begin(world, token))["state"] == "OPEN"


async def test_saving_and_handing_in_at_once_never_loses_the_judgement(world, taker, answers):
    """64 of both: one paper judged, whatever came in between, and its score fits its answers."""
    _, token = taker
    attempt = await begin(world, token)
    right = answers(attempt)
    acts = [
        save(world, token, attempt, right) if n % 2 else hand_in(world, token, attempt, right)
        for n in range(64)
    ]
    done = await asyncio.gather(*acts)
    judged = [each for n, each in enumerate(done) if not n % 2 and each.status_code == 200]
    assert len(judged) == 1
    assert {each.status_code for each in done} <= {200, 409}
    told = (await world.ask("GET", f"/v1/learning/attempts/{attempt['id']}", token)).json()
    assert (told["state"], told["score"]) == ("PASSED", 100)


async def test_topics_have_their_share(world, taker, installation):
    """Each topic has as many questions as its weight says."""
    rules = installation.policies.of(2023).learning
    topics = {question.id: question.topic for question in rules.questions}
    attempt = await begin(world, taker[1])
    drawn = [topics[question["id"]] for question in attempt["questions"]]
    assert {topic: drawn.count(topic) for topic in rules.topics} == rules.paper.by_topic
    assert sum(rules.paper.by_topic.values()) == rules.paper.questions


async def test_a_list_of_attempts_is_the_callers_own(world, taker):
    """A colleague and the manager see none of them."""
    await begin(world, taker[1])
    hospital = await world.hospital()
    colleague = (await world.add_person(hospital))["person"]
    for other in (world.applicant(colleague, hospital), token_at(hospital), token_at(world.root)):
        assert (await world.ask("GET", "/v1/learning/attempts", other)).json()["items"] == []
