"""Last year's staffing of a unit from a spreadsheet: checked as the ledger would, recorded as a whole or not at all."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from services.neighbours.client import Neighbour
from services.quota.staffing_import.schemas import SHOWN
from tests.platform.crowds import Slow
from tests.services.quota.bodies import YEAR
from tests.services.quota.people import Unit, ask, assert_refused

IMPORTS = "/v1/staffing-imports"
HEADER = (
    "姓名",
    "证件号码末四位",
    "状况",
    "级别",
    "任职资格",
    "岗位等级",
    "聘任时间",
    "以考代评",
    "是否占岗",
    "认定理由",
    "证明材料",
)
LINE = (
    ("HRSS", "PROVINCE", None),
    ("AUTHORITY", "PROVINCE", None),
    ("EMPLOYER", "PROVINCE", "PUBLIC_INSTITUTION"),
)
ROSTER = [
    {
        "姓名": "李青山",
        "状况": "在岗",
        "级别": "中级",
        "任职资格": "主治医师",
        "岗位等级": "专业技术八级",
        "聘任时间": "2018-09-01",
    },
    {"姓名": "李青山", "状况": "已取得资格未聘", "级别": "副高级", "任职资格": "副主任医师"},
    {"姓名": "王草原", "状况": "在岗", "级别": "副高级", "聘任时间": "2015/3/1"},
]
IDLE = """select query from pg_stat_activity
where state = 'idle in transaction' and datname = current_database() and query like '%staffing_import%'"""
PLANS = [
    {"level": "ASSOCIATE_SENIOR", "posts": 2, "document": "青人社岗〔2022〕1号"},
    {"level": "MIDDLE", "posts": 5, "document": "青人社岗〔2022〕1号"},
]


def xlsx(rows: list[dict[str, Any]], header: tuple[str, ...] = HEADER) -> bytes:
    """A workbook of these rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, header)
        for at, row in enumerate(rows, start=1):
            sheet.write_row(at, 0, [row.get(title, "") for title in header])
    return stream.getvalue()


@pytest.fixture
def clinic(directory) -> Unit:
    """A hospital that accounts knows."""
    return directory.unit(*LINE, name="青海省江源医院")


class Importing:
    """Imports as the unit's recommender makes them."""

    def __init__(self, http: Any, unit: Unit) -> None:
        self.http, self.unit = http, unit

    async def begin(self, **bent: Any) -> Any:
        """Begin one."""
        body = {
            "unit_id": self.unit.id,
            "on": f"{YEAR - 1}-12-31",
            "file_name": "名册.xlsx",
            "plans": PLANS,
            **bent,
        }
        return await ask(self.http, "POST", IMPORTS, self.unit.recommender, body)

    async def send(self, content: bytes, **bent: Any) -> dict[str, Any]:
        """Begin one and send its file."""
        begun = (await self.begin(**bent)).json()["record"]
        answer = await self.http.put(begun["upload_url"], content=content)
        assert answer.status_code == 200, answer.text
        return answer.json()["record"]

    async def act(self, row: dict[str, Any], action: str, token: str | None = None) -> Any:
        """Take a step."""
        path = f"{IMPORTS}/{row['id']}/actions/{action}"
        return await ask(self.http, "POST", path, token or self.unit.recommender, {"version": row["version"]})

    async def balances(self) -> dict[str, dict[str, Any]]:
        """The unit's balances, by level."""
        path = f"/v1/staffing/balances?unit_id={self.unit.id}&year={YEAR}"
        told = (await ask(self.http, "GET", path, self.unit.recommender)).json()
        return {each["level"]: each for each in told["levels"]}


@pytest.fixture
def importing(acquainted, clinic) -> Importing:
    """Imports of the clinic."""
    return Importing(acquainted, clinic)


@pytest.mark.clause("A2")
async def test_a_roster_becomes_the_ledger(importing, directory, clinic):
    """Checked without a trace, then recorded: posts, people in post, people who wait; by account where one is known."""
    person = directory.person(clinic, "李青山")
    received = await importing.send(xlsx(ROSTER))
    assert (received["state"], received["rows"]) == ("RECEIVED", 3)
    checked = (await importing.act(received, "CHECK")).json()["record"]
    assert (checked["state"], checked["refusals"], checked["unmatched"]) == ("CHECKED", [], 1)
    assert (
        await ask(importing.http, "GET", f"/v1/staffing/movements?unit_id={clinic.id}", clinic.recommender)
    ).json()["items"] == []
    done = (await importing.act(checked, "APPLY")).json()
    assert (done["record"]["state"], done["record"]["recorded"]) == ("DONE", 2)
    assert [each["cite"] for each in done["basis"]] == ["附件2 表"]
    levels = await importing.balances()
    associate = levels["ASSOCIATE_SENIOR"]
    assert (associate["approved"], associate["employed"], associate["qualified_not_employed"]) == (2, 1, 1)
    assert (levels["MIDDLE"]["approved"], levels["MIDDLE"]["employed"]) == (5, 1)
    path = f"/v1/staffing/posts?unit_id={clinic.id}"
    posts = (await ask(importing.http, "GET", path, clinic.recommender)).json()["items"]
    assert person in str(posts)


