"""Misconduct: complained of in every phase, heard, found, archived, barred, appealed against and taken back (一（八）)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from strawberry.relay import GlobalID

from demo.stage import Stage, at
from tests.gateway.clauses import season, test_strict
from tests.gateway.clauses.province import Province, bearer_of, uuid
from tests.gateway.clauses.season import refusal, seated

DOCUMENT, VERDICT = "青人社厅函〔2023〕88号", "青人社厅函〔2023〕99号"
CASE = "case { id state text charge answerBy appealBy barFrom barTo availableActions } basis { cite }"
CASES = """{ integrityCases(first: 5) { edges { node { id state text ground number personName dueOn availableActions
  declaration { id } person { id } } } } }"""
RECORDS = """{ integrityRecords(first: 5) { edges { node { kind personName maskedResidentId misconduct documentNumber
  bodyName certificateNumbers barFrom barTo case { id } } } } }"""
BAR = "query($person: ID!) { bar(personId: $person) { begins ends documentNumber } }"
HELD = "query($id: ID!) { certificate(id: $id) { standing number } }"
ISSUED = """
insert into workflow.certificate (id, province, origin, number, number_key, year, person_id, account_id, holder_name,
  holder_key, series, series_name, level, way, obtained_on, issuer_id, issuer_name, issued_on, limits, lineage, unit_id)
values ($1, 'qinghai', 'CONFIRMED', $2::text, $2::text, 2020, $3, $4, '赵昆仑', '赵昆仑', 'HEALTH', '卫生技术', 'MIDDLE', 'CONFIRMATION',
  '2020-06-01', $5, '省人社厅', '2020-07-01', '[]', $6, $7)
"""
PERSON_OF = "select person_id, account_id, lineage from workflow.declaration where id = $1"


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November; somebody's declaration is at the department; two officers of the province and a supervisor are there."""
    stage = await season.begin(province, http)
    root = await province.at("province")
    for part in ("officer", "other officer"):
        stage.cast[part] = seated(stage, part, bearer_of(root, "TITLE_OFFICER", name=part))
    health = await province.at("health")
    stage.cast["supervisor"] = seated(stage, "supervisor", bearer_of(health, "SUPERVISOR", name="监督"))
    await test_strict.submitted(stage, "worker")
    return stage


async def told(stage: Stage, part: str, document: str, name: str, **given: Any) -> list[dict[str, Any]]:
    """The nodes of a list, as somebody sees it."""
    found = await stage.ask(part, document, **given)
    return [edge["node"] for edge in found[name]["edges"]]


@pytest.fixture(scope="module")
async def certificate(stage: Stage, resetter: asyncpg.Connection, province: Province) -> str:
    """The worker holds a title confirmed years ago; the certificate's id."""
    person = await resetter.fetchrow(PERSON_OF, uuid(stage.things["worker"]))
    assert person is not None
    key, issuer = uuid4(), uuid((await province.at("province"))["id"])
    unit = uuid((await province.at("hospital"))["id"])
    whose = (person["person_id"], person["account_id"], issuer, person["lineage"], unit)
    await resetter.execute(ISSUED, key, "63202003C0001", *whose)
    return str(GlobalID("Certificate", str(key)))


@pytest.mark.clause("1.8", "3.6.3")
async def test_anybody_complains_in_any_phase(stage: Stage, certificate: str) -> None:
    """Of a declaration under review, of a certificate issued years ago, and of a number nobody knows: answered alike.

    The person learns nothing of it yet; whom the unknown number means is found out.
    """
    asked = "query($id: ID!) { declaration(id: $id) { number } }"
    number = (await stage.ask("hospital", asked, id=stage.things["worker"]))["declaration"]["number"]
    lodged = "complaint { id state anonymous } basis { cite }"
    for named in ("QH-0", number, "63202003C0001"):
        given = {"number": named, "text": "论文剽窃", "anonymous": True}
        done = await stage.cast["department"].do("lodgeComplaint", lodged, **given)
        assert (done["complaint"]["state"], done["basis"][0]["cite"]) == ("RECEIVED", "三（六）3")
    seen = await told(stage, "supervisor", CASES, "integrityCases")
    assert [(each["ground"], each["text"]) for each in seen] == [("COMPLAINT", "论文剽窃")] * 2
    stray = (await told(stage, "officer", CASES, "integrityCases"))[-1]
    assert (stray["number"], stray["personName"], stray["dueOn"]) == ("QH-0", None, "2023-12-01")
    named = {"id": stray["id"], "number": "63202003C0001", "holderName": "赵昆仑"}
    done = await stage.cast["officer"].do("identifyIntegrityCase", "case { personName state }", **named)
    assert done["case"] == {"personName": "赵昆仑", "state": "RECEIVED"}
    seen = await told(stage, "supervisor", CASES, "integrityCases")
    assert len(seen) == 3
    seen = [each for each in seen if each["number"] != "QH-0"]
    for part in ("worker", "hospital", "department"):
        assert await told(stage, part, CASES, "integrityCases") == []
    stage.things["case"], declined = (each["id"] for each in seen)
    refused = {"id": declined, "action": "DECLINE", "reason": "与另案重复"}
    await stage.cast["supervisor"].do("checkIntegrityCase", CASE, **refused)
    done = await stage.cast["officer"].do(
        "checkIntegrityCase", CASE, id=stage.things["case"], action="TAKE_UP"
    )
    assert done["case"]["state"] == "INVESTIGATING"


