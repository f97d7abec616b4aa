"""Workflow, relay and notifications are killed between a finding and the credit platforms: what follows from it, follows once."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local.bootstrap import service_url
from deploy.local.stack import Stack
from services.kit import clock
from services.kit.db import Database
from services.kit.ids import new_id
from services.workflow import main as _every_model  # noqa: F401 - tables that others refer to
from services.workflow.certificate.model import Certificate
from services.workflow.integrity.model import IntegrityCase
from tests.faults.credit_platform import HOLD, LOSE, REFUSE, TAKE_AND_HOLD, CreditPlatform
from tests.platform.tokens import bearer, mint, node, seat
from tests.services.workflow.integrity.inquiry import FINDING

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("findings_survive"), pytest.mark.timeout(400)]
JANUARY = datetime(2024, 1, 18, 1, tzinfo=UTC)
FINDINGS = 6
PATIENCE, PAUSE = 150, 0.05
FOUND, REVERSED = "titles.workflow.misconduct.found.v1", "titles.workflow.misconduct.reversed.v1"
SETTINGS = {"LEASE_SECONDS": "2", "DELIVERY_TIMEOUT_SECONDS": "1.9", "CREDIT_SECONDS": "0.1"}
"""Who died with a lease is not waited for long, and what is due is sent at once."""

KEPT = """
select (select count(*) from workflow.certificate_change where cause_id = any($1)),
    (select count(*) from workflow.integrity_record where case_id = any($1)),
    (select count(*) from workflow.outbox where type = any($2) and data ->> 'case_id' = any($1::text[]))
"""
ON_THE_WAY = """
select count(*) from workflow.outbox_delivery d join workflow.outbox o on o.id = d.event_id
where d.subscriber = 'notifications' and d.delivered_at is null and o.type = any($1)
"""
TAKEN = "select count(*) from notifications.inbox where event_id = any($1)"
THEIR_DELIVERIES = """
select d.event_id from workflow.outbox_delivery d join workflow.outbox o on o.id = d.event_id
where d.subscriber = 'notifications' and o.type = $1
"""
TO_BE_MARKED = "select from workflow.outbox_delivery where subscriber = 'notifications' and event_id = any($1) for update"
WAITING = (
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)
CUT_OFF = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'
"""
NOT_DELIVERED = "select count(*) from notifications.credit_delivery where delivered_at is null"
REFUSED = "select count(*) from notifications.credit_delivery where last_error like 'HTTP 500%'"
TIME_PASSES = (
    "update notifications.credit_delivery set due_at = now(), last_error = null where delivered_at is null"
)


@dataclass(frozen=True)
class Holder:
    """Somebody with a certificate, heard in a case; the decision is by a document of its own."""

    document: str
    verdict: str
    person_id: UUID = field(default_factory=uuid4)
    case_id: UUID = field(default_factory=new_id)
    certificate_id: UUID = field(default_factory=new_id)

    @property
    def finding(self) -> dict[str, Any]:
        """What is decided."""
        return FINDING | {
            "document_number": self.document,
            "certificate_ids": [str(self.certificate_id)],
        }


