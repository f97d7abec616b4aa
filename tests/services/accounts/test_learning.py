"""The online test: drawn, answered once, judged, repeated."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.world import World, cites, refused, token_at

CYCLE = {"cycle": 2023}


async def begin(world: World, token: str) -> dict[str, Any]:
    """An open attempt."""
    answer = await world.ask("POST", "/v1/learning/attempts", token, CYCLE)
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]


async def hand_in(world: World, token: str, attempt: dict[str, Any], given: dict[str, str]):
    """Hand in a paper."""
    return await world.ask(
        "POST", f"/v1/learning/attempts/{attempt['id']}/answers", token, {"answers": given}
    )


async def standing(world: World, person: dict[str, Any], token: str) -> dict[str, Any]:
    """How a person stands."""
    return (await world.ask("GET", f"/v1/people/{person['id']}/test?cycle=2023", token)).json()


@pytest.mark.clause("2.3")
async def test_anyone_reads_guides_and_samples(world):
    """Without signing in: guides, samples, questions and answers, and what it takes to pass."""
    told = (await world.ask("GET", "/v1/learning/guides")).json()
    assert {guide["kind"] for guide in told["items"]} == {"GUIDE", "SAMPLE", "VIDEO", "FAQ"}
    films = [guide for guide in told["items"] if guide["kind"] == "VIDEO"]
    assert all(film["seconds"] and (film["url"] or film["file"]) for film in films)
    assert not any(".example" in (guide["url"] or "") for guide in told["items"]), "a link that leads nowhere"
    assert all(guide["cite"] and guide["title"] and guide["body"] for guide in told["items"])
    assert (told["questions"], told["pass_mark"], told["minutes"]) == (10, 80, 30)


@pytest.mark.clause("2.3")
async def test_a_failed_test_is_repeated_until_it_is_passed(world, taker, answers, session):
    """Eight of ten pass, seven fail; a new paper follows; the standing and the event tell."""
    person, token = taker
    first = await begin(world, token)
    failed = (await hand_in(world, token, first, answers(first, wrong=3))).json()
    assert (failed["record"]["state"], failed["record"]["score"]) == ("FAILED", 70)
    assert len(failed["record"]["wrong"]) == 3
    assert cites(failed) == ["二（三）"]
    assert await standing(world, person, token) == {"passed": False, "passed_at": None, "attempts": 1}
    second = await begin(world, token)
    assert second["id"] != first["id"]
    passed = (await hand_in(world, token, second, answers(second, wrong=2))).json()["record"]
    assert (passed["state"], passed["score"]) == ("PASSED", 80)
    told = await standing(world, person, token)
    assert (told["passed"], told["attempts"]) == (True, 2)
    async with session("accounts") as tx:
        events = (
            await tx.execute(
                text("select type from outbox where subject = :s order by seq"),
                {"s": f"person/{person['id']}"},
            )
        ).scalars()
        assert [each.split(".")[-3:-1] for each in events] == [
            ["person", "created"],
            ["test", "failed"],
            ["test", "passed"],
        ]
    refused(await world.ask("POST", "/v1/learning/attempts", token, CYCLE), 409, "TEST_ALREADY_PASSED")


@pytest.mark.clause("2.3")
async def test_passing_is_a_fact_that_others_read(world, taker, answers):
    """Before: not passed in the facts; after: passed, in this cycle only."""
    person, token = taker
    asked = {"person_ids": [person["id"]], "cycle": 2023}
    assert not (await world.ask("POST", "/v1/people/facts", token, asked)).json()["items"][0]["test_passed"]
    attempt = await begin(world, token)
    await hand_in(world, token, attempt, answers(attempt))
    assert (await world.ask("POST", "/v1/people/facts", token, asked)).json()["items"][0]["test_passed"]
    later = asked | {"cycle": 2024}
    assert not (await world.ask("POST", "/v1/people/facts", token, later)).json()["items"][0]["test_passed"]


async def test_right_answers_do_not_leak_before_judging(world, taker, installation):
    """An open paper holds questions and options in no telling order, and neither answer nor explanation."""
    _, token = taker
    attempt = await begin(world, token)
    told = (await world.ask("GET", f"/v1/learning/attempts/{attempt['id']}", token)).text
    known = {question.id: question for question in installation.policies.of(2023).learning.questions}
    for question in attempt["questions"]:
        assert known[question["id"]].explanation not in told
        assert set(question) == {"id", "kind", "text", "options"}
        assert all(set(option) == {"id", "text"} for option in question["options"])


async def test_an_open_paper_goes_on(world, taker):
    """Beginning again, even at once, shows the same paper: nobody shops for questions."""
    _, token = taker
    first = await begin(world, token)
    again = await asyncio.gather(*(begin(world, token) for _ in range(64)))
    assert all(each == first for each in again)


async def test_a_paper_is_judged_once(world, taker, answers):
    """Handed in twice at once, one is judged; afterwards the step is no longer there."""
    _, token = taker
    attempt = await begin(world, token)
    given = answers(attempt, wrong=5)
    both = await asyncio.gather(*(hand_in(world, token, attempt, given) for _ in range(64)))
    assert sorted(answer.status_code for answer in both) == [200] + [409] * 63
    refused(await hand_in(world, token, attempt, answers(attempt)), 409, "ACTION_NOT_AVAILABLE")


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (lambda given: dict(list(given.items())[1:]), "EVERY_QUESTION_ANSWERED"),
        (lambda given: given | {"q99": "a"}, "ANSWERS_BELONG_TO_PAPER"),
        (lambda given: given | {next(iter(given)): "z"}, "ANSWERS_BELONG_TO_PAPER"),
    ],
)
async def test_an_incomplete_or_strange_paper_is_not_judged(world, taker, answers, bend, code):
    """The finding names the rule and its article; the paper stays open."""
    _, token = taker
    attempt = await begin(world, token)
    problem = refused(await hand_in(world, token, attempt, bend(answers(attempt))), 422, "RULES_BROKEN")
    assert [(f["code"], f["field"]) for f in problem["findings"]] == [(code, "answers")]
    assert cites(problem) == ["二（三）"]
    assert (await begin(world, token))["state"] == "OPEN"


async def test_a_paper_is_its_owners_alone(world, taker):
    """To a colleague, the unit's manager and a service it does not exist."""
    person, token = taker
    attempt = await begin(world, token)
    hospital = await world.hospital()
    colleague = (await world.add_person(hospital))["person"]
    for other in (world.applicant(colleague, hospital), token_at(hospital), token_at(world.root)):
        refused(await hand_in(world, other, attempt, {}), 404, "ATTEMPT_NOT_FOUND")
        refused(
            await world.ask("GET", f"/v1/learning/attempts/{attempt['id']}", other), 404, "ATTEMPT_NOT_FOUND"
        )
    assert not (await standing(world, person, token))["passed"]


async def test_staff_take_no_test(world):
    """An account without person has none to pass, and is told so."""
    answer = await world.ask("POST", "/v1/learning/attempts", token_at(world.root), CYCLE)
    assert cites(refused(answer, 403, "APPLICANTS_ONLY")) == ["二（三）"]


async def test_a_year_without_policy_has_no_test(world, taker):
    """The cycle is named."""
    _, token = taker
    answer = await world.ask("POST", "/v1/learning/attempts", token, {"cycle": 1999})
    assert refused(answer, 404, "NO_SUCH_CYCLE")["field"] == "cycle"
