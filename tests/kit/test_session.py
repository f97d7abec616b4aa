"""A session that writes puts its selects to the driver, and nobody who has it can tell: things are followed as ever."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import Select, delete, event, func, insert, inspect, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, load_only
from sqlalchemy.orm.attributes import instance_state

from services.driver.kept import kept
from services.driver.once import once
from services.kit.db import Database, is_outage
from services.kit.settings import async_url
from tests.kit.probe import Lamp

IDS = [uuid4() for _ in range(3)]
FIRST, OTHER, _ = IDS
EVERY = select(Lamp).order_by(Lamp.brightness)
RENAMED = kept(text("update lamp set name = :name where id = :id returning id, name"))


@pytest.fixture
async def one(probe_url) -> AsyncIterator[Database]:
    """A database with one connection, and three lamps in it, gone afterwards."""
    rows = [
        {
            "id": each,
            "name": str(each),
            "state": "OFF",
            "province": "qinghai",
            "brightness": n,
            "lineage": [each],
        }
        for n, each in enumerate(IDS)
    ]
    async with Database(async_url(probe_url), pool_size=1) as found:
        async with found.begin() as tx:
            await tx.execute(insert(Lamp), rows)
        yield found
        async with found.begin() as tx:
            await tx.execute(delete(Lamp))


@pytest.fixture
def by_sqlalchemy(one) -> list[str]:
    """The statements that went SQLAlchemy's own way: those have a cursor."""
    own: list[str] = []
    event.listen(
        one.engine.sync_engine, "before_cursor_execute", lambda *about: about[1] and own.append(about[2])
    )
    return own


async def test_a_thing_is_told_once_and_written_when_it_changes(one, by_sqlalchemy):
    """Whoever asks again has the same one, as it was changed; the next select finds what was written before it."""
    async with one.begin() as tx:
        lamp = await tx.scalar(EVERY.limit(1))
        lamp.brightness = 70
        assert await tx.scalar(select(Lamp.id).where(Lamp.brightness == 70)) == FIRST
        assert (await tx.scalars(EVERY)).all()[-1] is lamp
        assert await tx.get(Lamp, FIRST) is lamp
        assert [each.split()[0] for each in by_sqlalchemy] == ["UPDATE"]
    async with one.begin() as tx:
        assert (await tx.get(Lamp, FIRST)).brightness == 70


async def test_what_is_known_stays_until_it_is_told_anew(one):
    """As it was read, whatever others write meanwhile; told anew, or refreshed, it is as it is now."""
    async with one.begin() as tx:
        lamp = await tx.get(Lamp, FIRST)
        for name, again in (
            ("一", tx.scalar(EVERY.execution_options(populate_existing=True).where(Lamp.id == FIRST))),
            ("二", tx.get(Lamp, FIRST, populate_existing=True)),
            ("三", tx.refresh(lamp)),
        ):
            before = lamp.name
            await tx.execute(RENAMED, {"name": name, "id": FIRST})
            assert (await tx.scalar(EVERY.where(Lamp.id == FIRST))).name == before
            await again
            assert lamp.name == name
            assert not instance_state(lamp).modified


async def test_what_was_not_asked_is_found_when_it_is(one):
    """Of a thing of which some columns were told the others are told by the next select; none is taken for empty."""
    async with one.begin() as tx:
        lamp = await tx.scalar(select(Lamp).options(load_only(Lamp.name)).where(Lamp.id == OTHER))
        assert inspect(lamp).unloaded == {
            "brightness",
            "state",
            "lineage",
            "province",
            "created_at",
            "version",
        }
        assert await tx.scalar(select(Lamp).where(Lamp.id == OTHER)) is lamp
        assert (lamp.brightness, lamp.lineage) == (1, [OTHER])
        assert not inspect(lamp).unloaded


async def test_a_thing_that_a_row_has_not_is_none(one):
    """An outer join tells of nothing where there is nothing."""
    other = select(literal(1).label("n")).subquery()
    asked = select(other.c.n, Lamp).select_from(other.outerjoin(Lamp, Lamp.brightness == -1))
    async with one.begin() as tx:
        assert tuple((await tx.execute(asked)).one()) == (1, None)


async def test_what_the_driver_cannot_tell_goes_its_own_way(one, by_sqlalchemy):
    """A class by another name, and a statement with more than values."""
    lamp = aliased(Lamp)
    async with one.begin() as tx:
        for _ in range(2):
            assert (await tx.scalar(select(lamp).where(lamp.id == FIRST))).id == FIRST
        assert await tx.get(Lamp, FIRST, with_for_update=True)
        await tx.execute(RENAMED, [{"name": f"{each}!", "id": each} for each in IDS])
        assert await tx.get(Lamp, uuid4()) is None
    assert len(by_sqlalchemy) == 4


