"""Who is calling: only a token that our signer made, for us, and still good, is anybody."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, OKPKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.postgres import free_port
from services.kit import auth
from services.kit.auth import RemoteKeys, TokenInvalid, TokenVerifier
from services.kit.errors import Unavailable
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint, signing_key, trusted


def other_key() -> OKPKey:
    """A key that is not ours, under our key's id."""
    return OKPKey.generate_key("Ed25519", {"kid": signing_key().kid, "use": "sig", "alg": "Ed25519"})


def forged(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token without a signature."""
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    )
    return ".".join((*parts, ""))


def altered(token: str) -> str:
    """The token of somebody else's choosing with a signature of ours."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["kind"] = "service"
    return ".".join(
        (head, base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode(), signature)
    )


def hmac_by_public_key() -> str:
    """A token signed with the public key as if it were a shared secret."""
    secret = OctKey.import_key(json.dumps(signing_key().as_dict(private=False)).encode())
    claims = {"sub": "x", "iss": auth.ISSUER, "aud": auth.AUDIENCE, "exp": 2**33}
    return jwt.encode({"alg": "HS256", "kid": signing_key().kid}, claims, secret, algorithms=["HS256"])


def minted(**claims: Any) -> str:
    """A token signed by us whose claims make no sense."""
    whole = json.loads(base64.urlsafe_b64decode(mint().split(".")[1] + "=="))
    header = {"alg": auth.ALGORITHM, "kid": signing_key().kid}
    return jwt.encode(header, whole | claims, signing_key(), algorithms=[auth.ALGORITHM])


BAD = {
    "expired": lambda: mint(expires_in=-1),
    "foreign key": lambda: mint(key=other_key()),
    "unknown key": lambda: mint(key=OKPKey.generate_key("Ed25519", {"kid": "other"})),
    "altered": lambda: altered(mint()),
    "unsigned": lambda: forged({"alg": "none"}, {"sub": "x", "exp": 2**33}),
    "public key as secret": hmac_by_public_key,
    "other audience": lambda: mint(aud="other"),
    "other issuer": lambda: mint(iss="https://elsewhere"),
    "no expiry": lambda: mint(exp=None),
    "expiry as text": lambda: mint(exp="never"),
    "made tomorrow": lambda: mint(iat=2**33),
    "not yet valid": lambda: mint(nbf=2**33),
    "subject no id": lambda: minted(sub="somebody"),
    "no subject": lambda: minted(sub=None),
    "no name": lambda: minted(name=None),
    "seats no list": lambda: minted(seats=5),
    "seats malformed": lambda: minted(seats=[{"role": "REVIEWER"}]),
    "dots": lambda: "..",
    "crit no list": lambda: forged({"alg": auth.ALGORITHM, "kid": signing_key().kid, "crit": 1}, {}) + "AAAA",
    "text": lambda: "hello",
    "long": lambda: "a" * 20_000,
    "no utf-8": lambda: "é.é.é",
}


@pytest.mark.parametrize("token", BAD.values(), ids=BAD)
async def test_a_token_that_is_not_ours_is_nobody(app, token):
    """Refused with one code, whatever is wrong with it, also on public paths."""
    header = {"authorization": f"Bearer {token()}".encode("latin-1", "replace")}
    async with over_asgi(app) as http:
        answer = await http.get("/v1/lamps", headers=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "TOKEN_INVALID")


async def test_a_token_of_a_clock_that_is_a_little_ahead_is_good():
    """Machines are told the time, none of them exactly; beyond a minute one of the two is wrong."""
    verifier, now = TokenVerifier(trusted()), int(time.time())
    assert await verifier.verify(mint(iat=now + 30))
    for made in (now + 3600, "tomorrow", True, None):
        with pytest.raises(TokenInvalid):
            await verifier.verify(mint(iat=made))


class Turning:
    """Keys that change."""

    def __init__(self, keys: KeySet) -> None:
        self.keys = keys

    async def get(self, *, fresh: bool = False) -> KeySet:
        """Those of now."""
        del fresh
        return self.keys


async def test_a_token_that_is_known_is_refused_as_soon_as_a_strange_one_would_be(monkeypatch):
    """Its signature is looked at once; its time whenever it is shown; and with the keys that made it it is forgotten."""
    signed, decode = [], auth.jwt.decode
    monkeypatch.setattr(auth.jwt, "decode", lambda *told, **more: signed.append(1) or decode(*told, **more))
    verifier = TokenVerifier(keys := Turning(await trusted().get()))
    token = mint(expires_in=60)
    actor = await verifier.verify(token)
    assert await verifier.verify(token) is actor
    assert len(signed) == 1
    for wrong in (altered(token), token[:-4] + "AAAA", token + "A", token.upper()):
        with pytest.raises(TokenInvalid):
            await verifier.verify(wrong)
    clock = auth.CLAIMED._now  # noqa: SLF001 - the library's own clock, which has no other handle
    for later in (61, -1_000_000):
        monkeypatch.setattr(auth.CLAIMED, "_now", lambda later=later: clock() + later)
        with pytest.raises(TokenInvalid):
            await verifier.verify(token)
    monkeypatch.setattr(auth.CLAIMED, "_now", clock)
    assert (await verifier.verify(token)).id == actor.id
    former, keys.keys = keys.keys, KeySet([other_key()])
    with pytest.raises(TokenInvalid):
        await verifier.verify(token)
    keys.keys = former
    assert (await verifier.verify(token)).id == actor.id


async def test_no_more_tokens_are_known_than_may_be(monkeypatch):
    """The one that was not shown for longest is forgotten first, and good all the same."""
    monkeypatch.setattr(auth, "MOST_KNOWN", 2)
    verifier = TokenVerifier(trusted())
    first, *others = (mint() for _ in range(3))
    known = await verifier.verify(first)
    for each in others:
        await verifier.verify(each)
        assert await verifier.verify(each) is await verifier.verify(each)
    again = await verifier.verify(first)
    assert again == known
    assert again is not known


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60), st.binary(max_size=40), st.binary(max_size=40))
def test_garbage_never_breaks_the_check(head, body, signature):
    """Any text is refused as a token, never with another error."""
    parts = (
        base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in (head.encode(), body, signature)
    )
    verifier = TokenVerifier(trusted())
    for token in (head, ".".join(parts)):
        with pytest.raises(TokenInvalid):
            _now(verifier.verify(token))


