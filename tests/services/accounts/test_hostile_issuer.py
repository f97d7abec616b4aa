"""ID tokens that an external issuer should never send, and must not be believed: from a tiny issuer of the test's own."""

from __future__ import annotations

import asyncio
import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy import text

from services.accounts.installation import Desk
from services.accounts.oauth import identities
from services.accounts.oauth.errors import SubjectUnknown
from services.accounts.oauth.external import CALLBACK
from services.accounts.oauth.issuer import Subject
from services.accounts.oauth.policy import ExternalRule
from services.accounts.oauth.states import FirstFoundBy
from services.kit import clock
from tests.services.accounts.third_party import Third
from tests.services.accounts.world import PASSWORD, new_resident_id, refused

CLIENT, SECRET, LOGIN = "titles", "of-a-test-and-long-enough-for-hs256", "somebody.there"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
STRANGERS = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
UNKNOWN = ECKey.generate_key("P-256", {"kid": "never-published"})
Claims = dict[str, Any]


class Tiny:
    """An issuer of three addresses; what it answers for a code is the test's to say."""

    def __init__(self) -> None:
        self.body: bytes = b"{}"
        self.asked: list[str] = []
        tiny = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                tiny.asked.append(self.path)
                keys = KeySet([KEY]).as_dict(private=False)
                self._answer(json.dumps(keys if self.path == "/keys" else tiny.document()).encode())

            def do_POST(self) -> None:
                tiny.asked.append(self.path)
                self.rfile.read(int(self.headers["content-length"]))
                self._answer(tiny.body)

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def document(self) -> dict[str, str]:
        """Its discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def gives(self, id_token: object) -> None:
        """What it answers next for a code."""
        self.body = json.dumps({"id_token": id_token, "access_token": "a", "token_type": "Bearer"}).encode()

    def claims(self, nonce: str) -> Claims:
        """Those of an honest ID token."""
        now = int(time.time())
        told = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": nonce}
        return told | {"preferred_username": LOGIN}

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def tiny():
    """The issuer."""
    server = Tiny()
    yield server
    server.stop()


@pytest.fixture
async def there(third, client, tiny) -> Third:
    """The world with sign-in left to it, and one person who is known by name."""
    told = {"external_issuer": tiny.issuer, "external_client_id": CLIENT, "external_client_secret": SECRET}
    app = (await client("accounts", settings=told))._transport.app  # noqa: SLF001 - the app itself
    await third.world.add_person(await third.world.hospital(), login=LOGIN)
    return Third(third.world, app)


async def comes_back(there: Third, tiny: Tiny, made: Callable[[Claims], object]) -> tuple[int, bool]:
    """A browser's way there and back with the ID token that `made` makes; the status, and whether it is signed in."""
    browser = there.browser()
    front_end = await there.front_end()
    sent = await browser.open(front_end.address())
    assert sent.status_code == 302, sent.text
    told = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    tiny.gives(made(tiny.claims(told["nonce"])))
    back = await browser.http.get(CALLBACK, params={"code": "any", "state": told["state"]})
    return back.status_code, "titles-session" in browser.http.cookies


def signed(claims: Claims, key: Any = KEY, **header: Any) -> str:
    """An ID token."""
    algorithm = "ES256" if isinstance(key, ECKey) else "RS256"
    return jwt.encode({"alg": algorithm, "kid": key.kid} | header, claims, key, algorithms=[algorithm])


def but(**changed: Any) -> Callable[[Claims], str]:
    """An honest ID token, but for some claims; None takes one out."""

    def made(claims: Claims) -> str:
        return signed({name: value for name, value in (claims | changed).items() if value is not None})

    return made


def forged(claims: Claims, secret: bytes | None = None, **header: Any) -> str:
    """What no library would sign: any header, and a digest with a secret, or nothing, for a signature."""
    parts = ({"kid": "one"} | header, claims)
    told = ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    digest = hmac.digest(secret, told.encode(), "sha256") if secret else b""
    return f"{told}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


def tampered(claims: Claims) -> str:
    """Another's claims under an honest signature."""
    head, _, signature = signed(claims | {"preferred_username": "x"}).split(".")
    return f"{head}.{signed(claims).split('.')[1]}.{signature}"


HOSTILE: dict[str, Callable[[Claims], object]] = {
    "another nonce": but(nonce="another"),
    "no nonce": but(nonce=None),
    "a nonce that is a number": but(nonce=7),
    "for another": but(aud="another"),
    "for nobody": but(aud=[]),
    "for us among others, given to nobody": but(aud=[CLIENT, "another"]),
    "for us among others, given to another": but(aud=[CLIENT, "another"], azp="another"),
    "for us, given to another": but(azp="another"),
    "from another": but(iss="https://evil.example"),
    "from nobody": but(iss=None),
    "expired": but(exp=int(time.time()) - 120),
    "never expires": but(exp=None),
    "never issued": but(iat=None),
    "issued tomorrow": but(iat=int(time.time()) + 3600),
    "not yet good": but(nbf=int(time.time()) + 3600),
    "of nobody": but(sub=None),
    "of an empty subject": but(sub=""),
    "of a number": but(sub=7),
    "of a subject too long": but(sub="a" * 256),
    "of a subject with a NUL": but(sub="a\x00b"),
    "a name that is a list": but(preferred_username=[LOGIN]),
    "no name": but(preferred_username=None),
    "the client's secret for a signature": lambda told: forged(told, SECRET.encode(), alg="HS256"),
    "the public key for a secret": lambda told: forged(told, KEY.as_pem(private=False), alg="HS256"),
    "unsigned": lambda told: forged(told, alg="none"),
    "unsigned, in capitals": lambda told: forged(told, alg="NONE"),
    "no algorithm": forged,
    "an odd crit": lambda told: forged(told, SECRET.encode(), alg="RS256", crit=1),
    "an unknown crit": lambda told: forged(told, SECRET.encode(), alg="RS256", crit=["b64"], b64=False),
    "another's claims": tampered,
    "another key of that name": lambda told: signed(told, STRANGERS),
    "an unknown key": lambda told: signed(told, UNKNOWN),
    "a key from elsewhere": lambda told: signed(told, STRANGERS, jku="http://127.0.0.1:1/keys", kid="../x"),
    "no token": lambda _: "a.b.c",
    "an empty one": lambda _: "",
    "a number": lambda _: 7,
    "nothing": lambda _: None,
}


