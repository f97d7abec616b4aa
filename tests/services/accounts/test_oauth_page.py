"""The authorization page as a browser meets it: forms without scripts, in two languages, that no other site can use."""

from __future__ import annotations

import asyncio
import time

import pyotp
import pytest
from sqlalchemy import text

from tests.services.accounts.third_party import BACK, Form, Third, answer_of
from tests.services.accounts.world import PASSWORD, new_login, token_at

LOOPBACK = "http://127.0.0.1/back"


async def _codes(session) -> int:
    async with session("accounts") as tx:
        return await tx.scalar(text("select count(*) from oauth_code"))


async def test_the_page_is_safe_to_show(third):
    """No script, no frame, no cache, no referrer, forms only back here and to the client; cookies out of reach."""
    client, browser = await third.front_end(), third.browser()
    page = await browser.open(client.address())
    assert Form(page.text).scripts == 0
    policy = page.headers["content-security-policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "form-action 'self' https://front-end.example;" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "domain" not in cookie


async def test_cookies_are_bound_to_the_host_wherever_the_issuer_is_reached_by_https(third, client):
    """`__Host-` and `Secure`; only plain http on one's own machine goes without."""
    front_end = await third.front_end()
    https = await client("accounts", settings={"issuer_url": "https://id.example"})
    page = await https.get(front_end.address())
    assert page.headers["set-cookie"].startswith("__Host-titles-form=")
    assert "Secure" in page.headers["set-cookie"]
    assert (await https.get("/.well-known/openid-configuration")).json()["issuer"] == "https://id.example"


async def test_the_page_speaks_the_browsers_language(third):
    """Chinese first, English where it is preferred."""
    client = await third.front_end()
    chinese = await third.browser().open(client.address())
    english = await third.browser(language="en-GB").open(client.address())
    assert "登录名" in chinese.text
    assert "Sign-in name" in english.text
    assert english.headers["content-language"] == "en"


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "00000000-0000-0000-0000-000000000000"},
        {"client_id": "' or 1=1"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": BACK + "?more=1"},
        {"redirect_uri": "https://front-end.example@evil.example/back"},
        {"redirect_uri": "https://front-end.example/back\r\nset-cookie: a=b"},
        {"redirect_uri": "//front-end.example/back"},
        {"redirect_uri": None},
        {"state": "s" * 3000},
        {"state": "\u202e"},
    ],
)
async def test_an_error_before_the_address_is_known_is_a_page(third, changed):
    """The browser is sent nowhere: not by a GET, and not by a form."""
    client = await third.front_end()
    address = client.address(**changed)
    for answer in (
        await third.browser().open(address),
        await third.world.http.post(address, data={"act": "deny"}),
    ):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert "text/html" in answer.headers["content-type"]


async def test_a_form_of_another_browser_is_refused(third, session):
    """Neither signing in nor consent works with a form that was shown to somebody else, or with none."""
    someone, client = await third.somebody(), await third.front_end()
    login = someone["activation"]["login"]
    mine, other = third.browser(), third.browser()
    await other.open(client.address())
    foreign = Form(other.shown.text).fields["form"]
    await mine.open(client.address())
    for form in (foreign, "", "0" * 64):
        told = {"form": form, "act": "password", "login": login, "password": PASSWORD}
        refused = await mine.http.post(client.address(), data=told)
        assert refused.status_code == 403
        assert "titles-session" not in mine.http.cookies
    await mine.press("password", login=login, password=PASSWORD)
    for form in (foreign, ""):
        refused = await mine.http.post(client.address(), data={"form": form, "act": "allow"})
        assert refused.status_code == 403
    assert await _codes(session) == 0


async def test_denied_goes_back_as_denied(third, session):
    """Before and after signing in; no code is made."""
    someone, client = await third.somebody(), await third.front_end()
    browser = third.browser()
    await browser.open(client.address())
    assert answer_of(await browser.press("deny"))["error"] == "access_denied"
    await browser.open(client.address())
    await browser.press("password", login=someone["activation"]["login"], password=PASSWORD)
    told = answer_of(await browser.press("deny"))
    assert (told["error"], told["state"]) == ("access_denied", client.state)
    assert await _codes(session) == 0


