"""Handing a role to a colleague for a leave: who may, for how long, and that acts show both names."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.factors import Somebody, somebody
from tests.services.accounts.test_organisations import count
from tests.services.accounts.test_second_factor import claims, roles
from tests.services.accounts.world import World, cites, new_login, refused, token_at

TODAY = date(2023, 11, 20)


@pytest.fixture
async def office(world: World, at) -> dict[str, Any]:
    """A hospital with 张三, who manages and reviews it, and the colleague 李四; it is the 20th of November."""
    await at("2023-11-20T09:00+08:00", "accounts")
    hospital = await world.hospital()
    zhang = await somebody(world, "ORGANISATION_MANAGER", "REVIEWER", at=hospital, name="张三")
    li = await somebody(world, "RECOMMENDER", at=hospital, name="李四")
    await zhang.sign_in()
    await li.sign_in()
    return {"hospital": hospital, "zhang": zhang, "li": li}


def wanted(office: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What is told to hand 张三's review to 李四 for ten days."""
    return {
        "organisation_id": office["hospital"]["id"],
        "role": "REVIEWER",
        "delegate_id": office["li"].id,
        "begins_on": TODAY.isoformat(),
        "ends_on": (TODAY + timedelta(days=9)).isoformat(),
        "reason": "年休假",
    } | more


