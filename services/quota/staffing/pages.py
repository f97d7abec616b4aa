"""Lists of the staffing ledger, a page at a time, each in the order of a time-ordered key."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import paging
from services.kit.auth import Actor
from services.kit.paging import After, First
from services.quota.contract import PostPool, TitleLevel
from services.quota.contract import StaffingCause as Cause
from services.quota.contract import StaffingMeasure as Measure
from services.quota.staffing.model import FILED, StaffingBook, StaffingEntry, StaffingMovement
from services.quota.staffing.store import visible

Evening = Annotated[date | None, Query(description="截至该日终；缺省为今天")]


class MovementsAsked(BaseModel):
    """Which movements of a unit."""

    unit_id: UUID
    pool: PostPool | None = None
    member_id: UUID | None = None
    cause: Cause | None = None
    first: First = 20
    after: After = None


class PostsAsked(BaseModel):
    """Who of a unit is in post, and when."""

    unit_id: UUID
    pool: PostPool | None = None
    level: TitleLevel | None = None
    on: Evening = None
    first: First = 20
    after: After = None


async def movements(tx: AsyncSession, asked: MovementsAsked) -> tuple[list[StaffingMovement], str | None]:
    """Movements of a unit, newest recorded first."""
    given = {
        StaffingMovement.pool: asked.pool,
        StaffingMovement.member_id: asked.member_id,
        StaffingMovement.cause: asked.cause,
    }
    where = [column == value for column, value in given.items() if value is not None]
    mine = select(StaffingMovement).where(StaffingMovement.unit_id == asked.unit_id, *where)
    return await paging.page(tx, mine, StaffingMovement.id, asked.first, asked.after)


async def filed(
    tx: AsyncSession, actor: Actor, first: int, after: UUID | None
) -> tuple[list[StaffingMovement], str | None]:
    """Employments on targeted posts that the caller may see, newest recorded first."""
    mine = select(StaffingMovement).join(StaffingBook, StaffingBook.unit_id == StaffingMovement.unit_id)
    mine = mine.where(text(FILED), visible(actor))
    return await paging.page(tx, mine, StaffingMovement.id, first, after)


async def in_post(tx: AsyncSession, asked: PostsAsked, on: date) -> tuple[list[UUID], str | None]:
    """Who holds a post of the unit on the evening of a day, newest in the ledger first."""
    member = StaffingEntry.member_id
    given = {StaffingEntry.pool: asked.pool, StaffingEntry.level: asked.level}
    where = [column == value for column, value in given.items() if value is not None]
    if asked.after is not None:
        where.append(member < asked.after)
    held = (
        select(member)
        .where(StaffingEntry.unit_id == asked.unit_id, StaffingEntry.on_date <= on, *where)
        .where(StaffingEntry.measure == Measure.EMPLOYED)
        .group_by(member, StaffingEntry.pool, StaffingEntry.level)
        .having(func.sum(StaffingEntry.delta) > 0)
        .order_by(member.desc())
        .limit(asked.first + 1)
    )
    found = [each for each in await tx.scalars(held) if each is not None]
    return found[: asked.first], str(found[asked.first - 1]) if len(found) > asked.first else None
