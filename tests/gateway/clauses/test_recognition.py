"""一（六）through the gateway: a title from elsewhere, verified by who manages its level, confirmed by the employer, all online."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from demo.api import Gateway, Session
from demo.identities import Identities
from demo.scenes import applicants
from demo.stage import Stage
from tests.files.documents import pdf
from tests.gateway.clauses.province import Payload, Province, bearer_of, cites, only_error

MOVED = """recognition { id state wish version dueOn hrssName unitName availableActions verifiedHow documentNumber
  post returned { item reason } reason certificate { id number } evidence { sha256 } record { id } }"""
LIST = (
    "query($waiting: Boolean!) { recognitions(first: 9, waiting: $waiting) { edges { node { id state } } } }"
)
VERIFY = """query($number: String!, $name: String!) { verifyCertificate(number: $number, name: $name) { valid
  certificate { way origin level obtainedOn issuerName documentNumber committeeName } } }"""
TITLE = {
    "series": "ENGINEERING", "specialty": "机械工程", "titleLevel": "MIDDLE", "titleName": "工程师",
    "obtainedOn": "2016-12-01", "obtainedBy": "REVIEW", "issuingBody": "江苏省人社厅",
}  # fmt: skip
OF_PROVINCE = {"source": "PROVINCE", "issuedIn": "320000"}
DOCUMENT = "西人社函〔2023〕15号"
FOUND = {"how": "ONLINE_QUERY", "reference": "苏职查20231101"}
BY_WORK = {"post": "设备工程师", "assessment": "能独立承担设备维护，胜任中级岗位"}
FORMAL, INTERNAL = "FORMAL_CONFIRMATION", "INTERNAL_USE"


@dataclass
class Newcomer:
    """Somebody who came to the county's hospital with titles of another province, and the three parties' tokens."""

    province: Province
    http: httpx.AsyncClient
    person: dict[str, Any]
    own: str
    employer: str
    hrss: str
    titles: int = 0

    async def titled(self, *, scanned: bool = True, **more: Any) -> str:
        """A title on record, with its scan; its id."""
        self.titles += 1
        body = {
            "presentTitle": TITLE
            | {"specialty": f"专业{self.titles}", "certificateNumber": f"JS2016-{self.titles}"}
            | more
        }
        evidence = {"issuer": "江苏省人社厅", "issuedOn": "2016-12-01"}
        given = {"personId": self.person["id"], "body": body, "evidence": evidence}
        made = await self.province.act(self.own, "declareRecord", "record { id }", **given)
        assert made["errors"] == [], made["errors"]
        record = str(made["record"]["id"])
        if scanned:
            asked = {"id": record, "fileName": "职称证书.pdf"}
            link = await self.province.act(self.own, "requestEvidenceUpload", "uploadUrl", **asked)
            sent = await self.http.put(link["uploadUrl"], content=pdf(f"专业技术资格证书 {self.titles}"))
            assert sent.status_code == 200, sent.text
        return record

    async def act(self, token: str, act: str, **given: Any) -> Payload:
        """What comes of an act on a request."""
        return await self.province.act(token, act, MOVED, **given)

    async def ask(self, record: str, wish: str, token: str | None = None, **more: Any) -> Payload:
        """What comes of asking."""
        given = {"recordId": record, "wish": wish, **OF_PROVINCE} | more
        return await self.act(token or self.own, "askForRecognition", **given)

    async def did(self, token: str, act: str, **given: Any) -> dict[str, Any]:
        """A step that is taken, on the clause."""
        return taken(await self.act(token, act, **given))

    async def listed(self, token: str, *, waiting: bool = True) -> list[str]:
        """The requests that wait for somebody, or all that he or she sees."""
        told = await self.province.front.data(LIST, token=token, waiting=waiting)
        return [each["node"]["id"] for each in told["recognitions"]["edges"]]


def taken(payload: Payload) -> dict[str, Any]:
    """The request after a step, which rests on the clause."""
    assert payload["errors"] == [], payload["errors"]
    assert "一（六）" in cites(payload)
    told: dict[str, Any] = payload["recognition"]
    return told


def refused(payload: Payload) -> tuple[str, list[str]]:
    """Why it is not taken: the code, and the rules that are broken; nothing comes back."""
    error = only_error(payload)
    assert payload["recognition"] is None
    return error["code"], [each["code"] for each in error["findings"]]


@pytest.fixture(scope="module")
async def newcomer(province: Province, http: httpx.AsyncClient) -> Newcomer:
    """An engineer of the county's hospital who has passed the online test."""
    person = (await province.hire("county hospital"))["person"]
    own = province.applicant(person, "county hospital")
    stage = Stage(Gateway("/graphql", http), "recognition", lambda _: None, Identities("recognition"))
    stage.cast["person"] = Session(stage.gateway, "person", own, {})
    await applicants.take_test(stage, "person", right=True)
    parts = {place: await province.at(place) for place in ("county hospital", "haixi")}
    employer = bearer_of(parts["county hospital"], "RECOMMENDER")
    return Newcomer(province, http, person, own, employer, bearer_of(parts["haixi"], "TITLE_OFFICER"))


