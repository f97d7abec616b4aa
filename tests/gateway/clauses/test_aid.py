"""An aid-Qinghai talent's whole way through the gateway: who sends, who agrees, who reviews, and how one is judged (二（四）1)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from demo.api import Gateway
from demo.identities import Identities
from demo.scenes import declaration, opening
from demo.stage import OPERATOR, Stage, at
from tests.gateway.clauses.province import Province, bearer_of
from tests.gateway.clauses.season import refusal, seated
from tests.gateway.clauses.test_accounts import AID
from tests.gateway.clauses.test_strict import broken
from tests.gateway.clauses.works import ASSESSED, UNIT_ROLES, arrived, on_record, opened, planned, wish

pytestmark = pytest.mark.timeout(300)
UNIT, PART = "county hospital", "aid"
ABOVE = ("golmud health", "golmud", "haixi")
SHEET = "SENDING_SIDE_OPINION"
ITEMS = {item: told for item, told in declaration.ITEMS.items() if item != "APPOINTMENT_CERTIFICATE"} | {
    SHEET: ("职称评审表派出单位审核意见", "派出单位审核意见.pdf")
}
TITLE = {
    "series": "ENGINEERING", "titleLevel": "MIDDLE", "titleName": "工程师", "obtainedOn": "2016-12-01",
    "obtainedBy": "REVIEW", "issuingBody": "江苏省人社厅", "certificateNumber": "JS2016-1",
}  # fmt: skip
PERIOD = {
    "sendingUnit": "江苏省人民医院", "receivingUnit": "县医院", "placeLevel": "COUNTY",
    "since": "2019-07-01", "until": "2022-12-31",
}  # fmt: skip
SENT = "aid { sendingUnit sendingAuthority startsOn until doctoralTeam }"
STANDING = f"""query($id: ID!) {{ declaration(id: $id) {{ state route {SENT} unit {{ id }}
  recommendation {{ {SENT} }} committee {{ id }}
  chain {{ role organisation {{ id }} }} materials {{ id item }}
  sendingOpinions {{ body opinion signatory signedOn round material {{ id }} organisation {{ id }} }} }} }}"""


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November at a county's hospital, all who review above it, and the committee's office."""
    stage = Stage(Gateway("/graphql", http), "000097", lambda _: None, Identities("aid"))
    office = ("ORGANISATION_MANAGER", "TITLE_OFFICER", "COMMITTEE_OFFICE")
    reviewers = dict.fromkeys(ABOVE, ("REVIEWER",))
    for part, held in {"province": office, UNIT: UNIT_ROLES, **reviewers}.items():
        there = await province.at(part)
        stage.cast[part] = seated(stage, part, bearer_of(there, *held))
        stage.organisations[part] = there["id"]
    stage.cast[OPERATOR] = seated(stage, OPERATOR, province.token("province", "OPERATOR"))
    await stage.move_clock(at(10, 16))
    await opening._cycle(stage)  # noqa: SLF001 - this part of the scene alone
    await opened(stage.cast["province"], stage)
    await stage.move_clock(at(11, 2))
    await planned(stage, UNIT, ["MIDDLE"])
    return stage


async def submitted(stage: Stage) -> None:
    """Three excellent years on record, recommended one level up, declared with the stamped sheet, submitted."""
    await arrived(stage, PART, UNIT, kind="AID_QINGHAI", aid=AID)
    await on_record(stage, PART, UNIT, presentTitle=TITLE)
    await on_record(stage, PART, UNIT, aidPeriod=PERIOD)
    for year in (2020, 2021, 2022):
        told = {"year": year, "result": "EXCELLENT", "unit": "县医院"}
        await on_record(stage, PART, UNIT, yearlyAssessment=told)
    given = wish(stage, PART, "ASSOCIATE_SENIOR", UNIT, route="AID_EXCELLENT", **ASSESSED)
    step = (await stage.cast[UNIT].do("recommend", "recommendation { id }", **given))["recommendation"]
    await stage.cast[UNIT].do("actOnRecommendation", "basis { cite }", **step, action="PUBLICISE")
    await stage.move_clock(at(11, 13))
    await stage.cast[UNIT].do("actOnRecommendation", "basis { cite }", **step, action="CONFIRM")
    begun = {"ground": {"recommendationId": step["id"]}}
    made = (await stage.cast[PART].do("createDeclaration", declaration.DECLARATION, **begun))["declaration"]
    stage.things[PART] = made["id"]
    written = {"id": made["id"], "version": made["version"], "content": declaration.CONTENT}
    await stage.cast[PART].do("saveDeclaration", declaration.DECLARATION, **written)
    for item, (title, name) in ITEMS.items():
        await declaration.upload(stage, item, title, name, part=PART, of=PART)
    await declaration.step(stage, PART, "SUBMIT", "提交", of=PART)


