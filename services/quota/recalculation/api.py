"""Recalculations over HTTP, and the standings that they leave."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor, CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import ActionNotAvailable, NotYourStep, StaleVersion, available_actions
from services.quota.annual_form.store import histories_of
from services.quota.policy import CurrentPolicies, YearUnknown
from services.quota.recalculation import service, store
from services.quota.recalculation.errors import NeverCounted, ProvinceOnly, RecalculationNotFound
from services.quota.recalculation.model import Recalculation
from services.quota.recalculation.schemas import RecalculationIn, RecalculationOut, StandingOut, StopIn
from services.quota.recalculation.states import Action
from services.quota.recalculation.steps import STEPS

recalculations = router(prefix="/v1/recalculations", tags=["recalculations 全省岗位测算"])
standings = router(prefix="/v1/standings", tags=["standings 单位岗位测算结果"])
Year = Annotated[int, Query(ge=1, le=9999)]


@recalculations.post("", status_code=202, responses=refusals(YearUnknown, ProvinceOnly))
async def start(
    body: RecalculationIn,
    request: Request,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[RecalculationOut]:
    """Have the whole province recalculated; while one of the year is at work, it is that one."""
    policy = policies.of(body.year)
    province = request.app.state.settings.province
    job = await service.start(tx, policy, actor, moment, province=province)
    return decided(await _shown(tx, job, actor), policy.basis(*service.ARTICLES))


@recalculations.post(
    "/{recalculation_id}/actions/STOP",
    responses=refusals(RecalculationNotFound, ActionNotAvailable, NotYourStep, StaleVersion),
)
async def stop(
    recalculation_id: UUID,
    body: StopIn,
    actor: CurrentActor,
    policies: CurrentPolicies,
    moment: CurrentMoment,
    tx: Tx,
) -> Decided[RecalculationOut]:
    """Stop one; what it has found of units stays, the overview keeps the last one that was finished."""
    job = await store.lock(tx, recalculation_id, actor)
    ended = {"ended_at": moment.instant, "lease": None, "lease_until": None}
    basis = await service.act(
        tx,
        job,
        Action.STOP,
        policies.of(job.year),
        actor,
        moment,
        version=body.version,
        note=body.note,
        changes=ended,
    )
    return decided(await _shown(tx, job, actor), basis)


@recalculations.get("/{recalculation_id}", responses=refusals(RecalculationNotFound))
async def read(recalculation_id: UUID, actor: CurrentActor, tx: Tx) -> RecalculationOut:
    """A recalculation: its state, how many units are done, and why it waits, if it does."""
    return await _shown(tx, await store.get(tx, recalculation_id, actor), actor)


@recalculations.get("", responses=refusals())
async def list_recalculations(
    actor: CurrentActor, tx: Tx, year: Year | None = None, first: First = 20, after: After = None
) -> Page[RecalculationOut]:
    """The recalculations of the caller's province, newest first."""
    found, cursor = await page(tx, store.listed(actor, year), Recalculation.id, first, after)
    return Page(items=await _all_shown(tx, found, actor), next_cursor=cursor)


@standings.get("/short", responses=refusals())
async def list_short(
    year: Year, actor: CurrentActor, tx: Tx, first: First = 20, after: After = None
) -> Page[StandingOut]:
    """Units of the caller's own organisations and below that recommend more than their places bear, newest first."""
    found, last = await store.short(tx, year, actor, first=first, after=after)
    levels = await store.levels_of(tx, year, [whole.unit_id for whole, _ in found])
    items = [StandingOut.of(whole, card, levels[whole.unit_id]) for whole, card in found]
    return Page(items=items, next_cursor=str(last) if last else None)


@standings.get("/{unit_id}", responses=refusals(NeverCounted))
async def standing_of_unit(unit_id: UUID, year: Year, actor: CurrentActor, tx: Tx) -> StandingOut:
    """A unit's posts as the last recalculation that came to it found them; `/v1/availability` tells them of now."""
    whole, card = await store.standing(tx, unit_id, year, actor)
    levels = await store.levels_of(tx, year, [unit_id])
    return StandingOut.of(whole, card, levels[unit_id])


async def _shown(tx: AsyncSession, job: Recalculation, actor: Actor) -> RecalculationOut:
    return (await _all_shown(tx, [job], actor))[0]


async def _all_shown(tx: AsyncSession, jobs: Sequence[Recalculation], actor: Actor) -> list[RecalculationOut]:
    histories = await histories_of(tx, [job.id for job in jobs])
    return [
        RecalculationOut.of(job, available_actions(STEPS, service.case_of(job), actor), histories[job.id])
        for job in jobs
    ]
