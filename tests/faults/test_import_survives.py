"""Accounts is killed while it checks a file, and again while it imports it: every row is there once, or none is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.services.accounts.importing import ORGANISATION, Importing, department, employer, xlsx

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("import_survives"), pytest.mark.timeout(400)]
ROWS = 4_000
BELOW = 20
AT_ONCE = 0.02
PATIENCE = 120
DOUBLED = "select count(*) - count(distinct (parent_id, name)) from accounts.organisation"
LINES = (
    "select count(*) from accounts.history where subject_kind = 'organisation'",
    "select count(*) from accounts.audit_log where action = 'organisation.CREATE'",
)
EVENTS = "select count(*) from accounts.outbox where type like '%organisation.created%'"


def rows() -> list[dict[str, Any]]:
    """Employers of the province, each with its departments; children come first."""
    units = [employer(f"单位{n}", "") for n in range(ROWS // BELOW)]
    below = [
        department(f"科室{n}", unit["统一社会信用代码"], 管理员姓名=None, 管理员登录名=None)
        for unit in units
        for n in range(BELOW - 1)
    ]
    return [*below, *units]


async def in_the_midst(importing: Importing, import_id: str, state: str) -> dict[str, Any]:
    """The import while it is half through a phase."""
    async with asyncio.timeout(PATIENCE):
        while True:
            told = await importing.read(import_id)
            assert told["state"] == state, told
            if 0 < told["done"] < told["total"]:
                return told
            await asyncio.sleep(AT_ONCE)


@pytest.mark.clause("2.2.1")
async def test_a_killed_import_goes_on_and_imports_each_row_once(stack, importing, admin):
    """The check goes on after the last rows it kept; the import begins again; nothing is half there or doubled."""
    answer = await importing.send(xlsx(ORGANISATION, rows()))
    assert answer.status_code == 200, answer.text
    import_id = answer.json()["record"]["id"]
    kept = await in_the_midst(importing, import_id, "CHECKING")
    await stack.kill("accounts")
    await stack.start_again("accounts")
    assert (await importing.read(import_id))["done"] >= kept["done"]
    told = await importing.until(import_id, "CHECKED", "FAILED", seconds=PATIENCE)
    assert (told["accepted"], told["refused"]) == (ROWS, 0), await importing.refusals(import_id)
    before = await admin.fetchval("select count(*) from accounts.organisation")
    assert (await importing.act(import_id, "APPLY")).status_code == 200
    await in_the_midst(importing, import_id, "APPLYING")
    await stack.kill("accounts")
    assert await admin.fetchval("select count(*) from accounts.organisation") == before
    await stack.start_again("accounts")
    done = await importing.until(import_id, "DONE", "FAILED", "CHECKED", seconds=PATIENCE)
    assert (done["state"], done["created"]) == ("DONE", ROWS)
    assert await admin.fetchval("select count(*) from accounts.organisation") == before + ROWS
    assert await admin.fetchval(DOUBLED) == 0
    assert [await admin.fetchval(lines) for lines in LINES] == [before + ROWS] * 2
    assert await admin.fetchval(EVENTS) == ROWS
