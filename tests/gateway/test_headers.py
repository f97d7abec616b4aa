"""What browsers are told by every answer of the gateway, whatever it is."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import Gateway

ANSWERS = (
    "/",
    "/verify",
    "/docs",
    "/pages/site.css",
    "/api/openapi.json",
    "/healthz",
    "/nowhere",
    "/uploads/x",
)


@pytest.mark.parametrize("path", [*ANSWERS, "/api/quota/v1/annual-forms", "/graphql?query={__typename}"])
async def test_every_answer_is_guarded(gateway: Gateway, path: str) -> None:
    """Pages, documents, refusals, data: of their own type, framed by nobody, running nothing that is not listed."""
    front = await gateway(production=True)
    told = (await front.http.get(path)).headers
    assert told["x-content-type-options"] == "nosniff"
    assert "max-age=31536000" in told["strict-transport-security"]
    assert told["referrer-policy"] == "no-referrer"
    assert told["cache-control"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in told["content-security-policy"]


@pytest.mark.parametrize("path", ["/graphql", "/api/quota/v1/annual-forms", "/"])
async def test_no_other_origin_is_let_in(gateway: Gateway, path: str) -> None:
    """A page elsewhere that asks, or asks whether it may, is not allowed to read the answer."""
    front = await gateway()
    asks = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for method in ("OPTIONS", "GET"):
        told = (await front.http.request(method, path, headers=asks)).headers
        assert not [name for name in told if name.startswith("access-control")]
