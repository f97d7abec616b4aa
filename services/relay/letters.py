"""Dead letters: events that a subscriber refused too often. They are kept until somebody deals with them.

A dead letter parks its subject for that subscriber only: what comes later about the same subject waits behind it, so
that nothing is ever heard out of order. `redrive` tries again from there; `pass over` goes on without it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.kit.outbox import CHANNEL

LIST = """
select d.event_id, d.subscriber, d.subject, o.type, d.dead_at, d.attempts, d.last_error, l.parked_at is not null as parked,
    (select count(*) from outbox_delivery w where w.subscriber = d.subscriber and w.subject = d.subject
     and w.delivered_at is null and w.dead_at is null) as waiting
from outbox_delivery d join outbox o on o.id = d.event_id
left join outbox_lane l on l.subscriber = d.subscriber and l.subject = d.subject
where d.dead_at is not null order by d.seq
"""

REDRIVE = """
with letter as (
    update outbox_delivery set dead_at = null, attempts = 0
    where dead_at is not null and ($1::uuid is null or event_id = $1) and ($2::text is null or subscriber = $2)
    returning subscriber, subject, seq
), lane as (
    insert into outbox_lane (subscriber, subject, last_seq)
    select subscriber, subject, max(seq) from letter group by subscriber, subject order by subscriber, subject
    on conflict (subscriber, subject) do update
    set parked_at = null, due_at = now(), last_seq = greatest(outbox_lane.last_seq + 1, excluded.last_seq)
)
select count(*) from letter
"""

GO_ON = """
update outbox_lane l set parked_at = null, due_at = now() from outbox_delivery d
where d.event_id = $1 and d.dead_at is not null and ($2::text is null or d.subscriber = $2)
and l.subscriber = d.subscriber and l.subject = d.subject and l.parked_at is not null returning 1
"""

WAKE = f"select pg_notify('{CHANNEL}', current_schema())"

STATUS = """
select (select count(*) from outbox where not routed) as unrouted,
    (select count(*) from outbox_delivery where delivered_at is null and dead_at is null) as open,
    (select min(o.created_at) from outbox_delivery d join outbox o on o.id = d.event_id
     where d.delivered_at is null and d.dead_at is null) as oldest,
    (select count(*) from outbox_delivery where dead_at is not null) as dead
"""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a subscriber refused; `waiting` later ones of its subject are behind it while it is `parked`."""

    event_id: UUID
    subscriber: str
    subject: str
    type: str
    dead_at: datetime
    attempts: int
    last_error: str
    parked: bool
    waiting: int


async def dead(pool: asyncpg.Pool) -> list[DeadLetter]:
    """Every dead letter of a schema, oldest first."""
    return [DeadLetter(**row) for row in await pool.fetch(LIST)]


async def redrive(pool: asyncpg.Pool, event_id: UUID | None = None, subscriber: str | None = None) -> int:
    """Let dead letters be tried again (all when none is named); how many."""
    count: int = await pool.fetchval(REDRIVE, event_id, subscriber)
    await pool.fetchval(WAKE)
    return count


async def pass_over(pool: asyncpg.Pool, event_id: UUID, subscriber: str | None = None) -> int:
    """Go on with the subjects parked behind a dead letter; the letter is kept. How many went on."""
    went_on = await pool.fetch(GO_ON, event_id, subscriber)
    await pool.fetchval(WAKE)
    return len(went_on)


async def status(pool: asyncpg.Pool) -> Any:
    """Counts of what is unrouted, open and dead, and since when the oldest open one waits."""
    return await pool.fetchrow(STATUS)
