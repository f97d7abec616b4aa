"""基层“双定向” (一（四）1) through the gateway: posts of their own, and a certificate that says where alone it is valid."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.api import Gateway
from demo.identities import Identities
from demo.scenes import applicants, declaration, meeting, opening
from demo.scenes.opening import LEVEL, YEAR
from demo.stage import OPERATOR, Stage, at
from tests.gateway.clauses.province import Province, bearer_of
from tests.gateway.clauses.season import listed, newcomer, refusal, seated
from tests.gateway.clauses.works import on_record

pytestmark = pytest.mark.timeout(300)
CAST = {
    "province": ("province", ("ORGANISATION_MANAGER", "TITLE_OFFICER", "REVIEWER", "COMMITTEE_OFFICE")),
    "xining": ("xining", ("ORGANISATION_MANAGER",)),
    "haixi": ("haixi", ("REVIEWER",)),
    "golmud": ("golmud", ("REVIEWER",)),
    "health": ("golmud education", ("REVIEWER",)),
    "hospital": ("county school", ("ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER")),
    "department": ("county sickroom", ("ORGANISATION_MANAGER", "REVIEWER")),
}
"""Who plays which part of the demonstration's scenes: the school of a county, whose doctors declare."""
POSTS = [{"level": LEVEL, "count": 1, "pool": pool} for pool in ("GENERAL", "TARGETED")]
LIMIT = {"code": "GRASS_ROOTS", "text": "本资格通过基层“双定向”评审取得，限基层有效", "cite": "一（四）1"}
FORM = "annualForm { id version }"
TITLE = {
    "series": "HEALTH",
    "titleLevel": "MIDDLE",
    "titleName": "主治医师",
    "obtainedOn": "2017-10-15",
    "obtainedBy": "REVIEW",
    "issuingBody": "海西州人社局",
    "certificateNumber": "HX2017-12",
    "limits": ["GRASS_ROOTS"],
}
EVALUATION = """query($id: ID!) { declaration(id: $id) { evaluation { items { code verdict have
  basis { cite } } } } }"""
MADE = "recommendation { id pool ground assessment reservation { state pool exemptBy } } basis { cite }"


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November at the school: one general and one targeted post, both announced."""
    stage = Stage(Gateway("/graphql", http), "000097", lambda _: None, Identities("targeted"))
    for part, (place, roles) in CAST.items():
        there = await province.at(place)
        stage.cast[part] = seated(stage, part, bearer_of(there, *roles))
        stage.organisations[part] = there["id"]
    stage.cast[OPERATOR] = seated(stage, OPERATOR, province.token("province", "OPERATOR"))
    await opening.play(stage)
    await one_general_post(stage)
    await one_targeted_post(stage)
    await stage.move_clock(at(11, 2))
    plan = {"unitId": stage.organisations["hospital"], "cycleId": stage.things["cycle"], "posts": POSTS}
    text = {"policyText": "择优推荐。", "conditions": "取得现职称满五年。", "procedure": "评议、公示。"}
    made = await stage.cast["hospital"].do("createRecommendationPlan", "plan { id }", **plan, **text)
    stage.things["plan"] = made["plan"]["id"]
    told = "plan { posts { level pool count } }"
    shown = await stage.cast["hospital"].do("publishRecommendationPlan", told, id=made["plan"]["id"])
    assert shown["plan"]["posts"] == POSTS
    return stage


async def one_general_post(stage: Stage) -> None:
    """The approved form leaves one place."""
    row = {"level": LEVEL, "approved": 5, "employed": 4, "qualifiedNotEmployed": 0, "exits": 0}
    given = {"unitId": stage.organisations["hospital"], "year": YEAR, "levels": [row]}
    form = (await stage.cast["hospital"].do("createAnnualForm", FORM, **given))["annualForm"]
    for part, action in (("hospital", "SUBMIT"), ("health", "AUTHORITY_PASS"), ("golmud", "APPROVE")):
        act = {"id": form["id"], "action": action, "version": form["version"]}
        form = (await stage.cast[part].do("actOnAnnualForm", FORM, **act))["annualForm"]


async def one_targeted_post(stage: Stage) -> None:
    """Annex 1 makes one senior post of twenty (7 %), and the county's HRSS approves it."""
    given = {
        "unitId": stage.organisations["hospital"],
        "year": YEAR,
        "headcount": 20,
        "documentNo": "西人社〔2023〕9号",
        "levels": [{"level": LEVEL, "approved": 1}],
    }
    approved = await stage.cast["golmud"].do("approveTargetedPlan", "targetedPlan { state }", **given)
    assert approved["targetedPlan"]["state"] == "IN_FORCE"


