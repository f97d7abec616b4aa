"""What only tells is asked without a transaction, and cannot write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from opentelemetry import trace as tracing
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import (
    Integer,
    RowMapping,
    String,
    bindparam,
    delete,
    event,
    func,
    insert,
    inspect,
    literal,
    select,
    union_all,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import load_only
from sqlalchemy.orm.exc import DetachedInstanceError

from services.kit.db import Database, ValueUnfit, is_outage, refusal_of
from services.kit.settings import async_url
from services.reads.telling import OnlyTells, Telling
from services.telemetry import statements
from tests.kit.probe import Lamp

VALUES = {"id": uuid4(), "name": "a", "province": "qinghai", "state": "OFF", "brightness": 1, "lineage": []}
IDS = [uuid4() for _ in range(3)]
NOW, PID = select(func.transaction_timestamp()), select(func.pg_backend_pid())
BY_NOTHING = select(literal(1) / bindparam("none", 0, Integer))


@pytest.fixture
async def one(probe_url) -> AsyncIterator[Database]:
    """A database with one connection."""
    async with Database(async_url(probe_url), pool_size=1) as found:
        yield found


async def test_each_statement_stands_by_itself(one):
    """Within a transaction both would be of its beginning; whoever has the connection next has a transaction again."""
    async with Telling(one).begin() as tx:
        assert await tx.scalar(NOW) < await tx.scalar(NOW)
    async with one.begin() as tx:
        assert await tx.scalar(NOW) == await tx.scalar(NOW)


async def added(way: Telling | Database) -> None:
    """Add one, and go on to write it; the caller fails after that."""
    async with way.begin() as tx:
        tx.add(Lamp(**VALUES))
        await tx.flush()
        raise ZeroDivisionError


async def inserted(way: Telling) -> None:
    """The same by a statement."""
    async with way.begin() as tx:
        await tx.execute(insert(Lamp).values(**VALUES))


async def locked(way: Telling) -> None:
    """Hold what there is: nothing would be held once it is told."""
    async with way.begin() as tx:
        await tx.scalars(select(Lamp).with_for_update())


async def test_nothing_is_written(one):
    """Neither by a statement nor by an object that is added, nor is a row locked; what another transaction had begun is rolled back as ever."""
    telling = Telling(one)
    for write in (added, inserted, locked):
        with pytest.raises(OnlyTells):
            await write(telling)
    with pytest.raises(ZeroDivisionError):
        await added(one)
    async with telling.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(Lamp)) == 0


async def test_what_only_tells_keeps_no_key(janitor, lamp):
    """A key given along is not looked at: the same one with another body is another question, and both are answered."""
    known, headers = await lamp(name="走廊"), {"idempotency-key": "k" * 20}
    for ids, names in (([known["id"]], ["走廊"]), ([], [])):
        told = await janitor.post("/v1/lamps/lookup", json={"ids": ids}, headers=headers)
        assert [each["name"] for each in told.json()] == names


@pytest.fixture
async def lamps(one) -> AsyncIterator[None]:
    """Three, gone afterwards."""
    rows = [VALUES | {"id": each, "name": str(each), "lineage": [each]} for each in IDS]
    async with one.begin() as tx:
        await tx.execute(insert(Lamp), rows)
    yield
    async with one.begin() as tx:
        await tx.execute(delete(Lamp).where(Lamp.id.in_(IDS)))


NAMED = select(Lamp).order_by(Lamp.name)
ONE = select(Lamp, Lamp.name).where(Lamp.name == bindparam("name", str(IDS[1])))


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    "question",
    [
        NAMED,
        NAMED.where(Lamp.id.in_(IDS[:1])),
        NAMED.where(Lamp.id.in_(IDS)),
        NAMED.where(Lamp.id.in_([])),
        select(Lamp.name, Lamp, func.upper(Lamp.state).label("large")).order_by(Lamp.name),
        ONE,
        union_all(*(select(Lamp.id).where(Lamp.id == each) for each in IDS)),
    ],
    ids=["all", "of one", "of three", "of none", "beside others", "bound", "several"],
)
async def test_what_is_told_is_what_a_session_tells(one, question):
    """Things, expressions beside them, lists of any length, and several selects as one; the first time and again."""
    async with one.begin() as tx:
        kept = [_plain(row) for row in (await tx.execute(question)).mappings()]
    telling = Telling(one)
    for _ in range(2):
        async with telling.begin() as tx:
            assert [_plain(row) for row in (await tx.execute(question)).mappings()] == kept


@pytest.mark.usefixtures("lamps")
async def test_values_are_each_question_s_own(one):
    """A select that differs in its values alone is the same in SQL, and is told of these; given ones come before its own."""
    async with Telling(one).begin() as tx:
        for known in IDS:
            assert (await tx.scalar(NAMED.where(Lamp.id == known))).id == known
            assert (await tx.scalars(ONE, {"name": str(known)})).one().id == known
        assert (await tx.execute(ONE, {"name": "-"})).one_or_none() is None


def _plain(row: RowMapping) -> dict[str, Any]:
    columns = inspect(Lamp).column_attrs.keys()
    return {
        name: {column: getattr(value, column) for column in columns} if isinstance(value, Lamp) else value
        for name, value in row.items()
    }


@pytest.mark.usefixtures("lamps")
async def test_what_was_not_asked_cannot_be_read(one):
    """A thing of which some columns were asked for has no others, and asks for none by itself."""
    async with Telling(one).begin() as tx:
        lamp = await tx.scalar(NAMED.options(load_only(Lamp.name)))
    assert lamp.name
    with pytest.raises(DetachedInstanceError):
        assert lamp.brightness


async def test_what_the_database_refuses_is_told_as_ever(one):
    """A value that does not fit is the caller's, sent or not; a connection that is gone an outage, and the next one answers."""
    telling = Telling(one)
    for unfit in (BY_NOTHING, select(func.chr(bindparam("code", "x", Integer)))):
        with pytest.raises(DBAPIError) as refused:
            async with telling.begin() as tx:
                await tx.execute(unfit)
        assert isinstance(refusal_of(refused.value), ValueUnfit)
    with pytest.raises(DBAPIError) as lost:
        async with telling.begin() as tx:
            await tx.scalar(select(func.pg_terminate_backend(func.pg_backend_pid())))
    assert is_outage(lost.value)
    async with telling.begin() as tx:
        assert await tx.scalar(select(literal(1))) == 1


