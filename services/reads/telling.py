"""Sessions of what only tells: each statement by itself, without the transaction that every other request is.

A transaction at READ COMMITTED shows each statement what is committed when it begins, and so does none: what is told is
the same, and begin and commit, two of three round trips where there is one statement, are saved. What writes, be it only
who read something, or locks or sets something for a transaction, needs one; a session of these refuses to write, and to
lock rows. A pooler may lend it another server for each statement: asyncpg prepares and carries out one before it says Sync.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session

from services.kit.db import Database


class OnlyTells(Exception):
    """A route that says of itself that it only tells was about to write, or to lock rows; nothing was done."""


class Told(Session):
    """A session that takes questions only."""


class Telling:
    """The sessions of a service's routes that only tell."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session without a transaction.

        Raises:
            OnlyTells: it was to write, or to lock rows.
        """
        async with AsyncSession(self._engine, sync_session_class=Told, expire_on_commit=False) as session:
            yield session


@event.listens_for(Told, "do_orm_execute")
def _asks(state: ORMExecuteState) -> None:
    if not state.is_select or getattr(state.statement, "_for_update_arg", None) is not None:
        raise OnlyTells


@event.listens_for(Told, "before_flush")
def _writes(*_: Any) -> None:
    raise OnlyTells
