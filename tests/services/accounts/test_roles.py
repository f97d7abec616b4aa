"""Staff accounts, and roles given and taken."""

from __future__ import annotations

import asyncio
from uuid import UUID

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
        *(
            change(world, "DELETE", hospital, each, "ORGANISATION_MANAGER")
            for each in (manager, second["id"]) * 32
        )
    )
    assert sorted(answer.status_code for answer in answers)[:1] == [200]
    assert {answer.status_code for answer in answers} == {200, 409, 422}
    async with session("accounts") as tx:
        left = await tx.scalars(query, {"o": hospital["id"]})
        assert len(list(left)) == 1


async def offered(
    world: World, organisation: dict, login: str, role: str = "EXPERT", token: str | None = None
):
    """Offer a role to somebody of another organisation."""
    path = f"/v1/organisations/{organisation['id']}/role-offers"
    return await world.ask("POST", path, token or token_at(organisation), {"login": login, "role": role})


async def authority(world: World) -> dict:
    """An authority beside the hospital's."""
    return await world.create(world.root, kind="AUTHORITY", level="PROVINCE", region_code=PROVINCE)


async def test_an_account_from_elsewhere_is_offered_a_role_and_held_once_it_agrees(world, session):
    """An authority appoints a hospital's expert: the account agrees first, and its other roles stay its own affair."""
    hospital, other = await world.hospital(), await authority(world)
    expert = await hired(world, hospital, "REVIEWER", "SUPERVISOR")
    refused(await change(world, "POST", other, expert["id"], "EXPERT"), 404, "ACCOUNT_NOT_FOUND")
    made = (await offered(world, other, expert["login"])).json()["record"]
    assert (await offered(world, other, expert["login"])).json()["record"] == made
    mine = token_at(hospital, "REVIEWER", sub=UUID(expert["id"]))
    assert (await world.ask("GET", "/v1/me/role-offers", mine)).json()["items"] == [made]
    taken = await world.ask("POST", f"/v1/me/role-offers/{made['id']}/accept", mine)
    held = {(each["role"], each["organisation_id"]) for each in taken.json()["record"]["roles"]}
    assert ("EXPERT", other["id"]) in held
    refused(await world.ask("POST", f"/v1/me/role-offers/{made['id']}/accept", mine), 404, "OFFER_NOT_FOUND")
    async with session("accounts") as tx:
        events = await tx.scalars(text("select type from outbox where type like '%role%' order by seq"))
        assert list(events) == ["titles.accounts.role.offered.v1", "titles.accounts.role.offer_answered.v1"]


async def test_an_offer_is_for_its_account_alone_and_can_be_left(world, session):
    """Another account does not see it; declined, it is gone and nothing is held."""
    hospital, other = await world.hospital(), await authority(world)
    expert, stranger = await hired(world, hospital, "SUPERVISOR"), await hired(world, hospital, "SUPERVISOR")
    made = (await offered(world, other, expert["login"])).json()["record"]
    theirs = token_at(hospital, "SUPERVISOR", sub=UUID(stranger["id"]))
    assert (await world.ask("GET", "/v1/me/role-offers", theirs)).json()["items"] == []
    path = f"/v1/me/role-offers/{made['id']}"
    refused(await world.ask("POST", f"{path}/accept", theirs), 404, "OFFER_NOT_FOUND")
    mine = token_at(hospital, "SUPERVISOR", sub=UUID(expert["id"]))
    assert (await world.ask("POST", f"{path}/decline", mine)).status_code == 200
    refused(await world.ask("POST", f"{path}/accept", mine), 404, "OFFER_NOT_FOUND")
    async with session("accounts") as tx:
        held = await tx.scalars(
            text("select role from role_grant where account_id = :a"), {"a": expert["id"]}
        )
        assert list(held) == ["SUPERVISOR"]


async def test_what_is_not_offered(world, session):
    """A reviewer is no outsider's role; an unknown name gets nothing; whoever does not manage offers nothing."""
    hospital, other = await world.hospital(), await authority(world)
    expert = await hired(world, hospital, "SUPERVISOR")
    refused(await offered(world, other, expert["login"], "REVIEWER"), 422, "ROLE_NOT_OFFERED")
    refused(await offered(world, other, expert["login"], "TITLE_OFFICER"), 422, "ROLE_DOES_NOT_FIT")
    assert refused(await offered(world, other, new_login()), 404, "ACCOUNT_NOT_FOUND")["field"] == "login"
    strange = await offered(world, other, expert["login"], token=token_at(hospital))
    refused(strange, 403, "ROLE_MISSING")
    assert await count(session, "role_offer") == 0


async def test_of_many_answers_at_once_one_counts(world, session):
    """64 yes and no at the same moment: one is taken, the others find no offer."""
    hospital, other = await world.hospital(), await authority(world)
    expert = await hired(world, hospital, "SUPERVISOR")
    made = (await offered(world, other, expert["login"])).json()["record"]
    mine = token_at(hospital, "SUPERVISOR", sub=UUID(expert["id"]))
    answers = await asyncio.gather(
        *(
            world.ask("POST", f"/v1/me/role-offers/{made['id']}/{('accept', 'decline')[n % 2]}", mine)
            for n in range(64)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [404] * 63


async def test_who_may_reopen_an_account(world):
    """Where all its roles are at home: the manager there or directly above. For others it does not exist."""
    hospital = await world.hospital()
    account = await hired(world, hospital, "REVIEWER")
    path = f"/v1/accounts/{account['id']}/activation"
    for token in (token_at(world.root), token_at(hospital, "REVIEWER"), token_at(await authority(world))):
        refused(await world.ask("POST", path, token), 404, "ACCOUNT_NOT_FOUND")
    above = {**hospital, "id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    for token in (token_at(hospital), token_at(above)):
        assert (await world.ask("POST", path, token)).status_code == 200


async def test_an_account_with_a_role_elsewhere_is_reopened_only_from_above_all_of_it(world, session):
    """Else the manager of a hospital could vote as the committee's expert, and a committee's office review as the hospital."""
    hospital, other = await world.hospital(), await authority(world)
    account = await hired(world, hospital, "REVIEWER")
    made = (await offered(world, other, account["login"])).json()["record"]
    mine = token_at(hospital, "REVIEWER", sub=UUID(account["id"]))
    await world.ask("POST", f"/v1/me/role-offers/{made['id']}/accept", mine)
    path = f"/v1/accounts/{account['id']}/activation"
    before = await count(session, "outbox")
    health = {**hospital, "id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    for token in (token_at(hospital), token_at(health), token_at(other)):
        refused(await world.ask("POST", path, token), 404, "ACCOUNT_NOT_FOUND")
    assert await count(session, "outbox") == before
    assert (await world.ask("POST", path, token_at(world.root))).status_code == 200
    async with session("accounts") as tx:
        told = await tx.scalar(text("select data->>'what' from outbox order by seq desc limit 1"))
    assert told == "CODE_REISSUED"


async def test_an_unknown_account_gets_no_role(world):
    """The field is named."""
    unknown = "01890000-0000-7000-8000-000000000000"
    assert (
        refused(await change(world, "POST", world.root, unknown, "EXPERT"), 404, "ACCOUNT_NOT_FOUND")["field"]
        == "account_id"
    )
