"""What a direct superior does with an organisation: rename, move, close, reopen; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.world import (
    CHENGXI,
    GOLMUD,
    HAIXI,
    PROVINCE,
    Organisation,
    World,
    cites,
    new_uscc,
    refused,
    token_at,
)

EMPLOYER = {"kind": "EMPLOYER", "level": "PROVINCE", "region_code": PROVINCE}
AUTHORITY = {"kind": "AUTHORITY", "level": "PROVINCE", "region_code": PROVINCE}


async def act(world: World, by: Organisation, on: Organisation, action: str, **told: Any) -> Any:
    """Ask for a step on behalf of the manager of `by`."""
    path = f"/v1/organisations/{on['id']}/actions/{action}"
    return await world.ask("POST", path, token_at(by), {"reason": "机构改革"} | told)


async def done(world: World, by: Organisation, on: Organisation, action: str, **told: Any) -> dict[str, Any]:
    """A step that is allowed; the organisation after it."""
    answer = await act(world, by, on, action, **told)
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.json()["record"]
    return record


async def traces(session, organisation_id: str) -> dict[str, Any]:
    """What is kept of an organisation: its row, and the numbers of lines of history, audit and events."""
    async with session("accounts") as tx:
        row = (
            await tx.execute(text("select * from organisation where id = :id"), {"id": organisation_id})
        ).mappings()
        counted = await tx.execute(
            text(
                "select (select count(*) from history where subject_id = :id) as history,"
                " (select count(*) from audit_log where subject = 'organisation/' || :key) as audit,"
                " (select count(*) from outbox where data ->> 'organisation_id' = :key) as events"
            ),
            {"id": organisation_id, "key": organisation_id},
        )
        return {**row.one(), **counted.mappings().one()}


def findings(problem: dict[str, Any]) -> set[str]:
    """The rules that a refusal names."""
    return {each["code"] for each in problem["findings"]}


async def test_a_former_name_stays_with_its_period(world, session, at):
    """Two renamings leave two former names, each with its days; history, audit and event tell of each."""
    await at("2023-11-01T09:00+08:00", "accounts")
    hospital = await world.hospital()
    health = {"id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    first = await done(world, health, hospital, "RENAME", name="青海省第一医院")
    await at("2023-12-01T09:00+08:00", "accounts")
    second = await done(world, health, hospital, "RENAME", name="青海省医学中心", version=first["version"])
    assert second["name"] == "青海省医学中心"
    assert second["former_names"] == [
        {"name": "青海省第一医院", "since": "2023-11-01", "until": "2023-12-01"},
        {"name": hospital["name"], "since": None, "until": "2023-11-01"},
    ]
    kept = await traces(session, hospital["id"])
    assert (kept["history"], kept["audit"], kept["events"]) == (3, 3, 3)
    path = f"/v1/organisations/{hospital['id']}/history"
    lines = (await world.ask("GET", path, token_at(hospital, "REVIEWER"))).json()["items"]
    assert [(each["action"], each["note"]) for each in lines[1:]] == [("RENAME", "机构改革")] * 2


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"name": "SAME"}, 422, "RULES_BROKEN"),
        ({"name": "另一名称", "version": 99}, 409, "STALE_VERSION"),
        ({"name": "x"}, 422, "REQUEST_MALFORMED"),
        ({"name": "另一名称", "reason": " "}, 422, "REQUEST_MALFORMED"),
        ({"name": "另一\u0000名称"}, 422, "VALUE_UNFIT"),
    ],
)
async def test_a_refused_renaming_changes_nothing(world, session, told, status, code):
    """The same name, another version, no name, no reason, a character that cannot be kept."""
    unit = await world.create(world.root, **EMPLOYER)
    before = await traces(session, unit["id"])
    told = told | ({"name": unit["name"]} if told["name"] == "SAME" else {})
    refused(await act(world, world.root, unit, "RENAME", **told), status, code)
    assert await traces(session, unit["id"]) == before


async def test_only_the_direct_superior_changes_an_organisation(world, session):
    """Not itself, not two levels up, not another role; and beside it there is no such organisation."""
    hospital = await world.hospital()
    beside = await world.create(world.root, **EMPLOYER)
    before = await traces(session, hospital["id"])
    for by, status, code in (
        (hospital, 403, "ROLE_MISSING"),
        (world.root, 403, "ROLE_MISSING"),
        (beside, 404, "ORGANISATION_NOT_FOUND"),
    ):
        for action, told in (
            ("RENAME", {"name": "新名称"}),
            ("MERGE", {"into_id": beside["id"]}),
            ("CLOSE", {}),
            ("REOPEN", {}),
        ):
            refused(await act(world, by, hospital, action, **told), status, code)
    health = {"id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    path = f"/v1/organisations/{hospital['id']}/actions/CLOSE"
    refused(
        await world.ask("POST", path, token_at(health, "REVIEWER"), {"reason": "改革"}), 403, "ROLE_MISSING"
    )
    assert await traces(session, hospital["id"]) == before


async def test_a_move_is_decided_by_who_is_above_both(world, session):
    """No superior gives a unit to another that did not ask, or takes it from one that did not give; a common one does."""
    hospital = await world.hospital()
    health = {"id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    education = await world.create(world.root, **AUTHORITY, industry="EDUCATION")
    before = await traces(session, hospital["id"])
    for by, to, status, code in (
        (health, education, 403, "NOT_YOUR_STEP"),
        (health, world.root, 403, "NOT_YOUR_STEP"),
        (education, education, 404, "ORGANISATION_NOT_FOUND"),
        (hospital, education, 403, "ROLE_MISSING"),
    ):
        refused(await act(world, by, hospital, "MOVE", superior_id=to["id"]), status, code)
    assert await traces(session, hospital["id"]) == before
    up = await done(world, world.root, hospital, "MOVE", superior_id=world.root["id"])
    down = await done(world, world.root, hospital, "MOVE", superior_id=education["id"])
    assert (up["parent_id"], down["parent_id"]) == (world.root["id"], education["id"])


@pytest.mark.clause("A3.2.1")
async def test_the_root_is_not_moved_merged_or_closed(world, session):
    """The provincial HRSS stays as it is, and its own manager may only give it its name."""
    unit = await world.create(world.root, **EMPLOYER)
    before = await traces(session, world.root["id"])
    for action, told in (
        ("MOVE", {"superior_id": unit["id"]}),
        ("MERGE", {"into_id": unit["id"]}),
        ("CLOSE", {}),
    ):
        problem = refused(await act(world, world.root, world.root, action, **told), 422, "RULES_BROKEN")
        assert "ROOT_STAYS" in findings(problem)
        assert "附件3 二（一）" in cites(problem)
    told = {"kind": "HRSS", "level": "PROVINCE", "region_code": PROVINCE}
    assert "附件3 二（一）" in cites(
        refused(await world.try_create(world.root, **told), 422, "ROOT_IS_GIVEN")
    )
    assert await traces(session, world.root["id"]) == before
    read = (await world.ask("GET", f"/v1/organisations/{world.root['id']}", token_at(world.root))).json()
    assert read["available_actions"] == ["RENAME", "UPDATE_CONTACT", "NAME_PERSON_IN_CHARGE"]


@pytest.mark.clause("A3.2.5")
async def test_a_moved_unit_takes_all_below_it_along(world, session):
    """Lineages of departments, people and attempts lead through the new superior; the old one sees them no more."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    person = (await world.add_person(department))["person"]
    new = await world.create(world.root, **AUTHORITY, industry="EDUCATION")
    old = {"id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    moved = await done(world, world.root, hospital, "MOVE", superior_id=new["id"])
    assert moved["parent_id"] == new["id"]
    assert [node["id"] for node in moved["lineage"]] == [world.root["id"], new["id"], hospital["id"]]
    ids = [world.root["id"], new["id"], hospital["id"], department["id"]]
    async with session("accounts") as tx:
        for table, key in (("organisation", department["id"]), ("person", person["id"])):
            found = await tx.scalar(text(f"select lineage from {table} where id = :id"), {"id": key})
            assert [str(each) for each in found] == ids
        event = await tx.scalar(
            text("select data from outbox where type like '%.moved.v1' order by seq desc limit 1")
        )
    assert event["lineage"] == ids[:3]
    assert event["lineage_before"] == [world.root["id"], old["id"], hospital["id"]]
    assert [node["id"] for node in event["line"]] == ids[:3]
    for by, status in ((old, 404), (new, 200)):
        for path in (f"organisations/{department['id']}", f"people/{person['id']}"):
            assert (await world.ask("GET", f"/v1/{path}", token_at(by))).status_code == status


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("itself", "RULES_BROKEN"),
        ("below", "RULES_BROKEN"),
        ("same", "RULES_BROKEN"),
        ("closed", "RULES_BROKEN"),
        ("department", "DEPARTMENT_CREATES_NOTHING"),
        ("unit", "NOT_YOURS_TO_CREATE"),
        ("prefecture", "NOT_YOURS_TO_CREATE"),
        ("nowhere", "ORGANISATION_NOT_FOUND"),
    ],
)
@pytest.mark.clause("A3.2.0")
async def test_a_move_obeys_the_rules_of_creation(world, session, to, code):
    """Where it could not have been created it does not go, and nothing changes."""
    hospital = await world.hospital()
    old = {"id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    closed = await world.create(world.root, **AUTHORITY)
    await done(world, world.root, closed, "CLOSE")
    unit = await world.create(world.root, **EMPLOYER)
    places = {
        "itself": hospital["id"],
        "below": (await world.department(hospital))["id"],
        "same": old["id"],
        "closed": closed["id"],
        "department": (await world.department(unit))["id"],
        "unit": unit["id"],
        "prefecture": (await world.prefecture())["id"],
        "nowhere": "01890000-0000-7000-8000-000000000000",
    }
    before = await traces(session, hospital["id"])
    status = 404 if to == "nowhere" else 422
    problem = refused(await act(world, world.root, hospital, "MOVE", superior_id=places[to]), status, code)
    if code == "NOT_YOURS_TO_CREATE":
        assert "MAY_BE_CREATED_BY" in findings(problem)
    assert await traces(session, hospital["id"]) == before


async def test_a_department_with_people_does_not_move_to_another_unit(world, session):
    """Its people are employed by its unit; without them it moves."""
    one, other = [await world.create(world.root, **EMPLOYER) for _ in range(2)]
    full, empty = [await world.department(one) for _ in range(2)]
    await world.add_person(full)
    before = await traces(session, full["id"])
    problem = refused(
        await act(world, world.root, full, "MOVE", superior_id=other["id"]), 422, "RULES_BROKEN"
    )
    assert findings(problem) == {"EMPLOYER_STAYS"}
    assert await traces(session, full["id"]) == before
    assert (await done(world, world.root, empty, "MOVE", superior_id=other["id"]))["parent_id"] == other["id"]


@pytest.mark.clause("A3.3.3")
async def test_a_private_hospital_moves_to_no_other_authority(world):
    """The health authority of its county keeps it: moving it to the education authority is refused by the article."""
    county = await world.county(CHENGXI)
    told = {"kind": "AUTHORITY", "level": "COUNTY", "region_code": CHENGXI}
    health = await world.create(county, **told, industry="HEALTH")
    school = await world.create(county, **told, industry="EDUCATION")
    hospital = await world.create(
        health, kind="EMPLOYER", level="COUNTY", region_code=CHENGXI, nature="PRIVATE_HOSPITAL"
    )
    problem = refused(
        await act(world, county, hospital, "MOVE", superior_id=school["id"]), 422, "BELONGS_TO_ANOTHER"
    )
    assert cites(problem) == ["附件3 三（三）"]


async def test_closing_names_what_is_in_the_way_and_no_person(world, session):
    """Counts of organisations and people, and names of organisations only."""
    authority = await world.create(world.root, **AUTHORITY)
    units = [await world.create(authority, **EMPLOYER) for _ in range(4)]
    await world.add_person(units[0], name="扎西才让")
    before = await traces(session, authority["id"])
    answer = await act(world, world.root, authority, "CLOSE")
    problem = refused(answer, 422, "RULES_BROKEN")
    assert "4 个使用中的机构" in problem["message"]
    assert "1 名在册人员" in problem["message"]
    assert all(unit["name"] in problem["message"] for unit in units[:3])
    assert "扎西才让" not in answer.text
    assert await traces(session, authority["id"]) == before


async def test_a_closed_organisation_creates_and_grants_nothing(world, session):
    """With tokens signed before: no organisation, no person, no account, no role, no contact; and it says why."""
    unit = await world.create(world.root, **EMPLOYER)
    assert (await done(world, world.root, unit, "CLOSE"))["status"] == "CLOSED"
    department = {"kind": "INTERNAL_DEPARTMENT", "level": "PROVINCE", "region_code": PROVINCE}
    refused(await world.try_create(unit, **department), 422, "ORGANISATION_NOT_IN_USE")
    staff = {"organisation_id": unit["id"], "name": "某", "login": "somebody", "roles": ["REVIEWER"]}
    for method, path, body in (
        ("POST", "/v1/people", world.person(unit)),
        ("POST", "/v1/staff", staff),
        ("PUT", f"/v1/organisations/{unit['id']}/contact", {"telephone": "0971-1234567"}),
    ):
        problem = refused(await world.ask(method, path, token_at(unit), body), 422, "ORGANISATION_NOT_IN_USE")
        assert unit["name"] in problem["message"]
    explained = await world.ask(
        "POST", "/v1/organisations/explain-creation", token_at(unit), {"creator_id": unit["id"]}
    )
    refused(explained, 422, "ORGANISATION_NOT_IN_USE")
    refused(await act(world, world.root, unit, "RENAME", name="新名称"), 409, "ACTION_NOT_AVAILABLE")


async def test_seats_at_a_closed_organisation_do_not_count(world, session):
    """Its manager signs in and finds no seat; once it is reopened, the seat is there again."""
    from services.accounts.role.store import seats_of

    unit = await world.create(world.root, **EMPLOYER)
    async with session("accounts") as tx:
        manager = await tx.scalar(
            text("select account_id from role_grant where organisation_id = :id"), {"id": unit["id"]}
        )
    counted = []
    for action in (None, "CLOSE", "REOPEN"):
        if action:
            await done(world, world.root, unit, action)
        async with session("accounts") as tx:
            counted.append(len(await seats_of(tx, manager)))
    assert counted == [1, 0, 1]


async def test_reopening_asks_the_rules_again(world, session):
    """Below a closed superior nothing reopens; below one in use it does, and a second time there is nothing to reopen."""
    authority = await world.create(world.root, **AUTHORITY)
    unit = await world.create(authority, **EMPLOYER)
    await done(world, authority, unit, "CLOSE")
    await done(world, world.root, authority, "CLOSE")
    before = await traces(session, unit["id"])
    problem = refused(await act(world, authority, unit, "REOPEN"), 422, "RULES_BROKEN")
    assert findings(problem) == {"SUPERIOR_LIVES"}
    assert await traces(session, unit["id"]) == before
    await done(world, world.root, authority, "REOPEN")
    assert (await done(world, authority, unit, "REOPEN"))["status"] == "ACTIVE"
    refused(await act(world, authority, unit, "REOPEN"), 409, "ACTION_NOT_AVAILABLE")


@pytest.mark.clause("2.2.1")
async def test_the_code_of_a_closed_one_stays_taken(world):
    """Creating it again is refused; the refusal says that it is closed and who can reopen it."""
    code = new_uscc()
    unit = await world.create(world.root, **EMPLOYER, uscc=code)
    await done(world, world.root, unit, "CLOSE")
    problem = refused(await world.try_create(world.root, **EMPLOYER, uscc=code), 409, "ORGANISATION_EXISTS")
    assert "已停用" in problem["message"]


async def test_a_hrss_that_is_closed_keeps_its_region(world):
    """There is one in a region; a second is refused while the first can be reopened."""
    haixi, golmud = await world.prefecture(HAIXI), await world.county(GOLMUD)
    await done(world, haixi, golmud, "CLOSE")
    told = {"kind": "HRSS", "level": "COUNTY", "region_code": GOLMUD}
    refused(await world.try_create(haixi, **told), 409, "ORGANISATION_EXISTS")
    await done(world, haixi, golmud, "REOPEN")
