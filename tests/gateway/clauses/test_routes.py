"""Routes (申报途径) through the gateway: private enterprises, skilled workers, introduced and aid talents (一（五）、一（七）、二（四）1)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import yaml

from demo.api import Gateway
from demo.identities import Identities
from demo.scenes import applicants, declaration, opening
from demo.stage import OPERATOR, Stage, at
from tests.gateway.clauses.province import Province, bearer_of
from tests.gateway.clauses.season import listed, newcomer, refusal, seated
from tests.gateway.clauses.test_accounts import AID
from tests.gateway.clauses.test_declaring import DEGREE
from tests.gateway.clauses.works import (
    ASSESSED,
    INSURED,
    LEVELS,
    MADE,
    UNIT_ROLES,
    arrived,
    confirmed,
    contract,
    declared,
    in_order,
    on_record,
    opened,
    planned,
    recommended,
    serving,
    wish,
)
from tests.platform.settings import POLICIES
from tests.services.accounts.world import new_uscc

pytestmark = pytest.mark.timeout(300)
STOPPED = {"periods": [{"since": "2018-01-01", "until": "2019-12-31"}]}
SUBMIT = """mutation($input: ActOnDeclarationInput!) {
  actOnDeclaration(input: $input) { errors { findings { code field } } } }"""
VILLAGE = {
    "role": "FIRST_SECRETARY", "regionCode": "632801", "since": "2021-06-01",
    "postingUnit": "郭勒木德镇人民政府", "statement": "驻村期间履职尽责。",
}  # fmt: skip
HONOURS = yaml.safe_load((POLICIES / "qinghai/2023/records.yaml").read_text("utf-8"))["honours"]


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November at a private enterprise and at a county's hospital: two series can be declared in, plans are published."""
    stage = Stage(Gateway("/graphql", http), "000098", lambda _: None, Identities("routes"))
    works = await province.create("chengxi", "EMPLOYER", "COUNTY", "630104", nature="PRIVATE_ENTERPRISE")
    assert works["errors"] == []
    province.made["works"] = works["organisation"]
    roles = ("ORGANISATION_MANAGER", "TITLE_OFFICER", "REVIEWER", "COMMITTEE_OFFICE")
    for part, held in (("province", roles), ("works", UNIT_ROLES), ("county hospital", UNIT_ROLES)):
        there = await province.at(part)
        stage.cast[part] = seated(stage, part, bearer_of(there, *held))
        stage.organisations[part] = there["id"]
    stage.cast[OPERATOR] = seated(stage, OPERATOR, province.token("province", "OPERATOR"))
    await stage.move_clock(at(10, 16))
    await opening._cycle(stage)  # noqa: SLF001 - this part of the scene alone
    await opened(stage.cast["province"], stage)
    await stage.move_clock(at(11, 2))
    for part in ("works", "county hospital"):
        await planned(stage, part, LEVELS if part == "works" else ["MIDDLE"])
    return stage


def honour(code: str, contest: dict[str, Any] | None, **changed: Any) -> dict[str, Any]:
    """An honour as it is put on record, in whatever part of a contest."""
    told: dict[str, Any] = {
        "honour": code, "awardedOn": "2021-09-30", "awardingBody": "授予机构", "document": "青人社〔2021〕8号",
    }  # fmt: skip
    if contest is None:
        return {"honour": told}
    fair = {
        "contestName": "职业技能大赛", "place": contest["places"][-1], "role": contest["roles"][-1],
        "onRecord": True, "organiser": "青海省人力资源和社会保障厅", "administrativeOrganiser": True,
    }  # fmt: skip
    return {"honour": told | {"contest": fair | changed}}


CLASS = {
    "school": "青海省高级技工学校", "field": "焊接", "graduatedOn": "2008-07-01", "certificateNumber": "JG-17",
}  # fmt: skip
OPENED = {"NATIONAL": ("ASSOCIATE_SENIOR", "FULL_SENIOR"), "PROVINCIAL": ("MIDDLE", "ASSOCIATE_SENIOR")}


