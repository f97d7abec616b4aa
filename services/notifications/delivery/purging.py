"""What was sent long ago is removed, a little at a time: copies, and notices that have none left; legal ones are kept longer.

Notices are gone through by age, each time from the oldest on, so that one that must stay holds nothing up. Never removed is
what waits, what was given up and nobody has sent again, and what else was tried for that reader meanwhile: the next way of a
copy is chosen by those that were tried.
"""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningDelete

from services.kit.db import Database
from services.kit.ids import first_id_of
from services.notifications.delivery.model import Copy, Dispatch
from services.notifications.delivery.policy import DeliveryPolicy

log = structlog.get_logger(__name__)
NOTICES, COPIES = 50, 2000
"""So many notices are looked at, and copies removed, in one transaction."""
BARE = {"synchronize_session": False}
KEEPS_ITS_COUNT = "announcement/%"
"""An announcement goes on telling how many it reached: its row of fan-out stays."""
FIRST = UUID(int=0)


class Purging:
    """Removes what is older than the policy's days; any number may run."""

    def __init__(self, database: Database, policy: DeliveryPolicy) -> None:
        self._database = database
        self._policy = policy

    async def once(self) -> int:
        """Go through everything that is old enough; how many copies and notices were removed."""
        removed = await self._walk(legal=False) + await self._walk(legal=True)
        if removed:
            log.info("removed what was sent long ago", **removed)
        return removed.total()

    async def _walk(self, *, legal: bool) -> Counter[str]:
        """Page by page; one of which many copies go is looked at again."""
        removed, after, days = Counter[str](), FIRST, self._policy.kept_for(legal=legal)
        while True:
            async with self._database.begin() as tx:
                before = await _ago(tx, days)
                page = list(await tx.scalars(old(after, before, legal=legal)))
                if not page:
                    return removed
                copies = await _count(tx, settled(page, before))
                notices = 0 if copies == COPIES else await _count(tx, empty(page))
            removed.update(copies=copies, notices=notices)
            after = after if copies == COPIES else page[-1]


def old(after: UUID, before: datetime, *, legal: bool) -> Select[UUID]:
    """The next notices that were made before an instant and are copied to everybody, held; who holds others goes on."""
    made = (Dispatch.id > after, Dispatch.id < first_id_of(before))
    these = select(Dispatch.id).where(Dispatch.done_at.is_not(None), Dispatch.legal.is_(legal), *made)
    return these.order_by(Dispatch.id).limit(NOTICES).with_for_update(skip_locked=True)


def settled(notices: list[UUID], before: datetime) -> ReturningDelete[UUID]:
    """Copies of these notices that came to their end before an instant, and whose readers have none that waits or is dead."""
    other = aliased(Copy)
    same = (other.dispatch_id == Copy.dispatch_id, other.account_id == Copy.account_id)
    unsettled = (other.sent_at.is_(None), other.handed_on_at.is_(None), other.withdrawn_at.is_(None))
    ended = func.coalesce(Copy.sent_at, Copy.handed_on_at, Copy.withdrawn_at)
    open_ = select(other.id).where(*same, *unsettled).exists()
    these = select(Copy.id).where(Copy.dispatch_id.in_(notices), ended < before, ~open_).limit(COPIES)
    return delete(Copy).where(Copy.id.in_(these)).returning(Copy.id)


def empty(notices: list[UUID]) -> ReturningDelete[UUID]:
    """Those of these notices that no copy is left of."""
    has = select(Copy.id).where(Copy.dispatch_id == Dispatch.id).exists()
    gone = delete(Dispatch).where(Dispatch.id.in_(notices), ~has)
    return gone.where(Dispatch.subject.not_like(KEEPS_ITS_COUNT)).returning(Dispatch.id)


async def _count(tx: AsyncSession, gone: ReturningDelete[UUID]) -> int:
    return len((await tx.scalars(gone, execution_options=BARE)).all())


async def _ago(tx: AsyncSession, days: timedelta) -> datetime:
    found: datetime | None = await tx.scalar(select(func.now() - days))
    assert found is not None
    return found
