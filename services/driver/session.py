"""A session that writes, and puts selects, what is written to tables by name, and kept texts to the driver; whatever else it is asked goes SQLAlchemy's own way."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    GenerativeSelect,
    Result,
    Select,
    TextClause,
    UpdateBase,
    bindparam,
    inspect,
    select,
)
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import Mapper, SessionTransaction
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.util import greenlet_spawn

from services.driver.hearing import heard
from services.driver.kept import is_kept, kept
from services.driver.questions import Beyond, Questions
from services.driver.things import Followed

ANEW = "populate_existing"
"""What a select may be told beside itself: things that the session has already are told anew."""


class Direct(AsyncSession):
    """As any other to who has it: what selects tell it follows, and its transaction is the one in which they are put."""

    def __init__(self, *args: Any, questions: Questions, **options: Any) -> None:
        super().__init__(*args, **options)
        self._questions = questions
        self._put_in: tuple[SessionTransaction | None, Connection] | None = None

    async def execute(self, statement: Any, params: Any = None, **options: Any) -> Result[Any]:
        """What a statement tells.

        Raises:
            DBAPIError: the database refused it, or was away, as ever.
        """
        if options or isinstance(params, Sequence):
            return await self._as_ever(statement, params, **options)
        if isinstance(statement, GenerativeSelect):
            return await self._asked(statement, params)
        if isinstance(statement, UpdateBase) and not _of_classes(statement):
            return await self._written(statement, params)
        if isinstance(statement, TextClause) and is_kept(statement):
            known = self._questions.kept(statement)
            return known.answer(await self._put("fetch", *known.put(params)))
        return await self._as_ever(statement, params)

    async def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """The first column of the first row."""
        return (await self.execute(statement, params, **options)).scalar()

    async def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """The first column of each row."""
        return (await self.execute(statement, params, **options)).scalars()

    async def get(
        self, entity: Any, ident: Any, *, populate_existing: bool | None = None, **options: Any
    ) -> Any:
        """The thing of a class with that key, as it is known here; None if there is none."""
        mapper: Mapper[Any] = inspect(entity)
        if options or len(mapper.primary_key) > 1:
            return await super().get(entity, ident, populate_existing=populate_existing, **options)
        there = self.sync_session.identity_map.get(mapper.identity_key_from_primary_key((ident,)))
        if there is not None and not populate_existing and not instance_state(there).expired:
            return there
        return await self._by_key(mapper, ident, anew=bool(populate_existing))

    async def refresh(self, instance: object, *args: Any, **options: Any) -> None:
        """Tell a thing anew, as it is now.

        Raises:
            InvalidRequestError: there is none any more.
        """
        mapper: Mapper[Any] = inspect(type(instance))
        state = instance_state(instance)
        if args or options or state.key is None or len(state.key[1]) > 1:
            await super().refresh(instance, *args, **options)
        else:
            self.expire(instance)  # what was changed of it and not written is given up
            if await self._by_key(mapper, *state.key[1], anew=True) is not instance:
                await super().refresh(instance)

    async def flush(self, objects: Any = None) -> None:
        """Write what was changed, if anything was."""
        if objects is not None or not self.sync_session._is_clean():  # noqa: SLF001 - what it asks itself first
            await super().flush(objects)

    async def _as_ever(self, statement: Any, params: Any, **options: Any) -> Result[Any]:
        told: Result[Any] = await super().execute(statement, params, **options)
        return told

    async def _by_key(self, mapper: Mapper[Any], ident: Any, *, anew: bool) -> Any:
        wanted = _one_anew(mapper) if anew else _one(mapper)
        return (await self.execute(wanted, {"ident": ident})).scalar()

    async def _asked(self, statement: Any, params: Any) -> Result[Any]:
        try:
            question, key = self._questions.of(statement)
        except Beyond:
            return await self._as_ever(statement, params)
        if question.tells_of_more:
            return await self._as_ever(statement, params)
        if _of_classes(statement):
            await self.flush()  # what was changed is written before
        followed = Followed(self.sync_session, anew=bool(statement.get_execution_options().get(ANEW)))
        return question.answer(await self._put("fetch", *question.put(key, params)), followed)

    async def _written(self, statement: Any, params: Any) -> Result[Any]:
        try:
            question, key = self._questions.of(statement, tuple(params or ()))
        except Beyond:
            return await self._as_ever(statement, params)
        if question.tells:
            return question.answer(await self._put("fetch", *question.put(key, params)))
        return Done(await self._put("execute", *question.put(key, params)))

    async def _put(self, how: Literal["fetch", "execute"], text: str, values: list[Any]) -> Any:
        """The rows that a statement tells, or in a word what it did."""
        connection = await self._connection()
        adapted: Any = connection.connection.dbapi_connection
        try:
            with heard(connection, text, values):
                if adapted._transaction is None:  # noqa: SLF001 - begun by the first statement, as by SQLAlchemy's own
                    await adapted._start_transaction()  # noqa: SLF001
                found = await getattr(adapted.driver_connection, how)(text, *values)
        except Exception as error:
            told = await _failure(connection, text, error)
            if told is error:
                raise
            raise told from error
        except BaseException as error:  # one that was cut short may go on
            await asyncio.shield(greenlet_spawn(connection.invalidate, error))
            raise
        return found

    async def _connection(self) -> Connection:
        """That of the transaction; within a savepoint one that stands in it, for SQLAlchemy sets it when it is asked."""
        session = self.sync_session
        if self._put_in is None or self._put_in[0] is not _inmost(session) or not session.is_active:
            found = (await self.connection()).sync_connection
            assert found is not None
            self._put_in = _inmost(session), found
        return self._put_in[1]


class Done(IteratorResult[Any]):
    """What came of a statement that tells nothing: in PostgreSQL's word for it, how many rows it wrote."""

    def __init__(self, word: str) -> None:
        super().__init__(SimpleResultMetaData([]), iter(()))
        self.rowcount = int(word.rpartition(" ")[2])


