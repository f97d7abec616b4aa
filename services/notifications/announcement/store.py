"""Announcements that the caller may see, and how far each has come."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.notifications.announcement.errors import AnnouncementNotFound
from services.notifications.announcement.model import Announcement
from services.notifications.announcement.states import AnnouncementState
from services.notifications.announcement.steps import ANNOUNCERS
from services.notifications.delivery.model import Dispatch, Tally

GOES_OUT = Dispatch.event_id == Announcement.id


def visible(actor: Actor) -> Select[Announcement]:
    """Announcements of the caller's organisations and of those below."""
    return select(Announcement).where(Announcement.lineage.overlap(actor.organisation_ids(*ANNOUNCERS)))


async def one(tx: AsyncSession, announcement_id: UUID, actor: Actor, *, lock: bool = False) -> Announcement:
    """An announcement, held until the transaction ends where it is to change.

    Raises:
        AnnouncementNotFound: there is none by that id in the caller's subtree.
    """
    wanted = visible(actor).where(Announcement.id == announcement_id)
    found: Announcement | None = await tx.scalar(wanted.with_for_update() if lock else wanted)
    if found is None:
        raise AnnouncementNotFound(field="announcement_id")
    return found


async def number_on(tx: AsyncSession, organisation_id: UUID, day: date) -> int:
    """How many an organisation made on a day; it makes no other until the transaction ends."""
    await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"announcement/{organisation_id}"))))
    these = (Announcement.organisation_id == organisation_id, Announcement.announced_on == day)
    return int(await tx.scalar(select(func.count()).where(*these)) or 0)


class Progress(NamedTuple):
    """How many readers an announcement was copied for, and how many of its copies stand where."""

    readers: int
    waiting: int
    sent: int
    dead: int
    withdrawn: int


NOBODY = Progress(0, 0, 0, 0, 0)


async def progress(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, Progress]:
    """How far each has come, all of it at one moment and off a few rows; none of those that only the inbox tells."""
    counted = (Tally.waiting, Tally.sent, Tally.dead, Tally.withdrawn)
    sums = [func.coalesce(func.sum(each), 0) for each in counted]
    query = (
        select(Dispatch.event_id, Dispatch.readers, *sums)
        .join(Tally, Tally.dispatch_id == Dispatch.id, isouter=True)
        .where(Dispatch.event_id.in_(ids))
        .group_by(Dispatch.id)
    )
    return {event_id: Progress(*told) for event_id, *told in await tx.execute(query)}


def at_an_end() -> Select[Announcement]:
    """One that is announced and has nothing left to be copied or sent, held for whoever asks."""
    return (
        select(Announcement)
        .where(Announcement.state == AnnouncementState.ANNOUNCED, ~_under_way())
        .order_by(Announcement.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Announcement)
    )


def _under_way() -> ColumnElement[bool]:
    waiting = select(func.sum(Tally.waiting)).where(Tally.dispatch_id == Dispatch.id).scalar_subquery()
    return select(Dispatch.id).where(GOES_OUT, Dispatch.done_at.is_(None) | (waiting > 0)).exists()
