"""What only tells is asked without a transaction, and cannot write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select

from services.kit.db import Database
from services.kit.settings import async_url
from services.reads.telling import OnlyTells, Telling
from tests.kit.probe import Lamp

VALUES = {"id": uuid4(), "name": "a", "province": "qinghai", "state": "OFF", "brightness": 1, "lineage": []}
NOW = select(func.transaction_timestamp())


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