def _of_classes(statement: Any) -> bool:
    """Whether it is about things that a session follows, rather than tables."""
    return bool(statement._propagate_attrs)  # noqa: SLF001 - what a session asks itself


def sessions(engine: AsyncEngine) -> async_sessionmaker[Direct]:
    """Sessions on a database; what they tell outlives their commits."""
    return async_sessionmaker(
        engine, class_=Direct, questions=Questions(engine.dialect), expire_on_commit=False
    )


def _inmost(session: Any) -> SessionTransaction | None:
    found: SessionTransaction | None = session.get_nested_transaction() or session.get_transaction()
    return found


async def _failure(connection: Connection, text: str, error: Exception) -> Exception:
    """A failure as SQLAlchemy tells it; a connection that has ended is given up."""
    adapted: Any = connection.connection.dbapi_connection
    driver: Any = connection.dialect.loaded_dbapi
    named = _named(adapted, error)
    if not isinstance(named, driver.Error):
        return error
    gone = adapted.driver_connection.is_closed()
    if gone:
        await greenlet_spawn(connection.invalidate, named)
    about: Any = {"hide_parameters": True, "connection_invalidated": gone, "dialect": connection.dialect}
    failure: Exception = DBAPIError.instance(text, None, named, driver.Error, **about)
    return failure


def _named(adapted: Any, error: Exception) -> Exception:
    """An error of asyncpg's by the name that SQLAlchemy gives it; one that has it, as of a `begin`, and any other, as it is."""
    try:
        adapted._handle_exception(error)  # noqa: SLF001 - who knows the names
    except Exception as named:  # noqa: BLE001 - it is what is asked for
        return named
    return error


@cache
def _one(mapper: Mapper[Any]) -> Select[Any]:
    """The select of one thing by its key, made once."""
    key = mapper.primary_key[0]
    return kept(select(mapper.class_).where(key == bindparam("ident", type_=key.type)))


@cache
def _one_anew(mapper: Mapper[Any]) -> Select[Any]:
    return _one(mapper).execution_options(**{ANEW: True})
