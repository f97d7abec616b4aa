"""Sign-in at an external OpenID Connect issuer, proven against a server that others wrote, in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from sqlalchemy import text

from deploy.local.postgres import free_port
from services.accounts.oauth.external import CALLBACK
from tests.services.accounts import oidc_server
from tests.services.accounts.third_party import Form, Third, answer_of
from tests.services.accounts.world import PASSWORD, refused

OURS = "http://127.0.0.1:8101"
KNOWN = "unified.person"
READY_SECONDS = 30


class Unified:
    """The province's unified identity: that server, and a browser's way through its pages."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, with new keys, and wait until it answers."""
        program = [sys.executable, str(Path(oidc_server.__file__)), str(self.port)]
        self._process = await asyncio.create_subprocess_exec(
            *program,
            *("titles", "a secret: with %signs", f"{OURS}{CALLBACK}", KNOWN),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(READY_SECONDS), httpx.AsyncClient(trust_env=False) as http:
            while True:
                try:
                    await http.get(f"{self.issuer}/.well-known/openid-configuration")
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
                else:
                    return

    async def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()

    async def through(self, address: str, login: str) -> str:
        """Sign in there, page by page, until the browser is sent back to us; where to."""
        filled = {"login": login, "password": oidc_server.PASSWORD}
        async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
            answer = await http.get(address)
            for _ in range(12):
                while answer.has_redirect_location:
                    address = urljoin(str(answer.url), answer.headers["location"])
                    if address.startswith(OURS):
                        return address.removeprefix(OURS)
                    answer = await http.get(address)
                fields = Form(answer.text).fields
                told = {name: filled.get(name, value) for name, value in fields.items()}
                answer = await http.post(str(answer.url), data=told | {"answer": "accept"})
        raise AssertionError(answer.text)


@pytest.fixture(scope="module")
async def unified():
    """The server, once for this file."""
    server = Unified()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def elsewhere(third, client, unified) -> Third:
    """The same world, with sign-in left to the unified identity."""
    told = {
        "external_issuer": unified.issuer,
        "external_client_id": "titles",
        "external_client_secret": "a secret: with %signs",
    }
    app = (await client("accounts", settings=told))._transport.app  # noqa: SLF001 - the app itself
    return Third(third.world, app)


async def _links(session) -> int:
    async with session("accounts") as tx:
        return await tx.scalar(text("select count(*) from external_identity"))


async def _person(third):
    hospital = await third.world.hospital()
    record = await third.world.add_person(hospital, login=KNOWN)
    await third.world.activate(record["activation"])
    return record


async def _sign_in(third, unified, browser, address, login=KNOWN):
    """From our page to the unified identity and back; what comes of it."""
    sent = await browser.open(address)
    assert sent.status_code == 302
    assert sent.headers["location"].startswith(unified.issuer)
    back = await unified.through(sent.headers["location"], login)
    return await browser.open(back)


async def test_somebody_signs_in_there_and_is_known_here(elsewhere, unified, session):
    """Found the first time by the sign-in name, then by issuer and subject; code and tokens are ours as ever."""
    someone, client = await _person(elsewhere), await elsewhere.front_end()
    for _ in range(2):
        browser = elsewhere.browser()
        done = await _sign_in(elsewhere, unified, browser, client.address(prompt="consent"))
        assert done.status_code == 302, done.text
        await browser.open(done.headers["location"].removeprefix(OURS))
        told = answer_of(await browser.press("allow"))
        assert told["state"] == client.state
        tokens = (await client.exchange(told["code"])).json()
        info = await elsewhere.world.ask("GET", "/oauth/userinfo", tokens["access_token"])
        assert info.json()["sub"] == someone["person"]["account_id"]
        assert await _links(session) == 1
    async with session("accounts") as tx:
        row = (await tx.execute(text("select issuer, subject from external_identity"))).one()
        assert tuple(row) == (unified.issuer, f"id-of-{KNOWN}")
        hows = await tx.scalars(text("select distinct how from session"))
        assert set(hows) == {"EXTERNAL"}


async def test_a_stranger_is_told_so_and_nothing_changes(elsewhere, unified, session):
    """The identity is confirmed there and unknown here: no account, no link, no session, a clear page."""
    client, browser = await elsewhere.front_end(), elsewhere.browser()
    page = await _sign_in(elsewhere, unified, browser, client.address(), oidc_server.STRANGER)
    assert page.status_code == 403
    assert "没有对应的账号" in page.text
    assert await _links(session) == 0
    assert "titles-session" not in browser.http.cookies
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from browser_session")) == 0


async def test_passwords_are_taken_there_only(elsewhere, session):
    """Here every password is answered alike, right or wrong; only an operator's right one opens, should all else be away."""
    world = elsewhere.world
    there = type(world)(elsewhere.browser().http, world.root)
    someone = await _person(elsewhere)
    for login, password in (
        (KNOWN, PASSWORD),
        (KNOWN, "wrong"),
        ("nobody-has-this", "wrong"),
        ("operator", "wrong"),
    ):
        problem = refused(await there.sign_in(login, password), 403, "SIGN_IN_ELSEWHERE")
        assert f"{OURS}/oauth/authorize" in problem["message"]
    async with session("accounts") as tx:
        held = "insert into role_grant (id, account_id, role, organisation_id) values (gen_random_uuid(), :a, 'OPERATOR', :o)"
        await tx.execute(text(held), {"a": someone["person"]["account_id"], "o": world.root["id"]})
    assert (await there.sign_in(KNOWN)).status_code == 200
    client, browser = await elsewhere.front_end(), elsewhere.browser()
    shown = await elsewhere.browser().http.post(client.address(), data={"act": "password", "form": ""})
    assert shown.status_code == 403
    assert browser.http.cookies == {}


async def test_an_answer_fits_one_browser_and_one_request(elsewhere, unified, session):
    """Another browser's answer, one with another state or issuer, one without a code, one again: all refused."""
    await _person(elsewhere)
    client, browser = await elsewhere.front_end(), elsewhere.browser()
    sent = await browser.open(client.address())
    back = await unified.through(sent.headers["location"], KNOWN)
    told = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert told["iss"] == unified.issuer
    other = elsewhere.browser()
    await other.open(client.address())
    cookie = {"cookie": f"titles-external={browser.http.cookies['titles-external']}"}

    async def answered(http, answer, **headers):
        return (await http.get(CALLBACK, params=answer, headers=headers)).status_code

    assert await answered(other.http, told) == 401
    plain = elsewhere.browser().http
    assert await answered(plain, told) == 401
    assert await answered(plain, told | {"state": "another"}, **cookie) == 401
    assert await answered(plain, told | {"iss": "https://evil.example"}, **cookie) == 401
    assert await answered(plain, {name: told[name] for name in ("code", "state")}, **cookie) == 401
    assert await answered(plain, {name: told[name] for name in ("iss", "state")}, **cookie) == 401
    assert await answered(plain, told, **cookie) == 302
    assert await answered(plain, told, **cookie) == 401
    assert await _links(session) == 1


async def test_its_keys_may_change_and_it_may_be_away(elsewhere, unified):
    """New keys are fetched when a token names one; while it is away, people are told so, and go on once it is back."""
    await _person(elsewhere)
    client = await elsewhere.front_end()
    assert (await _sign_in(elsewhere, unified, elsewhere.browser(), client.address())).status_code == 302
    browser = elsewhere.browser()
    sent = await browser.open(client.address())
    await unified.stop()
    state = parse_qs(urlsplit(sent.headers["location"]).query)["state"][0]
    answer = {"code": "any", "state": state, "iss": unified.issuer}
    page = await browser.http.get(CALLBACK, params=answer)
    assert page.status_code == 503
    assert "暂时不可用" in page.text
    await unified.start()
    assert (await _sign_in(elsewhere, unified, elsewhere.browser(), client.address())).status_code == 302


async def test_64_first_sign_ins_at_once_make_one_link(elsewhere, unified, session, installation):
    """Whoever comes first links; all of them are the same account."""
    from services.accounts.installation import Desk
    from services.accounts.oauth import identities
    from services.accounts.oauth.issuer import Subject
    from services.kit import clock

    someone = await _person(elsewhere)
    subject = Subject(unified.issuer, "one", KNOWN)

    async def come():
        async with session("accounts") as tx:
            desk = Desk(installation, await clock.now(tx, simulated=True))
            return await identities.account_of(tx, desk, subject)

    found = await asyncio.gather(*(come() for _ in range(64)))
    assert {str(each) for each in found} == {someone["person"]["account_id"]}
    assert await _links(session) == 1


def test_an_issuer_without_a_client_stops_the_service():
    """A half-made configuration is told at start, not at the first sign-in."""
    from services.accounts.oauth.issuer import Issuer
    from tests.platform.settings import settings_for

    settings = settings_for(
        lambda _: "postgresql://nowhere/", "accounts", external_issuer="https://id.example"
    )
    with pytest.raises(ValueError, match="EXTERNAL_CLIENT_ID"):
        Issuer.of(settings)
    with pytest.raises(ValueError, match="external_issuer"):
        settings_for(lambda _: "postgresql://nowhere/", "accounts", external_issuer="http://id.example")
