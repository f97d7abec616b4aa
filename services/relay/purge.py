"""What nobody needs any more goes after its retention: delivered events, handled ids, answered idempotency keys.

Dead letters stay until somebody deals with them; the audit log and the history stay for good.
"""

from datetime import UTC, datetime, timedelta

import asyncpg

from services.kit.ids import first_id_of
from services.relay.settings import Settings

AT_ONCE = 1000

OUTBOX = """
with old as (
    select o.id from outbox o where o.id < $1 and o.routed
    and not exists (select from outbox_delivery d where d.event_id = o.id and d.delivered_at is null)
    order by o.id limit $2
), deliveries as (
    delete from outbox_delivery where event_id in (select id from old)
)
delete from outbox where id in (select id from old) returning 1
"""

INBOX = """
delete from inbox where event_id in (select event_id from inbox where event_id < $1 order by event_id limit $2) returning 1
"""

IDEMPOTENCY_KEYS = """
delete from idempotency_key where (owner, key) in (
    select owner, key from idempotency_key where created_at < $1 order by created_at limit $2
) returning 1
"""


async def purge(pool: asyncpg.Pool, settings: Settings) -> int:
    """Remove what is past its retention; how many rows went."""
    now = datetime.now(UTC)
    return (
        await _all(pool, OUTBOX, first_id_of(now - timedelta(days=settings.outbox_retention_days)))
        + await _all(pool, INBOX, first_id_of(now - timedelta(days=settings.inbox_retention_days)))
        + await _all(pool, IDEMPOTENCY_KEYS, now - timedelta(days=settings.idempotency_retention_days))
    )


async def _all(pool: asyncpg.Pool, statement: str, before: object) -> int:
    total, gone = 0, AT_ONCE
    while gone == AT_ONCE:
        gone = len(await pool.fetch(statement, before, AT_ONCE))
        total += gone
    return total
