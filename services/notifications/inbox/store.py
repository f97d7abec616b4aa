"""Messages of a reader: whatever is addressed to one of the places that the reader's token answers to.

Every question is one query that walks the index (audience, id) backwards once for each place, so that a page costs the
same however many messages there are and at any depth. Counting starts behind the mark up to which a place has been read, at once or one by one.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncSession

from services.kit.auth import Actor
from services.kit.clock import Moment
from services.kit.ids import first_id_of, made_at, new_id
from services.notifications.inbox.model import named
from services.notifications.live import feed
from services.notifications.template.audience import places_of

NEWEST = UUID(int=2**128 - 1)
MOST_COUNTED = 1_000
"""Nobody works such a number off, and counting more would cost the more the longer nobody has read."""
SETTLED = timedelta(minutes=5)
"""Messages younger than this may still be on their way into the table; the mark stays behind them."""

PLACES = """
unnest(:audiences, :roles) as k (audience, roles)
left join read_mark s on s.account_id = :account and s.place = k.audience || '#' || k.roles
"""
WALKED = "m.audience = any (array[k.audience]) and m.id > {above} and m.id < {below}"
WITHIN = f"""
{WALKED}
and case when m.roles is null then true else m.roles && string_to_array(k.roles, ',') end
"""
"""One of a list, for of a list the planner does not know that it holds one audience: the order (audience, id) then comes from the index
of these two alone. With `m.audience = k.audience` it may walk all messages by id until it has found a page of this reader's, and with
rows compared it takes them for so few that it fetches all of an audience and sorts them. `case`, for it takes `&&` for one of a hundred."""
OF_SUBJECT = """
m.audience = k.audience and m.subject = {subject} and m.id > {above} and m.id < {below}
and (m.roles is null or m.roles && string_to_array(k.roles, ','))
"""
"""So few messages are about one thing that no other way than (audience, subject, id) is worth a thought."""
NO_ID, ANY_ID = "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"
BEHIND_MARK = f"coalesce(s.up_to, {NO_ID})"
NOT_READ = """
m.withdrawn_at is null and not exists (select from message_read x where x.account_id = :account and x.message_id = m.id)
"""
UNREAD = f"{WITHIN.format(above=BEHIND_MARK, below=ANY_ID)} and {NOT_READ}"


def question(sql: str) -> TextClause:
    """A question that is asked for a reader's places."""
    places = [bindparam(name, type_=ARRAY(TEXT)) for name in ("audiences", "roles")]
    return text(sql).bindparams(*places)


def _page(within: str, above: str, order: str, further: str = "") -> TextClause:
    return question(f"""
        select p.*, r.read_at from {PLACES}
        cross join lateral (
            select {named("m")} from message m where {within.format(above=above, below="cast(:after as uuid)", subject=":subject")} {further}
            order by {order} limit :limit
        ) p
        left join message_read r on r.message_id = p.id and r.account_id = :account
        order by p.id desc limit :limit
    """)  # noqa: S608 - pieces of this module


