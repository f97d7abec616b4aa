"""Credit platforms are asked of whoever submits, once a question however often it is sent, and believed only where they keep to it (一（八）)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import structlog
from sqlalchemy import text

from services.notifications.credit_check.asking import Asker
from tests.platform.apps import over_asgi
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.platform import KEY
from tests.services.notifications.platform_process import LIES, started
from tests.services.notifications.test_credit import ROOT, happens, officer

PATH, PLATFORM = "/v1/credit-checks", "provincial"
NAME, NUMBER = "赵昆仑", "63010119850203001X"
DOCUMENT = "青信用函〔2023〕5号"
BARRED = {NUMBER: {"document": DOCUMENT, "from": "2023-02-01", "until": "2025-01-31"}}
PATIENCE = 30
PUBLISHED = "select type, subject, data from outbox where type like '%credit_check%' order by seq"
DUE = text("update credit_check set due_at = now()")


class People(httpx.AsyncBaseTransport):
    """Accounts, as far as it is asked: it tells whom a check is about, and keeps by which it was asked."""

    def __init__(self) -> None:
        self.number: str | None = NUMBER
        self.away = False
        self.let = asyncio.Event()
        self.let.set()
        self.checks: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Tell a person, or a token."""
        if request.url.path == "/v1/service-tokens":
            return httpx.Response(200, json={"access_token": "a", "expires_in": 600})
        if self.away:
            return httpx.Response(503, json={"code": "UNAVAILABLE", "message": "稍后再试"})
        await self.let.wait()
        person = request.url.path.split("/")[3]
        self.checks.append(json.loads(await request.aread())["check_id"])
        return httpx.Response(200, json={"person_id": person, "name": NAME, "resident_id": self.number})


@pytest.fixture(scope="module")
async def peer() -> AsyncIterator[str]:
    """The address of a platform that runs as a process of its own."""
    async with started(KEY) as url:
        yield url


async def behave(peer: str, **told: Any) -> dict[str, list[str]]:
    """Let the platform behave so from now on; by which ids it was asked of whom."""
    async with httpx.AsyncClient(trust_env=False) as http:
        asked: dict[str, list[str]] = (await http.post(f"{peer}/behave", json=told)).json()["asked"]
        return asked


class Scene:
    """Notifications that asks the peer when it is told to."""

    def __init__(self, http: httpx.AsyncClient, askers: list[Asker], people: People, session: Any) -> None:
        self.http, self.people, self._session = http, people, session
        self.asker, self.hurried = askers

    async def submits(self, declaration_id: UUID | None = None, **told: Any) -> UUID:
        """Somebody submits; the declaration."""
        which = declaration_id or uuid4()
        moved = {"action": "SUBMIT", "after": "UNDER_REVIEW", "lineage": [ROOT.id]} | told
        await happens(self.http, declaration_moved(declaration_id=which, **moved))
        return which

    async def ask(self, asker: Asker | None = None) -> int:
        """Ask all that waits, however long it was to wait still."""
        async with self._session("notifications") as tx:
            await tx.execute(DUE)
        return await (asker or self.asker).ask(PLATFORM)

    async def asked_for_weeks(self) -> None:
        """All that waits was asked more often than a finding is ever sent."""
        async with self._session("notifications") as tx:
            await tx.execute(text("update credit_check set attempts = 100000 where dead_at is null"))

    async def seen(self, token: str | None = None, **narrowed: Any) -> list[dict[str, Any]]:
        """The checks that somebody reads, newest first."""
        answer = await self.http.get(PATH, params=narrowed, headers=bearer(token or officer()))
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def published(self) -> list[Any]:
        """What left for other services, oldest first."""
        async with self._session("notifications") as tx:
            return list(await tx.execute(text(PUBLISHED)))

    async def rows(self) -> str:
        """All that notifications keeps, as text."""
        async with self._session("notifications") as tx:
            kept = []
            for table in ("credit_check", "outbox", "message", "audit_log", "inbox"):
                if await tx.scalar(text("select to_regclass(:name)"), {"name": table}):
                    kept += list(await tx.scalars(text(f"select t::text from {table} t")))
            return "\n".join(kept)