async def test_every_row_that_is_wrong_is_told_and_nothing_is_recorded(importing, clinic):
    """Terms that do not exist, missing cells, a person twice in post: each by its row; the roster is not recorded."""
    rows = [
        ROSTER[0],
        {"姓名": "张三", "状况": "在岗", "级别": "特级"},
        {"姓名": "", "状况": "在岗", "级别": "中级", "任职资格": "主治医师"},
        {"姓名": "李青山", "状况": "在岗", "级别": "初级"},
        {"姓名": "赵六", "状况": "已取得资格未聘", "级别": "中级", "以考代评": "是", "是否占岗": "是"},
    ]
    checked = (await importing.act(await importing.send(xlsx(rows)), "CHECK")).json()["record"]
    found = {each["row_no"]: each["code"] for each in checked["refusals"]}
    assert found.keys() == {3, 4, 5, 6}
    assert (found[3], found[5]) == ("VALUE_NOT_OFFERED", "ROW_TWICE")
    refused = await importing.act(checked, "APPLY")
    assert_refused(refused, 422, "RULES_BROKEN", field="refused", cites={"附件2 表"})
    path = f"/v1/staffing/movements?unit_id={clinic.id}"
    assert (await ask(importing.http, "GET", path, clinic.recommender)).json()["items"] == []


async def test_lists_tell_how_many_rows_were_refused_and_the_import_which(importing, clinic):
    """Of a roster that is wrong throughout a list tells a count, the import the first rows, the report all of them."""
    rows = [{"姓名": f"人员{place}", "状况": "在岗", "级别": "特级"} for place in range(SHOWN + 20)]
    checked = (await importing.act(await importing.send(xlsx(rows)), "CHECK")).json()["record"]
    whole = (await ask(importing.http, "GET", f"{IMPORTS}/{checked['id']}", clinic.recommender)).json()
    assert whole["refusals"] == checked["refusals"]
    assert {each["row_no"] for each in whole["refusals"]} == set(range(2, SHOWN + 2))
    [listed] = (await ask(importing.http, "GET", IMPORTS, clinic.recommender)).json()["items"]
    assert listed == {name: value for name, value in whole.items() if name != "refusals"}
    assert listed["refused"] == SHOWN + 20
    link = await ask(importing.http, "POST", f"{IMPORTS}/{checked['id']}/report", clinic.recommender)
    content = (await importing.http.get(link.json()["record"]["path"])).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(sheet) == 1 + SHOWN + 20