@dataclass
class Scene:
    """The running processes, the platforms, and who decides."""

    stack: Stack
    http: httpx.AsyncClient
    admin: asyncpg.Connection
    workflow: Database
    platforms: tuple[CreditPlatform, ...]
    root: UUID
    officer: str
    """Who decides, at the province."""
    other: str
    """Who decides on appeals."""
    holders: list[Holder] = field(default_factory=list)

    async def begin(self, count: int) -> list[Holder]:
        """So many who were heard."""
        first = 100 + len(self.holders)
        made = [
            Holder(f"青人社厅函〔2024〕{n}号", f"青人社厅函〔2024〕{n + 500}号")
            for n in range(first, first + count)
        ]
        async with self.workflow.begin() as tx:
            tx.add_all(certificate_of(each, self.root) for each in made)
            await tx.flush()
            tx.add_all(case_of(each, self.root) for each in made)
        self.holders += made
        return made

    async def ask(self, token: str, holder: Holder, what: str, body: dict[str, Any]) -> httpx.Response:
        """Act on a case, again under the same key until there is an answer."""
        headers = bearer(token) | {"idempotency-key": f"{holder.case_id}/{what}"}
        path = f"/v1/integrity/cases/{holder.case_id}/{what}"
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    answer = await self.http.post(path, json=body, headers=headers)
                except httpx.TransportError:
                    await asyncio.sleep(PAUSE)
                    continue
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    assert answer.is_success, answer.text
                    return answer
                await asyncio.sleep(PAUSE)

    async def decide(self, holder: Holder) -> None:
        """Find misconduct."""
        await self.ask(self.officer, holder, "decide", holder.finding)

    async def reverse(self, holder: Holder) -> None:
        """Take the finding back, on the person's appeal."""
        key = OKPKey.import_key(self.stack.keys.signing_keys["keys"][0])
        person = mint(person_id=holder.person_id, key=key)
        await self.ask(person, holder, "appeal", {"appeal": "认定事实不清"})
        told = {"upheld": False, "reason": "原认定证据不足", "document_number": holder.verdict}
        await self.ask(self.other, holder, "verdict", told)

    async def until(self, query: str, holds: Callable[[Any], bool], *given: Any) -> None:
        """Wait until what a query tells is as wanted."""
        async with asyncio.timeout(PATIENCE):
            while not holds(await self.admin.fetchval(query, *given)):
                await asyncio.sleep(PAUSE)

    async def killed(self, *processes: str) -> None:
        """Kill these; what a dead sender has claimed is due again some time later."""
        await asyncio.gather(*map(self.stack.kill, processes))
        if "notifications" in processes:
            for each in self.platforms:
                each.held.clear()
            await self.admin.execute(TIME_PASSES)

    async def back(self, *processes: str) -> None:
        """Start these again."""
        await asyncio.gather(*map(self.stack.start_again, processes))

    @asynccontextmanager
    async def stuck(self, lock: str, *given: Any) -> AsyncIterator[None]:
        """Let nobody past a lock while the block runs; who still waits at its end is cut off: the process is dead."""
        other = await asyncpg.connect(self.stack.layout.database_url)
        try:
            async with other.transaction():
                await other.execute(lock, *given)
                yield
                await self.admin.execute(CUT_OFF)
        finally:
            await other.close()

    async def has(self, platform: CreditPlatform, message: tuple[str, str]) -> None:
        """Wait until a platform has a message."""
        async with asyncio.timeout(PATIENCE):
            while message not in platform.messages():
                await asyncio.sleep(PAUSE)

    async def kept(self, *holders: Holder) -> tuple[int, ...]:
        """How many changes of certificates, lines of the archive and events there are of these cases."""
        ids = [each.case_id for each in holders]
        return tuple(await self.admin.fetchrow(KEPT, ids, [FOUND, REVERSED]))

    async def delivered(self) -> None:
        """Wait until nothing is on the way, killing notifications whenever a platform holds what it was sent."""
        await self.until(ON_THE_WAY, lambda n: n == 0, [FOUND, REVERSED])
        async with asyncio.timeout(PATIENCE):
            while await self.admin.fetchval(NOT_DELIVERED):
                if any(each.held.is_set() for each in self.platforms):
                    await self.killed("notifications")
                    await self.back("notifications")
                await asyncio.sleep(PAUSE)

    async def read(self, process: str, path: str) -> Any:
        """What the officer reads."""
        url = f"{self.stack.url(process)}{path}"
        answer = await self.http.get(url, params={"first": 100}, headers=bearer(self.officer))
        assert answer.is_success, answer.text
        return answer.json()

    async def once(self, *kinds: tuple[str, str, Holder]) -> None:
        """Whether each of these, of a kind in the archive and a type, is there once, and once with each platform."""
        cases = {str(each.case_id) for _, _, each in kinds}
        lines = (await self.read("workflow", "/v1/integrity/records"))["items"]
        told = Counter((each["kind"], each["case_id"]) for each in lines if each["case_id"] in cases)
        assert told == {(kind, str(each.case_id)): 1 for kind, _, each in kinds}
        sent = (await self.read("notifications", "/v1/credit-deliveries"))["items"]
        ours = [each for each in sent if each["subject"].partition("/")[2] in cases]
        assert {each["standing"] for each in ours} == {"DELIVERED"}
        documents = {each.document for _, _, each in kinds} | {each.verdict for _, _, each in kinds}
        for platform in self.platforms:
            assert platform.wrong == []
            taken = Counter(what for what in platform.messages() if what[1] in documents)
            assert taken == {
                (type_, each.document if type_ == FOUND else each.verdict): 1 for _, type_, each in kinds
            }
            receipts = {each["id"]: each["receipt"] for each in ours if each["platform"] == platform.name}
            assert len(receipts) == len(kinds)
            assert receipts == {each: platform.receipt(each) for each in receipts if each in platform.has}