async def test_what_cannot_be_trusted_signs_nobody_in(there, tiny, session):
    """Refused with a page; no session, no link to an account, no cookie, and never a failure of ours."""
    found = {name: await comes_back(there, tiny, made) for name, made in HOSTILE.items()}
    believed = {name: told for name, told in found.items() if told[1] or told[0] not in {401, 403}}
    assert believed == {}
    async with session("accounts") as tx:
        for table in ("external_identity", "session"):
            assert await tx.scalar(text(f"select count(*) from {table}")) == 0


async def test_the_honest_ones_sign_in(there, tiny, session):
    """The same issuer, the same person: as one audience, as one of several that names us, and a little late."""
    late = int(time.time()) - 30
    for made in (but(), but(aud=[CLIENT, "another"], azp=CLIENT), but(azp=CLIENT), but(exp=late)):
        assert await comes_back(there, tiny, made) == (302, True)
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from external_identity")) == 1


async def test_another_subject_does_not_take_an_account_that_is_linked(there, tiny, session):
    """Who was first stays: a second person there with the same name gets nothing here."""
    assert await comes_back(there, tiny, but()) == (302, True)
    assert await comes_back(there, tiny, but(sub="2")) == (403, False)
    assert await comes_back(there, tiny, but(preferred_username="renamed")) == (302, True)
    async with session("accounts") as tx:
        assert list(await tx.scalars(text("select subject from external_identity"))) == ["1"]


async def test_an_answer_that_is_none_is_refused(there, tiny, monkeypatch):
    """No JSON, or not of the right shape."""
    for body in (b"", b"[]", b"7", b'{"id_token"', b"{}", b"\xff\xfe"):
        monkeypatch.setattr(tiny, "gives", lambda _, body=body: setattr(tiny, "body", body))
        assert await comes_back(there, tiny, but()) == (401, False)


async def test_keys_are_not_asked_for_again_at_once(there, tiny):
    """Eight tokens of an unknown key at once: the issuer is asked once more, not eight times."""
    assert await comes_back(there, tiny, but()) == (302, True)
    await asyncio.sleep(1.1)
    before = tiny.asked.count("/keys")
    made = await asyncio.gather(
        *(comes_back(there, tiny, lambda claims: signed(claims, UNKNOWN)) for _ in range(8))
    )
    assert set(made) == {(401, False)}
    assert tiny.asked.count("/keys") <= before + 2


@pytest.fixture
async def by_number(third, installation, session):
    """Who comes the first time is found by the resident id that the claim holds."""
    number = new_resident_id()
    record = await third.world.add_person(await third.world.hospital(), number=number)

    async def find(subject: str, claim: str) -> str:
        async with session("accounts") as tx:
            desk = Desk(installation, await clock.now(tx, simulated=True))
            rule: ExternalRule = desk.policy.oauth.external
            before = rule.first_found_by
            object.__setattr__(rule, "first_found_by", FirstFoundBy.RESIDENT_ID)
            try:
                return str(
                    await identities.account_of(tx, desk, Subject("https://id.example", subject, claim))
                )
            finally:
                object.__setattr__(rule, "first_found_by", before)

    return number, record["person"]["account_id"], find


async def test_the_first_link_may_go_by_resident_id(by_number):
    """However it is written; from then on the subject counts, whatever the claim says."""
    number, account_id, find = by_number
    assert await find("a", f" {number[:-1]}{number[-1].lower()} ") == account_id
    assert await find("a", "nothing") == account_id


async def test_no_number_finds_nobody(by_number, session):
    """An unknown, a malformed or a missing one; nothing is linked."""
    _, _, find = by_number
    for claim in ("", "110101199003070000", "x" * 400, "\x00", "卓玛", "somebody.there"):
        with pytest.raises(SubjectUnknown):
            await find("a", claim)
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from external_identity")) == 0


async def test_a_right_password_is_told_by_nothing(there):
    """Of somebody who signs in there: five tries, the right one among them, and the sixth waits as after five wrong ones."""
    someone = await there.somebody()
    world = type(there.world)(there.browser().http, there.world.root)
    for password in ("a", "b", PASSWORD, PASSWORD, "c"):
        refused(await world.sign_in(someone["activation"]["login"], password), 403, "SIGN_IN_ELSEWHERE")
    refused(await world.sign_in(someone["activation"]["login"], PASSWORD), 429, "TOO_MANY_TRIES")
