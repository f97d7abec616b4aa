"""Before and at the declaration: the online test (二（三）), the county's way (二（二）2), departments (附件3 一)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.scenes import applicants, declaration
from demo.scenes.opening import LEVEL
from demo.stage import Stage, at
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province
from tests.gateway.clauses.season import listed, newcomer, refusal, seated

DECLARATION = """declaration { id state version recommendation { id } batch { id }
  chain { role state organisation { id } } atOrganisation { id } }"""
DEGREE = {
    "body": {
        "degree": {
            "educationLevel": "BACHELOR", "school": "青海大学", "field": "临床医学", "mode": "FULL_TIME",
            "graduatedOn": "2008-06-30", "certificateNumber": "107431200805001234",
        },
    },
    "evidence": {"issuer": "青海大学", "issuedOn": "2008-06-30"},
}  # fmt: skip


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November, with a place and a plan."""
    return await season.begin(province, http)


PLAN = {
    "policyText": "择优推荐。",
    "conditions": "取得现职称满五年。",
    "procedure": "评议、公示。",
    "posts": [{"level": LEVEL, "count": 1}],
}


def wish(stage: Stage, person: str) -> dict[str, Any]:
    """To recommend someone by the hospital's plan."""
    things = stage.things
    which = {"series": "HEALTH", "specialtyId": things["specialty"], "level": LEVEL}
    return {"planId": things["plan"], "personId": person, **which}


def direct(stage: Stage) -> dict[str, Any]:
    """To declare without a unit."""
    things = stage.things
    wish = {
        "cycleId": things["cycle"],
        "series": "HEALTH",
        "specialtyId": things["specialty"],
        "level": LEVEL,
    }
    return {"ground": {"direct": wish}}


@pytest.mark.clause("2.3")
async def test_guides_samples_and_questions_are_served(stage: Stage) -> None:
    """Guides and samples to anyone who asks; a paper to the applicant, without its answers."""
    document = "{ guides { cycle passMark items { title kind cite } } }"
    guides = (await stage.gateway.query(document))["guides"]
    assert guides["cycle"] == 2023
    assert {item["cite"] for item in guides["items"]} >= {"二（三）"}
    await newcomer(stage, "reader", "hospital")
    paper = await stage.cast["reader"].do("startTest", applicants.TEST, cycle=2023)
    assert paper["attempt"]["questions"]
    assert paper["attempt"]["score"] is None
    code, _, _ = await refusal(stage, "hospital", "startTest", cycle=2023)
    assert code == "APPLICANTS_ONLY"


@pytest.mark.clause("2.3")
async def test_nothing_personal_is_written_before_the_test(stage: Stage) -> None:
    """Contact, record, declaration: each refused until the test is passed, which may be tried again; then taken."""
    person = await newcomer(stage, "early", "golmud", kind="FREELANCER", restsOn="PLACE")
    writes: dict[str, dict[str, Any]] = {
        "updateContact": {"personId": person, "phone": "13997000000"},
        "declareRecord": {"personId": person, **DEGREE},
        "createDeclaration": direct(stage),
    }
    for right in (None, False):
        if right is False:
            await applicants.take_test(stage, "early", right=False)
        for act, given in writes.items():
            code, articles, _ = await refusal(stage, "early", act, **given)
            assert (code, articles[0]) == ("TEST_NOT_PASSED", "二（三）"), act
    await applicants.take_test(stage, "early", right=True)
    for act, given in writes.items():
        await stage.cast["early"].do(act, "basis { cite }", **given)


@pytest.mark.clause("2.2.2")
async def test_without_a_unit_the_declaration_starts_at_the_county(stage: Stage) -> None:
    """County, prefecture, committee's office: no unit step, no recommendation, no place of a unit taken."""
    await newcomer(stage, "free", "golmud", kind="FREELANCER", restsOn="RESIDENCE")
    await applicants.take_test(stage, "free", right=True)
    done = await stage.cast["free"].do("createDeclaration", DECLARATION, **direct(stage))
    assert "二（二）2" in {each["cite"] for each in done.basis}
    made = done["declaration"]
    assert (made["recommendation"], made["batch"]) == (None, None)
    bodies = [link["organisation"]["id"] for link in made["chain"]]
    assert bodies[:2] == [stage.organisations["golmud"], stage.organisations["haixi"]]
    assert len(bodies) == 3
    sent = await submitted(stage, "free", made)
    assert (sent["state"], sent["atOrganisation"]["id"]) == ("UNDER_REVIEW", stage.organisations["golmud"])


