"""Who of some experts may judge a meeting's agenda: by where they work now, what is on record, and what is asked for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import OrganisationKind, OrganisationRef
from services.kit.client import Neighbour
from services.kit.errors import Unavailable
from services.workflow.avoidance import store as avoidance
from services.workflow.avoidance.model import AvoidanceRequest
from services.workflow.call import Call
from services.workflow.committee.model import Committee, Expert
from services.workflow.committee.organisations import Organisations
from services.workflow.committee.states import ExpertState
from services.workflow.declaration.model import Declaration
from services.workflow.meeting.conflicts import (
    Agenda,
    Applicant,
    Asked,
    Conflict,
    Pooled,
    conflict,
    parted,
)
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.ties import ties

AT_ONCE = 200
"""What accounts is asked for in one call."""
GENERAL = "GENERAL"
"""The stratum of experts who are named for no specialty."""


class Place(BaseModel):
    """The part of an account's place that matters here."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    in_use: bool
    employer: list[OrganisationRef]


@dataclass(frozen=True, slots=True)
class Judged:
    """The experts who may be drawn, and those who may not with the reason."""

    free: list[Pooled]
    excluded: dict[UUID, Conflict]


async def judge(call: Call, meeting: Meeting, committee: Committee, experts: Sequence[Expert]) -> Judged:
    """Judge experts by the agenda as it stands; requests for avoidance wait meanwhile.

    Raises:
        OrganisationUnknown: accounts knows a unit not.
        Unavailable: accounts does not answer; a draw without knowing the conflicts is none.
    """
    places = await places_of(call.accounts, [each.account_id for each in experts])
    resting = [each for each in experts if not (place := places.get(each.account_id)) or not place.employer]
    units = await units_of(call.accounts, {each.organisation_id for each in resting})
    pool = [_pooled(each, meeting, committee, places.get(each.account_id), units) for each in experts]
    agenda = await _agenda(call, meeting, experts)
    free, excluded = parted(pool, agenda)
    return Judged(free, excluded)


async def impediments(tx: AsyncSession, meeting: Meeting) -> dict[UUID, Conflict]:
    """What has come up against experts drawn already, as far as this service knows it by itself."""
    sitting = (
        select(Expert).join(Member, Member.expert_id == Expert.id).where(Member.meeting_id == meeting.id)
    )
    experts = list(await tx.scalars(sitting))
    known = await ties(tx, meeting.id, _accounts(experts))
    agenda = Agenda(await _applicants(tx, meeting) if known else [], known)
    pool = [Pooled(each.id, each.account_id, None, "", out=_out(each, meeting)) for each in experts]
    found = {each.expert_id: conflict(each, agenda) for each in pool}
    return {expert_id: reason for expert_id, reason in found.items() if reason is not None}


async def places_of(accounts: Neighbour, account_ids: Collection[UUID]) -> dict[UUID, Place]:
    """Where the owners of accounts work now; an account that accounts knows no more has no place.

    Raises:
        Unavailable: accounts does not answer, or not in the words of its contract.
    """
    found: dict[UUID, Place] = {}
    for some in _by_hundreds(account_ids):
        asked = {"ids": [str(each) for each in some]}
        answer = await accounts.post("/v1/accounts/places", asked, as_service=True)
        try:
            told = [Place.model_validate(each) for each in answer["items"]]
        except (KeyError, TypeError, ValidationError) as error:
            raise Unavailable(part="accounts") from error
        found |= {each.id: each for each in told}
    return found


async def units_of(accounts: Neighbour, organisation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The unit that each organisation belongs to: itself, or what an internal department is a part of.

    Raises:
        OrganisationUnknown: accounts knows one of them not.
        Unavailable: accounts does not answer.
    """
    found: dict[UUID, UUID] = {}
    for some in _by_hundreds(organisation_ids):
        known = await Organisations(accounts).find(some)
        found |= {each: unit_of(organisation.lineage) for each, organisation in known.items()}
    return found


def _by_hundreds(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    asked = sorted(set(ids))
    return (asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE))


def unit_of(line: Sequence[OrganisationRef]) -> UUID:
    """The legal person at the end of a line, or that its end is a department of (附件3 一)."""
    independent = [each.id for each in line if each.kind != OrganisationKind.INTERNAL_DEPARTMENT]
    return independent[-1] if independent else line[-1].id


def stratum_of(expert: Expert, committee: Committee) -> str:
    """The specialty an expert is drawn for: the first of his or hers that the committee covers."""
    covered = sorted(
        each
        for each in expert.specialty_ids
        if each in committee.specialty_ids or not committee.specialty_ids
    )
    return str(covered[0]) if covered else GENERAL


def _pooled(
    expert: Expert, meeting: Meeting, committee: Committee, place: Place | None, units: dict[UUID, UUID]
) -> Pooled:
    """By the employer that accounts knows now; of who has none there, by the unit of the entry."""
    usable = place is not None and place.in_use
    return Pooled(
        expert.id,
        expert.account_id,
        unit_of(place.employer) if place and place.employer else units[expert.organisation_id],
        stratum_of(expert, committee),
        expert.name,
        out=_out(expert, meeting) if usable else Conflict.NO_ACCOUNT,
    )


def _out(expert: Expert, meeting: Meeting) -> Conflict | None:
    stays = expert.state == ExpertState.IN_POOL and expert.valid_until >= meeting.held_on
    return None if stays else Conflict.OUT_OF_POOL


async def _agenda(call: Call, meeting: Meeting, experts: Sequence[Expert]) -> Agenda:
    """The agenda, held against further requests for avoidance; what was asked before counts."""
    declared = select(AgendaItem.declaration_id).where(AgendaItem.meeting_id == meeting.id)
    held = select(Declaration.id).where(Declaration.id.in_(declared)).order_by(Declaration.id)
    ids = list(await call.tx.scalars(held.with_for_update(read=True)))
    policy = (await call.policy(meeting.cycle_id)).avoidance.requests
    asked = await avoidance.counting(call.tx, ids, undecided=policy.undecided_count)
    units = await units_of(call.accounts, {each.organisation_id for each in asked if each.organisation_id})
    known = await ties(call.tx, meeting.id, _accounts(experts))
    return Agenda(await _applicants(call.tx, meeting), known, [_asked(each, units) for each in asked])


def _accounts(experts: Sequence[Expert]) -> dict[UUID, UUID]:
    return {each.id: each.account_id for each in experts}


async def _applicants(tx: AsyncSession, meeting: Meeting) -> list[Applicant]:
    """Everybody on the agenda, without what they have declared."""
    columns = (Declaration.id, Declaration.account_id, Declaration.person_id, Declaration.unit_id)
    tabled = select(*columns).join(AgendaItem, AgendaItem.declaration_id == Declaration.id)
    rows: Iterable[Any] = await tx.execute(tabled.where(AgendaItem.meeting_id == meeting.id))
    return [
        Applicant(each.account_id, each.unit_id, frozenset((each.id, each.account_id, each.person_id)))
        for each in rows
    ]


def _asked(request: AvoidanceRequest, units: dict[UUID, UUID]) -> Asked:
    unit = units[request.organisation_id] if request.organisation_id else None
    return Asked(request.expert_id, request.expert_name, unit)