async def test_what_is_gone_cannot_be_told_anew(one):
    """As ever."""
    async with one.begin() as tx:
        lamp = await tx.get(Lamp, FIRST)
        await tx.execute(text("delete from lamp"))
        with pytest.raises(InvalidRequestError):
            await tx.refresh(lamp)


async def test_a_savepoint_holds_what_is_put_in_it(one):
    """Undone with it, though it is the first that is asked there; what came before stays, and what comes after."""
    async with one.begin() as tx:
        await tx.execute(RENAMED, {"name": "before", "id": FIRST})
        with pytest.raises(ZeroDivisionError):
            await _within_a_savepoint(tx, "within", OTHER)
        await tx.execute(RENAMED, {"name": "after", "id": IDS[2]})
    async with one.begin() as tx:
        assert set(await tx.scalars(select(Lamp.name))) == {"before", str(OTHER), "after"}


async def test_a_session_goes_on_after_a_commit(one):
    """In a transaction of its own, with whatever connection the pool has then; what fails later undoes that alone."""
    with pytest.raises(ZeroDivisionError):
        await _committed_between(one, {"kept": FIRST, "lost": OTHER})
    async with one.begin() as tx:
        assert set(await tx.scalars(select(Lamp.name))) == {"kept", str(OTHER), str(IDS[2])}


async def test_both_ways_are_one_transaction(one):
    """What was put and what SQLAlchemy asks is of one moment, whichever is first."""
    moment = func.transaction_timestamp()
    async with one.begin() as tx:
        first = await tx.scalar(select(moment))
        assert (await tx.execute(text("select transaction_timestamp()"))).scalar() == first
        assert await tx.scalar(select(moment)) == first


async def test_what_the_database_refuses_is_told_by_its_name(one):
    """A second one of its kind is what `rows.add` looks for; nothing of it stays."""
    with pytest.raises(IntegrityError) as refused:
        await _renamed(one, {FIRST: "一", OTHER: "一"})
    assert '"uq_lamp_name"' in str(refused.value.orig)
    assert "一" not in str(refused.value)
    async with one.begin() as tx:
        assert set(await tx.scalars(select(Lamp.name))) == {str(each) for each in IDS}


async def test_a_connection_that_ended_before_it_began_is_an_outage(probe_direct, probe_admin):
    """It was given back a moment ago, so nobody asks whether it lives: the transaction cannot begin, and the next one does."""
    async with Database(async_url(probe_direct), pool_size=1) as found:
        async with found.begin() as tx:
            server = await tx.scalar(select(func.pg_backend_pid()))
        with pytest.raises(DBAPIError) as lost:
            await _ended_meanwhile(found, probe_admin, server)
        assert is_outage(lost.value)
        async with found.begin() as tx:
            assert await tx.scalar(select(literal(1))) == 1


async def test_what_is_changed_and_told_anew_was_not_changed(one):
    """As ever: what nobody had written is given up."""
    async with one.begin() as tx:
        lamp = await tx.get(Lamp, FIRST)
        lamp.brightness = 70
        await tx.refresh(lamp)
        assert lamp.brightness == 0
    async with one.begin() as tx:
        assert (await tx.get(Lamp, FIRST)).brightness == 0


async def test_nothing_is_put_after_a_flush_failed(one):
    """Within a savepoint it would stand outside it, and stay."""
    async with one.begin() as tx:
        nested = await tx.begin_nested()
        assert (await tx.execute(RENAMED, {"name": "within", "id": OTHER})).one()
        tx.add(Lamp(id=uuid4(), name=str(FIRST), state="OFF", province="qinghai", brightness=1, lineage=[]))
        with pytest.raises(IntegrityError):
            await tx.flush()
        with pytest.raises(PendingRollbackError):
            await tx.execute(RENAMED, {"name": "after", "id": OTHER})
        await nested.rollback()
    async with one.begin() as tx:
        assert set(await tx.scalars(select(Lamp.name))) == {str(each) for each in IDS}


async def test_what_cannot_be_put_is_found_out_once_and_keeps_nobody(one):
    """No session is remembered by what was found out about its statement."""
    lamp, sessions = aliased(Lamp), []
    for _ in range(3):
        async with one.begin() as tx:
            assert await tx.scalar(select(lamp).where(lamp.id == FIRST))
        sessions.append(weakref.ref(tx))
        del tx
    gc.collect()
    assert [each() for each in sessions] == [None, None, None]


async def test_a_kept_text_may_tell_nothing(one):
    """Then there is no first, and no list."""
    async with one.begin() as tx:
        assert list(await tx.scalars(RENAMED, {"name": "-", "id": uuid4()})) == []


