"""Recusal (回避): an expert steps back from a declaration, or from all of a meeting, at any time before the ballot.

The reading of Order 40: who recuses him- or herself is not present for that case. The quorum of the committee has to
be there without him or her, and the pass share is of those who are. The seat stays in the box, whose size tells nothing.

What comes up against an expert once the meeting is open (a relation on record, a suspension) has the same effect at
once, except where the ballot is in. Before the meeting opens such an expert is replaced.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit import audit, outbox
from services.kit.errors import Basis
from services.workflow.act import Act
from services.workflow.avoidance.model import Relation
from services.workflow.call import Call
from services.workflow.contract import ExpertRecused
from services.workflow.cycle import store as cycles
from services.workflow.declaration.model import Declaration
from services.workflow.meeting import access, store
from services.workflow.meeting.deliberation_errors import NotDeliberating, RecusedAfterBallot
from services.workflow.meeting.deliberation_model import Recusal
from services.workflow.meeting.errors import NotOnAgenda
from services.workflow.meeting.model import AgendaItem, Meeting, Member
from services.workflow.meeting.states import Ground, State


async def recuse(call: Call, meeting: Meeting, declaration_id: UUID | None, note: str) -> Basis:
    """Step back, in person, from one declaration or from everything; `meeting` is locked, so that no ballot comes between.

    Everything is what the caller has not voted on. What was stepped back from already stays as it is.

    Raises:
        NotAnExpertHere: the caller was not drawn.
        NotDeliberating: the vote is closed, or the meeting was cancelled.
        NotOnAgenda: the declaration does not stand on the agenda.
        RecusedAfterBallot: the caller's ballot on it is in, or on each of them.
    """
    me = await store.myself(call.tx, meeting.id, call.actor)
    basis = (await call.policy(meeting.cycle_id)).articles["recusal"]
    if meeting.state not in access.DELIBERATING:
        raise NotDeliberating(basis=[basis])
    agenda = await store.agenda(call.tx, meeting.id)
    voted = await store.voted_on(call.tx, meeting.id, me.expert_id, agenda)
    left = [each for each in agenda if each not in voted]
    if declaration_id is not None and declaration_id not in agenda:
        raise NotOnAgenda(field="declaration_id")
    asked = left if declaration_id is None else [each for each in left if each == declaration_id]
    if not asked:
        raise RecusedAfterBallot(field="declaration_id", basis=[basis])
    new = await _write(call, meeting, me, asked, note)
    if declaration_id is None and meeting.state == State.DRAWN:
        gone = (Member.meeting_id == meeting.id, Member.expert_id == me.expert_id)
        await call.tx.execute(update(Member).where(*gone).values(present=False))
    if new:
        await _tell(call, meeting, me, new, basis)
    return basis


async def keep_out(
    act: Act, sitting: ColumnElement[bool], ground: Ground, relation: Relation | None = None
) -> None:
    """Let an expert have nothing more to do with what he or she has not voted on in open meetings.

    `sitting` finds the expert's seats; with a relation only what it is about is concerned. Each meeting is locked, so
    that a ballot comes before or not at all.
    """
    seats = select(Meeting, Member).join(Member, Member.meeting_id == Meeting.id)
    wanted = seats.where(sitting, Meeting.state == State.OPEN).order_by(Meeting.id)
    locked = wanted.with_for_update(of=Meeting).execution_options(populate_existing=True)
    for meeting, who in (await act.tx.execute(locked)).all():
        concerned = await _concerned(act, meeting, relation)
        voted = await store.voted_on(act.tx, meeting.id, who.expert_id, concerned)
        asked = [each for each in concerned if each not in voted]
        if new := await _write(act, meeting, who, asked, ground.zh):
            policy = act.policies[(await cycles.get(act.tx, meeting.cycle_id)).policy]
            await _tell(act, meeting, who, new, policy.articles["recusal"], action="expert.KEPT_OUT")


async def _concerned(act: Act, meeting: Meeting, relation: Relation | None) -> list[UUID]:
    if relation is None:
        return await store.agenda(act.tx, meeting.id)
    tabled = (
        select(Declaration.id)
        .join(AgendaItem, AgendaItem.declaration_id == Declaration.id)
        .where(
            AgendaItem.meeting_id == meeting.id,
            or_(
                Declaration.id == relation.declaration_id,
                Declaration.account_id == relation.account_id,
                Declaration.person_id == relation.person_id,
            ),
        )
    )
    return list(await act.tx.scalars(tabled.order_by(Declaration.id)))


async def of(tx: AsyncSession, meeting_id: UUID) -> Sequence[Recusal]:
    """Who has stepped back from what, for the office and those who oversee the meeting."""
    found = select(Recusal).where(Recusal.meeting_id == meeting_id)
    return list(await tx.scalars(found.order_by(Recusal.recused_at, Recusal.declaration_id)))


async def _write(act: Act, meeting: Meeting, me: Member, asked: Sequence[UUID], note: str) -> list[UUID]:
    rows = [
        {
            "meeting_id": meeting.id,
            "declaration_id": each,
            "expert_id": me.expert_id,
            "note": note,
            "recused_at": act.moment.instant,
        }
        for each in asked
    ]
    if not rows:
        return []
    fresh = insert(Recusal).on_conflict_do_nothing().returning(Recusal.declaration_id)
    return list(await act.tx.scalars(fresh, rows))


async def _tell(
    act: Act, meeting: Meeting, me: Member, new: Sequence[UUID], basis: Basis, action: str = "expert.RECUSED"
) -> None:
    await audit.record(
        act.tx,
        actor=act.actor,
        action=action,
        subject=f"meeting/{meeting.id}",
        moment=act.moment,
        basis=(basis,),
        detail={"expert_id": me.expert_id, "declaration_ids": sorted(new)},
    )
    event = ExpertRecused(meeting_id=meeting.id, office_id=meeting.office_id, held_on=meeting.held_on)
    await outbox.publish(act.tx, event, act.moment)
