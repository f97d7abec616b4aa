"""A meeting as its reader may see it."""

from collections.abc import Collection
from uuid import UUID

from services.kit.steps import available_actions
from services.workflow.call import Call
from services.workflow.meeting import readiness, store
from services.workflow.meeting.draw import Candidate, draw
from services.workflow.meeting.model import DrawRecord, Meeting, Member
from services.workflow.meeting.schemas import CandidateOut, DrawOut, ExpertOut, MeetingOut, ResultOut
from services.workflow.meeting.service import Asked, facts
from services.workflow.meeting.states import Kind, State
from services.workflow.meeting.steps import STEPS
from services.workflow.meeting.store import View

COUNTED: Collection[State] = (State.VOTED, State.RESULTS_PUBLIC)


async def told(call: Call, meeting: Meeting, view: View) -> MeetingOut:
    """The meeting for one reader. While it votes nobody learns a score; an expert learns of no other expert."""
    case = await facts(call, meeting, Asked())
    everything = view is not View.MEMBER
    record = await call.tx.get(DrawRecord, meeting.id)
    may_see_agenda = everything or await readiness.is_ready(call, meeting)
    tallies = await store.tallies(call.tx, meeting.id) if everything and meeting.state in COUNTED else []
    presides = case.chair_account_id == call.actor.id
    return MeetingOut(
        id=meeting.id,
        committee_id=meeting.committee_id,
        cycle_id=meeting.cycle_id,
        office_id=meeting.office_id,
        kind=Kind(meeting.kind),
        held_on=meeting.held_on,
        state=State(meeting.state),
        plan=meeting.plan if everything else {},
        plan_filed_on=meeting.plan_filed_on,
        size=meeting.size,
        quorum=case.quorum,
        seed_commitment=meeting.seed_commitment,
        seed=record.seed.hex() if record else None,
        chair_id=meeting.chair_id if everything or presides else None,
        view=view,
        experts=await _experts(call, meeting, everything=everything),
        agenda=await store.agenda(call.tx, meeting.id) if may_see_agenda else [],
        ballots_missing=case.ballots_missing
        if meeting.state == State.OPEN and (everything or presides)
        else None,
        results=[ResultOut.model_validate(tally) for tally in tallies],
        voted_on=meeting.voted_on,
        version=meeting.version,
        available_actions=available_actions(STEPS, case, call.actor),
    )


async def _experts(call: Call, meeting: Meeting, *, everything: bool) -> list[ExpertOut]:
    members = await store.members(call.tx, meeting.id)
    shown = [each for each in members if everything or each.account_id == call.actor.id]
    missing = await store.missing(call.tx, meeting.cycle_id, [each.expert_id for each in shown])
    return [_expert(each, missing[each.expert_id]) for each in shown]


def _expert(member: Member, missing: Collection[str]) -> ExpertOut:
    return ExpertOut(
        expert_id=member.expert_id,
        name=member.name,
        stratum=member.stratum,
        trained="TRAINING" not in missing,
        pledged="PLEDGE" not in missing,
        present=member.present,
    )


def drawn(meeting: Meeting, record: DrawRecord) -> DrawOut:
    """The public record of a draw, repeated from its seed."""
    pool = [Candidate(UUID(each["expert_id"]), each["stratum"]) for each in record.pool]
    again = draw(record.seed, pool, record.size)
    return DrawOut(
        algorithm=record.algorithm,
        seed_commitment=meeting.seed_commitment,
        seed=record.seed.hex(),
        size=record.size,
        pool=[CandidateOut(expert_id=each.expert_id, stratum=each.stratum) for each in pool],
        excluded=len(record.excluded),
        drawn=[each.expert_id for each in again.drawn],
        drawn_at=record.drawn_at,
    )