IN_ORDER, BY_ID = "m.audience desc, m.id desc", "m.id desc"
PAGE = _page(WITHIN, NO_ID, IN_ORDER)
UNREAD_PAGE = _page(WITHIN, BEHIND_MARK, IN_ORDER, f"and {NOT_READ}")
THREAD = _page(OF_SUBJECT, NO_ID, BY_ID)
UNREAD_THREAD = _page(OF_SUBJECT, BEHIND_MARK, BY_ID, f"and {NOT_READ}")
COUNT = question(f"""
    select count(*) from {PLACES}
    cross join lateral (
        select from message m where {UNREAD} limit :limit
    ) p
""")  # noqa: S608 - see above
ONE = question(f"""
    select {named("m")}, r.read_at from {PLACES}
    join message m on m.id = :message and {WITHIN.format(above=NO_ID, below=ANY_ID)}
    left join message_read r on r.message_id = m.id and r.account_id = :account
""")  # noqa: S608 - see above
READ_ONE = text("""
    insert into message_read (account_id, message_id, read_at) values (:account, :message, :at)
    on conflict do nothing returning message_id
""")
READ_ALL = question(f"""
    with marked as (
        insert into message_read (account_id, message_id, read_at)
        select :account, m.id, :at from {PLACES} join message m on {UNREAD}
        on conflict do nothing returning message_id
    )
    select count(*) from marked
""")  # noqa: S608 - see above
MARK = question("""
    insert into read_mark (account_id, place, up_to)
    select :account, k.audience || '#' || k.roles, :up_to from unnest(:audiences, :roles) as k (audience, roles)
    order by 2
    on conflict (account_id, place) do update set up_to = greatest(read_mark.up_to, excluded.up_to)
""")
FIRST_UNREAD = f"select m.id from message m where {UNREAD} order by m.audience, m.id limit 1"  # noqa: S608 - see above
LAST_BEFORE = f"""
    select m.id from message m where {WALKED.format(above=BEHIND_MARK, below=f"coalesce(f.id, {ANY_ID})")}
    order by m.audience desc, m.id desc limit 1
"""  # noqa: S608 - see above
ADVANCE = question(f"""
    insert into read_mark (account_id, place, up_to)
    select :account, k.audience || '#' || k.roles, least(b.id, :settled) from {PLACES}
    left join lateral ({FIRST_UNREAD}) f on true
    cross join lateral ({LAST_BEFORE}) b
    where least(b.id, :settled) > {BEHIND_MARK}
    order by 2
    on conflict (account_id, place) do update set up_to = greatest(read_mark.up_to, excluded.up_to)
""")  # noqa: S608 - see above
"""Behind the mark, up to the first that is unread, everything was read one by one: it is not walked again."""


async def page(
    tx: AsyncSession, actor: Actor, *, first: int, after: UUID | None, unread: bool, subject: str | None
) -> Sequence[RowMapping]:
    """The reader's newest messages before `after`, at most `first` of them; of one thread where a subject is named."""
    asked = {**reader_of(actor), "after": after or NEWEST, "limit": first}
    if subject is None:
        return (await tx.execute(UNREAD_PAGE if unread else PAGE, asked)).mappings().all()
    asked["subject"] = subject
    return (await tx.execute(UNREAD_THREAD if unread else THREAD, asked)).mappings().all()


async def unread_count(tx: AsyncSession, actor: Actor) -> int:
    """How many messages the reader has not read; a thousand stands for whatever is more."""
    counted: int = (await tx.execute(COUNT, {**reader_of(actor), "limit": MOST_COUNTED})).scalar_one()
    return min(counted, MOST_COUNTED)


async def one(tx: AsyncSession, actor: Actor, message_id: UUID) -> RowMapping | None:
    """A message, if it is addressed to the reader."""
    return (await tx.execute(ONE, {**reader_of(actor), "message": message_id})).mappings().first()


async def mark_read(tx: AsyncSession, actor: Actor, message_id: UUID, moment: Moment) -> None:
    """Remember that the reader has read a message; the first time counts, and is told live."""
    marked = await tx.execute(READ_ONE, {"account": actor.id, "message": message_id, "at": moment.instant})
    if marked.first() is not None:
        await feed.publish_read(tx, actor.id, [message_id], moment)
        await advance(tx, actor)


async def advance(tx: AsyncSession, actor: Actor) -> None:
    """Count from the first message on that the reader has not read: nobody reads everything at once every day."""
    await tx.execute(ADVANCE, {**reader_of(actor), "settled": _settled()})


async def mark_all_read(tx: AsyncSession, actor: Actor, moment: Moment) -> None:
    """Remember that the reader has read everything there is now, and count from here on."""
    reader = reader_of(actor)
    marked = await tx.execute(READ_ALL, {**reader, "at": moment.instant})
    if marked.scalar_one():
        await feed.publish_all_read(tx, actor.id, moment)
    await tx.execute(MARK, {**reader, "up_to": _settled()})


def reader_of(actor: Actor) -> Mapping[str, Any]:
    """The reader as questions take one: the account, and its places with the roles held there."""
    places = places_of(actor)
    return {
        "account": actor.id,
        "audiences": list(places),
        "roles": [",".join(sorted(roles)) for roles in places.values()],
    }


def _settled() -> UUID:
    """Whatever has a smaller id is in the table by now, or never will be."""
    return first_id_of(made_at(new_id()) - SETTLED)