async def agreed(office: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A delegation."""
    answer = await office["zhang"].post("/v1/delegations", wanted(office, **more))
    assert answer.status_code == 201, answer.text
    record: dict[str, Any] = answer.json()["record"]
    return record


async def test_a_colleague_gets_the_seat_for_the_period(office, at, session):
    """In the token it says for whom; before the first day and after the last it is not there. Both are told."""
    begins, ends = "2023-11-21", "2023-11-22"
    made = await agreed(office, begins_on=begins, ends_on=ends)
    assert (made["delegator_name"], made["delegate_name"], made["running"]) == ("张三", "李四", False)
    for day, held in (
        ("20", {"RECOMMENDER"}),
        ("21", {"RECOMMENDER", "REVIEWER"}),
        ("22", {"RECOMMENDER", "REVIEWER"}),
    ):
        await at(f"2023-11-{day}T12:00+08:00", "accounts")
        assert roles(await office["li"].refresh()) == held
    [seat] = [s for s in claims(office["li"].tokens["access_token"])["seats"] if s["role"] == "REVIEWER"]
    assert seat["on_behalf_of"] == {"id": office["zhang"].id, "name": "张三"}
    await at("2023-11-23T00:10+08:00", "accounts")
    assert roles(await office["li"].refresh()) == {"RECOMMENDER"}
    async with session("accounts") as tx:
        told = await tx.scalar(text("select data from outbox where type like '%delegated%'"))
        line = (
            await tx.execute(text("select actor_name, note from history where subject_kind = 'delegation'"))
        ).one()
    assert (told["delegator"], told["delegate"], told["state"]) == ("张三", "李四", "AGREED")
    assert (line.actor_name, line.note) == ("张三", "年休假")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"role": "EXPERT"}, 422, "ROLE_NOT_DELEGABLE"),
        ({"role": "APPLICANT"}, 422, "ROLE_NOT_DELEGABLE"),
        ({"role": "OPERATOR"}, 422, "ROLE_NOT_DELEGABLE"),
        ({"role": "RECOMMENDER"}, 422, "NOT_YOUR_ROLE"),
        ({"organisation_id": "01890000-0000-7000-8000-000000000000"}, 422, "NOT_YOUR_ROLE"),
        ({"begins_on": "2023-11-19"}, 422, "PERIOD_WRONG"),
        ({"ends_on": "2023-11-19"}, 422, "PERIOD_WRONG"),
        ({"ends_on": "2024-11-19"}, 422, "PERIOD_WRONG"),
        ({"delegate_id": "01890000-0000-7000-8000-000000000000"}, 404, "DELEGATE_NOT_FOUND"),
        ({"reason": " "}, 422, "REQUEST_MALFORMED"),
        ({"reason": "\x00"}, 422, "VALUE_UNFIT"),
    ],
)
async def test_what_is_not_delegated(office, session, changed, status, code):
    """Each refusal names its reason, and nothing is written."""
    answer = await office["zhang"].post("/v1/delegations", wanted(office, **changed))
    problem = refused(answer, status, code)
    if code not in {"REQUEST_MALFORMED", "VALUE_UNFIT"}:
        assert cites(problem) == ["GB/T 22239-2019 8.1.4.2"]
    assert await count(session, "delegation") == 0


async def test_a_delegate_belongs_to_the_organisation_and_does_not_hold_the_role(office, world, session):
    """Nobody from elsewhere, not oneself, nobody who holds it; and what was delegated is not passed on."""
    stranger = await somebody(world, "EXPERT")
    colleague = await somebody(world, "REVIEWER", at=office["hospital"])
    zhang, li = office["zhang"], office["li"]
    for delegate, code in (
        (stranger.id, "DELEGATE_NOT_FOUND"),
        (zhang.id, "DELEGATE_IS_HOLDER"),
        (colleague.id, "DELEGATE_IS_HOLDER"),
    ):
        answer = await zhang.post("/v1/delegations", wanted(office, delegate_id=delegate))
        assert answer.json()["code"] == code
    await agreed(office)
    await li.refresh()
    third = await somebody(world, "EXPERT", at=office["hospital"])
    passed = await li.post("/v1/delegations", wanted(office, delegate_id=third.id))
    refused(passed, 422, "NOT_YOUR_ROLE")
    assert await count(session, "delegation") == 1


async def test_of_many_overlapping_at_once_one_is_agreed(office, session):
    """64 periods that share a day: one; the day after it ends is free again."""
    bodies = [wanted(office, ends_on=(TODAY + timedelta(days=n % 9)).isoformat()) for n in range(64)]
    answers = await asyncio.gather(*(office["zhang"].post("/v1/delegations", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 63
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"DELEGATED_ALREADY"}
    later = wanted(office, begins_on="2023-12-10", ends_on="2023-12-11")
    assert (await office["zhang"].post("/v1/delegations", later)).status_code == 201


@pytest.mark.parametrize("who", ["zhang", "li", "manager"])
async def test_it_is_ended_early_by_either_or_the_manager(office, world, session, who):
    """The seat is gone at the next refresh; ended once, it is not ended again; others do not see it."""
    made = await agreed(office)
    assert "REVIEWER" in roles(await office["li"].refresh())
    path = f"/v1/delegations/{made['id']}/actions/END"
    refused(await world.ask("POST", path, token_at(world.root), {}), 404, "DELEGATION_NOT_FOUND")
    token = token_at(office["hospital"]) if who == "manager" else office[who].tokens["access_token"]
    ended = await world.ask("POST", path, token, {"note": "提前返岗", "version": made["version"]})
    assert (ended.status_code, ended.json()["record"]["state"]) == (200, "ENDED"), ended.text
    refused(await world.ask("POST", path, token, {}), 409, "ACTION_NOT_AVAILABLE")
    assert roles(await office["li"].refresh()) == {"RECOMMENDER"}
    async with session("accounts") as tx:
        states = await tx.scalars(
            text("select data->>'state' from outbox where type like '%delegated%' order by seq")
        )
        assert list(states) == ["AGREED", "ENDED"]


async def test_who_sees_delegations(office, world):
    """Both sides and the manager; nobody else."""
    made = await agreed(office)
    hospital = office["hospital"]
    for token in (
        office["zhang"].tokens["access_token"],
        office["li"].tokens["access_token"],
        token_at(hospital),
    ):
        items = (await world.ask("GET", "/v1/delegations", token)).json()["items"]
        assert [each["id"] for each in items] == [made["id"]]
    other = await world.ask("GET", "/v1/delegations", token_at(hospital, "REVIEWER"))
    assert other.json()["items"] == []


async def test_a_role_taken_from_one_is_taken_from_both(office, world):
    """The delegate holds no more than the delegator."""
    await agreed(office)
    assert "REVIEWER" in roles(await office["li"].refresh())
    body = {"account_id": office["zhang"].id, "role": "REVIEWER"}
    path = f"/v1/organisations/{office['hospital']['id']}/roles"
    assert (await world.ask("DELETE", path, token_at(office["hospital"]), body)).status_code == 200
    assert roles(await office["li"].refresh()) == {"RECOMMENDER"}


async def managing(office: dict[str, Any]) -> Somebody:
    """李四, managing for 张三."""
    await agreed(office, role="ORGANISATION_MANAGER")
    li: Somebody = office["li"]
    await li.refresh()
    return li


async def test_acts_show_both_names(office, session):
    """An account made by 李四 for 张三: the audit says so, by name and by id."""
    li = await managing(office)
    body = {
        "organisation_id": office["hospital"]["id"],
        "name": "王五",
        "login": new_login(),
        "roles": ["REVIEWER"],
    }
    assert (await li.post("/v1/staff", body)).status_code == 201
    async with session("accounts") as tx:
        query = "select actor_id, actor_name, detail from audit_log where action = 'account.CREATE' order by id desc limit 1"
        line = (await tx.execute(text(query))).one()
    assert (str(line.actor_id), line.actor_name) == (li.id, "李四（代张三）")
    assert line.detail["on_behalf_of"] == [office["zhang"].id]


async def test_who_acts_for_a_manager_gains_nothing_lasting(office, world, session):
    """No managers are made; neither the own account nor the principal's is changed or opened."""
    li, zhang, hospital = await managing(office), office["zhang"], office["hospital"]
    grants = f"/v1/organisations/{hospital['id']}/roles"
    staff = {"organisation_id": hospital["id"], "name": "某", "login": new_login()}
    before = await count(session, "role_grant"), await count(session, "account")
    for path, body in (
        (grants, {"account_id": li.id, "role": "REVIEWER"}),
        (grants, {"account_id": zhang.id, "role": "SUPERVISOR"}),
        ("/v1/staff", staff | {"roles": ["ORGANISATION_MANAGER"]}),
        (f"/v1/accounts/{zhang.id}/activation", None),
        (f"/v1/accounts/{zhang.id}/sessions/end", None),
        (f"/v1/accounts/{zhang.id}/second-factor/reset", None),
    ):
        refused(await li.post(path, body), 422, "NOT_FOR_YOURSELF")
    assert (await count(session, "role_grant"), await count(session, "account")) == before


async def test_the_second_factor_is_asked_of_the_delegate_too(office, guarded):
    """Signed in by password, 李四 sees the seat withheld; at the next sign-in an app is set up."""
    await agreed(office)
    li = Somebody(guarded, office["li"].id, office["li"].login, tokens=office["li"].tokens)
    further = await li.refresh()
    assert (roles(further), further["withheld"]) == ({"RECOMMENDER"}, ["REVIEWER"])
    assert roles(await li.sign_in()) == {"RECOMMENDER", "REVIEWER"}
