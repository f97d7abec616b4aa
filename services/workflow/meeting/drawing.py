"""Taking the draw: the pool of the day, conflicts out, the seed opened, members and the public record written."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import insert

from services.accounts.contract import OrganisationKind
from services.workflow.call import Call
from services.workflow.committee import store as committees
from services.workflow.committee.model import Committee, Expert
from services.workflow.committee.organisations import Organisation, Organisations
from services.workflow.meeting import agenda
from services.workflow.meeting.conflicts import Conflict, Pooled, parted
from services.workflow.meeting.draw import ALGORITHM, Candidate, draw
from services.workflow.meeting.errors import PoolTooSmall
from services.workflow.meeting.model import DrawRecord, Meeting, Member

AT_ONCE = 200
"""Organisations that accounts is asked for in one call."""
GENERAL = "GENERAL"
"""The stratum of experts who are named for no specialty."""


def context_of(meeting_id: UUID) -> str:
    """What a meeting's seed is sealed for."""
    return f"meeting_seed/{meeting_id}"


async def draw_members(call: Call, meeting: Meeting) -> None:
    """Draw the experts of a meeting from those qualified on its day; conflicts are judged by its agenda.

    Raises:
        PoolTooSmall: fewer are left than the committee has seats.
    """
    committee = await committees.get(call.tx, meeting.committee_id)
    experts = await committees.qualified_experts(call.tx, committee, meeting.held_on)
    units = await units_of(call, {each.organisation_id for each in experts})
    pooled = [
        Pooled(each.id, each.account_id, units[each.organisation_id], _stratum(each, committee))
        for each in experts
    ]
    free, excluded = parted(pooled, await agenda.applicants(call, meeting))
    if len(free) < meeting.size:
        raise PoolTooSmall(
            qualified=len(experts),
            excluded=len(excluded),
            left=len(free),
            size=meeting.size,
            basis=[(await call.policy(meeting.cycle_id)).articles["expert_draw"]],
        )
    seed = call.sealer.open(meeting.seed, context=context_of(meeting.id))
    pool = [Candidate(each.expert_id, each.stratum) for each in free]
    drawn = draw(seed, pool, meeting.size).drawn
    call.tx.add(_record(call, meeting, seed, pool, excluded))
    by_id = {each.id: each for each in experts}
    await call.tx.execute(insert(Member), [_member(meeting, by_id[each.expert_id], each) for each in drawn])


def _record(
    call: Call, meeting: Meeting, seed: bytes, pool: list[Candidate], excluded: dict[UUID, Conflict]
) -> DrawRecord:
    return DrawRecord(
        meeting_id=meeting.id,
        algorithm=ALGORITHM,
        seed=seed,
        size=meeting.size,
        pool=[{"expert_id": str(each.expert_id), "stratum": each.stratum} for each in pool],
        excluded=[{"expert_id": str(each), "reason": reason} for each, reason in excluded.items()],
        drawn_at=call.moment.instant,
    )


def _member(meeting: Meeting, expert: Expert, drawn: Candidate) -> dict[str, object]:
    return {
        "meeting_id": meeting.id,
        "expert_id": expert.id,
        "account_id": expert.account_id,
        "name": expert.name,
        "stratum": drawn.stratum,
    }


async def units_of(call: Call, organisation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """The unit that each organisation belongs to: itself, or what an internal department is a part of.

    Raises:
        OrganisationUnknown: accounts knows one of them not.
        Unavailable: accounts does not answer; a draw without knowing the conflicts is none.
    """
    asked = sorted(organisation_ids)
    found: dict[UUID, UUID] = {}
    for start in range(0, len(asked), AT_ONCE):
        known = await Organisations(call.accounts).find(asked[start : start + AT_ONCE])
        found |= {each: unit_of(organisation) for each, organisation in known.items()}
    return found


def unit_of(organisation: Organisation) -> UUID:
    """The legal person an organisation is, or is a department of (附件3 一)."""
    independent = [
        each.id for each in organisation.lineage if each.kind != OrganisationKind.INTERNAL_DEPARTMENT
    ]
    return independent[-1] if independent else organisation.id


def _stratum(expert: Expert, committee: Committee) -> str:
    """The specialty an expert is drawn for: the first of his or hers that the committee covers."""
    covered = sorted(
        each
        for each in expert.specialty_ids
        if each in committee.specialty_ids or not committee.specialty_ids
    )
    return str(covered[0]) if covered else GENERAL
