"""A third party's app over real processes: a client library written by others signs in; signing keys change under way."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
from contextlib import suppress
from urllib.parse import urljoin

import httpx
import pyotp
import pytest
from oauthlib.oauth2 import WebApplicationClient

from deploy.local.layout import DEMO_PASSWORD, PROJECT
from tests.services.accounts.third_party import Browser

pytestmark = pytest.mark.journey
BACK = "http://127.0.0.1:49152/back"
SCOPE = ["openid", "profile", "titles.read"]
FORM = {"content-type": "application/x-www-form-urlencoded"}
ASKED = "{ me { login } unreadMessages }"


class App:
    """An app that leaves the protocol to oauthlib, and finds every address by discovery."""

    def __init__(self, stack, http: httpx.AsyncClient) -> None:
        self.stack, self.http = stack, http
        self.issuer = stack.url("accounts")
        self.tokens: dict = {}
        self.recovery: list[str] = []

    async def register(self, login: str) -> None:
        """Have the province's manager register it."""
        http, accounts = self.http, self.issuer
        told = {"login": login, "password": DEMO_PASSWORD}
        asked = (await http.post(f"{accounts}/v1/sessions", json=told)).json()
        digits = pyotp.TOTP(asked["enrolment"]["secret"]).now()
        answer = {"challenge_token": asked["challenge_token"], "code": digits}
        session = await http.post(f"{accounts}/v1/sessions/second-factor", json=answer)
        self.recovery = list(session.json()["recovery_codes"])
        manager = {"authorization": f"Bearer {session.json()['access_token']}"}
        root = session.json()["account"]["roles"][0]["organisation_id"]
        told = {
            "name": "某手机应用",
            "organisation_id": root,
            "kind": "PUBLIC",
            "redirect_uris": ["http://127.0.0.1/back"],
            "scopes": [*SCOPE, "titles.write"],
            "grants": ["authorization_code", "refresh_token"],
        }
        made = await http.post(f"{accounts}/v1/oauth/clients", json=told, headers=manager)
        assert made.status_code == 201, made.text
        self.client = WebApplicationClient(made.json()["record"]["client"]["client_id"])
        self.at = (await http.get(f"{accounts}/.well-known/openid-configuration")).json()

    async def sign_in(self, login: str) -> None:
        """Through the page, to tokens."""
        state, verifier = secrets.token_urlsafe(16), self.client.create_code_verifier(64)
        challenge = self.client.create_code_challenge(verifier, "S256")
        address = self.client.prepare_request_uri(
            self.at["authorization_endpoint"],
            redirect_uri=BACK,
            scope=SCOPE,
            state=state,
            code_challenge=challenge,
            code_challenge_method="S256",
        )
        async with httpx.AsyncClient(trust_env=False) as http:
            browser = Browser(http)
            await browser.open(address)
            await browser.press("password", login=login, password=DEMO_PASSWORD)
            await browser.press("code", code=self.recovery.pop())
            answer = await browser.press("allow")
        back = urljoin(str(answer.url), answer.headers["location"])
        assert back.startswith(BACK)
        told = self.client.parse_request_uri_response(back, state=state)
        assert told["iss"] == self.at["issuer"]
        body = self.client.prepare_request_body(
            code=told["code"], redirect_uri=BACK, code_verifier=verifier, include_client_id=True
        )
        await self._token(body)

    async def refresh(self) -> None:
        """New tokens for old."""
        body = self.client.prepare_refresh_body(
            refresh_token=self.tokens["refresh_token"], client_id=self.client.client_id
        )
        await self._token(body)

    async def ask(self, query: str = ASKED) -> httpx.Response:
        """Call the gateway."""
        return await self.http.post(
            f"{self.stack.url('gateway')}/graphql", json={"query": query}, headers=self.bearer
        )

    @property
    def bearer(self) -> dict[str, str]:
        """The header that carries the access token."""
        return {"authorization": f"Bearer {self.tokens['access_token']}"}

    async def _token(self, body: str) -> None:
        answer = await self.http.post(self.at["token_endpoint"], content=body, headers=FORM)
        assert answer.status_code == 200, answer.text
        self.tokens = dict(self.client.parse_request_body_response(answer.text))


