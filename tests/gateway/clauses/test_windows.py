"""三（六）through the gateway: extensions on the province's document, pass marks that open a series, the end of the run."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from demo.scenes import applicants
from demo.scenes.opening import DOCUMENTS, GATES, LEVEL, MENU
from demo.stage import Stage, at
from tests.gateway.clauses import season
from tests.gateway.clauses.province import Province
from tests.gateway.clauses.season import listed, newcomer, refusal, seated
from tests.gateway.clauses.test_declaring import direct

pytestmark = pytest.mark.timeout(300)
SERIES = "ACCOUNTING"
NUMBER = "青人社厅函〔2023〕301号"
EXTENSION = "extension { id state closes documentNumber publishedAt availableActions }"
EXTENSIONS = """query($id: ID!) { cycle(id: $id) { state
  windows { name closes extendedBy }
  extensions(first: 5) { edges { node { window closes documentNumber reason state } } }
  passMarks { series level mark documentNumber publishedOn } } }"""
MARK = {
    "series": SERIES,
    "level": LEVEL,
    "mark": 60,
    "documentNumber": "会考〔2023〕12号",
    "publishedOn": "2023-10-20",
}


@pytest.fixture(scope="module")
async def stage(province: Province, http: httpx.AsyncClient) -> Stage:
    """November; the officer of a prefecture is there as well."""
    begun = await season.begin(province, http)
    begun.cast["haixi officer"] = seated(begun, "haixi officer", province.token("haixi", "TITLE_OFFICER"))
    return begun


def extension(stage: Stage, window: str, closes: str, number: str = NUMBER) -> dict[str, Any]:
    """A window that is to last longer."""
    told = {"window": window, "closes": closes, "documentNumber": number, "reason": "系列改革任务"}
    return {"cycleId": stage.things["cycle"], **told}


def arrangement(stage: Stage) -> dict[str, Any]:
    """The year's arrangement of accounting, which was not made in October."""
    told = {"series": SERIES, "title": "会计系列2023年度工作安排", "text": "合格标准公布后组织申报。"}
    return {"cycleId": stage.things["cycle"], **told}


async def cycle_of(stage: Stage) -> dict[str, Any]:
    """The cycle as anybody reads it."""
    told: dict[str, Any] = await stage.gateway.query(EXTENSIONS, id=stage.things["cycle"])
    found: dict[str, Any] = told["cycle"]
    return found


async def extended(stage: Stage, window: str, closes: str, number: str = NUMBER) -> None:
    """Approve and publish an extension."""
    approved = await stage.cast["province"].do(
        "approveExtension", EXTENSION, **extension(stage, window, closes, number)
    )
    await stage.cast["province"].do("publishExtension", EXTENSION, id=approved["extension"]["id"])


@pytest.mark.clause("3.6.0")
async def test_a_window_lasts_longer_once_the_province_has_published_its_document(stage: Stage) -> None:
    """Refused without it, refused to a prefecture, refused before publication; then possible, and public."""
    province = stage.cast["province"]
    late = await refusal(stage, "province", "createArrangement", **arrangement(stage))
    assert late[:2] == ("OUTSIDE_WINDOW", ["三（六）1"])
    wanted = extension(stage, "ARRANGE", "2023-11-10")
    assert (await refusal(stage, "haixi officer", "approveExtension", **wanted))[0] == "PROVINCE_ONLY"
    unnumbered = {**wanted, "documentNumber": "口头同意"}
    refused = await refusal(stage, "province", "approveExtension", **unnumbered)
    assert refused[:2] == ("DOCUMENT_NUMBER_INVALID", ["三（六）"])
    approved = await province.do("approveExtension", EXTENSION, **wanted)
    assert (approved["extension"]["state"], approved["extension"]["availableActions"]) == (
        "APPROVED",
        ["PUBLISH", "WITHDRAW"],
    )
    assert (await refusal(stage, "province", "createArrangement", **arrangement(stage)))[
        0
    ] == "OUTSIDE_WINDOW"
    assert (await cycle_of(stage))["extensions"]["edges"] == []
    step = {"id": approved["extension"]["id"]}
    assert (await refusal(stage, "haixi officer", "publishExtension", **step))[0] == "EXTENSION_NOT_FOUND"
    done = await province.do("publishExtension", EXTENSION, **step)
    assert ([each["cite"] for each in done.basis], done["extension"]["state"]) == (["三（六）"], "PUBLISHED")
    told = await cycle_of(stage)
    (edge,) = told["extensions"]["edges"]
    assert (edge["node"]["documentNumber"], edge["node"]["closes"]) == (NUMBER, "2023-11-10")
    assert {"name": "ARRANGE", "closes": "2023-11-10", "extendedBy": NUMBER} in told["windows"]
    made = await province.do("createArrangement", "arrangement { id }", **arrangement(stage))
    await province.do("publishArrangement", "arrangement { state }", id=made["arrangement"]["id"])


