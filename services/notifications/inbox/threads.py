"""Messages by what they are about, and counts by seat; each question is one statement.

A thread is found by its newest message: one after which the reader has none of the same subject. Pages walk (audience, id)
as those of messages do; what is newer of a subject, and how much is unread of it, is looked up in (audience, subject, id).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.kit.clock import Moment
from services.notifications.inbox.model import named
from services.notifications.inbox.schemas import Counts, SeatCount
from services.notifications.inbox.store import (
    ANY_ID,
    BEHIND_MARK,
    IN_ORDER,
    MOST_COUNTED,
    NEWEST,
    NO_ID,
    NOT_READ,
    OF_SUBJECT,
    PLACES,
    UNREAD,
    WITHIN,
    advance,
    question,
    reader_of,
)
from services.notifications.live import feed
from services.notifications.live.position import Position

AT_ONCE = 1000
"""Rows that one statement takes: the database counts its parameters."""

NEWER = """
select from unnest(:audiences, :roles) as o (audience, roles)
join message n on n.audience = o.audience and n.subject = m.subject and n.id > m.id
and (n.roles is null or n.roles && string_to_array(o.roles, ','))
"""
THREADS = question(f"""
    with heads as (
        select p.* from {PLACES}
        cross join lateral (
            select {named("m")} from message m
            where {WITHIN.format(above=NO_ID, below="cast(:after as uuid)")} and not exists ({NEWER})
            order by {IN_ORDER} limit :limit
        ) p
        order by p.id desc limit :limit
    )
    select h.*, r.read_at, c.thread_messages, c.thread_unread from heads h
    left join message_read r on r.message_id = h.id and r.account_id = :account
    cross join lateral (
        select count(*) as thread_messages, count(*) filter (where p.unread) as thread_unread from {PLACES}
        cross join lateral (
            select m.id > {BEHIND_MARK} and {NOT_READ} as unread from message m
            where {OF_SUBJECT.format(subject="h.subject", above=NO_ID, below=ANY_ID)} limit :most
        ) p
    ) c
    order by h.id desc
""")  # noqa: S608 - pieces of these modules
COUNTS = question(f"""
    with found as (
        select k.audience, k.roles as held, p.roles from {PLACES}
        cross join lateral (select m.roles from message m where {UNREAD} limit :limit) p
    )
    select null as organisation, null as role, count(*) as unread, {feed.HORIZON} as horizon from found
    union all
    select 'personal', null, count(*), null from found where audience ~ '^(person|account)/'
    union all
    select substr(audience, 7), role, count(*), null
    from found cross join lateral unnest(string_to_array(held, ',')) as role
    where audience like 'seats/%' and (roles is null or role = any(roles)) group by 1, 2
""")  # noqa: S608 - see above
READ_THREAD = question(f"""
    insert into message_read (account_id, message_id, read_at)
    select :account, m.id, :at from {PLACES}
    join message m on {OF_SUBJECT.format(subject=":subject", above=BEHIND_MARK, below=ANY_ID)} and {NOT_READ}
    order by 2
    on conflict do nothing returning message_id
""")  # noqa: S608 - see above


async def page(tx: AsyncSession, actor: Actor, *, first: int, after: UUID | None) -> Sequence[RowMapping]:
    """The reader's threads whose newest messages are the newest before `after`."""
    asked = {**reader_of(actor), "after": after or NEWEST, "limit": first, "most": MOST_COUNTED}
    return (await tx.execute(THREADS, asked)).mappings().all()


async def counts(tx: AsyncSession, actor: Actor) -> Counts:
    """What the reader has not read; a thousand a place stand for whatever is more."""
    rows = (await tx.execute(COUNTS, {**reader_of(actor), "limit": MOST_COUNTED})).all()
    told = {(row.organisation, row.role): row.unread for row in rows}
    [horizon] = [row.horizon for row in rows if row.horizon is not None]
    seats = dict.fromkeys((seat.organisation_id, seat.role) for seat in actor.seats)
    return Counts(
        unread=min(told[None, None], MOST_COUNTED),
        personal=told["personal", None],
        seats=[
            SeatCount(organisation_id=at, role=role, unread=told.get((str(at), role), 0))
            for at, role in seats
        ],
        cursor=str(Position.before(horizon)),
    )


async def mark_read(tx: AsyncSession, actor: Actor, subject: str, moment: Moment) -> None:
    """Remember that the reader has read what there is about one thing."""
    asked = {**reader_of(actor), "subject": subject, "at": moment.instant}
    marked = (await tx.scalars(READ_THREAD, asked)).all()
    for start in range(0, len(marked), AT_ONCE):
        await feed.publish_read(tx, actor.id, marked[start : start + AT_ONCE], moment)
    if marked:
        await advance(tx, actor)
