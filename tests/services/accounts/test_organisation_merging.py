"""An organisation goes into another: with all that stood there, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from services.accounts.base import Base
from services.accounts.organisation import relining
from tests.services.accounts.moving import Stage
from tests.services.accounts.test_organisation_life import AUTHORITY, EMPLOYER, act, done, findings, traces
from tests.services.accounts.world import (
    CHENGXI,
    GOLMUD,
    HAIXI,
    PROVINCE,
    cites,
    new_login,
    new_resident_id,
    new_uscc,
    refused,
    token_at,
)


async def two_units(world, **more):
    """Two units below one authority."""
    health = await world.create(world.root, **AUTHORITY, industry="HEALTH")
    one = await world.create(health, **EMPLOYER, **more)
    other = await world.create(health, **EMPLOYER)
    return health, one, other


async def assert_nothing_left(tx, gone) -> None:
    """No row stands at the one that went."""
    for table, column in (
        ("person", "employer_id"),
        ("role_grant", "organisation_id"),
        ("account", "organisation_id"),
        ("organisation", "parent_id"),
        ("employment", "organisation_id"),
    ):
        left = f"select count(*) from {table} where {column} = :gone"
        assert await tx.scalar(text(left), {"gone": gone["id"]}) == 0, table


async def test_everything_goes_over(world, session):
    """Departments, people, seats, accounts and attempts; the merged one says where it went."""
    health, gone, heir = await two_units(world)
    department = await world.department(gone)
    person = (await world.add_person(gone))["person"]
    inside = (await world.add_person(department))["person"]
    body = {"organisation_id": gone["id"], "name": "李某", "login": new_login(), "roles": ["REVIEWER"]}
    clerk = (await world.ask("POST", "/v1/staff", token_at(gone), body)).json()["record"]["account"]["id"]
    begun = await world.ask("POST", "/v1/learning/attempts", world.applicant(person, gone), {"cycle": 2023})
    assert begun.status_code == 201, begun.text

    merged = await done(world, health, gone, "MERGE", into_id=heir["id"])

    assert (merged["status"], merged["successor_id"]) == ("MERGED", heir["id"])
    line = [world.root["id"], health["id"], heir["id"]]
    expected = {
        f"organisation/{department['id']}": [*line, department["id"]],
        f"person/{person['id']}": line,
        f"person/{inside['id']}": [*line, department["id"]],
        f"test_attempt/{begun.json()['record']['id']}": line,
        f"organisation/{gone['id']}": [*line[:2], gone["id"]],
    }
    async with session("accounts") as tx:
        for place, lineage in expected.items():
            table, _, key = place.partition("/")
            found = await tx.scalar(text(f"select lineage from {table} where id = :id"), {"id": key})
            assert [str(each) for each in found] == lineage, place
        asked = {"heir": heir["id"], "clerk": clerk}
        await assert_nothing_left(tx, gone)
        seat = "select count(*) from role_grant where account_id = :clerk and organisation_id = :heir"
        assert await tx.scalar(text(seat), asked) == 1
        event = await tx.scalar(text("select data from outbox where type like '%.merged.v1'"))
    assert (event["into_id"], event["lineage"]) == (heir["id"], line)
    assert event["lineage_before"] == [*line[:2], gone["id"]]
    kept = await traces(session, department["id"])
    assert (kept["history"], kept["audit"]) == (2, 2)
    path = f"/v1/people?organisation_id={heir['id']}"
    found = (await world.ask("GET", path, token_at(heir))).json()["items"]
    assert {each["id"] for each in found} == {person["id"], inside["id"]}


async def test_a_role_held_at_both_is_held_once(world, session):
    """An account with the same role at both organisations keeps one seat."""
    health, gone, heir = await two_units(world)
    async with session("accounts") as tx:
        manager = await tx.scalar(
            text("select account_id from role_grant where organisation_id = :id"), {"id": gone["id"]}
        )
        await tx.execute(
            text(
                "insert into role_grant (id, account_id, role, organisation_id)"
                " values (gen_random_uuid(), :a, 'ORGANISATION_MANAGER', :o)"
            ),
            {"a": manager, "o": heir["id"]},
        )
    await done(world, health, gone, "MERGE", into_id=heir["id"])
    async with session("accounts") as tx:
        held = await tx.execute(
            text("select organisation_id, count(*) from role_grant where account_id = :a group by 1"),
            {"a": manager},
        )
        assert {str(organisation): count for organisation, count in held} == {heir["id"]: 1}


@pytest.mark.parametrize(
    ("into", "code"),
    [
        ("itself", "ANOTHER_ONE"),
        ("closed", "LIVES_ON"),
        ("department", "SAME_KIND"),
        ("elsewhere", "SAME_SUPERIOR"),
    ],
)
async def test_it_goes_into_a_live_one_of_its_kind_beside_it(world, session, into, code):
    """Not into itself, a closed one, another kind, or one below another superior; nothing changes."""
    health, unit, closed = await two_units(world)
    await done(world, health, closed, "CLOSE")
    places = {
        "itself": unit,
        "closed": closed,
        "department": await world.department(health),
        "elsewhere": await world.create(world.root, **EMPLOYER),
    }
    before = await traces(session, unit["id"])
    problem = refused(
        await act(world, health, unit, "MERGE", into_id=places[into]["id"]), 422, "RULES_BROKEN"
    )
    assert code in findings(problem)
    assert await traces(session, unit["id"]) == before


async def test_nothing_goes_over_that_the_other_could_not_have_created(world, session):
    """A prefecture's counties and a unit's people of other kinds are named, people by kind and number only."""
    haixi, golmud = await world.prefecture(HAIXI), await world.county(GOLMUD)
    other = await world.prefecture("630100")
    before = await traces(session, haixi["id"])
    problem = refused(
        await act(world, world.root, haixi, "MERGE", into_id=other["id"]), 422, "CANNOT_TAKE_OVER"
    )
    assert findings(problem) == {"OUTSIDE_YOUR_REGION"}
    assert golmud["name"] in problem["message"]
    assert await traces(session, haixi["id"]) == before

    health, unit, _ = await two_units(world)
    firm = await world.create(health, **EMPLOYER | {"nature": "STATE_ENTERPRISE"})
    await world.add_person(unit, name="央金")
    answer = await act(world, health, unit, "MERGE", into_id=firm["id"])
    problem = refused(answer, 422, "CANNOT_TAKE_OVER")
    assert findings(problem) == {"PEOPLE_OF_ANOTHER_KIND"}
    assert cites(problem)
    assert "央金" not in answer.text


@pytest.mark.clause("2.2.1")
async def test_the_old_code_is_found_and_says_where_it_went(world):
    """It is not created again, the refusal names the heir; and the search finds it with its successor."""
    code = new_uscc()
    health, gone, heir = await two_units(world, uscc=code)
    await done(world, health, gone, "MERGE", into_id=heir["id"])
    problem = refused(await world.try_create(world.root, **EMPLOYER, uscc=code), 409, "ORGANISATION_EXISTS")
    assert heir["name"] in problem["message"]
    [found] = (
        await world.ask("GET", f"/v1/organisations?q={code}", token_at(world.root, "REVIEWER"))
    ).json()["items"]
    assert (found["id"], found["status"], found["successor_id"]) == (gone["id"], "MERGED", heir["id"])
    refused(await act(world, health, gone, "REOPEN"), 409, "ACTION_NOT_AVAILABLE")


async def test_a_private_unit_stays_with_its_county(world):
    """Two county HRSS do not merge while one has a private enterprise: it belongs to the county it is registered in."""
    one, other = await world.county(CHENGXI), await world.county("630105")
    await world.create(one, kind="EMPLOYER", level="COUNTY", region_code=CHENGXI, nature="PRIVATE_ENTERPRISE")
    xining = await world.prefecture("630100")
    problem = refused(await act(world, xining, one, "MERGE", into_id=other["id"]), 422, "CANNOT_TAKE_OVER")
    assert "附件3 三（五）" in cites(problem)
    assert PROVINCE


STAYS = {
    "organisation_name.organisation_id": "a former name is of the past",
    "organisation.parent_id": "what stood below is handed over by itself, its version counted",
    "organisation.successor_id": "where an organisation went is of the past",
    "person.employer_id": "goes over with the lineage",
    "person.department_id": "goes over with the lineage",
}
REFERENCES = """
select conrelid::regclass || '.' || attname
from pg_constraint join pg_attribute on attrelid = conrelid and attnum = any(conkey)
where contype = 'f' and confrelid = 'organisation'::regclass
"""


async def test_no_table_is_forgotten_by_a_merger(session, database):
    """Every column that names an organisation goes over, or is known to stay; the rows' lineages too."""
    async with session("accounts") as tx:
        found = set(await tx.scalars(text(REFERENCES)))
        lined = "select table_name from information_schema.columns where column_name = 'lineage'"
        schema = " and table_schema = current_schema()"
        lines = set(await tx.scalars(text(lined + schema)))
    owned = {f"{table.name}.{column.name}" for table, column in relining.owned()}
    assert owned & set(STAYS) == set()
    assert found == owned | set(STAYS)
    assert lines == {table.name for table in relining.tables_with_lineages()} | {"person"}
    assert owned <= {
        f"{table.name}.{each.name}" for table in Base.metadata.tables.values() for each in table.c
    }


