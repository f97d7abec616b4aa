"""`GET /v1/ratios/of-unit`: what Annex 1 makes of a unit by what is known of it, in whole posts of those it has."""

from __future__ import annotations

import pytest
from starlette.responses import JSONResponse, Response

from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import YEAR
from tests.services.quota.people import Unit, ask, assert_refused, service_token

PROVINCE = ("HRSS", "PROVINCE", None)
PREFECTURE = ("HRSS", "PREFECTURE", None)
COUNTY = ("HRSS", "COUNTY", None)
SCHOOL = ("EMPLOYER", "COUNTY", "PUBLIC_INSTITUTION")
TOWNSHIP = ("EMPLOYER", "COUNTY", "TOWNSHIP")
BELOW = ("SUBORDINATE_UNIT", "COUNTY", "PUBLIC_INSTITUTION")
IN_COUNTY = (PROVINCE, PREFECTURE, COUNTY)


@pytest.fixture
def ratio(acquainted):
    """`await ratio(unit, headcount=40)`: as the unit's recommender, or as somebody else `by` whose token."""

    async def ask_for(unit: Unit, *, by: str | None = None, **query):
        asked = "".join(f"&{key}={value}" for key, value in query.items())
        return await ask(
            acquainted, "GET", f"/v1/ratios/of-unit?unit_id={unit.id}{asked}", by or unit.recommender
        )

    return ask_for


@pytest.mark.clause("A1")
async def test_the_posts_of_the_approved_form_in_whole_posts(ratio, directory, approve):
    """Row, percentages, and the posts they make of those approved, each line with its working; a headcount given gives way."""
    unit = directory.unit(*IN_COUNTY, SCHOOL, region="632521")
    await approve(unit, ASSOCIATE_SENIOR=(5, 4, 0, 0), MIDDLE=(17, 9, 0, 0), JUNIOR=(11, 9, 0, 0))
    answer = await ratio(unit, year=YEAR, headcount=99)
    told = answer.json()
    assert (told["answer"], told["row"]["code"]) == ("ROW", "COUNTIES_1"), answer.text
    assert (told["unit_level"], told["region_code"]) == ("COUNTY", "632521")
    assert (told["posts"]["headcount"], told["headcount_source"]) == (33, "APPROVED_FORM")
    assert told["posts"]["unified"] == {"senior": 4, "middle": 14, "junior": 13}
    assert told["posts"]["targeted"] == {"senior": 2, "middle": 3}
    assert told["posts"]["overall"] == {"senior": 7, "middle": 18}
    assert {"text": "双定向高级 2 = 33 × 7% = 2.31，取整数", "cite": "附件1 第3行"} in told["posts"][
        "working"
    ]
    assert {each["cite"] for each in told["basis"]} == {"附件1", "附件1 第3行"}


@pytest.mark.clause("A1")
async def test_before_a_form_is_approved_the_headcount_is_given(ratio, directory):
    """Then the caller tells it; without one there is the row and no posts."""
    unit = directory.unit(*IN_COUNTY, SCHOOL, region="632521")
    told = (await ratio(unit, headcount=20)).json()
    assert (told["headcount_source"], told["posts"]["targeted"]["senior"]) == ("GIVEN", 1)
    told = (await ratio(unit)).json()
    assert (told["year"], told["row"]["code"]) == (YEAR, "COUNTIES_1")
    assert (told["posts"], told["headcount_source"]) == (None, None)


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("line", "row"),
    [
        ((SCHOOL,), None),
        ((TOWNSHIP,), "EAST_COUNTIES"),
        ((TOWNSHIP, BELOW), "EAST_COUNTIES"),
        ((("EMPLOYER", "COUNTY", "GOVERNMENT_BODY"), BELOW), None),
    ],
)
async def test_what_lies_below_the_county(ratio, directory, line, row):
    """In 大通 the county's own units have no row; a township, and whatever stands below one, has."""
    unit = directory.unit(*IN_COUNTY, *line, region="630121")
    told = (await ratio(unit)).json()
    assert (told["row"] or {}).get("code") == row
    assert told["unit_level"] == ("BELOW_COUNTY" if row else "COUNTY")
    assert ("附件3 三（六）" in {each["cite"] for each in told["basis"]}) is (row is not None)


