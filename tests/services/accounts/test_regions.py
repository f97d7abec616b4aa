"""The administrative divisions: how many, which names they had, and that a former code is not told in anything new."""

from __future__ import annotations

import pytest

from tests.platform.tokens import mint
from tests.services.accounts.test_organisation_life import EMPLOYER
from tests.services.accounts.world import cites, refused


async def regions(world):
    """The tree as anyone signed in reads it."""
    answer = await world.ask("GET", "/v1/regions", mint())
    assert answer.status_code == 200
    return answer.json()


async def test_the_province_has_eight_prefectures_and_forty_five_counties(world):
    """大柴旦 among them as 行委; every code begins with that of what it lies in."""
    province = await regions(world)
    assert (province["code"], province["name"], len(province["below"])) == ("630000", "青海省", 8)
    counties = [county for prefecture in province["below"] for county in prefecture["below"]]
    assert len(counties) == 45
    assert {each["level"] for each in counties} == {"COUNTY"}
    assert {"code": "632857", "name": "大柴旦行政委员会"}.items() <= next(
        each for each in counties if each["code"] == "632857"
    ).items()
    for prefecture in province["below"]:
        assert all(each["code"][:4] == prefecture["code"][:4] for each in prefecture["below"])


async def test_former_names_have_their_days_and_their_successors(world):
    """同仁县, 湟中县, 海东地区 and others say until when and what came after."""
    province = await regions(world)
    every = [province, *province["below"], *(c for p in province["below"] for c in p["below"])]
    former = {each["name"]: each for region in every for each in region["formerly"]}
    assert {"code": "632321", "valid_to": "2020-06-05", "successor_code": "632301"}.items() <= former[
        "同仁县"
    ].items()
    assert {"code": "630122", "valid_to": "2019-12-06", "successor_code": "630106"}.items() <= former[
        "湟中县"
    ].items()
    assert former["海东地区"]["successor_code"] == "630200"
    present = {each["code"]: each for each in every}
    assert present["632301"]["valid_from"] == "2020-06-05"
    assert all(each["valid_to"] is None for each in every)


@pytest.mark.parametrize(
    ("code", "present"), [("632321", "同仁市"), ("630122", "湟中区"), ("632123", "乐都区")]
)
async def test_a_former_code_is_refused_with_the_present_one_named(world, code, present):
    """In a creation and in an explanation; nothing else is said to be wrong."""
    told = EMPLOYER | {"region_code": code}
    problem = refused(await world.try_create(world.root, **told), 422, "REGION_FORMER")
    assert present in problem["message"]
    assert (problem["field"], cites(problem)) == ("region_code", ["GB/T 2260"])
    asked = world.proposal(**told)
    refused(
        await world.ask("POST", "/v1/organisations/explain-creation", mint(), asked), 422, "REGION_FORMER"
    )


async def test_regions_are_for_those_who_are_signed_in(world):
    """Without a token there is no answer."""
    refused(await world.ask("GET", "/v1/regions"), 401, "UNAUTHENTICATED")
