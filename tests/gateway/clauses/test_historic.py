"""一（三）3 through the gateway: historic certificates from a spreadsheet, by the person in charge, all or nothing."""

from __future__ import annotations

import asyncio
import hashlib
import io
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from tests.gateway.clauses.province import Payload, Province, cites, only_error, uuid
from tests.services.accounts.world import new_resident_id
from tests.services.workflow.historic.registry import HEADER, row, workbook

WHOLE = """historicImport { id state rows refused unlinked imported version availableActions actorName
  refusals(first: 10) { items { rowNo column code zh en basis { cite } } nextRow } }"""
ONE = f"query($id: ID!) {{ {WHOLE.replace('historicImport', 'historicImport(id: $id)', 1)} }}"
VERIFY = """query($number: String!, $name: String!) { verifyCertificate(number: $number, name: $name) { valid
  certificate { origin number holderName level way obtainedOn issuerName documentNumber committeeName } } }"""


class Registry:
    """The registry of a prefecture's HRSS."""

    def __init__(self, province: Province, http: httpx.AsyncClient, manager: str) -> None:
        self.province, self.http, self.manager = province, http, manager
        self.office = province.made["xining"]
        self.token = province.token("xining", sub=uuid(manager))

    async def begin(self, content: bytes, token: str | None = None) -> Payload:
        """What comes of beginning an import."""
        return await self.province.act(
            token or self.token,
            "createHistoricImport",
            f"uploadUrl limitBytes {WHOLE}",
            organisationId=self.office["id"],
            fileName="历史证书.xlsx",
            sha256=hashlib.sha256(content).hexdigest(),
        )

    async def checked(self, rows: list[dict[str, str]]) -> dict[str, Any]:
        """An import that was sent and looked into."""
        content = workbook(rows)
        begun = await self.begin(content)
        assert begun["errors"] == [], begun["errors"]
        sent = await self.http.put(begun["uploadUrl"], content=content)
        assert sent.status_code == 200, sent.text
        return await self.until(begun["historicImport"]["id"], "CHECKED")

    async def until(self, import_id: str, state: str) -> dict[str, Any]:
        """The import once it stands there."""
        async with asyncio.timeout(30):
            while True:
                told = await self.province.front.data(ONE, token=self.token, id=import_id)
                found: dict[str, Any] = told["historicImport"]
                if found["state"] == state:
                    return found
                await asyncio.sleep(0.1)

    async def act(
        self, record: dict[str, Any], action: str, token: str | None = None, **told: str
    ) -> Payload:
        """What comes of a step."""
        given = {"id": record["id"], "action": action, "version": record["version"], **told}
        return await self.province.act(token or self.token, "actOnHistoricImport", WHOLE, **given)

    async def verify(self, number: str, name: str) -> dict[str, Any]:
        """Ask as anybody."""
        told = await self.province.front.data(VERIFY, number=number, name=name)
        found: dict[str, Any] = told["verifyCertificate"]
        return found


@pytest.fixture
async def registry(province: Province, http: httpx.AsyncClient) -> Registry:
    """A prefecture's HRSS with a county's below it, and its first manager."""
    office = await province.at("xining")
    await province.at("chengxi")
    listed = "query($id: ID!) { organisation(id: $id) { accounts(first: 1) { edges { node { id } } } } }"
    told = await province.front.data(listed, token=province.token("xining"), id=office["id"])
    return Registry(province, http, told["organisation"]["accounts"]["edges"][0]["node"]["id"])


async def refused_whole(registry: Registry, good: dict[str, str]) -> None:
    """A file with refused rows: each is told, also as a workbook; nothing of it goes in, and it is given up."""
    bad = await registry.checked([good, row(级别="特级"), good])
    assert [(each["rowNo"], each["column"], each["code"]) for each in bad["refusals"]["items"]] == [
        (3, "级别", "VALUE_NOT_OFFERED"),
        (4, "证书编号", "ROW_REPEATED"),
    ]
    report = await registry.province.act(registry.token, "requestHistoricReport", "downloadUrl", id=bad["id"])
    fetched = io.BytesIO((await registry.http.get(report["downloadUrl"])).content)
    book = CalamineWorkbook.from_filelike(fetched)
    assert [line[:2] for line in book.get_sheet_by_index(0).to_python()[1:]] == [
        ["3", "VALUE_NOT_OFFERED"],
        ["4", "ROW_REPEATED"],
    ]
    error = only_error(await registry.act(bad, "APPLY"))
    assert [each["code"] for each in error["findings"]] == ["NO_ROW_REFUSED"]
    assert not (await registry.verify("西职证20097", good["姓名"]))["valid"]
    assert (await registry.act(bad, "CANCEL"))["historicImport"]["state"] == "CANCELLED"


