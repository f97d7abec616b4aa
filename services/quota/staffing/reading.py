"""What the staffing ledger tells others of the service: balances, who holds which post, proven exits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.contract import PostPool, TitleLevel
from services.quota.staffing.policy import Window


@dataclass(frozen=True, slots=True)
class Balance:
    """One level of a unit's ledger on a day; `exits` are those inside the year's window, with proof."""

    level: TitleLevel
    approved: int = 0
    employed: int = 0
    qualified_not_employed: int = 0
    exits: int = 0


@dataclass(frozen=True, slots=True)
class Post:
    """The post that a person holds."""

    level: TitleLevel
    pool: PostPool


@dataclass(frozen=True, slots=True)
class Exit:
    """A proven exit from a post (附件2 说明3)."""

    movement_id: UUID
    level: TitleLevel
    name: str
    post: str
    reason: str
    left_on: date
    document: str


@dataclass(frozen=True, slots=True)
class Staff:
    """What Annex 2 tells of a person recommended; what the ledger does not know is None."""

    qualified_title: str | None = None
    employed_title: str | None = None
    employed_on: date | None = None
    post_grade: str | None = None


async def keeps_ledger(tx: AsyncSession, unit_id: UUID, pool: PostPool = PostPool.GENERAL) -> bool:
    """Whether the unit has any entry in the ledger of a pool; one that has none types its form freely."""
    del tx, unit_id, pool
    return False


async def balances(
    tx: AsyncSession, unit_id: UUID, pool: PostPool, *, on: date, window: Window
) -> Mapping[TitleLevel, Balance]:
    """Every level on the evening of a day."""
    del tx, unit_id, pool, on, window
    return {level: Balance(level) for level in TitleLevel}


async def posts_of(
    tx: AsyncSession, unit_id: UUID, person_ids: Collection[UUID], *, on: date
) -> Mapping[UUID, Post]:
    """The posts that people hold at the unit on a day; who holds none is not in it."""
    del tx, unit_id, person_ids, on
    return {}


async def exits_of(tx: AsyncSession, unit_id: UUID, *, window: Window) -> list[Exit]:
    """The exits from general posts inside the window that count, oldest first; none that was reversed."""
    del tx, unit_id, window
    return []


async def staff_of(
    tx: AsyncSession, unit_id: UUID, person_ids: Collection[UUID], *, on: date
) -> Mapping[UUID, Staff]:
    """What the ledger knows of people on a day; whom it does not know is not in it."""
    del tx, unit_id, person_ids, on
    return {}
