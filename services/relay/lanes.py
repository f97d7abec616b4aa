"""The relay's SQL: route, lease, settle. Every act is one short statement; none is open while a call is under way.

A lane is one subscriber's queue of one subject. A relay takes a lease on it, delivers its letters in order and gives it
back. A lease that is not renewed ends by itself, so a killed relay holds nothing up for longer than that. `last_seq`
tells a lane that is done from one that got a new letter meanwhile: only the former may go. So it grows with every letter
that comes, one whose number is older than the newest included (its transaction took longer, or it was redriven).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any
from uuid import UUID, uuid4

import asyncpg

ROUTED_AT_ONCE = 500

ROUTE = """
with turn as materialized (
    select pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox_routing')) as mine
), fresh as materialized (
    select o.id, o.seq, o.type, o.subject from turn, outbox o
    where turn.mine and not o.routed and o.type = any($1::text[]) order by o.seq limit $3 for update of o
), due as (
    select f.id, f.seq, f.subject, r.subscriber
    from fresh f join unnest($1::text[], $2::text[]) as r (type, subscriber) using (type)
), delivery as (
    insert into outbox_delivery (event_id, subscriber, seq, subject) select id, subscriber, seq, subject from due
), lane as (
    insert into outbox_lane (subscriber, subject, last_seq)
    select subscriber, subject, max(seq) from due group by subscriber, subject order by subscriber, subject
    on conflict (subscriber, subject)
    do update set last_seq = greatest(outbox_lane.last_seq + 1, excluded.last_seq)
), marked as (
    update outbox set routed = true where id in (select id from fresh) returning 1
)
select (select count(*) from marked) as routed, array(
    select subscriber from due union select each from unnest($4::text[]) as each where exists (
        select from outbox_lane l where l.subscriber = each and l.parked_at is null and l.due_at <= now()
    )
) as awaited
"""
"""It may have begun before another relay's turn was over, and got its own after that: what the other has routed meanwhile shows
when the rows are locked, and is left out. Its turn ends with the statement, whatever becomes of its machine."""

LEASE = """
with due as (
    select subject from outbox_lane
    where subscriber = $1 and parked_at is null and due_at <= now()
    order by due_at limit $2 for update skip locked
), mine as (
    update outbox_lane l set lease = $3, due_at = now() + $4 from due
    where l.subscriber = $1 and l.subject = due.subject returning l.subject, l.last_seq
)
select m.subject, m.last_seq, e.* from mine m left join lateral (
    select d.event_id, d.seq, d.attempts, o.type, o.time, o.data::text as data, o.request_id, o.traceparent
    from outbox_delivery d join outbox o on o.id = d.event_id
    where d.subscriber = $1 and d.subject = m.subject and d.delivered_at is null and d.dead_at is null
    order by d.seq limit $5
) e on true order by m.subject, e.seq
"""

DELIVERED = """
with done as (
    update outbox_delivery set delivered_at = now(), attempts = attempts + 1, last_error = null
    where event_id = $4 and subscriber = $1 and delivered_at is null
), gone as (
    delete from outbox_lane where subscriber = $1 and subject = $2 and lease = $3 and last_seq = $5 returning 1
), kept as (
    update outbox_lane set due_at = now() + $6 where subscriber = $1 and subject = $2 and lease = $3 and last_seq <> $5 returning 1
)
select exists (select from gone) as gone, exists (select from kept) as kept
"""

RENEW = """
update outbox_lane set due_at = now() + $4 where subscriber = $1 and subject = $2 and lease = $3 returning 1
"""

FORGET = """
delete from outbox_lane where subscriber = $1 and subject = $2 and lease = $3 and last_seq = $4
and not exists (
    select from outbox_delivery d
    where d.subscriber = $1 and d.subject = $2 and d.delivered_at is null and d.dead_at is null
) returning 1
"""
"""The lease may have seen the newest mark and not yet the letter that set it; this statement sees both."""

RELEASE = """
update outbox_lane set lease = null, due_at = now() + $4 where subscriber = $1 and subject = $2 and lease = $3
"""

SET_BACK = """
with lane as (
    update outbox_lane set lease = null, due_at = now() + $4, parked_at = case when $7 then now() end
    where subscriber = $1 and subject = $2 and lease = $3 returning 1
)
update outbox_delivery set attempts = attempts + 1, last_error = $6, dead_at = case when $7 then now() end
where event_id = $5 and subscriber = $1 and delivered_at is null and exists (select from lane)
"""


BRING_BACK = """
update outbox_lane set due_at = now()
where subscriber = any($1) and parked_at is null and due_at > now() + $2 returning 1
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One event on its way to one subscriber; `data` is JSON as the database holds it.

    `request_id` and `traceparent` are those of the request it came of, None where none did or nothing was traced.
    """

    event_id: UUID
    seq: int
    attempts: int
    type: str
    time: datetime
    data: str
    request_id: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A leased queue: the letters are the oldest open ones of its subject, in order."""

    subscriber: str
    subject: str
    lease: UUID
    last_seq: int
    letters: list[Letter] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, UUID]:
        """What its statements name it by."""
        return self.subscriber, self.subject, self.lease


