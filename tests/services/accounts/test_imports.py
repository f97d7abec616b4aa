"""Checking an imported file: judged row by row like single creations, in any order, and nothing changes by it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.accounts.importing import (
    ORGANISATION,
    Importing,
    as_csv,
    department,
    employer,
    opened,
    xlsx,
)
from tests.services.accounts.world import PROVINCE, new_uscc, refused, token_at

pytestmark = pytest.mark.usefixtures("imports_at_work")

TABLES = ("organisation", "account", "activation", "role_grant", "person", "person_document", "employment")


@pytest.fixture
async def health(world):
    """The province's health authority."""
    return await world.create(
        world.root, kind="AUTHORITY", level="PROVINCE", region_code=PROVINCE, industry="HEALTH"
    )


@pytest.fixture
async def importing(world, health) -> Importing:
    """Imports from the health authority."""
    return Importing(world, health)


@pytest.fixture
def counts(session):
    """How many rows every table of what is created has."""

    async def count() -> dict[str, int]:
        async with session("accounts") as tx:
            return {each: await tx.scalar(text(f"select count(*) from {each}")) for each in TABLES}

    return count


@pytest.mark.clause("2.2.1")
@pytest.mark.clause("A3.2.0")
async def test_rows_in_any_order_become_organisations(importing, world, health):
    """Rows may come before their superiors; each stands below the one it names, by name, by code, or by leaving it out."""
    code = new_uscc()
    rows = [
        department("检验科", "下属医院"),
        employer("下属医院", code, 机构类型="下属单位（子单位）"),
        department("医务科", code),
        employer("导入医院", "", 统一社会信用代码=code),
        employer("第二医院", health["name"]),
    ]
    told = await importing.checked(rows)
    assert (told["accepted"], told["refused"], told["done"]) == (5, 0, 5), await importing.codes(told["id"])
    done = await importing.applied(told["id"])
    assert (done["state"], done["created"], done["done"], done["total"]) == ("DONE", 5, 5, 5)
    found = await world.ask("GET", "/v1/organisations?first=100", token_at(health))
    lines = {each["name"]: [step["name"] for step in each["lineage"]][2:] for each in found.json()["items"]}
    assert lines["检验科"] == ["导入医院", "下属医院", "检验科"]
    assert lines["医务科"] == ["导入医院", "医务科"]
    assert lines["第二医院"] == ["第二医院"]


async def test_a_dry_run_changes_nothing(importing, counts):
    """Checking a file of right and wrong rows leaves every table of what is created as it was."""
    before = await counts()
    told = await importing.checked([employer("甲医院", ""), employer("乙医院", "没有的机构")])
    assert (told["accepted"], told["refused"]) == (1, 1)
    assert await counts() == before
    refused(await importing.act(told["id"], "APPLY"), 422, "RULES_BROKEN")
    assert (await importing.act(told["id"], "CANCEL")).json()["record"]["state"] == "CANCELLED"
    assert await counts() == before
    assert await importing.refusals(told["id"]) == {}


async def test_every_row_is_judged_by_the_rules_of_a_creation(importing, world, health):
    """A row is refused with the code, the message and the articles with which the creation itself is refused."""
    wrong = {
        "level": employer("县级医院", "", 层级="县（市、区、行委）", 行政区划="632801"),
        "nature": employer("民营医院", "", 机构性质="民营医院"),
        "uscc": employer("无代码医院", "", 统一社会信用代码=None),
        "check": employer("错码医院", "", 统一社会信用代码="12630000000000000X"),
        "region": employer("外地医院", "", 行政区划="110000"),
    }
    told = await importing.checked(list(wrong.values()))
    assert told["refused"] == len(wrong)
    found = await importing.refusals(told["id"])
    asked = {
        "level": {"level": "COUNTY", "region_code": "632801"},
        "nature": {"nature": "PRIVATE_HOSPITAL"},
        "uscc": {"uscc": None},
        "check": {"uscc": "12630000000000000X"},
        "region": {"region_code": "110000"},
    }
    for row_no, (name, more) in enumerate(asked.items(), start=2):
        told_of = {"kind": "EMPLOYER", "level": "PROVINCE", "region_code": PROVINCE} | more
        single = (await world.try_create(health, **told_of)).json()
        [finding] = found[row_no]
        assert {key: single.get(key) for key in ("code", "message", "basis")} == {
            key: finding[key] for key in ("code", "message", "basis")
        }, name


async def test_cells_that_cannot_be_read_are_told_by_their_column(importing):
    """A term that is not offered, a missing cell, a name too long, half a manager: each names its column."""
    told = await importing.checked(
        [
            employer("甲医院", "", 机构类型="医院"),
            employer("", ""),
            employer("长" * 121, ""),
            employer("乙医院", "", 管理员登录名=None),
            employer("丙医院", "", 管理员登录名="63010419850612123X"),
        ]
    )
    found = await importing.refusals(told["id"])
    assert [(each["code"], each["field"]) for row in found.values() for each in row] == [
        ("VALUE_NOT_OFFERED", "kind"),
        ("INVALID_FIELD", "name"),
        ("INVALID_FIELD", "name"),
        ("INVALID_FIELD", "manager_login"),
        ("INVALID_FIELD", "manager_login"),
    ]
    assert "用人单位" in found[2][0]["message"]
    assert found[3][0]["message"] == "“机构名称”应填写"
    assert "63010419850612123X" not in str(found)