def certificate_of(holder: Holder, root: UUID) -> Certificate:
    """A title from elsewhere that the province confirmed."""
    return Certificate(
        id=holder.certificate_id,
        province="qinghai",
        origin="CONFIRMED",
        number=holder.certificate_id.hex,
        year=2020,
        person_id=holder.person_id,
        holder_name="赵昆仑",
        series="HEALTH",
        series_name="卫生",
        level="ASSOCIATE_SENIOR",
        way="CONFIRMATION",
        obtained_on=date(2020, 1, 1),
        issuer_id=root,
        issuer_name="省人社厅",
        issued_on=date(2023, 1, 1),
        limits=[],
        lineage=[root],
    )


def case_of(holder: Holder, root: UUID) -> IntegrityCase:
    """A case of which the person was heard."""
    return IntegrityCase(
        id=holder.case_id,
        province="qinghai",
        policy="qinghai/2023",
        state="HEARD",
        ground="EX_OFFICIO",
        person_id=holder.person_id,
        person_name="赵昆仑",
        certificate_id=holder.certificate_id,
        lineage=[root],
        hrss_id=root,
        text="剽窃",
        anonymous=False,
        opened_at=JANUARY,
        charge="剽窃",
        certificate_ids=[],
        certificate_numbers=[],
    )


@pytest.fixture(scope="module")
async def platforms() -> AsyncIterator[tuple[CreditPlatform, ...]]:
    """The nation's and the province's platform."""
    async with CreditPlatform("national").listening() as one, CreditPlatform("provincial").listening() as two:
        yield one, two


