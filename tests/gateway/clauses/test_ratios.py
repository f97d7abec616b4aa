"""附件1 through the gateway: what it makes of a unit."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.clauses.province import Province

RATIO = """query($unit: ID!, $headcount: Int) { targetedRatio(unitId: $unit, year: 2023, headcount: $headcount) {
  answer reason unitLevel headcountSource row { code cite } unit { name }
  posts { headcount unified { senior middle junior } targeted { senior middle } overall { senior middle }
    working { text cite } } basis { cite } } }"""


async def ratio(province: Province, unit: dict[str, Any], **given: Any) -> dict[str, Any]:
    """What the province is told of a unit."""
    asked = {"unit": unit["id"], **given}
    return await province.front.ask(RATIO, token=province.token("province", "REVIEWER"), **asked)


async def unit_at(province: Province, creator: str, *what: str, **more: Any) -> dict[str, Any]:
    """A new unit."""
    made = await province.create(creator, *what, **more)
    assert made["errors"] == [], made["errors"]
    return made["organisation"]


@pytest.mark.clause("A1", "1.4.1")
async def test_the_targeted_ratio_of_a_unit(province: Province) -> None:
    """A county's unit has its row and whole posts; a township of it has the same row, on its own level."""
    unit = await unit_at(province, "golmud", "EMPLOYER", "COUNTY", "632801")
    told = (await ratio(province, unit, headcount=33))["data"]["targetedRatio"]
    assert (told["answer"], told["row"]["cite"]) == ("ROW", "附件1 第3行")
    assert (told["unitLevel"], told["headcountSource"]) == ("COUNTY", "GIVEN")
    assert told["posts"]["targeted"] == {"senior": 2, "middle": 3}
    assert told["posts"]["overall"] == {"senior": 7, "middle": 18}
    assert told["unit"]["name"] == unit["name"]
    township = await unit_at(province, "golmud", "EMPLOYER", "COUNTY", "632801", nature="TOWNSHIP")
    told = (await ratio(province, township))["data"]["targetedRatio"]
    assert (told["unitLevel"], told["row"]["cite"], told["posts"]) == ("BELOW_COUNTY", "附件1 第3行", None)
    assert "附件3 三（六）" in {each["cite"] for each in told["basis"]}


@pytest.mark.clause("A1")
async def test_no_row_and_another_rule(province: Province) -> None:
    """西宁's inner districts have no row, and are told so; a county's hospital is pointed to the other document."""
    unit = await unit_at(province, "chengxi", "EMPLOYER", "COUNTY", "630104")
    told = (await ratio(province, unit, headcount=50))["data"]["targetedRatio"]
    assert (told["answer"], told["row"], told["posts"]) == ("NO_ROW", None, None)
    assert told["reason"]
    hospital = await unit_at(province, "golmud health", "EMPLOYER", "COUNTY", "632801", industry="HEALTH")
    refused = await ratio(province, hospital, headcount=50)
    [error] = refused["errors"]
    assert refused["data"]["targetedRatio"] is None
    assert error["extensions"]["code"] == "OTHER_RULE_APPLIES"
    assert "青人社厅发〔2022〕58号" in {each["cite"] for each in error["extensions"]["basis"]}
    stranger = await province.front.ask(RATIO, token=province.token("chengxi"), unit=hospital["id"])
    assert stranger["errors"][0]["extensions"]["code"] == "UNIT_NOT_FOUND"
