"""Sessions of what only tells: each statement by itself, without the transaction that every other request is.

A transaction at READ COMMITTED shows each statement what is committed when it begins, and so does none: what is told is
the same, and begin and commit, two of three round trips where there is one statement, are saved. What writes, be it only
who read something, or locks or sets something for a transaction, needs one; a session of these refuses to write, and to
lock rows. A pooler may lend it another server for each statement: asyncpg prepares and carries out one before it says Sync.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import GenerativeSelect, PoolProxiedConnection, Result, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util import greenlet_spawn

from services.driver.hearing import heard
from services.driver.questions import Beyond, Questions
from services.kit.db import Database

FAILED = (asyncpg.PostgresError, asyncpg.InterfaceError)


class OnlyTells(Exception):
    """A route that says of itself that it only tells was about to write, or to lock rows; nothing was done."""


class Told(Session):
    """A session that takes nothing to be written."""


@event.listens_for(Told, "before_attach")
def _writes(*_: Any) -> None:
    raise OnlyTells


class Asking(AsyncSession):
    """A session that takes selects only, and puts them to the driver; it is bound to no database for anything else."""

    def __init__(self, engine: AsyncEngine, questions: Questions) -> None:
        super().__init__(sync_session_class=Told)
        self._engine = engine
        self._questions = questions
        self._lent: PoolProxiedConnection | None = None
        self._whole = True

    async def execute(self, statement: Any, params: Any = None, **_: Any) -> Result[Any]:
        """What a select tells; things in it are no session's, with those columns that were asked for.

        Raises:
            OnlyTells: it is none, some part of it writes or locks rows, or only a session that follows things can tell it.
        """
        if not isinstance(statement, GenerativeSelect):
            raise OnlyTells
        try:
            question, key = self._questions.of(statement)
        except Beyond as beyond:
            raise OnlyTells from beyond
        if not question.only_tells:
            raise OnlyTells
        return question.answer(await self._fetch(*question.put(key, params)))

    async def scalar(self, statement: Any, params: Any = None, **_: Any) -> Any:
        """The first column of the first row."""
        return (await self.execute(statement, params)).scalar()

    async def _fetch(self, text: str, values: list[Any]) -> list[Any]:
        connection: Any = (await self._connection()).driver_connection
        try:
            with heard(self._engine.sync_engine, text, values):
                found: list[Any] = await connection.fetch(text, *values)
        except BaseException as error:
            self._whole &= getattr(error, "severity", None) is not None
            if isinstance(error, FAILED):
                raise DBAPIError(text, None, error, hide_parameters=True) from error
            raise
        return found

    async def _connection(self) -> PoolProxiedConnection:
        if self._lent is None:
            try:
                self._lent = await self._engine.raw_connection()
            except self._engine.dialect.loaded_dbapi.Error as error:
                raise DBAPIError(None, None, error) from error
        return self._lent

    async def give_back(self) -> None:
        """Give the connection back, unless a statement ended otherwise than by the server's word: then it is closed.

        One that was cut short may go on. Values that asyncpg cannot write it refuses after the statement was prepared, and says
        no Sync: the server would keep its locks, and a pooler lend it to nobody else, until the connection is used again.
        """
        lent, self._lent = self._lent, None
        if lent is not None:
            await asyncio.shield(greenlet_spawn(lent.close if self._whole else lent.invalidate))


class Telling:
    """The sessions of a service's routes that only tell."""

    def __init__(self, database: Database) -> None:
        self._engine = database.engine
        self._questions = Questions(database.engine.dialect)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A session without a transaction.

        Raises:
            OnlyTells: it was to write, or to lock rows.
        """
        session = Asking(self._engine, self._questions)
        try:
            yield session
        finally:
            await session.give_back()