async def submitted(stage: Stage, part: str, made: dict[str, Any]) -> dict[str, Any]:
    """A draft of somebody without unit, filled in and submitted."""
    stage.things["own"] = made["id"]
    content = {**declaration.CONTENT, "basic": {**declaration.CONTENT["basic"], "post": "个体诊所医师"}}
    given = {"id": made["id"], "version": made["version"], "content": content}
    await stage.cast[part].do("saveDeclaration", DECLARATION, **given)
    for item, (title, name) in declaration.ITEMS.items():
        if item != declaration.WANTING:
            await declaration.upload(stage, item, title, name, part=part, of="own")
    submit = {"id": made["id"], "action": "SUBMIT"}
    sent: dict[str, Any] = (await stage.cast[part].do("actOnDeclaration", DECLARATION, **submit))[
        "declaration"
    ]
    return sent


BATCH = "batch { id state route documentNumber organisation { id } windows { name closes cite } availableActions }"
DAYS = {
    "DECLARE": ("2023-11-02", "2023-12-15"),
    "REVIEW": ("2023-11-02", "2024-01-10"),
    "MEET": ("2024-01-11", "2024-01-31"),
}
IN_BATCH = """query($id: ID!) {
  declarations(first: 5, batchId: $id) { edges { node { id batch { title } } } }
  worklist(first: 5, batchId: $id) { edges { node { id } } } }"""
PUBLIC = """query($of: ID!) { batches(first: 5, organisationId: $of, route: "FARMER") { edges { node {
  title state cycle { year } } } } }"""


def batch(stage: Stage, **changed: tuple[str, str]) -> dict[str, Any]:
    """The county's batch of farmers and herders."""
    days = (DAYS | changed).items()
    windows = [{"window": name, "opens": opens, "closes": closes} for name, (opens, closes) in days]
    told = {"title": "第二批农牧民职称评审", "documentNumber": "格人社〔2023〕45号", "route": "FARMER"}
    return {"cycleId": stage.things["cycle"], "windows": windows, **told}


@pytest.mark.clause("1.4.2")
async def test_the_county_alone_opens_a_batch_of_its_farmers(stage: Stage, province: Province) -> None:
    """Without one they are refused; nobody else opens one, nor one beyond the run, nor a second."""
    officer, region = "golmud officer", stage.organisations["golmud"]
    stage.cast[officer] = seated(stage, officer, province.token("golmud", "TITLE_OFFICER"))
    await newcomer(stage, "farmer", "golmud", kind="FARMER_HERDER", name="才让")
    await applicants.take_test(stage, "farmer", right=True)
    code, articles, message = await refusal(stage, "farmer", "createDeclaration", **direct(stage))
    assert (code, articles, "农牧民" in message) == ("NO_BATCH_OPEN", ["一（四）2"], True)
    for part in ("golmud", "province", "hospital"):
        refused = await refusal(stage, part, "openBatch", **batch(stage))
        assert refused[:2] == ("NOT_AN_ORGANISER", ["一（四）2"]), part
    late = batch(stage, MEET=("2024-01-11", "2024-02-29"))
    code, _, message = await refusal(stage, officer, "openBatch", **late)
    assert (code, "2024-02-29" in message) == ("RULES_BROKEN", True)

    opened = (await stage.cast[officer].do("openBatch", BATCH, **batch(stage)))["batch"]
    assert (opened["state"], opened["organisation"]["id"]) == ("DRAFT", region)
    assert opened["availableActions"] == ["PUBLISH", "WITHDRAW"]
    assert {each["name"]: each["closes"] for each in opened["windows"]} == {
        name: closes for name, (_, closes) in DAYS.items()
    }
    assert (await refusal(stage, officer, "openBatch", **batch(stage)))[0] == "BATCH_EXISTS"
    assert (await refusal(stage, "farmer", "createDeclaration", **direct(stage)))[0] == "NO_BATCH_OPEN"
    assert (await stage.gateway.query(PUBLIC, of=region))["batches"]["edges"] == []
    stage.things["batch"] = opened["id"]


