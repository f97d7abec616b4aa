"""Hearings (面试答辩、实践操作): when and where an applicant is heard, what came of it, or on what ground it is waived."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.accounts.contract import Role
from services.kit import audit, outbox
from services.kit.auth import Seat
from services.kit.clock import SHANGHAI, Moment
from services.kit.errors import Basis
from services.workflow.call import Call
from services.workflow.contract import HearingArranged
from services.workflow.declaration import store as declarations
from services.workflow.declaration.errors import DeclarationNotFound
from services.workflow.declaration.model import Declaration
from services.workflow.meeting import access, store
from services.workflow.meeting.deliberation_errors import (
    HearingNotAsked,
    HearingNotYet,
    HearingOver,
    HearingOverlaps,
    HearingSlotWrong,
    HearingUnknown,
    OutcomeAfterBallot,
    TooLateToArrange,
    WaiverUnfounded,
)
from services.workflow.meeting.deliberation_model import Hearing
from services.workflow.meeting.deliberation_schemas import HearingIn
from services.workflow.meeting.errors import NotOnAgenda
from services.workflow.meeting.model import AgendaItem, Meeting
from services.workflow.meeting.states import HearingKind, Outcome, State
from services.workflow.policy import NoticePolicy
from services.workflow.route.states import Waiver


async def arrange(
    call: Call, meeting: Meeting, declaration_id: UUID, asked: HearingIn
) -> tuple[Hearing, tuple[Basis, ...]]:
    """Say when and where, or that nothing is asked; `meeting` is locked. Said again it is another time, until it has an outcome.

    Once the meeting is open, a hearing that is awaited may still be waived, so that it does not keep the vote open.

    Raises:
        RoleMissing: the caller is not of the committee's office.
        TooLateToArrange: the experts are not drawn yet, or the meeting has opened.
        NotOnAgenda: the declaration does not stand on the agenda.
        HearingNotAsked, WaiverUnfounded: the route waives it, or nothing does.
        HearingSlotWrong, HearingOverlaps, HearingOver: the time does not do, or what came of it is recorded.
    """
    seat = call.actor.require(Role.COMMITTEE_OFFICE, within=(meeting.office_id,))
    policy = await call.policy(meeting.cycle_id)
    if meeting.state != State.DRAWN and not await _may_still_waive(call, meeting, declaration_id, asked):
        raise TooLateToArrange(basis=[policy.articles["hearing"]])
    if await call.tx.get(AgendaItem, (meeting.id, declaration_id)) is None:
        raise NotOnAgenda(field="declaration_id")
    heard = await declarations.lock_any(call.tx, declaration_id)
    values, basis = _settled(call, policy, heard, asked, meeting.held_on)
    written = await _write(call, meeting, declaration_id, asked.kind, values)
    await refuse_overlaps(call, meeting, basis)
    await _note(call, meeting, written, seat, basis)
    event = HearingArranged(
        declaration_id=heard.id,
        number=heard.number,
        person_id=heard.person_id,
        kind=asked.kind,
        outcome=written.outcome,
        day=Moment(written.starts_at).today if written.starts_at else None,
        place=written.place,
    )
    await outbox.publish(call.tx, event, call.moment)
    return written, basis


async def _may_still_waive(call: Call, meeting: Meeting, declaration_id: UUID, asked: HearingIn) -> bool:
    found = await call.tx.get(Hearing, (meeting.id, declaration_id, asked.kind))
    awaited = found is not None and found.outcome == Outcome.AWAITED
    return meeting.state == State.OPEN and asked.waived and awaited


def _settled(
    call: Call, policy: NoticePolicy, heard: Declaration, asked: HearingIn, held_on: date
) -> tuple[dict[str, object], tuple[Basis, ...]]:
    """What is to be written of a hearing, and on which articles it rests."""
    by_route = policy.routes.waived(heard.route, Waiver(asked.kind))
    waiver, own = policy.articles["hearing_waived"], policy.articles["hearing"]
    nothing: dict[str, object] = {
        "starts_at": None,
        "ends_at": None,
        "place": None,
        "document_number": None,
        "note": None,
    }
    if asked.waived and by_route:
        return nothing | {"outcome": Outcome.WAIVED_BY_ROUTE}, (waiver,)
    if asked.waived:
        if asked.document_number is None or asked.note is None:
            raise WaiverUnfounded(field="document_number", basis=[waiver])
        told = {"document_number": asked.document_number, "note": asked.note}
        return nothing | told | {"outcome": Outcome.WAIVED}, (own,)
    if by_route:
        raise HearingNotAsked(field="waived", basis=[waiver])
    if asked.starts_at is None or asked.ends_at is None or asked.place is None:
        raise HearingSlotWrong(field="starts_at", basis=[own])
    if not _fits(asked.starts_at, asked.ends_at, call.moment, held_on):
        raise HearingSlotWrong(field="ends_at", basis=[own])
    slot = {"starts_at": asked.starts_at, "ends_at": asked.ends_at, "place": asked.place}
    return nothing | slot | {"outcome": Outcome.AWAITED}, (own,)


def _fits(starts_at: datetime, ends_at: datetime, now: Moment, held_on: date) -> bool:
    """Whether a slot is still to come, in one day, and no later than the meeting's day: a later one would keep its vote open."""
    last = datetime.combine(held_on, time.max, SHANGHAI)
    ordered = now.instant <= starts_at < ends_at <= last
    return ordered and Moment(starts_at).today == Moment(ends_at).today


