"""Every route of the table: whom it is open to, and each thing that closes it (一（四）、一（五）、一（七）、二（四）1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.quota.contract import PostPool, TitleLevel
from services.workflow.policy import PolicyUnknown
from services.workflow.route.errors import RouteContradicted, RouteUnknown
from services.workflow.route.states import Fact, Verdict
from tests.services.workflow.applicants import record
from tests.services.workflow.route.table import (
    DIRECT,
    EMPLOYED,
    EXPERTS,
    OPEN_LEVEL,
    OPEN_SERIES,
    RECOMMENDED,
    TABLE,
    Wish,
    fitting,
    unfitting,
)
from tests.services.workflow.season import notice
from tests.services.workflow.stage import NOVEMBER, Stage, cites, problem

POSTS = [{"level": level, "pool": pool, "count": 5} for level in TitleLevel for pool in PostPool]
ids = [route.code for route in RECOMMENDED]


async def plan_for(stage: Stage, wishes: list[Wish]) -> dict[str, Any]:
    """A plan of the hospital under which all of them could be recommended."""
    cycle = await stage.opened()
    for series in {wish.series for wish in wishes}:
        await stage.arrange(cycle, series)
    for series, level in {(wish.series, wish.level) for wish in wishes}:
        await stage.criteria(series=series, level=level)
    await stage.time(NOVEMBER)
    return await stage.plan(cycle, posts=POSTS)


def body(stage: Stage, plan: dict[str, Any], wish: Wish, **more: Any) -> dict[str, Any]:
    """The recommendation of somebody new, of whom accounts knows what the wish tells."""
    person = stage.employ(kind=wish.kind, employer_nature=wish.nature)
    stage.around.standings[person.id], stage.around.unit = wish.standing, wish.unit
    what = {"series": wish.series, "level": wish.level, "assessment": wish.assessment}
    return stage.wish(plan, person, nominators=list(wish.nominators), **what, **more)


@pytest.mark.parametrize("route", RECOMMENDED, ids=ids)
async def test_a_route_is_open_to_whom_it_is_for(stage, route):
    """Recommended by its code, from its posts, on its articles; the recommendation and quota are told so."""
    wish = fitting(route)
    plan = await plan_for(stage, [wish])
    answer = await stage.ask(
        "POST", "/recommendations", stage.recommender, body(stage, plan, wish, route=route.code)
    )
    assert answer.status_code == 201, answer.text
    made, own = answer.json()["record"], {notice().articles[key].cite for key in route.articles}
    assert (made["route"], made["pool"], made["ground"]) == (route.code, route.pool, route.ground)
    assert own <= cites(answer.json())
    (asked,) = stage.around.asked
    assert (asked["pool"], asked["ground"]) == (route.pool, route.ground)
    assert asked["assessment"] == (wish.assessment if route.ground else None)
    assert (made["nominators"], "nominators" in asked) == (list(wish.nominators), False)


@pytest.mark.parametrize("route", RECOMMENDED, ids=ids)
async def test_each_thing_that_closes_a_route_is_named(stage, route):
    """One thing amiss is one finding with its article; no post is held and nobody is recommended."""
    closed = list(unfitting(route))
    plan = await plan_for(stage, [wish for _, _, wish in closed])
    for code, cite, wish in closed:
        sent = body(stage, plan, wish, route=route.code)
        answer = await stage.ask("POST", "/recommendations", stage.recommender, sent)
        told = problem(answer, 422, "ROUTE_NOT_OPEN")
        assert [each["code"] for each in told["findings"]] == [code], (wish, told["message"])
        assert cites(told["findings"][0]) == {cite} <= cites(told)
        assert route.title in told["message"]
    assert closed
    assert not stage.around.asked
    assert (await stage.ask("GET", "/recommendations", stage.recommender)).json()["items"] == []


async def test_all_that_is_amiss_is_told_at_once(stage):
    """What is not confirmed is told as such, beside what is not there at all."""
    route = next(each for each in RECOMMENDED if each.code == "PRIVATE_DIRECT")
    wish = fitting(route)
    wish.standing.update(in_private_enterprise="UNKNOWN", private_service=[])
    sent = body(stage, await plan_for(stage, [wish]), wish, route=route.code)
    told = problem(
        await stage.ask("POST", "/recommendations", stage.recommender, sent), 422, "ROUTE_NOT_OPEN"
    )
    first, second = told["findings"]
    assert (first["code"], second["code"]) == (Fact.IN_PRIVATE_ENTERPRISE, Fact.PRIVATE_SERVICE)
    assert Verdict.UNKNOWN.zh in first["message"]
    assert Verdict.NOT_MET.zh in second["message"]


@pytest.mark.parametrize("kind", EMPLOYED)
async def test_without_a_word_the_route_follows_from_posts_ground_and_kind(stage, kind):
    """Whoever names no route takes the one that is open to the own kind on general posts."""
    route = notice().routes.default(PostPool.GENERAL, None, kind)
    wish = fitting(route)
    sent = body(stage, await plan_for(stage, [wish]), replace(wish, kind=kind))
    assert (await stage.made("/recommendations", stage.recommender, sent))["route"] == route.code


@pytest.mark.parametrize(
    "route", [each for each in RECOMMENDED if not each.named], ids=lambda each: each.code
)
async def test_posts_and_ground_tell_the_route(stage, route):
    """Callers who name pool or ground alone get the same as those who name the route."""
    wish = fitting(route)
    sent = body(stage, await plan_for(stage, [wish]), wish, pool=route.pool, ground=route.ground)
    assert (await stage.made("/recommendations", stage.recommender, sent))["route"] == route.code


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"route": "SHORT_CUT"}, RouteUnknown.code),
        ({"route": "NORMAL", "ground": "POSTDOC"}, RouteContradicted.code),
        ({"route": "IMPORTED", "ground": "POSTDOC"}, RouteContradicted.code),
        ({"route": "NORMAL", "pool": "TARGETED"}, RouteContradicted.code),
        ({"ground": "POSTDOC", "pool": "TARGETED"}, RouteContradicted.code),
        ({"assessment": "考核〔2023〕1号"}, "ASSESSMENT_NOT_ASKED"),
        ({"nominators": [EXPERTS[0]]}, "NOMINATION_NOT_ASKED"),
    ],
)
async def test_what_does_not_belong_together_is_refused(stage, asked, code):
    """A route that is not in the table, another's posts or ground, a document that nothing rests on."""
    wish = fitting(RECOMMENDED[0])
    sent = body(stage, await plan_for(stage, [wish]), wish) | asked
    problem(await stage.ask("POST", "/recommendations", stage.recommender, sent), 422, code)
    assert not stage.around.asked