@pytest.mark.clause("1.4.2")
async def test_farmers_declare_in_the_batch_of_their_county(stage: Stage) -> None:
    """Once it is published: what they declare is in it, lists are narrowed to it, and it stays."""
    officer, region = "golmud officer", stage.organisations["golmud"]
    opened = {"id": stage.things["batch"]}
    step = {"id": opened["id"], "action": "PUBLISH"}
    done = await stage.cast[officer].do("actOnBatch", BATCH, **step)
    assert (done["batch"]["state"], "一（四）2" in {each["cite"] for each in done.basis}) == (
        "PUBLISHED",
        True,
    )
    (told,) = (await stage.gateway.query(PUBLIC, of=region))["batches"]["edges"]
    assert told["node"]["cycle"] == {"year": 2023}

    made = (await stage.cast["farmer"].do("createDeclaration", DECLARATION, **direct(stage)))["declaration"]
    assert made["batch"]["id"] == opened["id"]
    sent = await submitted(stage, "farmer", made)
    assert (sent["state"], sent["atOrganisation"]["id"]) == ("UNDER_REVIEW", region)
    found = await stage.ask("golmud", IN_BATCH, id=opened["id"])
    assert [each["node"] for each in found["declarations"]["edges"]] == [
        {"id": made["id"], "batch": {"title": "第二批农牧民职称评审"}}
    ]
    assert [each["node"]["id"] for each in found["worklist"]["edges"]] == [made["id"]]
    refused = await refusal(stage, officer, "actOnBatch", **step | {"action": "WITHDRAW"})
    assert (refused[:2], "1 件申报" in refused[2]) == (("RULES_BROKEN", ["一（四）2"]), True)


@pytest.mark.clause("2.2.2")
async def test_who_has_a_unit_declares_through_it(stage: Stage) -> None:
    """Directly is refused, naming the unit, on both articles."""
    await newcomer(stage, "employed", "hospital")
    await applicants.take_test(stage, "employed", right=True)
    code, articles, message = await refusal(stage, "employed", "createDeclaration", **direct(stage))
    assert (code, set(articles)) == ("DECLARED_THROUGH_UNIT", {"二（二）1", "二（二）2"})
    hospital = await stage.ask(
        "province", "query($id: ID!) { organisation(id: $id) { name } }", id=stage.organisations["hospital"]
    )
    assert hospital["organisation"]["name"] in message


@pytest.mark.clause("2.2.2")
async def test_nobody_recommends_who_has_no_unit(stage: Stage) -> None:
    """Neither the hospital, whose person it is not, nor the county itself, which is told that none is needed."""
    person = await newcomer(stage, "alone", "golmud", kind="SELF_EMPLOYED", restsOn="PLACE")
    plan = {**PLAN, "cycleId": stage.things["cycle"], "unitId": stage.organisations["golmud"]}
    own = (await stage.cast["golmud"].do("createRecommendationPlan", "plan { id }", **plan))["plan"]["id"]
    await stage.cast["golmud"].do("publishRecommendationPlan", "plan { id }", id=own)
    hospital = await refusal(stage, "hospital", "recommend", **wish(stage, person))
    assert hospital[0] == "PERSON_NOT_OF_UNIT"
    code, articles, _ = await refusal(stage, "golmud", "recommend", **wish(stage, person) | {"planId": own})
    assert (code, articles) == ("DECLARES_DIRECTLY", ["二（二）2"])


@pytest.mark.clause("A3.1", "A3.2.6")
async def test_a_department_reviews_its_units_people_and_cannot_recommend_them(stage: Stage) -> None:
    """Plan and recommendation by the department are refused; the unit recommends; the department reviews before it."""
    person = await newcomer(stage, "ward", "department")
    await applicants.take_test(stage, "ward", right=True)
    plan, one = {**PLAN, "cycleId": stage.things["cycle"]}, wish(stage, person)
    own = stage.organisations["department"]
    for act, given in (("createRecommendationPlan", {**plan, "unitId": own}), ("recommend", one)):
        code, articles, message = await refusal(stage, "department", act, **given)
        assert (code, articles) == ("NOT_A_RECOMMENDING_UNIT", ["附件3 一"]), act
        assert "内设机构" in message
    recommended = (
        await stage.cast["hospital"].do("recommend", "recommendation { id }", **await listed(stage, one))
    )["recommendation"]
    step = {"id": recommended["id"]}
    await stage.cast["hospital"].do("actOnRecommendation", "basis { cite }", **step, action="PUBLICISE")
    await stage.move_clock(at(11, 10))
    await stage.cast["hospital"].do("actOnRecommendation", "basis { cite }", **step, action="CONFIRM")
    ground = {"ground": {"recommendationId": recommended["id"]}}
    made = (await stage.cast["ward"].do("createDeclaration", DECLARATION, **ground))["declaration"]
    bodies = [link["organisation"]["id"] for link in made["chain"]]
    assert bodies[:3] == [own, stage.organisations["hospital"], stage.organisations["health"]]
    assert (made["chain"][0]["role"], made["recommendation"]["id"]) == ("REVIEWER", recommended["id"])
