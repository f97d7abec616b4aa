"""Beginning a recalculation, and taking it a step further."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, OrganisationLevel
from services.kit import transition
from services.kit.auth import Actor, Seat
from services.kit.clock import Moment
from services.kit.errors import Basis
from services.kit.steps import decide
from services.quota.contract import RecalculationMoved
from services.quota.policy import YearPolicy
from services.quota.recalculation import store
from services.quota.recalculation.errors import ProvinceOnly
from services.quota.recalculation.model import Recalculation, recalculation
from services.quota.recalculation.states import Action, RecalculationState
from services.quota.recalculation.steps import ARTICLE, OFFICIALS, STEPS, RecalculationCase

ARTICLES = (ARTICLE, "within_numbers")
"""The articles this concept names."""


def case_of(job: Recalculation) -> RecalculationCase:
    """The facts its steps are judged by."""
    return RecalculationCase(job.id, RecalculationState(job.state), job.version, job.organisation_id)


async def start(
    tx: AsyncSession, policy: YearPolicy, actor: Actor, moment: Moment, *, province: str
) -> Recalculation:
    """Begin one for a year; while one is at work, it is that one.

    Raises:
        ProvinceOnly: the caller is no official of the province's own department.
    """
    seat = _seat(actor)
    if seat is None:
        raise ProvinceOnly(basis=policy.basis(ARTICLE))
    begun = {"organisation_id": seat.organisation_id, "begun_at": moment.instant}
    while (job := await store.add(tx, province=province, year=policy.year, **begun)) is None:
        running = await store.at_work(tx, province, policy.year)
        if running is not None:
            return running
    await transition.begin(
        tx,
        recalculation,
        subject_id=job.id,
        state=job.state,
        actor=actor,
        moment=moment,
        organisation_id=seat.organisation_id,
        role=seat.role,
        basis=tuple(policy.basis(*ARTICLES)),
    )
    return job


async def act(  # noqa: PLR0913 - one act with all that it is judged by
    tx: AsyncSession,
    job: Recalculation,
    action: Action,
    policy: YearPolicy,
    actor: Actor,
    moment: Moment,
    *,
    version: int | None = None,
    note: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> tuple[Basis, ...]:
    """Take one step; the articles it rests on.

    Raises:
        Refusal: the step is not possible now, or not the caller's.
    """
    move = decide(STEPS, case_of(job), action, actor, policy.articles, version=version)
    event = RecalculationMoved(
        recalculation_id=job.id,
        organisation_id=job.organisation_id,
        year=job.year,
        action=move.action,
        after=move.after,
        units=job.done,
    )
    await transition.take(
        tx, recalculation, move, actor=actor, moment=moment, event=event, note=note, changes=changes
    )
    await tx.refresh(job)
    return move.basis


def _seat(actor: Actor) -> Seat | None:
    """The caller's seat at the root: the province's own HRSS department."""
    return next(
        (
            seat
            for seat in actor.seats
            if seat.role in OFFICIALS
            and len(seat.lineage) == 1
            and (seat.organisation.kind, seat.organisation.level)
            == (OrganisationKind.HRSS, OrganisationLevel.PROVINCE)
        ),
        None,
    )
