"""Taking the draw: the pool of the day, conflicts out, the seed opened, members and the public record written."""

from uuid import UUID

from sqlalchemy import insert

from services.workflow.call import Call
from services.workflow.committee import store as committees
from services.workflow.committee.model import Expert
from services.workflow.meeting.conflicts import Conflict
from services.workflow.meeting.draw import ALGORITHM, Candidate, draw
from services.workflow.meeting.errors import PoolTooSmall
from services.workflow.meeting.judging import judge
from services.workflow.meeting.model import DrawRecord, Meeting, Member


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
    judged = await judge(call, meeting, committee, experts)
    if len(judged.free) < meeting.size:
        raise PoolTooSmall(
            qualified=len(experts),
            excluded=len(judged.excluded),
            left=len(judged.free),
            size=meeting.size,
            basis=[(await call.policy(meeting.cycle_id)).articles["expert_draw"]],
        )
    seed = call.sealer.open(meeting.seed, context=context_of(meeting.id))
    pool = [Candidate(each.expert_id, each.stratum) for each in judged.free]
    drawn = draw(seed, pool, meeting.size).drawn
    call.tx.add(_record(call, meeting, seed, pool, judged.excluded))
    by_id = {each.id: each for each in experts}
    await call.tx.execute(insert(Member), [member_of(meeting, by_id[each.expert_id], each) for each in drawn])


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


def member_of(meeting: Meeting, expert: Expert, seat: Candidate) -> dict[str, object]:
    """The row of an expert who sits in a meeting."""
    return {
        "meeting_id": meeting.id,
        "expert_id": expert.id,
        "account_id": expert.account_id,
        "name": expert.name,
        "stratum": seat.stratum,
    }
