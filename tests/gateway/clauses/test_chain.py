"""The chain of reviews in advance and as it goes (三（一）), and the ways out when the year is over (三（六）), through the gateway."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from demo.scenes import declaration
from demo.scenes.opening import LEVEL
from demo.stage import Stage, at
from tests.gateway.clauses import season, test_strict
from tests.gateway.clauses.province import Province
from tests.gateway.clauses.season import refusal
from tests.gateway.clauses.test_windows import EXTENSION, extension

pytestmark = pytest.mark.timeout(300)
STATIONS = """reviewChain { committeeName committee { name }
  stations { name role state dueOn cameAt wentAt answeredBy { reviewerName action } organisation { id } } }"""
BEFORE = """query($cycle: ID!, $unit: ID!, $level: TitleLevel!, $specialty: ID!) {
  reviewChain(cycleId: $cycle, unitId: $unit, kind: ON_ESTABLISHMENT, series: "HEALTH", level: $level,
    specialtyId: $specialty) {
    committeeName stations { name role state dueOn } } }"""
OF = f"query($id: ID!) {{ declaration(id: $id) {{ state recommendation {{ id }} {STATIONS} }} }}"
PLACES = ("department", "hospital", "health", "province")
COMMITTEE = {
    "name": "青海省卫生系列第二高级评委会",
    "series": "HEALTH",
    "levels": ["FULL_SENIOR"],
    "size": 25,
}
ENDING = {"documentNumber": "青人社厅函〔2024〕9号", "note": "评审会议未召开"}


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November; somebody has submitted on the tenth."""
    begun = await season.begin(province, http)
    await test_strict.submitted(begun, "worker")
    return begun


