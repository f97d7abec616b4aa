"""The life of organisations and their import through the gateway, before the real services."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.gateway.conftest import Asker
from tests.gateway.test_real_parts import Caller, front
from tests.services.accounts.importing import (
    ORGANISATION,
    department,
    employer,
    imports_at_work,
    opened,
    xlsx,
)

__all__ = ["front", "imports_at_work"]
ONE = "organisation { id name status parent { id } availableActions }"
HEALTH = {"kind": "AUTHORITY", "level": "PROVINCE", "industry": "HEALTH", "regionCode": "630000"}
UNIT = {"kind": "EMPLOYER", "level": "PROVINCE", "nature": "PUBLIC_INSTITUTION", "regionCode": "630000"}
IMPORT = "import { id state rows accepted refused created done total version availableActions }"
WATCH = "query($id: ID!) { import(id: $id) { id state accepted refused created version availableActions refusedRows(first: 50) { items { rowNo findings { code message } } } } }"
SECONDS = 60


@pytest.fixture
async def province(front: Asker) -> Caller:
    """The provincial HRSS, on a day of the season."""
    stranger = Caller(front)
    await (await stranger.sign_in("operator")).do("setClock", "parts", instant="2023-10-20T09:00:00+08:00")
    return await stranger.sign_in("province.hrss")


async def refusal(caller: Caller, act: str, **given: Any) -> dict[str, Any]:
    """Why a mutation is refused."""
    kind = act[0].upper() + act[1:]
    document = f"mutation($input: {kind}Input!) {{ {act}(input: $input) {{ errors {{ code message findings {{ message }} }} }} }}"
    told = (await caller.front.data(document, token=caller.token, input=given))[act]
    [error] = told["errors"]
    found: dict[str, Any] = error
    return found


async def search(caller: Caller, q: str) -> list[str]:
    """The names that a search finds."""
    document = "query($q: String!) { organisations(first: 10, q: $q) { edges { node { name status } } } }"
    edges = (await caller.see(document, q=q))["organisations"]["edges"]
    return [edge["node"]["name"] for edge in edges]


async def whole(caller: Caller, organisation: str) -> dict[str, Any]:
    """All that is told of an organisation."""
    document = """query($id: ID!) { organisation(id: $id) { name status availableActions
      formerNames { name until } contact { telephone } personInCharge { name accountId }
      successor { id name } ancestors { id } subtree(first: 10) { edges { node { id } } }
      children(first: 10) { edges { node { name } } } history { action note } } }"""
    told: dict[str, Any] = (await caller.see(document, id=organisation))["organisation"]
    return told


@pytest.mark.clause("A3.2.5")
async def test_an_organisation_lives_through_the_gateway(province: Caller) -> None:
    """Explained, created, found, renamed, kept up, moved, merged, closed and reopened, each over GraphQL alone."""
    explained = await province.see(
        "query($i: ExplainCreationInput!) { explainCreation(input: $i) { allowed whoMay { summary } basis { cite } } }",
        i={**UNIT, "creatorId": province.home},
    )
    assert explained["explainCreation"]["allowed"]
    health = await province.create("青海省卫生健康委员会", "health", **HEALTH)
    hospital = await province.create("青海省试验医院", "hospital", **UNIT)
    other = await health.create("青海省第二试验医院", "second", **UNIT)

    named = {"id": hospital.home, "name": "青海省高原医院", "reason": "机构改革"}
    assert (await province.do("renameOrganisation", ONE, **named))["organisation"]["name"] == named["name"]
    for q in ("试验医院", "高原医院", "高原医完"):
        assert named["name"] in await search(province, q), q
    me = (await hospital.see("{ me { id } }"))["me"]["id"]
    await hospital.do("updateOrganisationContact", ONE, id=hospital.home, telephone="0971-1234567")
    await hospital.do("nameThePersonInCharge", ONE, id=hospital.home, accountId=me)

    moving = {"id": hospital.home, "superiorId": health.home, "reason": "划归主管部门"}
    assert (await refusal(health, "moveOrganisation", **moving))["code"] == "ORGANISATION_NOT_FOUND"
    moved = (await province.do("moveOrganisation", ONE, **moving))["organisation"]
    assert moved["parent"]["id"] == health.home
    told = await whole(health, hospital.home)
    assert [each["name"] for each in told["formerNames"]] == ["青海省试验医院"]
    assert told["contact"]["telephone"] == "0971-1234567"
    assert told["personInCharge"]["accountId"] == me
    assert [each["id"] for each in told["ancestors"]] == [province.home, health.home]
    assert {"RENAME", "MERGE", "CLOSE"} <= set(told["availableActions"])

    await ended(province, health, hospital, other)


async def ended(province: Caller, health: Caller, hospital: Caller, other: Caller) -> None:
    """The hospital goes into the other, which is closed and taken into use again; the authority stays until then."""
    closing = {"id": health.home, "reason": "撤销"}
    blocked = await refusal(province, "closeOrganisation", **closing)
    assert blocked["code"] == "RULES_BROKEN"
    assert "青海省高原医院" in blocked["findings"][0]["message"]
    merged = await health.do("mergeOrganisation", ONE, id=hospital.home, intoId=other.home, reason="合并")
    assert merged["organisation"]["status"] == "MERGED"
    assert (await whole(health, hospital.home))["successor"]["id"] == other.home
    await health.do("closeOrganisation", ONE, id=other.home, reason="停办")
    reopened = await health.do("reopenOrganisation", ONE, id=other.home, reason="恢复")
    assert reopened["organisation"]["status"] == "ACTIVE"
    actions = [each["action"] for each in (await whole(health, other.home))["history"]]
    assert sorted(actions) == ["CLOSE", "CREATE", "REOPEN"]
    seen = await whole(province, health.home)
    assert len(seen["subtree"]["edges"]) == 3


async def watched(caller: Caller, import_id: str, *states: str) -> dict[str, Any]:
    """The import once it has come to one of some states."""
    async with asyncio.timeout(SECONDS):
        while (told := (await caller.see(WATCH, id=import_id))["import"])["state"] not in states:
            await asyncio.sleep(0.1)
    found: dict[str, Any] = told
    return found


async def paper(caller: Caller, import_id: str, which: str) -> list[list[Any]]:
    """The cells of a file, fetched by its link."""
    asked = await caller.do("requestImportPaper", "downloadUrl", paper=which, importId=import_id)
    answer = await caller.front.http.get(asked["downloadUrl"])
    assert answer.status_code == 200, answer.text
    return opened(answer.content)


@pytest.mark.clause("2.2.1")
@pytest.mark.usefixtures("imports_at_work")
async def test_the_existing_units_come_in_from_a_spreadsheet(province: Caller) -> None:
    """Sent by its link, checked without writing, refused rows reported, applied with them left out, codes fetched."""
    rows = [
        department("骨科", "导入医院", 管理员姓名=None, 管理员登录名=None),
        employer("导入医院", "", 管理员登录名="imported.hospital"),
        employer("另一医院", "没有的上级"),
    ]
    given = {"kind": "ORGANISATIONS", "organisationId": province.home, "fileName": "现有机构.xlsx"}
    begun = await province.do("createImport", f"{IMPORT} uploadUrl limitBytes", **given)
    sent = await province.front.http.put(begun["uploadUrl"], content=xlsx(ORGANISATION, rows))
    assert sent.status_code == 200, sent.text
    import_id = begun["import"]["id"]
    checked = await watched(province, import_id, "CHECKED", "FAILED")
    assert (checked["accepted"], checked["refused"], checked["created"]) == (2, 1, 0)
    [row] = checked["refusedRows"]["items"]
    assert (row["rowNo"], row["findings"][0]["code"]) == (4, "PARENT_UNKNOWN")
    assert await search(province, "导入医院") == []
    report = await paper(province, import_id, "REPORT")
    assert (report[0][0], report[1][0], report[1][1]) == ("行号", "4", "PARENT_UNKNOWN")
    assert (await refusal(province, "applyImport", id=import_id))["code"] == "RULES_BROKEN"
    await province.do("applyImport", IMPORT, id=import_id, skipRefused=True, version=checked["version"])
    done = await watched(province, import_id, "DONE", "FAILED", "CHECKED")
    assert (done["state"], done["created"]) == ("DONE", 2)
    assert await search(province, "导入医院") == ["导入医院"]
    [header, code] = await paper(province, import_id, "ACTIVATIONS")
    assert (header[0], code[0]) == ("登录名", "imported.hospital")
    stranger = Caller(province.front)
    password = {"password": "Long-enough-for-2023!", "login": code[0], "code": code[2]}
    await stranger.do("activateAccount", "account { id }", **password)
    manager = await stranger.sign_in("imported.hospital")
    children = (await whole(manager, manager.home))["children"]["edges"]
    assert [edge["node"]["name"] for edge in children] == ["骨科"]