@pytest.mark.clause("3.6.1")
async def test_a_series_with_examination_opens_once_its_pass_mark_is_on_record(stage: Stage) -> None:
    """Arranged and with criteria published, nobody is recommended or declares in it; with the mark, somebody is."""
    await criteria_published(stage)
    person = await newcomer(stage, "accountant", "hospital")
    await applicants.take_test(stage, "accountant", right=True)
    which = {"planId": stage.things["plan"], "personId": person, "series": SERIES, "level": LEVEL}
    refused = await refusal(stage, "hospital", "recommend", **which)
    assert refused[:2] == ("PASS_MARK_NOT_PUBLISHED", ["三（六）1"])
    await newcomer(stage, "bookkeeper", "golmud", kind="FREELANCER", restsOn="RESIDENCE")
    await applicants.take_test(stage, "bookkeeper", right=True)
    own = {"cycleId": stage.things["cycle"], "series": SERIES, "level": LEVEL}
    refused = await refusal(stage, "bookkeeper", "createDeclaration", ground={"direct": own})
    assert refused[:2] == ("PASS_MARK_NOT_PUBLISHED", ["三（六）1"])
    mark = {"cycleId": stage.things["cycle"], **MARK}
    assert (await refusal(stage, "haixi officer", "recordPassMark", **mark))[0] == "PROVINCE_ONLY"
    done = await stage.cast["province"].do("recordPassMark", "passMark { mark }", **mark)
    assert (done["passMark"]["mark"], [each["cite"] for each in done.basis]) == (60, ["三（六）1"])
    assert (await cycle_of(stage))["passMarks"] == [MARK]
    examined = {
        "series": SERIES, "titleLevel": LEVEL, "mark": 60, "heldOn": "2023-05-13", "until": "2026-12-31",
        "certificateNumber": "KJ-2023-7",
    }  # fmt: skip
    evidence = {"issuer": "全国会计专业技术资格考试领导小组办公室", "issuedOn": "2023-06-20"}
    told = {"personId": person, "body": {"examination": examined}, "evidence": evidence}
    declared = await stage.cast["accountant"].do("declareRecord", "record { id }", **told)
    await stage.cast["hospital"].do("confirmRecord", "record { id }", id=declared["record"]["id"])
    recommended = await stage.cast["hospital"].do(
        "recommend", "recommendation { state }", **await listed(stage, which)
    )
    assert recommended["recommendation"]["state"] == "RESERVED"
    assert "三（六）1" in {each["cite"] for each in recommended.basis}


async def criteria_published(stage: Stage) -> None:
    """Criteria of accounting, in force."""
    given = {
        "series": SERIES,
        "level": LEVEL,
        "title": "会计系列副高级评审条件",
        "effectiveFrom": "2023-11-02",
        "documents": DOCUMENTS,
        "gates": GATES,
        "menus": [MENU],
    }
    proposed = await stage.cast["province"].do("proposeCriteria", "criteria { id }", **given)
    for act in ("approveCriteria", "publishCriteria"):
        await stage.cast["province"].do(act, "criteria { id }", id=proposed["criteria"]["id"])


@pytest.mark.clause("3.6.0")
async def test_after_the_run_nothing_moves_and_what_is_left_lapses(stage: Stage) -> None:
    """An extension keeps a draft alive until the run is over; then it lapses by itself, and the year is closed."""
    await newcomer(stage, "late", "golmud", kind="FREELANCER", restsOn="RESIDENCE")
    await applicants.take_test(stage, "late", right=True)
    made = await stage.cast["late"].do("createDeclaration", "declaration { id }", **direct(stage))
    draft = {"id": made["declaration"]["id"]}
    await extended(stage, "RUN", "2024-02-29", "青人社厅函〔2024〕12号")
    await stage.move_clock(at(2, 10))
    closing = {"id": stage.things["cycle"]}
    assert (await refusal(stage, "province", "closeCycle", **closing))[0] == "RULES_BROKEN"
    document = "query($id: ID!) { declaration(id: $id) { state availableActions } }"
    assert (await stage.ask("late", document, **draft))["declaration"]["state"] == "DRAFT"
    await stage.move_clock(at(3, 1))
    withdraw = await refusal(stage, "late", "actOnDeclaration", **draft, action="WITHDRAW")
    assert withdraw[0] in {"RULES_BROKEN", "ACTION_NOT_AVAILABLE"}  # the sweep may have been faster
    assert (await refusal(stage, "province", "createArrangement", **arrangement(stage)))[:2] == (
        "RUN_OVER",
        ["三（六）"],
    )
    while (now := (await stage.ask("late", document, **draft))["declaration"])["state"] == "DRAFT":
        await asyncio.sleep(0.1)
    assert now == {"state": "LAPSED", "availableActions": []}
    done = await stage.cast["province"].do("closeCycle", "cycle { state }", **closing)
    assert done["cycle"]["state"] == "CLOSED"
    reopening = extension(stage, "RUN", "2024-04-30", "青人社厅函〔2024〕13号")
    assert (await refusal(stage, "province", "approveExtension", **reopening))[0] == "CYCLE_CLOSED"
