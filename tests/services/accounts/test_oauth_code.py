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
