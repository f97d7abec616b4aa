"""A notice is withdrawn: nobody is copied any more, and what waits is not sent; what was sent stays sent.

Marked at once, it is worked off page by page with the rest of the fan-out. Until that is done, whoever claims copies
passes over those of a notice that is marked.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.delivery.claiming import WAITING
from services.notifications.delivery.model import OPEN, Copy, Dispatch

COPIES = 5000
"""So many copies a page."""
PAGE = text(f"""
with page as (
    select id from delivery_copy where dispatch_id = :dispatch and {OPEN} limit :copies for update skip locked
), gone as (
    update delivery_copy c set withdrawn_at = :now, version = version + 1 from page where c.id = page.id
    returning c.bundle_id
), parted as (
    update delivery_copy c set bundle_id = null from gone
    where c.bundle_id = gone.bundle_id and c.dispatch_id <> :dispatch and {OPEN}
)
select count(*) from gone
""")  # noqa: S608 - pieces of this module
"""Copies of other notices that would have gone out in the same message are gathered anew."""


async def withdraw(tx: AsyncSession, event_id: UUID, now: datetime) -> None:
    """Mark what is told of an event; a page of readers that is being written is waited for, no other is."""
    marked = {"withdrawn_at": now, "done_at": None, "due_at": now, "attempts": 0}
    await tx.execute(update(Dispatch).where(Dispatch.event_id == event_id).values(**marked))


async def page(tx: AsyncSession, dispatch_id: UUID, now: datetime) -> None:
    """Withdraw a page of what waits; the notice is done with when nothing does, a try under way included."""
    await tx.execute(PAGE, {"dispatch": dispatch_id, "copies": COPIES, "now": now})
    waits = select(Copy.id).where(Copy.dispatch_id == dispatch_id, *WAITING).exists()
    done = {"due_at": now, "attempts": 0, "done_at": None if await tx.scalar(select(waits)) else now}
    await tx.execute(update(Dispatch).where(Dispatch.id == dispatch_id).values(**done))
