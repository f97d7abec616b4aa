"""Historic certificates from a spreadsheet: looked into row by row, imported as a whole or not at all (一（三）3)."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from uuid import uuid4

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text as sql

from services.kit.auth import Principal
from services.workflow.historic import records, store
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.workflow.historic.registry import (
    IMPORTS,
    ROW,
    WRONG,
    many,
    row,
    text,
    workbook,
)

RESIDENT_ID = "630102198001011234"
COUNTY = "江源县人事局"
COUNTS = "select count(*) from certificate"


def county(registry):
    """An office below, by a name that it had."""
    line = [str(each) for each in (registry.province.id, registry.office.id, uuid4())]
    return {"called": COUNTY, "id": line[-1], "name": "江源县人力资源和社会保障局", "lineage_ids": line}


@pytest.mark.clause("1.3.3")
async def test_a_file_becomes_certificates_that_anyone_can_verify(registry):
    """From the template's columns to verification by number and name, with the holder's account where there is one."""
    person = {"person_id": str(uuid4()), "account_id": str(uuid4()), "name": "多杰·才让"}
    registry.directory.people[RESIDENT_ID] = person
    registry.directory.called.append(county(registry))
    rows = [
        row(),
        row(
            姓名="多杰•才让",
            身份证号码=RESIDENT_ID,
            发证机关=COUNTY,
            级别="副高",
            取得方式="以考代评",
            证书编号="0007",
            使用范围="限基层",
        ),
    ]
    sent = await registry.sent(workbook(rows))
    record = await registry.worked(sent["id"], "CHECKED")
    assert (record["refused"], record["unlinked"], record["done"]) == (0, 1, 2)
    assert record["available_actions"] == ["APPLY", "CANCEL"]
    assert (await registry.act(record, "APPLY")).json()["record"]["state"] == "APPLYING"
    assert not (await registry.verify(ROW["证书编号"], ROW["姓名"]))["valid"]
    done = await registry.worked(record["id"], "DONE")
    assert (done["imported"], done["available_actions"]) == (2, ["TAKE_BACK"])
    told = await registry.verify("青职证(2008)第 ００１２ 号", "李 青山")
    assert told["valid"], told
    face = told["certificate"]
    assert (face["origin"], face["series"], face["level"], face["way"]) == (
        "IMPORTED",
        "HEALTH",
        "MIDDLE",
        "REVIEW",
    )
    assert (face["obtained_on"], face["issued_on"]) == ("2008-12-01", "2008-12-01")
    assert (face["issuer_name"], face["document_number"]) == (
        "西宁市人力资源和社会保障局",
        "西职改字[2008]12号",
    )
    await found_by_holder_and_import(registry, person, done)


async def found_by_holder_and_import(registry, person, done):
    """The other certificate of the file, by its number and name, by its holder, and by its import."""
    other = (await registry.verify("0007", "多杰·才让"))["certificate"]
    assert (other["issuer_name"], other["way"], other["level"]) == (COUNTY, "EXAMINATION", "ASSOCIATE_SENIOR")
    assert [each["code"] for each in other["limits"]] == ["GRASS_ROOTS"]
    assert not (await registry.verify("0007", "李青山"))["valid"]
    holder = mint(sub=person["account_id"])
    [mine] = (await registry.ask("GET", "/v1/certificates", token=holder)).json()["items"]
    assert (mine["person_id"], mine["masked_resident_id"]) == (person["person_id"], "630***********1234")
    listed = await registry.ask("GET", f"/v1/certificates?import_id={done['id']}&origin=IMPORTED")
    assert listed.json()["total"] == 2


def refused_rows():
    """One row for each thing that can be wrong, by the column and code that tell it."""
    return {
        ("级别", "VALUE_NOT_OFFERED"): row(级别="特级"),
        ("系列", "VALUE_NOT_OFFERED"): row(系列="炼丹"),
        ("取得时间", "INVALID_FIELD"): row(取得时间="去年"),
        ("取得时间", "DAY_IMPOSSIBLE"): row(取得时间="2031-01-01"),
        ("发证时间", "DAY_IMPOSSIBLE"): row(发证时间="2007-01-01"),
        ("证书编号", "INVALID_FIELD"): row(证书编号="——"),
        ("证书编号", "NUMBER_OF_THE_PLATFORM"): row(证书编号="63202303200001X"),
        ("姓名", "INVALID_FIELD"): row(姓名="ﷺ" * 60),
        ("身份证号码", "RESIDENT_ID_WRONG"): row(身份证号码=WRONG),
        ("姓名", "HOLDER_NAME_DIFFERS"): row(身份证号码=RESIDENT_ID, 证书编号="A-1"),
        ("发证机关", "ISSUER_NOT_YOURS"): row(发证机关="果洛州人事局"),
        ("发证机关", "ISSUER_AMBIGUOUS"): row(发证机关=COUNTY),
    }


@pytest.mark.clause("1.3.3")
async def test_every_refused_row_is_told_with_its_column(registry, database):
    """A file with something wrong in each row: told row by row, in both languages, as JSON and as a workbook; none goes in."""
    registry.directory.people[RESIDENT_ID] = {
        "person_id": str(uuid4()),
        "account_id": str(uuid4()),
        "name": "王草原",
    }
    registry.directory.called += [county(registry), county(registry)]
    wrong = refused_rows()
    rows = [
        row(姓名="好人", 证书编号="好-1"),
        *(
            each | {"证书编号": f"X{at}"} if each["证书编号"] == ROW["证书编号"] else each
            for at, each in enumerate(wrong.values())
        ),
    ]
    record = await registry.checked(rows)
    assert record["refused"] == len(wrong)
    assert await registry.refusals(record) == [(at, *told) for at, told in enumerate(wrong, start=3)]
    refused = await registry.act(record, "APPLY")
    assert [each["code"] for each in refused.json()["findings"]] == ["NO_ROW_REFUSED"]
    assert (await registry.worked(record["id"], "CHECKED"))["version"] == record["version"]
    page = (await registry.ask("GET", f"{IMPORTS}/{record['id']}/refusals?first=2&after_row=3")).json()
    assert ([each["row_no"] for each in page["items"]], page["next_row"]) == ([4, 5], 5)
    assert all(
        each["zh"] and each["en"] and each["basis"][0]["cite"] == "一（三）3" for each in page["items"]
    )
    link = (await registry.ask("POST", f"{IMPORTS}/{record['id']}/report")).json()["record"]["path"]
    fetched = await registry.http.get(link)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(fetched.content)).get_sheet_by_index(0).to_python()
    assert [line[1] for line in sheet[1:]] == [code for _, code in wrong]
    assert RESIDENT_ID not in str(sheet)


async def test_what_repeats_and_what_is_on_record_is_found(registry):
    """Within the file and against what is here: the same number for the same person, or by the same issuer."""
    await registry.applied([row(), row(姓名="王草原", 证书编号="0002")])
    registry.directory.called.append(county(registry))
    rows = [
        row(证书编号="青职证(2008)第0012号"),
        row(姓名="别人", 证书编号="0002"),
        row(姓名="另一人", 证书编号="0002", 发证机关=COUNTY),
        row(姓名="甲", 证书编号="9"),
        row(姓名="甲", 证书编号="9", 发证机关=COUNTY),
        row(姓名="乙", 证书编号="9"),
    ]
    record = await registry.checked(rows)
    assert await registry.refusals(record) == [
        (2, "证书编号", "CERTIFICATE_ON_RECORD"),
        (3, "证书编号", "CERTIFICATE_ON_RECORD"),
        (6, "证书编号", "ROW_REPEATED"),
        (7, "证书编号", "ROW_REPEATED"),
    ]


@pytest.mark.clause("1.3.3")
async def test_only_the_person_in_charge_imports(registry, session):
    """Asked of accounts when an import begins, and again when it is applied; whoever else manages may only give it up."""
    other, others = (
        registry.manager(uuid4()),
        mint([seat("TITLE_OFFICER", registry.province, registry.office)]),
    )
    assert (await registry.begin(token=other)).json()["code"] == "NOT_IN_CHARGE"
    assert (await registry.begin(token=others)).json()["code"] == "ROLE_MISSING"
    above = mint([seat("ORGANISATION_MANAGER", registry.province)], sub=registry.account_id)
    assert (await registry.begin(token=above)).json()["code"] == "ROLE_MISSING"
    registry.directory.in_charge = None
    assert (await registry.begin()).json()["code"] == "NOT_IN_CHARGE"
    registry.directory.in_charge = registry.account_id
    record = await registry.checked([row()])
    registry.directory.in_charge = uuid4()
    refused = await registry.act(record, "APPLY")
    assert [each["code"] for each in refused.json()["findings"]] == ["PERSON_IN_CHARGE_IMPORTS"]
    registry.directory.away = True
    assert (await registry.act(record, "APPLY")).status_code == 503
    assert (await registry.act(record, "APPLY", token=above)).json()["code"] == "HISTORIC_IMPORT_NOT_FOUND"
    assert (await registry.act(record, "CANCEL", token=other)).json()["record"]["state"] == "CANCELLED"
    async with session("workflow") as tx:
        assert await tx.scalar(sql("select count(*) from historic_import_row")) == 0
        assert await tx.scalar(sql(COUNTS)) == 0


async def test_one_who_acts_for_the_person_in_charge_does_not_import(registry):
    """A delegate of the person in charge is another person."""
    held = seat("ORGANISATION_MANAGER", registry.province, registry.office)
    principal = Principal(id=registry.account_id, name="专人")
    delegate = mint([held.model_copy(update={"on_behalf_of": principal})], sub=registry.account_id)
    assert (await registry.begin(token=delegate)).json()["code"] == "NOT_IN_CHARGE"


async def test_what_breaks_off_leaves_nothing_and_is_done_once(registry, session, monkeypatch):
    """The process dies with every certificate written: none is there. Then many try at once, and each is there once."""
    record = await registry.checked(many(1200))
    answers = await asyncio.gather(*(registry.act(record, "APPLY") for _ in range(64)))
    assert Counter(each.status_code for each in answers) == {200: 1, 409: 63}

    async def dies(*_):
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(store, "forget", dies)
        await registry.app.state.historic.once()
    async with session("workflow") as tx:
        assert await tx.scalar(sql(COUNTS)) == 0
    await asyncio.gather(*(registry.app.state.historic.all() for _ in range(64)))
    done = await registry.worked(record["id"], "DONE")
    async with session("workflow") as tx:
        assert await tx.scalar(sql(COUNTS)) == done["imported"] == 1200
        moved = "select count(*) from outbox where type like '%historic_import%' and data->>'after' = 'DONE'"
        assert await tx.scalar(sql(moved)) == 1


async def test_what_came_on_record_meanwhile_sends_the_file_back(registry, known):
    """Two organisations import the same certificate: whoever is second is told which row, and none of its rows went in."""
    record = await registry.checked([row(), row(姓名="王草原", 证书编号="0002")])
    below = node("HRSS", "COUNTY")
    held = [seat("ORGANISATION_MANAGER", registry.province, registry.office, below)]
    second = type(registry)(registry.http, registry.app, known, registry.account_id)
    second.office, second.token = below, mint(held, sub=registry.account_id)
    await second.applied([row()])
    assert (await registry.act(record, "APPLY")).is_success
    back = await registry.worked(record["id"], "CHECKED")
    assert back["refused"] == 1
    assert await registry.refusals(back) == [(2, "证书编号", "CERTIFICATE_ON_RECORD")]
    assert not (await registry.verify("0002", "王草原"))["valid"]


async def test_ten_thousand_rows(registry, session):
    """Looked into some hundreds at a time, people asked for together, imported in one statement; no number is kept."""
    rows = many(10_000)
    for each in rows[:3000]:
        each["身份证号码"] = f"63010219800101{int(each['姓名'][3:]):04}"
    done = await registry.applied(rows)
    assert (done["imported"], done["unlinked"]) == (10_000, 10_000)
    assert (max(registry.directory.asked), len(registry.directory.asked)) == (500, 6)
    async with session("workflow") as tx:
        kept = "select count(*) from certificate where to_jsonb(certificate)::text ~ '63010219800101'"
        assert await tx.scalar(sql(kept)) == 0
        await tx.execute(sql("analyze certificate"))
        found = "explain select * from certificate where number_key = '青职证2008第000001号' and holder_key = '持证人1'"
        plan = "\n".join((await tx.execute(sql(found))).scalars())
        assert "ix_certificate_keys" in plan


async def test_files_that_are_not_taken(registry):
    """Another file than was announced, none, no spreadsheet, a forged link, a second import: each a refusal."""
    content = text([row()])
    begun = (await registry.begin(content)).json()["record"]
    assert (await registry.begin(content)).json()["code"] == "HISTORIC_IMPORT_OPEN"
    assert (await registry.begin(content, sha256="no digest")).status_code == 422
    url = begun["upload_url"]
    told = [
        (await registry.http.put(url, content=content + b"x")).json()["code"],
        (await registry.http.put(url, content=b"")).json()["code"],
        (await registry.http.put(f"{url}x", content=content)).json()["code"],
        (await registry.http.get(url)).json()["code"],
    ]
    assert told == ["CHECKSUM_DIFFERS", "FILE_EMPTY", "LINK_INVALID", "LINK_INVALID"]
    assert (await registry.http.put(url, content=content)).is_success
    assert (await registry.http.put(url, content=content)).json()["code"] == "ACTION_NOT_AVAILABLE"
    record = await registry.worked(begun["record"]["id"], "CHECKED")
    assert (await registry.act(record, "RECEIVE")).status_code == 422
    assert (await registry.act(record, "FINISH")).status_code == 422
    assert (await registry.act(record | {"version": 1}, "APPLY")).json()["code"] == "STALE_VERSION"
    stranger = bearer(mint([seat("ORGANISATION_MANAGER", registry.province, node("HRSS", "PREFECTURE"))]))
    for path in ("", f"/{record['id']}", f"/{record['id']}/refusals"):
        answer = await registry.http.get(f"{IMPORTS}{path}", headers=stranger)
        assert answer.json().get("items") == [] or answer.json()["code"] == "HISTORIC_IMPORT_NOT_FOUND"


async def test_what_waits_for_accounts_goes_on(registry):
    """While accounts does not answer a file waits, however often it is tried; then it goes on."""
    sent = await registry.sent(text([row(身份证号码=RESIDENT_ID)]))
    registry.directory.away = True
    for _ in range(7):
        await registry.worked(sent["id"], "CHECKING")
    registry.directory.away = False
    assert (await registry.worked(sent["id"], "CHECKED"))["refused"] == 0


async def test_a_fault_that_stays_ends_the_import(registry, session, monkeypatch):
    """It is tried some times, then the import has failed and says so; nothing of it is there, nor its rows."""
    record = await registry.checked([row()])
    assert (await registry.act(record, "APPLY")).is_success

    async def fails(*_):
        raise RuntimeError("a fault")

    monkeypatch.setattr(records, "write", fails)
    failed = await registry.worked(record["id"], "FAILED")
    assert (failed["imported"], failed["available_actions"]) == (0, [])
    async with session("workflow") as tx:
        assert await tx.scalar(sql(COUNTS)) == 0
        assert await tx.scalar(sql("select count(*) from historic_import_row")) == 0
