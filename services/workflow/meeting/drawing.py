"""Taking the draw: the pool of the day, conflicts out, the seed opened, members and the public record written."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert

from services.workflow.call import Call
from services.workflow.committee import store as committees
from services.workflow.committee.model import Committee, Expert
from services.workflow.meeting.conflicts import Conflict, Pooled
from services.workflow.meeting.draw import ALGORITHM, Candidate, draw
from services.workflow.meeting.errors import PoolTooSmall
from services.workflow.meeting.judging import judge
from services.workflow.meeting.model import DrawRecord, Meeting, Member
from services.workflow.meeting.places import Known
from services.workflow.meeting.pseudonym import pseudonym

Pool = list[tuple[Candidate, UUID]]
"""Who may be drawn, and which expert each is."""


def context_of(meeting_id: UUID) -> str:
    """What a meeting's seed is sealed for."""
    return f"meeting_seed/{meeting_id}"


def key_of(meeting_id: UUID) -> str:
    """What a meeting's key is sealed for."""
    return f"meeting_key/{meeting_id}"


async def qualified(call: Call, meeting: Meeting) -> tuple[Committee, list[Expert]]:
    """The committee, and who of the pool is qualified for it on the meeting's day."""
    committee = await committees.get(call.tx, meeting.committee_id)
    return committee, await committees.qualified_experts(call.tx, committee, meeting.held_on)


async def draw_members(call: Call, meeting: Meeting, known: Known | None) -> None:
    """Draw the experts of a meeting from those qualified on its day; conflicts are judged by its agenda.

    Raises:
        PoolTooSmall: fewer are left than the committee has seats.
        ChangedMeanwhile: the pool, or what applicants ask for, is not what accounts was asked about.
    """
    committee, experts = await qualified(call, meeting)
    judged = await judge(call, meeting, committee, experts, known)
    if len(judged.free) < meeting.size:
        raise PoolTooSmall(
            qualified=len(experts),
            excluded=len(judged.excluded),
            left=len(judged.free),
            size=meeting.size,
            basis=[(await call.policy(meeting.cycle_id)).articles["expert_draw"]],
        )
    seed = call.sealer.open(meeting.seed, context=context_of(meeting.id))
    pool = _named(call, meeting, judged.free)
    drawn = draw(seed, [candidate for candidate, _ in pool], meeting.size).drawn
    call.tx.add(_record(call, meeting, seed, pool, judged.excluded))
    by_id = {each.id: each for each in experts}
    behind = {candidate.pseudonym: by_id[expert_id] for candidate, expert_id in pool}
    rows = [member_of(meeting, behind[each.pseudonym], each.stratum) for each in drawn]
    await call.tx.execute(insert(Member), rows)


def _named(call: Call, meeting: Meeting, free: Sequence[Pooled]) -> Pool:
    """The pool by its pseudonyms, and in their order: the order of ids would be the same at every meeting."""
    key = call.sealer.open(meeting.key, context=key_of(meeting.id)) if meeting.key else None
    named = [
        (Candidate(pseudonym(key, each.expert_id) if key else each.expert_id, each.stratum), each.expert_id)
        for each in free
    ]
    return sorted(named, key=lambda each: each[0].pseudonym)


def _record(
    call: Call, meeting: Meeting, seed: bytes, pool: Pool, excluded: dict[UUID, Conflict]
) -> DrawRecord:
    return DrawRecord(
        meeting_id=meeting.id,
        algorithm=ALGORITHM,
        seed=seed,
        size=meeting.size,
        pool=[
            {"pseudonym": str(each.pseudonym), "expert_id": str(expert_id), "stratum": each.stratum}
            for each, expert_id in pool
        ],
        excluded=[{"expert_id": str(each), "reason": reason} for each, reason in excluded.items()],
        drawn_at=call.moment.instant,
    )


def member_of(meeting: Meeting, expert: Expert, stratum: str) -> dict[str, object]:
    """The row of an expert who sits in a meeting."""
    return {
        "meeting_id": meeting.id,
        "expert_id": expert.id,
        "account_id": expert.account_id,
        "name": expert.name,
        "stratum": stratum,
    }
