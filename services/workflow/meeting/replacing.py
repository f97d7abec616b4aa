"""An expert leaves before the meeting opens, and the next in line comes in: who, why and for whom stay on record."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, insert, select

from services.workflow.call import Call
from services.workflow.committee import store as committees
from services.workflow.committee.model import Expert
from services.workflow.meeting import store
from services.workflow.meeting.access import recused
from services.workflow.meeting.conflicts import Conflict
from services.workflow.meeting.draw import Candidate, Draw, draw
from services.workflow.meeting.drawing import member_of
from services.workflow.meeting.judging import judge
from services.workflow.meeting.model import DrawRecord, Meeting, Member, Replacement
from services.workflow.meeting.states import Ground
from services.workflow.meeting.succession import Departure, in_line, next_of, waiting


@dataclass(frozen=True, slots=True)
class Change:
    """Whose accounts leave and enter; the other is None for a vacant seat."""

    left: UUID
    entered: UUID | None


async def replace(call: Call, meeting: Meeting, expert_id: UUID, note: str) -> Change:
    """Let the next in line come in for an expert of a meeting that is locked and not open yet.

    All of them are judged anew: what has come up against the one who leaves is the ground, else that he or she cannot come.

    Raises:
        ExpertNotDrawn: the expert does not sit on the meeting, or does so no more.
    """
    leaving = await store.member(call.tx, meeting.id, expert_id)
    record = await call.tx.get_one(DrawRecord, meeting.id)
    found = drawn_by(record)
    before = await store.replacements(call.tx, meeting.id)
    line = in_line(record.seed, waiting(found, [departure_of(each) for each in before]), leaving.stratum)
    experts = await _experts(call, [expert_id, *(each.expert_id for each in line)])
    committee = await committees.get(call.tx, meeting.committee_id)
    unfit = (await judge(call, meeting, committee, list(experts.values()))).excluded
    entering, passed_over = next_of(line, unfit)
    entered = experts[entering.expert_id] if entering is not None else None
    entered_id = entered.id if entered is not None else None
    call.tx.add(
        Replacement(
            meeting_id=meeting.id,
            number=len(before) + 1,
            left_id=expert_id,
            left_name=leaving.name,
            entered_id=entered_id,
            entered_name=entered.name if entered is not None else None,
            passed_over=[{"expert_id": str(each), "reason": unfit[each]} for each in passed_over],
            ground=ground_of(unfit.get(expert_id), recused=await recused(call.tx, meeting.id, expert_id)),
            note=note,
            replaced_by=call.actor.id,
            replaced_at=call.moment.instant,
        )
    )
    await _seat(call, meeting, leaving, entering, entered)
    return Change(leaving.account_id, entered.account_id if entered is not None else None)


async def _seat(
    call: Call, meeting: Meeting, leaving: Member, entering: Candidate | None, entered: Expert | None
) -> None:
    gone = delete(Member).where(Member.meeting_id == meeting.id, Member.expert_id == leaving.expert_id)
    await call.tx.execute(gone)
    if entering is not None and entered is not None:
        row = member_of(meeting, entered, entering)
        row |= {"replaces": leaving.expert_id, "group_number": leaving.group_number}
        await call.tx.execute(insert(Member).values(row))


def ground_of(impediment: Conflict | None, *, recused: Collection[UUID] = ()) -> Ground:
    """Why somebody leaves; who has stepped back from cases of the meeting leaves because of them."""
    if impediment is None:
        return Ground.CONFLICT if recused else Ground.UNAVAILABLE
    out = impediment in {Conflict.OUT_OF_POOL, Conflict.NO_ACCOUNT}
    return Ground.OUT_OF_POOL if out else Ground.CONFLICT


def drawn_by(record: DrawRecord) -> Draw:
    """The draw, repeated from its record."""
    pool = [Candidate(UUID(each["expert_id"]), each["stratum"]) for each in record.pool]
    return draw(record.seed, pool, record.size)


def departure_of(row: Replacement) -> Departure:
    """A replacement as it is repeated."""
    over = frozenset(UUID(each["expert_id"]) for each in row.passed_over)
    return Departure(row.left_id, over, row.entered_id)


async def _experts(call: Call, ids: Sequence[UUID]) -> dict[UUID, Expert]:
    """Experts by id, as they are now."""
    found = await call.tx.scalars(select(Expert).where(Expert.id.in_(ids)).order_by(Expert.id))
    return {each.id: each for each in found}
