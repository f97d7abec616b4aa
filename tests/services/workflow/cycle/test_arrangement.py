"""Arrangements of the series, and that nothing is declared without one."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.services.workflow.stage import NOVEMBER, cites, problem


def body_of(cycle, **changed):
    """An arrangement of the health series."""
    return {"cycle_id": cycle["id"], "series": "HEALTH", "title": "安排", "text": "按通知执行"} | changed


@pytest.mark.clause("3.4", "3.6.1")
async def test_an_arrangement_is_public_once_published(stage):
    """A draft is its own office's; published, anybody reads it without signing in."""
    cycle = await stage.opened()
    draft = await stage.made("/arrangements", stage.office, body_of(cycle))
    path = f"/arrangements/{draft['id']}"
    problem(await stage.ask("GET", path), 404, "ARRANGEMENT_NOT_FOUND")
    problem(
        await stage.ask("GET", path, stage.places.token("TITLE_OFFICER", stage.places.prefecture)),
        404,
        "ARRANGEMENT_NOT_FOUND",
    )
    for role in ("APPLICANT", "EXPERT", "RECOMMENDER"):
        token = stage.places.token(role, stage.places.authority)
        problem(await stage.ask("GET", path, token), 404, "ARRANGEMENT_NOT_FOUND")
        assert (await stage.ask("GET", "/arrangements", token)).json()["items"] == []
    assert (await stage.ask("GET", path, stage.office)).json()["available_actions"] == ["PUBLISH"]
    answer = await stage.ask("POST", f"{path}/actions/PUBLISH", stage.office, {"version": draft["version"]})
    assert cites(answer.json()) == {"三（四）", "三（六）1"}
    told = (await stage.ask("GET", path)).json()
    assert (told["state"], told["text"]) == ("PUBLISHED", "按通知执行")
    assert (await stage.ask("GET", f"/arrangements?series=HEALTH&cycle_id={cycle['id']}")).json()[
        "items"
    ] == [told]


@pytest.mark.clause("3.4")
async def test_without_a_published_arrangement_nobody_is_recommended(stage):
    """A draft does not open the series."""
    cycle = await stage.opened()
    await stage.made("/arrangements", stage.office, body_of(cycle))
    await stage.criteria()
    await stage.time(NOVEMBER)
    plan = await stage.plan(cycle)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    told = problem(answer, 422, "SERIES_NOT_ARRANGED")
    assert (cites(told), told["field"]) == ({"三（四）"}, "series")


@pytest.mark.clause("3.4")
async def test_without_published_criteria_nobody_is_recommended(stage):
    """An arrangement alone does not open the series either."""
    cycle = await stage.opened()
    await stage.arrange(cycle)
    await stage.time(NOVEMBER)
    plan = await stage.plan(cycle)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    assert cites(problem(answer, 422, "NO_CRITERIA_IN_FORCE")) == {"三（四）"}


@pytest.mark.clause("3.6.1")
async def test_arranging_is_of_october(stage):
    """In November no arrangement is drafted or published any more."""
    cycle = await stage.opened()
    draft = await stage.made("/arrangements", stage.office, body_of(cycle))
    await stage.time("2023-11-01T00:00+08:00")
    path = f"/arrangements/{draft['id']}/actions/PUBLISH"
    assert cites(problem(await stage.ask("POST", path, stage.office), 422, "OUTSIDE_WINDOW")) == {"三（六）1"}
    problem(await stage.ask("POST", "/arrangements", stage.office, body_of(cycle)), 422, "OUTSIDE_WINDOW")


@pytest.mark.parametrize(
    "role", ["RECOMMENDER", "REVIEWER", "ORGANISATION_MANAGER", "APPLICANT", "EXPERT", "SUPERVISOR"]
)
async def test_only_offices_and_officers_arrange(stage, role):
    """Any other seat at the authority is refused, for drafting and for publishing."""
    cycle = await stage.opened()
    token = stage.places.token(role, stage.places.authority)
    problem(await stage.ask("POST", "/arrangements", token, body_of(cycle)), 403, "ROLE_MISSING")
    draft = await stage.made("/arrangements", stage.office, body_of(cycle))
    answer = await stage.ask("POST", f"/arrangements/{draft['id']}/actions/PUBLISH", token)
    problem(answer, 404, "ARRANGEMENT_NOT_FOUND")


async def test_an_organisation_named_must_be_ones_own(stage):
    """A caller with one seat does not arrange for another organisation."""
    cycle = await stage.opened()
    body = body_of(cycle, organisation_id=str(stage.places.prefecture.id))
    problem(await stage.ask("POST", "/arrangements", stage.office, body), 403, "ROLE_MISSING")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"cycle_id": str(uuid4())}, 404, "CYCLE_NOT_FOUND"),
        ({"series": "ASTROLOGY"}, 422, "SERIES_UNKNOWN"),
        ({"title": ""}, 422, "REQUEST_MALFORMED"),
        ({"text": "x" * 20_001}, 422, "REQUEST_MALFORMED"),
        ({"series": "卫生"}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_an_arrangement_that_does_not_fit(stage, changed, status, code):
    """Unknown cycle, unknown series, empty or endless texts."""
    cycle = await stage.opened()
    problem(await stage.ask("POST", "/arrangements", stage.office, body_of(cycle, **changed)), status, code)


async def test_an_unopened_cycle_takes_nothing(stage):
    """Before the opening nothing is arranged."""
    await stage.time("2023-10-16T09:00+08:00")
    cycle = await stage.made("/cycles", stage.officer, {"year": 2023})
    problem(await stage.ask("POST", "/arrangements", stage.office, body_of(cycle)), 422, "CYCLE_NOT_OPEN")


async def test_lists_go_on_where_the_cursor_says(stage):
    """Pages of two, newest first, none twice and none missing."""
    cycle = await stage.opened()
    made = [(await stage.arrange(cycle))["id"] for _ in range(5)]
    seen, after = [], ""
    while True:
        page = (await stage.ask("GET", f"/arrangements?first=2{after}")).json()
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        after = f"&after={page['next_cursor']}"
    assert seen == made[::-1]
    for query in ("first=0", "first=101", "after=yesterday"):
        problem(await stage.ask("GET", f"/arrangements?{query}"), 422, "REQUEST_MALFORMED")
