"""Delegations end with what they rest on: the role, both people's place, the organisation; and sessions follow."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from services.kit.auth import Principal
from tests.platform.tokens import mint
from tests.services.accounts.factors import Somebody, somebody
from tests.services.accounts.test_delegation import TODAY, agreed, office, wanted
from tests.services.accounts.test_second_factor import roles
from tests.services.accounts.world import new_login, refused, seat_at, token_at

__all__ = ["office"]


async def states(session) -> list[tuple[str, str]]:
    """Where delegations stand, and the last line of their history."""
    query = """select d.state, (select actor_name || ' ' || coalesce(note, '') from history h
        where h.subject_id = d.id order by seq desc limit 1) as line from delegation d order by d.id"""
    async with session("accounts") as tx:
        return [tuple(row) for row in await tx.execute(text(query))]


async def employed(world, hospital) -> tuple[dict, Somebody]:
    """Somebody who is employed there, signed in."""
    record = await world.add_person(hospital, login=new_login("employed"))
    await world.activate(record["activation"])
    person = record["person"]
    someone = Somebody(world, person["account_id"], record["activation"]["login"])
    await someone.sign_in()
    return person, someone


async def leaves(world, hospital, person) -> None:
    """The employment ends."""
    told = {"ending": "RESIGNED", "on": TODAY.isoformat(), "reason": "个人原因辞职"}
    path = f"/v1/people/{person['id']}/employment/end"
    answer = await world.ask("POST", path, token_at(hospital), told)
    assert answer.status_code == 200, answer.text


async def test_a_role_given_anew_does_not_bring_the_delegation_back(office, world, session):
    """Revoked and granted again: the delegate's seat stays gone; the end is in the history and is told."""
    await agreed(office)
    body = {"account_id": office["zhang"].id, "role": "REVIEWER"}
    path = f"/v1/organisations/{office['hospital']['id']}/roles"
    for method in ("DELETE", "POST"):
        assert (await world.ask(method, path, token_at(office["hospital"]), body)).status_code == 200
    assert roles(await office["zhang"].refresh()) == {"ORGANISATION_MANAGER", "REVIEWER"}
    assert roles(await office["li"].refresh()) == {"RECOMMENDER"}
    assert await states(session) == [("ENDED", "accounts 委托人不再担任该角色")]
    async with session("accounts") as tx:
        query = "select data->>'state' from outbox where type like '%delegated%' order by seq"
        assert list(await tx.scalars(text(query))) == ["AGREED", "ENDED"]


async def test_a_delegate_who_leaves_holds_nothing(office, world, session):
    """The employment ends: the seat held for a colleague is not in the next token, and the delegation is over."""
    hospital = office["hospital"]
    person, delegate = await employed(world, hospital)
    await agreed(office, delegate_id=delegate.id)
    assert roles(await delegate.refresh()) == {"APPLICANT", "REVIEWER"}
    await leaves(world, hospital, person)
    assert roles(await delegate.refresh()) == {"APPLICANT"}
    assert await states(session) == [("ENDED", "accounts 委托人或受托人已离开该机构")]


async def test_what_a_leaver_handed_over_is_over_too(office, world, session):
    """The delegator's employment ends, and with it the role, the delegation and the colleague's seat."""
    hospital, li = office["hospital"], office["li"]
    person, leaver = await employed(world, hospital)
    grants = f"/v1/organisations/{hospital['id']}/roles"
    body = {"account_id": leaver.id, "role": "REVIEWER"}
    assert (await world.ask("POST", grants, token_at(hospital), body)).status_code == 200
    await leaver.refresh()
    made = await leaver.post("/v1/delegations", wanted(office))
    assert made.status_code == 201, made.text
    assert "REVIEWER" in roles(await li.refresh())
    await leaves(world, hospital, person)
    assert roles(await li.refresh()) == {"RECOMMENDER"}
    assert [state for state, _ in await states(session)] == ["ENDED"]


