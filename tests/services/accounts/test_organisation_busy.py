"""The tree while imports and other changes are under way: nobody waits long, nothing is left half done."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from sqlalchemy import text

from services.accounts.intake import store
from services.accounts.intake.checking import CHUNK
from services.accounts.organisation import closure, relining
from tests.services.accounts.importing import Importing, department
from tests.services.accounts.reads import since, so_far
from tests.services.accounts.test_organisation_life import AUTHORITY, EMPLOYER, act, done, findings, traces
from tests.services.accounts.test_organisation_races import assert_whole
from tests.services.accounts.world import PROVINCE, refused

pytestmark = pytest.mark.usefixtures("imports_at_work")

ROWS = 1_500
MANY = 15_000
LOCKED = "update intake set state = 'APPLYING' where id = :id"
HELD = "select pg_advisory_xact_lock_shared(hashtextextended('accounts/organisation-tree/qinghai', 0))"


@pytest.fixture
async def patience(monkeypatch) -> float:
    """Changes of the tree wait for less than in life; in seconds."""
    monkeypatch.setattr(closure, "PATIENCE", "300ms")
    return 5


async def begun(world, organisation) -> str:
    """An import that waits for its file."""
    record = await Importing(world, organisation).begin()
    return str(record["record"]["id"])


async def test_what_cannot_be_had_soon_is_told(world, session, patience):
    """While others hold the tree a change is refused and may be tried again; nothing has changed; then it goes through."""
    unit = await world.create(world.root, **EMPLOYER)
    health = await world.create(world.root, **AUTHORITY)
    before = await traces(session, unit["id"])
    async with session("accounts") as tx:
        await tx.execute(text(HELD))
        for action, told in (("CLOSE", {}), ("MOVE", {"superior_id": health["id"]})):
            began = time.monotonic()
            refused(await act(world, world.root, unit, action, **told), 409, "TREE_BUSY")
            assert time.monotonic() - began < patience
    assert await traces(session, unit["id"]) == before
    await done(world, world.root, unit, "MOVE", superior_id=health["id"])


async def test_a_unit_moves_while_its_import_is_written(world, session, patience):
    """The import's own row is locked for as long as it is written; a move does not ask for it, a merger waits for its end."""
    first, second = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    unit, other = [await world.create(first, **EMPLOYER) for _ in range(2)]
    import_id = await begun(world, unit)
    async with session("accounts") as tx:
        await tx.execute(text(LOCKED), {"id": import_id})
    async with session("accounts") as tx:
        await tx.execute(text("select id from intake where id = :id for update"), {"id": import_id})
        before = await traces(session, unit["id"])
        problem = refused(
            await act(world, first, unit, "MERGE", into_id=other["id"]), 422, "CANNOT_TAKE_OVER"
        )
        assert "IMPORT_AT_WORK" in findings(problem)
        assert await traces(session, unit["id"]) == before
        await done(world, world.root, unit, "MOVE", superior_id=second["id"])
        await tx.execute(text("update intake set state = 'FAILED' where id = :id"), {"id": import_id})
    await assert_whole(session)


async def test_an_unfinished_import_goes_over_with_its_unit(world, session):
    """The heir's managers find it, and can give it up."""
    health = await world.create(world.root, **AUTHORITY)
    unit, heir = [await world.create(health, **EMPLOYER) for _ in range(2)]
    import_id = await begun(world, unit)
    await done(world, health, unit, "MERGE", into_id=heir["id"])
    importing = Importing(world, heir)
    assert (await importing.read(import_id))["state"] == "RECEIVING"
    assert (await importing.act(import_id, "CANCEL")).json()["record"]["state"] == "CANCELLED"