@pytest.mark.clause("1.3.3")
async def test_historic_certificates_are_imported_by_the_person_in_charge(
    registry: Registry, province: Province
) -> None:
    """Nobody before one is named; refused rows are told, and nothing goes in; the mended file goes in whole and verifies."""
    refused = only_error(await registry.begin(b"x"))
    assert (refused["code"], refused["basis"][0]["cite"]) == ("NOT_IN_CHARGE", "一（三）3")
    named = {"id": registry.office["id"], "accountId": registry.manager}
    assert (await province.act(registry.token, "nameThePersonInCharge", "organisation { id }", **named))[
        "errors"
    ] == []
    number, county = new_resident_id(), province.made["chengxi"]["name"]
    holder = (await province.hire("county hospital", number=number))["person"]
    known = {"姓名": holder["name"], "身份证号码": number, "发证机关": county}
    good = [row(**known, 级别="副高", 证书编号="西职证 2009-7"), row()]
    await refused_whole(registry, good[0])
    record = await registry.checked(good)
    assert (record["refused"], record["unlinked"]) == (0, 1)
    other = province.token("xining")
    error = only_error(await registry.act(record, "APPLY", other))
    assert [each["code"] for each in error["findings"]] == ["PERSON_IN_CHARGE_IMPORTS"]
    payload = await registry.act(record, "APPLY")
    assert payload["errors"] == []
    assert set(cites(payload)) == {"一（三）3"}
    assert (await registry.until(record["id"], "DONE"))["imported"] == len(good)
    told = await registry.verify("西职证（2009）7", holder["name"])
    assert told["valid"]
    assert (told["certificate"]["origin"], told["certificate"]["level"]) == ("IMPORTED", "ASSOCIATE_SENIOR")
    assert told["certificate"]["issuerName"] == county
    assert not (await registry.verify("西职证（2009）7", "别人"))["valid"]


@pytest.mark.clause("1.3.3")
async def test_an_import_is_taken_back(registry: Registry) -> None:
    """By a document, with the reason: what came of it is void for whoever verifies it, and can be imported again."""
    rows = [row(姓名="王草原", 证书编号="西职证 2010-8")]
    checked = await registry.checked(rows)
    assert (await registry.act(checked, "APPLY"))["errors"] == []
    done = await registry.until(checked["id"], "DONE")
    assert (await registry.verify("西职证20108", "王草原"))["valid"]
    assert only_error(await registry.act(done, "TAKE_BACK"))["code"] == "DOCUMENT_NUMBER_INVALID"
    told = {"documentNumber": "西人社函〔2023〕7号", "reason": "系统外数据有误"}
    assert (await registry.act(done, "TAKE_BACK", **told))["errors"] == []
    await registry.until(done["id"], "TAKEN_BACK")
    assert not (await registry.verify("西职证20108", "王草原"))["valid"]
    again = await registry.checked(rows)
    assert (again["refused"], (await registry.act(again, "CANCEL"))["errors"]) == (0, [])


@pytest.mark.clause("1.3.3")
async def test_who_sees_what_was_imported(registry: Registry, province: Province) -> None:
    """Officers above the issuer find it by its import, the holder his or her own; an empty file to fill in is for anybody."""
    document = """query($i: ID) { certificates(first: 5, origin: IMPORTED, importId: $i) { edges { node {
      number holderName origin maskedResidentId declaration { id } issuer { id } } } } }"""
    imports = "{ historicImports(first: 5) { edges { node { id state organisation { id } } } } }"
    told = await province.front.data(imports, token=registry.token)
    [done] = [e["node"] for e in told["historicImports"]["edges"] if e["node"]["state"] == "DONE"]
    officer = province.token("province", "TITLE_OFFICER")
    found = await province.front.data(document, token=officer, i=done["id"])
    nodes = [edge["node"] for edge in found["certificates"]["edges"]]
    assert {each["issuer"]["id"] for each in nodes} == {
        registry.office["id"],
        province.made["chengxi"]["id"],
    }
    beside = province.token("haixi", "TITLE_OFFICER")
    assert (await province.front.data(document, token=beside, i=done["id"]))["certificates"]["edges"] == []
    template = await registry.http.get("/papers/historic-template")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(template.content)).get_sheet_by_index(0).to_python()
    assert tuple(sheet[0]) == HEADER