@pytest.mark.clause("1.5.4.2", "1.5.4.3")
@pytest.mark.parametrize("entry", HONOURS, ids=lambda each: each["code"])
async def test_each_listed_honour_opens_its_two_levels(stage: Stage, entry: dict[str, Any]) -> None:
    """Refused without it and while it waits; confirmed it opens both levels of its list and no other."""
    part, route = entry["code"].lower(), f"SKILLED_{entry['level']}"
    cite = {"NATIONAL": "一（五）4（2）", "PROVINCIAL": "一（五）4（3）"}[entry["level"]]
    await arrived(stage, part)
    levels = OPENED[entry["level"]]
    given = wish(stage, part, levels[0], route=route)
    closed = ("ROUTE_NOT_OPEN", [cite])
    assert (await refusal(stage, "works", "recommend", **given))[:2] == closed
    record = await declared(stage, part, **honour(entry["code"], entry.get("contest")))
    assert (await refusal(stage, "works", "recommend", **given))[:2] == closed
    await confirmed(stage, "works", record)
    (other,) = set(LEVELS) - set(levels)
    assert (await refusal(stage, "works", "recommend", **given | {"level": other}))[0] == "ROUTE_NOT_OPEN"
    for level in levels:
        made, articles = await recommended(stage, given | {"level": level})
        assert (made["route"], {cite, "一（五）4"} <= articles) == (route, True)
        step = {"id": made["id"], "action": "WITHDRAW", "note": "另行推荐"}
        await stage.cast["works"].do("actOnRecommendation", "basis { cite }", **step)


@pytest.mark.clause("1.5.4.3")
@pytest.mark.parametrize("lacking", ["onRecord", "administrativeOrganiser"])
async def test_a_contest_counts_only_on_record_and_by_the_administration(stage: Stage, lacking: str) -> None:
    """An honour of any other contest opens nothing, though the unit has confirmed it."""
    part, entry = f"contest.{lacking}".lower(), HONOURS[-3]
    await arrived(stage, part)
    await on_record(stage, part, **honour(entry["code"], entry["contest"], **{lacking: False}))
    given = wish(stage, part, "MIDDLE", route="SKILLED_PROVINCIAL")
    code, articles, message = await refusal(stage, "works", "recommend", **given)
    assert (code, articles) == ("ROUTE_NOT_OPEN", ["一（五）4（3）"])
    assert "不计入" in message


@pytest.mark.clause("1.5.4")
@pytest.mark.parametrize(
    ("route", "level"),
    [
        ("SKILLED_FRONT_LINE", "FULL_SENIOR"),
        ("SKILLED_NATIONAL", "FULL_SENIOR"),
        ("SKILLED_PROVINCIAL", "MIDDLE"),
    ],
)
async def test_a_skilled_worker_declares_in_the_listed_series_only(
    stage: Stage, route: str, level: str
) -> None:
    """Another series is refused on the article that lists them."""
    part = f"other.{route}".lower()
    await arrived(stage, part)
    given = wish(stage, part, level, series="RESEARCH", route=route)
    code, articles, message = await refusal(stage, "works", "recommend", **given)
    assert code == "ROUTE_NOT_OPEN"
    assert "一（五）4" in articles
    assert "系列" in message


@pytest.mark.clause("1.5.1.2")
async def test_long_service_in_private_enterprises_opens_the_middle_level(stage: Stage) -> None:
    """Four years after the degree are too few; five are enough, but where an examination decides they open nothing."""
    await serving(stage, "late", since="2019-01-01")
    await serving(stage, "long", since="2018-10-01")
    code, articles, message = await refusal(
        stage, "works", "recommend", **wish(stage, "late", "MIDDLE", route="PRIVATE_DIRECT")
    )
    assert (code, articles) == ("ROUTE_NOT_OPEN", ["一（五）1（2）"])
    assert "58" in message
    given = wish(stage, "long", "MIDDLE", route="PRIVATE_DIRECT")
    examined = given | {"series": "HEALTH"}
    assert (await refusal(stage, "works", "recommend", **examined))[0] == "DECIDED_BY_EXAMINATION"
    made, articles_of = await recommended(stage, given)
    assert (made["route"], "一（五）1（2）" in articles_of) == ("PRIVATE_DIRECT", True)


