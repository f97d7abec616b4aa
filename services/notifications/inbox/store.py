"""Messages of a reader: whatever is addressed to one of the places that the reader's token answers to.

Every question is one query that walks the index (audience, id) backwards once for each place, so that a page costs the
same however many messages there are and at any depth. Counting starts behind the mark up to which a place has been read.
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
from services.notifications.template.audience import places_of

NEWEST = UUID(int=2**128 - 1)
MOST_COUNTED = 10_000
SETTLED = timedelta(minutes=5)
"""Messages younger than this may still be on their way into the table; the mark stays behind them."""

PLACES = """
unnest(:audiences, :roles) as k (audience, roles)
left join read_mark s on s.account_id = :account and s.place = k.audience || '#' || k.roles
"""
WITHIN = """
(m.audience, m.id) > (k.audience, {above}) and (m.audience, m.id) < (k.audience, {below})
and (m.roles is null or m.roles && string_to_array(k.roles, ','))
"""
"""Row comparisons, because they can only be answered from (audience, id): with `m.audience = k.audience` the planner may
walk all messages by id until it has found a page of this reader's."""
NO_ID, ANY_ID = "'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'"
BEHIND_MARK = f"coalesce(s.up_to, {NO_ID})"
NOT_READ = "not exists (select from message_read x where x.account_id = :account and x.message_id = m.id)"
UNREAD = f"{WITHIN.format(above=BEHIND_MARK, below=ANY_ID)} and {NOT_READ}"


def _question(sql: str) -> TextClause:
    places = [bindparam(name, type_=ARRAY(TEXT)) for name in ("audiences", "roles")]
    return text(sql).bindparams(*places)


def _page(above: str, further: str) -> TextClause:
    return _question(f"""
        select p.*, r.read_at from {PLACES}
        cross join lateral (
            select m.* from message m where {WITHIN.format(above=above, below="cast(:after as uuid)")} {further}
            order by m.audience desc, m.id desc limit :limit
        ) p
        left join message_read r on r.message_id = p.id and r.account_id = :account
        order by p.id desc limit :limit
    """)  # noqa: S608 - pieces of this module


PAGE = _page(NO_ID, "")
UNREAD_PAGE = _page(BEHIND_MARK, f"and {NOT_READ}")
COUNT = _question(f"""
    select count(*) from {PLACES}
    cross join lateral (
        select from message m where {UNREAD} order by m.audience desc, m.id desc limit :limit
    ) p
""")  # noqa: S608 - see above
ONE = _question(f"""
    select m.*, r.read_at from {PLACES}
    join message m on m.id = :message and {WITHIN.format(above=NO_ID, below=ANY_ID)}
    left join message_read r on r.message_id = m.id and r.account_id = :account
""")  # noqa: S608 - see above
READ_ONE = text("""
    insert into message_read (account_id, message_id, read_at) values (:account, :message, :at) on conflict do nothing
""")
READ_ALL = _question(f"""
    insert into message_read (account_id, message_id, read_at)
    select :account, m.id, :at from {PLACES} join message m on {UNREAD}
    on conflict do nothing
""")  # noqa: S608 - see above
MARK = _question("""
    insert into read_mark (account_id, place, up_to)
    select :account, k.audience || '#' || k.roles, :up_to from unnest(:audiences, :roles) as k (audience, roles)
    order by 2
    on conflict (account_id, place) do update set up_to = greatest(read_mark.up_to, excluded.up_to)
""")


async def page(
    tx: AsyncSession, actor: Actor, *, first: int, after: UUID | None, unread: bool
) -> Sequence[RowMapping]:
    """The reader's newest messages before `after`, at most `first` of them."""
    question = UNREAD_PAGE if unread else PAGE
    asked = {**_reader(actor), "after": after or NEWEST, "limit": first}
    return (await tx.execute(question, asked)).mappings().all()


async def unread_count(tx: AsyncSession, actor: Actor) -> int:
    """How many messages the reader has not read; ten thousand stands for whatever is more."""
    counted: int = (await tx.execute(COUNT, {**_reader(actor), "limit": MOST_COUNTED})).scalar_one()
    return min(counted, MOST_COUNTED)


async def one(tx: AsyncSession, actor: Actor, message_id: UUID) -> RowMapping | None:
    """A message, if it is addressed to the reader."""
    return (await tx.execute(ONE, {**_reader(actor), "message": message_id})).mappings().first()


async def mark_read(tx: AsyncSession, actor: Actor, message_id: UUID, moment: Moment) -> None:
    """Remember that the reader has read a message; the first time counts."""
    await tx.execute(READ_ONE, {"account": actor.id, "message": message_id, "at": moment.instant})


async def mark_all_read(tx: AsyncSession, actor: Actor, moment: Moment) -> None:
    """Remember that the reader has read everything there is now, and count from here on."""
    reader = _reader(actor)
    await tx.execute(READ_ALL, {**reader, "at": moment.instant})
    await tx.execute(MARK, {**reader, "up_to": first_id_of(made_at(new_id()) - SETTLED)})


def _reader(actor: Actor) -> Mapping[str, Any]:
    places = places_of(actor)
    return {
        "account": actor.id,
        "audiences": list(places),
        "roles": [",".join(sorted(roles)) for roles in places.values()],
    }