async def test_superiors_are_found_or_refused(importing, world, health):
    """Nobody, somebody of elsewhere, two of one name, a closed one, a refused row, a circle: each is told."""
    await world.create(world.root, kind="AUTHORITY", level="PROVINCE", region_code=PROVINCE, name="别的厅局")
    for _ in range(2):
        await world.create(health, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE, name="同名医院")
    closed = await world.create(
        health, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE, name="停用医院"
    )
    body = {"version": closed["version"], "reason": "停用停用停用"}
    answer = await world.ask(
        "POST", f"/v1/organisations/{closed['id']}/actions/CLOSE", token_at(health), body
    )
    told = await importing.checked(
        [
            department("甲科", "没有的机构"),
            department("乙科", "别的厅局"),
            department("丙科", "同名医院"),
            department("丁科", "停用医院"),
            employer("错误医院", "", 机构性质="民营医院"),
            department("戊科", "错误医院"),
            department("己科", "庚科"),
            department("庚科", "己科"),
            department("辛科", "庚科"),
        ]
    )
    codes = await importing.codes(told["id"])
    assert codes[2] == codes[3] == ["PARENT_UNKNOWN"]
    assert codes[4] == ["PARENT_AMBIGUOUS"]
    if answer.status_code == 200:
        assert codes[5] == ["ORGANISATION_NOT_IN_USE"]
    assert codes[7] == ["PARENT_REFUSED"]
    assert "PARENT_CYCLE" in codes[8]
    assert "PARENT_CYCLE" in codes[9]
    assert "PARENT_CYCLE" not in codes[10]
    assert told["accepted"] == (0 if answer.status_code == 200 else 1)


async def test_a_circle_names_its_rows(importing):
    """Employers that are each other's superiors are refused, all of the circle by number, and what hangs below them."""
    first, second = new_uscc(), new_uscc()
    sub = {"机构类型": "下属单位（子单位）"}
    told = await importing.checked(
        [
            employer("甲院", second, 统一社会信用代码=first, **sub),
            employer("乙院", first, 统一社会信用代码=second, **sub),
            employer("丙院", second, **sub),
            employer("好医院", ""),
        ]
    )
    found = await importing.refusals(told["id"])
    for row_no in (2, 3):
        [circle] = [each for each in found[row_no] if each["code"] == "PARENT_CYCLE"]
        assert "2、3" in circle["message"]
    assert {each["code"] for each in found[4]} <= {"PARENT_REFUSED", "NOT_YOURS_TO_CREATE"}
    assert told["accepted"] == 1


async def test_rows_that_repeat_each_other_are_refused_but_the_first(importing):
    """A code, a sign-in name, a department's name below one superior come once in a file."""
    code = new_uscc()
    told = await importing.checked(
        [
            employer("甲医院", "", 统一社会信用代码=code),
            employer("乙医院", "", 统一社会信用代码=code),
            employer("丙医院", "", 管理员登录名="same.login"),
            employer("丁医院", "", 管理员登录名="Same.Login"),
            department("医务科", "甲医院"),
            department("医务科", "甲医院"),
            department("医务科", "丙医院"),
        ]
    )
    assert await importing.codes(told["id"]) == {3: ["REPEATS_ROW"], 5: ["REPEATS_ROW"], 7: ["REPEATS_ROW"]}


@pytest.mark.clause("2.2.1")
async def test_the_same_file_again_finds_everything_there(importing, counts):
    """A second import of the same rows refuses each as existing, departments included, and changes nothing."""
    rows = [employer("甲医院", "", 管理员姓名=None, 管理员登录名=None)]
    rows += [department(f"科室{n}", "甲医院", 管理员姓名=None, 管理员登录名=None) for n in range(3)]
    content = xlsx(ORGANISATION, rows)
    first = await importing.checked([], content)
    assert (await importing.applied(first["id"]))["created"] == 4
    before = await counts()
    again = await importing.checked([], content)
    codes = await importing.codes(again["id"])
    assert codes == {row_no: ["ORGANISATION_EXISTS"] for row_no in range(2, 6)}
    assert await counts() == before


