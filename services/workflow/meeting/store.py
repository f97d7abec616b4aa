"""Queries on meetings, always limited by who looks."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.accounts.contract import Role
from services.kit.auth import Actor
from services.workflow.meeting.deliberation_model import Group, Hearing
from services.workflow.meeting.errors import ExpertNotDrawn, MeetingNotFound, NotAnExpertHere
from services.workflow.meeting.model import (
    AgendaItem,
    BallotRoll,
    DrawRecord,
    Meeting,
    Member,
    Pledge,
    Replacement,
    Tally,
    Training,
)
from services.workflow.meeting.states import Outcome, State

OVERSEERS = (Role.TITLE_OFFICER, Role.SUPERVISOR)


class View(StrEnum):
    """What a caller sees of a meeting."""

    OFFICE = "OFFICE"  # 办事机构：全部会务
    OVERSIGHT = "OVERSIGHT"  # 人社部门、监督人员：全部程序
    MEMBER = "MEMBER"  # 评委本人：与本人有关的内容


async def view(tx: AsyncSession, meeting: Meeting, actor: Actor) -> View | None:
    """How much of the meeting the caller sees; None for nothing. Who sits in it sees no more than an expert does."""
    if await _member_by_account(tx, meeting.id, actor.id):
        return View.MEMBER
    if actor.seat(Role.COMMITTEE_OFFICE, within=(meeting.office_id,)):
        return View.OFFICE
    if actor.seat(*OVERSEERS, within=(*meeting.lineage, meeting.office_id)):
        return View.OVERSIGHT
    return None


async def get(tx: AsyncSession, meeting_id: UUID, actor: Actor) -> tuple[Meeting, View]:
    """The meeting, and how much of it the caller sees.

    Raises:
        MeetingNotFound: there is none, or the caller has nothing to do with it.
    """
    return await _seen(tx, select(Meeting).where(Meeting.id == meeting_id), actor)


async def lock(tx: AsyncSession, meeting_id: UUID, actor: Actor) -> tuple[Meeting, View]:
    """The same, locked until the transaction ends: for a step of the meeting.

    Raises:
        MeetingNotFound: there is none, or the caller has nothing to do with it.
    """
    return await _seen(tx, select(Meeting).where(Meeting.id == meeting_id).with_for_update(), actor)


async def hold(tx: AsyncSession, meeting_id: UUID, actor: Actor) -> tuple[Meeting, View]:
    """The same, held in its state together with others: for a ballot. A step of the meeting waits for all of them.

    Raises:
        MeetingNotFound: there is none, or the caller has nothing to do with it.
    """
    return await _seen(tx, select(Meeting).where(Meeting.id == meeting_id).with_for_update(read=True), actor)


async def voter(tx: AsyncSession, meeting_id: UUID, actor: Actor) -> tuple[Meeting, Member]:
    """The same with the caller as one of its experts, in one statement.

    Raises:
        MeetingNotFound: there is none, or the caller has nothing to do with it.
        NotAnExpertHere: the caller was not drawn.
    """
    both = (
        select(Meeting, Member)
        .join(Member, Member.meeting_id == Meeting.id)
        .where(Meeting.id == meeting_id, Member.account_id == actor.id)
        .with_for_update(read=True, of=Meeting)
        .execution_options(populate_existing=True)
    )
    found = (await tx.execute(both)).one_or_none()
    if found is None:
        await get(tx, meeting_id, actor)
        raise NotAnExpertHere
    meeting, member = found
    return meeting, member


async def published(tx: AsyncSession, meeting_id: UUID) -> tuple[Meeting, DrawRecord]:
    """A meeting and its draw, which anyone may read.

    Raises:
        MeetingNotFound: there is none, or nothing was drawn yet.
    """
    meeting, record = await tx.get(Meeting, meeting_id), await tx.get(DrawRecord, meeting_id)
    if meeting is None or record is None:
        raise MeetingNotFound
    return meeting, record


def seen_by(actor: Actor) -> Select[Meeting]:
    """The meetings that the caller sees."""
    own = select(Member.meeting_id).where(Member.account_id == actor.id)
    overseen = actor.organisation_ids(*OVERSEERS)
    return select(Meeting).where(
        or_(
            Meeting.office_id.in_([*actor.organisation_ids(Role.COMMITTEE_OFFICE), *overseen]),
            Meeting.lineage.overlap(overseen),
            Meeting.id.in_(own),
        )
    )


async def members(tx: AsyncSession, meeting_id: UUID) -> list[Member]:
    """The experts drawn, by stratum and name."""
    found = (
        select(Member)
        .where(Member.meeting_id == meeting_id)
        .order_by(Member.stratum, Member.name, Member.expert_id)
    )
    return list(await tx.scalars(found))


async def offices_waiting(tx: AsyncSession, account_id: UUID) -> list[UUID]:
    """The offices of meetings that an account was drawn for and that are not open yet; none of them opens meanwhile."""
    drawn = (
        select(Meeting.office_id)
        .join(Member, Member.meeting_id == Meeting.id)
        .where(Member.account_id == account_id, Meeting.state == State.DRAWN)
    )
    return sorted(set(await tx.scalars(drawn.with_for_update(read=True, of=Meeting))))


async def member(tx: AsyncSession, meeting_id: UUID, expert_id: UUID) -> Member:
    """One expert drawn.

    Raises:
        ExpertNotDrawn: the expert does not sit on the meeting.
    """
    found = await tx.get(Member, (meeting_id, expert_id))
    if found is None:
        raise ExpertNotDrawn(field="expert_id")
    return found


async def myself(tx: AsyncSession, meeting_id: UUID, actor: Actor) -> Member:
    """The caller as an expert of the meeting.

    Raises:
        NotAnExpertHere: the caller was not drawn.
    """
    found = await _member_by_account(tx, meeting_id, actor.id)
    if found is None:
        raise NotAnExpertHere
    return found


async def missing(
    tx: AsyncSession, cycle_id: UUID, expert_ids: Iterable[UUID]
) -> dict[UUID, tuple[str, ...]]:
    """What each expert still lacks for the cycle: TRAINING, PLEDGE, both or nothing."""
    asked = list(expert_ids)
    trained = await _done(tx, Training, cycle_id, asked)
    pledged = await _done(tx, Pledge, cycle_id, asked)
    lacking = (("TRAINING", trained), ("PLEDGE", pledged))
    return {each: tuple(name for name, done in lacking if each not in done) for each in asked}


async def replacements(tx: AsyncSession, meeting_id: UUID) -> list[Replacement]:
    """Who left a meeting before it opened and who came in, in the order in which it happened."""
    found = select(Replacement).where(Replacement.meeting_id == meeting_id)
    return list(await tx.scalars(found.order_by(Replacement.number)))


async def agenda(tx: AsyncSession, meeting_id: UUID) -> list[UUID]:
    """The declarations on the agenda."""
    found = select(AgendaItem.declaration_id).where(AgendaItem.meeting_id == meeting_id)
    return list(await tx.scalars(found.order_by(AgendaItem.declaration_id)))


async def on_agenda(tx: AsyncSession, meeting_id: UUID) -> int:
    """How many declarations are on the agenda."""
    return await tx.scalar(select(func.count()).where(AgendaItem.meeting_id == meeting_id)) or 0


async def deferred(tx: AsyncSession, meeting_id: UUID) -> dict[UUID, str]:
    """The declarations that were put off, and why."""
    found = select(AgendaItem.declaration_id, AgendaItem.deferred).where(
        AgendaItem.meeting_id == meeting_id, AgendaItem.deferred.is_not(None)
    )
    return {each: str(why) for each, why in await tx.execute(found.order_by(AgendaItem.declaration_id))}


async def ungrouped(tx: AsyncSession, meeting_id: UUID) -> int:
    """How many experts and declarations are in no group, where there are groups."""
    if not await tx.scalar(select(func.count()).where(Group.meeting_id == meeting_id)):
        return 0
    alone = [
        select(func.count()).where(kind.meeting_id == meeting_id, kind.group_number.is_(None))
        for kind in (Member, AgendaItem)
    ]
    return sum([await tx.scalar(each) or 0 for each in alone])


async def hearings_awaited(tx: AsyncSession, meeting_id: UUID) -> int:
    """How many hearings have no outcome."""
    awaited = (Hearing.meeting_id == meeting_id, Hearing.outcome == Outcome.AWAITED)
    return await tx.scalar(select(func.count()).where(*awaited)) or 0


async def voted_on(
    tx: AsyncSession, meeting_id: UUID, expert_id: UUID, declaration_ids: Collection[UUID]
) -> set[UUID]:
    """Those of some declarations that an expert has voted on."""
    mine = select(BallotRoll.declaration_id).where(
        BallotRoll.meeting_id == meeting_id,
        BallotRoll.expert_id == expert_id,
        BallotRoll.declaration_id.in_(declaration_ids),
    )
    return set(await tx.scalars(mine))


async def has_ballots(tx: AsyncSession, meeting_id: UUID, declaration_id: UUID) -> bool:
    """Whether anybody has voted on a declaration."""
    line = exists().where(BallotRoll.meeting_id == meeting_id, BallotRoll.declaration_id == declaration_id)
    return bool(await tx.scalar(select(line)))


async def tallies(tx: AsyncSession, meeting_id: UUID) -> list[Tally]:
    """What was counted, declaration by declaration."""
    return list(
        await tx.scalars(select(Tally).where(Tally.meeting_id == meeting_id).order_by(Tally.declaration_id))
    )


async def _member_by_account(tx: AsyncSession, meeting_id: UUID, account_id: UUID) -> Member | None:
    found: Member | None = await tx.scalar(
        select(Member).where(Member.meeting_id == meeting_id, Member.account_id == account_id)
    )
    return found


async def _done(
    tx: AsyncSession, kind: type[Training] | type[Pledge], cycle_id: UUID, expert_ids: Collection[UUID]
) -> set[UUID]:
    return set(
        await tx.scalars(
            select(kind.expert_id).where(kind.cycle_id == cycle_id, kind.expert_id.in_(expert_ids))
        )
    )


async def _seen(tx: AsyncSession, query: Select[Meeting], actor: Actor) -> tuple[Meeting, View]:
    meeting = await tx.scalar(query.execution_options(populate_existing=True))
    seen = await view(tx, meeting, actor) if meeting is not None else None
    if meeting is None or seen is None:
        raise MeetingNotFound
    return meeting, seen
