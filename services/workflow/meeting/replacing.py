"""An expert leaves before the meeting opens, and the next in line comes in: who, why and for whom stay on record."""

from collections.abc import Collection, Mapping, Sequence
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
from services.workflow.meeting.places import Known
from services.workflow.meeting.pseudonym import Roster
from services.workflow.meeting.states import Ground
from services.workflow.meeting.succession import Departure, in_line, next_of, waiting


@dataclass(frozen=True, slots=True)
class Change:
    """Whose accounts leave and enter; the other is None for a vacant seat."""

    left: UUID
    entered: UUID | None


async def replace(call: Call, meeting: Meeting, expert_id: UUID, note: str, known: Known | None) -> Change:
    """Let the next in line come in for an expert of a meeting that is locked and not open yet.

    All of them are judged anew: what has come up against the one who leaves is the ground, else that he or she cannot come.

    Raises:
        ExpertNotDrawn: the expert does not sit on the meeting, or does so no more.
        ChangedMeanwhile: somebody in line, or what applicants ask for, is not what accounts was asked about.
    """
    leaving = await store.member(call.tx, meeting.id, expert_id)
    line = await in_turn(call, meeting, leaving)
    found = await _next(call, meeting, leaving, line, known)
    entered = found.entered
    stepped_back = await recused(call.tx, meeting.id, expert_id)
    call.tx.add(
        Replacement(
            meeting_id=meeting.id,
            number=line.before + 1,
            left_id=expert_id,
            left_name=leaving.name,
            entered_id=entered.id if entered is not None else None,
            entered_name=entered.name if entered is not None else None,
            passed_over=[{"expert_id": str(each), "reason": found.unfit[each]} for each in found.passed_over],
            ground=ground_of(found.unfit.get(expert_id), recused=stepped_back),
            note=note,
            replaced_by=call.actor.id,
            replaced_at=call.moment.instant,
        )
    )
    await _seat(call, meeting, leaving, found)
    return Change(leaving.account_id, entered.account_id if entered is not None else None)


@dataclass(frozen=True, slots=True)
class Next:
    """Who comes in, None for nobody, and drawn for which stratum; who was passed over; who may not judge, with the reason."""

    entered: Expert | None
    stratum: str
    passed_over: Sequence[UUID]
    unfit: Mapping[UUID, Conflict]


@dataclass(frozen=True, slots=True)
class Line:
    """The reserves in the order in which they come in for somebody, who each is, and how many replacements there were."""

    reserves: Sequence[Candidate]
    roster: Roster
    experts: Mapping[UUID, Expert]
    """Those of the line, and who leaves, by id."""
    before: int


async def in_turn(call: Call, meeting: Meeting, leaving: Member) -> Line:
    """Who would come in for a member, and after whom."""
    record = await call.tx.get_one(DrawRecord, meeting.id)
    roster, before = Roster.of(record), await store.replacements(call.tx, meeting.id)
    reserves = waiting(drawn_by(record), [departure_of(each, roster) for each in before])
    line = in_line(record.seed, reserves, leaving.stratum)
    ids = [leaving.expert_id, *(roster.experts[each.pseudonym] for each in line)]
    return Line(line, roster, await _experts(call, ids), len(before))


async def _next(call: Call, meeting: Meeting, leaving: Member, line: Line, known: Known | None) -> Next:
    """The next in line, all of it judged anew together with who leaves."""
    roster, committee = line.roster, await committees.get(call.tx, meeting.committee_id)
    unfit = (await judge(call, meeting, committee, list(line.experts.values()), known)).excluded
    out = {name for each, name in roster.names.items() if each in unfit}
    entering, over = next_of(line.reserves, out)
    passed_over = [roster.experts[each] for each in over]
    if entering is None:
        return Next(None, leaving.stratum, passed_over, unfit)
    return Next(line.experts[roster.experts[entering.pseudonym]], entering.stratum, passed_over, unfit)


async def _seat(call: Call, meeting: Meeting, leaving: Member, found: Next) -> None:
    gone = delete(Member).where(Member.meeting_id == meeting.id, Member.expert_id == leaving.expert_id)
    await call.tx.execute(gone)
    if found.entered is not None:
        row = member_of(meeting, found.entered, found.stratum)
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
    return draw(record.seed, Roster.of(record).pool, record.size)


def departure_of(row: Replacement, roster: Roster) -> Departure:
    """A replacement as it is repeated, by pseudonyms."""
    over = frozenset(roster.names[UUID(each["expert_id"])] for each in row.passed_over)
    return Departure(
        roster.names[row.left_id], over, roster.names[row.entered_id] if row.entered_id else None
    )


async def _experts(call: Call, ids: Sequence[UUID]) -> dict[UUID, Expert]:
    """Experts by id, as they are now."""
    found = await call.tx.scalars(select(Expert).where(Expert.id.in_(ids)).order_by(Expert.id))
    return {each.id: each for each in found}
