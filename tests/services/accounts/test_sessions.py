"""Sessions listed and ended, the history of sign-ins, passwords changed, and what is swept."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from services.accounts.session.sweeping import sweep
from services.kit.db import Database
from tests.platform.tokens import mint
from tests.services.accounts.factors import Somebody, somebody
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import PASSWORD, World, refused, token_at

NEW = "Lantern-Hu-2024"


async def somebody_twice(world: World, **more) -> tuple[Somebody, Somebody]:
    """Somebody signed in on two devices."""
    phone = await somebody(world, "EXPERT", **more)
    await phone.sign_in()
    desk = Somebody(world, phone.id, phone.login)
    await desk.sign_in()
    return phone, desk


async def goes_on(someone: Somebody) -> bool:
    """Whether a session can still be refreshed."""
    body = {"refresh_token": someone.tokens["refresh_token"]}
    return (await someone.world.ask("POST", "/v1/sessions/refresh", None, body)).status_code == 200


async def test_sessions_are_listed_with_where_and_how(world):
    """Device, masked network, way in; the one that asks is marked, and one that ended is gone."""
    phone, desk = await somebody_twice(world)
    items = (await desk.get("/v1/me/sessions")).json()["items"]
    assert [(each["current"], each["how"], each["address"]) for each in items] == [
        (True, "PASSWORD", "127.0.0.0/24"),
        (False, "PASSWORD", "127.0.0.0/24"),
    ]
    assert items[0]["device"].startswith("python-httpx")
    assert (await desk.post(f"/v1/me/sessions/{items[1]['id']}/end")).status_code == 200
    assert not await goes_on(phone)
    assert await goes_on(desk)
    assert len((await desk.get("/v1/me/sessions")).json()["items"]) == 1


async def test_another_persons_session_is_not_ended(world):
    """It does not exist for others, nor twice for its owner."""
    phone, desk = await somebody_twice(world)
    stranger = await somebody(world, "EXPERT")
    await stranger.sign_in()
    [_, first] = (await desk.get("/v1/me/sessions")).json()["items"]
    refused(await stranger.post(f"/v1/me/sessions/{first['id']}/end"), 404, "SESSION_NOT_FOUND")
    assert await goes_on(phone)
    await desk.post(f"/v1/me/sessions/{first['id']}/end")
    refused(await desk.post(f"/v1/me/sessions/{first['id']}/end"), 404, "SESSION_NOT_FOUND")


async def test_all_others_end_at_once(world):
    """The one that asks goes on."""
    phone, desk = await somebody_twice(world)
    assert (await desk.post("/v1/me/sessions/end-others")).json()["record"] == {"ended": 1}
    assert (await goes_on(phone), await goes_on(desk)) == (False, True)


async def test_a_manager_ends_all_at_home_and_the_owner_is_told(world, session):
    """The home's manager and the one above; for anybody else the account does not exist."""
    hospital = await world.hospital()
    phone, desk = await somebody_twice(world, at=hospital)
    path = f"/v1/accounts/{phone.id}/sessions/end"
    for token in (token_at(world.root), token_at(hospital, "REVIEWER"), mint()):
        refused(await world.ask("POST", path, token), 404, "ACCOUNT_NOT_FOUND")
    assert await goes_on(phone)
    assert (await world.ask("POST", path, token_at(hospital))).json()["record"] == {"ended": 2}
    assert (await goes_on(phone), await goes_on(desk)) == (False, False)
    async with session("accounts") as tx:
        told = await tx.scalar(text("select data->>'what' from outbox order by seq desc limit 1"))
    assert told == "SESSIONS_ENDED"


async def test_the_history_tells_what_came_of_each_try(world):
    """Right and wrong, for its owner and the home's manager, newest first and page by page; others see nothing."""
    hospital = await world.hospital()
    someone = await somebody(world, "EXPERT", at=hospital)
    await world.sign_in(someone.login, "Wrong-1234")
    await someone.sign_in()
    own = (await someone.get("/v1/me/sign-ins")).json()["items"]
    assert [(each["outcome"], each["how"]) for each in own] == [
        ("SIGNED_IN", "PASSWORD"),
        ("PASSWORD_WRONG", None),
    ]
    path = f"/v1/accounts/{someone.id}/sign-ins"
    first = (await world.ask("GET", f"{path}?first=1", token_at(hospital))).json()
    rest = (await world.ask("GET", f"{path}?after={first['next_cursor']}", token_at(hospital))).json()
    assert first["items"] + rest["items"] == own
    for token in (token_at(world.root), token_at(hospital, "SUPERVISOR"), mint()):
        refused(await world.ask("GET", path, token), 404, "ACCOUNT_NOT_FOUND")


