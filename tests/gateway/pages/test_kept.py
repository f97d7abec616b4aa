"""Public answers over the real workflow: kept for whoever asks next, by page, REST and GraphQL, until an event ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import select

from gateway.kept.purging import PURGES
from gateway.kept.rules import RULES
from services.kit.db import Database
from services.workflow.certificate.model import Certificate, CertificateChange
from services.workflow.contract import RecommendationEnded
from services.workflow.publicity.model import PublicityEnd
from tests.architecture.test_deny_unless_allowed import PUBLIC
from tests.gateway.pages.conftest import browsing
from tests.gateway.pages.scene import TODAY, Scene
from tests.platform.server import TestServer
from tests.platform.tokens import bearer, mint

CRITERIA = "{criteria(first: 20) {edges {node {title}}}}"
PUBLICITIES = "{publicities(first: 20) {edges {node {state}}}}"
KEPT = (
    "/criteria",
    "/api/workflow/v1/criteria",
    "/api/workflow/v1/criteria?first=20&series=HEALTH",
    f"/graphql?query={CRITERIA}",
)
"""The same by each of the three ways."""
LISTS = ("/publicity", "/api/workflow/v1/publicities", f"/graphql?query={PUBLICITIES}")
TOKENS = {"token", "list_no"}
NEVER_KEPT = {
    ("workflow", path)
    for path in (
        "/v1/certificates/verify", "/v1/certificates/keys", "/v1/certificates/types/{name}",
        "/v1/certificates/status/{list_no}", "/.well-known/jwt-vc-issuer", "/verify/credential",
        "/v1/delegations", "/v1/meetings/commitments", "/v1/meetings/{meeting_id}/draw",
        "/v1/historic-imports/template",
    )
} | {
    ("accounts", path)
    for path in (
        "/.well-known/jwks.json", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        "/oauth/authorize", "/v1/learning/guides", "/v1/learning/guides/{code}/file",
    )
} | {("quota", "/v1/papers/ratio-table"), ("quota", "/v1/staffing-imports/template")}  # fmt: skip
"""What is public and asked for each time: whether something stands or is proved, files, and what is seldom asked."""


class Asked:
    """A neighbour that remembers what it was asked, and waits until many may ask."""

    def __init__(self, neighbour: Any) -> None:
        self.neighbour = neighbour
        self.paths: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.neighbour, name)

    async def request(self, method: str, path: str, **more: Any) -> Any:
        """Its answer."""
        self.paths.append(path)
        return await self.neighbour.request(method, path, **more)


@pytest.fixture
async def front(site: Callable[..., Any], stack: AsyncExitStack) -> tuple[httpx.AsyncClient, Asked]:
    """A gateway that keeps answers, and what it asks workflow."""
    app = await site(public_seconds=60)
    asked = app.state.neighbours["workflow"] = Asked(app.state.neighbours["workflow"])
    return await stack.enter_async_context(browsing(app)), asked


@pytest.fixture
async def tables(test_server: TestServer, worker_database: str, scene: Scene) -> Any:
    """Workflow's tables."""
    url = test_server.url("workflow", worker_database).replace("postgresql://", "postgresql+asyncpg://", 1)
    async with Database(url, pool_size=1) as database:
        yield database


async def test_what_was_told_once_is_told_again_to_any_stranger(
    front: tuple[httpx.AsyncClient, Asked], scene: Scene
) -> None:
    """By each way: one question for 64 at once; a strong tag, which answers for the body; a language is another answer."""
    web, asked = front
    for path in KEPT:
        asked.paths.clear()
        many = await asyncio.gather(*(web.get(path) for _ in range(64)))
        assert {(each.status_code, each.content) for each in many} == {(200, many[0].content)}, path
        assert len(asked.paths) == len(set(asked.paths)), path
        first = many[0]
        assert first.headers["cache-control"] == "public, max-age=30, stale-while-revalidate=30"
        assert 0 <= int(first.headers["age"]) <= 30
        assert "accept-language" in first.headers["vary"]
        asked.paths.clear()
        for given in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
            again = await web.get(path, headers={"if-none-match": given})
            assert (again.status_code, again.content) == (304, b""), (path, given)
            for name in ("etag", "vary", "cache-control"):
                assert again.headers[name] == first.headers[name]
        assert (await web.get(path, headers={"if-none-match": '"other"'})).status_code == 200
        assert asked.paths == []
    english = await web.get("/criteria", headers={"accept-language": "en"})
    assert (english.headers["content-language"], "/v1/criteria" in asked.paths) == ("en", True)
    cost = (await web.get(KEPT[-1])).json()["extensions"]["cost"]
    assert set(cost) == {"requestedQueryCost"}, "what one client has left is no other's to read"
    asked.paths.clear()
    posted = await web.post("/graphql", json={"query": CRITERIA})
    assert ("throttleStatus" in posted.json()["extensions"]["cost"], asked.paths) == (True, [])


