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
