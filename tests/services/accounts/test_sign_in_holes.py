"""Ways around sign-in that were found by looking for them: each stays closed."""

from __future__ import annotations

import asyncio
from uuid import UUID

import httpx
import pyotp
import pytest
from sqlalchemy import text
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from services.accounts.session.sweeping import sweep
from services.accounts.sign_in.passwords import Passwords
from services.kit.auth import Principal
from services.kit.db import Database
from tests.platform.crowds import Slow
from tests.platform.tokens import bearer, mint
from tests.services.accounts.factors import Somebody, somebody
from tests.services.accounts.test_organisations import count
from tests.services.accounts.test_second_factor import claims
from tests.services.accounts.third_party import Third
from tests.services.accounts.world import PASSWORD, refused, seat_at, token_at

NEW = "Lantern-Hu-2024"


async def test_a_set_up_begun_before_another_is_void_after(guarded):
    """Whoever stole the password begins to set an app up; once the owner has one, that beginning is worth nothing."""
    someone = await somebody(guarded, "RECOMMENDER")
    await someone.sign_in()
    begun = await someone.post("/v1/me/second-factor", {"password": PASSWORD})
    thiefs = begun.json()["record"]
    owners = (await someone.post("/v1/me/second-factor", {"password": PASSWORD})).json()["record"]
    confirm = "/v1/me/second-factor/confirm"

    def answer(challenge):
        code = pyotp.TOTP(challenge["enrolment"]["secret"]).now()
        return {"challenge_token": challenge["challenge_token"], "code": code}

    assert (await someone.post(confirm, answer(owners))).status_code == 200
    refused(await someone.post(confirm, answer(thiefs)), 401, "CHALLENGE_REFUSED")


async def test_of_64_set_ups_confirmed_at_once_one_is_kept(guarded, session):
    """Each had its own secret; one of them is the second factor, and its recovery codes are the only ones."""
    someone = await somebody(guarded, "RECOMMENDER")
    await someone.sign_in()
    begun = [await someone.post("/v1/me/second-factor", {"password": PASSWORD}) for _ in range(8)]

    async def confirm(challenge):
        code = pyotp.TOTP(challenge["enrolment"]["secret"]).now()
        body = {"challenge_token": challenge["challenge_token"], "code": code}
        return (await someone.post("/v1/me/second-factor/confirm", body)).status_code

    tries = [confirm(each.json()["record"]) for each in begun for _ in range(8)]
    done = await asyncio.gather(*tries)
    assert done.count(200) == 1
    assert await count(session, "second_factor") == 1
    assert await count(session, "recovery_code") == 10


async def test_no_challenge_and_no_id_token_is_an_access_token(guarded, third):
    """What each of them opens is its own; a session's refresh token opens nothing either."""
    reviewer = await somebody(guarded, "REVIEWER")
    challenge = (await reviewer.challenge())["challenge_token"]
    someone = await third.somebody()
    tokens = await third.tokens(await third.front_end(), someone["activation"]["login"])
    for told in (challenge, tokens["id_token"], tokens["refresh_token"]):
        for path in ("/v1/me", "/oauth/userinfo"):
            answer = await guarded.http.get(path, headers=bearer(told))
            refused(answer, 401, "TOKEN_INVALID")
    asked = {"challenge_token": tokens["access_token"], "code": "000000"}
    refused(
        await guarded.ask("POST", "/v1/sessions/second-factor", None, asked | {"challenge_token": "x" * 43}),
        401,
        "CHALLENGE_REFUSED",
    )


async def test_an_old_password_begins_nothing_once_it_is_changed(world, session):
    """64 sign in with the old one while it is changed: whatever began has ended with it."""
    someone = await somebody(world, "EXPERT")
    await someone.sign_in()

    async def change():
        await asyncio.sleep(0.5)
        return await someone.post("/v1/me/password", {"old_password": PASSWORD, "password": NEW})

    changed, *others = await asyncio.gather(change(), *(world.sign_in(someone.login) for _ in range(63)))
    assert changed.status_code in {200, 429, 503}, changed.text
    assert {answer.status_code for answer in others} <= {200, 401, 429, 503}
    if changed.status_code == 200:
        async with session("accounts") as tx:
            going = await tx.scalar(text("select count(*) from session where ended_at is null"))
        assert going == 1