async def chain(stage: Stage, part: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A declaration as somebody sees it, and the stations of its chain."""
    told = (await stage.ask(part, OF, id=stage.things["worker"]))["declaration"]
    return told, told["reviewChain"]["stations"]


@pytest.mark.clause("3.1", "1.3.2")
async def test_the_chain_is_told_before_and_while_it_is_gone(stage: Stage) -> None:
    """Any applicant asks by unit and level; who has submitted sees who answered, and by when the next does at the latest."""
    asked = {"cycle": stage.things["cycle"], "unit": stage.organisations["department"], "level": LEVEL}
    asked["specialty"] = stage.things["specialty"]
    told = (await stage.ask("worker", BEFORE, **asked))["reviewChain"]
    assert [each["role"] for each in told["stations"]] == ["REVIEWER"] * 3 + ["COMMITTEE_OFFICE"]
    assert [each["dueOn"] for each in told["stations"]] == [
        "2023-11-17",
        "2023-11-24",
        "2023-12-01",
        "2023-12-15",
    ]
    now, stations = await chain(stage, "worker")
    assert [(each["name"], each["dueOn"]) for each in stations] == [
        (each["name"], each["dueOn"]) for each in told["stations"]
    ]
    assert [each["organisation"]["id"] for each in stations] == [stage.organisations[each] for each in PLACES]
    assert now["reviewChain"]["committee"]["name"] == told["committeeName"]
    await stage.move_clock(at(11, 13))
    await declaration.judge(stage, "department", "内设机构", of="worker")
    now, stations = await chain(stage, "worker")
    assert [each["state"] for each in stations] == ["DONE", "CURRENT", "WAITING", "WAITING"]
    assert [each["action"] for each in stations[0]["answeredBy"]] == ["PASS"]
    assert (stations[0]["cameAt"][:10], stations[0]["wentAt"][:10]) == ("2023-11-10", "2023-11-13")
    assert [each["dueOn"] for each in stations] == [None, "2023-11-20", "2023-11-27", "2023-12-11"]
    document = f"query($id: ID!) {{ recommendation(id: $id) {{ {STATIONS} }} }}"
    recommended = await stage.ask("hospital", document, id=now["recommendation"]["id"])
    assert recommended["recommendation"]["reviewChain"] == now["reviewChain"]


@pytest.mark.clause("3.1")
async def test_what_came_back_is_answered_before_it_is_passed_on(stage: Stage) -> None:
    """The hospital sends a section back; the department answers it, and its answer is told above."""
    target = {"id": stage.things["worker"]}
    items = [{"item": "education", "reason": "毕业时间与档案不符"}]
    await declaration.step(stage, "hospital", "SEND_BACK", "退回", of="worker", items=items)
    found = await test_strict.broken(stage, "department", **target, action="PASS")
    assert found == {"RETURNED_ITEM_NOT_ANSWERED": ["三（一）"]}
    answers = [{"item": "education", "answer": "以档案记载为准"}]
    await declaration.step(stage, "department", "PASS", "答复", of="worker", answers=answers)
    document = (
        "query($id: ID!) { declaration(id: $id) { answers { answers { item answer } organisation { id } } } }"
    )
    told = (await stage.ask("hospital", document, **target))["declaration"]["answers"]
    assert told == [{"answers": answers, "organisation": {"id": stage.organisations["department"]}}]


@pytest.mark.clause("1.3.1")
async def test_the_approval_of_a_committee_is_taken_back_with_a_reason(stage: Stage) -> None:
    """By the province, and once what it has accepted is over."""
    for part in PLACES[1:]:
        await declaration.judge(stage, part, part, "ACCEPT" if part == "province" else "PASS", of="worker")
    document = "query($c: ID!) { committees(first: 5, cycleId: $c) { edges { node { id } } } }"
    found = await stage.ask("province", document, c=stage.things["cycle"])
    (committee,) = [each["node"]["id"] for each in found["committees"]["edges"]]
    given = {"id": committee, "note": "评审权限收回"}
    assert (await refusal(stage, "health", "withdrawCommittee", **given))[0] == "NOT_YOUR_STEP"
    told = await refusal(stage, "province", "withdrawCommittee", id=committee)
    assert told[:2] == ("RULES_BROKEN", ["一（三）1"])
    told = await refusal(stage, "province", "withdrawCommittee", **given)
    assert (told[:2], "1 件申报尚未办结" in told[2]) == (("RULES_BROKEN", ["一（三）1"]), True)
    assert (await chain(stage, "province"))[0]["state"] == "ACCEPTED"
    province = stage.cast["province"]
    another = {**COMMITTEE, "cycleId": stage.things["cycle"], "officeId": stage.organisations["province"]}
    made = {"id": (await province.do("createCommittee", "committee { id }", **another))["committee"]["id"]}
    await province.do("approveCommittee", "committee { id }", **made)
    done = await province.do("withdrawCommittee", "committee { state }", **made, note="评审权限收回")
    assert done["committee"]["state"] == "WITHDRAWN"


@pytest.mark.clause("3.6.0")
async def test_an_extension_is_taken_back_before_it_counts(stage: Stage) -> None:
    """By a document, and no window outlasts the next; the window is as it was."""
    province = stage.cast["province"]
    told = await refusal(stage, "province", "approveExtension", **extension(stage, "MEET", "2024-02-10"))
    assert told[:2] == ("RULES_BROKEN", ["三（六）"])
    wanted = extension(stage, "FILE", "2024-02-20")
    made = await province.do("approveExtension", EXTENSION, **wanted)
    step = {"id": made["extension"]["id"]}
    await province.do("publishExtension", EXTENSION, **step)
    assert (await refusal(stage, "province", "withdrawExtension", **step))[:2] == (
        "RULES_BROKEN",
        ["三（六）"],
    )
    back = {"documentNumber": "青人社厅函〔2023〕399号"}
    done = await province.do("withdrawExtension", "extension { state withdrawnBy }", **step, **back)
    assert done["extension"] == {"state": "WITHDRAWN", "withdrawnBy": back["documentNumber"]}


@pytest.mark.clause("3.6.0", "A2.n2.deemed")
async def test_the_year_is_closed_when_what_no_meeting_heard_is_ended(stage: Stage) -> None:
    """Accepted, it keeps the year open; the office ends it by document and reason, and the year is closed."""
    target, closing = {"id": stage.things["worker"]}, {"id": stage.things["cycle"]}
    await stage.move_clock(at(2, 1))
    refused = await refusal(stage, "province", "closeCycle", **closing)
    assert (refused[:2], "1 件" in refused[2]) == (("RULES_BROKEN", ["三（六）"]), True)
    found = await test_strict.broken(stage, "province", **target, action="TERMINATE")
    assert set(found) == {"DOCUMENT_NUMBER_MISSING", "NOTE_MISSING"}
    await declaration.step(stage, "province", "TERMINATE", "终止", of="worker", **ENDING)
    document = "query($id: ID!) { declaration(id: $id) { state recommendation { state } } }"
    for _ in range(60):
        told = (await stage.ask("worker", document, **target))["declaration"]
        if told["recommendation"]["state"] == "WITHDRAWN":
            break
        await asyncio.sleep(0.1)
    assert told == {"state": "LAPSED", "recommendation": {"state": "WITHDRAWN"}}
    done = await stage.cast["province"].do("closeCycle", "cycle { state }", **closing)
    assert done["cycle"]["state"] == "CLOSED"
