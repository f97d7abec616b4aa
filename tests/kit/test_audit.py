"""The audit chain: sealed behind the writers' backs, and whole unless somebody tampered."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, insert, select, update

from services.kit import audit
from services.kit.audit import ChainBroken, audit_chain, audit_log
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.ids import first_id_of

NOW = Moment(datetime.now(UTC))


@pytest.fixture
def write(db):
    """`await write(3)`: lines of the log, each in a transaction of its own."""

    async def lines(count: int) -> None:
        for number in range(count):
            async with db.begin() as tx:
                await audit.record(
                    tx, actor=None, action="test.ACT", subject=f"test/{number}", moment=NOW,
                    basis=[Basis("一（一）", "说明")], detail={"b": [1, {"x": None}], "a": "中"},
                )  # fmt: skip

    return lines


@pytest.fixture
def seal(db):
    """Seal once, as the relay does."""

    async def once(**how: Any) -> int | None:
        async with db.begin() as tx:
            return await audit.seal(tx, **how)

    return once


@pytest.fixture
def verify(db):
    """Walk the chain."""

    async def walk() -> int:
        async with db.begin() as tx:
            return await audit.verify(tx)

    return walk


async def test_sealing_goes_on_from_where_it_was(write, seal, verify):
    """Each call chains what came since; nothing twice."""
    assert (await seal(), await verify()) == (0, 0)
    await write(3)
    assert (await seal(), await seal(), await verify()) == (3, 0, 3)
    await write(2)
    assert (await seal(), await verify()) == (2, 5)


async def test_lines_of_a_clock_that_was_put_right_are_sealed_at_once(db, write, seal, verify):
    """The newest link is of a service whose clock was hours ahead; what it writes since is not older than that."""
    ahead = first_id_of(datetime.now(UTC) + timedelta(hours=3))
    async with db.begin() as tx:
        line = audit.row(actor=None, action="test.ACT", subject="test/ahead", moment=NOW) | {"id": ahead}
        await tx.execute(insert(audit_log).values(**line))
    assert await seal() == 1
    await write(2)
    assert (await seal(), await verify()) == (2, 3)


async def test_a_chain_goes_on_by_another_algorithm(write, seal, verify, probe_admin):
    """Links by SM3 behind links by SHA-256 and before them again: each states its own, and none is altered unnoticed."""
    for by in ("sha256", "sm3", "sm3", "sha256"):
        await write(2)
        assert await seal(by=by) == 2
    assert await verify() == 8
    admin = await asyncpg.connect(probe_admin, server_settings={"search_path": "notifications"})
    stated = await admin.fetchval(
        "select count(*) from audit_chain where encode(hash, 'escape') like 'sm3:%'"
    )
    await admin.execute(
        "update audit_log set subject = 'x' where id = (select audit_id from audit_chain where no = 4)"
    )
    await admin.close()
    assert stated == 4
    with pytest.raises(ChainBroken, match="its line was altered") as broken:
        await verify()
    assert broken.value.no == 4


TAMPERING = {
    "altered subject": ("update audit_log set subject = 'test/9' where id = $1", "its line was altered"),
    "altered actor": ("update audit_log set actor_name = 'x' where id = $1", "its line was altered"),
    "altered time": (
        "update audit_log set at = at + interval '1 second' where id = $1",
        "its line was altered",
    ),
    "altered basis": ("update audit_log set basis = '[]' where id = $1", "its line was altered"),
    "altered detail": ("update audit_log set detail = '{}' where id = $1", "its line was altered"),
    "removed line": ("delete from audit_log where id = $1", "its line was removed"),
    "removed link": ("delete from audit_chain where audit_id = $1", "a link is missing"),
    "altered link": (
        "update audit_chain set hash = decode('00', 'hex') where audit_id = $1",
        "its line was altered",
    ),
}


@pytest.mark.parametrize(("statement", "reason"), TAMPERING.values(), ids=TAMPERING)
async def test_tampering_is_found_at_its_link(write, seal, verify, probe_admin, statement, reason):
    """Even the owner of the database cannot change a sealed line unnoticed."""
    await write(5)
    await seal()
    admin = await asyncpg.connect(probe_admin, server_settings={"search_path": "notifications"})
    third = await admin.fetchval("select audit_id from audit_chain where no = 3")
    await admin.execute(statement, third)
    await admin.close()
    with pytest.raises(ChainBroken, match=reason) as broken:
        await verify()
    assert broken.value.no == 3


async def test_a_line_committed_late_is_sealed_too(db, write, seal, verify):
    """A transaction that began earlier and ends later keeps its place in no queue."""
    async with db.begin() as slow:
        await audit.record(slow, actor=None, action="test.SLOW", subject="test/slow", moment=NOW)
        await write(2)
        assert await seal() == 2
    assert (await seal(), await verify()) == (1, 3)


async def test_a_line_older_than_the_look_back_is_found_by_the_thorough_seal(db, write, seal, verify):
    """Whatever a very long transaction wrote is chained at the next hourly sweep."""
    await write(1)
    await seal()
    async with db.begin() as tx:
        line = audit.row(actor=None, action="test.OLD", subject="test/old", moment=NOW)
        line["id"] = first_id_of(datetime.now(UTC) - timedelta(hours=2))
        await tx.execute(audit_log.insert().values(**line))
    assert await seal() == 0
    assert (await seal(everything=True), await verify()) == (1, 2)


async def test_what_was_looked_at_is_not_walked_again(db, write, seal, verify):
    """It looks back from when all was chained last, though nothing came since; a clock that was ahead makes it overlook nothing."""

    async def write_before(minutes: int) -> None:
        line = audit.row(actor=None, action="test.BEFORE", subject=f"test/{minutes}", moment=NOW)
        line["id"] = first_id_of(datetime.now(UTC) - timedelta(minutes=minutes))
        async with db.begin() as tx:
            await tx.execute(audit_log.insert().values(**line))

    await write_before(10)
    assert await seal() == 1
    await write_before(9)
    assert await seal(looked=datetime.now(UTC)) == 0
    assert await seal() == 1
    await write(1)
    assert await seal(looked=datetime.now(UTC) + timedelta(hours=1)) == 1
    assert await verify() == 3


async def test_two_sealers_do_not_fork_the_chain(db, write, verify):
    """Sealers at the same moment: the links stay one row."""
    await write(40)

    async def seal_again() -> int:
        total = 0
        for _ in range(5):
            async with db.begin() as tx:
                total += await audit.seal(tx) or 0
        return total

    assert sum(await asyncio.gather(*(seal_again() for _ in range(4)))) == 40
    assert await verify() == 40


async def test_a_sealer_whose_machine_is_gone_holds_its_turn_for_a_minute(db):
    """The server ends its transaction by itself; whatever the connection does next is as patient as before."""
    idle = select(func.current_setting("idle_in_transaction_session_timeout"))
    async with db.begin() as tx:
        before = await tx.scalar(idle)
        await audit.seal(tx)
        assert await tx.scalar(idle) == "1min"
    async with db.begin() as tx:
        assert await tx.scalar(idle) == before


async def test_a_rolled_back_line_leaves_nothing(db, seal):
    """What did not happen is not in the log."""
    async with db.engine.connect() as connection:
        await audit.record(connection, actor=None, action="test.ACT", subject="test/1", moment=NOW)
        await connection.rollback()
    assert await seal() == 0


async def test_the_service_cannot_rewrite_the_chain(db, write, seal):
    """The role that writes the log may not change it, nor the chain."""
    await write(1)
    await seal()
    for table in (audit_log, audit_chain):
        with pytest.raises(Exception, match="permission denied"):
            async with db.begin() as tx:
                await tx.execute(update(table).values({table.c[0]: table.c[0]}))
    async with db.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(audit_chain)) == 1
