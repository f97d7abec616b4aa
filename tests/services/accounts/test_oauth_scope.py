"""What a third party's token reaches: reading, acting, or nothing but who somebody is; the same through the gateway."""

from __future__ import annotations

import re
from uuid import uuid4

import httpx
import pytest
from strawberry.relay import to_base64

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.architecture.test_deny_unless_allowed import PUBLIC, filled, operations
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, trusted
from tests.services.accounts.world import new_login, refused, token_at


def _below(world):
    proposal = world.proposal("HRSS", "PREFECTURE", "632800")
    manager = {"name": "某管理员", "login": new_login("manager")}
    return proposal | {"creator_id": world.root["id"], "manager": manager}


def _staff(world):
    return {
        "organisation_id": world.root["id"],
        "name": "某经办",
        "login": new_login("staff"),
        "roles": ["REVIEWER"],
    }


@pytest.mark.parametrize(
    ("scope", "reads", "writes", "knows"),
    [
        ("openid profile", False, False, True),
        ("titles.read", True, False, False),
        ("titles.write", False, True, False),
        ("openid titles.read titles.write", True, True, True),
        ("", False, False, False),
        (None, True, True, True),
    ],
)
async def test_a_token_reaches_as_far_as_its_scope(world, scope, reads, writes, knows):
    """Reading, acting and identity each need their own; a token of our own sign-in has no limit."""
    limited = {} if scope is None else {"scope": scope, "client_id": "a"}
    mine = token_at(world.root, **limited)
    read = await world.ask("GET", f"/v1/organisations/{world.root['id']}", mine)
    looked_up = await world.ask("POST", "/v1/organisations/lookup", mine, {"ids": [world.root["id"]]})
    for answer in (read, looked_up):
        assert answer.status_code == (200 if reads else 403)
    wrote = await world.ask("POST", "/v1/organisations", mine, _below(world))
    assert wrote.status_code == (201 if writes else 403), wrote.text
    if not writes:
        problem = refused(wrote, 403, "INSUFFICIENT_SCOPE")
        assert "titles.write" in problem["message"]
        told = wrote.headers["www-authenticate"]
        assert told == 'Bearer error="insufficient_scope", scope="titles.write"'
    known = await world.ask("GET", "/oauth/userinfo", mine)
    assert (known.status_code != 403) is knows


OWN = re.compile(
    r"/v1/(me/.+|delegations.*|oauth/.+|staff|accounts/\{account_id\}/.+"
    r"|people/\{person_id\}/unmask|imports/\{import_id\}/activations"
    r"|organisations/\{organisation_id\}/(roles|role-offers))"
)
"""What opens an account, lasts longer than a consent or tells numbers whole: passwords and codes for them, factors, sessions, roles, clients."""
READING_POSTS = {
    "/v1/accounts/places",
    "/v1/organisations/explain-creation",
    "/v1/organisations/lookup",
    "/v1/people/lookup",
    "/v1/people/facts",
    "/v1/people/records/lookup",
    "/v1/people/standing",
    "/v1/records/lookup",
    "/v1/reads",  # each read in it needs what it needs alone
}
ALMIGHTY = "openid profile titles.read titles.write"


async def test_no_client_reaches_what_opens_an_account(world, apps):
    """Every such operation there is, however much the client was granted: else it could give itself more."""
    app = await apps.get("accounts")
    mine = token_at(world.root, "ORGANISATION_MANAGER", "OPERATOR", scope=ALMIGHTY, client_id="a")
    tried = set()
    for method, path in operations(app):
        if not OWN.fullmatch(path):
            continue
        answer = await world.ask(method, filled(path), mine, {} if method != "GET" else None)
        refused(answer, 403, "INSUFFICIENT_SCOPE")
        tried.add(path)
    assert len(tried) >= 28, "an operation was renamed: mend the pattern"
    assert {"/v1/me/password", "/v1/me/second-factor", "/v1/staff", "/v1/delegations"} <= tried
    codes = {"paper": "ACTIVATIONS", "import_id": str(uuid4())}
    refused(await world.ask("POST", "/v1/imports/links", mine, codes), 403, "INSUFFICIENT_SCOPE")


async def test_no_client_is_told_how_somebody_signs_in_first(world):
    """It may make a person's account and an organisation; the code for the password goes to people alone, here anew."""
    hospital = await world.hospital()
    wrote = {"/v1/organisations": _below(world), "/v1/people": world.person(hospital)}
    for path, body in wrote.items():
        at = world.root if path.endswith("organisations") else hospital
        client = await world.ask("POST", path, token_at(at, scope=ALMIGHTY, client_id="a"), body)
        assert (client.status_code, client.json()["record"]["activation"]) == (201, None), client.text
    person = client.json()["record"]["person"]
    again = await world.ask("POST", f"/v1/accounts/{person['account_id']}/activation", token_at(hospital))
    assert again.json()["record"]["code"]


async def test_posts_that_only_read_need_no_more_than_reading(world, apps):
    """Exactly those listed pass with `titles.read`."""
    mine = token_at(world.root, scope="titles.read", client_id="a")
    passed = set()
    for method, path in operations(await apps.get("accounts")):
        if method == "POST" and path.startswith("/v1/") and (method, path) not in PUBLIC["accounts"]:
            answer = await world.ask(method, filled(path), mine, {})
            passed |= set() if answer.status_code in {401, 403} else {path}
    assert passed == READING_POSTS


async def test_the_gateway_passes_the_refusal_on(world, apps):
    """A mutation with a token that may only read is refused like the service refuses it, and writes nothing."""
    accounts = httpx.ASGITransport(app=await apps.get("accounts"))
    gateway = create(GatewaySettings(), verifier=TokenVerifier(trusted()), transports={"accounts": accounts})
    mutation = """mutation ($input: CreateStaffAccountInput!) {
        createStaffAccount(input: $input) { errors { code message } } }"""
    wanted = {"query": mutation, "variables": {"input": _gateway_staff(world)}}
    reading = "query ($id: ID!) { organisation(id: $id) { name } }"
    mine = bearer(token_at(world.root, scope="titles.read", client_id="a"))
    async with gateway.router.lifespan_context(gateway):
        http = over_asgi(gateway, mine)
        told = (await http.post("/graphql", json=wanted)).json()
        assert [each["code"] for each in told["data"]["createStaffAccount"]["errors"]] == [
            "INSUFFICIENT_SCOPE"
        ]
        seen = (
            await http.post("/graphql", json={"query": reading, "variables": {"id": _gateway_id(world)}})
        ).json()
        assert seen["data"]["organisation"]["name"] == world.root["name"], seen


def _gateway_staff(world):
    told = _staff(world)
    return {
        "organisationId": _gateway_id(world),
        "name": told["name"],
        "login": told["login"],
        "roles": told["roles"],
    }


def _gateway_id(world):
    return to_base64("Organisation", world.root["id"])
