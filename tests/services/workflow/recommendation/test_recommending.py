"""What stands against a recommendation, and that a refusal leaves nothing behind."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from services.workflow.recommendation.model import Recommendation
from tests.services.workflow.integrity.archive import archived
from tests.services.workflow.stage import AFTER_PUBLICITY, OCTOBER, PLAN, cites, problem


async def kept(stage) -> int:
    """How many recommendations the hospital has."""
    return len((await stage.ask("GET", "/recommendations", stage.recommender)).json()["items"])


@pytest.mark.clause("3.6.2")
async def test_without_a_published_plan_nobody_is_recommended(stage):
    """A drafted plan is not enough; the refusal names the article and quota is not asked."""
    cycle = await stage.ready()
    body = {**PLAN, "unit_id": str(stage.places.hospital.id), "cycle_id": cycle["id"]}
    draft = await stage.made("/recommendation-plans", stage.recommender, body)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(draft, stage.employ()))
    assert cites(problem(answer, 422, "PLAN_NOT_PUBLISHED")) == {"三（六）2"}
    assert not stage.around.asked
    assert await kept(stage) == 0


@pytest.mark.clause("A3.1")
async def test_an_internal_department_neither_plans_nor_recommends(stage):
    """A department is no legal person: it may not recommend, neither for itself nor for its hospital."""
    cycle = await stage.ready()
    plan = await stage.plan(cycle)
    clerk = stage.places.token("RECOMMENDER", stage.places.department)
    for unit in (stage.places.department, stage.places.hospital):
        body = {**PLAN, "unit_id": str(unit.id), "cycle_id": cycle["id"]}
        answer = await stage.ask("POST", "/recommendation-plans", clerk, body)
        assert cites(problem(answer, 422, "NOT_A_RECOMMENDING_UNIT")) == {"附件3 一"}
    answer = await stage.ask("POST", "/recommendations", clerk, stage.wish(plan, stage.employ()))
    problem(answer, 422, "NOT_A_RECOMMENDING_UNIT")
    assert not stage.around.asked


@pytest.mark.clause("2.1.1")
async def test_quotas_refusal_is_passed_on_and_nothing_is_stored(stage):
    """The second of two for one place hears quota's own words, figures and articles."""
    stage.around.places = 1
    plan = await stage.plan(await stage.ready())
    await stage.made("/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    second = stage.wish(plan, stage.employ())
    told = problem(
        await stage.ask("POST", "/recommendations", stage.recommender, second), 422, "NO_PLACE_LEFT"
    )
    assert told["message"] == "副高级可申报数额 1，已用 1，没有剩余名额"
    assert cites(told) == {"二（一）"}
    assert told["findings"][0]["basis"][0]["cite"] == "附件2"
    assert await kept(stage) == 1


@pytest.mark.clause("2.5.4")
async def test_the_same_person_recommended_twice_at_once_is_recommended_once(stage):
    """Of sixty-four calls at the same instant one holds a post; the others are refused with the article."""
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    calls = [stage.ask("POST", "/recommendations", stage.recommender, wish) for _ in range(64)]
    answers = await asyncio.gather(*calls)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 63
    refused = [answer for answer in answers if answer.status_code == 409]
    assert all(cites(problem(answer, 409, "ALREADY_RECOMMENDED")) == {"二（五）4"} for answer in refused)
    assert (len(stage.around.holds), await kept(stage)) == (1, 1)


async def test_a_person_may_be_recommended_again_after_withdrawal(stage):
    """The next attempt holds a post of its own, under an id of its own."""
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    first = await stage.made("/recommendations", stage.recommender, wish)
    assert (await stage.act(first, "WITHDRAW", note="本人放弃")).status_code == 200
    second = await stage.made("/recommendations", stage.recommender, wish)
    assert second["id"] != first["id"]
    assert len(stage.around.holds) == 2


async def test_a_lost_answer_of_quota_is_harmless_when_asked_again(stage):
    """Quota held the post but its answer never came: nothing is stored, and the retry finds the same hold."""
    stage.around.places, stage.around.answer_lost = 1, True
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    problem(await stage.ask("POST", "/recommendations", stage.recommender, wish), 503, "PART_UNAVAILABLE")
    assert await kept(stage) == 0
    stage.around.answer_lost = False
    made = await stage.made("/recommendations", stage.recommender, wish)
    assert list(stage.around.holds) == [made["id"]]


async def test_a_hold_that_quota_has_given_back_meanwhile_is_asked_for_anew(stage):
    """A retry after the reconciler's round gets a post under the next id."""
    stage.around.answer_lost = True
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    await stage.ask("POST", "/recommendations", stage.recommender, wish)
    stage.around.answer_lost = False
    (lost,) = stage.around.holds.values()
    lost["state"] = "RELEASED"
    made = await stage.made("/recommendations", stage.recommender, wish)
    assert made["id"] != lost["recommendation_id"]


@pytest.mark.parametrize("part", ["accounts", "quota"])
async def test_an_absent_neighbour_is_named_and_nothing_is_stored(stage, part):
    """The caller hears which part is missing."""
    plan = await stage.plan(await stage.ready())
    stage.around.down = {part}
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    assert part in problem(answer, 503, "PART_UNAVAILABLE")["message"]
    assert await kept(stage) == 0


async def test_accounts_hears_the_caller_and_quota_the_service(stage):
    """Accounts judges what the caller may know; every record, and a post, are asked for by workflow itself."""
    made = await stage.recommended()
    own = "Bearer service"
    assert stage.around.tokens == {"accounts": f"Bearer {stage.recommender}", "records": own, "quota": own}
    (asked,) = stage.around.asked
    assert asked["lineage_ids"] == [str(n.id) for n in stage.places.line(stage.places.hospital)]
    assert (asked["recommendation_id"], asked["year"], asked["level"]) == (
        made["id"],
        2023,
        "ASSOCIATE_SENIOR",
    )
    assert (asked["person_kind"], asked["unit_nature"]) == ("ON_ESTABLISHMENT", "PUBLIC_INSTITUTION")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"level": "FULL_SENIOR"}, 422, "NO_CRITERIA_IN_FORCE"),
        ({"level": "MIDDLE"}, 422, "DECIDED_BY_EXAMINATION"),
        ({"series": "ENGINEERING"}, 422, "SERIES_NOT_ARRANGED"),
        ({"series": "ASTROLOGY"}, 422, "SERIES_UNKNOWN"),
        ({"specialty_id": str(uuid4())}, 404, "SPECIALTY_NOT_FOUND"),
        ({"plan_id": str(uuid4())}, 404, "PLAN_NOT_FOUND"),
        ({"person_id": str(uuid4())}, 422, "PERSON_NOT_OF_UNIT"),
        ({"level": "TOP"}, 422, "REQUEST_MALFORMED"),
        ({"rank": 1}, 422, "REQUEST_MALFORMED"),
        ({"surprise": 1}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_a_wish_that_does_not_fit_is_refused_by_name(stage, changed, status, code):
    """Each misfit has its own code, and no post is held for it."""
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ(), **changed)
    problem(await stage.ask("POST", "/recommendations", stage.recommender, wish), status, code)
    assert not stage.around.asked


