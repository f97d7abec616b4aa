"""Tokens at the edge, and what travels on to the services: token, language, request id, idempotency key."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from joserfc.jwk import OKPKey

from tests.gateway.conftest import Gateway
from tests.gateway.fakes import Call, FakePart, organisation
from tests.platform.tokens import mint

ME = {"id": str(uuid4()), "login": "wang.fang", "name": "王芳", "person_id": None, "roles": []}
CYCLE = {
    "id": str(uuid4()),
    "year": 2023,
    "policy": "qinghai/2023",
    "state": "PREPARED",
    "windows": [],
    "created_at": "2023-10-12T01:00:00Z",
    "version": 1,
    "available_actions": [],
}
TWO = "mutation($a: CreateCycleInput!, $b: CreateCycleInput!) { a: createCycle(input: $a) { errors { code } } b: createCycle(input: $b) { errors { code } } }"
SEATS = "session { account { seats { organisation { name } } } }"
SIGN_IN = f"""mutation {{
    li: signIn(input: {{login: "li", password: "x"}}) {{ {SEATS} }}
    wang: signIn(input: {{login: "wang", password: "x"}}) {{ {SEATS} }}
    createCycle(input: {{year: 2023}}) {{ errors {{ code }} }}
}}"""
ONE = "mutation($input: CreateCycleInput!) { createCycle(input: $input) { cycle { year } errors { code } } }"


async def test_tokens_that_are_not_good_are_refused_at_the_edge(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """Expired, foreign, forged and malformed tokens get 401 in GraphQL's shape, and no service is asked."""
    foreign = OKPKey.generate_key("Ed25519", {"kid": "test"})
    front = await gateway()
    for bad in (
        mint(expires_in=-10),
        mint(key=foreign),
        mint(aud="elsewhere"),
        "garbage",
        mint()[:-4] + "AAAA",
    ):
        answer = await front.post("{ me { login } cycles(first: 1) { totalCount } }", token=bad)
        assert answer.status_code == 401
        [error] = answer.json()["errors"]
        assert error["extensions"]["code"] == "TOKEN_INVALID"
        assert error["message"] == "登录已失效，请重新登录"
        assert error["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert not any(part.calls for part in parts.values())


async def test_nobody_is_nobody(gateway: Gateway, parts: dict[str, FakePart]) -> None:
    """Without a token `me` is null, and no service is asked who it could be."""
    assert (await (await gateway()).data("{ me { login } }"))["me"] is None
    assert parts["accounts"].calls == []


async def test_token_language_and_request_id_travel_on(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """A service gets the caller's own token and language, and the request's id."""
    parts["accounts"].tell("GET", "/v1/me", ME)
    headers = {"accept-language": "en-GB", "x-request-id": "front-end-0001"}
    answer = await (await gateway()).post("{ me { name seats { role } } }", token=signed_in, headers=headers)
    assert answer.json()["data"]["me"] == {"name": "王芳", "seats": []}
    assert answer.headers["x-request-id"] == "front-end-0001"
    [call] = parts["accounts"].calls
    assert call.headers["authorization"] == f"Bearer {signed_in}"
    assert call.headers["accept-language"] == "en-GB"
    assert call.headers["x-request-id"] == "front-end-0001"


async def test_the_idempotency_key_travels_on(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """The header's key goes to the service as it is, the input's own key before it."""
    parts["workflow"].tell("POST", "/v1/cycles", {"record": CYCLE, "basis": []}, 201)
    front = await gateway()
    await front.ask(ONE, token=signed_in, headers={"idempotency-key": "k1"}, input={"year": 2023})
    await front.ask(
        ONE, token=signed_in, headers={"idempotency-key": "k1"}, input={"year": 2023, "idempotencyKey": "own"}
    )
    await front.ask(ONE, token=signed_in, input={"year": 2023})
    keys = [call.headers.get("idempotency-key") for call in parts["workflow"].calls]
    assert keys == ["k1", "own", None]
    assert {str(call.body) for call in parts["workflow"].calls} == {"{'year': 2023}"}


@pytest.mark.parametrize("key", ["复核", "é", "a\nb", " padded"])
async def test_any_key_can_travel_on(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str, key: str
) -> None:
    """A key that no header could carry as it is goes on as its digest, the same at every repetition."""
    parts["workflow"].tell("POST", "/v1/cycles", {"record": CYCLE, "basis": []}, 201)
    front = await gateway()
    for _ in range(2):
        told = await front.data(ONE, token=signed_in, input={"year": 2023, "idempotencyKey": key})
        assert told["createCycle"]["errors"] == []
    first, second = [call.headers["idempotency-key"] for call in parts["workflow"].calls]
    assert first == second
    assert len(first) == 64


async def test_headers_that_are_no_text_are_not_our_fault(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """A language or another scheme that is not ASCII is left out of the calls to the services."""
    parts["workflow"].tell("GET", "/v1/cycles", {"items": [], "next_cursor": None})
    front = await gateway()
    headers = {"accept-language": b"\xff", "authorization": b"Basic \xff"}
    told = await front.ask("{ cycles(first: 1) { edges { cursor } } }", headers=headers)
    assert told["data"]["cycles"] == {"edges": []}
    assert "authorization" not in parts["workflow"].calls[0].headers


async def test_what_lies_below_a_sign_in_is_asked_with_its_token(
    gateway: Gateway, parts: dict[str, FakePart]
) -> None:
    """Each session sees what its own token lets it see; a mutation after it is the request's caller's again."""
    where = str(uuid4())
    seat = {"role": "REVIEWER", "organisation_id": where}

    def session(call: Call) -> dict[str, object]:
        account = ME | {"login": call.body["login"], "roles": [seat]}
        token = f"token of {call.body['login']}"
        return {"access_token": token, "refresh_token": "r", "expires_in": 900, "account": account}

    def lookup(call: Call) -> dict[str, object]:
        if call.headers.get("authorization") == "Bearer token of wang":
            return {"items": [organisation(UUID(where))]}
        return {"items": []}

    parts["accounts"].tell("POST", "/v1/sessions", session)
    parts["accounts"].tell("POST", "/v1/organisations/lookup", lookup)
    parts["workflow"].tell("POST", "/v1/cycles", {"record": CYCLE, "basis": []}, 201)
    told = await (await gateway()).data(SIGN_IN, token=(own := mint()))
    seats = {name: told[name]["session"]["account"]["seats"] for name in ("li", "wang")}
    assert seats == {
        "li": [{"organisation": None}],
        "wang": [{"organisation": {"name": "青海省第一人民医院"}}],
    }
    [created] = parts["workflow"].calls
    assert created.headers["authorization"] == f"Bearer {own}"
    assert {call.headers["authorization"] for call in parts["accounts"].asked("/v1/sessions")} == {
        f"Bearer {own}"
    }


async def test_two_mutations_of_a_document_have_keys_of_their_own(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """One header over several fields: each field gets a key of its own, the same one at every repetition."""
    parts["workflow"].tell("POST", "/v1/cycles", {"record": CYCLE, "basis": []}, 201)
    front = await gateway()
    for key in ("k1", "k1", "k" * 120):
        await front.ask(
            TWO, token=signed_in, headers={"idempotency-key": key}, a={"year": 2023}, b={"year": 2024}
        )
    keys = [call.headers["idempotency-key"] for call in parts["workflow"].calls]
    assert keys[:4] == ["k1:a", "k1:b", "k1:a", "k1:b"]
    assert len(set(keys)) == 4
    assert all(len(key) <= 120 for key in keys)


async def test_an_anonymous_objection_carries_no_token(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """Who objects anonymously is not known to the service, even when signed in at the gateway."""
    from strawberry.relay import GlobalID

    publicity = uuid4()

    def receive(call: Call) -> dict[str, object]:
        receipt = {
            "id": str(uuid4()),
            "publicity_id": str(publicity),
            "state": "OPEN",
            "raised_on": "2023-11-03",
        }
        return {"record": receipt | {"anonymous": call.body["anonymous"]}, "basis": []}

    path = f"/v1/publicities/{publicity}/objections"
    parts["workflow"].tell("POST", path, receive, 201)
    document = "mutation($input: RaiseObjectionInput!) { raiseObjection(input: $input) { objection { state text } errors { code } } }"
    given = {"publicityId": str(GlobalID("Publicity", str(publicity))), "text": "论文系代写"}
    front = await gateway()
    for anonymous in (True, False):
        data = await front.data(document, token=signed_in, input=given | {"anonymous": anonymous})
        assert data["raiseObjection"]["objection"] == {"state": "OPEN", "text": None}
    unnamed, named = parts["workflow"].asked(path)
    assert unnamed.headers.get("authorization", "") == ""
    assert named.headers["authorization"] == f"Bearer {signed_in}"


async def test_the_clock_is_set_in_every_part(
    gateway: Gateway, parts: dict[str, FakePart], signed_in: str
) -> None:
    """`setClock` reaches all four parts; while one is down the others are set, and it is named."""
    for part in parts.values():
        part.tell("PUT", "/ops/clock", lambda call: {"instant": call.body["instant"], "simulated": True})
    document = "mutation($input: SetClockInput!) { setClock(input: $input) { clock { instant simulated } parts errors { code } } }"
    given = {"instant": "2023-11-20T09:00:00+08:00"}
    told = (await (await gateway()).data(document, token=signed_in, input=given))["setClock"]
    assert told["parts"] == ["accounts", "workflow", "quota", "notifications"]
    assert told["clock"]["simulated"] is True
    missing = await (await gateway(down=("quota",))).ask(document, token=signed_in, input=given)
    assert missing["errors"][0]["extensions"]["part"] == "quota"
    assert [len(part.calls) for part in parts.values()] == [2, 2, 1, 2]