async def standing(stage: Stage) -> dict[str, Any]:
    """The declaration as its receiving unit reads it."""
    told: dict[str, Any] = (await stage.ask(UNIT, STANDING, id=stage.things[PART]))["declaration"]
    return told


@pytest.mark.clause("2.4.1.0", "2.4.1.1", "2.4.1.2", "2.4.1.3")
async def test_the_whole_way_of_an_excellent_aid_talent(stage: Stage) -> None:
    """Both sides are shown; both bodies of the sending side agree before it goes up; the way is short; one alone is judged."""
    await submitted(stage)
    told = await standing(stage)
    assert told["aid"] == told["recommendation"]["aid"] == AID | {"doctoralTeam": False}
    assert (told["route"], told["unit"]["id"]) == ("AID_EXCELLENT", stage.organisations[UNIT])
    assert [each["organisation"]["id"] for each in told["chain"]] == [
        stage.organisations[part] for part in (UNIT, *ABOVE, "province")
    ]
    await agreed(stage, next(each["id"] for each in told["materials"] if each["item"] == SHEET))
    await stage.move_clock(at(12, 4))
    for part in (UNIT, *ABOVE):
        await declaration.judge(stage, part, part, of=PART)
    await declaration.judge(stage, "province", "办事机构", "ACCEPT", of=PART)
    told = await standing(stage)
    assert told["state"] == "ACCEPTED"
    await judged_alone(stage, told["committee"]["id"])


async def agreed(stage: Stage, sheet: str) -> None:
    """Until both have agreed nothing goes up; the applicant does not record it, nor is anything recorded twice."""
    await stage.move_clock(at(12, 4))
    opinion = {
        "declarationId": stage.things[PART],
        "opinion": "AGREED",
        "materialId": sheet,
        "signedOn": "2023-11-12",
    }
    said = {"UNIT_HR": "江苏省人民医院人事处", "AUTHORITY": "江苏省卫生健康委员会"}
    for body, signatory in said.items():
        found = await broken(stage, UNIT, id=stage.things[PART], action="PASS")
        assert found["SENDING_SIDE_NOT_AGREED"] == ["二（四）1（1）"], body
        given = {**opinion, "body": body, "signatory": signatory}
        assert (await refusal(stage, PART, "recordSendingOpinion", **given))[0] == "NOT_REVIEWING_HERE"
        done = await stage.cast[UNIT].do("recordSendingOpinion", "sendingOpinion { opinion }", **given)
        assert {each["cite"] for each in done.basis} == {"二（四）1（1）"}
        code, articles, _ = await refusal(stage, UNIT, "recordSendingOpinion", **given)
        assert (code, articles) == ("OPINION_RECORDED", ["二（四）1（1）"])
    assert "SENDING_SIDE_NOT_AGREED" not in await broken(stage, UNIT, id=stage.things[PART], action="PASS")
    assert [
        (each["body"], each["opinion"], each["signatory"], each["round"], each["material"]["id"])
        for each in (await standing(stage))["sendingOpinions"]
    ] == [(body, "AGREED", signatory, 1, sheet) for body, signatory in said.items()]


async def judged_alone(stage: Stage, committee: str) -> None:
    """A session for a single case takes the one who is named, and no other; what it does not ask was told beforehand."""
    outlook = (
        """{ whatIf(series: "ENGINEERING", assessed: true) { items { level routes { code waives } } } }"""
    )
    levels = (await stage.ask(PART, outlook))["whatIf"]["items"]
    waived = {each["code"]: each["waives"] for each in levels[0]["routes"]}
    assert waived["AID_EXCELLENT"] == ["INTERVIEW", "PRACTICE_TEST", "SENIORITY"]
    office = stage.cast["province"]
    made = await office.do(
        "createMeeting",
        "meeting { id kind }",
        committeeId=committee,
        kind="SINGLE_CASE",
        heldOn="2023-12-29",
    )
    assert "二（四）1（3）" in {each["cite"] for each in made.basis}
    step = {"id": made["meeting"]["id"], "action": "TABLE"}
    assert (await refusal(stage, "province", "actOnMeeting", **step))[0] == "FIELD_NEEDED"
    one = {"declarationIds": [stage.things[PART]]}
    done = await office.do("actOnMeeting", "meeting { kind declarations { id } }", **step, **one)
    assert done["meeting"] == {"kind": "SINGLE_CASE", "declarations": [{"id": stage.things[PART]}]}
    assert (await refusal(stage, "province", "actOnMeeting", **step, **one))[0] == "DECLARATION_NOT_ACCEPTED"