async def test_a_level_without_announced_posts_is_refused(stage):
    """The plan announces no post at full senior, so nobody is recommended for one."""
    cycle = await stage.ready()
    await stage.time(OCTOBER)
    await stage.criteria(level="FULL_SENIOR")
    await stage.time("2023-11-02T09:00+08:00")
    wish = stage.wish(await stage.plan(cycle), stage.employ(), level="FULL_SENIOR")
    problem(await stage.ask("POST", "/recommendations", stage.recommender, wish), 422, "LEVEL_NOT_IN_PLAN")


async def test_people_of_another_unit_and_oneself_are_not_recommended(stage, session):
    """A unit recommends its own people, learns nothing of a bar of others, and nobody handles the own case."""
    plan = await stage.plan(await stage.ready())
    stranger = stage.employ(stage.places.clinic)
    wish = stage.wish(plan, stranger)
    await archived(session, stage.places.province, UUID(wish["person_id"]), "2023-10-01", "2025-09-30")
    answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
    problem(answer, 422, "PERSON_NOT_OF_UNIT")
    clerk = stage.employ()
    own = stage.places.token("RECOMMENDER", stage.places.hospital, sub=clerk.account_id)
    problem(await stage.ask("POST", "/recommendations", own, stage.wish(plan, clerk)), 422, "OWN_CASE")
    assert not stage.around.asked


async def test_nobody_takes_a_step_of_the_own_recommendation(stage):
    """A clerk who is recommended by a colleague neither publicises, confirms nor withdraws it."""
    plan, clerk = await stage.plan(await stage.ready()), stage.employ()
    own = stage.places.token("RECOMMENDER", stage.places.hospital, sub=clerk.account_id)
    made = await stage.made("/recommendations", stage.recommender, stage.wish(plan, clerk))
    for action in ("PUBLICISE", "WITHDRAW"):
        told = problem(await stage.act(made, action, own, note="x"), 422, "RULES_BROKEN")
        assert ([each["code"] for each in told["findings"]], cites(told)) == (["OWN_CASE"], {"三（一）"})
    assert (await stage.act(made, "PUBLICISE")).status_code == 200
    await stage.time(AFTER_PUBLICITY)
    told = problem(await stage.act(made, "CONFIRM", own), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["OWN_CASE"]


@pytest.mark.clause("3.6.0", "3.6.2")
@pytest.mark.parametrize(
    ("instant", "code"),
    [
        ("2023-10-31T23:59+08:00", "OUTSIDE_WINDOW"),
        ("2023-12-01T00:00+08:00", "OUTSIDE_WINDOW"),
        ("2024-02-01T00:00+08:00", "RUN_OVER"),
    ],
)
async def test_recommendation_is_of_november(stage, instant, code):
    """Outside of the window, and after the closing date, nobody is recommended."""
    plan = await stage.plan(await stage.ready())
    await stage.time(instant)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    assert problem(answer, 422, code)["basis"]
    assert not stage.around.asked


async def test_the_same_key_gives_the_same_answer(stage):
    """A repeated Idempotency-Key recommends once."""
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    key = {"idempotency-key": "recommend-1"}
    first = await stage.ask("POST", "/recommendations", stage.recommender, wish, **key)
    again = await stage.ask("POST", "/recommendations", stage.recommender, wish, **key)
    assert first.json() == again.json()
    assert len(stage.around.asked) == 1


@pytest.mark.clause("2.5.4")
async def test_who_was_judged_is_not_recommended_again(stage, session):
    """A recommendation that lapsed after a decision was the person's of the year; no second post is held."""
    plan = await stage.plan(await stage.ready())
    wish = stage.wish(plan, stage.employ())
    made = await stage.made("/recommendations", stage.recommender, wish)
    async with session("workflow") as tx:
        await tx.execute(update(Recommendation).values(state="LAPSED"))
    answer = await stage.ask("POST", "/recommendations", stage.recommender, wish)
    assert cites(problem(answer, 409, "ALREADY_RECOMMENDED")) == {"二（五）4"}
    assert list(stage.around.holds) == [made["id"]]
