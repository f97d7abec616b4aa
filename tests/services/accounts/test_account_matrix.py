"""Every operation on accounts, clients and imports for every role, at, above, below and beside the organisation.

And whether every operation of the service, action by action, stands in a table at all.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from tests.platform.tokens import mint
from tests.services.accounts import test_authorization as concepts
from tests.services.accounts.matrix import (
    LINE,
    MANAGER,
    NONE_HAS_IT,
    PERSON,
    SERVICE,
    WHERE,
    Asking,
    Request,
    cells,
    each_action,
    in_groups,
    let_in,
    operations,
    put_into,
    tokens_without_role,
    walk,
    without_role,
)
from tests.services.accounts.test_document_mending import MENDING_MAY
from tests.services.accounts.test_organisation_matrix import ORGANISATIONS_MAY
from tests.services.accounts.test_record_matrix import RECORDS_MAY
from tests.services.accounts.third_party import BACK
from tests.services.accounts.world import World, new_login, token_at

NEAR = {"ABOVE": MANAGER, "AT": MANAGER}
HERE = {"AT": MANAGER}
FROM_ABOVE = {"TOP": MANAGER, **NEAR}
PROVINCIAL = {"TOP": {*MANAGER, "OPERATOR"}}
IMPORT, CLIENT = "/v1/imports/{import_id}", "/v1/oauth/clients/{client_id}"

ACCOUNTS_MAY: dict[str, dict[str, set[str]]] = {
    "GET /v1/accounts/{account_id}/sign-ins": NEAR,
    "POST /v1/accounts/{account_id}/sessions/end": NEAR,
    "POST /v1/accounts/{account_id}/second-factor/reset": NEAR,
    "POST /v1/organisations/{organisation_id}/role-offers": NEAR,
    "GET /v1/organisations/{organisation_id}/accounts": FROM_ABOVE,
    "GET /v1/organisations/{organisation_id}/colleagues": {"AT": LINE},
    "POST /v1/accounts/lookup": FROM_ABOVE,
    "POST /v1/accounts/places": {},  # our own services' alone
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
    **each_action(f"POST {IMPORT}", {"APPLY": HERE, "RECHECK": HERE, "CANCEL": HERE}),
    "POST /v1/oauth/clients": PROVINCIAL,
    "GET /v1/oauth/clients": PROVINCIAL,
    "GET /v1/oauth/clients/{client_id}": PROVINCIAL,
    **each_action(f"POST {CLIENT}", {"DISABLE": PROVINCIAL, "ENABLE": PROVINCIAL}),
    "POST /v1/oauth/clients/{client_id}/secret": PROVINCIAL,
}
ALSO: dict[str, set[str]] = {
    "GET /v1/organisations/{organisation_id}/colleagues": {PERSON},
    "POST /v1/accounts/lookup": {PERSON},
    "POST /v1/accounts/places": {SERVICE},
    "GET /v1/delegations": {PERSON},
    "POST /v1/delegations/{delegation_id}/actions/END": {PERSON},
}
"""What the owner of an account, a colleague and a service may without being a manager; here the owner is a reviewer who handed that over."""
BEFORE = {
    **{
        f"POST {IMPORT}/actions/{act}": ("intake", "import", "CHECKED")
        for act in ("APPLY", "RECHECK", "CANCEL")
    },
    f"POST {CLIENT}/actions/DISABLE": ("oauth_client", "client", "ACTIVE"),
    f"POST {CLIENT}/actions/ENABLE": ("oauth_client", "client", "DISABLED"),
}
"""Which table holds what an act is asked of, what that is here, and the state in which the act applies."""
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
    )
    return method, path + ("?kind=PEOPLE" if path.endswith("template") else "")


def asked(operation: str, desk: dict[str, Any]) -> Any:
    """A body that is well formed; its version is none that anything has, so that nothing changes."""
    if "/actions/" in operation:
        return {"version": NONE_HAS_IT}
    return {
        "POST /v1/organisations/{organisation_id}/role-offers": {"login": desk["login"], "role": "EXPERT"},
        "POST /v1/accounts/lookup": {"ids": [desk["clerk"]]},
        "POST /v1/accounts/places": {"ids": [desk["clerk"]]},
        "POST /v1/imports": {
            "kind": "PEOPLE",
            "organisation_id": desk["AT"]["id"],
            "file_name": "people.xlsx",
        },
        "POST /v1/imports/links": {"import_id": desk["import"], "paper": "REPORT"},
        "POST /v1/oauth/clients": a_client(desk["AT"]["id"]),
        "POST /v1/oauth/clients/{client_id}/secret": {"version": NONE_HAS_IT},
    }.get(operation)


@pytest.fixture
async def asking(desk: dict[str, Any], session: Any) -> Asking:
    """How an operation is asked for, with what it is asked of put where it applies."""
    async with session("accounts") as tx:
        login = await tx.scalar(text("select login from account where id = :a"), {"a": desk["clerk"]})
    desk["login"] = login

    async def ask(operation: str) -> Request:
        if operation in BEFORE:
            table, key, state = BEFORE[operation]
            await put_into(session, table, desk[key], state)
        if operation.endswith("second-factor/reset"):
            async with session("accounts") as tx:
                await tx.execute(
                    text(
                        "insert into second_factor (account_id, secret_sealed, last_step)"
                        " values (:a, '', 0) on conflict do nothing"
                    ),
                    {"a": desk["clerk"]},
                )
        return *target(operation, desk), asked(operation, desk)

    return ask


@pytest.mark.parametrize("group", in_groups(ACCOUNTS_MAY))
async def test_each_role_is_let_in_exactly_where_it_may(world, desk, asking, group):
    """The cells of some operations: role by role, place by place."""
    for operation in group:
        assert await walk(world, desk, operation, asking) == cells(ACCOUNTS_MAY, operation), operation


async def test_strangers_and_those_without_a_seat_reach_nothing(world, asking):
    """Without a token 401; with one that holds nothing no operation of the table lets in."""
    for operation in ACCOUNTS_MAY:
        method, path, body = await asking(operation)
        assert (await world.ask(method, path, None, body)).status_code == 401, operation
        assert not let_in(await world.ask(method, path, mint(), body), operation), operation


async def test_whoever_holds_no_role_there(world, desk, asking):
    """Operation by operation: what the owner of the account, a colleague and a service may."""
    owner = token_at(desk["AT"], "REVIEWER", sub=UUID(desk["clerk"]))
    tokens = await tokens_without_role(world, desk["AT"], owner)
    assert await without_role(world, ACCOUNTS_MAY, asking, tokens) == ALSO


async def test_every_operation_stands_in_a_table(apps):
    """Nothing is added without saying who may, and of an operation that takes actions each has a row."""
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
    assert operations(app) == set(listed)