class Hold(Enum):
    """What became of a lane after a delivery."""

    KEPT = auto()
    DONE = auto()
    LOST = auto()


async def route(pool: asyncpg.Pool, pairs: Sequence[tuple[str, str]]) -> tuple[int, list[str]]:
    """Hand up to 500 new events to their subscribers' lanes; how many they were, and for whom a lane is due, of these or others.

    One relay at a time routes a schema: two could overtake each other within a subject.
    """
    types, subscribers = [each for each, _ in pairs], [each for _, each in pairs]
    row = await pool.fetchrow(ROUTE, types, subscribers, ROUTED_AT_ONCE, list(set(subscribers)))
    return row["routed"], row["awaited"]


async def lease(pool: asyncpg.Pool, subscriber: str, lanes: int, letters: int, seconds: float) -> list[Lane]:
    """Take up to `lanes` lanes that are due, longest due first."""
    token = uuid4()
    rows = await pool.fetch(LEASE, subscriber, lanes, token, timedelta(seconds=seconds), letters)
    taken: dict[str, Lane] = {}
    for row in rows:
        lane = taken.setdefault(row["subject"], Lane(subscriber, row["subject"], token, row["last_seq"]))
        if row["event_id"] is not None:
            lane.letters.append(_letter(row))
    return list(taken.values())


async def delivered(pool: asyncpg.Pool, lane: Lane, letter: Letter, seconds: float) -> Hold:
    """Remember that `letter` arrived; the lane goes with its last letter, else the lease is renewed."""
    renewed = timedelta(seconds=seconds)
    row = await pool.fetchrow(DELIVERED, *lane.key, letter.event_id, letter.seq, renewed)
    if row["gone"]:
        return Hold.DONE
    if row["kept"] or await pool.fetchval(RENEW, *lane.key, renewed):
        return Hold.KEPT
    return Hold.LOST


async def bring_back(pool: asyncpg.Pool, subscribers: Sequence[str], longest: float) -> int:
    """Make due what is put off for longer than anything ever is; how many lanes that were.

    The database's clock was ahead when it was put off, and was put right since.
    """
    return len(await pool.fetch(BRING_BACK, subscribers, timedelta(seconds=longest)))


async def forget(pool: asyncpg.Pool, lane: Lane) -> None:
    """Let a lane go that has nothing open; give it back where something is."""
    if await pool.fetchval(FORGET, *lane.key, lane.last_seq) is None:
        await release(pool, lane)


async def release(pool: asyncpg.Pool, lane: Lane, seconds: float = 0.0) -> None:
    """Give a lane back, to be taken again after `seconds`."""
    await pool.execute(RELEASE, *lane.key, timedelta(seconds=seconds))


async def set_back(
    pool: asyncpg.Pool, lane: Lane, letter: Letter, *, error: str, seconds: float, dead: bool
) -> None:
    """Remember a failed attempt and give the lane back; parked where the letter is `dead`."""
    delay = timedelta(seconds=seconds)
    await pool.execute(SET_BACK, *lane.key, delay, letter.event_id, error, dead)


def _letter(row: Any) -> Letter:
    return Letter(**{each.name: row[each.name] for each in fields(Letter)})
