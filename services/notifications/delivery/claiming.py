"""Copies are claimed for a while, the most urgent first, each bundle as one: what goes out as one message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, any_, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
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
    followers = (Copy.bundle_id == any_(literal(ids, ARRAY(Uuid))), Copy.id != Copy.bundle_id)
    taken = (
        update(Copy)
        .where(or_(Copy.id == any_(literal(ids, ARRAY(Uuid))), and_(*followers)), *WAITING)
        .values(due_at=now + lease, attempts=Copy.attempts + 1, version=Copy.version + 1)
        .returning(Copy)
        .execution_options(**UNCHANGED)
    )
    copies = list(await tx.scalars(taken))
    return await _bundles(tx, ids, sorted(copies, key=lambda copy: copy.id))


def due_of(channel: str, priority: Priority, now: datetime) -> Select[UUID]:
    """The bundles of one priority that are due, the longest due first."""
    lead = (Copy.channel == channel, Copy.priority == priority, Copy.id == Copy.bundle_id)
    return select(Copy.id).where(*lead, *WAITING, Copy.due_at <= now).order_by(Copy.due_at)


async def _bundles(tx: AsyncSession, ids: Sequence[UUID], copies: Sequence[Copy]) -> list[Bundle]:
    """The claimed bundles, in the order in which they were taken, but for copies of what was withdrawn meanwhile.

    What goes to many is read once for all of its copies.
    """
    of = Dispatch.id.in_({copy.dispatch_id for copy in copies})
    every = await tx.scalars(select(Dispatch).where(of, Dispatch.withdrawn_at.is_(None)))
    dispatches = {each.id: each for each in every}
    tx.expunge_all()
    found: dict[UUID, list[tuple[Copy, Dispatch]]] = {each: [] for each in ids}
    for copy in copies:
        if copy.bundle_id in found and copy.dispatch_id in dispatches:
            found[copy.bundle_id].append((copy, dispatches[copy.dispatch_id]))
    return [Bundle(each, tuple(pairs)) for each, pairs in found.items() if pairs]


async def still_mine(tx: AsyncSession, bundle: Bundle) -> list[tuple[Copy, Dispatch]]:
    """Those of its copies that wait as they did when they were claimed, held until the transaction ends."""
    held = select(Copy.id, Copy.version).where(Copy.id.in_([copy.id for copy, _ in bundle.copies]), *WAITING)
    rows = await tx.execute(held.order_by(Copy.id).with_for_update())
    now = {row.id: row.version for row in rows}
    return [(copy, dispatch) for copy, dispatch in bundle.copies if now.get(copy.id) == copy.version]