async def test_what_is_taken_is_refused(importing, world, health):
    """An existing code and a sign-in name in use are refused in the creation's own words."""
    there = await world.create(health, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    row = employer("甲医院", "", 统一社会信用代码=there["uscc"], 管理员登录名="province.hrss")
    told = await importing.checked([row])
    assert await importing.codes(told["id"]) == {2: ["ORGANISATION_EXISTS", "LOGIN_TAKEN"]}
    [exists, _] = (await importing.refusals(told["id"]))[2]
    assert there["name"] in exists["message"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
async def test_csv_is_taken_too(importing, encoding):
    """A CSV text in either encoding is read like a workbook."""
    content = as_csv(ORGANISATION, [employer("甲医院", ""), employer("乙医院", "")], encoding)
    told = await importing.checked([], content)
    assert (told["rows"], told["accepted"]) == (2, 2)


async def test_whoever_does_not_manage_the_organisation_sees_nothing(importing, world):
    """Another's manager, a superior, a reviewer: the import is not there for them, and they begin none."""
    told = await importing.checked([employer("甲医院", "没有")])
    hospital = await world.hospital()
    strangers = [
        token_at(world.root),
        token_at(hospital),
        token_at(importing.organisation, "REVIEWER", "RECOMMENDER", "SUPERVISOR"),
    ]
    for token in strangers:
        for method, path in (
            ("GET", ""),
            ("GET", "/refused-rows"),
            ("GET", "/report"),
            ("GET", "/activations"),
            ("POST", "/upload-link"),
            ("POST", "/actions/CANCEL"),
        ):
            body = {} if method == "POST" else None
            answer = await world.ask(method, f"/v1/imports/{told['id']}{path}", token, body)
            assert answer.status_code == 404, (path, answer.text)
        assert (await world.ask("GET", "/v1/imports", token)).json()["items"] == []
        body = {"kind": "PEOPLE", "organisation_id": importing.organisation["id"], "file_name": "x.xlsx"}
        refused(await world.ask("POST", "/v1/imports", token, body), 403, "ROLE_MISSING")
        link = {"paper": "REPORT", "import_id": told["id"]}
        assert (await world.ask("POST", "/v1/imports/links", token, link)).status_code in {403, 404}
    assert (await importing.read(told["id"]))["state"] == "CHECKED"


async def test_an_organisation_has_so_many_unfinished_imports(importing, installation):
    """One more than the policy lets is refused until another has ended."""
    limit = installation.policies.of(2023).intake.limits.unfinished
    begun = [await importing.begin() for _ in range(limit)]
    body = {"kind": "PEOPLE", "organisation_id": importing.organisation["id"], "file_name": "x.xlsx"}
    refused(await importing.world.ask("POST", "/v1/imports", importing.token, body), 429, "TOO_MANY_IMPORTS")
    await importing.act(begun[0]["record"]["id"], "CANCEL")
    await importing.begin()


async def test_the_report_holds_the_refused_rows(importing, world):
    """Each refused row with its number, what is wrong, the article and its cells; by token and by link the same."""
    told = await importing.checked([employer("甲医院", ""), employer("=1+1", "没有的机构")])
    path = f"/v1/imports/{told['id']}/report"
    answer = await world.ask("GET", path, importing.token)
    [header, row] = opened(answer.content)
    assert header[:5] == ["行号", "错误代码", "说明", "依据", "机构名称"]
    assert row[0] == "3"
    assert row[1] == "PARENT_UNKNOWN"
    assert "没有的机构" in row[2]
    assert row[3] == "附件3 二、四"
    assert row[4] == "=1+1"
    link = {"paper": "REPORT", "import_id": told["id"]}
    url = (await world.ask("POST", "/v1/imports/links", importing.token, link)).json()["record"]
    by_link = await world.http.get(url["download_url"])
    assert opened(by_link.content) == opened(answer.content)
    assert "attachment" in by_link.headers["content-disposition"]
    forged = await world.http.get(url["download_url"][:-6] + "AAAAAA")
    refused(forged, 404, "LINK_INVALID")
    refused(await world.http.put(url["download_url"], content=b"x"), 404, "LINK_INVALID")


@pytest.mark.parametrize("kind", ["ORGANISATIONS", "PEOPLE"])
async def test_the_template_is_a_file_that_can_be_filled(importing, world, installation, kind):
    """It has the policy's columns, a sample row that is not imported, and the values that cells may hold."""
    answer = await world.ask("GET", f"/v1/imports/template?kind={kind}", importing.token)
    columns = installation.policies.of(2023).intake.columns[kind]
    rows = opened(answer.content)
    assert rows[0] == [column.zh for column in columns]
    assert rows[1][0].startswith("【示例】")
    choices = opened(answer.content, sheet=1)
    at = rows[0].index("机构类型" if kind == "ORGANISATIONS" else "人员类别")
    assert ("用人单位" if kind == "ORGANISATIONS" else "事业单位在编人员") in [row[at] for row in choices]
    sent = await Importing(world, importing.organisation, kind).send(answer.content)
    refused(sent, 422, "FILE_EMPTY")
    reviewer = token_at(importing.organisation, "REVIEWER")
    refused(await world.ask("GET", f"/v1/imports/template?kind={kind}", reviewer), 403, "ROLE_MISSING")
