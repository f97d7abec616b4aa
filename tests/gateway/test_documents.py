"""Trusted documents: asked for by hash, by GET too, and where it is so no others."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from gateway.main import create
from gateway.settings import GatewaySettings
from tests.gateway.conftest import Gateway
from tests.platform.tokens import mint

QUERY = "query Cycles($n: Int!) { cycles(first: $n) { totalCount } }"
ID = hashlib.sha256(QUERY.encode()).hexdigest()
NONE = {"items": [], "next_cursor": None, "total": 7}
SEVEN = {"cycles": {"totalCount": 7}}


@pytest.fixture
def manifest(tmp_path: Path, parts: dict[str, Any]) -> Path:
    """A manifest of one document, which workflow answers."""
    parts["workflow"].tell("GET", "/v1/cycles", NONE)
    file = tmp_path / "persisted-documents.json"
    file.write_text(json.dumps({ID: QUERY}), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    "naming",
    [
        {"documentId": ID},
        {"documentId": f"sha256:{ID}"},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ID}}},
    ],
)
async def test_a_document_is_asked_for_by_its_hash(
    gateway: Gateway, manifest: Path, naming: dict[str, Any]
) -> None:
    """By POST, and by GET even where no other query is taken by it; the ways are those of the specification and of Apollo."""
    http = (await gateway(production=True, trusted_documents=manifest)).http
    asked = {**naming, "variables": {"n": 1}}
    params = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in asked.items()}
    for answer in (await http.post("/graphql", json=asked), await http.get("/graphql", params=params)):
        assert answer.status_code == 200, answer.text
        assert answer.json()["data"] == SEVEN
    free = await http.get("/graphql", params={"query": QUERY, "variables": '{"n": 1}'})
    assert free.status_code == 405


async def test_a_hash_that_nothing_has(gateway: Gateway, manifest: Path) -> None:
    """It is told so, in GraphQL's shape; a hash is never learnt from a request that brings the text along."""
    http = (await gateway(trusted_documents=manifest)).http
    for wrong in ({"documentId": "0" * 64}, {"documentId": 5}, {"documentId": ID[:-1], "query": QUERY}):
        answer = await http.post("/graphql", json=wrong)
        assert answer.status_code == 404
        assert answer.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_UNKNOWN"


async def test_only_trusted_documents(gateway: Gateway, manifest: Path, parts: dict[str, Any]) -> None:
    """Strangers and who signed in at the platform ask what is registered; a third party's client asks what it likes."""
    front = await gateway(trusted_documents=manifest, trusted_only=True)
    own = (None, mint())
    clients = (mint(scope="read"), mint(kind="integration", scope="read"))
    other = QUERY + " "
    for token in own:
        told = await front.ask(other, token=token, n=1)
        assert told["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        assert await front.data(QUERY, token=token, n=1) == SEVEN
    for token in clients:
        assert await front.data(other, token=token, n=1) == SEVEN
    assert len(parts["workflow"].calls) == 4


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ("[", "cannot be read"),
        ("[]", "cannot be read"),
        (json.dumps({"0" * 64: QUERY}), "not the SHA-256"),
        (json.dumps({hashlib.sha256(b"{ nothing }").hexdigest(): "{ nothing }"}), "Cannot query field"),
        (json.dumps({hashlib.sha256(b"{").hexdigest(): "{"}), "Syntax Error"),
    ],
)
def test_a_manifest_that_is_broken_stops_the_gateway(manifest: Path, told: str, reason: str) -> None:
    """At its start, with the file and what is wrong with it."""
    manifest.write_text(told, encoding="utf-8")
    with pytest.raises(ValueError, match=reason):
        create(GatewaySettings(trusted_documents=manifest))


def test_only_trusted_documents_need_some() -> None:
    """A gateway without a manifest that takes nothing else is a mistake."""
    with pytest.raises(ValueError, match="TRUSTED_DOCUMENTS"):
        GatewaySettings(trusted_only=True)
