"""附件1 through the gateway: what it makes of a unit."""

from __future__ import annotations

import asyncio
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


@pytest.mark.clause("A1")
async def test_the_whole_province_recalculated(province: Province) -> None:
    """An official of the province has it done, sees how far it is, and reads what it found of a unit; a unit may not."""
    unit = await unit_at(province, "golmud", "EMPLOYER", "COUNTY", "632801")
    province.made["a unit"] = unit
    mine = "recalculation { id state done total version availableActions history { action } }"
    refused = await province.act(
        province.token("a unit", "TITLE_OFFICER"), "startRecalculation", mine, year=2023
    )
    assert [each["code"] for each in refused["errors"]] == ["PROVINCE_ONLY"]
    officer = province.token("province", "TITLE_OFFICER")
    begun = await province.act(officer, "startRecalculation", mine, year=2023)
    assert begun["errors"] == [], begun
    job, progress = (
        begun["recalculation"],
        f"query($id: ID!) {{ recalculation(id: $id) {{ {mine[16:-2]} }} }}",
    )
    while job["state"] != "DONE":
        await asyncio.sleep(0.05)
        job = (await province.front.data(progress, token=officer, id=job["id"]))["recalculation"]
    assert job["done"] == job["total"] >= 1
    assert [each["action"] for each in job["history"]] == ["CREATE", "COUNT", "FINISH"]
    document = """query($unit: ID!) {
      unitStanding(unitId: $unit, year: 2023) { hasForm short ratio rowCode headcount unit { name }
        levels { pool level approved free shortage } }
      shortUnits(year: 2023, first: 5) { edges { node { short } } }
      recalculations(year: 2023, first: 5) { edges { node { state } } } }"""
    told = await province.front.data(document, token=officer, unit=unit["id"])
    standing = told["unitStanding"]
    assert (standing["unit"]["name"], standing["ratio"], standing["rowCode"]) == (
        *(unit["name"], "ROW", "COUNTIES_1"),
    )
    assert (standing["hasForm"], standing["headcount"], len(standing["levels"])) == (False, None, 4)
    assert told["shortUnits"]["edges"] == []
    assert told["recalculations"]["edges"][0]["node"] == {"state": "DONE"}
    stopped = await province.act(officer, "stopRecalculation", mine, id=job["id"])
    assert [each["code"] for each in stopped["errors"]] == ["ACTION_NOT_AVAILABLE"]
    await overview_of(province, officer)


async def overview_of(province: Province, officer: str) -> None:
    """What was counted, by place and level, and its picture by a link."""
    document = """{ overview(year: 2023) { stale countedAt places { code name levels { level units counted } }
      total { pool level units counted approved free ownFree } basis { cite } } }"""
    told = (await province.front.data(document, token=officer))["overview"]
    assert told["stale"] is False
    assert "632800" in {place["code"] for place in told["places"]}
    assert [each["level"] for each in told["total"]] == [
        "FULL_SENIOR",
        "ASSOCIATE_SENIOR",
        "MIDDLE",
        "JUNIOR",
    ]
    assert all(each["units"] >= each["counted"] for each in told["total"])
    chart = {"year": 2023, "pool": "GENERAL", "format": "PNG"}
    made = await province.act(officer, "requestOverviewChart", "downloadUrl expiresAt", **chart)
    assert made["errors"] == [], made
    picture = await province.front.http.get(made["downloadUrl"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    refused = await province.act(province.token("a unit"), "requestOverviewChart", "downloadUrl", **chart)
    assert [each["code"] for each in refused["errors"]] == ["OVERVIEW_FOR_HRSS"]