@pytest.fixture
async def scene(database, apps, peer, session) -> AsyncIterator[Scene]:
    """Notifications with a platform that answers questions, and one that does not."""
    await behave(peer, anew=True)
    told = {"title": "省信用平台", "url": f"{peer}/misconduct", "key": KEY}
    platforms = {PLATFORM: told | {"check_url": f"{peer}/check"}, "national": told}
    settings = {"credit_platforms": json.dumps(platforms), "credit_seconds": 3600}
    people = People()
    async with AsyncExitStack() as stack:
        patient, hurried = [
            await apps.fresh(
                "notifications",
                stack,
                settings | {"call_timeout_seconds": patience},
                {"transports": {"accounts": people}},
            )
            for patience in (PATIENCE, 0.2)
        ]
        http = await stack.enter_async_context(over_asgi(patient))
        yield Scene(http, [patient.state.asker, hurried.state.asker], people, session)


@pytest.mark.clause("1.8")
async def test_who_submits_is_asked_of_once_and_the_answer_published(scene: Scene, peer: str):
    """Of the platform that answers questions alone; two who ask at once ask for one answer; nobody below reads another's."""
    await behave(peer, barred=BARRED)
    declaration = await scene.submits()
    (waiting,) = await scene.seen()
    assert (waiting["standing"], waiting["platform"], waiting["listed"]) == ("WAITING", PLATFORM, None)
    assert sum(await asyncio.gather(*(scene.asker.ask(PLATFORM) for _ in range(3)))) == 1
    assert await scene.ask() == 0
    (check,) = await scene.seen(declaration_id=declaration, standing="ANSWERED")
    assert (check["listed"], check["document"], check["until"]) == (True, DOCUMENT, "2025-01-31")
    assert await behave(peer) == {check["id"]: [NUMBER]}
    assert scene.people.checks == [check["id"]]
    asked, answered = await scene.published()
    assert asked.subject == answered.subject == f"declaration/{declaration}"
    assert asked.data["check_id"] == answered.data["check_id"] == check["id"]
    told = {key: answered.data[key] for key in ("listed", "document", "begins", "until", "platform_title")}
    assert list(told.values()) == [True, DOCUMENT, "2023-02-01", "2025-01-31", "省信用平台"]
    for other in (mint([seat("TITLE_OFFICER", node("HRSS", "PROVINCE"))]), mint([seat("REVIEWER", ROOT)])):
        assert await scene.seen(other) == []


@pytest.mark.clause("1.8")
async def test_nothing_is_believed_that_is_no_answer(scene: Scene, peer: str):
    """Slow, failing, broken, endless and lying: asked again under the same id until it keeps to it; nothing of the person is kept."""
    lies = [*LIES, "garbage", "endless", "person", "fail", "slow"]
    await behave(peer, checks=lies, barred=BARRED)
    await scene.submits()
    with structlog.testing.capture_logs() as logs:
        for number, lie in enumerate(lies, start=1):
            assert await scene.ask(scene.hurried if lie == "slow" else scene.asker) == 0
            (check,) = await scene.seen()
            assert (check["standing"], check["attempts"], check["listed"]) == ("WAITING", number, None)
            assert check["last_error"]
        assert [each.type for each in await scene.published()] == [
            "titles.notifications.credit_check.asked.v1"
        ]
        kept = await scene.rows() + str(logs)
        scene.people.away = True
        assert await scene.ask() == 0
        assert "accounts" in (await scene.seen())[0]["last_error"]
        scene.people.away = False
        assert await scene.ask() == 1
    (check,) = await scene.seen()
    assert (check["listed"], check["last_error"]) == (True, None)
    assert await behave(peer) == {check["id"]: [NUMBER] * (len(lies) + 1)}
    kept += await scene.rows() + str(logs)
    assert NUMBER not in kept
    assert NAME not in kept
    assert str(check["id"]) in kept


