"""The OpenAPI document of what integrations call: fresh, valid, and it tells what a caller has to know."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from docs.interfaces import ROOT, interfaces
from gateway.operations import document
from tests.architecture.test_deny_unless_allowed import PUBLIC
from tests.gateway.conftest import Gateway

CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """The document."""
    return document()


def operations(told: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and what is told of it."""
    return [(m.upper(), path, each) for path, methods in told["paths"].items() for m, each in methods.items()]


def test_it_is_what_the_services_say_today() -> None:
    """`make docs` would change nothing."""
    for file, told in interfaces().items():
        assert (ROOT / file).read_text(encoding="utf-8") == told, f"{file} is stale: run `make docs`"


def test_every_refusal_is_in_the_catalogue() -> None:
    """Each code that a class of refusals says is told, with both messages and its cause."""
    catalogue = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    files = [path for folder in ("services", "gateway") for path in (ROOT / folder).rglob("*.py")]
    codes = {
        code
        for path in files
        for code in re.findall(r'^    code = "([A-Z_]+)"', path.read_text(), re.MULTILINE)
    }
    told = set(re.findall(r"^\| `([A-Z_]+)` \| [^|]+ \| [^|]+ \| [^|]+ \| \w+ \|$", catalogue, re.MULTILINE))
    assert codes == told


def test_it_is_openapi(told: dict[str, Any]) -> None:
    """Somebody else's validator finds nothing, every reference leads somewhere and no operation is named twice."""
    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []
    ids = [each["operationId"] for _, _, each in operations(told)]
    assert len(set(ids)) == len(ids)


def test_every_operation_says_what_it_does_and_how_it_refuses(told: dict[str, Any]) -> None:
    """A summary, a tag with its Chinese term, and problems with codes for whatever is refused."""
    tags = {each["name"]: each["name"] + each.get("description", "") for each in told["tags"]}
    assert all(CHINESE.search(each) for each in tags.values())
    for method, path, each in operations(told):
        assert each["summary"], f"{method} {path}"
        assert set(each["tags"]) <= set(tags)
        for status, answer in each["responses"].items():
            if status[0] == "2":
                continue
            known = told["components"]["responses"].get(answer.get("$ref", "").rpartition("/")[2], answer)
            assert list(known["content"]) == ["application/problem+json"], f"{method} {path} {status}"
            assert re.search(r"`[A-Z_]+`", known["description"]), f"{method} {path} {status}"


def test_it_says_who_may_call(told: dict[str, Any]) -> None:
    """Open to anybody is what the test of strangers lists; what no client may do asks for the platform's own sign-in."""
    found = {(method, path) for method, path, each in operations(told) if not each["security"]}
    listed = {
        (method, f"/{service}{path}")
        for service, each in PUBLIC.items()
        for method, path in each
        if path.startswith("/v1/")
    }
    assert found == listed - {("POST", "/accounts/v1/service-tokens")}
    password = told["paths"]["/accounts/v1/me/password"]["post"]
    assert password["security"] == [{"Session": []}]
    certificates = told["paths"]["/workflow/v1/certificates"]["get"]
    assert certificates["security"] == [{"OAuth2": ["titles.read"]}, {"Session": []}]


async def test_it_is_served_whole_and_by_part(gateway: Gateway) -> None:
    """One document, and one for each part with no more than it needs; neither is sent again to who has it."""
    front = await gateway(issuer_url="https://id.example/")
    whole = await front.http.get("/api/openapi.json")
    flows = whole.json()["components"]["securitySchemes"]["OAuth2"]["flows"]
    assert flows["clientCredentials"]["tokenUrl"] == "https://id.example/oauth/token"
    again = await front.http.get("/api/openapi.json", headers={"if-none-match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    own = (await front.http.get("/api/quota/openapi.json")).json()
    assert {path.split("/")[1] for path in own["paths"]} == {"quota"}
    assert set(own["components"]["schemas"]) < set(whole.json()["components"]["schemas"])
    assert list(OpenAPIV31SpecValidator(own).iter_errors()) == []
    assert (await front.http.get("/api/relay/openapi.json")).status_code == 404