@pytest.mark.parametrize("by", ["consent", "password", "manager", "end-others"])
async def test_a_code_in_flight_ends_with_what_it_came_from(third: Third, session, by):
    """Consent taken back, password changed, sessions ended: a code that was not exchanged yet gives nothing."""
    someone, client = await third.somebody(), await third.front_end()
    login, account = someone["activation"]["login"], someone["person"]["account_id"]
    world = third.world
    code = await third.code(client, login)
    mine = Somebody(world, account, login)
    await mine.sign_in()
    if by == "consent":
        done = await world.http.delete(
            f"/v1/oauth/consents/{client.client_id}", headers=bearer(mine.tokens["access_token"])
        )
    elif by == "password":
        done = await mine.post("/v1/me/password", {"old_password": PASSWORD, "password": NEW})
    elif by == "manager":
        path = f"/v1/accounts/{account}/sessions/end"
        done = await world.ask("POST", path, token_at(await world.hospital()))
    else:
        done = await mine.post("/v1/me/sessions/end-others")
    assert done.status_code == 200, done.text
    assert (await client.exchange(code)).json()["error"] == "invalid_grant"
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from session where client_id is not null")) == 0


async def test_64_exchanges_and_a_consent_taken_back_leave_nothing(third: Third, session):
    """Whichever comes first, no session of the client goes on."""
    someone, client = await third.somebody(), await third.front_end()
    code = await third.code(client, someone["activation"]["login"])
    mine = third.world.applicant(someone["person"], await third.world.hospital())
    path = f"/v1/oauth/consents/{client.client_id}"

    async def back():
        while (answer := await third.world.ask("DELETE", path, mine)).status_code == 503:
            await asyncio.sleep(0.1)  # it is told to come again: there is no connection left for it
        return answer

    answers = await asyncio.gather(
        *(client.exchange(code) for _ in range(32)), back(), *(client.exchange(code) for _ in range(31))
    )
    assert answers[32].status_code == 200, answers[32].text
    async with session("accounts") as tx:
        going = "select count(*) from session where client_id is not null and ended_at is null"
        assert await tx.scalar(text(going)) == 0


async def test_a_client_ends_with_its_organisation(third: Third):
    """Closed, it has no clients: no tokens, no page; what was given before is no longer introspected as good."""
    world = third.world
    county = await world.county()
    told = {"organisation_id": county["id"]}
    integration, front_end = await third.integration(**told), await third.front_end(**told)
    asked = {"grant_type": "client_credentials", "scope": "titles.read"}
    given = await integration.ask("/oauth/token", **asked)
    assert given.status_code == 200, given.text
    above = token_at(await world.prefecture(county["region_code"][:4] + "00"))
    closed = await world.ask(
        "POST", f"/v1/organisations/{county['id']}/actions/CLOSE", above, {"reason": "机构改革"}
    )
    assert closed.status_code == 200, closed.text
    assert (await integration.ask("/oauth/token", **asked)).json()["error"] == "invalid_client"
    assert (await third.browser().open(front_end.address())).status_code == 400


async def test_who_acts_for_a_manager_registers_no_client(third: Third, session):
    """Its secret would be good long after the delegation."""
    world = third.world
    seat = seat_at(world.root, "ORGANISATION_MANAGER")
    borrowed = seat.model_copy(update={"on_behalf_of": Principal(id=UUID(int=7), name="张三")})
    body = {
        "name": "某应用",
        "organisation_id": world.root["id"],
        "kind": "CONFIDENTIAL",
        "scopes": ["titles.read"],
        "grants": ["client_credentials"],
    }
    refused(await world.ask("POST", "/v1/oauth/clients", mint([borrowed]), body), 403, "ROLE_MISSING")
    client = await third.integration()
    path = f"/v1/oauth/clients/{client.client_id}/secret"
    refused(await world.ask("POST", path, mint([borrowed])), 404, "CLIENT_NOT_FOUND")
    assert await count(session, "oauth_client") == 1


async def test_a_browser_that_is_signed_in_is_listed_and_ended(third: Third):
    """The page's own session is one of the account's: its owner sees it, and ends it."""
    someone, client = await third.somebody(), await third.front_end()
    login, browser = someone["activation"]["login"], third.browser()
    await third.code(client, login, browser=browser)
    mine = Somebody(third.world, someone["person"]["account_id"], login)
    await mine.sign_in()
    items = (await mine.get("/v1/me/sessions")).json()["items"]
    assert [each["current"] for each in items] == [True, False]
    assert (await mine.post(f"/v1/me/sessions/{items[1]['id']}/end")).status_code == 200
    shown = await browser.open(client.address())
    assert 'name="password"' in shown.text