@pytest.mark.clause("1.8")
async def test_who_submits_again_is_asked_of_anew_and_who_withdraws_no_more(scene: Scene, peer: str):
    """What was not answered yet is dropped for the new question, or for good; what nobody submitted is not asked of."""
    declaration = await scene.submits()
    await happens(scene.http, declaration_moved(declaration_id=declaration, action="PASS", lineage=[ROOT.id]))
    await scene.submits(declaration)
    newer, older = await scene.seen()
    assert (older["standing"], newer["standing"]) == ("DROPPED", "WAITING")
    gone = await scene.submits()
    await scene.submits(gone, action="WITHDRAW", after="WITHDRAWN")
    assert await scene.ask() == 1
    assert await behave(peer) == {newer["id"]: [NUMBER]}
    (dropped,) = await scene.seen(declaration_id=gone)
    assert (dropped["standing"], dropped["last_error"]) == ("DROPPED", "DECLARATION_OVER")


@pytest.mark.clause("1.8")
async def test_the_province_hears_once_that_a_platform_does_not_say_it(scene: Scene, peer: str):
    """After many attempts, of one of many that wait, and at once of who has no resident id, who is asked of no more."""
    scene.people.number = None
    await scene.submits()
    assert await scene.ask() == 0
    scene.people.number = NUMBER
    await behave(peer, checks=["fail"] * 26)
    await scene.submits()
    await scene.submits()
    for _ in range(13):
        assert await scene.ask() == 0
    inbox = await scene.http.get("/v1/inbox", headers=bearer(officer()))
    assert [each["title"] for each in inbox.json()["items"]] == ["信用平台未答复申报人信用核查"] * 2
    waiting, _, without = await scene.seen()
    assert (without["standing"], without["last_error"]) == ("DROPPED", "NO_RESIDENT_ID")
    assert (waiting["standing"], waiting["last_error"]) == ("WAITING", "HTTP 500")
    await scene.asked_for_weeks()
    await behave(peer, checks=["fail"] * 2)
    assert await scene.ask() == 0
    assert (await scene.seen())[0]["standing"] == "WAITING", "nobody is let off by a platform's silence"
    assert await scene.ask() == 2


@pytest.mark.clause("1.8")
async def test_an_answer_about_what_was_withdrawn_meanwhile_is_not_kept(scene: Scene, peer: str):
    """Withdrawn while it is asked, and while that fails: dropped it stays, why stays with it, and nobody hears of an answer."""
    await behave(peer, checks=["fail"], barred=BARRED)
    for _ in range(2):
        declaration = await scene.submits()
        scene.people.let.clear()
        asking = asyncio.create_task(scene.ask())
        async with asyncio.timeout(PATIENCE):
            while not (await scene.seen(declaration_id=declaration))[0]["attempts"]:
                await asyncio.sleep(0.05)
        await scene.submits(declaration, action="WITHDRAW", after="WITHDRAWN")
        scene.people.let.set()
        await asking
        (dropped,) = await scene.seen(declaration_id=declaration)
        assert (dropped["standing"], dropped["last_error"]) == ("DROPPED", "DECLARATION_OVER")
        assert dropped["listed"] is None
    assert sum(map(len, (await behave(peer)).values())) == 2
    assert {each.type for each in await scene.published()} == {"titles.notifications.credit_check.asked.v1"}


async def test_the_example_of_the_page_is_asked_and_believed(database, apps, session, monkeypatch):
    """The platform that docs/credit-platforms.md shows verifies the question, and its answers are read: listed, and not."""
    page = (Path(__file__).parents[3] / "docs/credit-platforms.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.setenv("KEY", KEY)
    made: dict[str, Any] = {}
    exec(compile(example, "docs/credit-platforms.md", "exec"), made)  # noqa: S102 - our own page
    url = "https://credit.gov.test"
    told = {"title": "省信用平台", "url": f"{url}/misconduct", "check_url": f"{url}/check", "key": KEY}
    settings = {"credit_platforms": json.dumps({PLATFORM: told}), "credit_seconds": 3600}
    people = People()
    async with AsyncExitStack() as stack:
        parts = {"transports": {"accounts": people, "credit": httpx.ASGITransport(app=made["app"])}}
        app = await apps.fresh("notifications", stack, settings, parts)
        http = await stack.enter_async_context(over_asgi(app))
        scene = Scene(http, [app.state.asker] * 2, people, session)
        for number, document in (("630104198503070018", DOCUMENT), (NUMBER, None)):
            people.number = number
            await scene.submits()
            assert await scene.ask() == 1
            check = (await scene.seen())[0]
            assert (check["listed"], check["document"]) == (document is not None, document)
