"""Whom a test recommends is on the unit's ranked list first, written past the API; everybody is an equal of the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.ids import new_id
from services.workflow.cycle.model import Specialty
from services.workflow.registration.model import RankedList, RankedPerson, Registration
from services.workflow.registration.states import LIVE

PUBLISHED = datetime(2023, 11, 1, tzinfo=UTC)
WRITTEN = {"province": "qinghai", "created_at": PUBLISHED}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One who is to be on the list of a plan's posts."""

    plan_id: UUID
    cycle_id: UUID
    person_id: UUID
    account_id: UUID
    person_name: str
    series: str
    level: str
    specialty_id: UUID | None = None
    pool: str = "GENERAL"
    route: str = "NORMAL"


async def put_on_lists(tx: AsyncSession, people: Sequence[Listed]) -> None:
    """Register and rank them; whoever had registered in the plan has withdrawn that before.

    Nobody registers for a specialty that there is not.
    """
    earlier = update(Registration).where(
        Registration.person_id.in_([each.person_id for each in people]),
        Registration.plan_id.in_({each.plan_id for each in people}),
        Registration.state.in_(LIVE),
    )
    await tx.execute(earlier.values(state="WITHDRAWN"))
    filed = {None, *(await tx.scalars(select(Specialty.id)))}
    people = [each for each in people if each.specialty_id in filed]
    tx.add_all(Registration(state="RANKED", **vars(each), **WRITTEN) for each in people)
    await tx.flush()
    for posts in {(each.plan_id, each.level, each.pool) for each in people}:
        await _list_anew(tx, *posts)


async def _list_anew(tx: AsyncSession, plan_id: UUID, level: str, pool: str) -> None:
    of_posts = (Registration.plan_id == plan_id, Registration.level == level, Registration.pool == pool)
    ranked = (
        await tx.scalars(select(Registration.id).where(*of_posts, Registration.state == "RANKED"))
    ).all()
    earlier = select(func.count()).where(
        RankedList.plan_id == plan_id, RankedList.level == level, RankedList.pool == pool
    )
    no = (await tx.scalar(earlier) or 0) + 1
    row = RankedList(id=new_id(), plan_id=plan_id, level=level, pool=pool, no=no, **WRITTEN)
    tx.add(row)
    await tx.flush()
    tx.add_all(equals(row.id, ranked))
    await tx.flush()


def equals(list_id: UUID, registrations: Iterable[UUID]) -> Iterable[RankedPerson]:
    """Everybody in the first place."""
    for each in registrations:
        told = {"given": 1, "place": 1, "posted": False, "reason": "同等条件", "basis": []}
        yield RankedPerson(list_id=list_id, registration_id=each, **told, **WRITTEN)
