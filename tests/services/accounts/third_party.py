"""A third party's front end and the browser of its user, as tests drive them: plain HTTP, forms and cookies."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from tests.platform.apps import over_asgi
from tests.services.accounts.world import PASSWORD, World, new_login, token_at

BACK = "https://front-end.example/back"
READ = "openid profile titles.read"
GRANTS = ["authorization_code", "refresh_token"]
Record = dict[str, Any]


class Form(HTMLParser):
    """The fields and buttons of a page's form, and the words beside them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.acts: list[str] = []
        self.scripts = 0
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note inputs and buttons."""
        told = {name: value or "" for name, value in attrs}
        if tag == "input" and "name" in told:
            self.fields[told["name"]] = told.get("value", "")
        elif tag == "button":
            self.acts.append(told.get("value", ""))
        elif tag == "script":
            self.scripts += 1

    def handle_data(self, data: str) -> None:
        """Note what is said."""
        if data.strip():
            self.words.append(data.strip())


@dataclass
class Browser:
    """A browser: it keeps cookies and follows redirects only within the issuer."""

    http: httpx.AsyncClient
    language: str = "zh-CN"
    shown: httpx.Response | None = None

    async def open(self, address: str) -> httpx.Response:
        """Go to an address of the issuer."""
        self.shown = await self.http.get(address, headers={"accept-language": self.language})
        return self.shown

    async def press(self, act: str, **filled: str) -> httpx.Response:
        """Fill the shown form in and press a button."""
        assert self.shown is not None
        form = Form(self.shown.text)
        assert act in form.acts, (act, form.acts, form.words)
        fields = {**form.fields, **filled, "act": act}
        headers = {"accept-language": self.language}
        self.shown = await self.http.post(str(self.shown.url), data=fields, headers=headers)
        return self.shown


@dataclass
class FrontEnd:
    """A registered client: what it asks for, and what it does with the answer."""

    http: httpx.AsyncClient
    client_id: str
    secret: str | None = None
    redirect_uri: str = BACK
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    @property
    def challenge(self) -> str:
        """The challenge of its verifier."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def address(self, scope: str = READ, **changed: str | None) -> str:
        """Where it sends the browser."""
        told = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": scope,
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        }
        kept = {name: value for name, value in (told | changed).items() if value is not None}
        return f"/oauth/authorize?{urlencode(kept)}"

    async def ask(self, path: str, **form: str | None) -> httpx.Response:
        """A request to one of the issuer's endpoints, with the client's credentials."""
        told = {name: value for name, value in form.items() if value is not None}
        if self.secret is None:
            told.setdefault("client_id", self.client_id)
        auth = (self.client_id, self.secret) if self.secret else None
        return await self.http.post(path, data=told, auth=auth)

    async def exchange(self, code: str, **changed: str | None) -> httpx.Response:
        """Exchange a code."""
        told = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": self.verifier,
        }
        return await self.ask("/oauth/token", **(told | changed))

    async def refresh(self, token: str, **changed: str) -> httpx.Response:
        """Exchange a refresh token."""
        return await self.ask("/oauth/token", grant_type="refresh_token", refresh_token=token, **changed)


def answer_of(response: httpx.Response, back: str = BACK) -> dict[str, str]:
    """What the browser takes back to the client."""
    assert response.status_code in {302, 303}, response.text
    location = response.headers["location"]
    assert location.startswith(f"{back}?"), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@dataclass
class Third:
    """The world of third parties: a province, its app, and ways to get clients, people and codes."""

    world: World
    app: Any

    def browser(self, **more: Any) -> Browser:
        """A fresh browser."""
        return Browser(over_asgi(self.app), **more)

    async def register(self, **changed: Any) -> httpx.Response:
        """Ask for a client of the province."""
        told = {
            "name": "某市人才服务",
            "organisation_id": self.world.root["id"],
            "kind": "PUBLIC",
            "redirect_uris": [BACK],
            "scopes": ["openid", "profile", "titles.read", "titles.write"],
            "grants": GRANTS,
        }
        return await self.world.ask("POST", "/v1/oauth/clients", token_at(self.world.root), told | changed)

    async def front_end(self, **changed: Any) -> FrontEnd:
        """A registered client."""
        answer = await self.register(**changed)
        assert answer.status_code == 201, answer.text
        record = answer.json()["record"]
        redirect = (record["client"]["redirect_uris"] or [BACK])[0]
        return FrontEnd(
            self.world.http, record["client"]["client_id"], record["client_secret"], redirect_uri=redirect
        )

    async def integration(self, *scopes: str, **changed: Any) -> FrontEnd:
        """A client that speaks for itself."""
        told = {"kind": "CONFIDENTIAL", "redirect_uris": [], "grants": ["client_credentials"]}
        return await self.front_end(scopes=list(scopes or ["titles.read"]), **(told | changed))

    async def somebody(self) -> Record:
        """An applicant with a password."""
        hospital = await self.world.hospital()
        record = await self.world.add_person(hospital, login=new_login("someone"))
        await self.world.activate(record["activation"])
        return record

    async def code(
        self, client: FrontEnd, login: str, *, browser: Browser | None = None, scope: str = READ
    ) -> str:
        """A code: signed in and consented to."""
        browser = browser or self.browser()
        await browser.open(client.address(scope))
        answer = await browser.press("password", login=login, password=PASSWORD)
        if not answer.has_redirect_location:  # nothing was consented to before
            answer = await browser.press("allow")
        return answer_of(answer, client.redirect_uri)["code"]

    async def tokens(self, client: FrontEnd, login: str, *, scope: str = READ) -> dict[str, Any]:
        """Tokens of somebody's for a client."""
        answer = await client.exchange(await self.code(client, login, scope=scope))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told