@pytest.mark.clause("1.8")
async def test_heard_and_found_it_revokes_archives_and_bars(stage: Stage, certificate: str) -> None:
    """Nothing is found unheard; found, the title is revoked, the declaration over, and nothing is begun anywhere."""
    case, officer = stage.things["case"], stage.cast["officer"]
    await officer.do("notifyOfCharge", CASE, id=case, charge="论文与他人成果高度重合")
    given = {
        "id": case,
        "kind": "PLAGIARISM",
        "serious": True,
        "evidence": "查重报告",
        "decision": "撤销职称",
        "documentNumber": DOCUMENT,
        "certificateIds": [certificate],
        "barTo": "2025-12-31",
    }
    code, _, _ = await refusal(stage, "officer", "decideIntegrityCase", **given)
    assert code == "RULES_BROKEN"
    done = await stage.cast["worker"].do("stateOwnCase", CASE, id=case, statement="系引用疏漏")
    assert (done["case"]["text"], done["case"]["charge"]) == (None, "论文与他人成果高度重合")
    code, cites, _ = await refusal(stage, "officer", "decideIntegrityCase", **{**given, "barTo": None})
    assert (code, "一（八）" in cites) == ("BAR_INVALID", True)
    done = await officer.do("decideIntegrityCase", CASE, **given)
    assert (done["case"]["state"], done["case"]["barTo"]) == ("DECIDED", "2025-12-31")
    assert (await stage.ask("worker", HELD, id=certificate))["certificate"]["standing"] == "REVOKED"
    asked = "query($id: ID!) { declaration(id: $id) { state recommendation { state } } }"
    over = (await stage.ask("worker", asked, id=stage.things["worker"]))["declaration"]
    assert (over["state"], over["recommendation"]["state"]) == ("DISQUALIFIED", "WITHDRAWN")
    (line,) = await told(stage, "officer", RECORDS, "integrityRecords")
    assert (line["kind"], line["documentNumber"]) == ("FOUND", DOCUMENT)
    assert line["certificateNumbers"] == ["63202003C0001"]
    assert "*" in line["maskedResidentId"]
    assert await told(stage, "worker", RECORDS, "integrityRecords") == [line]
    assert await told(stage, "hospital", RECORDS, "integrityRecords") == []
    bar = (await stage.ask("officer", BAR, person=stage.things["person worker"]))["bar"]
    assert (bar["begins"], bar["ends"]) == (at(11, 10).date().isoformat(), "2025-12-31")


@pytest.mark.clause("1.8")
async def test_who_is_barred_registers_for_nothing_and_is_not_recommended(stage: Stage) -> None:
    """Registration, recommendation and declaration are refused, each on the article and the document."""
    await stage.move_clock(at(11, 13))
    wish = test_strict.wished(stage, "worker", "plan")
    interest = {key: wish[key] for key in season.WISHED if key in wish}
    code, cites, message = await refusal(stage, "worker", "registerInterest", **interest)
    assert (code, cites, DOCUMENT in message) == ("BARRED", ["一（八）"], True)
    code, cites, message = await refusal(stage, "hospital", "recommend", **wish)
    assert (code, cites, DOCUMENT in message) == ("BARRED", ["一（八）"], True)
    ground = {"recommendationId": stage.things["recommendation worker"]}
    code, _, _ = await refusal(stage, "worker", "createDeclaration", ground=ground)
    assert code in {"BARRED", "NOT_RECOMMENDED"}


@pytest.mark.clause("1.8")
async def test_appealed_it_is_taken_back_by_another(stage: Stage, certificate: str) -> None:
    """Who decided does not look again; another officer takes it back: the title is in force, the bar over, both on record."""
    case = stage.things["case"]
    await stage.cast["worker"].do("appealAgainstFinding", CASE, id=case, appeal="认定事实不清")
    given = {"id": case, "upheld": False, "reason": "证据不足", "documentNumber": VERDICT}
    code, _, _ = await refusal(stage, "supervisor", "settleAppeal", **given)
    assert code == "NOT_YOUR_STEP"
    code, _, _ = await refusal(stage, "officer", "settleAppeal", **given)
    assert code == "RULES_BROKEN"
    done = await stage.cast["other officer"].do("settleAppeal", CASE, **given)
    assert done["case"]["state"] == "REVERSED"
    assert (await stage.ask("worker", HELD, id=certificate))["certificate"]["standing"] == "IN_FORCE"
    assert (await stage.ask("officer", BAR, person=stage.things["person worker"]))["bar"] is None
    lines = await told(stage, "worker", RECORDS, "integrityRecords")
    assert [(each["kind"], each["documentNumber"], each["barTo"]) for each in lines] == [
        ("REVERSED", VERDICT, None),
        ("FOUND", DOCUMENT, "2025-12-31"),
    ]
