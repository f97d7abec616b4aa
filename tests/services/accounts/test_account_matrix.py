"""Every operation on accounts, clients and imports for every role, at, above, below and beside the organisation.

And every operation of the service for whoever holds no role there: the person concerned, a colleague, one of our own
services, an integration, a stranger.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from tests.platform.tokens import mint
from tests.services.accounts import test_authorization as concepts
from tests.services.accounts.test_document_mending import MENDING_MAY
from tests.services.accounts.test_organisation_matrix import ORGANISATIONS_MAY
from tests.services.accounts.test_record_matrix import RECORDS_MAY
from tests.services.accounts.third_party import BACK
from tests.services.accounts.world import World, new_login, token_at

MANAGER = {"ORGANISATION_MANAGER"}
WHERE = ("TOP", "ABOVE", "AT", "BELOW", "BESIDE")
ROLES = sorted({*concepts.ALL, "INTEGRATION"})
NEAR = {"ABOVE": MANAGER, "AT": MANAGER}
HERE = {"AT": MANAGER}
FROM_ABOVE = {"TOP": MANAGER, **NEAR}
PROVINCIAL = {"TOP": {*MANAGER, "OPERATOR"}}

ACCOUNTS_MAY: dict[str, dict[str, set[str]]] = {
    "GET /v1/accounts/{account_id}/sign-ins": NEAR,
    "POST /v1/accounts/{account_id}/sessions/end": NEAR,
    "POST /v1/accounts/{account_id}/second-factor/reset": NEAR,
    "POST /v1/organisations/{organisation_id}/role-offers": NEAR,
    "GET /v1/organisations/{organisation_id}/accounts": FROM_ABOVE,
    "GET /v1/organisations/{organisation_id}/colleagues": {"AT": concepts.LINE},
    "POST /v1/accounts/lookup": FROM_ABOVE,
    "GET /v1/delegations": NEAR,
    "POST /v1/delegations/{delegation_id}/actions/END": NEAR,
    "POST /v1/imports": HERE,
    "GET /v1/imports": HERE,
    "GET /v1/imports/template": dict.fromkeys(WHERE, MANAGER),
    "POST /v1/imports/links": HERE,
    "POST /v1/imports/{import_id}/upload-link": HERE,
    "GET /v1/imports/{import_id}": HERE,
    "GET /v1/imports/{import_id}/refused-rows": HERE,
    "GET /v1/imports/{import_id}/report": HERE,
    "GET /v1/imports/{import_id}/activations": {},  # its maker's alone
    "POST /v1/imports/{import_id}/actions/{action}": HERE,
    "POST /v1/oauth/clients": PROVINCIAL,
    "GET /v1/oauth/clients": PROVINCIAL,
    "GET /v1/oauth/clients/{client_id}": PROVINCIAL,
    "POST /v1/oauth/clients/{client_id}/actions/{action}": PROVINCIAL,
    "POST /v1/oauth/clients/{client_id}/secret": PROVINCIAL,
}
OWN: set[str] = {
    "GET /v1/me/sessions",
    "POST /v1/me/sessions/{session_id}/end",
    "POST /v1/me/sessions/end-others",
    "POST /v1/me/password",
    "GET /v1/me/sign-ins",
    "GET /v1/me/second-factor",
    "POST /v1/me/second-factor",
    "POST /v1/me/second-factor/confirm",
    "POST /v1/me/second-factor/prove",
    "POST /v1/me/second-factor/recovery-codes",
    "POST /v1/me/second-factor/remove",
    "GET /v1/me/role-offers",
    "POST /v1/me/role-offers/{offer_id}/accept",
    "POST /v1/me/role-offers/{offer_id}/decline",
    "POST /v1/delegations",
    "GET /v1/oauth/consents",
    "DELETE /v1/oauth/consents/{client_id}",
}
"""They reach nothing but the caller's own; no role matters, and no id of another's is known."""
PROTOCOL = {
    "POST /oauth/token",
    "POST /oauth/revoke",
    "POST /oauth/introspect",
    "POST /oauth/userinfo",
    "GET /oauth/userinfo",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/openid-configuration",
    "GET /oauth/authorize",
    "POST /oauth/authorize",
    "GET /oauth/external/callback",
    "PUT /v1/import-files/{token}",
    "GET /v1/import-files/{token}",
    "PUT /v1/evidence-files/{token}",
    "GET /v1/evidence-files/{token}",
    "PUT /v1/question-files/{token}",
    "POST /v1/sessions/second-factor",
}
"""They know their callers by other means than our tokens: client secrets, codes, cookies, links."""


place = concepts.place


@pytest.fixture
async def desk(world: World, place: dict[str, Any]) -> dict[str, Any]:
    """The place, with a client, an import and a delegation of the hospital."""
    hospital, manager = place["AT"], token_at(place["AT"])
    told = {"kind": "PEOPLE", "organisation_id": hospital["id"], "file_name": "people.xlsx"}
    begun = await world.ask("POST", "/v1/imports", manager, told)
    assert begun.status_code == 201, begun.text
    record = begun.json()["record"]
    colleague = await world.ask(
        "POST",
        "/v1/staff",
        manager,
        {"organisation_id": hospital["id"], "name": "某", "login": new_login(), "roles": ["EXPERT"]},
    )
    body = {
        "organisation_id": hospital["id"],
        "role": "REVIEWER",
        "delegate_id": colleague.json()["record"]["account"]["id"],
        "begins_on": concepts.today(),
        "ends_on": concepts.today(),
        "reason": "年休假",
    }
    clerk = token_at(hospital, "REVIEWER", sub=UUID(place["clerk"]))
    handed = await world.ask("POST", "/v1/delegations", clerk, body)
    assert handed.status_code == 201, handed.text
    client = await world.ask("POST", "/v1/oauth/clients", token_at(world.root), a_client(world.root["id"]))
    assert client.status_code == 201, client.text
    return {
        **place,
        "import": record["record"]["id"],
        "delegation": handed.json()["record"]["id"],
        "client": client.json()["record"]["client"]["client_id"],
    }


def a_client(organisation_id: str) -> dict[str, Any]:
    """What is told to register a client."""
    return {
        "name": "某应用",
        "organisation_id": organisation_id,
        "kind": "PUBLIC",
        "redirect_uris": [BACK],
        "scopes": ["openid"],
        "grants": ["authorization_code"],
    }


def target(operation: str, desk: dict[str, Any]) -> tuple[str, str]:
    """The method and path of an operation on what is there."""
    method, path = operation.split(" ")
    path = path.format(
        account_id=desk["clerk"],
        organisation_id=desk["AT"]["id"],
        delegation_id=desk["delegation"],
        import_id=desk["import"],
        client_id=desk["client"],
        action="DISABLE" if "clients" in path else "CANCEL",
    )
    return method, path + ("?kind=PEOPLE" if path.endswith("template") else "")


def asked(operation: str, desk: dict[str, Any]) -> Any:
    """A body that is well formed; its version is none that anything has, so that nothing changes."""
    return {
        "POST /v1/organisations/{organisation_id}/role-offers": {"login": desk["login"], "role": "EXPERT"},
        "POST /v1/accounts/lookup": {"ids": [desk["clerk"]]},
        "POST /v1/delegations/{delegation_id}/actions/END": {"version": 99},
        "POST /v1/imports": {
            "kind": "PEOPLE",
            "organisation_id": desk["AT"]["id"],
            "file_name": "people.xlsx",
        },
        "POST /v1/imports/links": {"import_id": desk["import"], "paper": "REPORT"},
        "POST /v1/imports/{import_id}/actions/{action}": {"version": 99},
        "POST /v1/oauth/clients": a_client(desk["AT"]["id"]),
        "POST /v1/oauth/clients/{client_id}/actions/{action}": {"version": 99},
        "POST /v1/oauth/clients/{client_id}/secret": {"version": 99},
    }.get(operation)


def let_in(answer: httpx.Response, *, listing: bool) -> bool:
    """Whether the caller was let in, whatever came of it then; the list of many things must hold something."""
    if answer.status_code in {401, 403, 404}:
        return False
    if not listing or not answer.content:
        return True
    told = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
    return told.get("items") != []


@pytest.mark.parametrize("operation", ACCOUNTS_MAY)
async def test_each_role_is_let_in_exactly_where_it_may(world, desk, session, operation):
    """The cells of one operation: role by role, place by place."""
    desk["login"] = await a_login(session, desk["clerk"])
    method, path = target(operation, desk)
    found: dict[str, set[str]] = {}
    for where in WHERE:
        for role in ROLES:
            async with session("accounts") as tx:
                await tx.execute(
                    text(
                        "insert into second_factor (account_id, secret_sealed, last_step)"
                        " values (:a, '', 0) on conflict do nothing"
                    ),
                    {"a": desk["clerk"]},
                )
            answer = await world.ask(method, path, token_at(desk[where], role), asked(operation, desk))
            assert answer.status_code < 500, answer.text
            if let_in(answer, listing="{" not in operation):
                found.setdefault(where, set()).add(role)
    assert found == {where: roles for where, roles in ACCOUNTS_MAY[operation].items() if roles}


async def a_login(session: Any, account_id: str) -> str:
    """The sign-in name of an account."""
    async with session("accounts") as tx:
        login: str = await tx.scalar(text("select login from account where id = :a"), {"a": account_id})
        return login


async def test_strangers_and_those_without_a_seat_reach_nothing(world, desk, session):
    """Without a token 401; with one that holds nothing no operation of the table lets in."""
    desk["login"] = await a_login(session, desk["clerk"])
    for operation in ACCOUNTS_MAY:
        method, path = target(operation, desk)
        body = asked(operation, desk)
        assert (await world.ask(method, path, None, body)).status_code == 401, operation
        answer = await world.ask(method, path, mint(), body)
        assert not let_in(answer, listing="{" not in operation), operation


PERSON, COLLEAGUE, SERVICE, INTEGRATION = "PERSON", "COLLEAGUE", "SERVICE", "INTEGRATION"
"""The person concerned; another applicant of the same unit; one of our own services; an integration of the unit."""
EVERYBODY = {PERSON, COLLEAGUE, SERVICE, INTEGRATION}
READERS = {SERVICE, INTEGRATION}
ALSO: dict[str, set[str]] = {
    "POST /v1/organisations/explain-creation": EVERYBODY,
    "POST /v1/organisations/lookup": EVERYBODY,
    "GET /v1/organisations/{organisation_id}": EVERYBODY,
    "GET /v1/organisations": EVERYBODY,
    "GET /v1/people/{person_id}": {PERSON, *READERS},
    "GET /v1/people": READERS,
    "POST /v1/people/lookup": {PERSON, *READERS},
    "POST /v1/people/facts": {PERSON, *READERS},
    "POST /v1/people/{person_id}/documents": {PERSON},
    "PUT /v1/people/{person_id}/contact": {PERSON},
    "GET /v1/people/{person_id}/employments": {PERSON, *READERS},
    "GET /v1/people/{person_id}/test": {PERSON, *READERS},
    "GET /v1/organisations/{organisation_id}/test": READERS,
    "GET /v1/organisations/{organisation_id}/test/units": READERS,
    "GET /v1/organisations/{organisation_id}/test/waiting": READERS,
    "POST /v1/learning/attempts": {PERSON, COLLEAGUE},
    "GET /v1/learning/attempts": {PERSON, COLLEAGUE},
    "GET /v1/learning/attempts/{attempt_id}": {PERSON},
    "PUT /v1/learning/attempts/{attempt_id}/answers": {PERSON},
    "POST /v1/learning/attempts/{attempt_id}/answers": {PERSON},
    "POST /events": {SERVICE},
}
"""What needs no role; what is not in it is closed to all four."""


def tokens(world: World, place: dict[str, Any], other: dict[str, Any]) -> dict[str, str]:
    """A token of each."""
    hospital = place["AT"]
    return {
        PERSON: world.applicant(place["applicant"], hospital),
        COLLEAGUE: world.applicant(other, hospital),
        SERVICE: mint(kind="service", name="workflow"),
        INTEGRATION: token_at(hospital, "INTEGRATION", kind="integration", scope="titles.read titles.write"),
    }


async def test_whoever_holds_no_role_there(world, place, session):
    """Operation by operation: what the person concerned, a colleague, a service and an integration may."""
    place["applicant"] = (
        await world.ask("GET", f"/v1/people/{place['person']}", token_at(place["AT"], "REVIEWER"))
    ).json()
    other = (await world.add_person(place["AT"]))["person"]
    found: dict[str, set[str]] = {}
    for operation in concepts.MAY:
        method, path = concepts.target(operation, place)
        for who, token in tokens(world, place, other).items():
            body = concepts.asked(world, place, operation)
            answer = await world.ask(method, path, token, body)
            assert answer.status_code < 500, answer.text
            if let_in(answer, listing="{" not in operation):
                found.setdefault(operation, set()).add(who)
    assert found == ALSO


async def test_every_operation_stands_in_a_table(apps):
    """Nothing is added without saying who may."""
    app = await apps.get("accounts")
    tables = (
        concepts.MAY,
        MENDING_MAY,
        RECORDS_MAY,
        ORGANISATIONS_MAY,
        ACCOUNTS_MAY,
        OWN,
        PROTOCOL,
        concepts.FOR_ANYONE,
    )
    listed = [operation for table in tables for operation in table]
    assert len(listed) == len(set(listed))
    assert concepts.operations(app) == set(listed)
