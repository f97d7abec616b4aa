"""Refresh tokens, revocation and introspection: what a client holds, how long, and who may know."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from tests.platform.settings import SERVICE_SECRETS
from tests.services.accounts.world import refused, token_at


@pytest.fixture
async def held(third):
    """A client and the tokens it holds of somebody's."""
    someone, client = await third.somebody(), await third.front_end(kind="CONFIDENTIAL")
    return client, await third.tokens(client, someone["activation"]["login"]), someone


async def test_each_refresh_token_is_good_once(held):
    """The next one takes its place; the scope may become less, never more."""
    client, tokens, _ = held
    more = await client.refresh(tokens["refresh_token"], scope="titles.write titles.read")
    assert more.json()["error"] == "invalid_scope"
    less = (await client.refresh(tokens["refresh_token"], scope="titles.read")).json()
    assert less["scope"] == "titles.read"
    assert less["refresh_token"] != tokens["refresh_token"]
    assert (await client.refresh(less["refresh_token"])).json()["scope"] == tokens["scope"]


async def test_a_refresh_token_used_twice_ends_the_family(held, session):
    """The newest one of it too."""
    client, tokens, _ = held
    newest = (await client.refresh(tokens["refresh_token"])).json()["refresh_token"]
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await client.refresh(newest)).json()["error"] == "invalid_grant"
    async with session("accounts") as tx:
        told = "select count(*) from audit_log where action = 'oauth.REFRESH_TOKEN_REUSED'"
        assert await tx.scalar(text(told)) == 1


async def test_one_refresh_token_used_by_64_at_once_gives_one_set(held, session):
    """And ends the family."""
    client, tokens, _ = held
    answers = await asyncio.gather(*(client.refresh(tokens["refresh_token"]) for _ in range(64)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    async with session("accounts") as tx:
        ended = "select count(*) from session where client_id is not null and ended_by = 'REUSE'"
        assert await tx.scalar(text(ended)) == 1
        assert await tx.scalar(text("select count(*) from refresh_token")) == 2


async def test_a_refresh_token_is_its_clients_own(third, held):
    """Another client's try with it is refused and harms nobody; nor does it open a session without limits."""
    client, tokens, _ = held
    other = await third.front_end()
    assert (await other.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    body = {"refresh_token": tokens["refresh_token"]}
    refused(await third.world.ask("POST", "/v1/sessions/refresh", None, body), 401, "REFRESH_REFUSED")
    assert (await client.refresh(tokens["refresh_token"])).status_code == 200


async def test_a_revoked_token_ends_all_of_its_family(third, held):
    """By either kind of token; another client's token is not ended, an unknown one is no error (RFC 7009)."""
    client, tokens, _ = held
    other = await third.front_end()
    assert (await other.ask("/oauth/revoke", token=tokens["refresh_token"])).json()[
        "error"
    ] == "invalid_grant"
    assert (await client.ask("/oauth/revoke", token="unknown")).status_code == 200
    assert (await client.ask("/oauth/introspect", token=tokens["access_token"])).json()["active"] is True
    revoked = await client.ask("/oauth/revoke", token=tokens["access_token"], token_type_hint="odd")
    assert revoked.status_code == 200
    assert (await client.ask("/oauth/introspect", token=tokens["access_token"])).json() == {"active": False}
    assert (await client.ask("/oauth/introspect", token=tokens["refresh_token"])).json() == {"active": False}
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_who_may_know_of_a_token(third, held):
    """Its own confidential client and our services; others learn nothing, a public client may not ask."""
    client, tokens, someone = held
    told = (await client.ask("/oauth/introspect", token=tokens["access_token"])).json()
    assert told["active"] is True
    assert told["client_id"] == client.client_id
    assert told["sub"] == someone["person"]["account_id"]
    assert told["scope"] == tokens["scope"]
    refresh = (await client.ask("/oauth/introspect", token=tokens["refresh_token"])).json()
    assert refresh["token_type"] == "refresh_token"
    other = await third.front_end(kind="CONFIDENTIAL")
    assert (await other.ask("/oauth/introspect", token=tokens["access_token"])).json() == {"active": False}
    public = await third.front_end()
    assert (await public.ask("/oauth/introspect", token=tokens["access_token"])).status_code == 401
    service = ("workflow", SERVICE_SECRETS["workflow"])
    asked = {"data": {"token": tokens["access_token"]}}
    by_us = await third.world.http.post("/oauth/introspect", auth=service, **asked)
    assert by_us.json()["active"] is True
    wrong = await third.world.http.post("/oauth/introspect", auth=("workflow", "wrong"), **asked)
    assert wrong.status_code == 401


async def test_the_owner_sees_a_consent_and_takes_it_back(third, held):
    """What the client holds ends with it; what was never given cannot be taken back."""
    client, tokens, someone = held
    mine = third.world.applicant(someone["person"], await third.world.hospital())
    listed = (await third.world.ask("GET", "/v1/oauth/consents", mine)).json()["items"]
    assert [(each["client_id"], each["scopes"]) for each in listed] == [
        (client.client_id, sorted(tokens["scope"].split()))
    ]
    gone = await third.world.ask("DELETE", f"/v1/oauth/consents/{client.client_id}", mine)
    assert gone.status_code == 200
    again = await third.world.ask("DELETE", f"/v1/oauth/consents/{client.client_id}", mine)
    refused(again, 404, "CONSENT_NOT_FOUND")
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"


async def test_a_new_password_ends_what_clients_hold(third, held, session):
    """A client's session is one of the account's, and ends like any other."""
    client, tokens, someone = held
    manager = await third.world.ask(
        "POST",
        f"/v1/accounts/{someone['person']['account_id']}/activation",
        token_at(await third.world.hospital()),
    )
    await third.world.activate(manager.json()["record"], "Another-Long-Secret-9")
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
