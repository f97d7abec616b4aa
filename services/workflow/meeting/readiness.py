"""What makes an expert ready: training recorded by the office, the pledge signed in person, presence on the day."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit import audit
from services.kit.errors import Basis
from services.workflow.call import Call
from services.workflow.meeting import store
from services.workflow.meeting.deliberation_errors import Recused
from services.workflow.meeting.deliberation_model import Recusal
from services.workflow.meeting.errors import KeepsOut, NotReady, NotToday, PledgeDiffers
from services.workflow.meeting.judging import impediments
from services.workflow.meeting.model import Meeting, Member, Pledge, Training
from services.workflow.meeting.states import State

READY_BY = {"TRAINING": "expert_training", "PLEDGE": "expert_pledge"}


@dataclass(frozen=True, slots=True)
class PledgeText:
    """The pledge of a cycle, its digest, and when the caller signed it."""

    text: str
    text_sha256: str
    signed_at: datetime | None


async def train(call: Call, meeting: Meeting, expert_id: UUID) -> Basis:
    """Record that an expert of the meeting was trained for the cycle; a second record changes nothing (三（三）)."""
    seat = call.actor.require(Role.COMMITTEE_OFFICE, within=(meeting.office_id,))
    trained = await store.member(call.tx, meeting.id, expert_id)
    basis = (await call.policy(meeting.cycle_id)).articles["expert_training"]
    row = insert(Training).values(
        expert_id=trained.expert_id,
        cycle_id=meeting.cycle_id,
        meeting_id=meeting.id,
        trained_on=call.moment.today,
        recorded_by=call.actor.id,
    )
    if await call.tx.scalar(row.on_conflict_do_nothing().returning(Training.expert_id)) is not None:
        await _told(call, meeting, "expert.TRAINED", expert_id, seat.organisation_id, basis)
    return basis


async def pledge_text(call: Call, meeting: Meeting) -> PledgeText:
    """The pledge that the caller, an expert of the meeting, signs or has signed."""
    me = await store.myself(call.tx, meeting.id, call.actor)
    signed = await call.tx.get(Pledge, (me.expert_id, meeting.cycle_id))
    if signed is not None:
        return PledgeText(signed.text, signed.text_sha256, signed.signed_at)
    text = (await call.policy(meeting.cycle_id)).meeting.pledge.text
    return PledgeText(text, digest(text), None)


async def sign_pledge(call: Call, meeting: Meeting, text_sha256: str) -> Basis:
    """Sign the pledge in person: the caller names the digest of what he or she has read (三（五）).

    Raises:
        NotAnExpertHere: the caller was not drawn.
        PledgeDiffers: another text than the one in force.
    """
    me = await store.myself(call.tx, meeting.id, call.actor)
    in_force = await pledge_text(call, meeting)
    basis = (await call.policy(meeting.cycle_id)).articles["expert_pledge"]
    if text_sha256 != in_force.text_sha256:
        raise PledgeDiffers(field="text_sha256", basis=[basis])
    row = insert(Pledge).values(
        expert_id=me.expert_id,
        cycle_id=meeting.cycle_id,
        account_id=call.actor.id,
        text=in_force.text,
        text_sha256=text_sha256,
        signed_at=call.moment.instant,
    )
    if await call.tx.scalar(row.on_conflict_do_nothing().returning(Pledge.expert_id)) is not None:
        await _told(call, meeting, "expert.PLEDGED", me.expert_id, None, basis)
    return basis


async def attend(call: Call, meeting: Meeting, expert_id: UUID, *, present: bool) -> Basis:
    """Record who came, on the day and before the meeting opens; `meeting` is locked.

    Raises:
        NotToday: another day, or the meeting is open already.
        NotReady: the expert lacks training or pledge.
        Recused: the expert has stepped back from everything on the agenda.
    """
    seat = call.actor.require(Role.COMMITTEE_OFFICE, within=(meeting.office_id,))
    who = await store.member(call.tx, meeting.id, expert_id)
    articles = (await call.policy(meeting.cycle_id)).articles
    if meeting.state != State.DRAWN or call.moment.today != meeting.held_on:
        raise NotToday(held_on=meeting.held_on, basis=[articles["quorum"]])
    if present:
        await require_ready(call, meeting, who)
        await _require_a_case(call, meeting, who, articles["recusal"])
    this = (Member.meeting_id == meeting.id, Member.expert_id == expert_id)
    await call.tx.execute(update(Member).where(*this).values(present=present))
    action = "expert.PRESENT" if present else "expert.ABSENT"
    await _told(call, meeting, action, expert_id, seat.organisation_id, articles["quorum"])
    return articles["quorum"]


async def require_ready(call: Call, meeting: Meeting, who: Member) -> None:
    """Refuse an expert who was not trained for the cycle or has not signed the pledge (三（三）, 三（五）).

    Raises:
        NotReady: the training or the pledge is missing.
        KeepsOut: something has come up since the draw, and the meeting is not open yet.
    """
    if meeting.state == State.DRAWN and who.expert_id in await impediments(call.tx, meeting):
        raise KeepsOut(basis=[(await call.policy(meeting.cycle_id)).articles["expert_draw"]])
    lacking = (await store.missing(call.tx, meeting.cycle_id, [who.expert_id]))[who.expert_id]
    if lacking:
        articles = (await call.policy(meeting.cycle_id)).articles
        raise NotReady(missing="、".join(lacking), basis=[articles[READY_BY[each]] for each in lacking])


async def _require_a_case(call: Call, meeting: Meeting, who: Member, basis: Basis) -> None:
    """Refuse to seat one who has recused him- or herself from everything on the agenda."""
    stepped_back = select(func.count()).where(
        Recusal.meeting_id == meeting.id, Recusal.expert_id == who.expert_id
    )
    agenda = len(await store.agenda(call.tx, meeting.id))
    if agenda and await call.tx.scalar(stepped_back) == agenda:
        raise Recused(field="expert_id", basis=[basis])


async def is_ready(call: Call, meeting: Meeting) -> bool:
    """Whether the caller is an expert of the meeting who may look at its declarations, as far as he or she is concerned."""
    mine = select(Member).where(Member.meeting_id == meeting.id, Member.account_id == call.actor.id)
    me = await call.tx.scalar(mine)
    return me is not None and await may_look(call.tx, meeting, me)


async def may_look(tx: AsyncSession, meeting: Meeting, who: Member) -> bool:
    """Whether an expert is trained and pledged, has nothing against him or her, and came once the meeting is open."""
    if meeting.state == State.DRAWN and who.expert_id in await impediments(tx, meeting):
        return False
    if meeting.state == State.OPEN and not who.present:
        return False
    return not (await store.missing(tx, meeting.cycle_id, [who.expert_id]))[who.expert_id]


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


async def _told(
    call: Call, meeting: Meeting, action: str, expert_id: UUID, organisation_id: UUID | None, basis: Basis
) -> None:
    await audit.record(
        call.tx,
        actor=call.actor,
        action=action,
        subject=f"meeting/{meeting.id}",
        moment=call.moment,
        organisation_id=organisation_id,
        basis=(basis,),
        detail={"expert_id": expert_id},
    )
