"""What is open to a person before anything is begun: the same judgement as where the unit recommends."""

from __future__ import annotations

from typing import Any

import pytest

from services.quota.contract import TitleLevel
from tests.platform.tokens import mint, seat
from tests.services.workflow.route.table import OTHER_SERIES, RECOMMENDED, fitting, unfitting
from tests.services.workflow.stage import NOVEMBER, Person, Stage, cites, problem


def token(stage: Stage, person: Person) -> str:
    """The person's own token."""
    seats = [seat("APPLICANT", *stage.places.line(stage.places.department))]
    return mint(seats, sub=person.account_id, person_id=person.id)


async def asked(stage: Stage, wish: Any, **more: str) -> dict[str, Any]:
    """What is told to somebody, by level and route."""
    person = stage.employ(kind=wish.kind, employer_nature=wish.nature)
    stage.around.standings[person.id], stage.around.unit = wish.standing, wish.unit
    supposed = {"assessed": wish.assessment is not None, "nominated": bool(wish.nominators)}
    query = {"series": wish.series, **{name: str(told).lower() for name, told in supposed.items()}, **more}
    path = "/what-if?" + "&".join(f"{name}={value}" for name, value in query.items())
    answer = await stage.ask("GET", path, token(stage, person))
    assert answer.status_code == 200, answer.text
    return {
        level["level"]: {each["code"]: each for each in level["routes"]} | {"open": level["open"]}
        for level in answer.json()["items"]
    }


@pytest.mark.parametrize("route", RECOMMENDED, ids=lambda each: each.code)
async def test_it_tells_what_recommending_would(stage, route):
    """Open with every condition met to whom the route is for; closed or open to doubt by the one that is amiss."""
    await stage.time(NOVEMBER)
    wish = fitting(route)
    told = await asked(stage, wish)
    assert told[wish.level][route.code]["verdict"] == "MET"
    assert told[wish.level]["open"]
    for code, cite, closed in unfitting(route):
        if code == "NOMINATED" and closed.nominators:
            continue  # who nominates is asked where the unit recommends
        by = (await asked(stage, closed)).get(closed.level, {}).get(route.code)
        if by is None:
            assert closed.series == OTHER_SERIES
            continue
        amiss = [each for each in by["conditions"] if each["verdict"] != "MET"]
        assert [each["code"] for each in amiss] == [code]
        assert cites(amiss[0]) == {cite}
        assert by["verdict"] == amiss[0]["verdict"]


async def test_where_an_examination_decides_no_route_leads(stage):
    """The level is told with the article, and nothing else of it."""
    await stage.time(NOVEMBER)
    person = stage.employ()
    answer = await stage.ask("GET", f"/what-if?series={OTHER_SERIES}", token(stage, person))
    levels = {each["level"]: each for each in answer.json()["items"]}
    middle = levels[TitleLevel.MIDDLE]
    assert (middle["decided_by"], middle["open"], middle["routes"]) == ("EXAMINATION", False, [])
    assert middle["basis"]
    assert levels[TitleLevel.FULL_SENIOR]["routes"]


async def test_applicants_ask_for_themselves(stage):
    """Nobody else's outlook is told, and no series that there is not."""
    await stage.time(NOVEMBER)
    problem(await stage.ask("GET", "/what-if?series=HEALTH", stage.recommender), 403, "ROLE_MISSING")
    seats = [seat("APPLICANT", stage.places.province)]
    problem(await stage.ask("GET", "/what-if?series=HEALTH", mint(seats)), 403, "APPLICANTS_ASK")
    own = token(stage, stage.employ())
    problem(await stage.ask("GET", "/what-if?series=MAGIC", own), 422, "SERIES_UNKNOWN")
    problem(await stage.ask("GET", "/what-if?series=HEALTH&year=1999", own), 422, "POLICY_UNKNOWN")
    stage.around.down.add("standing")
    problem(await stage.ask("GET", "/what-if?series=HEALTH", own), 503, "PART_UNAVAILABLE")
