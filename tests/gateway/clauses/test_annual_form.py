"""附件2 through the gateway: a roster comes in, the form is the ledger's, it is signed, printed, and says what may be declared."""

from __future__ import annotations

import io
from typing import Any

import httpx
import pytest
import xlsxwriter

from tests.gateway.clauses.province import Organisation, Province, bearer_of, cites, only_error

FORM = """annualForm { id version state rows { level approved employed vacant qualifiedNotEmployed exits declarable }
  exits { name level post reason leftOn document } signatures { party name } recommended { name level } }"""
ROSTER = "staffingImport { id state version rows unmatched recorded refusals { rowNo code message basis { cite } } }"
HEADER = ("姓名", "状况", "级别", "任职资格", "岗位等级", "聘任时间")
PEOPLE = [
    (f"医师{place}", "在岗", "副高级", "副主任医师", "专业技术七级", "2015-03-01") for place in range(4)
]
PLANS = [{"level": "ASSOCIATE_SENIOR", "posts": 2, "document": "青人社岗〔2022〕1号"}]
AVAILABLE = """query($unit: ID!) { availability(unitId: $unit, year: 2023) { pool levels {
  level declarable exits byExits free trace { text cite } } } }"""
ADDRESS = "http://gateway.test"


def workbook(rows: list[tuple[str, ...]]) -> bytes:
    """A roster."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER, *rows]):
            sheet.write_row(at, 0, row)
    return stream.getvalue()


class Unit:
    """A crowded county institution and who acts on its form."""

    def __init__(self, province: Province, http: httpx.AsyncClient, unit: Organisation) -> None:
        self.province, self.http, self.id = province, http, unit["id"]
        self.clerk = bearer_of(unit, "RECOMMENDER")
        self.hrss = province.token("golmud", "REVIEWER")

    async def roster(self, rows: list[tuple[str, ...]]) -> dict[str, Any]:
        """A roster, sent and checked."""
        given = {"unitId": self.id, "on": "2022-12-31", "fileName": "名册.xlsx", "plans": PLANS}
        returning = f"{ROSTER} uploadUrl limitBytes"
        begun = await self.province.act(self.clerk, "createStaffingImport", returning, **given)
        assert begun["errors"] == [], begun["errors"]
        sent = await self.http.put(begun["uploadUrl"].removeprefix(ADDRESS), content=workbook(rows))
        assert sent.status_code == 200, sent.text
        return await self.step(begun["staffingImport"] | {"version": 2}, "CHECK")

    async def step(self, row: dict[str, Any], action: str) -> dict[str, Any]:
        """Take a step of an import."""
        given = {"id": row["id"], "action": action, "version": row["version"]}
        payload = await self.province.act(self.clerk, "actOnStaffingImport", ROSTER, **given)
        assert payload["errors"] == [], payload["errors"]
        told: dict[str, Any] = payload["staffingImport"]
        return told

    async def approved(self) -> dict[str, Any]:
        """The unit's form, filed without a figure typed, and approved."""
        filed = await self.province.act(self.clerk, "createAnnualForm", FORM, unitId=self.id, year=2023)
        assert filed["errors"] == [], filed["errors"]
        form: dict[str, Any] = filed["annualForm"]
        for token, action in ((self.clerk, "SUBMIT"), (self.hrss, "APPROVE")):
            given = {"id": form["id"], "action": action, "version": form["version"]}
            form = (await self.province.act(token, "actOnAnnualForm", FORM, **given))["annualForm"]
        return form


@pytest.fixture
async def unit(province: Province, http: httpx.AsyncClient) -> Unit:
    """An institution that Golmud's HRSS manages itself."""
    await province.at("golmud")
    made = await province.create("golmud", "EMPLOYER", "COUNTY", "632801")
    assert made["errors"] == [], made["errors"]
    return Unit(province, http, made["organisation"])


@pytest.mark.clause("A2", "A2.n3", "A2.n2.vacant")
async def test_from_the_roster_to_the_printed_form(unit: Unit) -> None:
    """Nothing is typed twice: roster, exits, form, signatures, what may be declared, and the official table as PDF."""
    done = await unit.step(await unit.roster(PEOPLE), "APPLY")
    assert (done["state"], done["recorded"], done["unmatched"]) == ("DONE", 4, 4)
    for place in range(2):
        given = {
            "unitId": unit.id,
            "cause": "RETIRED",
            "onDate": "2023-06-30",
            "member": {"name": f"医师{place}"},
            "document": "青卫退〔2023〕7号",
            "reason": "达到退休年龄",
        }
        left = await unit.province.act(unit.clerk, "recordStaffingMovement", "movement { id }", **given)
        assert left["errors"] == [], left["errors"]
    form = await unit.approved()
    [row] = [each for each in form["rows"] if each["level"] == "ASSOCIATE_SENIOR"]
    assert (row["approved"], row["employed"], row["exits"], row["declarable"]) == (2, 2, 2, 0)
    assert [(each["name"], each["leftOn"]) for each in form["exits"]] == [
        ("医师0", "2023-06-30"),
        ("医师1", "2023-06-30"),
    ]
    assert [each["party"] for each in form["signatures"]] == ["UNIT", "HRSS"]
    told = await unit.province.front.data(AVAILABLE, token=unit.clerk, unit=unit.id)
    [level] = [each for each in told["availability"]["levels"] if each["level"] == "ASSOCIATE_SENIOR"]
    assert (level["exits"], level["free"]) == (2, 1)
    assert ("附件2 说明3", True) in {(line["cite"], "退出 2 人" in line["text"]) for line in level["trace"]}
    asked = {"formId": form["id"], "format": "PDF"}
    paper = await unit.province.act(unit.clerk, "requestAnnualFormPaper", "downloadUrl", **asked)
    printed = await unit.http.get(paper["downloadUrl"].removeprefix(ADDRESS))
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")


@pytest.mark.clause("A2")
async def test_a_roster_with_a_fault_is_recorded_not_at_all(unit: Unit) -> None:
    """The row that is wrong is told with its number and article; the roster cannot be applied."""
    checked = await unit.roster([*PEOPLE, ("赵六", "在岗", "特级", "", "", "")])
    assert [(each["rowNo"], each["code"]) for each in checked["refusals"]] == [(6, "VALUE_NOT_OFFERED")]
    given = {"id": checked["id"], "action": "APPLY", "version": checked["version"]}
    error = only_error(await unit.province.act(unit.clerk, "actOnStaffingImport", ROSTER, **given))
    assert (error["code"], cites(error)) == ("RULES_BROKEN", ["附件2 表"])
    filed = await unit.province.act(unit.clerk, "createAnnualForm", FORM, unitId=unit.id, year=2023)
    assert only_error(filed)["code"] == "FIGURES_MISSING"


@pytest.mark.clause("A1")
async def test_the_table_of_ratios_is_there_for_anybody(province: Province, http: httpx.AsyncClient) -> None:
    """Its address is told without signing in, and the file is the official table."""
    told = await province.front.data("{ ratioTableUrl(format: PNG, year: 2023) }")
    answer = await http.get(told["ratioTableUrl"].removeprefix(ADDRESS))
    assert (answer.status_code, answer.content[:4]) == (200, b"\x89PNG")