@pytest.mark.parametrize("changing", ["MOVE", "CLOSE"])
async def test_the_superior_of_imported_rows_changes_meanwhile(world, session, changing):
    """A unit moves to and fro, or is closed, while 1,500 rows come below it: they are all in its line, or none is there."""
    first, second = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    unit = await world.create(first, **EMPLOYER)
    importing = Importing(world, unit)
    no_manager = {"管理员姓名": None, "管理员登录名": None}
    rows = [department(f"科室{n}", "", **no_manager) for n in range(ROWS)]
    told = await importing.checked(rows)
    assert told["accepted"] == ROWS, await importing.codes(told["id"])

    async def change() -> None:
        while (at := await importing.read(told["id"]))["state"] == "APPLYING" and not at["done"]:
            await asyncio.sleep(0.01)
        if changing == "CLOSE":
            await act(world, first, unit, "CLOSE")
            return
        for to in (second, first) * 3 + (second,):
            await done(world, world.root, unit, "MOVE", superior_id=to["id"])

    back, _ = await asyncio.gather(importing.applied(told["id"]), change())
    async with session("accounts") as tx:
        there = await tx.scalar(text("select count(*) from organisation where parent_id = :id"), unit)
    assert there == (ROWS if back["state"] == "DONE" else 0)
    await assert_whole(session)
    if changing == "MOVE" and back["state"] == "CHECKED":
        assert (await importing.applied(told["id"]))["state"] == "DONE"
        await assert_whole(session)


@pytest.mark.parametrize("moves", ["to and fro", "at the end"])
async def test_rows_in_the_line_of_another_moment_are_not_kept(world, session, monkeypatch, moves):
    """A unit moves after the first chunk and back after the second, or after the last: nothing is there, then all is."""
    first, second = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    unit = await world.create(first, **EMPLOYER)
    importing = Importing(world, unit)
    rows = [department(f"科室{n}", "", 管理员姓名=None, 管理员登录名=None) for n in range(ROWS)]
    told = await importing.checked(rows)
    chunks, mark = ROWS // CHUNK, store.mark
    ways = iter([second, first] if moves == "to and fro" else [None] * (chunks - 1) + [second])

    async def marked(*asked: Any) -> None:
        await mark(*asked)
        if (to := next(ways, None)) is not None:
            await done(world, world.root, unit, "MOVE", superior_id=to["id"])

    monkeypatch.setattr(store, "mark", marked)
    assert (await importing.applied(told["id"]))["state"] == "CHECKED"
    monkeypatch.setattr(store, "mark", mark)
    below = text("select count(*) from organisation where parent_id = :id")
    async with session("accounts") as tx:
        assert await tx.scalar(below, unit) == 0
    assert (await importing.applied(told["id"]))["created"] == ROWS
    await assert_whole(session)


async def test_a_deep_tree_moves_in_one_piece(world, session):
    """Subordinate units below each other as deep as the rules let them: the whole line follows a move of its top."""
    first, second = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    top = at = await world.create(first, **EMPLOYER)
    for kind in ("SUBORDINATE_UNIT", "INTERNAL_DEPARTMENT"):
        told = {"kind": kind, "level": "PROVINCE", "region_code": PROVINCE}
        answer = await world.try_create(at, **told)
        at = answer.json()["record"]["organisation"] if answer.status_code == 201 else at
    await done(world, world.root, top, "MOVE", superior_id=second["id"])
    await assert_whole(session)
    assert at["id"] != top["id"]


BELOW = """
insert into organisation (id, province, name, kind, level, region_code, parent_id, state, lineage)
select made.id, 'qinghai', '科室' || n, 'INTERNAL_DEPARTMENT', 'PROVINCE', '630000', above.id, 'ACTIVE', above.lineage || made.id
from (select n, gen_random_uuid() as id from generate_series(1, cast(:many as int)) as n) as made,
     (select id, lineage from organisation where id = :unit) as above
"""


async def test_a_row_of_a_large_subtree_moves_at_the_cost_of_a_small_ones(world, session, monkeypatch):
    """What keeps the closure is planned for as many rows as there are: ten times the rows read ten times as much, not a hundred."""
    read: list[int] = []

    async def relined(tx: Any, *told: Any, reline: Any = relining.reline) -> None:
        before = await so_far(tx)
        await reline(tx, *told)
        read.append(sum(since(before, await so_far(tx)).values()))

    monkeypatch.setattr(relining, "reline", relined)
    first, second = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    for many in (MANY // 10, MANY):
        unit = await world.create(first, **EMPLOYER)
        async with session("accounts") as tx:
            await tx.execute(text(BELOW), {"many": many, "unit": unit["id"]})
        await done(world, world.root, unit, "MOVE", superior_id=second["id"])
        await assert_whole(session)
    few, many = read
    assert many < 12 * few
