"""The rule that every test runs under: a request holds one connection at a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from services.kit.db import Database
from tests.platform.holding import serve

ONE = text("select 1")


async def test_a_request_is_refused_a_second_connection_while_it_holds_one(database_url: Any) -> None:
    """Though it is free; one after the other is as it should be, and so is another request's meanwhile."""
    async with Database(database_url("quota"), pool_size=3) as db:
        await serve(_one(db))
        await serve(_one_after_the_other(db))
        async with db.begin() as tx:
            await tx.scalar(ONE)
            await asyncio.gather(serve(_one(db)), serve(_one(db)))
            await _one(db)
        with pytest.raises(AssertionError, match="second connection"):
            await serve(_two(db))


async def _one(db: Database) -> None:
    async with db.begin() as tx:
        await tx.scalar(ONE)


async def _one_after_the_other(db: Database) -> None:
    await _one(db)
    async with db.begin() as tx:
        await tx.scalar(ONE)
        await tx.commit()
        await _one(db)


async def _two(db: Database) -> None:
    async with db.begin() as tx:
        await tx.scalar(ONE)
        await _one(db)


async def test_what_a_request_begins_is_of_the_request(database_url: Any) -> None:
    """A task of its own takes none while the request holds one; several beside each other do, where it holds none."""
    async with Database(database_url("quota"), pool_size=3) as db:
        await serve(_side_by_side(db))
        with pytest.raises(AssertionError, match="second connection"):
            await serve(_below(db))
        await serve(_one(db))


async def test_a_connection_that_was_found_dead_is_no_second_one(database_url: Any) -> None:
    """It is opened anew on its way to whoever asked; given back, it is held no more."""
    async with Database(database_url("quota"), pool_size=1) as db:
        await _one(db)
        await serve(_one_that_was_ended(db))


async def _side_by_side(db: Database) -> None:
    await asyncio.gather(_one(db), _one(db))


async def _below(db: Database) -> None:
    async with db.begin() as tx:
        await tx.scalar(ONE)
        await asyncio.create_task(_one(db))


async def _one_that_was_ended(db: Database) -> None:
    async with db.begin() as tx:
        found = await (await tx.connection()).get_raw_connection()
        ended = found.driver_connection
        assert ended is not None
    ended.terminate()
    await _one_after_the_other(db)
