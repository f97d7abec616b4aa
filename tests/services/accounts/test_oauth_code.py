"""Authorization codes: proof of possession, exact addresses, one use, one minute, and what they give."""

from __future__ import annotations

import asyncio

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import text

from tests.platform.tokens import bearer
from tests.services.accounts.third_party import BACK, READ, answer_of
from tests.services.accounts.world import PASSWORD


async def test_a_front_end_signs_somebody_in(third):
    """From the page to a code, tokens, an ID token that fits, userinfo, and a call with them."""
    someone, client, browser = await third.somebody(), await third.front_end(), third.browser()
    page = await browser.open(client.address())
    assert "某市人才服务" in page.text
    page = await browser.press("password", login=someone["activation"]["login"], password=PASSWORD)
    assert "以您的身份查看" in page.text
    assert "卓玛" in page.text
    told = answer_of(await browser.press("allow"))
    assert told["state"] == client.state
    assert told["iss"] == "http://127.0.0.1:8101"
    tokens = (await client.exchange(told["code"])).json()
    assert tokens["scope"] == READ
    assert tokens["token_type"] == "Bearer"
    keys = KeySet.import_key_set((await third.world.ask("GET", "/.well-known/jwks.json")).json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["EdDSA"]).claims
    assert claims["iss"] == told["iss"]
    assert claims["aud"] == [client.client_id]
    assert claims["nonce"] == client.nonce
    assert claims["at_hash"]
    assert claims["amr"] == ["pwd"]
    info = (await third.world.ask("GET", "/oauth/userinfo", tokens["access_token"])).json()
    assert info["sub"] == claims["sub"] == someone["person"]["account_id"]
    assert info["name"] == "卓玛"
    me = await third.world.ask("GET", "/v1/me", tokens["access_token"])
    assert me.json()["login"] == someone["activation"]["login"]


async def _live_sessions(session, client) -> int:
    async with session("accounts") as tx:
        live = "select count(*) from session where ended_at is null and client_id = cast(:id as uuid)"
        return await tx.scalar(text(live), {"id": client.client_id})


@pytest.mark.parametrize(
    "changed",
    [
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"scope": "titles.read everything"},
        {"scope": ""},
        {"response_type": "token"},
        {"response_type": None},
        {"response_type": 'co"de'},
        {"request": "eyJ9.e30."},
        {"nonce": "n" * 300},
        {"prompt": "none"},
        {"prompt": "none login"},
    ],
)
async def test_what_is_wrong_goes_back_to_the_client(third, changed):
    """Once client and address are known, an error is told there, with state and issuer, and nobody is asked."""
    client = await third.front_end()
    told = answer_of(await third.browser().open(client.address(**changed)))
    assert told["error"]
    assert told["state"] == client.state
    assert told["iss"] == "http://127.0.0.1:8101"
    assert "code" not in told


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": "x" * 50},
        {"code_verifier": None},
        {"code_verifier": "short"},
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": None},
        {"client_id": "00000000-0000-0000-0000-000000000000"},
        {"client_id": "nobody"},
        {"code": "guessed"},
        {"code": ""},
    ],
)
async def test_a_code_is_bound_and_a_wrong_try_leaves_it_good(third, session, changed):
    """Client, address and verifier all have to fit; whoever lacks one gets nothing, and takes nothing from its owner."""
    someone, client = await third.somebody(), await third.front_end()
    code = await third.code(client, someone["activation"]["login"])
    refused = await client.exchange(**({"code": code} | changed))
    assert refused.status_code in {400, 401}, refused.text
    assert refused.json()["error"] in {"invalid_grant", "invalid_request", "invalid_client"}
    assert refused.headers["cache-control"] == "no-store"
    assert await _live_sessions(session, client) == 0
    assert (await client.exchange(code)).status_code == 200


async def test_another_client_gets_nothing_for_a_code(third, session):
    """A code that leaked to another client is none there (mix-up, code injection)."""
    someone, client, other = await third.somebody(), await third.front_end(), await third.front_end()
    code = await third.code(client, someone["activation"]["login"])
    other.verifier = client.verifier
    assert (await other.exchange(code)).json()["error"] == "invalid_grant"
    assert (await client.exchange(code)).status_code == 200


async def test_a_code_used_twice_takes_back_what_it_gave(third, session):
    """Two hold it, and one of them stole it: the first tokens are good no more."""
    someone, client = await third.somebody(), await third.front_end()
    code = await third.code(client, someone["activation"]["login"])
    tokens = (await client.exchange(code)).json()
    assert (await client.exchange(code)).json()["error"] == "invalid_grant"
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    async with session("accounts") as tx:
        told = "select count(*) from audit_log where action = 'oauth.CODE_REUSED'"
        assert await tx.scalar(text(told)) == 1


async def test_a_code_is_good_for_a_minute(third, session):
    """One that is older is none."""
    someone, client = await third.somebody(), await third.front_end()
    code = await third.code(client, someone["activation"]["login"])
    async with session("accounts") as tx:
        left = await tx.scalar(text("select extract(epoch from expires_at - now()) from oauth_code"))
        assert 50 < left <= 60
        await tx.execute(text("update oauth_code set expires_at = now() - interval '1 second'"))
    assert (await client.exchange(code)).json()["error"] == "invalid_grant"
    assert await _live_sessions(session, client) == 0


async def test_one_code_exchanged_by_64_at_once_gives_one_set_of_tokens(third, session):
    """And as it was used more than once, that one ends too."""
    someone, client = await third.somebody(), await third.front_end()
    code = await third.code(client, someone["activation"]["login"])
    answers = await asyncio.gather(*(client.exchange(code) for _ in range(64)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert await _live_sessions(session, client) == 0
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from refresh_token")) == 1


async def test_nothing_secret_is_kept_readable(third, session):
    """Codes, refresh tokens, cookies and client secrets are in the database as digests only."""
    someone, client = await third.somebody(), await third.front_end(kind="CONFIDENTIAL")
    browser = third.browser()
    code = await third.code(client, someone["activation"]["login"], browser=browser)
    tokens = (await client.exchange(code)).json()
    cookie = browser.http.cookies["titles-session"]
    async with session("accounts") as tx:
        kept = ""
        for table in ("oauth_client", "oauth_code", "session", "refresh_token", "browser_session"):
            kept += str(await tx.scalar(text(f"select jsonb_agg(t)::text from {table} t")))
    for secret in (code, tokens["refresh_token"], cookie, client.secret, client.verifier):
        assert secret not in kept
        assert secret.encode().hex() not in kept


async def test_a_token_names_its_client_and_carries_seats_only_where_they_serve(third):
    """Identity alone needs no roles; the claims tell client, scope and session."""
    someone, client = await third.somebody(), await third.front_end()
    keys = KeySet.import_key_set((await third.world.ask("GET", "/.well-known/jwks.json")).json())

    async def claims(scope):
        tokens = await third.tokens(client, someone["activation"]["login"], scope=scope)
        return jwt.decode(tokens["access_token"], keys, algorithms=["Ed25519"]).claims

    identity, reading = await claims("openid"), await claims("titles.read")
    assert identity["client_id"] == client.client_id
    assert identity["scope"] == "openid"
    assert identity["seats"] == []
    assert [seat["role"] for seat in reading["seats"]] == ["APPLICANT"]
    info = await third.world.http.get("/oauth/userinfo", headers=bearer("nonsense"))
    assert info.status_code == 401
