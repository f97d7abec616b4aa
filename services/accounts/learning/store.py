"""Attempts in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.learning.errors import AttemptNotFound
from services.accounts.learning.model import Attempt
from services.accounts.learning.states import State


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands in the test of a cycle; `attempts` counts papers judged."""

    passed_at: datetime | None
    attempts: int

    @property
    def passed(self) -> bool:
        """Whether any paper passed."""
        return self.passed_at is not None


async def add(tx: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Insert an open attempt; False when the person has one open in this cycle."""
    row = insert(Attempt).values(**values)
    kept = row.on_conflict_do_nothing(
        index_elements=[Attempt.person_id, Attempt.cycle], index_where=text("state = 'OPEN'")
    )
    return await tx.scalar(kept.returning(Attempt.id)) is not None


async def open_one(tx: AsyncSession, person_id: UUID, cycle: int) -> Attempt | None:
    """The open attempt of a person in a cycle."""
    query = select(Attempt).where(
        Attempt.person_id == person_id, Attempt.cycle == cycle, Attempt.state == State.OPEN
    )
    found: Attempt | None = await tx.scalar(query)
    return found


async def get(tx: AsyncSession, attempt_id: UUID, person_id: UUID | None) -> Attempt:
    """An attempt of a person's own.

    Raises:
        AttemptNotFound: there is none, or it is another's.
    """
    found = await tx.get(Attempt, attempt_id)
    if found is None or found.person_id != person_id:
        raise AttemptNotFound
    return found


async def take_turn(tx: AsyncSession, person_id: UUID, cycle: int) -> None:
    """Beginning and handing in of one person wait for each other, so that what was counted stays true."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"test/{person_id}"), cycle)))


async def lock(tx: AsyncSession, attempt_id: UUID, person_id: UUID | None) -> Attempt:
    """The same as `get`, and nobody else changes it before this transaction ends."""
    await get(tx, attempt_id, person_id)
    query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    return (await tx.scalars(query.execution_options(populate_existing=True))).one()


async def overdue(tx: AsyncSession, instant: datetime, at_most: int) -> list[Attempt]:
    """Open papers whose time is up, locked; those another process is at are left out."""
    query = select(Attempt).where(Attempt.state == State.OPEN, Attempt.expires_at <= instant)
    return list(await tx.scalars(query.limit(at_most).with_for_update(skip_locked=True)))


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a person began since the day began, and when the last paper was judged."""

    today: int
    judged_at: datetime | None


async def tries(tx: AsyncSession, person_id: UUID, cycle: int, day_began: datetime) -> Tries:
    """What pauses and daily limits are judged by, in one query."""
    today = func.count().filter(Attempt.begun_at >= day_began)
    query = select(today, func.max(Attempt.judged_at))
    query = query.where(Attempt.person_id == person_id, Attempt.cycle == cycle)
    return Tries(*(await tx.execute(query)).one())


def own(person_id: UUID | None, cycle: int | None) -> Select[Attempt]:
    """The attempts of a person, of one cycle or of all."""
    query = select(Attempt).where(Attempt.person_id == person_id)
    return query if cycle is None else query.where(Attempt.cycle == cycle)


async def standing(tx: AsyncSession, person_id: UUID, cycle: int) -> Standing:
    """How a person stands in the test of a cycle, in one query."""
    passed_at = func.min(Attempt.judged_at).filter(Attempt.state == State.PASSED)
    judged = func.count().filter(Attempt.state != State.OPEN)
    query = select(passed_at, judged).where(Attempt.person_id == person_id, Attempt.cycle == cycle)
    return Standing(*(await tx.execute(query)).one())
