"""Employments with periods: another kind, another department, a contract, the end; history is kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.moving import Stage, stage_of
from tests.services.accounts.test_employer_change import events
from tests.services.accounts.world import cites, refused, token_at

TODAY = "2023-10-10"


@pytest.fixture
async def stage(world, at) -> Stage:
    """The stage; the person has been at the hospital since this day."""
    await at(f"{TODAY}T09:00+08:00", "accounts")
    return await stage_of(world)


@pytest.mark.clause("2.2.1")
async def test_a_kind_changes_at_the_same_employer(stage, at, session):
    """Temporary staff put on the establishment: the period ends, the next begins, the employment goes on."""
    temporary = (await stage.world.add_person(stage.old, kind="TEMPORARY"))["person"]
    stage.person = temporary
    await at("2023-11-01T09:00+08:00", "accounts")
    told = {"kind": "ON_ESTABLISHMENT", "on": "2023-11-01", "reason": "公开招聘录用"}
    answer = await stage.tell("kind", **told)
    assert answer.status_code == 200, answer.text
    assert cites(answer.json()) == ["附件3 四（一）"]
    assert answer.json()["record"]["kind"] == "ON_ESTABLISHMENT"
    latest, before = await stage.periods()
    assert (latest["kind"], latest["since"], latest["began_on"]) == ("ON_ESTABLISHMENT", TODAY, "2023-11-01")
    assert (before["kind"], before["ending"], before["note"]) == ("TEMPORARY", "KIND_CHANGED", "公开招聘录用")
    [event] = await events(session, "person.kind_changed")
    assert (event["kind_before"], event["person_kind"]) == ("TEMPORARY", "ON_ESTABLISHMENT")
    asked = {"person_ids": [temporary["id"]], "cycle": 2023}
    [facts] = (await stage.world.ask("POST", "/v1/people/facts", stage.releasing, asked)).json()["items"]
    assert (facts["kind"], facts["employed_since"]) == ("ON_ESTABLISHMENT", TODAY)


async def test_departments_of_one_employer_need_no_release(stage, session):
    """The employer's manager moves the person; line and seat follow, the employer stays."""
    department = await stage.world.department(stage.old)
    told = {"department_id": department["id"], "on": TODAY, "reason": "轮岗"}
    moved = (await stage.tell("department", **told)).json()["record"]
    assert (moved["department_id"], moved["employer_id"]) == (department["id"], stage.old["id"])
    assert (await stage.read(token_at(department))).status_code == 200
    [event] = await events(session, "person.moved")
    assert event["old_employer_id"] == event["employer_id"] == stage.old["id"]
    back = await stage.tell("department", on=TODAY, reason="轮岗结束")
    assert back.json()["record"]["department_id"] is None
    refused(await stage.read(token_at(department)), 404, "PERSON_NOT_FOUND")
    assert [period["ending"] for period in await stage.periods()] == [None, *["DEPARTMENT_CHANGED"] * 2]


@pytest.mark.clause("2.2.1")
async def test_an_employment_ends_and_the_account_stays(stage, session):
    """Who leaves has no employer: signs in, is looked after by the HRSS above, is seen by the old unit no more."""
    told = {"ending": "RESIGNED", "on": TODAY, "reason": "个人原因辞职"}
    ended = (await stage.tell("end", **told)).json()["record"]
    assert (ended["state"], ended["employer_id"], ended["department_id"]) == ("WITHOUT_EMPLOYER", None, None)
    refused(await stage.read(stage.releasing), 404, "PERSON_NOT_FOUND")
    assert (await stage.read(stage.above)).status_code == 200
    [period] = await stage.periods()
    assert (period["ending"], period["ended_on"], period["note"]) == ("RESIGNED", TODAY, "个人原因辞职")
    [event] = await events(session, "employment.ended")
    assert (event["employer_id"], event["ending"]) == (stage.old["id"], "RESIGNED")
    asked = {"person_ids": [stage.person["id"]], "cycle": 2023}
    [facts] = (await stage.world.ask("POST", "/v1/people/facts", stage.above, asked)).json()["items"]
    assert (facts["employer_id"], facts["employed_since"]) == (None, None)
    assert [node["kind"] for node in facts["lineage"]] == ["HRSS"]
    async with session("accounts") as tx:
        sql = "select organisation_id from account where id = :id"
        home = await tx.scalar(text(sql), {"id": stage.person["account_id"]})
        assert str(home) == stage.world.root["id"]


@pytest.mark.clause("2.2.1")
async def test_who_has_no_employer_is_taken_on_with_the_persons_consent_alone(stage, session):
    """There is nobody to release; a second account is refused as before, and says where the first is."""
    await stage.tell("end", ending="CONTRACT_OVER", on=TODAY, reason="合同期满")
    body = stage.world.person(stage.new, number=stage.number)
    refused(await stage.world.ask("POST", "/v1/people", stage.asking, body), 409, "PERSON_EXISTS")
    change = await stage.ask()
    assert (change["employer"], change["superior"]) == (None, None)
    own = stage.world.applicant(stage.person, stage.world.root)
    assert (await stage.done(change, own, "CONSENT"))["state"] == "CARRIED_OUT"
    now = (await stage.read(stage.asking)).json()
    assert (now["state"], now["employer_id"]) == ("ACTIVE", stage.new["id"])
    [event] = await events(session, "person.moved")
    assert (event["old_employer_id"], event["employer_id"]) == (None, stage.new["id"])
    assert [period["ending"] for period in await stage.periods()] == [None, "CONTRACT_OVER"]


