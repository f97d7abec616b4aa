"""What former keys have sealed is sealed anew by the present one, a page at a time, while the service runs.

Each service lists its sealed columns (`SEALED`) and has a command. A value that somebody changes meanwhile is left to them: they seal by
the present key anyhow. What ends by itself within weeks (links, codes, rows of imports, kept answers) is in no list.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from services.kit.db import Database
from services.kit.sealing import SealBroken, Sealer
from services.kit.settings import ServiceSettings, unusable

PAGE = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of sealed values: what each is bound to follows from its row's columns `by`."""

    column: InstrumentedAttribute[Any]
    context: Callable[..., str]
    by: tuple[InstrumentedAttribute[Any], ...] = ()

    def __str__(self) -> str:
        return f"{self.column.class_.__tablename__}.{self.column.key}"


async def reseal(db: Database, sealer: Sealer, sealed: Sealed, *, page: int = PAGE) -> int:
    """Seal a column anew; how many values were not yet sealed by the present key.

    Raises:
        SealBroken: a value was altered, or its key is gone; what came before it is done.
    """
    done, after = 0, None
    while True:
        async with db.begin() as tx:
            rows = await _page(tx, sealer.mark, sealed, after, page)
            for row in rows:
                done += await _again(tx, sealer, sealed, row)
        if len(rows) < page:
            return done
        after = _key_of(sealed, rows[-1])


async def _page(
    tx: AsyncSession, mark: bytes, sealed: Sealed, after: tuple[Any, ...] | None, page: int
) -> list[Row[Any]]:
    """The next rows whose value another key has sealed, by primary key."""
    keys = _keys(sealed)
    others = func.substring(sealed.column, 1, len(mark)) != mark
    query = select(*keys, sealed.column, *sealed.by).where(sealed.column.is_not(None), others)
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    return [*await tx.execute(query.order_by(*keys).limit(page))]


async def _again(tx: AsyncSession, sealer: Sealer, sealed: Sealed, row: Row[Any]) -> int:
    key, old, by = _key_of(sealed, row), row[len(_keys(sealed))], row[len(_keys(sealed)) + 1 :]
    context = sealed.context(*by)
    new = sealer.seal(sealer.open(old, context=context), context=context)
    this = [column == value for column, value in zip(_keys(sealed), key, strict=True)]
    write = update(sealed.column.class_).where(*this, sealed.column == old).values({sealed.column.key: new})
    written = await tx.execute(write.execution_options(synchronize_session=False))
    return int(written.rowcount)  # type: ignore[attr-defined]  # of an update it has one


def _keys(sealed: Sealed) -> list[Any]:
    return list(sealed.column.class_.__table__.primary_key.columns)


def _key_of(sealed: Sealed, row: Row[Any]) -> tuple[Any, ...]:
    return tuple(row[: len(_keys(sealed))])


def run(service: str, settings_type: type[ServiceSettings], columns: Sequence[Sealed]) -> int:
    """Do it and tell of each column; 1 where a value cannot be opened, 2 where settings cannot be used."""
    try:
        settings = settings_type()
        sealer = Sealer.from_settings(
            settings.field_keys.get_secret_value(), settings.index_key.get_secret_value()
        )
    except ValidationError as error:
        sys.stderr.write(f"{service}: {unusable(error)}\n")
        return 2
    except ValueError as error:
        sys.stderr.write(f"{service}: {error}\n")
        return 2
    return asyncio.run(_told(settings, sealer, columns))


async def _told(settings: ServiceSettings, sealer: Sealer, columns: Sequence[Sealed]) -> int:
    async with Database(settings.async_database_url, pool_size=1) as db:
        for each in columns:
            try:
                sys.stdout.write(f"{each}: {await reseal(db, sealer, each)} sealed anew\n")
            except SealBroken:
                sys.stderr.write(f"{each}: a value cannot be opened by any key of FIELD_KEYS\n")
                return 1
    return 0