EDUCATIONS: dict[str, tuple[dict[str, Any], bool]] = {
    "parttime": ({"degree": DEGREE["body"]["degree"] | {"mode": "PART_TIME"}}, True),
    "vocational": ({"degree": DEGREE["body"]["degree"] | {"schoolKind": "VOCATIONAL"}}, True),
    "technician": ({"technicalClass": CLASS | {"technicalClass": "TECHNICIAN"}}, True),
    "seniorworker": ({"technicalClass": CLASS | {"technicalClass": "SENIOR_WORKER"}}, False),
    "middleworker": ({"technicalClass": CLASS | {"technicalClass": "MIDDLE_WORKER"}}, False),
}
"""Whether five years after that education are enough."""


@pytest.mark.clause("1.5.2", "1.5.4")
@pytest.mark.parametrize("education", EDUCATIONS)
async def test_an_education_counts_by_its_level_alone(stage: Stage, education: str) -> None:
    """Part-time as full-time, vocational as ordinary, a technicians' class as a bachelor's; the lower ones as what they are."""
    body, enough = EDUCATIONS[education]
    await arrived(stage, education)
    await on_record(stage, education, **body)
    work = {
        "unit": "青海某公司",
        "unitNature": "PRIVATE_ENTERPRISE",
        "work": "机械设计",
        "since": "2018-06-01",
    }
    await on_record(stage, education, workExperience=work)
    given = wish(stage, education, "MIDDLE", route="PRIVATE_DIRECT")
    if enough:
        assert (await recommended(stage, given))[0]["route"] == "PRIVATE_DIRECT"
    else:
        assert (await refusal(stage, "works", "recommend", **given))[0] == "ROUTE_NOT_OPEN"


@pytest.mark.clause("1.5.1.1")
async def test_private_staff_is_under_contract_insured_and_of_an_enterprise_registered_here(
    stage: Stage, province: Province
) -> None:
    """By whatever route: each missing condition is named on the article; with all of them the person is recommended."""
    made = await province.create(
        "chengxi", "EMPLOYER", "COUNTY", "630104", nature="PRIVATE_ENTERPRISE", uscc=new_uscc("510104")
    )
    assert made["errors"] == []
    place = "branch of elsewhere"
    stage.cast[place] = seated(stage, place, bearer_of(made["organisation"], *UNIT_ROLES))
    stage.organisations[place] = made["organisation"]["id"]
    await planned(stage, place, LEVELS)
    await arrived(stage, "branch.staff", place)
    words = ("企业注册地在本省", "正式聘用合同或劳动合同", "社会保险满12个月")
    given = wish(stage, "branch.staff", "MIDDLE", place)
    _, _, message = await refusal(stage, place, "recommend", **given)
    assert [each for each in words if each in message] == list(words)
    await newcomer(stage, "insured", "works", kind="ENTERPRISE")
    await applicants.take_test(stage, "insured", right=True)
    given = wish(stage, "insured", "MIDDLE")
    steps: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {words[1], words[2]}),
        (
            {"contract": contract(stage, "works", since="2018-01-01", until="2023-10-31")},
            {words[1], words[2]},
        ),
        ({"contract": contract(stage, "works")}, {words[2]}),
        ({"socialInsurance": INSURED | {"unit": "海西某公司", "regionCode": "632800"}}, {words[2]}),
        ({"socialInsurance": INSURED | STOPPED}, {words[2]}),
    ]
    for fact, missing in steps:
        if fact:
            await on_record(stage, "insured", **fact)
        code, articles, message = await refusal(stage, "works", "recommend", **given)
        assert (code, articles) == ("ROUTE_NOT_OPEN", ["二（二）1", "一（五）1（1）"])
        assert {each for each in words if each in message} == missing
    await on_record(stage, "insured", socialInsurance=INSURED)
    _, articles_of = await recommended(stage, given)
    assert "一（五）1（1）" in articles_of


@pytest.mark.clause("1.7.2")
@pytest.mark.parametrize("route", ["IMPORTED", "URGENT", "POSTDOC"])
async def test_who_was_introduced_is_assessed_and_takes_no_post(stage: Stage, route: str) -> None:
    """Of an institution without any approved number: refused without the assessment, exempt with it."""
    place = "county hospital"
    await arrived(stage, route.lower(), place, kind="ON_ESTABLISHMENT")
    given = wish(stage, route.lower(), "FULL_SENIOR", place, route=route)
    code, articles, _ = await refusal(stage, place, "recommend", **given)
    assert (code, articles) == ("ROUTE_NOT_OPEN", ["一（七）第2段"])
    made, articles_of = await recommended(stage, given | ASSESSED, place)
    assert made["reservation"] == {"state": "EXEMPT", "exemptBy": "IMPORTED_TALENT"}
    assert "一（七）第2段" in articles_of


