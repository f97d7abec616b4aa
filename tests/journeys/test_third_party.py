"""A third party's app over real processes: a client library written by others signs in; signing keys change under way."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Self
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
AT_EACH = {
    "accounts": "/v1/me",
    "workflow": "/v1/cycles",
    "quota": "/v1/annual-forms",
    "notifications": "/v1/inbox",
}
"""A question to each service that takes a token."""
SERVICE_TOKEN_SECONDS = 4
REFETCH_SECONDS = 2.5
"""A little longer than a service waits before it asks for the keys again."""


class App:
    """An app that leaves the protocol to oauthlib, and finds every address by discovery."""

    def __init__(self, stack, http: httpx.AsyncClient) -> None:
        self.stack, self.http = stack, http
        self.issuer = stack.url("accounts")
        self.tokens: dict = {}
        self.recovery: list[str] = []
        self.session: dict = {}

    async def register(self, login: str) -> None:
        """Have the province's manager register it."""
        http, accounts = self.http, self.issuer
        told = {"login": login, "password": DEMO_PASSWORD}
        asked = (await http.post(f"{accounts}/v1/sessions", json=told)).json()
        digits = pyotp.TOTP(asked["enrolment"]["secret"]).now()
        answer = {"challenge_token": asked["challenge_token"], "code": digits}
        session = await http.post(f"{accounts}/v1/sessions/second-factor", json=answer)
        self.recovery = list(session.json()["recovery_codes"])
        self.session = session.json()
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


@pytest.fixture(scope="module", autouse=True)
def _quick():
    """Before the stack starts: tokens of services that end soon, and an accounts that looks at its keys often."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVICE_TOKEN_SECONDS", str(SERVICE_TOKEN_SECONDS))
        patch.setenv("SIGNING_KEYS_EVERY_SECONDS", "0.2")
        yield


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


class Load:
    """Callers of every service that never stop, and all that went wrong for one of them."""

    def __init__(self, app: App, session: dict) -> None:
        self.app, self.stack, self.http = app, app.stack, app.http
        self.session, self.held = session, session["access_token"]
        self.calls: Counter[str] = Counter()
        self.kids: set[str] = set()
        self.failures: list[tuple[str, str]] = []
        self._going: list[asyncio.Task] = []

    async def __aenter__(self) -> Self:
        ways = {"held": self.with_a_token_held, "newest": self.with_the_newest, "service": self.as_a_service}
        self._going = [asyncio.create_task(self.keep(name, way)) for name, way in ways.items()]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._going:
            task.cancel()

    async def keep(self, name: str, way) -> None:
        """Call again and again."""
        while True:
            try:
                await way(name)
            except (httpx.HTTPError, KeyError, ValueError) as error:
                self.failures.append((name, repr(error)))
            await asyncio.sleep(0.05)

    async def with_a_token_held(self, name: str) -> None:
        """Somebody whose token is as old as it may be."""
        await self.everywhere(name, self.held)

    async def with_the_newest(self, name: str) -> None:
        """Somebody whose token was signed a moment ago."""
        told = {"refresh_token": self.session["refresh_token"]}
        answer = await self.http.post(f"{self.stack.url('accounts')}/v1/sessions/refresh", json=told)
        self.session = self.heard(name, answer).json()
        self.kids.add(kid_of(self.session["access_token"]))
        await self.everywhere(name, self.session["access_token"])

    async def as_a_service(self, name: str) -> None:
        """A service of ours, with a token of its own."""
        own = ("notifications", self.stack.keys.service_secrets["notifications"])
        answer = await self.http.post(f"{self.stack.url('accounts')}/v1/service-tokens", auth=own)
        token = self.heard(name, answer).json()["access_token"]
        await self.get(name, token, "accounts", "/v1/organisations?first=1")

    async def everywhere(self, name: str, token: str) -> None:
        """At each service, and through the gateway."""
        for service, path in AT_EACH.items():
            await self.get(name, token, service, path)
        headers = {"authorization": f"Bearer {token}"}
        answer = await self.http.post(
            f"{self.stack.url('gateway')}/graphql", json={"query": ASKED}, headers=headers
        )
        if "errors" in self.heard(name, answer).json():
            self.failures.append((name, answer.text))

    async def get(self, name: str, token: str, service: str, path: str) -> None:
        """One question."""
        headers = {"authorization": f"Bearer {token}"}
        self.heard(name, await self.http.get(f"{self.stack.url(service)}{path}", headers=headers))

    def heard(self, name: str, answer: httpx.Response) -> httpx.Response:
        """Count an answer, and keep it where it is not what was asked for."""
        self.calls[name] += 1
        if not answer.is_success:
            self.failures.append((name, f"{answer.request.url} {answer.status_code} {answer.text}"))
        return answer


def kid_of(token: str) -> str:
    """The key that signed a token."""
    head = token.partition(".")[0]
    kid: str = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
    return kid


async def change_keys(stack, step: str) -> None:
    """What an operator types."""
    command = [sys.executable, "-m", "services.accounts.keys", step, "--file", stack.layout.signing_keys]
    await asyncio.to_thread(subprocess.run, command, cwd=PROJECT, check=True, timeout=60)


async def published(app: App) -> list[str]:
    """The ids of the keys that accounts tells the world."""
    return [each["kid"] for each in (await app.http.get(app.at["jwks_uri"])).json()["keys"]]


async def until(app: App, right: Callable[[list[str]], bool]) -> list[str]:
    """Wait until the right keys are published."""
    async with asyncio.timeout(30):
        while not right(kids := await published(app)):
            await asyncio.sleep(0.1)
    return kids


async def test_signing_keys_change_and_no_request_fails(app, stack):
    """[a] to [a, b] to [b, a] to [b] in the file that accounts follows: tokens of both verify everywhere, nothing is restarted."""
    pid = stack.children["accounts"].pid
    await app.sign_in(_manager(stack))
    [a] = await published(app)
    async with Load(app, app.session) as load:
        await change_keys(stack, "new")
        _, b = await until(app, lambda kids: len(kids) == 2)
        await asyncio.sleep(REFETCH_SECONDS)
        await change_keys(stack, "rotate")
        await until(app, lambda kids: kids == [b, a] and load.kids == {a, b})
        await app.refresh()
        assert kid_of(load.held) == a
        await asyncio.sleep(2)
        old, load.held = load.held, load.session["access_token"]
        await asyncio.sleep(SERVICE_TOKEN_SECONDS + 1)  # what a signed is in nobody's hands any longer
        await change_keys(stack, "retire")
        await until(app, lambda kids: kids == [b])
        await app.refresh()
        await asyncio.sleep(2)
    assert load.failures == []
    assert min(load.calls[name] for name in ("held", "newest", "service")) > 20
    assert stack.children["accounts"].pid == pid
    refused = await app.http.get(app.at["userinfo_endpoint"], headers={"authorization": f"Bearer {old}"})
    assert refused.status_code == 401
    assert (await app.ask()).json()["data"]["me"]["login"] == _manager(stack)