def wish(stage: Stage, part: str, **more: str) -> dict[str, Any]:
    """To recommend someone by the school's plan."""
    which = {"series": "HEALTH", "specialtyId": stage.things["specialty"], "level": LEVEL}
    return {"planId": stage.things["plan"], "personId": stage.things[part], **which, **more}


@pytest.mark.clause("1.4.1", "1.7.2", "2.1.1")
async def test_the_pools_never_mix_and_a_ground_takes_no_post(stage: Stage) -> None:
    """One targeted and one general post go to one each; a postdoc is recommended all the same, on the unit's assessment."""
    hospital = stage.cast["hospital"]
    for part in ("first", "second", "third"):
        await newcomer(stage, part, "department")
    for part in ("first", "second"):
        await applicants.take_test(stage, part, right=True)
        await on_record(stage, part, "hospital", presentTitle=TITLE)
    targeted = await hospital.do(
        "recommend", MADE, **await listed(stage, wish(stage, "first", pool="TARGETED"))
    )
    assert "一（四）1" in [each["cite"] for each in targeted.basis]
    stage.things["recommendation"] = targeted["recommendation"]["id"]
    assert targeted["recommendation"]["reservation"] == {
        "state": "HELD",
        "pool": "TARGETED",
        "exemptBy": None,
    }
    refused = await refusal(
        stage, "hospital", "recommend", **await listed(stage, wish(stage, "second", pool="TARGETED"))
    )
    assert refused[0] == "NO_PLACE_LEFT"
    general = (await hospital.do("recommend", MADE, **await listed(stage, wish(stage, "second"))))[
        "recommendation"
    ]
    assert (general["pool"], general["reservation"]["pool"]) == ("GENERAL", "GENERAL")
    stage.things["general recommendation"] = general["id"]
    third = await listed(stage, wish(stage, "third"))
    assert (await refusal(stage, "hospital", "recommend", **third))[0] == "NO_PLACE_LEFT"
    worker = wish(stage, "third", ground="FRONT_LINE_SKILLED", assessment="考核〔2023〕1号")
    assert (await refusal(stage, "hospital", "recommend", **worker))[0] == "ROUTE_NOT_OPEN"
    postdoc = wish(stage, "third", ground="POSTDOC", assessment="考核〔2023〕1号")
    made = (await hospital.do("recommend", MADE, **postdoc))["recommendation"]
    assert (made["ground"], made["assessment"]) == ("POSTDOC", "考核〔2023〕1号")
    assert made["reservation"] == {"state": "EXEMPT", "pool": "GENERAL", "exemptBy": "IMPORTED_TALENT"}


@pytest.mark.clause("1.4.1")
async def test_a_targeted_recommendation_ends_in_a_certificate_that_says_so(stage: Stage) -> None:
    """Publicised as targeted, declared, reviewed, passed and filed: the certificate and its verification bear the limit."""
    steps = [{"id": stage.things[each]} for each in ("recommendation", "general recommendation")]
    told = "recommendation { publicity { snapshot } }"
    for step, pool in zip(steps, ("“双定向”岗位", "一般岗位"), strict=True):
        shown = await stage.cast["hospital"].do("actOnRecommendation", told, **step, action="PUBLICISE")
        assert shown["recommendation"]["publicity"]["snapshot"]["pool"] == pool
    await stage.move_clock(at(11, 10))
    for step in steps:
        await stage.cast["hospital"].do("actOnRecommendation", "basis { cite }", **step, action="CONFIRM")
    await counts_for_nothing_on_a_general_post(stage)
    await declared(stage)
    await stage.move_clock(at(12, 12))
    for part in ("department", "hospital", "health", "golmud", "haixi"):
        await declaration.judge(stage, part, part)
    await declaration.judge(stage, "province", "省厅", action="ACCEPT")
    await meeting.play(stage)
    await certified(stage)


async def written(stage: Stage, part: str, recommendation: str, pool: str) -> tuple[str, str]:
    """The applicant declares on a recommendation; the declaration, and how the years in the present title count."""
    ground = {"ground": {"recommendationId": stage.things[recommendation]}}
    made = await stage.cast[part].do("createDeclaration", "declaration { id version pool }", **ground)
    assert made["declaration"]["pool"] == pool
    which = {"id": made["declaration"]["id"]}
    content = {"version": made["declaration"]["version"], "content": declaration.CONTENT}
    await stage.cast[part].do("saveDeclaration", "declaration { id }", **which, **content)
    found = await stage.ask(part, EVALUATION, **which)
    (seniority,) = (each for each in found["declaration"]["evaluation"]["items"] if each["code"] == "POST")
    limited = "一（四）1" in {each["cite"] for each in seniority["basis"]}
    return which["id"], "not on this post" if limited else str(seniority["have"])