@pytest.mark.clause("2.4.1.1", "2.4.1.3")
async def test_aid_talents_take_no_post_and_the_excellent_go_one_level_up(stage: Stage) -> None:
    """Assessed by the receiving unit, at a level its plan has no post of; three excellent years running open the next one alone."""
    place, part = "county hospital", "aid"
    await arrived(stage, part, place, kind="AID_QINGHAI", aid=AID)
    given = wish(stage, part, "ASSOCIATE_SENIOR", place)
    code, articles, _ = await refusal(stage, place, "recommend", **given)
    assert (code, articles) == ("ROUTE_NOT_OPEN", ["二（四）1（1）"])
    title = {
        "series": "ENGINEERING", "titleLevel": "MIDDLE", "titleName": "工程师", "obtainedOn": "2016-12-01",
        "obtainedBy": "REVIEW", "issuingBody": "江苏省人社厅", "certificateNumber": "JS2016-1",
    }  # fmt: skip
    period = {
        "sendingUnit": "江苏省人民医院", "receivingUnit": "县医院", "placeLevel": "COUNTY",
        "since": "2019-07-01", "until": "2022-12-31",
    }  # fmt: skip
    await on_record(stage, part, place, presentTitle=title)
    await on_record(stage, part, place, aidPeriod=period)
    direct = given | ASSESSED | {"route": "AID_EXCELLENT"}
    for year in (2020, 2021, 2022):
        code, articles, _ = await refusal(stage, place, "recommend", **direct)
        assert (code, "二（四）1（3）" in articles) == ("ROUTE_NOT_OPEN", True)
        await on_record(
            stage, part, place, yearlyAssessment={"year": year, "result": "EXCELLENT", "unit": "县医院"}
        )
    two_up = direct | {"level": "FULL_SENIOR"}
    assert (await refusal(stage, place, "recommend", **two_up))[0] == "ROUTE_NOT_OPEN"
    made, articles_of = await recommended(stage, direct, place)
    assert made["reservation"] == {"state": "EXEMPT", "exemptBy": "AID_QINGHAI"}
    assert {"二（四）1（1）", "二（四）1（3）"} <= articles_of


@pytest.mark.clause("2.5.5")
async def test_a_title_of_minority_language_publishing_opens_that_work_alone(stage: Stage) -> None:
    """The record shows the limit; elsewhere the applicant and the unit are told why not, there the unit recommends."""
    part, ids = "editor", {}
    for name in ("少数民族语言文字出版", "图书编辑"):
        made = await stage.cast["province"].do(
            "createSpecialty", "specialty { id }", series="PUBLISHING", name=name
        )
        ids[name] = made["specialty"]["id"]
        await stage.cast["province"].do("fileSpecialty", "specialty { id }", id=ids[name])
    await arrived(stage, part)
    title = {
        "series": "PUBLISHING", "titleLevel": "MIDDLE", "titleName": "编辑", "obtainedOn": "2016-12-01",
        "obtainedBy": "EXAMINATION", "issuingBody": "青海省人社厅", "certificateNumber": "CB2016-1",
        "limits": ["MINORITY_LANGUAGE_PUBLISHING"],
    }  # fmt: skip
    await on_record(stage, part, presentTitle=title)
    told = await stage.ask(
        part, "query($id: ID!) { node(id: $id) { ... on Person { records(first: 5) { edges { node { body { "
        "... on PresentTitleRecord { limits } } } } } } } }", id=stage.things[part],
    )  # fmt: skip
    assert "MINORITY_LANGUAGE_PUBLISHING" in str(told)
    document = """query($name: String) { whatIf(series: "PUBLISHING", specialty: $name) { items { level routes {
      code verdict conditions { code verdict basis { cite } } } } } }"""
    for name, verdict in (("图书编辑", "NOT_MET"), ("少数民族语言文字出版", "MET")):
        items = (await stage.ask(part, document, name=name))["whatIf"]["items"]
        routes = next(each["routes"] for each in items if each["level"] == "ASSOCIATE_SENIOR")
        assert next(each["verdict"] for each in routes if each["code"] == "NORMAL") == verdict
    given = wish(stage, part, "ASSOCIATE_SENIOR", series="PUBLISHING")
    for more in ({}, {"specialtyId": ids["图书编辑"]}):
        code, articles, message = await refusal(stage, "works", "recommend", **given, **more)
        assert (code, "二（五）5" in articles) == ("ROUTE_NOT_OPEN", True)
        assert "限少数民族语言文字出版" in message
    _, rests_on = await recommended(stage, given | {"specialtyId": ids["少数民族语言文字出版"]})
    assert "二（五）5" in rests_on


