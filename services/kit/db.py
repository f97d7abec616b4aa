"""The database session: one transaction per request, under the service's own login role.

Table names carry no schema: the role's search_path is its own schema, and nothing else is granted to it.
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

import orjson
from fastapi import Depends, Request
from sqlalchemy import DateTime, MetaData, String, func, make_url
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services import connections
from services.driver.session import sessions
from services.kit.errors import Conflict, Invalid, Refusal
from services.kit.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

POOL_SHARE = 0.8
"""Of the time for which callers wait, that of a connection: they would not hear an answer that comes later."""
UNNAMED: Any = {"statement_cache_size": 0, "prepared_statement_name_func": str}  # of PgBouncer before 1.21

plumbing = MetaData(naming_convention=NAMES)
"""The tables that every schema has: outbox, inbox, audit, idempotency keys, clock."""


class Base(DeclarativeBase):
    """What each service derives its own declarative base from (with a `metadata` of its own)."""

    __abstract__ = True
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        datetime: DateTime(timezone=True),
    }


class Keyed:
    """Columns of every aggregate: a time-ordered key, its province, when it was made."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    province: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Versioned:
    """Optimistic locking: a writer names the version it has read."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")


def encode_json(value: object) -> str:
    """JSON as the database takes it; dates, ids and enums included."""
    return orjson.dumps(value, default=str).decode()


class Database:
    """The engine of one service and its sessions."""

    def __init__(self, url: str, *, pool_size: int = 10, callers_wait: float = 10.0) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=POOL_SHARE * callers_wait,
            connect_args=UNNAMED if make_url(url).query.get("prepared_statement_cache_size") == "0" else {},
            hide_parameters=True,  # a failed statement is logged; what it carried is not
            json_serializer=encode_json,
            json_deserializer=orjson.loads,
        )
        self.most_connections = 2 * pool_size
        connections.heed(self.engine.sync_engine)
        self._sessions = sessions(self.engine)

    def begin(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session in one transaction: committed at the end, rolled back on any exception."""
        return connections.transaction(self._sessions)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give every connection back."""
        await connections.close(self.engine)


class ValueUnfit(Invalid):
    """A value holds characters or a size that cannot be kept."""

    code = "VALUE_UNFIT"
    zh = "提交的内容含有无法保存的字符，或超出允许的长度、大小"
    en = "A value holds characters that cannot be kept, or is too long or too large."


UNIQUE_VIOLATION, EXCLUSION_VIOLATION = "23505", "23P01"
DATA_EXCEPTION = "22"
OUTAGES = ("08", "40", "53", "55", "57", "58", "XX")
"""Classes of errors that a later try may not meet: connection, serialisation, resources, locks, intervention."""


def refusal_of(error: DBAPIError) -> Refusal | None:
    """What the caller did, where the database refused a value or a second one of its kind; None: it is no refusal."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state in {UNIQUE_VIOLATION, EXCLUSION_VIOLATION}:
        return Conflict()
    if state.startswith(DATA_EXCEPTION):  # asyncpg says the same of what it cannot write
        return ValueUnfit()
    return None


def is_outage(error: DBAPIError) -> bool:
    """Whether the database was away or busy, rather than asked something wrong."""
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return not state or state.startswith(OUTAGES)


async def transaction(request: Request) -> AsyncSession:
    """The one transaction of the request; the route commits it before the answer leaves."""
    session: AsyncSession = request.state.tx
    return session


Tx = Annotated[AsyncSession, Depends(transaction)]