HELD = """query($i: ID) { certificates(first: 5, importId: $i) { edges { node { id standing changes { kind } } } } }"""
CASE = "case { id state person { id } personName certificate { id } }"


@pytest.mark.clause("1.3.3", "1.8")
async def test_whose_an_old_certificate_is_is_told_later(registry: Registry, province: Province) -> None:
    """A case is about it before anybody is known; its issuer links the holder, once, and the case is about the holder."""
    holder = (await province.hire("county hospital", number=new_resident_id()))["person"]
    checked = await registry.checked([row(姓名=holder["name"], 身份证号码="", 证书编号="西职证 2011-9")])
    assert (checked["refused"], checked["unlinked"]) == (0, 1)
    assert (await registry.act(checked, "APPLY"))["errors"] == []
    done = await registry.until(checked["id"], "DONE")
    officer = province.token("xining", "TITLE_OFFICER")
    (edge,) = (await province.front.data(HELD, token=officer, i=done["id"]))["certificates"]["edges"]
    named = {"number": "西职证（2011）9", "holderName": holder["name"], "text": "业绩系伪造"}
    opened = (await province.act(officer, "openIntegrityCase", CASE, **named))["case"]
    told = (opened["person"], opened["personName"], opened["certificate"]["id"])
    assert told == (None, holder["name"], edge["node"]["id"])
    document = {"documentNumber": "西人社函〔2023〕9号", "evidence": "与存档底册一致"}
    link = {"id": edge["node"]["id"], "personId": holder["id"], **document}
    linked = "certificate { standing changes { kind documentNumber } } basis { cite }"
    for token in (officer, province.token("province", "TITLE_OFFICER")):
        payload = await province.act(token, "linkCertificateHolder", linked, **link)
        if token is officer:
            assert (payload["errors"], set(cites(payload))) == ([], {"一（三）3"})
            assert payload["certificate"]["changes"][0]["kind"] == "LINKED"
        else:
            assert only_error(payload)["code"] == "HOLDER_KNOWN"
    asked = "query($id: ID!) { integrityCase(id: $id) { state person { id } } }"
    above = province.token("province", "TITLE_OFFICER")
    now = (await province.front.data(asked, token=above, id=opened["id"]))["integrityCase"]
    assert now == {"state": "INVESTIGATING", "person": {"id": holder["id"]}}


WHAT_IF = """query($name: String) { whatIf(series: "PUBLISHING", specialty: $name) { items { level routes {
  code verdict conditions { code verdict basis { cite } } } } } }"""


@pytest.mark.clause("2.5.5")
async def test_an_imported_title_of_minority_language_publishing_counts_there_alone(
    registry: Registry, province: Province
) -> None:
    """Its certificate says so to anyone; it is a title held, without a record, in that specialty and in no other."""
    number = new_resident_id()
    holder = (await province.hire("county hospital", number=number))["person"]
    limited = row(
        姓名=holder["name"],
        身份证号码=number,
        系列="出版",
        专业="图书编辑",
        级别="中级",
        取得时间="2016-12-01",
        证书编号="CB2016-9",
        使用范围="限少数民族语言文字出版",
    )
    checked = await registry.checked([limited])
    assert (checked["refused"], checked["unlinked"]) == (0, 0)
    assert (await registry.act(checked, "APPLY"))["errors"] == []
    await registry.until(checked["id"], "DONE")
    document = VERIFY.replace("origin", "origin limits { code cite }")
    told = await province.front.data(document, number="CB2016-9", name=holder["name"])
    assert told["verifyCertificate"]["certificate"]["limits"] == [
        {"code": "MINORITY_LANGUAGE_PUBLISHING", "cite": "二（五）5"}
    ]
    token = province.applicant(holder, "county hospital")
    for name, verdict in (("图书编辑", "NOT_MET"), ("少数民族语言文字出版", "MET")):
        items = (await province.front.data(WHAT_IF, token=token, name=name))["whatIf"]["items"]
        routes = next(each["routes"] for each in items if each["level"] == "ASSOCIATE_SENIOR")
        assert next(each["verdict"] for each in routes if each["code"] == "NORMAL") == verdict, routes