@pytest.fixture(scope="module")
def connected(platforms: tuple[CreditPlatform, ...]) -> Iterator[None]:
    """Notifications knows the platforms."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CREDIT_PLATFORMS", json.dumps({each.name: each.setting for each in platforms}))
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def stack(connected: None, stack: Stack) -> Stack:
    """The stack, connected."""
    del connected
    return stack


@pytest.fixture(scope="module")
async def scene(stack: Stack, platforms: tuple[CreditPlatform, ...]) -> AsyncIterator[Scene]:
    """A day in January on which nothing was found yet."""
    key = OKPKey.import_key(stack.keys.signing_keys["keys"][0])
    url = service_url(str(stack.layout.database_url), "workflow", stack.keys.role_passwords["workflow"])
    async with AsyncExitStack() as opened:
        workflow = Database(url.replace("postgresql://", "postgresql+asyncpg://", 1), pool_size=1)
        opened.push_async_callback(workflow.close)
        async with workflow.begin() as tx:
            await clock.set_clock(tx, JANUARY)
        admin = await asyncpg.connect(stack.layout.database_url)
        opened.push_async_callback(admin.close)
        root = await admin.fetchval("select id from accounts.organisation where parent_id is null")
        held = seat("TITLE_OFFICER", node("HRSS", "PROVINCE", root))
        officer, other = (mint([held], name=name, key=key) for name in ("省厅经办", "省厅复核"))
        http = httpx.AsyncClient(base_url=stack.url("workflow"), timeout=30, trust_env=False)
        await opened.enter_async_context(http)
        yield Scene(stack, http, admin, workflow, platforms, root, officer, other)


async def killed_before_the_commit(
    scene: Scene, *asked: Coroutine[Any, Any, None]
) -> asyncio.Future[list[None]]:
    """Kill workflow when all but the last fact of each is written; what is asked goes on being asked."""
    async with scene.stuck("lock table workflow.certificate_change in share mode"):
        under_way = asyncio.gather(*asked)
        await scene.until(WAITING, lambda n: n >= len(asked))
        await scene.killed("workflow")
    return under_way


async def killed_before_it_is_marked(scene: Scene, count: int) -> None:
    """Kill the relay when notifications has taken some of the findings, and the relay does not know that it has."""
    await scene.until(ON_THE_WAY, lambda n: n == count, [FOUND])
    ids = [row["event_id"] for row in await scene.admin.fetch(THEIR_DELIVERIES, FOUND)][: count // 2]
    async with scene.stuck(TO_BE_MARKED, ids):
        await scene.back("notifications")
        await scene.until(TAKEN, lambda n: n == len(ids), ids)
        await scene.killed("relay", "notifications")
    assert await scene.admin.fetchval(ON_THE_WAY, [FOUND]) >= len(ids)
    await scene.back("relay", "notifications")


@pytest.mark.clause("1.8")
async def test_each_finding_revokes_is_archived_and_told_once(scene: Scene):
    """Killed before and after the commit, before the relay knows, before and after a platform has it: all is there once."""
    holders = await scene.begin(FINDINGS)
    early, late = holders[: FINDINGS // 2], holders[FINDINGS // 2 :]
    national, provincial = scene.platforms
    national.troubles.extend([HOLD, LOSE, TAKE_AND_HOLD])
    provincial.troubles.append(REFUSE)
    await scene.killed("relay", "notifications")
    await asyncio.gather(*map(scene.decide, early))
    under_way = await killed_before_the_commit(scene, *map(scene.decide, late))
    assert await scene.kept(*early) == (len(early),) * 3
    assert await scene.kept(*late) == (0, 0, 0)
    await scene.back("workflow", "relay")
    await under_way
    await asyncio.gather(*map(scene.decide, early))
    assert await scene.kept(*holders) == (FINDINGS,) * 3
    await killed_before_it_is_marked(scene, FINDINGS)
    await scene.delivered()
    assert [len(each.troubles) for each in scene.platforms] == [0, 0]
    assert [max(each.asked.values()) > 1 for each in scene.platforms] == [True, True]
    await scene.once(*(("FOUND", FOUND, each) for each in holders))
    assert await scene.kept(*holders) == (FINDINGS,) * 3
    for each in holders:
        told = await scene.read("workflow", f"/v1/certificates/{each.certificate_id}")
        assert told["standing"] == "REVOKED"


@pytest.mark.clause("1.8")
async def test_a_reversal_travels_the_same_way_and_never_overtakes(scene: Scene):
    """While a platform has not got the finding it is not sent the reversal, whoever is killed; then it gets both, once each."""
    [holder] = await scene.begin(1)
    national, provincial = scene.platforms
    finding, reversal = (FOUND, holder.document), (REVERSED, holder.verdict)
    national.down = True
    await scene.decide(holder)
    await scene.has(provincial, finding)
    await scene.killed("relay")
    asked = await killed_before_the_commit(scene, scene.reverse(holder))
    assert await scene.kept(holder) == (1, 1, 1)
    await scene.back("workflow")
    await asked
    assert await scene.kept(holder) == (2, 2, 2)
    provincial.troubles.append(TAKE_AND_HOLD)
    await scene.back("relay")
    await asyncio.wait_for(provincial.held.wait(), PATIENCE)
    await scene.killed("notifications")
    await scene.back("notifications")
    await scene.until(REFUSED, lambda n: n > 0)
    assert reversal not in national.order
    national.down = False
    await scene.admin.execute(TIME_PASSES)
    await scene.delivered()
    await scene.once(("FOUND", FOUND, holder), ("REVERSED", REVERSED, holder))
    for platform in scene.platforms:
        assert [each for each in platform.messages() if each in (finding, reversal)] == [finding, reversal]
    assert await scene.kept(holder) == (2, 2, 2)
    told = await scene.read("workflow", f"/v1/certificates/{holder.certificate_id}")
    assert told["standing"] == "IN_FORCE"
