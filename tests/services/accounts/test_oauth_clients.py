"""Clients: who registers them, what goes together, secrets, disabling; and integrations that speak for themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.services.accounts.third_party import BACK, GRANTS
from tests.services.accounts.world import refused, token_at


async def _clients(session) -> int:
    async with session("accounts") as tx:
        return await tx.scalar(text("select count(*) from oauth_client"))


@pytest.mark.parametrize("role", ["ORGANISATION_MANAGER", "OPERATOR"])
async def test_the_hrss_registers_clients_for_itself_and_below(third, role):
    """Its manager or operator; only a confidential client has a secret, and it is told once."""
    hospital = await third.world.hospital()
    body = {
        "name": "医院信息系统",
        "organisation_id": hospital["id"],
        "kind": "CONFIDENTIAL",
        "redirect_uris": [BACK],
        "scopes": ["openid"],
        "grants": GRANTS,
    }
    manager = token_at(third.world.root, role)
    answer = await third.world.ask("POST", "/v1/oauth/clients", manager, body)
    assert answer.status_code == 201, answer.text
    record = answer.json()["record"]
    assert len(record["client_secret"]) > 40
    assert answer.json()["basis"][0]["cite"]
    client = record["client"]
    assert client["available_actions"] == ["DISABLE"]
    read = await third.world.ask("GET", f"/v1/oauth/clients/{client['client_id']}", manager)
    assert read.json() == client
    assert record["client_secret"] not in read.text
    listed = await third.world.ask("GET", f"/v1/oauth/clients?organisation_id={hospital['id']}", manager)
    assert [each["client_id"] for each in listed.json()["items"]] == [client["client_id"]]


async def test_others_register_none_and_see_none(third, session):
    """A hospital's manager, other roles of the HRSS, and the HRSS beside or below are refused, and nothing is written."""
    hospital, prefecture = await third.world.hospital(), await third.world.prefecture()
    client = await third.front_end()
    before = await _clients(session)
    strangers = [
        token_at(hospital),
        token_at(prefecture),
        token_at(third.world.root, "TITLE_OFFICER", "REVIEWER"),
    ]
    body = {
        "name": "某应用",
        "organisation_id": third.world.root["id"],
        "kind": "PUBLIC",
        "redirect_uris": [BACK],
        "scopes": ["openid"],
        "grants": ["authorization_code"],
    }
    for stranger in strangers:
        refused(await third.world.ask("POST", "/v1/oauth/clients", stranger, body), 403, "ROLE_MISSING")
        own = body | {"organisation_id": hospital["id"]}
        refused(await third.world.ask("POST", "/v1/oauth/clients", stranger, own), 403, "ROLE_MISSING")
        path = f"/v1/oauth/clients/{client.client_id}"
        refused(await third.world.ask("GET", path, stranger), 404, "CLIENT_NOT_FOUND")
        refused(await third.world.ask("POST", f"{path}/secret", stranger), 404, "CLIENT_NOT_FOUND")
        moved = await third.world.ask("POST", f"{path}/actions/DISABLE", stranger, {})
        refused(moved, 404, "CLIENT_NOT_FOUND")
        assert (await third.world.ask("GET", "/v1/oauth/clients", stranger)).json()["items"] == []
    assert await _clients(session) == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"redirect_uris": ["http://front-end.example/back"]}, "REDIRECT_UNFIT"),
        ({"redirect_uris": ["https://front-end.example/back#top"]}, "REDIRECT_UNFIT"),
        ({"redirect_uris": ["https://somebody@front-end.example/back"]}, "REDIRECT_UNFIT"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "REDIRECT_UNFIT"),
        ({"redirect_uris": ["data:text/html,hello"]}, "REDIRECT_UNFIT"),
        ({"redirect_uris": ["https://*.example/back"]}, "REDIRECT_UNFIT"),
        ({"redirect_uris": ["https://front-end.example/\nback"]}, "REDIRECT_UNFIT"),
        ({"redirect_uris": ["http://localhost.evil.example/"]}, "REDIRECT_UNFIT"),
        ({"kind": "CONFIDENTIAL", "redirect_uris": ["cn.example.app:/back"]}, "REDIRECT_UNFIT"),
        ({"grants": [*GRANTS, "client_credentials"]}, "CLIENT_UNFIT"),
        ({"grants": ["refresh_token"]}, "CLIENT_UNFIT"),
        ({"redirect_uris": []}, "CLIENT_UNFIT"),
        ({"scopes": ["everything"]}, "CLIENT_UNFIT"),
        (
            {
                "kind": "CONFIDENTIAL",
                "grants": ["client_credentials"],
                "redirect_uris": [],
                "scopes": ["openid"],
            },
            "CLIENT_UNFIT",
        ),
        ({"grants": ["password"]}, "REQUEST_MALFORMED"),
        ({"name": "\u0000"}, "VALUE_UNFIT"),
        ({"redirect_uris": ["https://a.example/" + "x" * 500]}, "REQUEST_MALFORMED"),
    ],
)
async def test_what_does_not_hold_together_is_refused(third, session, changed, code):
    """With every reason, and nothing is written."""
    refused(await third.register(**changed), 422, code)
    assert await _clients(session) == 0


