"""What only tells is asked without a transaction, and cannot write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from opentelemetry import trace as tracing
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Enum,
    Float,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    RowMapping,
    String,
    Text,
    Time,
    Uuid,
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
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only
from sqlalchemy.orm.exc import DetachedInstanceError

from services.kit.db import Database, ValueUnfit, is_outage, refusal_of
from services.kit.settings import async_url
from services.reads.telling import OnlyTells, Telling
from services.telemetry import statements
from tests.kit.probe import SERVICE, Lamp

VALUES = {"id": uuid4(), "name": "a", "province": "qinghai", "state": "OFF", "brightness": 1, "lineage": []}
IDS = [uuid4() for _ in range(3)]
NOW = select(func.transaction_timestamp())
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


async def added(database: Database) -> None:
    """Add one, and go on to write it; the caller fails after that."""
    async with database.begin() as tx:
        tx.add(Lamp(**VALUES))
        await tx.flush()
        raise ZeroDivisionError


LOCKING = select(Lamp.id).with_for_update()
WRITING = {
    "statement": insert(Lamp).values(**VALUES),
    "statement that a select is with": select(insert(Lamp).values(**VALUES).returning(Lamp.id).cte().c.id),
    "select that locks": LOCKING,
    "select of one that locks": select(LOCKING.subquery().c.id),
}


@pytest.mark.parametrize("statement", WRITING.values(), ids=WRITING)
async def test_no_statement_writes_or_locks(one, statement):
    """Nor does any part of it, however often it is asked: nothing would be held once it is told."""
    async with Telling(one).begin() as tx:
        for _ in range(2):
            with pytest.raises(OnlyTells):
                await tx.execute(statement)


async def test_nothing_is_written(one):
    """No object can be added, flushed or not; what another transaction had begun is rolled back as ever."""
    telling = Telling(one)
    async with telling.begin() as tx:
        with pytest.raises(OnlyTells):
            tx.add(Lamp(**VALUES))
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
    async with AsyncSession(one.engine) as tx:
        kept = [_plain(row) for row in (await tx.execute(question)).mappings()]
    for way in (Telling(one), one):
        for _ in range(2):
            async with way.begin() as tx:
                assert [_plain(row) for row in (await tx.execute(question)).mappings()] == kept


@pytest.mark.usefixtures("lamps")
async def test_values_are_each_question_s_own(one):
    """A select that differs in its values alone is the same in SQL, and is told of these; given ones come before its own."""
    async with Telling(one).begin() as tx:
        for known in IDS:
            assert (await tx.scalar(NAMED.where(Lamp.id == known))).id == known
            for asked in (tx.scalars(ONE, {"name": str(known)}), tx.scalars(ONE.params(name=str(known)))):
                assert (await asked).one().id == known
        assert (await tx.execute(ONE, {"name": "-"})).one_or_none() is None


class Level(StrEnum):
    """Words that the database has otherwise."""

    HIGH = "高"


KINDS = [
    (JSONB, {"a": [1, None, "二"]}),
    (JSONB(none_as_null=True), [{"b": 1.5}]),
    (ARRAY(Uuid), IDS),
    (ARRAY(Text), ["一", "b"]),
    (LargeBinary, b"\x00\xff"),
    (Numeric(5, 4), Decimal("0.2500")),
    (Numeric(5, 4, asdecimal=False), 0.25),
    (Float, 0.25),
    (BigInteger, 2**40),
    (Boolean, True),
    (Interval, timedelta(days=1, seconds=2)),
    (Date, date(2026, 2, 28)),
    (Time, time(8, 30)),
    (DateTime(timezone=True), datetime(2026, 2, 28, 8, 30, tzinfo=UTC)),
    (Enum(Level, native_enum=False), Level.HIGH),
]


async def test_every_kind_of_value_goes_and_comes_as_in_a_session(one):
    """Written and read by the same means, empty too; what is reckoned from numbers is of the same kind."""
    told = [literal(value, kind) for kind, value in KINDS] + [literal(None, kind) for kind, _ in KINDS]
    question = select(*told, func.avg(literal(3)), func.sum(literal(2**40, BigInteger)), bindparam("a.b", 5))
    rows = []
    for way in (AsyncSession(one.engine), Telling(one).begin(), one.begin()):
        async with way as tx:
            rows.append([(type(value), value) for value in (await tx.execute(question)).one()])
    assert rows[0] == rows[1] == rows[2]
    assert [value for _, value in rows[1][: len(KINDS)]] == [value for _, value in KINDS]


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
    """Whoever has the one connection next does not wait for it: it is another."""
    telling, made = Telling(one), []
    event.listen(one.engine.sync_engine, "connect", lambda connection, _: made.append(connection))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2), telling.begin() as tx:
            await tx.scalar(select(func.pg_sleep(30)))
    async with asyncio.timeout(5), telling.begin() as tx:
        assert await tx.scalar(select(literal(1))) == 1
    assert len(made) == 2


async def test_a_value_that_was_never_sent_leaves_nothing_behind(one, probe_admin):
    """The statement was prepared, which locks its table: whoever changes that does not wait for the next statement."""
    unfit = select(Lamp.id).where(Lamp.brightness == bindparam("bright", "x", Integer))
    with pytest.raises(DBAPIError):
        async with Telling(one).begin() as tx:
            await tx.execute(unfit)
    admin = await asyncpg.connect(probe_admin)
    async with asyncio.timeout(10), admin.transaction():
        await admin.execute(f"lock table {SERVICE}.lamp")
    await admin.close()


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