async def _write(
    call: Call, meeting: Meeting, declaration_id: UUID, kind: HearingKind, values: dict[str, object]
) -> Hearing:
    key = {"meeting_id": meeting.id, "declaration_id": declaration_id, "kind": kind}
    before = await call.tx.get(Hearing, tuple(key.values()))
    if before is not None and before.outcome in {Outcome.HELD, Outcome.ABSENT}:
        raise HearingOver(field="kind")
    row = insert(Hearing).values(**key, **values)
    row = row.on_conflict_do_update(index_elements=list(key), set_=values)
    await call.tx.execute(row)
    return await call.tx.get_one(Hearing, tuple(key.values()), populate_existing=True)


async def conclude(
    call: Call, meeting: Meeting, declaration_id: UUID, kind: HearingKind, *, came: bool, note: str | None
) -> tuple[Hearing, Basis]:
    """Record whether the applicant came; `meeting` is locked. A mistaken record is corrected until somebody votes on it.

    Raises:
        RoleMissing: the caller is not of the committee's office.
        HearingUnknown: no such hearing is arranged.
        HearingNotYet: it has not begun, is waived, or the vote is closed.
        OutcomeAfterBallot: a ballot is in, which an absence would void.
    """
    seat = call.actor.require(Role.COMMITTEE_OFFICE, within=(meeting.office_id,))
    basis = (await call.policy(meeting.cycle_id)).articles["hearing"]
    found = await call.tx.get(Hearing, (meeting.id, declaration_id, kind))
    if found is None:
        raise HearingUnknown(field="kind", basis=[basis])
    begun = found.starts_at is not None and found.starts_at <= call.moment.instant
    if not begun or meeting.state not in access.DELIBERATING:
        raise HearingNotYet(field="kind", basis=[basis])
    if await store.has_ballots(call.tx, meeting.id, declaration_id):
        raise OutcomeAfterBallot(field="kind", basis=[basis])
    found.outcome, found.note = (Outcome.HELD if came else Outcome.ABSENT), note
    await call.tx.flush()
    await _note(call, meeting, found, seat, (basis,))
    return found, basis


async def of(call: Call, meeting: Meeting, declaration_ids: Collection[UUID] | None = None) -> list[Hearing]:
    """The hearings of a meeting, or of some declarations in it, by their time."""
    wanted = select(Hearing).where(Hearing.meeting_id == meeting.id)
    if declaration_ids is not None:
        wanted = wanted.where(Hearing.declaration_id.in_(declaration_ids))
    return list(await call.tx.scalars(wanted.order_by(Hearing.starts_at, Hearing.declaration_id)))


async def own(call: Call, declaration_id: UUID) -> Sequence[Hearing]:
    """The applicant's own hearings, of the meeting that the declaration came before last.

    Raises:
        DeclarationNotFound: the declaration is not the caller's own.
    """
    declaration = await declarations.get(call.tx, declaration_id, call.actor)
    if declaration.person_id != call.actor.person_id:
        raise DeclarationNotFound(field="declaration_id")
    last = (
        select(Meeting.id)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(AgendaItem.declaration_id == declaration_id, Meeting.state != State.CANCELLED)
        .order_by(Meeting.held_on.desc(), Meeting.id.desc())
        .limit(1)
    )
    found = select(Hearing).where(
        Hearing.declaration_id == declaration_id, Hearing.meeting_id == last.scalar_subquery()
    )
    return list(await call.tx.scalars(found.order_by(Hearing.starts_at, Hearing.kind)))


async def refuse_overlaps(call: Call, meeting: Meeting, basis: Sequence[Basis] = ()) -> None:
    """Refuse what lets a group hear two at a time; `meeting` is locked.

    Raises:
        HearingOverlaps: so it is.
    """
    slots = (
        select(AgendaItem.group_number, Hearing.starts_at, Hearing.ends_at)
        .join_from(
            Hearing,
            AgendaItem,
            (AgendaItem.meeting_id == Hearing.meeting_id)
            & (AgendaItem.declaration_id == Hearing.declaration_id),
        )
        .where(Hearing.meeting_id == meeting.id, Hearing.starts_at.is_not(None))
        .order_by(AgendaItem.group_number, Hearing.starts_at)
    )
    for one, next_ in pairwise((await call.tx.execute(slots)).all()):
        if one.group_number == next_.group_number and next_.starts_at < one.ends_at:
            raise HearingOverlaps(field="starts_at", basis=list(basis))


async def _note(call: Call, meeting: Meeting, written: Hearing, seat: Seat, basis: tuple[Basis, ...]) -> None:
    await audit.record(
        call.tx,
        actor=call.actor,
        action=f"hearing.{written.outcome}",
        subject=f"meeting/{meeting.id}",
        moment=call.moment,
        organisation_id=seat.organisation_id,
        basis=basis,
        detail={"declaration_id": written.declaration_id, "kind": written.kind},
    )