async def test_a_secret_is_rotated_without_a_pause(third, session):
    """The old one stays good for its hours and not longer; wrong ones never are; a public client has none."""
    client = await third.integration()
    old, path = client.secret, f"/v1/oauth/clients/{client.client_id}/secret"
    manager = token_at(third.world.root)
    client.secret = (await third.world.ask("POST", path, manager)).json()["record"]["client_secret"]
    new = client.secret

    async def status(secret):
        client.secret = secret
        answer = await client.ask("/oauth/token", grant_type="client_credentials", scope="titles.read")
        return answer.status_code

    assert [await status(each) for each in (new, old, "wrong", "错")] == [200, 200, 401, 401]
    async with session("accounts") as tx:
        await tx.execute(text("update oauth_client set former_secret_until = now()"))
    assert [await status(each) for each in (new, old)] == [200, 401]
    public = await third.front_end()
    path = f"/v1/oauth/clients/{public.client_id}/secret"
    refused(await third.world.ask("POST", path, manager), 409, "CLIENT_HAS_NO_SECRET")


async def test_a_disabled_client_gets_nothing_and_loses_what_it_held(third):
    """At once; enabled again it begins anew; both are told in audit and history."""
    someone, client = await third.somebody(), await third.front_end()
    tokens = await third.tokens(client, someone["activation"]["login"])
    manager, path = token_at(third.world.root), f"/v1/oauth/clients/{client.client_id}/actions"
    stale = await third.world.ask("POST", f"{path}/DISABLE", manager, {"version": 7})
    refused(stale, 409, "STALE_VERSION")
    done = await third.world.ask("POST", f"{path}/DISABLE", manager, {"version": 1})
    assert done.json()["record"]["state"] == "DISABLED"
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_client"
    page = await third.browser().open(client.address())
    assert (page.status_code, page.headers.get("location")) == (400, None)
    refused(await third.world.ask("POST", f"{path}/DISABLE", manager, {}), 409, "ACTION_NOT_AVAILABLE")
    assert (await third.world.ask("POST", f"{path}/ENABLE", manager, {})).status_code == 200
    assert (await client.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await third.tokens(client, someone["activation"]["login"]))["access_token"]


async def test_an_integration_speaks_for_itself(third):
    """From a seat at its organisation, within its scopes; never with somebody's identity, never with a refresh token."""
    hospital = await third.world.hospital()
    person = await third.world.add_person(hospital)
    client = await third.integration("titles.read", organisation_id=hospital["id"])
    answer = await client.ask("/oauth/token", grant_type="client_credentials", scope="titles.read")
    tokens = answer.json()
    assert "refresh_token" not in tokens
    path = f"/v1/people/{person['person']['id']}"
    read = await third.world.ask("GET", path, tokens["access_token"])
    assert read.json()["name"] == "卓玛"
    prefecture = await third.world.prefecture()
    elsewhere = await third.integration("titles.read", organisation_id=prefecture["id"])
    other = (await elsewhere.ask("/oauth/token", grant_type="client_credentials", scope="titles.read")).json()
    refused(await third.world.ask("GET", path, other["access_token"]), 404, "PERSON_NOT_FOUND")
    for scope in ("titles.write", "openid", "", "everything"):
        wrong = await client.ask("/oauth/token", grant_type="client_credentials", scope=scope)
        assert wrong.json()["error"] == "invalid_scope"
    front_end = await third.front_end(kind="CONFIDENTIAL")
    wrong = await front_end.ask("/oauth/token", grant_type="client_credentials", scope="titles.read")
    assert wrong.json()["error"] == "unauthorized_client"


async def test_guesses_at_a_secret_wait_longer_and_longer(third):
    """Failures of a client from one network are counted; the right secret waits with them, others do not."""
    client, other = await third.integration(), await third.integration()
    right, client.secret = client.secret, "wrong"
    form = {"grant_type": "client_credentials", "scope": "titles.read"}
    statuses = [(await client.ask("/oauth/token", **form)).status_code for _ in range(21)]
    assert statuses == [401] * 20 + [429]
    blocked = await client.ask("/oauth/token", **form)
    assert blocked.json()["error"] == "temporarily_unavailable"
    assert int(blocked.headers["retry-after"]) >= 1
    assert right
    assert (await other.ask("/oauth/token", **form)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"authorization": "Basic "}, b""),
        ({"authorization": "Basic !!!"}, b"grant_type=client_credentials"),
        ({"authorization": "Basic /////w=="}, b"grant_type=client_credentials"),
        ({}, b"grant_type=client_credentials&grant_type=refresh_token"),
        ({}, b"grant_type=%ff"),
        ({}, b"\xff\xfe"),
        ({}, b"grant_type=authorization_code&code=%00&client_id=%00"),
        ({}, b"&".join(b"a%d=1" % number for number in range(200))),
        ({}, b"grant_type=" + b"x" * 5000),
        ({"content-type": "application/json"}, b'{"grant_type": "client_credentials"}'),
        ({}, b"grant_type=password&username=a&password=b"),
    ],
)
async def test_nonsense_is_an_error_by_the_rfcs(third, headers, body):
    """Whatever is sent to the protocol's endpoints, it is a client's error in JSON, never a fault."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/introspect"):
        answer = await third.world.http.post(path, content=body, headers=form | headers)
        assert answer.status_code in {400, 401}, answer.text
        assert answer.json()["error"] in {"invalid_request", "invalid_client", "unsupported_grant_type"}
