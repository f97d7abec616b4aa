"""Applying an import: all that single creations write, all of it or nothing, once, whatever happens at the same time."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from services.accounts.intake.states import State
from tests.services.accounts.importing import ORGANISATION, Importing, department, employer, opened, xlsx
from tests.services.accounts.world import PROVINCE, World, new_uscc, refused, token_at

pytestmark = pytest.mark.usefixtures("imports_at_work")

ALL_TABLES = """
    select table_name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'
    and table_name not in ('intake', 'intake_row', 'intake_work', 'idempotency_key', 'alembic_version')"""
PASSING = {
    "id",
    "added_at",
    "created_at",
    "recorded_at",
    "granted_at",
    "seq",
    "at",
    "time",
    "request_id",
    "traceparent",
    "expires_at",
    "digest",
}


@pytest.fixture
async def health(world):
    """The province's health authority."""
    return await world.create(
        world.root, kind="AUTHORITY", level="PROVINCE", region_code=PROVINCE, industry="HEALTH"
    )


@pytest.fixture
async def importing(world, health) -> Importing:
    """Imports from the health authority."""
    return Importing(world, health)


@pytest.fixture
def everything(session):
    """Every row of every table but the import's own."""

    async def read() -> dict[str, list[dict[str, Any]]]:
        async with session("accounts") as tx:
            names = list(await tx.scalars(text(ALL_TABLES)))
            return {
                name: [row[0] for row in await tx.execute(text(f"select to_jsonb(t) from {name} t"))]
                for name in names
            }

    return read


