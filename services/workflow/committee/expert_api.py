"""The HTTP face of the expert pool; names are never published."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from services.accounts.contract import Role
from services.kit import audit
from services.kit.auth import CurrentActor, Seat
from services.kit.clock import CurrentMoment
from services.kit.db import Tx
from services.kit.http import Decided, Page, decided, refusals, router
from services.kit.paging import After, First, page
from services.kit.steps import StaleVersion
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
from services.workflow.committee.schemas import ExpertIn, ExpertOut, Qualification, Renewal
from services.workflow.cycle.errors import LevelNotInSeries, SeriesUnknown, SpecialtyNotFiled, SpecialtyPast
from services.workflow.cycle.service import require_level, require_specialty

routes = router(tags=["committee"])
KEEPERS = (Role.COMMITTEE_OFFICE, Role.TITLE_OFFICER)

AGAINST = (
    ExpertExists,
    ExpertValidity,
    SeriesUnknown,
    LevelNotInSeries,
    SpecialtyNotFiled,
    SpecialtyPast,
    OrganisationUnknown,
)


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
        lineage=[node.id for node in seat.lineage],
        **body.model_dump(exclude={"specialty_ids"}),
    )
    taken = {"uq_expert_account_id_series": ExpertExists(field="account_id")}
    await rows.add(act.tx, expert, taken)
    return await noted(act, expert, seat, "REGISTER")


@routes.put("/experts/{expert_id}", responses=refusals(ExpertNotFound, StaleVersion, *AGAINST))
async def renew(expert_id: UUID, body: Renewal, act: CurrentAct) -> Decided[ExpertOut]:
    """Renew an expert's entry: what he or she may judge, and until when."""
    expert = await store.kept_expert(act.tx, expert_id, act.actor)
    seat = act.actor.require(*KEEPERS, within=expert.lineage)
    if expert.version != body.version:
        raise StaleVersion(field="version")
    await require_fit(act, expert.series, body, known=expert.specialty_ids)
    expert.specialty_ids = sorted(body.specialty_ids)
    expert.title_level, expert.valid_until = body.title_level, body.valid_until
    expert.version += 1
    await act.tx.flush()
    return await noted(act, expert, seat, "RENEW")


@routes.get("/experts", responses=refusals(CommitteeNotFound))
async def every_expert(
    actor: CurrentActor,
    tx: Tx,
    moment: CurrentMoment,
    series: str | None = None,
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
        query = store.kept(actor, series)
    found, cursor = await page(tx, query, Expert.id, first, after)
    return Page(items=[ExpertOut.of(each) for each in found], next_cursor=cursor)


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


async def noted(act: Act, expert: Expert, seat: Seat, action: str) -> Decided[ExpertOut]:
    """The answer to a change of the pool, which is put on record."""
    basis = [act.policies.latest.articles["expert_pool"]]
    await audit.record(
        act.tx,
        actor=act.actor,
        action=f"expert.{action}",
        subject=f"expert/{expert.id}",
        moment=act.moment,
        organisation_id=seat.organisation_id,
        basis=basis,
        detail={"series": expert.series, "valid_until": expert.valid_until},
    )
    return decided(ExpertOut.of(expert), basis)