@pytest.mark.clause("1.5.4.1", "1.5.1.2")
async def test_the_front_line_is_spared_continuing_education_and_others_are_not(stage: Stage) -> None:
    """Assessed, outside the numbers, declared: nobody asks for hours or a paper; of private staff hours are asked."""
    await arrived(stage, "worker", "county hospital", kind="ON_ESTABLISHMENT")
    given = wish(stage, "worker", "FULL_SENIOR", "county hospital", ground="FRONT_LINE_SKILLED")
    assert (await refusal(stage, "county hospital", "recommend", **given))[1] == ["一（五）4（1）"]
    worker, articles = await recommended(stage, given | ASSESSED, "county hospital")
    assert (worker["route"], worker["reservation"]["state"]) == ("SKILLED_FRONT_LINE", "EXEMPT")
    assert "一（五）4（1）" in articles
    await serving(stage, "staff", since="2015-01-01")
    private, _ = await recommended(stage, wish(stage, "staff", "MIDDLE", route="PRIVATE_DIRECT"))
    for place, row in (("county hospital", worker), ("works", private)):
        step = {"id": row["id"], "action": "PUBLICISE"}
        await stage.cast[place].do("actOnRecommendation", "basis { cite }", **step)
    await stage.move_clock(at(11, 13))
    for place, part, row, spared in (
        ("county hospital", "worker", worker, True),
        ("works", "staff", private, False),
    ):
        step = {"id": row["id"], "action": "CONFIRM"}
        await stage.cast[place].do("actOnRecommendation", "basis { cite }", **step)
        told = "declaration { route asked { sections { code } materials { code } } }"
        ground = {"ground": {"recommendationId": row["id"]}}
        made = (await stage.cast[part].do("createDeclaration", told, **ground))["declaration"]
        asked = {each["code"] for each in made["asked"]["sections"]}
        assert ("continuing_education" not in asked) == spared, made["route"]
        assert not any("PAPER" in each["code"] for each in made["asked"]["materials"])


async def test_the_table_is_read_by_anybody(stage: Stage) -> None:
    """With conditions, waivers and articles, signed in as nobody."""
    document = """{ routes(year: 2023) { code title kinds levels series pool ground named direct waives
      checks { fact text basis { cite } } basis { cite } } }"""
    told = {each["code"]: each for each in (await stage.gateway.query(document))["routes"]}
    assert {"NORMAL", "TARGETED", "PRIVATE_DIRECT", "AID_EXCELLENT", "FARMER"} <= set(told)
    front_line = told["SKILLED_FRONT_LINE"]
    assert (front_line["waives"], front_line["ground"]) == (
        ["CONTINUING_EDUCATION", "PAPER", "SENIORITY"],
        "FRONT_LINE_SKILLED",
    )
    assert [each["cite"] for each in front_line["basis"]] == ["一（五）4（1）", "一（五）4"]


