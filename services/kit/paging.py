"""Keyset paging: newest first by a time-ordered key, so that a page costs the same at any depth."""

from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Query
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

First = Annotated[int, Query(ge=1, le=100, description="how many at most")]
After = Annotated[UUID | None, Query(description="`next_cursor` of the page before")]
R = TypeVar("R")


async def page(
    tx: AsyncSession, query: Select[R], key: InstrumentedAttribute[UUID], first: int, after: UUID | None
) -> tuple[list[R], str | None]:
    """The next `first` rows of `query` after the row keyed `after`, and the cursor of the page that follows."""
    if after is not None:
        query = query.where(key < after)
    rows = list(await tx.scalars(query.order_by(key.desc()).limit(first + 1)))
    if len(rows) <= first:
        return rows, None
    return rows[:first], str(getattr(rows[first - 1], key.key))
