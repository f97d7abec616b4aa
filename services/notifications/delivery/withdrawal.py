"""A notice is withdrawn: nobody is copied any more, and what waits is not sent; what was sent stays sent.

Marked at once, it is worked off page by page with the rest of the fan-out. Until that is done, whoever claims copies
passes over those of a notice that is marked.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.delivery.claiming import TURN
from services.notifications.delivery.model import OPEN, Dispatch, Tally

COPIES = 5000
"""So many copies a page."""
FIRST = UUID(int=0)
OPEN_OF_C = " and ".join(f"c.{each}" for each in OPEN.split(" and "))
PAGE = text(f"""
with page as materialized (
    select id, account_id, bundle_id from delivery_copy
    where dispatch_id = :dispatch and account_id > :after and {OPEN} order by account_id limit :copies
), wanted as materialized (
    select id, bundle_id from page
    union all
    select c.id, c.bundle_id from page join delivery_copy c on c.bundle_id = page.bundle_id
    where c.dispatch_id <> :dispatch and c.id <> c.bundle_id and {OPEN_OF_C}
    union all
    select c.id, c.bundle_id from page join delivery_copy c on c.id = page.bundle_id
    where page.id <> page.bundle_id and c.dispatch_id <> :dispatch and {OPEN_OF_C}
), held as materialized (
    select id, dispatch_id, bundle_id from delivery_copy where id in (select id from wanted) and {OPEN}
    order by id for update skip locked
), whole as materialized (
    select id, dispatch_id from held where bundle_id is null or not exists (
        select from wanted w where w.bundle_id = held.bundle_id and not exists (select from held h where h.id = w.id)
    )
), gone as (
    update delivery_copy c set withdrawn_at = :now, version = version + 1 from whole
    where c.id = whole.id and whole.dispatch_id = :dispatch
), parted as (
    update delivery_copy c set bundle_id = null from whole
    where c.id = whole.id and whole.dispatch_id <> :dispatch
)
select account_id from page order by account_id desc limit 1
""")  # noqa: S608 - pieces of this module
"""Copies of other notices that would have gone out in the same message are gathered anew.

A message of which somebody holds a copy is left for the next time, whole: nobody waits for anybody, and what follows a copy
that is withdrawn is never left without one to follow.
"""
HOLD = text("""
select pg_advisory_xact_lock_shared(hashtextextended('handing over/' || id, 0)) from unnest(:ids) id
""").bindparams(bindparam("ids", type_=ARRAY(Uuid)))
STOP = text("select pg_advisory_xact_lock(hashtextextended('handing over/' || :id, 0))")


async def withdraw(tx: AsyncSession, event_id: UUID, now: datetime) -> None:
    """Mark what is told of an event; a page of readers that is being written is waited for, no other is.

    Whoever hands over copies of it begins before the mark is made, or finds it: nothing begins once this is committed.
    """
    marked = {"withdrawn_at": now, "done_at": None, "due_at": now, "attempts": 0, "cursor": None}
    told = select(Dispatch.id).where(Dispatch.event_id == event_id).order_by(Dispatch.id)
    for each in await tx.scalars(told):
        await tx.execute(STOP, {"id": str(each)})
        await tx.execute(update(Dispatch).where(Dispatch.id == each).values(**marked))


async def going_on(tx: AsyncSession, dispatches: Collection[UUID]) -> set[UUID]:
    """Those that are not withdrawn; none is before the transaction ends."""
    await tx.execute(HOLD, {"ids": sorted(dispatches)})
    left = select(Dispatch.id).where(Dispatch.id.in_(dispatches), Dispatch.withdrawn_at.is_(None))
    return set(await tx.scalars(left))


async def page(tx: AsyncSession, claimed: Dispatch, now: datetime) -> None:
    """Withdraw a page of what waits; the notice is done with when nothing does, a try under way included.

    Nobody makes bundles meanwhile.
    """
    after = UUID(claimed.cursor) if claimed.cursor else FIRST
    await tx.execute(TURN)
    given = {"dispatch": claimed.id, "after": after, "copies": COPIES, "now": now}
    reached: UUID | None = await tx.scalar(PAGE, given)
    waiting = await tx.scalar(select(func.sum(Tally.waiting)).where(Tally.dispatch_id == claimed.id))
    done = {"due_at": now, "attempts": 0, "done_at": None if waiting else now}
    cursor = str(reached) if reached else None
    await tx.execute(update(Dispatch).where(Dispatch.id == claimed.id).values(**done, cursor=cursor))
