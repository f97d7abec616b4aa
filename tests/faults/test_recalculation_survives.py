"""Quota is killed again and again while it recalculates the province: every unit is counted, once, and the job is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import httpx
import pytest
from joserfc.jwk import OKPKey

from bench.recalculation import YEAR, fill
from deploy.local.stack import Stack
from tests.services.accounts.world import token_at

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("recalculation_survives"),
    pytest.mark.timeout(300),
]
UNITS = 1_500
SETTINGS = {
    "RECALCULATION_BATCH": "10",
    "RECALCULATION_LEASE_SECONDS": "1",
    "RECALCULATION_POLL_SECONDS": "0.1",
}
PATH = "/v1/recalculations"
FIGURES = "select count(*), sum(approved), sum(free), sum(shortage) from unit_standing_level"


@pytest.fixture(scope="module")
def hasty() -> Iterator[None]:
    """A worker of small chunks whose lease is soon over."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def stack(hasty: None, stack: Stack) -> Stack:
    """The stack with that worker."""
    del hasty
    return stack


@pytest.fixture
async def admin(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """The posts of many units, written past the API; and who looks at what is found of them."""
    opened = await asyncpg.connect(stack.layout.database_url, server_settings={"search_path": "quota"})
    await fill(opened, UNITS)
    yield opened
    await opened.close()


@pytest.fixture
async def http(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """The provincial title officer, who asks quota."""
    opened = await asyncpg.connect(stack.layout.database_url)
    root = str(await opened.fetchval("select id from accounts.organisation where parent_id is null"))
    await opened.close()
    node = {"id": root, "kind": "HRSS", "level": "PROVINCE"}
    key = OKPKey.import_key(stack.keys.signing_keys["keys"][0])
    token = token_at({"id": root, "lineage": [node]}, "TITLE_OFFICER", key=key, expires_in=3600)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(
        base_url=stack.url("quota"), headers=headers, timeout=30, trust_env=False
    ) as client:
        yield client


async def begun(http: httpx.AsyncClient) -> dict[str, Any]:
    """A recalculation that was begun."""
    answer = await http.post(PATH, json={"year": YEAR})
    assert answer.status_code == 202, answer.text
    return answer.json()["record"]


async def until(http: httpx.AsyncClient, job: dict[str, Any], *, done: int) -> dict[str, Any]:
    """The recalculation once so many units are counted, or it is done."""
    while True:
        seen = (await http.get(f"{PATH}/{job['id']}")).json()
        if seen["state"] == "DONE" or (seen["state"] == "COUNTING" and seen["done"] >= done):
            return seen
        await asyncio.sleep(0.02)


@pytest.mark.clause("A1")
async def test_kills_in_the_midst_count_every_unit_once(stack, admin, http):
    """Killed three times on the way, it goes on where it was kept, and finds what an undisturbed one finds."""
    job, kept = await begun(http), 0
    for part in (1, 2, 3):
        seen = await until(http, job, done=UNITS * part // 5)
        assert seen["state"] == "COUNTING", "it was done before it could be killed"
        await stack.kill("quota")
        [counted] = await admin.fetch("select done from recalculation where ended_at is null")
        assert kept < counted["done"] < UNITS
        assert await admin.fetchval("select count(*) from unit_standing") == counted["done"]
        kept = counted["done"]
        await stack.start_again("quota")
    told = await until(http, job, done=UNITS + 1)
    assert (told["state"], told["done"], told["total"]) == ("DONE", UNITS, UNITS)
    assert [each["action"] for each in told["history"]] == ["CREATE", "COUNT", "FINISH"]
    found = await admin.fetchrow(FIGURES)
    await admin.execute("truncate unit_standing, unit_standing_level")
    assert (await until(http, await begun(http), done=UNITS + 1))["state"] == "DONE"
    assert await admin.fetchrow(FIGURES) == found
