"""The year's cycle: opened by the province under its notice, with the notice's windows."""

from __future__ import annotations

import asyncio
from itertools import product
from uuid import uuid4

import pytest

from services.workflow.cycle.states import CycleAction, CycleState
from services.workflow.cycle.steps import ARRANGEMENT_STEPS, CYCLE_STEPS, EXTENSION_STEPS, SPECIALTY_STEPS
from tests.services.workflow.stage import OCTOBER, Places, cites, problem

OTHERS = [
    ("TITLE_OFFICER", "prefecture"),
    ("TITLE_OFFICER", "authority"),
    ("COMMITTEE_OFFICE", "authority"),
    ("ORGANISATION_MANAGER", "province"),
    ("REVIEWER", "province"),
    ("SUPERVISOR", "province"),
    ("OPERATOR", "province"),
    ("RECOMMENDER", "hospital"),
    ("APPLICANT", "hospital"),
    ("EXPERT", "hospital"),
]


def test_the_tables_say_what_is_expected():
    """Four short lives: of a cycle, an extension, a specialty and an arrangement."""
    told = {
        (state.value, action.value): step.to.value
        for steps in (CYCLE_STEPS, EXTENSION_STEPS, SPECIALTY_STEPS, ARRANGEMENT_STEPS)
        for (state, action), step in steps.items()
    }
    assert told == {
        ("PREPARED", "OPEN"): "OPEN",
        ("OPEN", "CLOSE"): "CLOSED",
        ("APPROVED", "PUBLISH"): "PUBLISHED",
        ("APPROVED", "WITHDRAW"): "WITHDRAWN",
        ("PUBLISHED", "WITHDRAW"): "WITHDRAWN",
        ("PROPOSED", "FILE"): "FILED",
        ("PROPOSED", "RETRACT"): "WITHDRAWN",
        ("PROPOSED", "REFUSE"): "WITHDRAWN",
        ("FILED", "ADJUST"): "ADJUSTED",
        ("FILED", "WITHDRAW"): "WITHDRAWAL_PROPOSED",
        ("WITHDRAWAL_PROPOSED", "FILE"): "WITHDRAWN",
        ("WITHDRAWAL_PROPOSED", "RETRACT"): "FILED",
        ("WITHDRAWAL_PROPOSED", "REFUSE"): "FILED",
        ("DRAFT", "PUBLISH"): "PUBLISHED",
    }
    assert len(list(product(CycleState, CycleAction))) == 6


@pytest.mark.clause("3.6.0")
async def test_the_province_opens_the_cycle_of_2023(stage):
    """Windows come from the notice with their cites, and the cycle keeps the name of its policy."""
    cycle = await stage.opened()
    assert (cycle["year"], cycle["policy"], cycle["state"]) == (2023, "qinghai/2023", "OPEN")
    windows = {each["name"]: (each["opens"], each["closes"], each["cite"]) for each in cycle["windows"]}
    assert windows["RUN"] == ("2023-10-11", "2024-01-31", "三（六）")
    assert windows["RECOMMEND"] == ("2023-11-01", "2023-11-30", "三（六）2")
    assert set(windows) == {"RUN", "ARRANGE", "PLAN", "RECOMMEND", "DECLARE", "REVIEW", "MEET", "FILE"}
    public = (await stage.ask("GET", f"/cycles/{cycle['id']}")).json()
    assert public == {**cycle, "available_actions": []}
    assert (await stage.ask("GET", "/cycles?year=2023")).json()["items"] == [public]
    assert (await stage.ask("GET", "/cycles?year=2024")).json()["items"] == []


@pytest.mark.parametrize(("role", "place"), OTHERS)
async def test_nobody_else_prepares_or_opens_a_cycle(stage, role, place):
    """Only the title officers of the provincial HRSS do."""
    await stage.time(OCTOBER)
    token = stage.places.token(role, getattr(stage.places, place))
    assert cites(
        problem(await stage.ask("POST", "/cycles", token, {"year": 2023}), 403, "PROVINCE_ONLY")
    ) == {"三（一）"}
    cycle = await stage.made("/cycles", stage.officer, {"year": 2023})
    problem(await stage.ask("POST", f"/cycles/{cycle['id']}/actions/OPEN", token), 403, "NOT_YOUR_STEP")
    assert (await stage.ask("GET", f"/cycles/{cycle['id']}", token)).json()["available_actions"] == []
    assert (await stage.ask("GET", f"/cycles/{cycle['id']}", stage.officer)).json()["available_actions"] == [
        "OPEN"
    ]
    await stage.made(f"/cycles/{cycle['id']}/actions/OPEN", stage.officer)
    problem(await stage.ask("POST", f"/cycles/{cycle['id']}/actions/CLOSE", token), 403, "NOT_YOUR_STEP")


