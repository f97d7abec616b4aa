"""Attempts in the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
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


async def redraw(tx: AsyncSession, attempt: Attempt, values: Mapping[str, Any]) -> None:
    """Give an open attempt other questions."""
    await tx.execute(
        update(Attempt).where(Attempt.id == attempt.id, Attempt.version == attempt.version).values(**values)
    )
    await tx.refresh(attempt)


async def standing(tx: AsyncSession, person_id: UUID, cycle: int) -> Standing:
    """How a person stands in the test of a cycle, in one query."""
    passed_at = func.min(Attempt.judged_at).filter(Attempt.state == State.PASSED)
    judged = func.count().filter(Attempt.state != State.OPEN)
    query = select(passed_at, judged).where(Attempt.person_id == person_id, Attempt.cycle == cycle)
    return Standing(*(await tx.execute(query)).one())