async def carried(newcomer: Newcomer, certificate: dict[str, Any]) -> None:
    """Anybody verifies it; it is carried as a credential and on paper like every other."""
    province = newcomer.province
    told = await province.front.data(VERIFY, number=certificate["number"], name=newcomer.person["name"])
    assert told["verifyCertificate"]["valid"] is True
    face = told["verifyCertificate"]["certificate"]
    assert (face["way"], face["origin"], face["level"], face["obtainedOn"], face["committeeName"]) == (
        *("CONFIRMATION", "CONFIRMED", "MIDDLE", TITLE["obtainedOn"], None),
    )
    document = "query($id: ID!) { certificateCredential(id: $id) { credential } }"
    told = await province.front.data(document, token=newcomer.employer, id=certificate["id"])
    assert told["certificateCredential"]["credential"].count("~")
    asked = {"certificateId": certificate["id"]}
    paper = await province.act(newcomer.employer, "requestCertificatePaper", "downloadUrl", **asked)
    assert (await newcomer.http.get(paper["downloadUrl"])).content.startswith(b"%PDF")


@pytest.mark.clause("1.6")
async def test_a_formal_confirmation_is_one_step_a_party(newcomer: Newcomer) -> None:
    """The person asks, the prefecture's HRSS verifies a middle title, the hospital confirms: a certificate to be verified."""
    record = await newcomer.titled()
    made = taken(await newcomer.ask(record, FORMAL))
    assert (made["state"], made["record"]["id"], bool(made["evidence"]["sha256"])) == (
        *("UNDER_VERIFICATION", record, True),
    )
    assert (await newcomer.listed(newcomer.hrss), await newcomer.listed(newcomer.employer)) == (
        [made["id"]],
        [],
    )
    early = await newcomer.act(newcomer.employer, "confirmRecognition", id=made["id"], **BY_WORK)
    assert refused(early)[0] == "ACTION_NOT_AVAILABLE"
    province = newcomer.province
    await province.at("golmud")
    for other in (province.token("province", "TITLE_OFFICER"), province.token("golmud", "TITLE_OFFICER")):
        tried = await newcomer.act(
            other, "verifyRecognition", id=made["id"], **FOUND, documentNumber=DOCUMENT
        )
        assert refused(tried) == ("NOT_YOUR_STEP", [])
    bare = await newcomer.act(newcomer.hrss, "verifyRecognition", id=made["id"], how="LETTER")
    assert refused(bare) == ("RULES_BROKEN", ["VERIFICATION_SHOWN", "CONFIRMED_BY_DOCUMENT"])
    found = await newcomer.did(
        newcomer.hrss, "verifyRecognition", id=made["id"], **FOUND, documentNumber=DOCUMENT
    )
    assert (found["state"], found["availableActions"]) == ("AT_EMPLOYER", [])
    bare = await newcomer.act(newcomer.employer, "confirmRecognition", id=made["id"])
    assert refused(bare) == ("RULES_BROKEN", ["WORK_AND_LEVEL_LOOKED_AT"] * 2)
    done = await newcomer.did(newcomer.employer, "confirmRecognition", id=made["id"], **BY_WORK)
    assert (done["state"], done["documentNumber"]) == ("CONFIRMED", DOCUMENT)
    await carried(newcomer, done["certificate"])
    again = await newcomer.ask(record, FORMAL)
    assert refused(again) == ("RULES_BROKEN", ["TITLE_FROM_ELSEWHERE"])


@pytest.mark.clause("1.6")
async def test_used_inside_the_unit_it_needs_no_procedure(newcomer: Newcomer) -> None:
    """Verified, then noted by the employer: no document and no certificate; asked for by the unit itself."""
    record = await newcomer.titled(titleLevel="JUNIOR", titleName="助理工程师")
    more = {"personId": newcomer.person["id"]}
    made = taken(await newcomer.ask(record, INTERNAL, newcomer.employer, **more))
    golmud = bearer_of(await newcomer.province.at("golmud"), "TITLE_OFFICER")
    found = await newcomer.did(golmud, "verifyRecognition", id=made["id"], how="ORIGINAL")
    assert (found["state"], found["verifiedHow"]) == ("AT_EMPLOYER", "ORIGINAL")
    done = await newcomer.did(newcomer.employer, "confirmRecognition", id=made["id"], **BY_WORK)
    assert (done["state"], done["certificate"], done["documentNumber"]) == ("IN_USE", None, None)
    assert made["id"] in await newcomer.listed(newcomer.own, waiting=False)