def _now(awaitable: Any) -> Any:
    """Run what never waits."""
    try:
        awaitable.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waited")


async def test_a_token_tells_who_it_is(token, seat, node):
    """Account, person, kind, and each seat with its lineage."""
    root, unit = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    actor = await TokenVerifier(trusted()).verify(token([seat("REVIEWER", root, unit)], name="韩梅"))
    assert (actor.kind, actor.name) == ("person", "韩梅")
    assert actor.seat("REVIEWER", within=[unit.id]).organisation == unit
    assert actor.seat("REVIEWER", within=[root.id]) is None
    assert actor.seat("RECOMMENDER") is None
    assert actor.organisation_ids() == [unit.id]


async def test_other_schemes_are_no_token(app):
    """Only a bearer token speaks for anybody."""
    async with over_asgi(app) as http:
        for value in ("Basic abc", "Bearer", "bearer ", "Token x"):
            answer = await http.post("/v1/lamps", json={"name": "a"}, headers={"authorization": value})
            assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")
        good = bearer(mint())["Authorization"].replace("Bearer", "bEARER")
        assert (await http.get("/v1/lamps", headers={"authorization": good})).status_code == 200


class Signer:
    """The signing service as others meet it: its public keys, which it may change or stop to tell."""

    def __init__(self) -> None:
        self.keys: list[OKPKey] = []
        self.asked = 0
        self.body: Any = None

    async def jwks(self, _: Request) -> Response:
        """The public keys."""
        self.asked += 1
        if self.body is not None:
            return Response(self.body)
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})


