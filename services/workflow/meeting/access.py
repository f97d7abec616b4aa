"""Which declarations an expert may see now: of the own agenda, trained and pledged, while it is deliberated, not recused."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, Subquery, exists, func, literal, select
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


@dataclass(frozen=True, slots=True)
class Count:
    """A declaration on the agenda: how many are present for it, how many ballots are in, whether the vote can count."""

    declaration_id: UUID
    present: int
    cast: int
    deferred: Deferral | None = None


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
    fewest = (await call.policy(meeting.cycle_id)).meeting.case_quorum.least(meeting.size)
    found = await call.tx.execute(_counted(meeting, present).order_by(AgendaItem.declaration_id))
    return [
        Count(each, here, cast, _deferral(fewest, here, cast, heard=not absent))
        for each, here, cast, absent in found
    ]


async def missing(call: Call, meeting: Meeting, present: Sequence[Member]) -> int:
    """How many ballots are still to come: none where the vote cannot count, however many come; added up where they are."""
    fewest = (await call.policy(meeting.cycle_id)).meeting.case_quorum.least(meeting.size)
    each = _counted(meeting, present).subquery().c
    summed = select(func.sum(each.here - each.cast)).where(each.here >= fewest, ~each.absent)
    return int(await call.tx.scalar(summed) or 0)


def _counted(meeting: Meeting, present: Sequence[Member]) -> Select[UUID, int, int, bool]:
    """Of each declaration of the agenda: who is here for it, the ballots in, and whether its applicant did not come."""
    ids = [each.expert_id for each in present]
    away, cast = _per_case(Recusal, meeting.id, ids), _per_case(BallotRoll, meeting.id, ids)
    absent = exists().where(
        Hearing.meeting_id == meeting.id,
        Hearing.declaration_id == AgendaItem.declaration_id,
        Hearing.outcome == Outcome.ABSENT,
    )
    return (
        select(
            AgendaItem.declaration_id,
            (len(present) - func.coalesce(away.c.how_many, 0)).label("here"),
            func.coalesce(cast.c.how_many, 0).label("cast"),
            absent.label("absent"),
        )
        .outerjoin(away, away.c.declaration_id == AgendaItem.declaration_id)
        .outerjoin(cast, cast.c.declaration_id == AgendaItem.declaration_id)
        .where(AgendaItem.meeting_id == meeting.id)
    )


def _per_case(
    kind: type[BallotRoll] | type[Recusal], meeting_id: UUID, expert_ids: Sequence[UUID]
) -> Subquery:
    return (
        select(kind.declaration_id, func.count().label("how_many"))
        .where(kind.meeting_id == meeting_id, kind.expert_id.in_(expert_ids))
        .group_by(kind.declaration_id)
        .subquery()
    )


def _deferral(fewest: int, here: int, votes: int, *, heard: bool) -> Deferral | None:
    if here < fewest:
        return Deferral.NO_QUORUM
    if not heard:
        return Deferral.NOT_HEARD
    return None if votes >= fewest else Deferral.NOT_VOTED