async def test_without_the_records_nothing_is_guessed(stage):
    """Accounts does not tell the standing: a route that rests on it is not taken, another is."""
    route = next(each for each in RECOMMENDED if each.code == "SKILLED_NATIONAL")
    wish = fitting(route)
    plan = await plan_for(stage, [wish])
    stage.around.down.add("standing")
    sent = body(stage, plan, wish, route=route.code)
    problem(await stage.ask("POST", "/recommendations", stage.recommender, sent), 503, "PART_UNAVAILABLE")
    assert not stage.around.asked
    assert (await stage.made("/recommendations", stage.recommender, body(stage, plan, wish)))[
        "route"
    ] == "NORMAL"


@pytest.mark.parametrize("route", DIRECT, ids=lambda each: each.code)
async def test_who_declares_directly_takes_the_route_of_the_own_kind(office, season, route):
    """Nobody names it: it follows from the kind of person."""
    person = season.without_unit(route.kinds[0])
    if notice().batch.of(route.code) is not None:
        await season.batch(person.line, route=route.code)
    assert record(await office.create(person), 201)["route"] == route.code


def test_who_declares_directly_is_told_alike_in_both_files():
    """The kinds of the direct routes are those of the declaration's policy, on the same articles."""
    policy = notice()
    told = {kind: policy.articles[route.article].cite for route in DIRECT for kind in route.kinds}
    assert told == {each.kind: policy.articles[each.article].cite for each in policy.declaration.direct.kinds}


def test_the_series_of_the_table_are_series_of_the_year():
    """A route names no series that there is not."""
    for route in TABLE:
        assert all(notice().series.find(code) for code in route.series), route.code
    assert notice().series.find(OPEN_SERIES).levels[OPEN_LEVEL]


async def test_everybody_reads_the_table(stage):
    """Without signing in: each route with its conditions in words and their articles; no such year is refused."""
    told = (await stage.ask("GET", "/routes?year=2023")).json()
    assert [each["code"] for each in told["items"]] == [route.code for route in TABLE]
    private = next(each for each in told["items"] if each["code"] == "PRIVATE_DIRECT")
    assert [each["fact"] for each in private["checks"]] == ["IN_PRIVATE_ENTERPRISE", "PRIVATE_SERVICE"]
    assert "本科毕业后满5年或大专毕业后满8年" in private["checks"][1]["text"]
    assert cites(private) == cites(private["checks"][1]) == {"一（五）1（2）"}
    english = (await stage.ask("GET", "/routes", **{"accept-language": "en"})).json()["items"]
    assert "5 years after BACHELOR" in str(english)
    problem(await stage.ask("GET", "/routes?year=1999"), 422, PolicyUnknown.code)
