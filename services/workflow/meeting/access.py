"""Which declarations an expert may see now: of the own agenda, trained and pledged, while it is deliberated, not recused."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.workflow.call import Call
from services.workflow.meeting import readiness, store
from services.workflow.meeting.deliberation_errors import NotDeliberating, NotHeard, NotSeated, Recused
from services.workflow.meeting.deliberation_model import Hearing, Recusal
from services.workflow.meeting.errors import NotOnAgenda
from services.workflow.meeting.model import AgendaItem, BallotRoll, Meeting, Member
from services.workflow.meeting.states import Deferral, Outcome, State

DELIBERATING = frozenset({State.DRAWN, State.OPEN})
UNHEARD = frozenset({Outcome.AWAITED, Outcome.ABSENT})
"""Nobody votes on an applicant who was to be heard and was not."""
UNVOTABLE = frozenset({Deferral.NO_QUORUM, Deferral.NOT_HEARD})


@dataclass(frozen=True, slots=True)
class Count:
    """A declaration on the agenda: how many are present for it, how many ballots are in, whether the vote can count."""

    declaration_id: UUID
    present: int
    cast: int
    deferred: Deferral | None = None

    @property
    def missing(self) -> int:
        """Ballots still to come: none where the vote cannot count, however many come."""
        return 0 if self.deferred in UNVOTABLE else self.present - self.cast


async def recused(tx: AsyncSession, meeting_id: UUID, expert_id: UUID) -> set[UUID]:
    """The declarations that an expert has recused him- or herself from."""
    own = select(Recusal.declaration_id).where(
        Recusal.meeting_id == meeting_id, Recusal.expert_id == expert_id
    )
    return set(await tx.scalars(own))


async def reader(call: Call, meeting: Meeting) -> Member:
    """The caller as an expert of the meeting who may look at its declarations now.

    Raises:
        NotAnExpertHere, NotReady: not drawn, or without training or pledge.
        NotSeated: the meeting is open, and the caller did not come.
        NotDeliberating: the vote is closed, or the meeting was cancelled: nothing of it is needed any more.
    """
    me = await store.myself(call.tx, meeting.id, call.actor)
    await readiness.require_ready(call, meeting, me)
    if meeting.state not in DELIBERATING:
        raise NotDeliberating
    if meeting.state == State.OPEN and not me.present:
        raise NotSeated(basis=[(await call.policy(meeting.cycle_id)).articles["quorum"]])
    return me


async def require_case(call: Call, meeting: Meeting, me: Member, declaration_id: UUID) -> AgendaItem:
    """The declaration, which the expert may deliberate on.

    Raises:
        NotOnAgenda: it does not stand on the agenda.
        Recused: the expert has nothing to do with it.
    """
    item = await call.tx.get(AgendaItem, (meeting.id, declaration_id))
    if item is None:
        raise NotOnAgenda(field="declaration_id")
    if await call.tx.get(Recusal, (meeting.id, declaration_id, me.expert_id)) is not None:
        articles = (await call.policy(meeting.cycle_id)).articles
        raise Recused(field="declaration_id", basis=[articles["recusal"]])
    return item


async def require_ballot(call: Call, meeting: Meeting, voter: Member, declaration_id: UUID) -> None:
    """Refuse a ballot on what is not the voter's to vote on, in one statement: it is asked before every ballot.

    Raises:
        NotOnAgenda, Recused: as `require_case`.
        NotHeard: the applicant was to be heard and was not.
    """

    def of_case(kind: type[AgendaItem] | type[Recusal] | type[Hearing]) -> Select[int]:
        this = (kind.meeting_id == meeting.id, kind.declaration_id == declaration_id)
        return select(literal(1)).select_from(kind).where(*this)

    stepped_back = of_case(Recusal).where(Recusal.expert_id == voter.expert_id).exists()
    unheard = of_case(Hearing).where(Hearing.outcome.in_(UNHEARD)).exists()
    asked = select(of_case(AgendaItem).exists(), stepped_back, unheard)
    on_agenda, recused_from, not_heard = (await call.tx.execute(asked)).one()
    if not on_agenda:
        raise NotOnAgenda(field="declaration_id")
    articles = (await call.policy(meeting.cycle_id)).articles
    if recused_from:
        raise Recused(field="declaration_id", basis=[articles["recusal"]])
    if not_heard:
        raise NotHeard(field="declaration_id", basis=[articles["hearing"]])


async def counts(call: Call, meeting: Meeting, present: Sequence[Member]) -> list[Count]:
    """Every declaration of the agenda: who is present for it is present and has not recused him- or herself.

    Without the quorum for a case of its own, or the hearing it needs, it is put off. So is what fewer than that quorum
    voted on: a tally of a few ballots would tell how those in the roll voted, and one of none would fail the applicant.
    """
    cast = await _per_case(call.tx, BallotRoll, meeting.id, [each.expert_id for each in present])
    away = await _per_case(call.tx, Recusal, meeting.id, [each.expert_id for each in present])
    absent = select(Hearing.declaration_id).where(
        Hearing.meeting_id == meeting.id, Hearing.outcome == Outcome.ABSENT
    )
    unheard = set(await call.tx.scalars(absent))
    fewest = (await call.policy(meeting.cycle_id)).meeting.case_quorum.least(meeting.size)
    found = []
    for each in await store.agenda(call.tx, meeting.id):
        here = len(present) - away.get(each, 0)
        votes = cast.get(each, 0)
        found.append(Count(each, here, votes, _deferral(fewest, here, votes, heard=each not in unheard)))
    return found


def _deferral(fewest: int, here: int, votes: int, *, heard: bool) -> Deferral | None:
    if here < fewest:
        return Deferral.NO_QUORUM
    if not heard:
        return Deferral.NOT_HEARD
    return None if votes >= fewest else Deferral.NOT_VOTED


async def _per_case(
    tx: AsyncSession, kind: type[BallotRoll] | type[Recusal], meeting_id: UUID, expert_ids: Sequence[UUID]
) -> dict[UUID, int]:
    counted = (
        select(kind.declaration_id, func.count())
        .where(kind.meeting_id == meeting_id, kind.expert_id.in_(expert_ids))
        .group_by(kind.declaration_id)
    )
    return dict((await tx.execute(counted)).all())