@pytest.fixture
async def signer(monkeypatch):
    """A signer over real HTTP, asked as often as one likes."""
    monkeypatch.setattr(auth, "REFETCH_SECONDS", 0.0)
    made = Signer()
    port = free_port()
    routes = [Route("/jwks.json", made.jwks)]
    server = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), port=port, log_level="error", lifespan="off")
    )
    running = asyncio.create_task(server._serve())  # noqa: SLF001 - serve() would take the test run's signals
    while not server.started:
        await asyncio.sleep(0.01)
    made.url = f"http://127.0.0.1:{port}/jwks.json"
    yield made
    server.should_exit = True
    await running


def new_key(kid: str) -> OKPKey:
    """A key of the signer."""
    return OKPKey.generate_key("Ed25519", {"kid": kid, "use": "sig", "alg": "Ed25519"})


async def test_keys_rotate_without_a_restart(signer):
    """A token by a new key is known at once; the old key is good until it is withdrawn, and then no longer."""
    old, new = new_key("old"), new_key("new")
    verifier = TokenVerifier(RemoteKeys(signer.url))
    signer.keys = [old]
    await verifier.verify(mint(key=old))
    signer.keys = [new, old]
    await verifier.verify(mint(key=new))
    await verifier.verify(mint(key=old))
    signer.keys = [new]
    with pytest.raises(TokenInvalid):
        await verifier.verify(mint(key=new_key("third")))
    with pytest.raises(TokenInvalid):
        await verifier.verify(mint(key=old))


async def test_the_same_keys_fetched_again_forget_no_token(signer, monkeypatch):
    """Somebody's expired token makes the keys asked for again; what was verified with them is not verified again."""
    signer.keys = [signing_key()]
    verifier, token = TokenVerifier(RemoteKeys(signer.url)), mint()
    actor = await verifier.verify(token)
    with pytest.raises(TokenInvalid):
        await verifier.verify(mint(expires_in=-60))
    assert signer.asked == 2
    assert await verifier.verify(token) is actor


async def test_known_keys_outlive_the_signer(signer):
    """With the signer away, or talking nonsense, tokens by known keys go on; without any key known it is an outage."""
    key = new_key("one")
    signer.keys = [key]
    verifier = TokenVerifier(RemoteKeys(signer.url))
    await verifier.verify(mint(key=key))
    for body in (b"<html>", b"[]", b'{"keys": 5}', b'{"keys": [{"kty": "OKP"}]}'):
        signer.body = body
        with pytest.raises(TokenInvalid):
            await verifier.verify("garbage")
        await verifier.verify(mint(key=key))
        with pytest.raises(Unavailable):
            await TokenVerifier(RemoteKeys(signer.url)).verify(mint(key=key))
    with pytest.raises(Unavailable):
        await TokenVerifier(RemoteKeys(f"http://127.0.0.1:{free_port()}/")).verify(mint())


async def test_bad_tokens_do_not_hammer_the_signer(signer, monkeypatch):
    """However many garbage tokens come, the keys are asked for once every two seconds."""
    monkeypatch.setattr(auth, "REFETCH_SECONDS", 2.0)
    signer.keys = [new_key("one")]
    verifier = TokenVerifier(RemoteKeys(signer.url))
    for _ in range(20):
        with pytest.raises(TokenInvalid):
            await verifier.verify(mint(key=new_key("x")))
    assert signer.asked == 1


async def test_services_only_means_services(app, http):
    """The door for events is closed to people, and to nobody's token."""
    body = {
        "id": "01a20ab5-f37e-7637-94cc-7d7f093f9721",
        "source": "x",
        "type": "x",
        "subject": "x",
        "time": "x",
        "data": {},
    }
    assert (await http.post("/events", json=body)).status_code == 401
    async with over_asgi(app, bearer(mint())) as person:
        assert (await person.post("/events", json=body)).json()["code"] == "SERVICE_ONLY"
    async with over_asgi(app, bearer(mint(kind="service"))) as service:
        assert (await service.post("/events", json=body)).status_code == 204


def test_keys_at_hand_are_enough():
    """Whoever holds the keys needs no HTTP to check a token."""
    assert _now(TokenVerifier(trusted()).verify(mint())).kind == "person"