async def test_a_closed_organisation_hands_nothing_on(office, world, session):
    """Closed and taken into use again: own roles count again, delegations do not."""
    hospital = office["hospital"]
    await agreed(office)
    above = seat_at(
        {"id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}, "ORGANISATION_MANAGER"
    )
    for action in ("CLOSE", "REOPEN"):
        path = f"/v1/organisations/{hospital['id']}/actions/{action}"
        answer = await world.ask("POST", path, mint([above]), {"reason": "机构改革"})
        assert answer.status_code == 200, answer.text
    assert "REVIEWER" in roles(await office["zhang"].refresh())
    assert roles(await office["li"].refresh()) == {"RECOMMENDER"}
    assert await states(session) == [("ENDED", "accounts 机构已停用")]


async def test_a_merger_takes_delegations_along(office, world):
    """Both are colleagues at the heir then: the role is held there, and so is what was handed over."""
    hospital, li = office["hospital"], office["li"]
    await agreed(office)
    superior = {"id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    heir = await world.create(superior, kind="EMPLOYER", level="PROVINCE", region_code="630000")
    path = f"/v1/organisations/{hospital['id']}/actions/MERGE"
    above = mint([seat_at(superior, "ORGANISATION_MANAGER")])
    merged = await world.ask("POST", path, above, {"reason": "合并", "into_id": heir["id"]})
    assert merged.status_code == 200, merged.text
    assert roles(await li.refresh()) == {"RECOMMENDER", "REVIEWER"}


@pytest.mark.parametrize("seats", ["none", "another's"])
async def test_a_role_that_the_session_does_not_carry_is_not_handed_over(office, world, session, seats):
    """Held, but withheld for want of a second factor, or carried for someone else only: it stays where it is."""
    hospital, zhang = office["hospital"], office["zhang"]
    borrowed = seat_at(hospital, "REVIEWER").model_copy(
        update={"on_behalf_of": Principal(id=office["li"].id, name="李四")}
    )
    token = mint([] if seats == "none" else [borrowed], sub=UUID(zhang.id))
    refused(await world.ask("POST", "/v1/delegations", token, wanted(office)), 422, "NOT_YOUR_ROLE")
    assert await states(session) == []


async def test_who_acts_for_a_manager_offers_oneself_nothing(office, session):
    """An expert's role at the organisation, offered to the own account, would outlast the delegation."""
    await agreed(office, role="ORGANISATION_MANAGER")
    li = office["li"]
    await li.refresh()
    path = f"/v1/organisations/{office['hospital']['id']}/role-offers"
    for login in (li.login, office["zhang"].login):
        refused(await li.post(path, {"login": login, "role": "EXPERT"}), 422, "NOT_FOR_YOURSELF")
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from role_offer")) == 0


async def test_an_offer_is_taken_back_by_revoking(world, session):
    """Before it is answered; then there is nothing to accept, and nothing to revoke."""
    hospital = await world.hospital()
    someone = await somebody(world, "REVIEWER", at=hospital)
    await someone.sign_in()
    root = f"/v1/organisations/{world.root['id']}"
    told = {"login": someone.login, "role": "EXPERT"}
    offer = (await world.ask("POST", f"{root}/role-offers", token_at(world.root), told)).json()["record"]
    body = {"account_id": someone.id, "role": "EXPERT"}
    assert (await world.ask("DELETE", f"{root}/roles", token_at(world.root), body)).status_code == 200
    refused(await someone.post(f"/v1/me/role-offers/{offer['id']}/accept"), 404, "OFFER_NOT_FOUND")
    refused(await world.ask("DELETE", f"{root}/roles", token_at(world.root), body), 409, "ROLE_NOT_HELD")


async def test_a_code_of_the_home_manager_opens_no_role_held_elsewhere(world):
    """Issued before the role was accepted, it is void after; the manager above both issues the next."""
    hospital = await world.hospital()
    someone = await somebody(world, "REVIEWER", at=hospital)
    await someone.sign_in()
    issued = await world.ask("POST", f"/v1/accounts/{someone.id}/activation", token_at(hospital))
    code = issued.json()["record"]["code"]
    told = {"login": someone.login, "role": "EXPERT"}
    path = f"/v1/organisations/{world.root['id']}/role-offers"
    offer = (await world.ask("POST", path, token_at(world.root), told)).json()["record"]
    assert (await someone.post(f"/v1/me/role-offers/{offer['id']}/accept")).status_code == 200
    body = {"login": someone.login, "code": code, "password": "Lantern-Hu-2024"}
    refused(await world.ask("POST", "/v1/accounts/activate", None, body), 422, "ACTIVATION_REFUSED")
    again = await world.ask("POST", f"/v1/accounts/{someone.id}/activation", token_at(hospital))
    refused(again, 404, "ACCOUNT_NOT_FOUND")