async def test_a_contract_is_renewed(stage):
    """The present period tells the new contract."""
    contract = {"kind": "APPOINTMENT", "signed_on": "2023-09-01", "until": "2028-08-31"}
    assert (await stage.tell("contract", contract=contract)).status_code == 200
    [period] = await stage.periods()
    assert period["contract"] == contract
    wrong = await stage.tell("contract", contract=contract | {"until": "2023-08-31"})
    refused(wrong, 422, "PERIOD_WRONG")
    assert (await stage.periods())[0]["contract"] == contract


def acts(stage: Stage) -> dict[str, dict[str, Any]]:
    """Each thing an employer tells, rightly."""
    return {
        "end": {"ending": "RETIRED", "on": TODAY, "reason": "到龄退休"},
        "kind": {"kind": "TEMPORARY", "on": TODAY, "reason": "转为临聘"},
        "department": {"on": TODAY, "reason": "轮岗"},
        "contract": {"contract": {"kind": "LABOUR", "signed_on": TODAY}},
    }


async def test_nobody_but_the_employers_manager_tells_of_its_people(stage):
    """The authority above, a reviewer, the person, a department: refused; a stranger finds nobody; nothing changes."""
    department = await stage.world.department(stage.old)
    await stage.tell("department", department_id=department["id"], on=TODAY, reason="轮岗")
    before = (await stage.read()).json()
    authority = {**stage.old, "id": stage.old["parent_id"], "lineage": stage.old["lineage"][:-1]}
    tokens = [
        token_at(authority),
        token_at(stage.old, "REVIEWER"),
        token_at(department),
        stage.own,
        stage.above,
    ]
    for what, told in acts(stage).items():
        for token in tokens:
            refused(await stage.tell(what, token, **told), 403, "ROLE_MISSING")
        refused(await stage.tell(what, stage.asking, **told), 404, "PERSON_NOT_FOUND")
    assert (await stage.read()).json() == before


@pytest.mark.parametrize(
    ("what", "more", "status", "code"),
    [
        ("end", {"on": "2023-10-09"}, 422, "DATE_OUTSIDE_EMPLOYMENT"),
        ("end", {"on": "2023-10-11"}, 422, "DATE_OUTSIDE_EMPLOYMENT"),
        ("end", {"ending": "MOVED"}, 422, "REQUEST_MALFORMED"),
        ("end", {"reason": " "}, 422, "REQUEST_MALFORMED"),
        ("end", {"version": 7}, 409, "STALE_VERSION"),
        ("kind", {"kind": "ON_ESTABLISHMENT"}, 409, "NOTHING_CHANGES"),
        ("kind", {"kind": "ENTERPRISE"}, 422, "NOT_AT_THIS_UNIT"),
        ("kind", {"kind": "HOSTED"}, 422, "CONTRACT_MISSING"),
        ("kind", {"kind": "FREELANCER"}, 422, "COUNTY_ONLY"),
        ("kind", {"kind": "AID_QINGHAI"}, 422, "AID_MISSING"),
        ("department", {}, 409, "NOTHING_CHANGES"),
        ("department", {"department_id": "NEW"}, 422, "DEPARTMENT_ELSEWHERE"),
        ("department", {"department_id": "OTHERS"}, 422, "DEPARTMENT_ELSEWHERE"),
    ],
)
async def test_what_cannot_be_told_is_refused_and_nothing_changes(stage, session, what, more, status, code):
    """Impossible days, kinds the unit has not, other units' departments, a page that is stale."""
    if more.get("department_id") == "NEW":
        more = {"department_id": stage.new["id"]}
    if more.get("department_id") == "OTHERS":
        more = {"department_id": (await stage.world.department(stage.new))["id"]}
    before = (await stage.read()).json(), await stage.periods()
    refused(await stage.tell(what, **acts(stage)[what] | more), status, code)
    assert ((await stage.read()).json(), await stage.periods()) == before


async def test_who_has_left_cannot_be_told_of(stage):
    """Nobody manages who has no employer."""
    await stage.tell("end", **acts(stage)["end"])
    for what, told in acts(stage).items():
        refused(await stage.tell(what, stage.above, **told), 403, "ROLE_MISSING")


async def test_who_moved_meanwhile_is_the_old_employers_no_more(stage, session):
    """The old manager has looked, then the person moves, then the act comes: it changes nothing at the new employer."""
    told = {"contract": {"kind": "LABOUR", "signed_on": TODAY}}
    async with session("accounts") as tx:
        here = {"person": stage.person["id"], "new": stage.new["id"]}
        move = "update person set employer_id = :new, lineage = (select lineage from organisation where id = :new)"
        await tx.execute(text(f"{move} where id = :person"), here)
        await tx.execute(text("update employment set organisation_id = :new where person_id = :person"), here)
        acting = asyncio.create_task(stage.tell("contract", **told))
        await asyncio.sleep(0.3)
        assert not acting.done()
    refused(await acting, 409, "WITHOUT_EMPLOYER")
    [period] = await stage.periods(stage.above)
    assert period["contract"] is None