GONE, TOO_LATE = func.pg_terminate_backend(func.pg_backend_pid()), func.pg_sleep(30)


@pytest.mark.parametrize(
    ("cut", "failure"), [(GONE, DBAPIError), (TOO_LATE, TimeoutError)], ids=["gone", "late"]
)
async def test_a_connection_that_cannot_go_on_is_given_up(one, cut, failure):
    """Whoever comes next has another, and what was begun is undone."""
    with pytest.raises(failure):
        await _renamed(one, {FIRST: "begun"}, then=select(cut))
    async with asyncio.timeout(5), one.begin() as tx:
        assert await tx.scalar(select(Lamp.name).where(Lamp.id == FIRST)) == str(FIRST)


async def _renamed(database: Database, names: Mapping[UUID, str], then: Select[Any] | None = None) -> None:
    """Rename lamps in one transaction, and ask for something that must not take long."""
    async with asyncio.timeout(1), database.begin() as tx:
        for lamp, name in names.items():
            await tx.execute(RENAMED, {"name": name, "id": lamp})
        if then is not None:
            await tx.scalar(then)


async def _ended_meanwhile(database: Database, admin_url: str, server: int) -> None:
    """Take the connection from the pool, and find it ended by somebody else."""
    async with database.begin() as tx:
        await tx.connection()
        admin = await asyncpg.connect(admin_url)
        await admin.execute(f"select pg_terminate_backend({server})")
        await admin.close()
        await tx.scalar(select(Lamp.name).limit(1))


async def _within_a_savepoint(tx: AsyncSession, name: str, lamp: UUID) -> None:
    async with tx.begin_nested():
        await tx.execute(RENAMED, {"name": name, "id": lamp})
        raise ZeroDivisionError


async def _committed_between(database: Database, names: Mapping[str, UUID]) -> None:
    """Rename lamps, with a commit after each but the last, and fail."""
    async with database.begin() as tx:
        for name, lamp in names.items():
            await tx.commit()
            await tx.execute(RENAMED, {"name": name, "id": lamp})
        raise ZeroDivisionError


ROWS = Lamp.__table__


async def test_what_is_written_to_a_table_is_put_too(one, by_sqlalchemy):
    """With what it tells, or how many rows it wrote; one that rests on values that SQLAlchemy adds goes its own way."""
    row = {"id": uuid4(), "state": "OFF", "name": "新", "brightness": 9, "lineage": [], "province": "qinghai"}
    async with one.begin() as tx:
        new = upsert(ROWS).values(**row, version=1).on_conflict_do_nothing()
        assert (await tx.execute(new.returning(ROWS.c.name, ROWS.c.lineage))).one()._asdict() == {
            "name": "新",
            "lineage": [],
        }
        assert await tx.scalar(new.returning(ROWS.c.name)) is None
        beside = {**row, "id": uuid4(), "name": "旁", "version": 1}
        for _ in range(2):
            assert (await tx.execute(insert(ROWS).returning(ROWS.c.name), beside)).scalar() == beside["name"]
            beside |= {"id": uuid4(), "name": "边"}
        changed = await tx.execute(update(ROWS).where(ROWS.c.brightness < 2).values(state="ON"))
        assert (changed.rowcount, by_sqlalchemy) == (2, [])
        assert (await tx.execute(delete(ROWS).where(ROWS.c.state == "ON"))).rowcount == 2
        await tx.execute(insert(ROWS).values(**row | {"id": uuid4(), "name": "二"}))
        assert len(by_sqlalchemy) == 1
    async with one.begin() as tx:
        assert set(await tx.scalars(select(Lamp.name))) == {str(IDS[2]), "新", "旁", "边", "二"}


async def test_a_select_is_made_once_for_its_values():
    """Told anew with other values it is the same statement; a collection is what a column may be in."""

    @once
    def named(ids: Collection[UUID], name: str) -> Select[UUID]:
        return select(Lamp.id).where(Lamp.id.in_(ids), Lamp.name == name)

    first, values = named(IDS, name="a")
    again, others = named({FIRST}, "b")
    assert first is again
    assert (values, others) == ({"ids": IDS, "name": "a"}, {"ids": [FIRST], "name": "b"})


async def test_what_was_made_once_is_put_with_each_call_s_values(one):
    """However many are in the list."""

    @once
    def those(ids: Collection[UUID], least: int) -> Select[UUID]:
        return select(Lamp.id).where(Lamp.id.in_(ids), Lamp.brightness >= least).order_by(Lamp.brightness)

    async with one.begin() as tx:
        for ids, least, found in ((IDS, 0, IDS), (IDS, 1, IDS[1:]), ([], 0, []), ([FIRST], 0, [FIRST])):
            assert list(await tx.scalars(*those(ids, least))) == found
