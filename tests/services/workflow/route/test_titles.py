"""Titles of limited validity: of minority-language publishing (二（五）5) and of targeted review (一（四）1)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from services.accounts.contract import HeldTitle, TitleLimit
from services.quota.contract import PostPool, TitleLevel
from services.workflow.route.policy import TitleScope
from services.workflow.route.states import Work
from services.workflow.route.titles import outside, that_count
from tests.services.workflow import season as season_parts
from tests.services.workflow.applicants import codes
from tests.services.workflow.route.table import BASIS, title
from tests.services.workflow.season import notice
from tests.services.workflow.stage import NOVEMBER, problem

LIMITED = TitleLimit.MINORITY_LANGUAGE_PUBLISHING
SCOPES = notice().routes.title_scopes
(SCOPE,) = (each for each in SCOPES if each.limit is LIMITED)
THERE = SCOPE.specialties[0]
ELSEWHERE = "图书编辑"


def held(level: TitleLevel, *limits: TitleLimit, sure: bool = True) -> dict[str, Any]:
    """A title of the publishing series."""
    return title(level, sure=sure) | {"series": "PUBLISHING", "limits": list(limits), "basis": BASIS}


titles = some.lists(
    some.builds(
        lambda level, limits: HeldTitle.model_validate(held(level, *limits)),
        some.sampled_from(list(TitleLevel)),
        some.lists(some.sampled_from(list(TitleLimit)), max_size=2, unique=True),
    ),
    max_size=4,
)


@given(
    titles,
    some.sampled_from(["PUBLISHING", "JOURNALISM"]),
    some.sampled_from([None, THERE, ELSEWHERE]),
    some.sampled_from(list(PostPool)),
)
def test_only_what_is_limited_to_other_work_does_not_count(told, series, specialty, pool):
    """All titles count but those of minority-language publishing elsewhere, and targeted ones on any other post."""
    counting = that_count(told, outside(SCOPES, Work(series, specialty, pool)))
    lost = {
        LIMITED: (series, specialty) != ("PUBLISHING", THERE),
        TitleLimit.GRASS_ROOTS: pool is not PostPool.TARGETED,
    }
    assert counting == [each for each in told if not any(lost[limit] for limit in each.limits)]


def test_a_scope_leaves_something_out():
    """A scope that names no wish would make a limit mean nothing."""
    with pytest.raises(ValidationError, match="say for which wishes alone"):
        TitleScope(limit=LIMITED, article="route_targeted")


ASSOCIATE, MIDDLE, JUNIOR = TitleLevel.ASSOCIATE_SENIOR, TitleLevel.MIDDLE, TitleLevel.JUNIOR


@pytest.mark.parametrize(
    ("titles", "elsewhere"),
    [
        ([held(MIDDLE, LIMITED)], "NOT_MET"),
        ([held(MIDDLE, LIMITED), held(JUNIOR)], "NOT_MET"),
        ([held(MIDDLE, LIMITED), held(MIDDLE)], "MET"),
        ([held(MIDDLE, LIMITED), held(MIDDLE, sure=False)], "UNKNOWN"),
        ([held(MIDDLE, TitleLimit.GRASS_ROOTS)], "MET"),
        ([held(JUNIOR, LIMITED)], "MET"),
        ([], "MET"),
    ],
)
async def test_a_limited_title_opens_only_the_specialties_it_is_valid_in(stage, titles, elsewhere):
    """Whoever recommends is refused on the article elsewhere, and not in minority-language publishing."""
    cycle = await stage.opened()
    await stage.arrange(cycle, "PUBLISHING")
    await stage.criteria(series="PUBLISHING", level=ASSOCIATE)
    named = {}
    for name in (THERE, ELSEWHERE):
        body = {"series": "PUBLISHING", "name": name}
        made = await stage.made("/specialties", stage.officer, body)
        await stage.made(f"/specialties/{made['id']}/actions/FILE", stage.officer)
        named[name] = made["id"]
    await stage.time(NOVEMBER)
    plan = await stage.plan(cycle, posts=[{"level": ASSOCIATE, "count": 9}])
    for specialty in (named[ELSEWHERE], None, named[THERE]):
        person = stage.employ()
        stage.around.standings[person.id] = {"titles": titles}
        what = {"series": "PUBLISHING", "level": ASSOCIATE, "specialty_id": specialty}
        answer = await stage.ask(
            "POST", "/recommendations", stage.recommender, stage.wish(plan, person, **what)
        )
        if specialty == named[THERE] or elsewhere == "MET":
            assert answer.status_code == 201 or elsewhere == "UNKNOWN", answer.text
            continue
        (finding,) = problem(answer, 422, "ROUTE_NOT_OPEN")["findings"]
        assert (finding["code"], finding["basis"][0]["cite"]) == ("PRESENT_TITLE_VALID", "二（五）5")
        assert (LIMITED.zh in finding["message"]) == (elsewhere == "NOT_MET")


@pytest.mark.clause("2.5.5")
async def test_who_has_no_unit_rests_on_no_such_title_either(office, season, neighbours, session):
    """The county is not asked for what no unit could recommend; by any other title the declaration goes on."""
    async with session("workflow") as tx:
        row = season_parts._arrangement(season.cycle_id, season.root)  # noqa: SLF001 - for another series
        row.series = "PUBLISHING"
        tx.add(row)
    person, wish = season.without_unit(), office.wish(series="PUBLISHING", level=ASSOCIATE)
    neighbours.standings[person.person_id] = {"titles": [held(MIDDLE, LIMITED)]}
    refused = await office.create(person, direct=wish)
    (finding,) = refused.json()["findings"]
    assert (refused.status_code, finding["code"]) == (422, "PRESENT_TITLE_VALID")
    assert finding["basis"][0]["cite"] == "二（五）5"
    neighbours.standings[person.person_id] = {"titles": [held(MIDDLE)]}
    assert codes(await office.create(person, direct=wish)) == ["NO_CRITERIA_IN_FORCE"]