async def test_codes_and_browsers_that_are_over_are_swept(third: Third, session, installation, database_url):
    """A code after a day, used or not; a browser with its cookie; the sessions they began stay as they are."""
    someone, client = await third.somebody(), await third.front_end()
    login = someone["activation"]["login"]
    await third.tokens(client, login)
    await third.code(client, login)
    database = Database(database_url("accounts"), pool_size=8)
    try:
        assert await sweep(database, installation, simulated=True) == 0
        async with session("accounts") as tx:
            await tx.execute(text("update oauth_code set expires_at = now() - interval '25 hours'"))
            await tx.execute(text("update browser_session set expires_at = now() - interval '1 second'"))
        swept = await asyncio.gather(*(sweep(database, installation, simulated=True) for _ in range(8)))
    finally:
        await database.close()
    assert sum(swept) == 4
    assert (await count(session, "oauth_code"), await count(session, "browser_session")) == (0, 0)
    assert await count(session, "session") == 3


async def test_a_clients_next_refresh_shows_the_seats_held_then(third: Third):
    """A role taken away is gone from what the client holds, and one that was given is there."""
    someone, client = await third.somebody(), await third.front_end()
    tokens = await third.tokens(client, someone["activation"]["login"])
    hospital = await third.world.hospital()
    body = {"account_id": someone["person"]["account_id"], "role": "EXPERT"}
    for method, held in (("POST", {"APPLICANT", "EXPERT"}), ("DELETE", {"APPLICANT"})):
        path = f"/v1/organisations/{hospital['id']}/roles"
        done = await third.world.ask(method, path, token_at(hospital), body)
        assert done.status_code == 200, done.text
        tokens = (await client.refresh(tokens["refresh_token"])).json()
        assert {seat["role"] for seat in claims(tokens["access_token"])["seats"]} == held


@pytest.mark.parametrize("trusted", ["", "10.1.2.3"])
async def test_an_address_that_the_caller_made_up_is_not_believed(third: Third, trusted):
    """Each try says it comes from elsewhere: they count as one network's, unless a trusted proxy says so."""
    someone = await third.somebody()
    behind = ProxyHeadersMiddleware(third.app, trusted_hosts=trusted)
    told = {"login": someone["activation"]["login"], "password": "Wrong-1234"}
    found = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=behind), base_url="http://127.0.0.1:8101"
    ) as http:
        for n in range(6):
            headers = {"x-forwarded-for": f"203.0.113.{n}", "forwarded": f"for=203.0.113.{n}"}
            found.append((await http.post("/v1/sessions", json=told, headers=headers)).status_code)
    assert found == [401] * 5 + [429]


async def test_a_query_that_is_no_text_is_no_failure(third: Third):
    """Bytes of no encoding in the address: a page that says so; with an Idempotency-Key a refusal like any other."""
    keyed = bearer(token_at(third.world.root)) | {"idempotency-key": "a"}
    transport = httpx.ASGITransport(app=_with_raw_query(third.app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8101") as http:
        assert (await http.get("/oauth/authorize")).status_code == 400
        assert (await http.post("/v1/organisations", headers=keyed, json={})).status_code == 422


def _with_raw_query(app):
    async def inner(scope, receive, send):
        await app({**scope, "query_string": b"\xff\xfe=\xff"}, receive, send)

    return inner


@pytest.mark.parametrize("by_code", [True, False])
async def test_a_password_set_meanwhile_is_not_passed_over(world, monkeypatch, by_code):
    """While one is compared with the former ones another is set: it is not set, its code stays good, and it may be said again."""
    someone = await somebody(world, "EXPERT")
    await someone.sign_in()
    path = f"/v1/accounts/{someone.id}/activation"
    issued = (await world.ask("POST", path, token_at(world.root))).json()["record"]
    slow, comparing = Slow(), Passwords.is_one_of

    async def hanging(passwords, password, kept):
        if password == NEW:
            await slow.wait()
        return await comparing(passwords, password, kept)

    def late():
        told = {"old_password": PASSWORD, "password": NEW}
        code = {"login": someone.login, "code": issued["code"], "password": NEW}
        return (
            world.ask("POST", "/v1/accounts/activate", None, code)
            if by_code
            else someone.post("/v1/me/password", told)
        )

    monkeypatch.setattr(Passwords, "is_one_of", hanging)
    first = asyncio.ensure_future(late())
    while not slow.begun.is_set():
        await asyncio.sleep(0.01)
    meanwhile = await someone.post(
        "/v1/me/password", {"old_password": PASSWORD, "password": "Harbour-Li-2025"}
    )
    assert meanwhile.status_code == 200, meanwhile.text
    slow.ends.set()
    refused(await first, 409, "CONFLICT")
    if by_code:
        assert (await late()).status_code == 200
    else:
        refused(await late(), 422, "OLD_PASSWORD_WRONG")