async def test_a_password_is_changed_by_whoever_knows_it(world):
    """Other sessions end, this one goes on; the old password is no longer good."""
    phone, desk = await somebody_twice(world)
    body = {"old_password": PASSWORD, "password": NEW}
    assert (await desk.post("/v1/me/password", body)).json()["record"] == {"ended": 1}
    assert (await goes_on(phone), await goes_on(desk)) == (False, True)
    refused(await world.sign_in(phone.login), 401, "CREDENTIALS_WRONG")
    assert (await world.sign_in(phone.login, NEW)).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("Wrong-1234", NEW, "OLD_PASSWORD_WRONG"),
        (PASSWORD, "short", "PASSWORD_WEAK"),
        (PASSWORD, "Password-2023!", "PASSWORD_WEAK"),
        (PASSWORD, PASSWORD, "PASSWORD_USED_BEFORE"),
    ],
)
async def test_what_no_new_password_is(world, old, new, code):
    """Refused, it leaves the old one and every session as they were."""
    phone, desk = await somebody_twice(world)
    refused(await desk.post("/v1/me/password", {"old_password": old, "password": new}), 422, code)
    assert await goes_on(phone)
    assert (await world.sign_in(phone.login)).status_code == 200


async def test_none_of_the_last_five_passwords_is_taken_again(world):
    """Neither by changing it nor with a new code, which stays good; the sixth before is free again."""
    someone = await somebody(world, "EXPERT")
    await someone.sign_in()
    present = PASSWORD
    for n in range(4):
        later = f"Yushu-{n}-Caoyuan"
        body = {"old_password": present, "password": later}
        assert (await someone.post("/v1/me/password", body)).status_code == 200
        present = later
    back = {"old_password": present, "password": PASSWORD}
    refused(await someone.post("/v1/me/password", back), 422, "PASSWORD_USED_BEFORE")
    issued = await world.ask("POST", f"/v1/accounts/{someone.id}/activation", token_at(world.root))
    code = {key: issued.json()["record"][key] for key in ("login", "code")}
    activate = "/v1/accounts/activate"
    refused(
        await world.ask("POST", activate, None, code | {"password": PASSWORD}), 422, "PASSWORD_USED_BEFORE"
    )
    assert (await world.ask("POST", activate, None, code | {"password": NEW})).status_code == 200
    await someone.sign_in_with(NEW)
    back = {"old_password": NEW, "password": PASSWORD}
    assert (await someone.post("/v1/me/password", back)).status_code == 200


async def test_old_passwords_are_not_guessed_through_the_change(world):
    """It counts like a sign-in: five wrong ones, and the right one waits."""
    someone = await somebody(world, "EXPERT")
    await someone.sign_in()
    for _ in range(5):
        body = {"old_password": "Wrong-1234", "password": NEW}
        refused(await someone.post("/v1/me/password", body), 422, "OLD_PASSWORD_WRONG")
    body = {"old_password": PASSWORD, "password": NEW}
    refused(await someone.post("/v1/me/password", body), 429, "TOO_MANY_TRIES")


async def test_what_is_over_is_swept_by_any_replica(world, session, installation, database_url):
    """After the days of the policy; what goes on stays. Eight replicas at once do not disturb each other."""
    phone, desk = await somebody_twice(world)
    await desk.post("/v1/me/sessions/end-others")
    async with session("accounts") as tx:
        await tx.execute(text("update session set ended_at = ended_at - interval '181 days'"))
        await tx.execute(
            text(
                "insert into sign_in (id, account_id, outcome, device, address)"
                " values ('01800000-0000-7000-8000-000000000000', :a, 'SIGNED_IN', '-', '-')"
            ),
            {"a": phone.id},
        )
    database = Database(database_url("accounts"), pool_size=8)
    try:
        swept = await asyncio.gather(*(sweep(database, installation, simulated=True) for _ in range(8)))
    finally:
        await database.close()
    assert sum(swept) >= 2
    assert await count(session, "session") == 1
    assert await count(session, "refresh_token") == 1
    assert await count(session, "sign_in") == 2
    assert await goes_on(desk)
    assert not await goes_on(phone)