@pytest.mark.clause("1.6")
async def test_refused_declined_returned_and_withdrawn(newcomer: Newcomer) -> None:
    """Each with its reason, each by its party; what came back is mended, and nobody beside reads any of it."""
    record = await newcomer.titled()
    made = taken(await newcomer.ask(record, FORMAL))
    again = await newcomer.ask(record, INTERNAL)
    assert only_error(again)["code"] == "RECOGNITION_UNDER_WAY"
    items = [{"item": "扫描件", "reason": "第二页不清晰"}]
    returned = await newcomer.did(newcomer.hrss, "returnRecognition", id=made["id"], items=items)
    assert (returned["state"], returned["returned"]) == ("RETURNED", items)
    given = {"id": made["id"], "recordId": record}
    foreign = await newcomer.act(
        newcomer.own, "resubmitRecognition", **given, source="PROVINCE", issuedIn="630000"
    )
    assert refused(foreign) == ("RULES_BROKEN", ["PROVINCE_TOLD"])
    mended = await newcomer.did(newcomer.own, "resubmitRecognition", **given, **OF_PROVINCE)
    assert (mended["state"], mended["returned"]) == ("UNDER_VERIFICATION", [])
    silent = await newcomer.act(newcomer.hrss, "endRecognition", id=made["id"], action="REFUSE")
    assert refused(silent) == ("RULES_BROKEN", ["REASON_OF_REFUSAL"])
    over = await newcomer.did(
        newcomer.hrss, "endRecognition", id=made["id"], action="REFUSE", note="查无此证"
    )
    assert (over["state"], over["reason"]) == ("REFUSED", "查无此证")
    made = taken(await newcomer.ask(record, INTERNAL))
    await newcomer.did(newcomer.hrss, "verifyRecognition", id=made["id"], **FOUND)
    declined = await newcomer.did(
        newcomer.employer, "endRecognition", id=made["id"], action="DECLINE", note="岗位不需要"
    )
    assert declined["state"] == "DECLINED"
    made = taken(await newcomer.ask(record, INTERNAL))
    beside = bearer_of(await newcomer.province.at("school"), "RECOMMENDER", "TITLE_OFFICER")
    assert await newcomer.listed(beside, waiting=False) == []
    tried = await newcomer.act(beside, "endRecognition", id=made["id"], action="WITHDRAW")
    assert refused(tried)[0] == "RECOGNITION_NOT_FOUND"
    assert (await newcomer.did(newcomer.own, "endRecognition", id=made["id"], action="WITHDRAW"))[
        "state"
    ] == ("WITHDRAWN")


@pytest.mark.clause("1.6")
async def test_which_titles_are_recognised(newcomer: Newcomer) -> None:
    """Province-wide, a ministry's, or a qualification that corresponds; with its scan, and on the clause if not."""
    unscanned = await newcomer.titled(scanned=False)
    assert refused(await newcomer.ask(unscanned, FORMAL)) == ("RULES_BROKEN", ["TITLE_SCANNED"])
    limited = await newcomer.titled(limits=["GRASS_ROOTS"])
    payload = await newcomer.ask(limited, FORMAL)
    assert refused(payload) == ("RULES_BROKEN", ["VALID_EVERYWHERE"])
    assert cites(only_error(payload)) == ["一（六）"]
    builder = await newcomer.titled(certificateNumber="建20230001")
    vocational = {"recordId": builder, "wish": FORMAL, "source": "VOCATIONAL_QUALIFICATION"}
    for other in ("CERTIFIED_ACCOUNTANT", "NO_SUCH"):
        tried = await newcomer.act(newcomer.own, "askForRecognition", **vocational, qualification=other)
        assert refused(tried) == ("RULES_BROKEN", ["QUALIFICATION_CORRESPONDS"])
    asked = {**vocational, "qualification": "CONSTRUCTOR_1"}
    assert (await newcomer.did(newcomer.own, "askForRecognition", **asked))["state"] == "UNDER_VERIFICATION"
    ministry = {"recordId": await newcomer.titled(), "wish": FORMAL, "source": "MINISTRY"}
    assert (await newcomer.did(newcomer.own, "askForRecognition", **ministry))[
        "state"
    ] == "UNDER_VERIFICATION"
    rules = "{ recognitionRules { places { code } qualifications { code series level cite } verifyDays confirmDays } }"
    told = (await newcomer.province.front.data(rules, token=newcomer.own))["recognitionRules"]
    assert {"CONSTRUCTOR_1", "PUBLISHING_MIDDLE"} <= {each["code"] for each in told["qualifications"]}
    assert "630000" not in {each["code"] for each in told["places"]}
