"""A release is rolled out while people work: the database grows, every process is replaced, and nobody hears of it.

The processes run the code of the release before, where the repository has its tag, on the schema of this one. Until the
first release they run this code: then it is shown of it that it goes on while the schema of a later one comes.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import cycle
from uuid import UUID

import httpx
import pytest
from joserfc.jwk import OKPKey

from deploy.local.bootstrap import SERVICES, create_database, drop_database
from deploy.local.layout import PROJECT
from tests.faults.rush import LEVEL, SERIES, Rush, Unit, begun
from tests.platform.previous import expand, previous_release
from tests.platform.replicas import Replicas, as_told, replicas
from tests.platform.server import TEMPLATE
from tests.platform.tokens import bearer
from tests.services.accounts.world import PROVINCE, World, new_login, token_at

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]
DRAIN_SECONDS = 5.0
"""Longer than callers keep a connection that they do not use."""
AT_ONCE = 6
PAUSE_SECONDS = 0.05
BEFORE, MEANWHILE, LEAST = 10, 20, 100
"""Requests of each kind that are answered before, while everything is replaced (on a machine however busy), and in all."""
PEOPLE = 1500
TABLES = 100
"""There are more."""
EVERY_PART = """query($unit: ID!) {
  organisation(id: $unit) { name } recommendations(first: 5) { edges { node { id } } }
  availability(unitId: $unit, year: 2023) { levels { level } }
  inbox(first: 5, unread: true) { edges { node { id } } } }"""
ON_THE_WAY = "select count(*) from {schema}.outbox where not routed or id in (select event_id from {schema}.outbox_delivery where delivered_at is null)"
FOUNDED = "select count(*) from accounts.organisation"
TAKEN = "select count(*) from workflow.recommendation"
HELD = "select count(*) from quota.reservation where state = 'HELD' and known_at is not null"


class Crowd:
    """People who work at the gateway; nobody asks twice, whatever comes of it."""

    def __init__(self, http: httpx.AsyncClient, unit: Unit, root: UUID, key: OKPKey) -> None:
        self._http = http
        self._unit = unit
        self._global_id = base64.b64encode(f"Organisation:{unit.id}".encode()).decode()
        self._people = iter(unit.people)
        self._root = {"id": str(root), "lineage": [{"id": root, "kind": "HRSS", "level": "PROVINCE"}]}
        self._token = token_at(self._root, key=key, expires_in=3600)
        works = [self._recommend, self._found, self._read, self._look, self._visit]
        self._works = cycle(works)
        self.done = Counter({work.__name__: 0 for work in works})
        self.meanwhile: Counter[str] = Counter()
        self.trouble: list[str] = []
        self._going_on = True

    async def until_done(self, act: Callable[[], Awaitable[list[int]]]) -> list[int]:
        """Work before, while and after something is done; what came of it."""
        working = [asyncio.create_task(self._work()) for _ in range(AT_ONCE)]
        try:
            await self._answered(BEFORE)
            before = self.done.copy()
            came = await act()
            self.meanwhile = self.done - before
            await self._answered(LEAST)
        finally:
            self._going_on = False
            await asyncio.gather(*working)
        return came

    async def _answered(self, least: int) -> None:
        """Wait for so many answers of each kind, or for the first that is not as it should be."""
        while min(self.done.values()) < least and not self.trouble:
            await asyncio.sleep(PAUSE_SECONDS)

    async def _work(self) -> None:
        while self._going_on:
            work = next(self._works)
            try:
                answer = await work()
            except httpx.HTTPError as error:
                self.trouble.append(f"{work.__name__}: {error!r}")
                continue
            fine = answer.is_success and not (work == self._look and "errors" in answer.json())
            if fine:
                self.done[work.__name__] += 1
            else:
                self.trouble.append(f"{work.__name__}: {answer.status_code} {answer.text}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def _recommend(self) -> httpx.Response:
        """Workflow asks quota for a place, and events go to quota and notifications."""
        body = {
            "plan_id": str(self._unit.plan_id),
            "person_id": str(next(self._people)),
            "series": SERIES,
            "level": LEVEL,
        }
        url = "/api/workflow/v1/recommendations"
        return await self._http.post(url, json=body, headers=bearer(self._unit.token))

    async def _found(self) -> httpx.Response:
        """An authority more in the province."""
        told = {
            "creator_id": self._root["id"],
            "manager": {"name": "某管理员", "login": new_login("manager")},
        }
        body = World(self._http, self._root).proposal("AUTHORITY", "PROVINCE", PROVINCE) | told
        url = "/api/accounts/v1/organisations"
        return await self._http.post(url, json=body, headers=bearer(self._token))

    async def _read(self) -> httpx.Response:
        return await self._http.post("/api/notifications/v1/inbox/read-all", headers=bearer(self._unit.token))

    async def _look(self) -> httpx.Response:
        asked = {"query": EVERY_PART, "variables": {"unit": self._global_id}}
        return await self._http.post("/graphql", json=asked, headers=bearer(self._unit.token))

    async def _visit(self) -> httpx.Response:
        return await self._http.get("/process")


@pytest.fixture
async def doubled(test_server, tmp_path_factory, births) -> AsyncIterator[Replicas]:
    """Two of each part on a database of their own, which one of them reaches through PgBouncer."""
    name = f"titles_replicas_{os.urandom(4).hex()}"
    await create_database(test_server.admin_url, name, TEMPLATE)
    folder = tmp_path_factory.mktemp("replicas")
    before = previous_release(PROJECT, tmp_path_factory.mktemp("previous"))
    given = {"before": before, "drain_seconds": DRAIN_SECONDS}
    async with replicas(folder, test_server, name, births, **given) as running:
        yield running
    await drop_database(test_server.admin_url, name)


async def test_a_release_is_rolled_out_under_load_and_no_request_fails(doubled):
    """Every table grows. Each process answers what it was asked and ends, the next is asked when it is ready; all events arrive, once."""
    async with begun(doubled.both[0]) as rush:
        [unit] = await rush.units(1, places=PEOPLE, people=PEOPLE)
        async with httpx.AsyncClient(base_url=doubled.url("gateway"), timeout=60, trust_env=False) as http:
            key = OKPKey.import_key(rush.stack.keys.signing_keys["keys"][0])
            crowd = Crowd(http, unit, rush.root, key)

            async def update() -> list[int]:
                assert await expand(str(rush.stack.layout.database_url)) > TABLES
                return await doubled.roll()

            founded = await rush.admin.fetchval(FOUNDED)

            ended = await crowd.until_done(update)
        assert crowd.trouble == []
        assert min(crowd.done.values()) >= LEAST
        assert min(crowd.meanwhile[work] for work in crowd.done) >= MEANWHILE, crowd.meanwhile
        assert all(map(as_told, ended)), ended
        assert await rush.admin.fetchval(FOUNDED) == founded + crowd.done["_found"]
        await assert_nothing_lost(rush, crowd)


async def assert_nothing_lost(rush: Rush, crowd: Crowd) -> None:
    """All events have arrived, and what people were told is what is there."""
    for schema in SERVICES:
        await rush.until(ON_THE_WAY.format(schema=schema), lambda left: left == 0)
    assert await rush.admin.fetchval(TAKEN) == crowd.done["_recommend"]
    assert await rush.admin.fetchval(HELD) == crowd.done["_recommend"]