def added(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The rows that came, by table; those of the import itself left out."""
    found = {}
    for name, rows in after.items():
        known = Counter(json.dumps(row, sort_keys=True) for row in before[name])
        new = [row for row in rows if not known[json.dumps(row, sort_keys=True)]]
        own = [row for row in new if "intake" not in f"{row.get('subject')}{row.get('subject_kind')}"]
        if own:
            found[name] = own
    return found


def shape(rows: dict[str, list[Any]], swap: dict[str, str]) -> dict[str, list[str]]:
    """Rows without what passes, ids and names of the one in place of the other's, comparable."""
    told = {}
    for name, of_table in rows.items():
        lines = []
        for row in of_table:
            line = json.dumps(
                {k: v for k, v in row.items() if k not in PASSING}, sort_keys=True, ensure_ascii=False
            )
            for old, new in swap.items():
                line = line.replace(old, new)
            lines.append(line)
        told[name] = sorted(lines)
    return told


async def test_an_imported_organisation_leaves_what_a_created_one_leaves(
    importing, world, health, everything
):
    """Row by row of every table of the service, the import writes what the creation writes: none more, none less."""
    code, other = new_uscc(), new_uscc()
    body = world.proposal("EMPLOYER", "PROVINCE", PROVINCE, name="单独医院", uscc=code) | {
        "creator_id": health["id"],
        "manager": {"name": "某管理员", "login": "single.login"},
    }
    start = await everything()
    single = await world.ask("POST", "/v1/organisations", importing.token, body)
    assert single.status_code == 201, single.text
    middle = await everything()
    row = employer("导入医院", "", 统一社会信用代码=other, 管理员登录名="import.login")
    done = await importing.applied((await importing.checked([row]))["id"])
    assert done["state"] == "DONE"
    by_one, by_import = added(start, middle), added(middle, await everything())
    first, second = by_one["organisation"][0]["id"], by_import["organisation"][0]["id"]
    accounts = (by_one["account"][0]["id"], by_import["account"][0]["id"])
    ours = shape(by_one, {first: "O", accounts[0]: "A", "单独医院": "N", code: "C", "single.login": "L"})
    theirs = shape(
        by_import, {second: "O", accounts[1]: "A", "导入医院": "N", other: "C", "import.login": "L"}
    )
    assert theirs == ours


async def test_a_conflict_at_the_last_moment_imports_nothing(importing, world, health, everything):
    """Row 900 of 1,000 was created meanwhile: nothing is imported, the file is checked again, and then names the row."""
    code = new_uscc()
    rows = [employer(f"医院{n}", "") for n in range(1000)]
    rows[898]["统一社会信用代码"] = code
    told = await importing.checked(rows)
    assert told["accepted"] == 1000
    await world.create(health, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE, uscc=code)
    before = await everything()
    back = await importing.applied(told["id"])
    assert (back["state"], back["accepted"], back["refused"], back["created"]) == ("CHECKED", 999, 1, 0)
    assert await importing.codes(told["id"]) == {900: ["ORGANISATION_EXISTS"]}
    assert added(before, await everything()) == {}
    refused(await importing.act(told["id"], "APPLY"), 422, "RULES_BROKEN")
    done = await importing.applied(told["id"], skip_refused=True)
    assert (done["state"], done["created"]) == ("DONE", 999)


async def test_sixty_four_applications_import_once(importing, world, health):
    """Of 64 who apply at once one does; the others hear that it is under way; the rows are there once."""
    told = await importing.checked([employer(f"医院{n}", "") for n in range(20)])
    answers = await asyncio.gather(*(importing.act(told["id"], "APPLY") for _ in range(64)))
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {200: 1, 409: 63}
    assert (await importing.until(told["id"], "DONE"))["created"] == 20
    found = await world.ask("GET", f"/v1/organisations?parent_id={health['id']}&first=100", token_at(health))
    assert len(found.json()["items"]) == 20


async def test_two_imports_of_the_same_rows_import_each_once(importing, everything):
    """Two files with the same rows, applied at once: one imports them, the other is told that they exist."""
    rows = [employer("甲医院", "")] + [department(f"科室{n}", "甲医院") for n in range(30)]
    for row in rows:
        row["管理员姓名"] = row["管理员登录名"] = None
    content = xlsx(ORGANISATION, rows)
    both = [await importing.checked([], content) for _ in range(2)]
    done = await asyncio.gather(*(importing.applied(each["id"]) for each in both))
    assert sorted(each["state"] for each in done) == ["CHECKED", "DONE"]
    late = next(each for each in done if each["state"] == "CHECKED")
    assert late["refused"] == len(rows)
    names = Counter(row["name"] for row in (await everything())["organisation"])
    assert all(names[row["机构名称"]] == 1 for row in rows)


async def test_single_creations_beside_an_import_leave_each_code_once(importing, world, health, everything):
    """64 creations of codes that an import brings at the same moment: every code is there once, none is lost."""
    codes = [new_uscc() for _ in range(64)]
    told = await importing.checked(
        [employer(f"医院{n}", "", 统一社会信用代码=code) for n, code in enumerate(codes)]
    )
    creating = [
        world.try_create(health, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE, uscc=code)
        for code in codes
    ]
    back, *answers = await asyncio.gather(importing.applied(told["id"]), *creating)
    assert {answer.status_code for answer in answers} <= {201, 409}
    if back["state"] == "CHECKED" and back["accepted"]:
        back = await importing.applied(told["id"], skip_refused=True)
    there = Counter(row["uscc"] for row in (await everything())["organisation"])
    assert all(there[code] == 1 for code in codes)


async def test_the_imported_managers_sign_in_with_their_codes(importing, world: World, session):
    """Whoever imported fetches the codes, and no colleague; each fetching is in the audit; a code sets a password."""
    told = await importing.checked([employer("甲医院", "", 管理员登录名="jia.guan"), employer("乙医院", "")])
    path = f"/v1/imports/{told['id']}/activations"
    mine = token_at(importing.organisation)
    refused(await world.ask("GET", path, importing.token), 404, "ACTIVATIONS_NOT_FOUND")
    await importing.applied(told["id"])
    refused(await world.ask("GET", path, mine), 404, "ACTIVATIONS_NOT_FOUND")
    rows = opened((await world.ask("GET", path, importing.token)).content)
    assert rows[0] == ["登录名", "姓名", "激活码", "有效期至"]
    assert rows[1][:2] == ["jia.guan", "某管理员"]
    assert len(rows) == 3
    await world.activate({"login": rows[1][0], "code": rows[1][2]})
    async with session("accounts") as tx:
        fetched = await tx.scalar(
            text("select count(*) from audit_log where action = 'intake.FETCH_ACTIVATIONS'")
        )
        assert fetched == 1
        await tx.execute(text("update intake set codes_until = now() - interval '1 second'"))
    refused(await world.ask("GET", path, importing.token), 404, "ACTIVATIONS_NOT_FOUND")


async def test_steps_are_refused_where_they_do_not_fit(importing):
    """Nothing to apply, a stale version, the worker's own steps, a cancelled import: each is refused and moves nothing."""
    told = await importing.checked([employer("甲医院", "没有的机构")])
    refused(await importing.act(told["id"], "APPLY", skip_refused=True), 422, "RULES_BROKEN")
    for action in ("RECEIVE", "CLOSE_CHECK", "FINISH", "FAIL"):
        refused(await importing.act(told["id"], action), 422, "REQUEST_MALFORMED")
    refused(await importing.act(told["id"], "RECHECK", version=1), 409, "STALE_VERSION")
    assert (await importing.read(told["id"]))["version"] == told["version"]
    assert (await importing.act(told["id"], "RECHECK")).json()["record"]["state"] == "CHECKING"
    again = await importing.until(told["id"], "CHECKED")
    assert again["refused"] == 1
    await importing.act(told["id"], "CANCEL")
    for action in ("APPLY", "RECHECK", "CANCEL"):
        refused(await importing.act(told["id"], action), 409, "ACTION_NOT_AVAILABLE")


async def test_every_step_is_an_event(importing, session):
    """Checked and done are told with their counts, and every state an import can have has its term."""
    told = await importing.checked([employer("甲医院", "")])
    await importing.applied(told["id"])
    async with session("accounts") as tx:
        query = "select data from outbox where type = 'titles.accounts.import.moved.v1' order by seq"
        events = list(await tx.scalars(text(query)))
    assert [each["after"] for each in events] == ["CHECKING", "CHECKED", "APPLYING", "DONE"]
    assert (events[-1]["created"], events[-1]["account_id"]) == (1, told["account_id"])
    assert {each["after"] for each in events} <= set(State)


COPIES = """
insert into intake_row (intake_id, row_no, code)
select intake_id, row_no + n, code from intake_row, generate_series(1, 20000) as n where code is not null
"""


async def test_others_are_answered_while_many_codes_are_fetched(importing, world, session):
    """Twenty thousand codes are read, opened and written into a file without holding anybody up for long."""
    told = await importing.checked([employer("甲医院", "")])
    await importing.applied(told["id"])
    async with session("accounts") as tx:
        await tx.execute(text(COPIES))
    loop, gaps = asyncio.get_running_loop(), [0.0]

    async def tick() -> None:
        while True:
            began = loop.time()
            await asyncio.sleep(0.005)
            gaps.append(loop.time() - began)

    ticking = asyncio.create_task(tick())
    answer = await world.ask("GET", f"/v1/imports/{told['id']}/activations", importing.token)
    ticking.cancel()
    assert answer.status_code == 200, answer.text
    assert len(opened(answer.content)) == 20_002
    assert sorted(gaps)[int(len(gaps) * 0.99)] < 0.3, sorted(gaps)[-10:]