async def test_a_departments_people_go_over_with_it(world, session):
    """Two departments become one: its people, their employment and their line are of the other."""
    hospital = await world.hospital()
    gone, heir = await world.department(hospital), await world.department(hospital)
    person = (await world.add_person(gone))["person"]
    await done(world, hospital, gone, "MERGE", into_id=heir["id"])
    async with session("accounts") as tx:
        query = "select p.department_id, p.employer_id, p.lineage, e.department_id as inside from person p"
        joined = f"{query} join employment e on e.person_id = p.id where p.id = :id"
        row = (await tx.execute(text(joined), {"id": person["id"]})).mappings().one()
    assert {str(row["department_id"]), str(row["inside"])} == {heir["id"]}
    assert (str(row["employer_id"]), str(row["lineage"][-1])) == (hospital["id"], heir["id"])


async def test_a_change_of_employer_between_the_two_ends_first(world, session, at):
    """One that was asked from the one to the other would become one from a unit to itself; nothing changes."""
    await at("2023-10-10T09:00+08:00", "accounts")
    health, gone, heir = await two_units(world)
    number = new_resident_id()
    person = (await world.add_person(gone, number=number))["person"]
    await Stage(world, gone, heir, person, number).ask()
    for one, other in ((gone, heir), (heir, gone)):
        before = await traces(session, one["id"])
        problem = refused(
            await act(world, health, one, "MERGE", into_id=other["id"]), 422, "CANNOT_TAKE_OVER"
        )
        assert "CHANGE_BETWEEN" in findings(problem)
        assert await traces(session, one["id"]) == before
