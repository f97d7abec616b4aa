"""Copies are claimed for a while, the most urgent first, each bundle as one: what goes out as one message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.delivery.model import OPEN, Copy, Dispatch
from services.notifications.delivery.priority import Priority

WAITING: tuple[ColumnElement[bool], ...] = (
    Copy.sent_at.is_(None),
    Copy.handed_on_at.is_(None),
    Copy.dead_at.is_(None),
    Copy.withdrawn_at.is_(None),
)
UNCHANGED = {"synchronize_session": False}
GATHER = text(f"""
with due as (
    select id, first_value(id) over (partition by contact_id, language order by id) as lead
    from delivery_copy
    where channel = :channel and bundle_id is null and due_at <= :now
        and {OPEN}
)
update delivery_copy c set bundle_id = due.lead from due where c.id = due.id
""")  # noqa: S608 - a piece of the model
TURN = text("select pg_advisory_xact_lock(hashtext(current_schema() || '.delivery_gathering'))")


@dataclass(frozen=True, slots=True)
class Bundle:
    """One message of one contact: its copies with the notices that they are of."""

    id: UUID
    copies: tuple[tuple[Copy, Dispatch], ...]

    @property
    def contact_id(self) -> UUID:
        """Where all of it goes."""
        return self.copies[0][0].contact_id

    @property
    def account_id(self) -> UUID:
        """Whose contact that is."""
        return self.copies[0][0].account_id

    @property
    def legal(self) -> bool:
        """Whether the law wants some of it told: then it waits for nothing."""
        return any(dispatch.legal for _, dispatch in self.copies)

    @property
    def for_one_contact(self) -> bool:
        """Whether it is a code, whose coming back says whether the address works."""
        return any(dispatch.for_one_contact for _, dispatch in self.copies)

    @property
    def attempts(self) -> int:
        """How often it was tried, this time included."""
        return max(copy.attempts for copy, _ in self.copies)


async def gather(tx: AsyncSession, channel: str, now: datetime) -> None:
    """Make one bundle a contact of what is to go out together now; one at a time does, the others find it made."""
    await tx.execute(TURN)
    await tx.execute(GATHER, {"channel": channel, "now": now})


async def claim(
    tx: AsyncSession,
    channel: str,
    lane: Iterable[Priority],
    at_once: int,
    now: datetime,
    lease: timedelta,
    *only: ColumnElement[bool],
) -> list[Bundle]:
    """Take bundles that are due, the most urgent first; nobody else tries them until the lease is over.

    Each priority is asked for by itself: so what waits for a later hour, however much, is never looked at.
    """
    ids: list[UUID] = []
    for priority in lane:
        if len(ids) < at_once:
            due = due_of(channel, priority, now).where(*only).limit(at_once - len(ids))
            ids += await tx.scalars(due.with_for_update(skip_locked=True))
    if not ids:
        return []
    taken = (
        update(Copy)
        .where(Copy.bundle_id.in_(ids), *WAITING)
        .values(due_at=now + lease, attempts=Copy.attempts + 1, version=Copy.version + 1)
    )
    await tx.execute(taken, execution_options=UNCHANGED)
    return await _bundles(tx, ids)


def due_of(channel: str, priority: Priority, now: datetime) -> Select[UUID]:
    """The bundles of one priority that are due, the longest due first."""
    lead = (Copy.channel == channel, Copy.priority == priority, Copy.id == Copy.bundle_id)
    return select(Copy.id).where(*lead, *WAITING, Copy.due_at <= now).order_by(Copy.due_at)


async def _bundles(tx: AsyncSession, ids: Sequence[UUID]) -> list[Bundle]:
    """The claimed bundles, in the order in which they were taken, but for copies of what was withdrawn meanwhile."""
    every = (
        select(Copy, Dispatch)
        .join(Dispatch, Dispatch.id == Copy.dispatch_id)
        .where(Copy.bundle_id.in_(ids), *WAITING, Dispatch.withdrawn_at.is_(None))
        .order_by(Copy.id)
        .execution_options(populate_existing=True)
    )
    rows = [(copy, dispatch) for copy, dispatch in await tx.execute(every)]
    tx.expunge_all()
    found = {each: tuple(row for row in rows if row[0].bundle_id == each) for each in ids}
    return [Bundle(each, copies) for each, copies in found.items() if copies]


async def still_mine(tx: AsyncSession, bundle: Bundle) -> list[tuple[Copy, Dispatch]]:
    """Those of its copies that wait as they did when they were claimed, held until the transaction ends."""
    held = select(Copy.id, Copy.version).where(Copy.id.in_([copy.id for copy, _ in bundle.copies]), *WAITING)
    rows = await tx.execute(held.order_by(Copy.id).with_for_update())
    now = {row.id: row.version for row in rows}
    return [(copy, dispatch) for copy, dispatch in bundle.copies if now.get(copy.id) == copy.version]
