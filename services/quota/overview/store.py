"""The sums of the last recalculation, limited to what lies below the caller; and whether they are still all there is."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind
from services.kit.auth import Actor
from services.kit.transition import history
from services.quota.contract import PostPool, TitleLevel
from services.quota.overview.errors import OverviewForHrss
from services.quota.overview.rules import Found, Sums
from services.quota.readers import READERS
from services.quota.recalculation.model import Recalculation, StandingSum

SUMMED = (
    *(StandingSum.units, StandingSum.counted, StandingSum.short_units, StandingSum.approved),
    *(StandingSum.employed, StandingSum.qualified_not_employed, StandingSum.declarable, StandingSum.deficit),
    *(StandingSum.held, StandingSum.used, StandingSum.shortage, StandingSum.free),
    StandingSum.own_free,
)
COUNTED = ("annual_form", "reservation", "post_decision", "targeted_plan")
"""What a recalculation counts; a step of one of these makes it old."""


def departments(actor: Actor) -> list[UUID] | None:
    """The HRSS departments below which the caller sees; None for our own services, which see all.

    Raises:
        OverviewForHrss: the caller works at none.
    """
    if actor.kind == "service":
        return None
    mine = [
        seat.organisation_id
        for seat in actor.seats
        if seat.role in READERS and seat.organisation.kind == OrganisationKind.HRSS
    ]
    if not mine:
        raise OverviewForHrss
    return mine


async def sums(tx: AsyncSession, recalculation_id: UUID, below: Collection[UUID] | None) -> list[Found]:
    """What a recalculation found, by place, pool and level."""
    seen = true() if below is None else StandingSum.lineage.overlap(list(below))
    key = (StandingSum.prefecture_code, StandingSum.pool, StandingSum.level)
    every = (
        select(*key, *(func.sum(column) for column in SUMMED))
        .where(StandingSum.recalculation_id == recalculation_id, seen)
        .group_by(*key)
    )
    return [
        Found(code, PostPool(pool), TitleLevel(level), Sums(*figures))
        for code, pool, level, *figures in await tx.execute(every)
    ]


async def is_stale(tx: AsyncSession, job: Recalculation) -> bool:
    """Whether anything that it counted has moved since it began to count."""
    newer = select(history.c.id).where(history.c.id > job.mark, history.c.subject_kind.in_(COUNTED)).limit(1)
    return await tx.scalar(newer) is not None
