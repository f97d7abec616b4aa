"""Every operation of every service is closed to strangers, unless it stands in the list of public ones below."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from deploy.local.bootstrap import SERVICES

ALWAYS_PUBLIC = {
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/ops/clock"),
    ("POST", "/v1/reads"),  # each read in it is judged by itself
}
PUBLIC: dict[str, set[tuple[str, str]]] = {
    "accounts": {
        ("GET", "/.well-known/jwks.json"),
        ("GET", "/v1/learning/guides"),
        ("PUT", "/v1/import-files/{token}"),  # the link is the right
        ("GET", "/v1/import-files/{token}"),
        ("PUT", "/v1/evidence-files/{token}"),
        ("GET", "/v1/evidence-files/{token}"),
        ("PUT", "/v1/question-files/{token}"),  # as above
        ("GET", "/v1/learning/guides/{code}/file"),
        ("POST", "/v1/accounts/activate"),
        ("POST", "/v1/sessions"),
        ("POST", "/v1/sessions/refresh"),
        ("POST", "/v1/sessions/second-factor"),  # the challenge's token is the right
        ("POST", "/v1/sessions/sign-out"),
        # where clients and browsers begin; each proves itself by secret, code, form or cookie
        ("GET", "/.well-known/openid-configuration"),
        ("GET", "/.well-known/oauth-authorization-server"),
        ("GET", "/oauth/authorize"),
        ("POST", "/oauth/authorize"),
        ("POST", "/oauth/token"),
        ("POST", "/oauth/revoke"),
        ("POST", "/oauth/introspect"),
    },
    "quota": {
        ("GET", "/v1/ratios"),
        ("GET", "/v1/ratios/rows"),
        ("GET", "/v1/papers/ratio-table"),
        ("GET", "/v1/overview-charts/{token}"),
        ("GET", "/v1/papers/{token}"),  # the link is the right
        ("GET", "/v1/staffing-imports/template"),
        ("PUT", "/v1/staffing-files/{token}"),  # the link is the right
        ("GET", "/v1/staffing-files/{token}"),
    },
    "notifications": set(),
    "workflow": {
        ("PUT", "/v1/uploads/{token}"),  # the link is the right
        ("PUT", "/v1/upload-parts/{token}"),
        ("PUT", "/v1/whole-uploads/{token}"),
        ("GET", "/v1/downloads/{token}"),
        ("GET", "/v1/historic-imports/template"),
        ("PUT", "/v1/historic-files/{token}"),
        ("GET", "/v1/historic-files/{token}"),
        ("GET", "/v1/season-report-files/{token}"),
        ("GET", "/v1/expert-files/{token}"),
        ("GET", "/v1/review-sign-charts/{token}"),
        # what is published is read without signing in, and anybody may object anonymously
        ("GET", "/v1/cycles"),
        ("GET", "/v1/batches"),
        ("GET", "/v1/batches/{batch_id}"),
        ("GET", "/v1/cycles/{cycle_id}"),
        ("GET", "/v1/cycles/{cycle_id}/extensions"),
        ("GET", "/v1/extensions/{extension_id}"),
        ("GET", "/v1/cycles/{cycle_id}/pass-marks"),
        ("GET", "/v1/series"),
        ("GET", "/v1/routes"),
        ("GET", "/v1/routes/what-if"),
        ("GET", "/v1/cycles/{cycle_id}/figures"),  # no number small enough to tell of single people
        ("GET", "/v1/declaration-process"),
        ("GET", "/v1/specialties"),
        ("GET", "/v1/specialties/{specialty_id}"),
        ("GET", "/v1/arrangements"),
        ("GET", "/v1/arrangements/{arrangement_id}"),
        ("GET", "/v1/criteria"),
        ("GET", "/v1/criteria/{criteria_id}"),
        ("GET", "/v1/committees"),
        ("GET", "/v1/committees/{committee_id}"),
        ("GET", "/v1/delegations"),
        ("GET", "/v1/recommendation-plans"),
        ("GET", "/v1/recommendation-plans/{plan_id}"),
        ("GET", "/v1/publicities"),
        ("GET", "/v1/publicities/{publicity_id}"),
        ("POST", "/v1/publicities/{publicity_id}/objections"),
        ("POST", "/v1/reports"),  # anonymously too
        ("POST", "/v1/complaints"),  # the same
        ("GET", "/v1/meetings/commitments"),
        ("GET", "/v1/meetings/{meeting_id}/draw"),  # anyone can repeat a draw
        ("GET", "/v1/certificates/verify"),
        ("GET", "/v1/certificates/keys"),
        # whatever anybody verifies certificates with
        ("GET", "/.well-known/jwt-vc-issuer"),
        ("GET", "/v1/certificates/types/{name}"),
        ("GET", "/v1/certificates/status/{list_no}"),
        ("GET", "/verify/credential"),
        ("GET", "/v1/certificate-papers/{token}"),  # the link is the right
    },
}

OWN: dict[str, set[tuple[str, str]]] = {
    "accounts": {("POST", "/v1/me/sessions/end-others")},  # everybody ends the own sessions
    "notifications": {("POST", "/v1/inbox/read-all")},  # everybody reads the own inbox
}
"""Writes of whoever is signed in, upon nothing but the own."""


def operations(app: Any) -> list[tuple[str, str]]:
    """Every method and path of an app."""
    routes = [
        route for route in iter_route_contexts(app.routes) if isinstance(route.original_route, APIRoute)
    ]
    return [(method, route.path) for route in routes for method in sorted(route.methods - {"HEAD"})]


def filled(path: str) -> str:
    """A path with an id that nothing has."""
    return re.sub(r"\{[^}]*\}", str(uuid4()), path)


@pytest.mark.parametrize("service", SERVICES)
async def test_strangers_are_turned_away(client, apps, service):
    """Without a token every operation answers 401, but for those listed as public."""
    http: httpx.AsyncClient = await client(service)
    open_to_all = PUBLIC[service] | ALWAYS_PUBLIC
    found = {}
    for method, path in operations(await apps.get(service)):
        found[method, path] = (await http.request(method, filled(path))).status_code
    closed = {operation for operation, status in found.items() if status == httpx.codes.UNAUTHORIZED}
    assert set(found) - closed == open_to_all, "an operation is open, or one listed as public is closed"


@pytest.mark.parametrize("service", SERVICES)
async def test_no_log_shows_a_link_that_is_a_right(apps, service):
    """Nor does a file that is fetched or sent by it have another deadline than its caller's."""
    app = await apps.get(service)
    linked = {path for _, path in operations(app) if path.endswith("{token}")}
    assert {path for path in linked if not path.startswith(app.state.unhurried)} == set()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_token_without_a_seat_changes_nothing(client, apps, token, service):
    """Somebody signed in without any role gets no write through."""
    http: httpx.AsyncClient = await client(service, token=token())
    writes = [each for each in operations(await apps.get(service)) if each[0] != "GET"]
    for method, path in writes:
        if (method, path) in PUBLIC[service] | OWN.get(service, set()):
            continue
        answer = await http.request(method, filled(path), json={})
        assert answer.status_code in {401, 403, 404, 405, 409, 422}, f"{method} {path}: {answer.status_code}"
        assert answer.json()["code"], "a refusal carries its code"
