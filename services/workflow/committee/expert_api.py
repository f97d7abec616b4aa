"""The HTTP face of the expert pool; names are never published."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.kit.auth import Actor, CurrentActor
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import (
    ActionNotAvailable,
    Move,
    NotYourStep,
    RulesBroken,
    StaleVersion,
    available_actions,
    decide,
)
from services.kit.transition import history_of
from services.workflow import rows
from services.workflow.act import Act, CurrentAct
from services.workflow.committee import store
from services.workflow.committee.errors import (
    CommitteeNotFound,
    ExpertExists,
    ExpertNotFound,
    ExpertValidity,
    OrganisationUnknown,
)
from services.workflow.committee.model import Expert
from services.workflow.committee.organisations import KnownOrganisations
from services.workflow.committee.schemas import ExpertIn, ExpertOut, PoolStepIn, Qualification, Renewal
from services.workflow.committee.states import ExpertAction, ExpertState, PoolAction
from services.workflow.committee.steps import EXPERT_STEPS, KEEPERS, ExpertFacts
from services.workflow.contract import ExpertMoved
from services.workflow.cycle.errors import LevelNotInSeries, SeriesUnknown, SpecialtyNotFiled, SpecialtyPast
from services.workflow.cycle.service import require_level, require_specialty
from services.workflow.meeting import recusal
from services.workflow.meeting import store as meetings
from services.workflow.meeting.model import Member
from services.workflow.meeting.states import Ground

routes = router(tags=["committee"])

AGAINST = (
    ExpertExists,
    ExpertValidity,
    SeriesUnknown,
    LevelNotInSeries,
    SpecialtyNotFiled,
    SpecialtyPast,
    OrganisationUnknown,
)
STEPPING = (ExpertNotFound, ActionNotAvailable, NotYourStep, RulesBroken, StaleVersion)


@routes.post("/experts", status_code=201, responses=refusals(*AGAINST))
async def register(body: ExpertIn, act: CurrentAct, known: KnownOrganisations) -> Decided[ExpertOut]:
    """Take an expert into the pool of a series (committee offices and title officers)."""
    seat = act.actor.require(*KEEPERS)
    await require_fit(act, body.series, body)
    await known.find([body.organisation_id])
    expert = Expert(
        province=act.province,
        specialty_ids=sorted(body.specialty_ids),
        registered_by=seat.organisation_id,
        state=ExpertState.IN_POOL,
        lineage=[node.id for node in seat.lineage],
        **body.model_dump(exclude={"specialty_ids"}),
    )
    basis = [act.policies.latest.articles["expert_pool"]]
    taken = {"uq_expert_account_id_series": ExpertExists(field="account_id")}
    await rows.begin(act, expert, seat, basis=basis, taken=taken)
    return decided(told(expert, act.actor), basis)


@routes.put("/experts/{expert_id}", responses=refusals(*STEPPING, *AGAINST))
async def renew(
    expert_id: UUID, body: Renewal, act: CurrentAct, known: KnownOrganisations
) -> Decided[ExpertOut]:
    """Renew an expert's entry: what he or she may judge, until when, and where he or she works now."""
    expert = await store.kept_expert(act.tx, expert_id, act.actor)
    step = judged(act, expert, ExpertAction.RENEW, version=body.version)
    await require_fit(act, expert.series, body, known=expert.specialty_ids)
    changes: dict[str, Any] = {
        "specialty_ids": sorted(body.specialty_ids),
        "title_level": body.title_level,
        "valid_until": body.valid_until,
    }
    if body.organisation_id is not None:
        await known.find([body.organisation_id])
        changes["organisation_id"] = body.organisation_id
    await take(act, expert, step, **changes)
    return decided(told(expert, act.actor), step.basis)


@routes.post("/experts/{expert_id}/actions/{action}", responses=refusals(*STEPPING))
async def move(expert_id: UUID, action: PoolAction, body: PoolStepIn, act: CurrentAct) -> Decided[ExpertOut]:
    """Suspend an expert, take one out of the pool, or back into it; each with a reason (committee offices, title officers)."""
    expert = await store.kept_expert(act.tx, expert_id, act.actor)
    step = judged(act, expert, ExpertAction(action.value), body, version=body.version)
    ground = None if action is PoolAction.REINSTATE else body.ground
    await take(act, expert, step, note=body.note, ground=ground, stands_since=act.moment.today)
    return decided(told(expert, act.actor), step.basis)


