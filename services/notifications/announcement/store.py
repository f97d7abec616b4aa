"""Announcements that the caller may see, and how far each has come."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.notifications.announcement.errors import AnnouncementNotFound
from services.notifications.announcement.model import Announcement
from services.notifications.announcement.states import AnnouncementState
from services.notifications.announcement.steps import ANNOUNCERS
from services.notifications.delivery.claiming import WAITING
from services.notifications.delivery.model import Copy, Dispatch

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


async def readers(tx: AsyncSession, ids: list[UUID]) -> dict[UUID, int]:
    """How many readers each was copied for so far; none of those that only the inbox tells."""
    reached = select(Dispatch.event_id, Dispatch.readers).where(Dispatch.event_id.in_(ids))
    return {row.event_id: row.readers for row in await tx.execute(reached)}


async def copies(tx: AsyncSession, announcement_id: UUID) -> Any:
    """How many of its copies stand where."""
    counted = {
        "waiting": WAITING,
        "sent": (Copy.sent_at.is_not(None),),
        "dead": (Copy.dead_at.is_not(None),),
        "withdrawn": (Copy.withdrawn_at.is_not(None),),
    }
    columns = [func.count().filter(*where).label(name) for name, where in counted.items()]
    of = select(Dispatch.id).where(Dispatch.event_id == announcement_id).scalar_subquery()
    return (await tx.execute(select(*columns).where(Copy.dispatch_id == of))).one()


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
    waits = select(Copy.id).where(Copy.dispatch_id == Dispatch.id, *WAITING).exists()
    return select(Dispatch.id).where(GOES_OUT, Dispatch.done_at.is_(None) | waits).exists()
