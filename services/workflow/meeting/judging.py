"""Who of some experts may judge a meeting's agenda: by where they work now, what is on record, and what is asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.avoidance import store as avoidance
from services.workflow.avoidance.model import AvoidanceRequest
from services.workflow.call import Call
from services.workflow.committee.model import Committee, Expert
from services.workflow.committee.states import ExpertState
from services.workflow.declaration.model import Declaration
from services.workflow.meeting import places, store
from services.workflow.meeting.conflicts import (
    Agenda,
    Applicant,
    Asked,
    Conflict,
    Pooled,
    conflict,
    parted,
)
from services.workflow.meeting.errors import ChangedMeanwhile
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.places import Known
from services.workflow.meeting.ties import ties

GENERAL = "GENERAL"
"""The stratum of experts who are named for no specialty."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The experts who may be drawn, and those who may not with the reason."""

    free: list[Pooled]
    excluded: dict[UUID, Conflict]


async def judge(
    call: Call, meeting: Meeting, committee: Committee, experts: Sequence[Expert], known: Known | None
) -> Judged:
    """Judge experts by the agenda as it stands, and by what accounts was asked before; requests for avoidance wait meanwhile.

    Raises:
        ChangedMeanwhile: an expert, or a unit that a request names, was not asked about.
    """
    if known is None:
        raise ChangedMeanwhile
    pool = [_pooled(each, meeting, committee, known) for each in experts]
    free, excluded = parted(pool, await _agenda(call, meeting, experts, known))
    return Judged(free, excluded)


async def ask(call: Call, meeting: Meeting, experts: Sequence[Expert]) -> Known:
    """Ask accounts what experts are going to be judged by; nothing is locked yet.

    Raises:
        OrganisationUnknown: accounts knows a unit not.
        Unavailable: accounts does not answer.
    """
    asked = await _requests(call, meeting, await store.agenda(call.tx, meeting.id))
    return await places.known(
        call.accounts, experts, {each.organisation_id for each in asked if each.organisation_id}
    )


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


def stratum_of(expert: Expert, committee: Committee) -> str:
    """The specialty an expert is drawn for: the first of his or hers that the committee covers."""
    covered = sorted(
        each
        for each in expert.specialty_ids
        if each in committee.specialty_ids or not committee.specialty_ids
    )
    return str(covered[0]) if covered else GENERAL


def _pooled(expert: Expert, meeting: Meeting, committee: Committee, known: Known) -> Pooled:
    """By the employer that accounts knows now; of who has none there, by the unit of the entry."""
    place = known.place(expert)
    employed = place is not None and place.employer
    return Pooled(
        expert.id,
        expert.account_id,
        places.unit_of(place.employer) if place and employed else known.unit(expert.organisation_id),
        stratum_of(expert, committee),
        expert.name,
        out=_out(expert, meeting) if place is not None and place.in_use else Conflict.NO_ACCOUNT,
    )


def _out(expert: Expert, meeting: Meeting) -> Conflict | None:
    stays = expert.state == ExpertState.IN_POOL and expert.valid_until >= meeting.held_on
    return None if stays else Conflict.OUT_OF_POOL


async def _agenda(call: Call, meeting: Meeting, experts: Sequence[Expert], known: Known) -> Agenda:
    """The agenda, held against further requests for avoidance; what was asked before counts."""
    declared = select(AgendaItem.declaration_id).where(AgendaItem.meeting_id == meeting.id)
    held = select(Declaration.id).where(Declaration.id.in_(declared)).order_by(Declaration.id)
    ids = list(await call.tx.scalars(held.with_for_update(read=True)))
    asked = [_asked(each, known) for each in await _requests(call, meeting, ids)]
    tied = await ties(call.tx, meeting.id, _accounts(experts))
    return Agenda(await _applicants(call.tx, meeting), tied, asked)


async def _requests(call: Call, meeting: Meeting, declaration_ids: Sequence[UUID]) -> list[AvoidanceRequest]:
    policy = (await call.policy(meeting.cycle_id)).avoidance.requests
    return await avoidance.counting(call.tx, declaration_ids, undecided=policy.undecided_count)


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


def _asked(request: AvoidanceRequest, known: Known) -> Asked:
    unit = known.unit(request.organisation_id) if request.organisation_id else None
    return Asked(request.expert_id, request.expert_name, unit)