@pytest.mark.clause("A1")
@pytest.mark.parametrize(
    ("line", "region", "reason"),
    [
        ((PROVINCE, ("EMPLOYER", "PROVINCE", "PUBLIC_INSTITUTION")), "630000", "没有适用于该地区"),
        ((PROVINCE, PREFECTURE, ("EMPLOYER", "PREFECTURE", "PUBLIC_INSTITUTION")), "630100", "该层级"),
        ((*IN_COUNTY, TOWNSHIP), "630104", "没有适用于该地区"),
        ((*IN_COUNTY, ("EMPLOYER", "COUNTY", "PRIVATE_SCHOOL")), "632521", "只列事业单位"),
    ],
)
async def test_where_no_row_applies_the_reason_is_told(ratio, directory, line, region, reason):
    """Units of the province, of 西宁 itself and its inner districts, and what is no institution: no guess."""
    told = (await ratio(directory.unit(*line, region=region), headcount=50)).json()
    assert (told["answer"], told["row"], told["posts"]) == ("NO_ROW", None, None)
    assert reason in told["reason"]


@pytest.mark.clause("A1", "1.4.1")
async def test_grass_roots_medical_institutions_are_pointed_elsewhere(ratio, directory):
    """A county's hospital gets no ratio of Annex 1 but the document that decides."""
    unit = directory.unit(*IN_COUNTY, SCHOOL, region="632521", industry="HEALTH")
    answer = await ratio(unit, headcount=50)
    cites = {"附件1 说明", "青人社厅发〔2022〕58号"}
    assert_refused(answer, 422, "OTHER_RULE_APPLIES", field="industry", cites=cites)


async def test_who_may_see_it(ratio, directory, acquainted):
    """Those who work at the unit or on cases above it, and services; for others there is no such unit."""
    unit = directory.unit(*IN_COUNTY, SCHOOL)
    department = (*unit.lineage, node("INTERNAL_DEPARTMENT", "COUNTY"))
    branch = (*unit.lineage, node("SUBORDINATE_UNIT", "COUNTY"))
    may = [unit.at(0, "SUPERVISOR"), unit.hrss, service_token(), mint([seat("APPLICANT", *department)])]
    for token in may:
        assert (await ratio(unit, by=token)).status_code == 200
    may_not = [
        unit.at(0, "APPLICANT"),
        unit.at(1, "EXPERT", "OPERATOR"),
        mint([seat("ORGANISATION_MANAGER", *branch)]),
        mint([seat("REVIEWER", node("HRSS", "PROVINCE"))]),
        mint(),
    ]
    for token in may_not:
        assert_refused(await ratio(unit, by=token), 404, "UNIT_NOT_FOUND", field="unit_id", cites=set())
    path = f"/v1/ratios/of-unit?unit_id={unit.id}"
    assert (await ask(acquainted, "GET", path, None)).status_code == 401


async def test_bad_questions(ratio, directory, hospital):
    """A unit nobody knows, a year without policy, a number that is none: each refused by its own code."""
    assert (await ratio(hospital)).json()["code"] == "UNIT_NOT_FOUND"
    unit = directory.unit(*IN_COUNTY, SCHOOL)
    assert (await ratio(unit, year=1999)).json()["code"] == "YEAR_UNKNOWN"
    for number in ("-1", "1000001", "many", "1.5"):
        assert (await ratio(unit, headcount=number)).status_code == 422
    answer = await ratio(Unit((node("HRSS", "PROVINCE"),)), by=service_token())
    assert answer.json()["code"] == "UNIT_NOT_FOUND"


@pytest.mark.parametrize(
    "bent",
    [
        Response(status_code=500),
        Response("no JSON"),
        JSONResponse({"items": [{"id": "1"}]}),
        JSONResponse({"code": "FORBIDDEN", "message": "no"}, 403),
    ],
)
async def test_accounts_does_not_answer(ratio, directory, bent):
    """Whatever is wrong with accounts, the caller is told which part is missing, and nothing is kept."""
    unit = directory.unit(*IN_COUNTY, SCHOOL)
    directory.answer = lambda _: bent
    answer = await ratio(unit)
    assert (answer.status_code, answer.json()["code"]) == (503, "PART_UNAVAILABLE"), answer.text
    assert answer.json()["part"] == "accounts"
    directory.answer = None
    assert (await ratio(unit)).status_code == 200
