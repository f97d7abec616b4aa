"""What a third party's token reaches: reading, acting, or nothing but who somebody is; the same through the gateway."""

from __future__ import annotations

import httpx
import pytest
from strawberry.relay import to_base64

from gateway.main import create
from gateway.settings import GatewaySettings
from services.kit.auth import TokenVerifier
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, trusted
from tests.services.accounts.world import new_login, refused, token_at


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
    wrote = await world.ask("POST", "/v1/staff", mine, _staff(world))
    assert wrote.status_code == (201 if writes else 403), wrote.text
    if not writes:
        problem = refused(wrote, 403, "INSUFFICIENT_SCOPE")
        assert "titles.write" in problem["message"]
        told = wrote.headers["www-authenticate"]
        assert told == 'Bearer error="insufficient_scope", scope="titles.write"'
    known = await world.ask("GET", "/oauth/userinfo", mine)
    assert (known.status_code != 403) is knows


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/oauth/clients"),
        ("GET", "/v1/oauth/clients"),
        ("GET", "/v1/oauth/consents"),
        ("DELETE", "/v1/oauth/consents/00000000-0000-0000-0000-000000000000"),
    ],
)
async def test_no_client_manages_clients_or_consents_in_somebodys_name(world, method, path):
    """However much it was granted: else it could give itself more."""
    mine = token_at(world.root, scope="openid profile titles.read titles.write", client_id="a")
    refused(await world.ask(method, path, mine), 403, "INSUFFICIENT_SCOPE")


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
