"""A meeting as its reader may see it."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from services.kit.steps import available_actions
from services.workflow.call import Call
from services.workflow.meeting import access, readiness, store
from services.workflow.meeting.asking import Asked
from services.workflow.meeting.conflicts import Conflict, counted
from services.workflow.meeting.model import DrawRecord, Meeting, Member, Replacement
from services.workflow.meeting.pseudonym import Roster
from services.workflow.meeting.replacing import departure_of, drawn_by
from services.workflow.meeting.schemas import (
    CandidateOut,
    DeferredOut,
    DepartureOut,
    DrawOut,
    ExpertOut,
    MeetingOut,
    PooledOut,
    ReplacedOnWordOut,
    ReplacementOut,
    ResultOut,
)
from services.workflow.meeting.service import facts
from services.workflow.meeting.states import Deferral, Ground, Kind, State
from services.workflow.meeting.steps import STEPS
from services.workflow.meeting.store import View
from services.workflow.meeting.succession import seated

COUNTED: Collection[State] = (State.VOTED, State.RESULTS_PUBLIC)


async def told(call: Call, meeting: Meeting, view: View) -> MeetingOut:
    """The meeting for one reader. While it votes nobody learns a score; an expert learns of no other expert."""
    case = await facts(call, meeting, Asked())
    everything = view is not View.MEMBER
    record = await call.tx.get(DrawRecord, meeting.id)
    replaced = await store.replacements(call.tx, meeting.id) if everything else []
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
        experts=await _experts(call, meeting, view, case.impeded, Roster.of(record).names if record else {}),
        replacements=[ReplacementOut.model_validate(each) for each in replaced],
        replaced_on_word=await _on_word(call, meeting, replaced) if everything else None,
        excluded=counted(each["reason"] for each in record.excluded) if record and everything else {},
        agenda=await _agenda(call, meeting, everything=everything),
        ballots_missing=case.ballots_missing
        if meeting.state == State.OPEN and (everything or presides)
        else None,
        results=[ResultOut.model_validate(tally) for tally in tallies],
        deferred=await _deferred(call, meeting) if everything else [],
        voted_on=meeting.voted_on,
        version=meeting.version,
        available_actions=available_actions(STEPS, case, call.actor),
    )


async def _agenda(call: Call, meeting: Meeting, *, everything: bool) -> list[UUID]:
    """The declarations on the agenda; an expert's own are those he or she may look at now."""
    found = await store.agenda(call.tx, meeting.id)
    if everything:
        return found
    if meeting.state not in access.DELIBERATING or not await readiness.is_ready(call, meeting):
        return []
    me = await store.myself(call.tx, meeting.id, call.actor)
    closed = await access.recused(call.tx, meeting.id, me.expert_id)
    return [each for each in found if each not in closed]


async def _experts(
    call: Call, meeting: Meeting, view: View, impeded: Mapping[UUID, Conflict], names: Mapping[UUID, UUID]
) -> list[ExpertOut]:
    members = await store.members(call.tx, meeting.id)
    shown = [each for each in members if view is not View.MEMBER or each.account_id == call.actor.id]
    missing = await store.missing(call.tx, meeting.cycle_id, [each.expert_id for each in shown])
    told = impeded if view is View.OFFICE else {}
    return [
        _expert(each, missing[each.expert_id], told.get(each.expert_id), names.get(each.expert_id))
        for each in shown
    ]


async def _deferred(call: Call, meeting: Meeting) -> list[DeferredOut]:
    found = await store.deferred(call.tx, meeting.id)
    return [DeferredOut(declaration_id=each, reason=Deferral(why)) for each, why in found.items()]


def _expert(
    member: Member, missing: Collection[str], impediment: Conflict | None, pseudonym: UUID | None
) -> ExpertOut:
    return ExpertOut(
        expert_id=member.expert_id,
        name=member.name,
        stratum=member.stratum,
        trained="TRAINING" not in missing,
        pledged="PLEDGE" not in missing,
        present=member.present,
        replaces=member.replaces,
        impediment=impediment,
        pseudonym=pseudonym,
    )


async def _on_word(call: Call, meeting: Meeting, replaced: Sequence[Replacement]) -> ReplacedOnWordOut:
    """Of who cannot come nobody knows but the office; what is known of the others is on record."""
    usual = (await call.policy(meeting.cycle_id)).meeting.replacement.on_word
    count = sum(each.ground == Ground.UNAVAILABLE for each in replaced)
    return ReplacedOnWordOut(count=count, usual=usual, sign=count > usual)


def drawn(meeting: Meeting, record: DrawRecord, replaced: Sequence[Replacement]) -> DrawOut:
    """The public record of a draw and its replacements, repeated from the seed; by pseudonyms alone."""
    roster, again = Roster.of(record), drawn_by(record)
    departures = [departure_of(each, roster) for each in replaced]
    return DrawOut(
        algorithm=record.algorithm,
        seed_commitment=meeting.seed_commitment,
        seed=record.seed.hex(),
        size=record.size,
        pool=[CandidateOut.model_validate(each) for each in roster.pool],
        excluded=len(record.excluded),
        drawn=[each.pseudonym for each in again.drawn],
        drawn_at=record.drawn_at,
        replacements=[
            DepartureOut(
                left=departure.left,
                passed_over=[roster.names[UUID(over["expert_id"])] for over in row.passed_over],
                entered=departure.entered,
                replaced_at=row.replaced_at,
            )
            for departure, row in zip(departures, replaced, strict=True)
        ],
        seated=[each.pseudonym for each in seated(record.seed, again, departures)],
    )


def unmasked(record: DrawRecord) -> list[PooledOut]:
    """Who is who in the pool of a draw, for the office and those who oversee it."""
    roster = Roster.of(record)
    return [
        PooledOut(pseudonym=each.pseudonym, stratum=each.stratum, expert_id=roster.experts[each.pseudonym])
        for each in roster.pool
    ]
