"""Every state, action and role of an import; and one that is taken back: void, and free to be imported anew (一（三）3)."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text as sql

from services.accounts.contract import PersonStanding
from services.workflow.certificate.held import with_ours
from services.workflow.historic import taking_back
from services.workflow.historic.states import Asked, ImportState
from services.workflow.historic.steps import STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.historic.registry import ROW, many, row
from tests.services.workflow.neighbours import standing

RESIDENT_ID = "630102198001011234"
DOCUMENT = {"document_number": "西人社函〔2023〕7号", "reason": "系统外数据有误"}
VOID = "select count(*) from certificate_change where standing = 'VOID'"
TOLD = """select count(*), count(data->>'issuer_id') from outbox
  where type = 'titles.workflow.certificate.changed.v1'"""
STATE = """update historic_import set state = :state, refused = 0, imported = rows, version = 1,
  document_number = '文', reason = '因', decided_by = account_id, decided_by_name = '人' where id = :id"""


def callers(registry):
    """Who tries, and whether such a caller may apply, give up and take back."""
    office, province = registry.office, registry.province
    manager, here = "ORGANISATION_MANAGER", [seat("TITLE_OFFICER", province, office)]
    return {
        registry.token: set(Asked),
        registry.manager(uuid4()): {Asked.CANCEL},
        mint([seat(manager, province)], sub=registry.account_id): set(),
        mint(here, sub=registry.account_id): set(),
        mint(): set(),
    }


async def test_every_state_action_and_caller(registry, session):
    """Who may do what in which state, by HTTP; and a refusal changes nothing."""
    record = await registry.checked([row()])
    possible = {(state, Asked(action)) for state, action in STEPS if action in set(Asked)}
    for state, action, (token, may) in product(ImportState, Asked, callers(registry).items()):
        async with session("workflow") as tx:
            await tx.execute(sql(STATE), {"state": state, "id": UUID(record["id"])})
        told = await registry.act({**record, "version": 1}, action, token, **DOCUMENT)
        assert told.is_success == ((state, action) in possible and action in may), (state, action, told.text)
        async with session("workflow") as tx:
            now = (await tx.execute(sql("select state, version from historic_import"))).one()
        assert (tuple(now) == (state, 1)) != told.is_success


@pytest.mark.clause("1.3.3")
async def test_an_import_is_taken_back_by_a_document(registry, session):
    """All of its certificates become void, each once however many work on it; then they can be imported anew, rightly."""
    done = await registry.applied([*many(150), row(级别="副高")])
    for bent, code in (
        ({"reason": "有误"}, "DOCUMENT_NUMBER_INVALID"),
        ({**DOCUMENT, "document_number": "7"}, "DOCUMENT_NUMBER_INVALID"),
        ({**DOCUMENT, "reason": None}, "RULES_BROKEN"),
    ):
        assert (await registry.act(done, "TAKE_BACK", **bent)).json()["code"] == code
    answers = await asyncio.gather(*(registry.act(done, "TAKE_BACK", **DOCUMENT) for _ in range(8)))
    assert Counter(each.status_code for each in answers) == {200: 1, 409: 7}
    await asyncio.gather(*(registry.app.state.historic.all() for _ in range(8)))
    back = await registry.worked(done["id"], "TAKEN_BACK")
    assert (back["document_number"], back["reason"], back["available_actions"]) == (*DOCUMENT.values(), [])
    assert not (await registry.verify(ROW["证书编号"], ROW["姓名"]))["valid"]
    async with session("workflow") as tx:
        assert await tx.scalar(sql(VOID)) == done["imported"]
        told = (await tx.execute(sql(TOLD))).one()
        assert tuple(told) == (done["imported"], 0)
    await registry.applied([row()])
    told = await registry.verify(ROW["证书编号"], ROW["姓名"])
    assert (told["valid"], told["certificate"]["level"]) == (True, "MIDDLE")


async def test_a_fault_leaves_the_rest_to_be_taken_back_again(registry, session, monkeypatch):
    """It stands as imported again, and can be taken back once more: what is void already stays as it is."""
    done = await registry.applied(many(120))
    assert (await registry.act(done, "TAKE_BACK", **DOCUMENT)).is_success
    void_some, some = taking_back.void_some, []

    async def breaks(act, imported, after):
        if some:
            raise RuntimeError("a fault")
        some.extend(await void_some(act, imported, after))
        return some

    with monkeypatch.context() as broken:
        broken.setattr(taking_back, "void_some", breaks)
        again = await registry.worked(done["id"], "DONE")
    async with session("workflow") as tx:
        assert await tx.scalar(sql(VOID)) == len(some) == taking_back.AT_ONCE
        assert await tx.scalar(sql("select cursor from historic_import_work")) == some[-1]
    assert (await registry.act(again, "TAKE_BACK", **DOCUMENT)).is_success
    await registry.worked(done["id"], "TAKEN_BACK")
    async with session("workflow") as tx:
        assert await tx.scalar(sql(VOID)) == 120


async def test_what_nobody_goes_on_with_is_ended(registry, session):
    """After the days that the policy says a file is forgotten, and its import has failed; a younger one waits on."""
    record = await registry.checked([row()])
    await registry.worked(record["id"], "CHECKED")
    async with session("workflow") as tx:
        await tx.execute(sql("update historic_import set created_at = created_at - interval '31 days'"))
    await registry.worked(record["id"], "FAILED")
    async with session("workflow") as tx:
        assert await tx.scalar(sql("select count(*) from historic_import_row")) == 0


@pytest.mark.parametrize(("kind", "confirmed"), [("HRSS", True), ("AUTHORITY", False), ("EMPLOYER", False)])
async def test_only_an_hrss_vouches_for_what_it_imports(registry, session, kind, confirmed):
    """What a unit says that it once gave its own staff is a title on record like any other: nobody has confirmed it."""
    registry.directory.kind = kind
    person = uuid4()
    known = {"person_id": str(person), "account_id": str(uuid4()), "name": "王草原"}
    registry.directory.people[RESIDENT_ID] = known
    await registry.applied([row(姓名="王草原", 身份证号码=RESIDENT_ID, 级别="正高")])
    async with session("workflow") as tx:
        asked = PersonStanding.model_validate(standing(person, "2023-11-01"))
        [told] = await with_ours(tx, [asked])
    [title] = told.titles
    assert (title.certificate_number, title.confirmed) == (ROW["证书编号"], confirmed)


CORRECTIONS = "/v1/certificate-corrections"


async def corrected(registry, body, officer) -> str:
    """The certificate that is there instead, once another officer has approved of the correction."""
    answer = await registry.ask("POST", CORRECTIONS, body, officer)
    assert answer.status_code == 201, answer.text
    other = mint([seat("TITLE_OFFICER", registry.province, registry.office)], sub=uuid4())
    step = f"{CORRECTIONS}/{answer.json()['record']['id']}/actions/APPROVE"
    document = {"document_number": DOCUMENT["document_number"]}
    return (await registry.ask("POST", step, document, other)).json()["record"]["replacement_id"]


@pytest.mark.clause("1.3.3")
async def test_one_wrong_row_is_corrected_or_declared_void_and_imported_anew(registry):
    """By request and approval of another: number, name, level and day of the paper; void, it is imported anew with its holder."""
    done = await registry.applied([row(), row(姓名="王草原", 证书编号="0002", 级别="副高")])
    assert done["unlinked"] == 2
    officer = mint([seat("TITLE_OFFICER", registry.province, registry.office)])
    listed = await registry.ask("GET", f"/v1/certificates?import_id={done['id']}", token=officer)
    [wrong] = [each["id"] for each in listed.json()["items"] if each["number"] == "0002"]
    asked = {"certificate_id": wrong, "reason": "误", "evidence": "证"}
    for field, value, code in (
        ("LEVEL", "特级", "VALUE_UNFIT"),
        ("OBTAINED_ON", "2008-13-01", "VALUE_UNFIT"),
        ("OBTAINED_ON", "2999-01-01", "VALUE_UNFIT"),
        ("NUMBER", "〔〕", "VALUE_UNFIT"),
        ("NUMBER", ROW["证书编号"], "NUMBER_TAKEN"),
    ):
        refused = await registry.ask("POST", CORRECTIONS, asked | {"field": field, "value": value}, officer)
        assert refused.json()["code"] == code, refused.text
    for field, value in (("NUMBER", "0003"), ("LEVEL", "MIDDLE"), ("OBTAINED_ON", "2009-12-01")):
        body = asked | {"certificate_id": wrong, "field": field, "value": value}
        wrong = await corrected(registry, body, officer)
    now = (await registry.ask("GET", f"/v1/certificates/{wrong}", token=officer)).json()
    told = (now["number"], now["level"], now["obtained_on"], now["issued_on"], now["origin"])
    assert told == ("0003", "MIDDLE", "2009-12-01", "2009-12-01", "IMPORTED")
    verify = "/v1/certificates/verify?name=王草原&number="
    stands = [(await registry.ask("GET", verify + each)).json()["valid"] for each in ("0002", "0003")]
    assert stands == [False, True]
    void = {"document_number": DOCUMENT["document_number"], "note": "级别有误"}
    assert (await registry.ask("POST", f"/v1/certificates/{wrong}/void", void, officer)).status_code == 200
    known = {"person_id": str(uuid4()), "account_id": str(uuid4()), "name": "王草原"}
    registry.directory.people[RESIDENT_ID] = known
    again = await registry.applied([row(姓名="王草原", 证书编号="0002", 身份证号码=RESIDENT_ID)])
    assert (again["imported"], again["unlinked"]) == (1, 0)
    told = await registry.verify("0002", "王草原")
    assert (told["valid"], told["certificate"]["level"]) == (True, "MIDDLE")
    assert (await registry.verify(ROW["证书编号"], ROW["姓名"]))["valid"]