async def test_who_says_who_asks_is_told_nothing_that_is_kept(
    front: tuple[httpx.AsyncClient, Asked], scene: Scene
) -> None:
    """With a token or a cookie no answer may be kept; with a token REST and GraphQL ask the part itself, each time."""
    web, asked = front
    for path in KEPT:
        await web.get(path)
        for named in (bearer(mint()), {"cookie": "a=1"}):
            answer = await web.get(path, headers=named)
            assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), path
            assert "etag" not in answer.headers
    asked.paths.clear()
    await web.get(KEPT[-1], headers=bearer(mint()))
    assert asked.paths == ["/v1/criteria"]
    for path in (
        "/graphql?query={__typename}",
        "/graphql?query={nothing}",
        "/api/workflow/v1/criteria?first=0",
    ):
        assert (await web.get(path)).headers["cache-control"] == "no-store", path
    refused = await web.get(f"/api/workflow/v1/criteria/{uuid4()}")
    assert (refused.status_code, refused.json()["code"]) == (404, "CRITERIA_NOT_FOUND")


@pytest.mark.clause("3.6.3")
async def test_a_cancelled_publicity_is_gone_with_its_event(
    front: tuple[httpx.AsyncClient, Asked], scene: Scene, tables: Database
) -> None:
    """A browser asks each time; what is kept here goes with the event, which only the platform's own services may tell."""
    web, asked = front
    before = [await web.get(path) for path in LISTS]
    assert {each.headers["cache-control"] for each in before} == {"public, no-cache"}
    asked.paths.clear()
    tags = [{"if-none-match": each.headers["etag"]} for each in before]
    assert [(await web.get(*each)).status_code for each in zip(LISTS)] == [200] * 3
    async with tables.begin() as tx:
        tx.add(PublicityEnd(publicity_id=scene.recommendation, outcome="CANCELLED", at=TODAY))
    event = RecommendationEnded(
        **dict.fromkeys(("recommendation_id", "cycle_id", "unit_id", "person_id", "account_id"), uuid4()),
        year=2023,
        person_name="卓玛",
        series="HEALTH",
        level="MIDDLE",
        reason="调离",
    )
    told = {
        "id": str(uuid4()), "source": "urn:titles:workflow", "type": event.type, "subject": event.subject,
        "time": TODAY.isoformat(), "data": event.model_dump(mode="json"),
    }  # fmt: skip
    for headers, status in (({}, 401), (bearer(mint()), 403), (bearer(mint(kind="service")), 204)):
        assert asked.paths == []
        assert (await web.post("/events", json=told, headers=headers)).status_code == status
    after = [await web.get(path, headers=given) for path, given in zip(LISTS, tags, strict=True)]
    assert [each.status_code for each in after] == [200] * 3
    assert "州医院" not in after[0].text
    for answer in after[1:]:
        assert answer.text.count("CANCELLED") == 2, answer.text
    broken = {**told, "data": {}}
    answer = await web.post("/events", json=broken, headers=bearer(mint(kind="service")))
    assert answer.json()["code"] == "EVENT_UNREADABLE"