@routes.get("/experts/{expert_id}", responses=refusals(ExpertNotFound))
async def one_expert(expert_id: UUID, actor: CurrentActor, tx: Tx) -> ExpertOut:
    """An entry, for those who keep it."""
    return told(await store.kept_expert(tx, expert_id, actor, held=False), actor)


@routes.get("/experts/{expert_id}/history", responses=refusals(ExpertNotFound))
async def history(expert_id: UUID, actor: CurrentActor, tx: Tx) -> list[dict[str, Any]]:
    """What has happened to an entry, with who, when and why; for those who keep it."""
    return await history_of(tx, (await store.kept_expert(tx, expert_id, actor, held=False)).id)


@routes.get("/experts", responses=refusals(CommitteeNotFound))
async def every_expert(
    actor: CurrentActor,
    tx: Tx,
    moment: CurrentMoment,
    series: str | None = None,
    state: ExpertState | None = None,
    committee_id: UUID | None = None,
    first: First = 20,
    after: After = None,
) -> Page[ExpertOut]:
    """The pool as its keepers see it; with a committee: who is qualified to sit in it today."""
    if committee_id is not None:
        committee = await store.get(tx, committee_id)
        actor.require(*KEEPERS, within=committee.lineage)
        query = store.qualified(committee, moment.today)
    else:
        query = store.kept(actor, series, state)
    found, cursor = await page(tx, query, Expert.id, first, after)
    return Page(items=[told(each, actor) for each in found], next_cursor=cursor)


async def require_fit(act: Act, series: str, told: Qualification, *, known: Iterable[UUID] = ()) -> None:
    """Refuse a qualification that the series does not know, or a term that is over or too long.

    Specialties that the entry has already stay on it: what is under way in an adjusted one is still to be judged.

    Raises:
        ExpertValidity: the term ends before today, or later than a term may last.
    """
    policy = act.policies.latest
    require_level(policy, series, told.title_level)
    for specialty_id in sorted(told.specialty_ids.difference(known)):
        await require_specialty(act.tx, specialty_id, series, policy)
    today = act.moment.today
    latest = years_later(today, policy.committee.expert_term_years)
    if not today <= told.valid_until <= latest:
        raise ExpertValidity(
            earliest=today, latest=latest, field="valid_until", basis=[policy.articles["expert_pool"]]
        )


def years_later(day: date, years: int) -> date:
    """The same day some years later; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def facts_of(expert: Expert) -> ExpertFacts:
    """An entry as its steps see it."""
    return ExpertFacts(expert.id, ExpertState(expert.state), expert.version, tuple(expert.lineage))


def judged(
    act: Act, expert: Expert, action: ExpertAction, asked: PoolStepIn | None = None, *, version: int | None
) -> Move:
    """What a step would do to an entry that is held."""
    facts = facts_of(expert)
    if asked is not None:
        facts = replace(facts, ground=asked.ground, reason=asked.note)
    articles = act.policies.latest.articles
    return decide(EXPERT_STEPS, facts, action, act.actor, articles, version=version)


async def take(act: Act, expert: Expert, step: Move, *, note: str | None = None, **changes: Any) -> None:
    """Take a step on an entry, and tell of it."""
    event = ExpertMoved(
        expert_id=expert.id,
        account_id=expert.account_id,
        series=expert.series,
        action=step.action,
        after=step.after,
        valid_until=changes.get("valid_until", expert.valid_until),
        office_ids=await meetings.offices_waiting(act.tx, expert.account_id),
    )
    await rows.take(act, expert, step, event=event, note=note, **changes)
    if step.after != ExpertState.IN_POOL:
        await recusal.keep_out(act, Member.expert_id == expert.id, Ground.OUT_OF_POOL)


def told(expert: Expert, actor: Actor) -> ExpertOut:
    """The entry with what its reader may do."""
    return ExpertOut.of(expert, available_actions(EXPERT_STEPS, facts_of(expert), actor))