async def counts_for_nothing_on_a_general_post(stage: Stage) -> None:
    """A targeted title of six years is none where the title that is declared would be valid everywhere."""
    _, counted = await written(stage, "second", "general recommendation", "GENERAL")
    assert counted == "not on this post"


async def declared(stage: Stage) -> None:
    """The applicant declares on the targeted recommendation, for which a targeted title counts."""
    stage.things["declaration"], counted = await written(stage, "first", "recommendation", "TARGETED")
    assert counted == "6.0"
    for item, (title, name) in declaration.ITEMS.items():
        await declaration.upload(stage, item, title, name)
    await declaration.step(stage, "first", "SUBMIT", "提交申报")


async def certified(stage: Stage) -> None:
    """The result is publicised and filed; whoever holds number and name reads the limit."""
    await stage.move_clock(at(1, 5))
    act = {"id": stage.things["meeting"], "action": "PUBLISH_RESULTS"}
    await stage.cast["province"].do("actOnMeeting", "meeting { state }", **act)
    await stage.move_clock(at(1, 15))
    filing = {
        "declarationId": stage.things["declaration"],
        "documentNumber": "青人社厅发〔2024〕7号",
    }
    told = "certificate { number holderName limits { code text cite } }"
    issued = (await stage.cast["province"].do("fileResult", told, **filing))["certificate"]
    assert issued["limits"] == [LIMIT]
    document = """query($number: String!, $name: String!) { verifyCertificate(number: $number, name: $name) {
      valid certificate { limits { code text cite } } } }"""
    anyone = await stage.gateway.query(document, number=issued["number"], name=issued["holderName"])
    assert anyone["verifyCertificate"] == {"valid": True, "certificate": {"limits": [LIMIT]}}
    listed = await stage.ask(
        "province", "{ certificates(first: 5, limit: GRASS_ROOTS) { edges { node { number } } } }"
    )
    assert [each["node"]["number"] for each in listed["certificates"]["edges"]] == [issued["number"]]


VERIFY = """query($number: String!, $name: String!) { verifyCertificate(number: $number, name: $name) {
  valid standing since } }"""
ANEW = "correction { state replacement { id number standing limits { code } replaces { number standing } } }"


@pytest.mark.clause("1.4.1", "3.6.4")
async def test_what_it_says_wrongly_is_corrected_and_what_is_void_is_told(stage: Stage) -> None:
    """By request and approval it is issued anew, limited as before; declared void by a document, anyone learns it."""
    listed = await stage.ask(
        "first", "{ certificates(first: 1) { edges { node { id number holderName standing } } } }"
    )
    (old,) = [each["node"] for each in listed["certificates"]["edges"]]
    wanted = {"field": "HOLDER_NAME", "value": "李青珊", "reason": "姓名录入有误", "evidence": "户口簿"}
    asked = await stage.cast["first"].do(
        "requestCorrection", "correction { id before }", certificateId=old["id"], **wanted
    )
    step = {"id": asked["correction"]["id"], "action": "APPROVE"}
    assert (await refusal(stage, "province", "actOnCorrection", **step))[0] == "DOCUMENT_NUMBER_INVALID"
    done = await stage.cast["province"].do(
        "actOnCorrection", ANEW, **step, documentNumber="青人社厅函〔2024〕31号"
    )
    new = done["correction"]["replacement"]
    assert (asked["correction"]["before"], done["correction"]["state"]) == (old["holderName"], "APPROVED")
    assert (new["standing"], new["limits"]) == ("IN_FORCE", [{"code": "GRASS_ROOTS"}])
    assert new["replaces"] == {"number": old["number"], "standing": "SUPERSEDED"}
    today = stage.now.date().isoformat()
    gone = {"valid": False, "standing": "INVALID", "since": today}
    told = await stage.gateway.query(VERIFY, number=old["number"], name=old["holderName"])
    assert told["verifyCertificate"] == gone
    told = await stage.gateway.query(VERIFY, number=new["number"], name="李青珊")
    assert told["verifyCertificate"] == {"valid": True, "standing": "IN_FORCE", "since": None}
    void = await stage.cast["province"].do(
        "voidCertificate",
        "certificate { standing changes { kind note organisation { id } } declaration { state } }",
        id=new["id"],
        documentNumber="青人社厅函〔2024〕32号",
        note="评审程序违规",
    )
    (change,) = void["certificate"]["changes"]
    assert (change["kind"], change["organisation"]["id"]) == ("VOIDED", stage.organisations["province"])
    assert (void["certificate"]["standing"], void["certificate"]["declaration"]["state"]) == ("VOID", "ENDED")
    told = await stage.gateway.query(VERIFY, number=new["number"], name="李青珊")
    assert told["verifyCertificate"] == gone