async def test_another_provinces_officer_is_none_of_ours(stage):
    """A provincial HRSS outside of the cycle's line does not open it."""
    await stage.time(OCTOBER)
    cycle = await stage.made("/cycles", stage.officer, {"year": 2023})
    stranger = Places()
    token = stranger.token("TITLE_OFFICER", stranger.province)
    problem(await stage.ask("POST", f"/cycles/{cycle['id']}/actions/OPEN", token), 403, "NOT_YOUR_STEP")


async def test_a_year_has_one_cycle_also_in_a_race(stage):
    """Of four at once one is made."""
    await stage.time(OCTOBER)
    calls = [stage.ask("POST", "/cycles", stage.officer, {"year": 2023}) for _ in range(4)]
    assert sorted(each.status_code for each in await asyncio.gather(*calls)) == [201, 409, 409, 409]


async def test_a_cycle_is_opened_once(stage):
    """A second opening is refused and says what is possible."""
    cycle = await stage.opened()
    problem(
        await stage.ask("POST", f"/cycles/{cycle['id']}/actions/OPEN", stage.officer),
        409,
        "ACTION_NOT_AVAILABLE",
    )


@pytest.mark.clause("3.6.0")
@pytest.mark.parametrize("instant", ["2023-10-10T23:59+08:00", "2024-02-01T00:00+08:00"])
async def test_a_cycle_is_opened_during_its_run(stage, instant):
    """Not before the notice, not after the closing date."""
    await stage.time(instant)
    cycle = await stage.made("/cycles", stage.officer, {"year": 2023})
    told = problem(
        await stage.ask("POST", f"/cycles/{cycle['id']}/actions/OPEN", stage.officer), 422, "RULES_BROKEN"
    )
    assert [each["code"] for each in told["findings"]] == ["RUN_HAS_BEGUN"]
    assert cites(told) == {"三（六）"}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"year": 2031}, 422, "POLICY_UNKNOWN"),
        ({"year": "soon"}, 422, "REQUEST_MALFORMED"),
        ({"year": 1}, 422, "REQUEST_MALFORMED"),
        ({}, 422, "REQUEST_MALFORMED"),
        ({"year": 2023, "windows": []}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_a_year_without_a_notice_is_refused(stage, body, status, code):
    """A year is data: without its policy there is no cycle."""
    problem(await stage.ask("POST", "/cycles", stage.officer, body), status, code)


async def test_unknown_cycles_and_actions(stage):
    """Unknown ids are not found, unknown actions malformed."""
    problem(await stage.ask("GET", f"/cycles/{uuid4()}"), 404, "CYCLE_NOT_FOUND")
    problem(await stage.ask("POST", f"/cycles/{uuid4()}/actions/OPEN", stage.officer), 404, "CYCLE_NOT_FOUND")
    problem(
        await stage.ask("POST", f"/cycles/{uuid4()}/actions/REOPEN", stage.officer), 422, "REQUEST_MALFORMED"
    )
    problem(await stage.ask("POST", "/cycles", None, {"year": 2023}), 401, "UNAUTHENTICATED")


async def test_the_national_series_are_public(stage):
    """27 series with their own names of the levels and how each is obtained."""
    answer = (await stage.ask("GET", "/series?year=2023")).json()
    series = {each["code"]: each for each in answer["items"]}
    assert (answer["total"], len(series)) == (27, 27)
    levels = {each["level"]: each for each in series["HEALTH"]["levels"]}
    assert "副主任医师" in levels["ASSOCIATE_SENIOR"]["names"]
    assert levels["ASSOCIATE_SENIOR"]["decided_by"] == "REVIEW"
    assert levels["MIDDLE"]["decided_by"] == "EXAMINATION"
    accounting = {each["level"]: each["decided_by"] for each in series["ACCOUNTING"]["levels"]}
    assert accounting["ASSOCIATE_SENIOR"] == "EXAMINATION_AND_REVIEW"
    problem(await stage.ask("GET", "/series?year=2031"), 422, "POLICY_UNKNOWN")