@pytest.mark.clause("1.3.3")
async def test_a_revoked_certificate_is_shown_as_revoked_at_once(
    front: tuple[httpx.AsyncClient, Asked], scene: Scene, tables: Database
) -> None:
    """By each way, without any event: whether a certificate stands is kept by nobody."""
    web, _ = front
    pair = {"number": scene.number, "name": scene.holder}
    query = f'{{verifyCertificate(number: "{scene.number}", name: "{scene.holder}") {{valid}}}}'

    async def shown() -> list[httpx.Response]:
        return [
            await web.post("/verify", data=pair),
            await web.get("/api/workflow/v1/certificates/verify", params=pair),
            await web.get("/graphql", params={"query": query}),
        ]

    good = await shown()
    assert {each.headers["cache-control"] for each in good} == {"no-store"}
    assert ("证书有效" in good[0].text, good[1].json()["valid"], good[2].json()["data"]) == (
        True, True, {"verifyCertificate": {"valid": True}},
    )  # fmt: skip
    async with tables.begin() as tx:
        found = await tx.scalar(select(Certificate.id).where(Certificate.number == scene.number))
        tx.add(
            CertificateChange(
                id=uuid4(), province="qinghai", certificate_id=found, no=1, kind="REVOKED", standing="REVOKED", cause_kind="decision",
                cause_id=uuid4(), document_number="青人社厅函〔2024〕20号", note="弄虚作假", decided_by_name="省厅",
                organisation_id=scene.season.province.id, account_id=uuid4(), decided_at=TODAY, details={},
            )
        )  # fmt: skip
    gone = await shown()
    assert ("证书有效" in gone[0].text, gone[1].json()["valid"], gone[2].json()["data"]) == (
        False, False, {"verifyCertificate": {"valid": False}},
    )  # fmt: skip


async def test_figures_are_counted_once_a_minute_and_tell_when(
    front: tuple[httpx.AsyncClient, Asked], scene: Scene
) -> None:
    """However many ask, by whichever way: one count of the year, whose minute the page tells."""
    web, asked = front
    path = f"/v1/cycles/{scene.season.cycle_id}/figures"
    await asyncio.gather(*(web.get(each) for each in ("/figures", "/process", f"/api/workflow{path}") * 20))
    assert asked.paths.count(path) == 1
    told = await web.get(f"/api/workflow{path}")
    assert told.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=60"
    assert "截至 2024-01-11 09:" in (await web.get("/figures")).text


async def test_head_works_wherever_get_does(front: tuple[httpx.AsyncClient, Asked], scene: Scene) -> None:
    """The same status and headers, no body: pages, REST, GraphQL, documents, health; a write is none the less."""
    web, _ = front
    paths = {
        route.path
        for route in iter_route_contexts(web._transport.app.routes)  # noqa: SLF001 - httpx tells it nowhere
        if isinstance(route.original_route, APIRoute) and "GET" in route.methods and "{" not in route.path
    }
    assert len(paths) > 10
    asked = (
        *sorted(paths),
        *KEPT,
        *LISTS,
        "/api/workflow/v1/certificates/verify?number=1&name=a",
        "/nowhere",
    )
    for path in asked:
        got, head = await web.get(path), await web.head(path)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        told = ("content-type", "cache-control", "etag", "vary", "content-length")
        for name in told[:-1] if path == "/readyz" else told:  # each time it is asked anew how the parts are
            assert head.headers.get(name) == got.headers.get(name), (path, name)
    assert (await web.head("/api/accounts/v1/sessions")).status_code == 405


def test_every_public_answer_is_kept_or_is_not_for_a_reason() -> None:
    """No rule is of an operation that is closed or is not there; what is kept of what changes goes with an event."""
    public = {
        (part, path)
        for part, operations in PUBLIC.items()
        for method, path in operations
        if method == "GET" and "{token}" not in path
    }
    ruled = {(part, path) for part, rules in RULES.items() for path in rules}
    assert ruled | NEVER_KEPT == public
    assert not ruled & NEVER_KEPT
    tagged = {tag for rules in RULES.values() for rule in rules.values() for tag in rule.tags}
    named = {tag for tags in PURGES.values() for tag in tags}
    assert tagged <= named
    for event, tags in PURGES.items():
        fields = dict.fromkeys(event.model_fields, "x")
        assert all(tag.format_map(fields) for tag in tags), event