async def test_a_statement_that_was_cut_short_leaves_nothing_behind(one):
    """Whoever has the one connection next does not wait for it."""
    telling = Telling(one)
    async with telling.begin() as tx:
        before = await tx.scalar(PID)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), telling.begin() as tx:
            await tx.scalar(select(func.pg_sleep(30)))
    async with asyncio.timeout(5), telling.begin() as tx:
        assert await tx.scalar(PID) != before


async def test_whoever_listens_to_the_engine_hears_of_it(one, monkeypatch):
    """Traces do: a span with the text, never what it carries; one that fails says so, and without a trace there is none."""
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(tracing, "get_tracer", provider.get_tracer)
    secret = select(bindparam("secret", "张三", String))
    with listening(one), provider.get_tracer("test").start_as_current_span("request"):
        async with Telling(one).begin() as tx:
            await tx.scalar(secret)
            with pytest.raises(DBAPIError):
                await tx.scalar(BY_NOTHING)
    asked, failed, _ = kept.get_finished_spans()
    assert asked.attributes["db.query.text"].startswith("SELECT $1")
    assert "张三" not in str(asked.attributes)
    assert failed.attributes["error.type"] == "DivisionByZeroError"
    assert not failed.status.is_ok


@contextmanager
def listening(database: Database) -> Iterator[None]:
    """Traces listen to this one engine, as they do to all of a process that is traced."""
    engine = database.engine.sync_engine
    heard = {
        "before_cursor_execute": statements._begun,  # noqa: SLF001 - all engines of the tests' process are too many
        "after_cursor_execute": statements._done,  # noqa: SLF001
        "handle_error": statements._failed,  # noqa: SLF001
    }
    for name, hear in heard.items():
        event.listen(engine, name, hear)
    yield
    for name, hear in heard.items():
        event.remove(engine, name, hear)