async def test_while_a_file_is_on_its_way_nothing_is_held(importing, session):
    """A sender who stops half-way keeps no connection and no lock: meanwhile the import is cancelled, and the file refused."""
    begun = (await importing.begin()).json()["record"]
    content, held = xlsx(ROSTER), []

    async def halting():
        yield content[:100]
        async with session("quota") as tx:
            held.extend(await tx.scalars(text(IDLE)))
        assert held == []
        held.append((await importing.act(begun["record"], "CANCEL")).status_code)
        yield content[100:]

    answer = await importing.http.put(begun["upload_url"], content=halting())
    assert held == [200]
    assert (answer.status_code, answer.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")


async def test_the_refused_rows_can_be_fetched_as_a_workbook(importing, clinic):
    """Number, reason, article and cells of each; by a link, and by no other's."""
    rows = [{"姓名": "张三", "状况": "在岗", "级别": "特级"}]
    checked = (await importing.act(await importing.send(xlsx(rows)), "CHECK")).json()["record"]
    link = await ask(importing.http, "POST", f"{IMPORTS}/{checked['id']}/report", clinic.recommender)
    path = link.json()["record"]["path"]
    answer = await importing.http.get(path)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert str(sheet[1][0]) in {"2", "2.0"}
    assert (sheet[1][1], sheet[1][4]) == ("VALUE_NOT_OFFERED", "张三")
    assert (await importing.http.put(path, content=xlsx(ROSTER))).json()["code"] == "LINK_INVALID"


async def test_namesakes_are_told_apart_by_their_document(importing, directory, clinic):
    """Two people of one name: the last four of the document tell which; without them the name alone is recorded."""
    directory.person(clinic, "李青山", "0019")
    second = directory.person(clinic, "李青山", "123X")
    rows = [{**ROSTER[0], "证件号码末四位": "123x"}]
    checked = (await importing.act(await importing.send(xlsx(rows)), "CHECK")).json()["record"]
    assert checked["unmatched"] == 0
    await importing.act(checked, "APPLY")
    path = f"/v1/staffing/posts?unit_id={clinic.id}"
    assert second in str((await ask(importing.http, "GET", path, clinic.recommender)).json())


async def test_people_of_many_pages_are_matched(importing, directory, clinic):
    """However many people the unit has, all are looked at."""
    directory.page = 2
    for place in range(5):
        directory.person(clinic, f"人员{place}")
    rows = [{"姓名": f"人员{place}", "状况": "在岗", "级别": "中级"} for place in range(5)]
    checked = (await importing.act(await importing.send(xlsx(rows)), "CHECK")).json()["record"]
    assert (checked["rows"], checked["unmatched"]) == (5, 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (b"%PDF-1.7\0", "FILE_TYPE_NOT_TAKEN"),
        (xlsx([]), "FILE_EMPTY"),
        (xlsx(ROSTER, ("姓名", "级别")), "COLUMN_MISSING"),
        (xlsx(ROSTER, (*HEADER, "工资")), "COLUMN_UNKNOWN"),
        (xlsx(ROSTER, (*HEADER, "姓名")), "COLUMN_REPEATED"),
        (b"x" * 4_194_305, "FILE_TOO_LARGE"),
    ],
)
async def test_files_that_are_no_rosters_are_refused(importing, content, code):
    """Another file may be sent by the same link; nothing of the refused one is kept."""
    begun = (await importing.begin()).json()["record"]
    answer = await importing.http.put(begun["upload_url"], content=content)
    assert (answer.status_code // 100, answer.json()["code"]) == (4, code)
    again = await importing.http.put(begun["upload_url"], content=xlsx(ROSTER))
    assert (again.status_code, again.json()["record"]["rows"]) == (200, 3)


async def test_one_at_a_time(importing, clinic):
    """Of many that a unit begins at once one is begun; given up, another may follow; its roster is forgotten."""
    answers = await asyncio.gather(*(importing.begin() for _ in range(16)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 15}
    [begun] = [answer.json()["record"] for answer in answers if answer.status_code == 201]
    cancelled = (await importing.act(begun["record"], "CANCEL")).json()["record"]
    assert cancelled["state"] == "CANCELLED"
    assert (await importing.begin()).status_code == 201
    late = await importing.http.put(begun["upload_url"], content=xlsx(ROSTER))
    assert (late.status_code, late.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")


async def test_applied_many_times_at_once_it_is_recorded_once(importing):
    """Impatient clerks record one roster once."""
    checked = (await importing.act(await importing.send(xlsx(ROSTER)), "CHECK")).json()["record"]
    answers = await asyncio.gather(*(importing.act(checked, "APPLY") for _ in range(16)))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 15}
    assert (await importing.balances())["MIDDLE"]["employed"] == 1


@pytest.mark.parametrize("action", ["CHECK", "APPLY"])
async def test_nobody_waits_for_the_row_while_accounts_is_asked(importing, monkeypatch, action):
    """Its people come slowly: the import is given up meanwhile, and the step finds that it was."""
    ready = (await importing.act(await importing.send(xlsx(ROSTER)), "CHECK")).json()["record"]
    slow, asking = Slow(), Neighbour.get

    async def hanging(accounts: Neighbour, path: str, **asked: Any) -> Any:
        if path == "/v1/people":
            await slow.wait()
        return await asking(accounts, path, **asked)

    monkeypatch.setattr(Neighbour, "get", hanging)
    step = asyncio.ensure_future(importing.act(ready, action))
    while not slow.begun.is_set():
        await asyncio.sleep(0.01)
    try:
        cancelled = await asyncio.wait_for(importing.act(ready, "CANCEL"), 5)
    finally:
        slow.ends.set()
    assert cancelled.json()["record"]["state"] == "CANCELLED"
    late = await step
    assert (late.status_code, late.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")


@pytest.mark.parametrize("action", ["CHECK", "APPLY", "CANCEL"])
async def test_nobody_but_the_unit_touches_its_roster(importing, clinic, school, action):
    """Those above, other roles of the unit and other units find no import, and cannot begin one for it."""
    received = await importing.send(xlsx(ROSTER))
    others = (
        clinic.authority,
        clinic.hrss,
        clinic.at(2, "REVIEWER", "ORGANISATION_MANAGER"),
        school.recommender,
    )
    for token in others:
        answer = await importing.act(received, action, token)
        assert (answer.status_code, answer.json()["code"]) == (404, "STAFFING_IMPORT_NOT_FOUND")
        assert (await ask(importing.http, "GET", f"{IMPORTS}/{received['id']}", token)).status_code == 404
        assert (await ask(importing.http, "GET", IMPORTS, token)).json()["items"] == []
        body = {"unit_id": clinic.id, "on": f"{YEAR - 1}-12-31", "file_name": "名册.xlsx"}
        assert (await ask(importing.http, "POST", IMPORTS, token, body)).json()["code"] == "ROLE_MISSING"


async def test_the_template_is_taken_as_it_is(acquainted, importing):
    """Its header fits, its sample row is no row: filled in with nothing it is an empty roster."""
    template = await acquainted.get(f"{IMPORTS}/template")
    begun = (await importing.begin()).json()["record"]
    assert (await acquainted.put(begun["upload_url"], content=template.content)).json()[
        "code"
    ] == "FILE_EMPTY"
