"""Staff accounts, and roles given and taken."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import PROVINCE, World, cites, new_login, refused, token_at


async def hire(world: World, organisation: dict, *roles: str, by: dict | None = None):
    """Ask for a staff account."""
    body = {
        "organisation_id": organisation["id"],
        "name": "李某",
        "login": new_login(),
        "roles": list(roles) or ["REVIEWER"],
    }
    return await world.ask("POST", "/v1/staff", token_at(by or organisation), body)


async def hired(world: World, organisation: dict, *roles: str) -> dict:
    """A staff account."""
    answer = await hire(world, organisation, *roles)
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]["account"]


async def change(
    world: World, method: str, organisation: dict, account_id: str, role: str, token: str | None = None
):
    """Give or take a role."""
    path = f"/v1/organisations/{organisation['id']}/roles"
    return await world.ask(
        method, path, token or token_at(organisation), {"account_id": account_id, "role": role}
    )


async def test_a_manager_makes_staff_accounts(world, session):
    """The answer tells account, roles, code and article; the audit tells who did it."""
    hospital = await world.hospital()
    answer = await hire(world, hospital, "REVIEWER", "RECOMMENDER", "REVIEWER")
    told = answer.json()
    assert cites(told) == ["附件3 二"]
    account = told["record"]["account"]
    assert [held["role"] for held in account["roles"]] == ["REVIEWER", "RECOMMENDER"]
    assert account["person_id"] is None
    async with session("accounts") as tx:
        line = (await tx.execute(text("select action, detail from audit_log order by id desc limit 1"))).one()
    assert line.action == "account.CREATE"
    assert line.detail == {"roles": ["REVIEWER", "RECOMMENDER", "REVIEWER"]}


async def test_the_organisation_above_may_too_and_nobody_else(world, session):
    """The direct superior manages the accounts below it; two levels up, beside, and another role do not."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    assert (await hire(world, department, "REVIEWER", by=hospital)).status_code == 201
    elsewhere = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    before = await count(session, "account")
    for other in (world.root, elsewhere):
        assert cites(refused(await hire(world, department, "REVIEWER", by=other), 403, "ROLE_MISSING")) == [
            "附件3 二"
        ]
    body = {"organisation_id": hospital["id"], "name": "李某", "login": new_login(), "roles": ["REVIEWER"]}
    refused(await world.ask("POST", "/v1/staff", token_at(hospital, "REVIEWER"), body), 403, "ROLE_MISSING")
    body["organisation_id"] = "01890000-0000-7000-8000-000000000000"
    refused(await world.ask("POST", "/v1/staff", token_at(hospital), body), 403, "ROLE_MISSING")
    assert await count(session, "account") == before


@pytest.mark.clause("A3.1")
async def test_an_internal_department_recommends_nothing(world):
    """It has no recommender: the role is refused with the article and the roles possible."""
    department = await world.department(await world.hospital())
    problem = refused(await hire(world, department, "RECOMMENDER"), 422, "ROLE_DOES_NOT_FIT")
    assert cites(problem) == ["附件3 一"]
    assert "REVIEWER" in problem["message"]


@pytest.mark.parametrize("role", ["APPLICANT", "OPERATOR", "TITLE_OFFICER"])
async def test_roles_that_are_not_a_units_to_give_are_refused(world, role):
    """Nobody makes applicants or operators by hand, and no hospital a title officer."""
    hospital = await world.hospital()
    refused(await hire(world, hospital, role), 422, "ROLE_DOES_NOT_FIT")
    account = await hired(world, hospital, "REVIEWER")
    refused(await change(world, "POST", hospital, account["id"], role), 422, "ROLE_DOES_NOT_FIT")


async def test_roles_are_given_once_and_taken(world, session):
    """Giving again changes nothing; taking what is not held is refused; each change has one line in the audit."""
    hospital = await world.hospital()
    account = await hired(world, hospital, "REVIEWER")
    lines = await count(session, "audit_log")
    for _ in range(2):
        given = (await change(world, "POST", hospital, account["id"], "SUPERVISOR")).json()["record"]
        assert {held["role"] for held in given["roles"]} == {"REVIEWER", "SUPERVISOR"}
    left = (await change(world, "DELETE", hospital, account["id"], "SUPERVISOR")).json()["record"]
    assert {held["role"] for held in left["roles"]} == {"REVIEWER"}
    refused(await change(world, "DELETE", hospital, account["id"], "SUPERVISOR"), 409, "ROLE_NOT_HELD")
    assert await count(session, "audit_log") == lines + 2


async def test_someone_is_always_in_charge(world, session):
    """The last manager keeps the role; of two taken away at once, one stays."""
    hospital = await world.hospital()
    async with session("accounts") as tx:
        query = text(
            "select account_id from role_grant where organisation_id = :o and role = 'ORGANISATION_MANAGER'"
        )
        manager = str(await tx.scalar(query, {"o": hospital["id"]}))
    problem = refused(
        await change(world, "DELETE", hospital, manager, "ORGANISATION_MANAGER"), 422, "LAST_MANAGER"
    )
    assert cites(problem) == ["一（三）3"]
    second = await hired(world, hospital, "ORGANISATION_MANAGER")
    answers = await asyncio.gather(
        *(change(world, "DELETE", hospital, each, "ORGANISATION_MANAGER") for each in (manager, second["id"]))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_an_account_from_elsewhere_gets_a_role_but_shows_no_others(world):
    """An authority's committee office appoints a hospital's expert: it learns nothing of the roles held there."""
    hospital = await world.hospital()
    expert = await hired(world, hospital, "REVIEWER", "SUPERVISOR")
    other = await world.create(world.root, kind="AUTHORITY", level="PROVINCE", region_code=PROVINCE)
    given = (await change(world, "POST", other, expert["id"], "EXPERT")).json()["record"]
    assert [held["role"] for held in given["roles"]] == ["EXPERT"]


async def test_a_role_given_elsewhere_lets_nobody_take_an_account_over(world):
    """Only where the account belongs, or directly above, a new code is issued; for others it does not exist."""
    hospital = await world.hospital()
    account = await hired(world, hospital, "REVIEWER")
    other = await world.create(world.root, kind="AUTHORITY", level="PROVINCE", region_code=PROVINCE)
    await change(world, "POST", other, account["id"], "EXPERT")
    path = f"/v1/accounts/{account['id']}/activation"
    for token in (token_at(other), token_at(world.root), token_at(hospital, "REVIEWER")):
        refused(await world.ask("POST", path, token), 404, "ACCOUNT_NOT_FOUND")
    above = {**hospital, "id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    for token in (token_at(hospital), token_at(above)):
        assert (await world.ask("POST", path, token)).status_code == 200


async def test_an_unknown_account_gets_no_role(world):
    """The field is named."""
    unknown = "01890000-0000-7000-8000-000000000000"
    assert (
        refused(await change(world, "POST", world.root, unknown, "EXPERT"), 404, "ACCOUNT_NOT_FOUND")["field"]
        == "account_id"
    )