async def test_an_applicant_asks_beforehand_what_is_open(stage: Stage) -> None:
    """Level by level and route by route, with what is missing and its article; nobody else is told."""
    await arrived(stage, "curious")
    await on_record(stage, "curious", **honour(HONOURS[0]["code"], None))
    document = """{ whatIf(series: "ENGINEERING") { year items { level open decidedBy
      routes { code verdict conditions { code verdict text basis { cite } } } } } }"""
    told = (await stage.ask("curious", document))["whatIf"]
    levels = {each["level"]: {route["code"]: route for route in each["routes"]} for each in told["items"]}
    assert levels["FULL_SENIOR"]["SKILLED_NATIONAL"]["verdict"] == "MET"
    assert levels["MIDDLE"]["SKILLED_NATIONAL"]["verdict"] == "NOT_MET"
    provincial = levels["MIDDLE"]["SKILLED_PROVINCIAL"]["conditions"]
    amiss = [each for each in provincial if each["verdict"] != "MET"]
    assert [(each["code"], each["basis"]) for each in amiss] == [("HONOUR", [{"cite": "一（五）4（3）"}])]


async def measured_alike(stage: Stage, plan: str, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The list published anew, all with the same measure."""
    equals = [
        {
            "registrationId": each["registration"]["id"],
            "place": 1,
            "reason": "同等条件",
            "changeReason": "驻村经历已确认",
        }
        for each in before
    ]
    given = {"planId": plan, "level": "MIDDLE", "ranked": equals}
    await stage.cast["works"].do("publishRankedList", "rankedList { id }", **given)
    return await in_order(stage, plan)


@pytest.mark.clause("1.4.3")
async def test_a_village_posting_decides_among_equals_once_it_is_confirmed(stage: Stage) -> None:
    """Before the sending unit has confirmed it all are equals; then who was posted goes first, and is spared the hours."""
    for part in ("colleague", "secretary"):
        await serving(stage, part, since="2015-01-01", name=part)
    wishes = {
        part: wish(stage, part, "MIDDLE", route="PRIVATE_DIRECT") for part in ("colleague", "secretary")
    }
    plan = wishes["secretary"]["planId"]
    sent = {"villagePosting": VILLAGE | {"sendingUnitId": stage.organisations["works"]}}
    posting = await declared(stage, "secretary", **sent)
    for each in wishes.values():
        await listed(stage, each, "works")
    before = await in_order(stage, plan)
    assert {(each["place"], each["posted"]) for each in before} == {(1, False)}
    await confirmed(stage, "works", posting)
    first, *others = await measured_alike(stage, plan, before)
    assert (first["personName"], first["place"], first["posted"]) == ("secretary", 1, True)
    assert [each["cite"] for each in first["basis"]] == ["一（四）3"]
    assert {(each["place"], each["posted"]) for each in others} == {(2, False)}
    assert "secretary" in (await refusal(stage, "works", "recommend", **wishes["colleague"]))[2]
    made = {
        part: (await stage.cast["works"].do("recommend", MADE, **wishes[part]))["recommendation"]
        for part in ("secretary", "colleague")
    }
    for each in made.values():
        await stage.cast["works"].do(
            "actOnRecommendation", "basis { cite }", id=each["id"], action="PUBLICISE"
        )
    await stage.move_clock(at(11, 22))
    found = {part: await refused_for(stage, part, each) for part, each in made.items()}
    missing = {("MATERIAL_MISSING", "materials.EDUCATION_CERTIFICATE")}
    assert missing <= found["secretary"] < found["colleague"]
    assert found["colleague"] - found["secretary"] == {
        (code, "content.continuingEducation") for code in ("SECTION_MISSING", "CONTINUING_EDUCATION_SHORT")
    }


async def refused_for(stage: Stage, part: str, made: dict[str, Any]) -> set[str]:
    """What stands in the way of who submits a form without hours of continuing education, and without files."""
    await stage.cast["works"].do("actOnRecommendation", "basis { cite }", id=made["id"], action="CONFIRM")
    ground = {"ground": {"recommendationId": made["id"]}}
    draft = await stage.cast[part].do("createDeclaration", "declaration { id version }", **ground)
    filled_in = {key: told for key, told in declaration.CONTENT.items() if key != "continuingEducation"}
    given = draft["declaration"] | {"content": filled_in}
    await stage.cast[part].do("saveDeclaration", "declaration { id }", **given)
    step = {"id": draft["declaration"]["id"], "action": "SUBMIT"}
    done = await stage.ask(part, SUBMIT, input=step)
    [refused] = done["actOnDeclaration"]["errors"]
    return {(each["code"], each["field"]) for each in refused["findings"]}
