"""What is approved and what is taken, read from the tables; and the lock that every change of it takes first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.allocation.rules import Claim
from services.quota.annual_form.model import FormColumn, FormExit
from services.quota.contract import PostPool, ReservationState, TitleLevel
from services.quota.decision.model import DecisionLevel
from services.quota.ledger.model import CountedPerson, Ledger
from services.quota.ledger.rules import Figures, Live, Row, Standings, claim_by, live_of
from services.quota.policy import YearPolicy
from services.quota.reservation.model import Reservation
from services.quota.staffing.reading import exit_stands
from services.quota.targeted.model import TargetedLevel

LIVE = (ReservationState.HELD, ReservationState.CONFIRMED)
LEDGER: Select[*tuple[Any, ...]] = select(
    Ledger.form_id, Ledger.decision_id, Ledger.targeted_plan_id, Ledger.pool
).where(
    Ledger.unit_id == bindparam("unit_id"),
    Ledger.year == bindparam("year"),
    Ledger.pool == bindparam("pool"),
)
CLAIMS = (
    select(
        Reservation.id,
        Reservation.person_id,
        Reservation.level,
        Reservation.state,
        func.array_agg(CountedPerson.level).filter(CountedPerson.in_post).label("posts"),
        func.array_agg(CountedPerson.level).filter(~CountedPerson.in_post).label("waits"),
    )
    .join(
        CountedPerson,
        and_(
            CountedPerson.counted_by == bindparam("counted_by"),
            CountedPerson.person_id == Reservation.person_id,
        ),
        isouter=True,
    )
    .where(
        Reservation.unit_id == bindparam("unit_id"),
        Reservation.year == bindparam("year"),
        Reservation.pool == bindparam("pool"),
        Reservation.state.in_(LIVE),
    )
    .group_by(Reservation.id)
    .order_by(Reservation.id)
)
"""Live reservations of a unit, year and pool with what each claims by a form or plan, oldest first."""
EXITS = (
    select(FormExit.level, func.count().label("exits"))
    .where(FormExit.form_id == bindparam("form_id"), exit_stands(FormExit.movement_id))
    .group_by(FormExit.level)
    .subquery()
)
APPROVED = (
    select(FormColumn, DecisionLevel.declarable, func.coalesce(EXITS.c.exits, 0))
    .join(
        DecisionLevel,
        and_(DecisionLevel.decision_id == bindparam("decision_id"), DecisionLevel.level == FormColumn.level),
        isouter=True,
    )
    .join(EXITS, EXITS.c.level == FormColumn.level, isouter=True)
    .where(FormColumn.form_id == bindparam("form_id"))
    .execution_options(populate_existing=True)
)
"""The columns of a form, with its exits and what a decision sets instead. These are made once: that takes as long as asking."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the posts of a unit, year and pool are counted by."""

    pool: PostPool
    form_id: UUID | None
    decision_id: UUID | None
    targeted_plan_id: UUID | None

    @property
    def by(self) -> UUID | None:
        """The form or plan that names the people who are in the figures."""
        return self.form_id or self.targeted_plan_id


async def counted(
    tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool = PostPool.GENERAL
) -> Counted | None:
    """What the unit's posts of the year are counted by; None before anything was approved."""
    return await _counted(tx, LEDGER, unit_id, year, pool)


async def lock(
    tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool = PostPool.GENERAL
) -> Counted | None:
    """The same, and no one else takes or changes a place of this unit, year and pool until the transaction ends.

    Read the standings after it, in a statement of their own: only that one sees what the last holder committed.
    """
    return await _counted(tx, LEDGER.with_for_update(), unit_id, year, pool)


async def count_by(tx: AsyncSession, unit_id: UUID, year: int, form_id: UUID) -> None:
    """From now on the unit's general posts of the year are counted by this form."""
    await _keep(tx, unit_id, year, PostPool.GENERAL, form_id=form_id)


async def plan_by(tx: AsyncSession, unit_id: UUID, year: int, plan_id: UUID) -> None:
    """From now on the unit's targeted posts of the year are counted by this plan."""
    await _keep(tx, unit_id, year, PostPool.TARGETED, targeted_plan_id=plan_id)


async def decide_by(tx: AsyncSession, unit_id: UUID, year: int, decision_id: UUID | None) -> None:
    """From now on this decision sets the numbers of the levels that it names; without one the form does alone."""
    mine = and_(Ledger.unit_id == unit_id, Ledger.year == year, Ledger.pool == PostPool.GENERAL)
    await tx.execute(update(Ledger).where(mine).values(decision_id=decision_id))


async def standings(tx: AsyncSession, unit_id: UUID, policy: YearPolicy, by: Counted) -> Standings:
    """Every level's figures by a form or plan, with the places taken now, in the order of the official table."""
    figures = await (_planned(tx, by) if by.pool is PostPool.TARGETED else _approved(tx, by))
    live = await claims(tx, unit_id, policy.year, by)
    return Standings.of(figures, live, policy.allocation.pools[by.pool], policy.posts.limited_levels)


async def claims(tx: AsyncSession, unit_id: UUID, year: int, by: Counted) -> list[Live]:
    """The live reservations of a pool with what each claims by what is counted, oldest first."""
    mine = {"unit_id": unit_id, "year": year, "pool": by.pool, "counted_by": by.by}
    return live_of(Row(*each) for each in await tx.execute(CLAIMS, mine))


async def claim_of(tx: AsyncSession, person_id: UUID, level: TitleLevel, by: Counted) -> Claim:
    """What a recommendation of a person to a level would claim by what is counted."""
    mine = select(CountedPerson.level, CountedPerson.in_post).where(
        CountedPerson.counted_by == by.by, CountedPerson.person_id == person_id
    )
    known = (await tx.execute(mine)).all()
    posts, waits = ([each.level for each in known if each.in_post is in_post] for in_post in (True, False))
    return claim_by(level, posts, waits)


async def keep_people(tx: AsyncSession, counted_by: UUID, people: Iterable[CountedPerson]) -> None:
    """Keep who is in the figures of a form or plan, in place of those kept before."""
    await tx.execute(delete(CountedPerson).where(CountedPerson.counted_by == counted_by))
    tx.add_all(people)
    await tx.flush()


async def _counted(
    tx: AsyncSession, chosen: Select[*tuple[Any, ...]], unit_id: UUID, year: int, pool: PostPool
) -> Counted | None:
    row = (await tx.execute(chosen, {"unit_id": unit_id, "year": year, "pool": pool})).one_or_none()
    if row is None:
        return None
    return Counted(PostPool(row.pool), row.form_id, row.decision_id, row.targeted_plan_id)


async def _keep(tx: AsyncSession, unit_id: UUID, year: int, pool: PostPool, **by: UUID) -> None:
    row = insert(Ledger).values(unit_id=unit_id, year=year, pool=pool, **by)
    await tx.execute(row.on_conflict_do_update(index_elements=["unit_id", "year", "pool"], set_=by))


async def _approved(tx: AsyncSession, by: Counted) -> list[Figures]:
    by_form = {"form_id": by.form_id, "decision_id": by.decision_id}
    return [
        Figures.of(column, decided=number, exits=left)
        for column, number, left in await tx.execute(APPROVED, by_form)
    ]


async def _planned(tx: AsyncSession, by: Counted) -> list[Figures]:
    rows = select(TargetedLevel).where(TargetedLevel.plan_id == by.targeted_plan_id)
    return [Figures.of(column) for column in await tx.scalars(rows.execution_options(populate_existing=True))]
