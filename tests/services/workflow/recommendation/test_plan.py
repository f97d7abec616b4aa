"""The unit's recommendation plan."""

from __future__ import annotations

import asyncio

import pytest

from tests.services.workflow.stage import OCTOBER, PLAN, cites, problem


def body_of(stage, cycle, **changed):
    """The body of the hospital's plan."""
    return {**PLAN, "unit_id": str(stage.places.hospital.id), "cycle_id": cycle["id"], **changed}


@pytest.mark.clause("3.6.2")
async def test_a_published_plan_is_public_and_a_draft_is_not(stage):
    """Policy, posts, conditions and procedure are read without signing in, once published."""
    cycle = await stage.ready()
    draft = await stage.made("/recommendation-plans", stage.recommender, body_of(stage, cycle))
    path = f"/recommendation-plans/{draft['id']}"
    problem(await stage.ask("GET", path), 404, "PLAN_NOT_FOUND")
    problem(
        await stage.ask("GET", path, stage.places.token("RECOMMENDER", stage.places.clinic)),
        404,
        "PLAN_NOT_FOUND",
    )
    answer = await stage.ask("POST", f"{path}/actions/PUBLISH", stage.recommender)
    assert "三（六）2" in cites(answer.json())
    told = (await stage.ask("GET", path)).json()
    assert {key: told[key] for key in PLAN} == PLAN
    assert (await stage.ask("GET", "/recommendation-plans")).json()["items"] == [told]


async def test_a_draft_is_rewritten_a_published_plan_is_not(stage):
    """What the staff has read stays as it is."""
    cycle = await stage.ready()
    draft = await stage.made("/recommendation-plans", stage.recommender, body_of(stage, cycle))
    path = f"/recommendation-plans/{draft['id']}"
    change = {**PLAN, "conditions": "更新", "version": draft["version"]}
    changed = (await stage.ask("PUT", path, stage.recommender, change)).json()["record"]
    assert (changed["conditions"], changed["version"]) == ("更新", 2)
    problem(await stage.ask("PUT", path, stage.recommender, change), 409, "STALE_VERSION")
    problem(await stage.ask("PUT", path, stage.reviewer, change | {"version": 2}), 403, "ROLE_MISSING")
    await stage.made(f"{path}/actions/PUBLISH", stage.recommender)
    problem(await stage.ask("PUT", path, stage.recommender, change | {"version": 3}), 409, "PLAN_IS_PUBLIC")


async def test_a_unit_has_one_plan_a_cycle_also_in_a_race(stage):
    """Of four at once one is kept."""
    cycle = await stage.ready()
    calls = [
        stage.ask("POST", "/recommendation-plans", stage.recommender, body_of(stage, cycle)) for _ in range(4)
    ]
    answers = await asyncio.gather(*calls)
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize("role", ["REVIEWER", "ORGANISATION_MANAGER", "APPLICANT", "EXPERT", "SUPERVISOR"])
async def test_only_the_recommender_plans(stage, role):
    """Any other seat at the unit is refused."""
    cycle = await stage.ready()
    token = stage.places.token(role, stage.places.hospital)
    problem(
        await stage.ask("POST", "/recommendation-plans", token, body_of(stage, cycle)), 403, "ROLE_MISSING"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"posts": []},
        {"posts": [{"level": "MIDDLE", "count": 1}, {"level": "MIDDLE", "count": 2}]},
        {"posts": [{"level": "MIDDLE", "count": -1}]},
        {"policy_text": "   "},
        {"procedure": "a\0b"},
        {"conditions": "x" * 20_001},
    ],
)
async def test_an_empty_or_contradictory_plan_is_malformed(stage, changed):
    """The field at fault is named."""
    cycle = await stage.ready()
    answer = await stage.ask(
        "POST", "/recommendation-plans", stage.recommender, body_of(stage, cycle, **changed)
    )
    assert problem(answer, 422, "REQUEST_MALFORMED")["field"]


async def test_plans_wait_for_the_opening_and_end_with_november(stage):
    """Before the cycle is open and after November no plan is taken."""
    await stage.time(OCTOBER)
    cycle = await stage.made("/cycles", stage.officer, {"year": 2023})
    answer = await stage.ask("POST", "/recommendation-plans", stage.recommender, body_of(stage, cycle))
    problem(answer, 422, "CYCLE_NOT_OPEN")
    await stage.made(f"/cycles/{cycle['id']}/actions/OPEN", stage.officer)
    await stage.time("2023-12-01T08:00+08:00")
    answer = await stage.ask("POST", "/recommendation-plans", stage.recommender, body_of(stage, cycle))
    problem(answer, 422, "OUTSIDE_WINDOW")