@pytest.fixture(scope="module")
async def app(stack):
    """A registered app, once for this file."""
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        app = App(stack, http)
        await app.register(_manager(stack))
        yield app


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch):
    """On this machine only: oauthlib wants https."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def _manager(stack) -> str:
    return stack.seeded.splitlines()[0].partition(" / ")[0]


async def test_a_library_written_by_others_signs_in(app, stack):
    """Discovery, page, code, tokens, userinfo, the gateway, a mutation refused, refresh, revocation."""
    await app.sign_in(_manager(stack))
    info = (await app.http.get(app.at["userinfo_endpoint"], headers=app.bearer)).json()
    assert info["preferred_username"] == _manager(stack)
    seen = (await app.ask()).json()
    assert seen["data"]["me"]["login"] == _manager(stack), seen
    wanted = 'mutation { markInboxRead: createStaffAccount(input: {organisationId: "%s", name: "a", login: "abc", roles: []}) { errors { code } } }'
    organisation = "T3JnYW5pc2F0aW9uOjAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA=="
    refused = (await app.ask(wanted % organisation)).json()
    assert refused["data"]["markInboxRead"]["errors"][0]["code"] == "INSUFFICIENT_SCOPE", refused
    old = app.tokens["refresh_token"]
    await app.refresh()
    assert app.tokens["refresh_token"] != old
    address, body, headers = _revocation(app)
    assert (await app.http.post(address, content=body, headers=headers)).status_code == 200
    with pytest.raises(AssertionError, match="invalid_grant"):
        await app.refresh()


def _revocation(app) -> tuple[str, str, dict[str, str]]:
    address, headers, body = app.client.prepare_token_revocation_request(
        app.at["revocation_endpoint"].replace("http://", "https://", 1),
        app.tokens["refresh_token"],
        client_id=app.client.client_id,
    )
    return address.replace("https://", "http://", 1), body, FORM | headers


def _next(keys: str, step: str) -> str:
    """What the command tells an operator to set next."""
    told = subprocess.run(
        [sys.executable, "-m", "services.accounts.keys", step],
        cwd=PROJECT,
        env=dict(os.environ) | {"SIGNING_KEYS": keys},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return told.stdout.strip()


async def test_signing_keys_change_and_nobody_is_signed_out(app, stack):
    """[a] to [a, b] to [b, a] to [b], with accounts restarted each time: a client that keeps calling never meets a 401."""
    await app.sign_in(_manager(stack))
    statuses: list[object] = []

    async def keep_calling() -> None:
        while True:
            with suppress(httpx.HTTPError):
                answer = await app.ask("{ unreadMessages }")
                errors = answer.json().get("errors") or []
                codes = [each.get("extensions", {}).get("code") for each in errors]
                statuses.append((answer.status_code, *codes))
            await asyncio.sleep(0.05)

    calling = asyncio.create_task(keep_calling())
    child = stack.children["accounts"]
    kids = []
    for step in ("new", "rotate", "retire"):
        keys = _next(child._environment["SIGNING_KEYS"], step)  # noqa: SLF001 - as an operator sets it
        await stack.kill("accounts")
        child._environment = dict(child._environment) | {"SIGNING_KEYS": keys}  # noqa: SLF001 - as above
        await stack.start_again("accounts")
        await app.refresh()
        await asyncio.sleep(1)
        kids.append([each["kid"] for each in json.loads(keys)])
    calling.cancel()
    (a, b), (b2, a2), (b3,) = kids
    assert (a, b) == (a2, b2)
    assert b == b3
    assert len(statuses) > 20
    refused = [
        each for each in statuses if each[0] == 401 or {"TOKEN_INVALID", "UNAUTHENTICATED"} & set(each[1:])
    ]
    assert refused == []
    assert (200,) in statuses
    published = (await app.http.get(app.at["jwks_uri"])).json()["keys"]
    assert [each["kid"] for each in published] == [b]