async def test_a_browser_that_is_signed_in_needs_no_password(third):
    """And no consent for what was consented to; more scopes are asked for again."""
    someone, client, browser = await third.somebody(), await third.front_end(), third.browser()
    await third.code(client, someone["activation"]["login"], browser=browser, scope="openid titles.read")
    assert answer_of(await browser.open(client.address("titles.read")))["code"]
    assert answer_of(await browser.open(client.address("openid", prompt="none")))["code"]
    more = await browser.open(client.address("titles.read titles.write"))
    assert "以您的身份办理" in more.text
    told = answer_of(await browser.open(client.address("titles.write", prompt="none")))
    assert told["error"] == "consent_required"
    assert "allow" in Form((await browser.open(client.address("openid", prompt="consent"))).text).acts


async def test_an_address_that_anyone_can_take_is_asked_for_every_time(third):
    """A loopback port or private scheme proves nobody: no code leaves without the owner's word (RFC 8252, 8.6)."""
    someone, browser = await third.somebody(), third.browser()
    client = await third.front_end(redirect_uris=[LOOPBACK, "cn.example.app:/back"])
    client.redirect_uri = "http://127.0.0.1:51004/back"
    await third.code(client, someone["activation"]["login"], browser=browser)
    page = await browser.open(client.address())
    assert "allow" in Form(page.text).acts
    client.redirect_uri = "cn.example.app:/back"
    page = await browser.open(client.address())
    assert "form-action 'self' cn.example.app:" in page.headers["content-security-policy"]
    assert answer_of(await browser.press("allow"), client.redirect_uri)["code"]


async def test_consent_tells_for_how_long(third):
    """Whoever consents reads who asks, for what, where to, and for how many days at most."""
    someone, browser = await third.somebody(), third.browser()
    client = await third.front_end(redirect_uris=[LOOPBACK])
    client.redirect_uri = LOOPBACK
    await browser.open(client.address())
    page = await browser.press("password", login=someone["activation"]["login"], password=PASSWORD)
    assert "授权最长持续 90 天" in page.text
    assert "http://127.0.0.1" in page.text


async def test_a_client_may_want_a_fresh_sign_in(third, session):
    """`prompt=login` and `max_age` ask again, and are content with a sign-in just now."""
    someone, client, browser = await third.somebody(), await third.front_end(), third.browser()
    login = someone["activation"]["login"]
    await third.code(client, login, browser=browser)
    assert "password" in Form((await browser.open(client.address(prompt="login"))).text).acts
    assert answer_of(await browser.press("password", login=login, password=PASSWORD))["code"]
    assert answer_of(await browser.open(client.address(max_age="1000")))["code"]
    async with session("accounts") as tx:
        await tx.execute(text("update session set started_at = now() - interval '2 hours'"))
    assert "password" in Form((await browser.open(client.address(max_age="1000"))).text).acts
    none = client.address(max_age="1000", prompt="none")
    assert answer_of(await browser.open(none))["error"] == "login_required"


async def test_somebody_else_can_sign_in_instead(third):
    """The browser's session ends, and the form comes again."""
    first, second = await third.somebody(), await third.somebody()
    client, browser = await third.front_end(), third.browser()
    await browser.open(client.address())
    await browser.press("password", login=first["activation"]["login"], password=PASSWORD)
    gone = await browser.press("switch")
    assert gone.status_code == 303
    assert gone.headers["location"].startswith("http://127.0.0.1:8101/oauth/authorize?")
    code = await third.code(client, second["activation"]["login"], browser=browser)
    tokens = (await client.exchange(code)).json()
    info = (await third.world.ask("GET", "/oauth/userinfo", tokens["access_token"])).json()
    assert info["sub"] == second["person"]["account_id"]


async def test_wrong_passwords_wait_here_as_everywhere(third):
    """One message for a wrong name and a wrong password; then the wait; the name typed is shown back escaped."""
    someone, client, browser = await third.somebody(), await third.front_end(), third.browser()
    login = someone["activation"]["login"]
    await browser.open(client.address())
    told = set()
    for name in (login, "nobody-has-this", '"><script>alert(1)</script>'):
        page = await browser.press("password", login=name, password="Wrong-Wrong-77")
        assert page.status_code == 401
        assert Form(page.text).scripts == 0
        told.add(tuple(words for words in Form(page.text).words if "不正确" in words))
    assert told == {("登录名或密码不正确",)}
    statuses = [
        (await browser.press("password", login=login, password="Wrong-Wrong-77")).status_code
        for _ in range(10)
    ]
    assert 429 in statuses
    assert "titles-session" not in browser.http.cookies


async def test_a_second_factor_is_asked_for_on_the_page(third, client):
    """Enrolled with the picture at the first sign-in, recovery codes shown once, one of them taken at the next."""
    strict = (await client("accounts", settings={"second_factor": True}))._transport.app  # noqa: SLF001 - the app itself
    third = Third(third.world, strict)
    world, front_end = third.world, await third.front_end()
    staff = {
        "organisation_id": world.root["id"],
        "name": "某审核人",
        "login": new_login("reviewer"),
        "roles": ["REVIEWER"],
    }
    made = (await world.ask("POST", "/v1/staff", token_at(world.root), staff)).json()["record"]
    await world.activate(made["activation"])
    login, browser = made["activation"]["login"], third.browser()
    await browser.open(front_end.address())
    page = await browser.press("password", login=login, password=PASSWORD)
    assert "data:image/svg" in page.text
    assert "titles-session" not in browser.http.cookies
    secret = max(Form(page.text).words, key=lambda words: len(words) * words.isalnum() * words.isupper())
    refused = await browser.press("code", code="000000")
    assert refused.status_code == 401
    digits = pyotp.TOTP(secret)
    page = await browser.press("code", code=digits.at(int(time.time()) - 30))
    recovery = [words for words in Form(page.text).words if "-" in words and words.isupper()]
    assert len(recovery) >= 8
    page = await browser.press("continue")
    tokens = (await front_end.exchange(answer_of(await browser.press("allow"))["code"])).json()
    assert tokens["id_token"]
    again = third.browser()
    await again.open(front_end.address())
    page = await again.press("password", login=login, password=PASSWORD)
    assert "data:image/svg" not in page.text
    answer = await again.press("code", code=recovery[0])
    assert answer_of(answer)["code"]


async def test_words_of_a_client_are_only_words(third):
    """A name that is markup is shown as such."""
    someone = await third.somebody()
    client = await third.front_end(name="<script>alert(1)</script>")
    browser = third.browser()
    page = await browser.open(client.address())
    assert Form(page.text).scripts == 0
    page = await browser.press("password", login=someone["activation"]["login"], password=PASSWORD)
    assert "&lt;script&gt;" in page.text
    assert Form(page.text).scripts == 0


async def test_a_stolen_cookie_ends_with_the_password(third):
    """A browser's session is one of the account's: a new password ends it."""
    someone, client, browser = await third.somebody(), await third.front_end(), third.browser()
    await third.code(client, someone["activation"]["login"], browser=browser)
    hospital = await third.world.hospital()
    path = f"/v1/accounts/{someone['person']['account_id']}/activation"
    code = (await third.world.ask("POST", path, token_at(hospital))).json()["record"]
    await third.world.activate(code, "Another-Long-Secret-9")
    assert "password" in Form((await browser.open(client.address())).text).acts


async def test_64_consents_at_once_are_one(third, session):
    """Pressed however often, it is one consent, and every press gives a code of its own."""
    someone, client, browser = await third.somebody(), await third.front_end(), third.browser()
    await browser.open(client.address())
    await browser.press("password", login=someone["activation"]["login"], password=PASSWORD)
    fields = {**Form(browser.shown.text).fields, "act": "allow"}
    presses = [browser.http.post(client.address(), data=fields) for _ in range(64)]
    codes = {answer_of(answer)["code"] for answer in await asyncio.gather(*presses)}
    assert len(codes) == 64
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from oauth_consent")) == 1
