"""Many copies: what is due is found without a look at the rest."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from services.kit.ids import new_id
from services.notifications.delivery.claiming import due_of
from services.notifications.delivery.priority import Priority

COPIES = """
with d as (
    insert into notifications.dispatch (id, province, event_id, audience, type, template, topic, subject, legal, at,
        title_zh, title_en, body_zh, body_en, basis, priority, attempts, due_at)
    values (gen_random_uuid(), 'qinghai', gen_random_uuid(), 'everyone', 't', 't', 'SEASON', 's/1', false, now(),
        'a', 'b', 'c', 'd', '[]', 3, 0, now()) returning id
)
insert into notifications.delivery_copy (id, province, dispatch_id, account_id, channel, contact_id, language, priority,
    bundle_id, last_way, attempts, due_at, sent_at)
select i, 'qinghai', d.id, gen_random_uuid(), 'EMAIL', gen_random_uuid(), 'zh', n % 4, i, true, 0,
    now() + case when n % 3 = 0 then interval '8 hours' else interval '0' end, case when n % 3 = 1 then now() end
from d, generate_series(1, 8000) n, lateral (select ($1::uuid[])[n] as i) one
"""


async def test_what_is_due_is_found_among_what_was_sent_and_what_waits_for_the_morning(
    test_server, database, session
):
    """Claims read their index alone, and of it no more than they take: of what is urgent as of any backlog."""
    admin = await asyncpg.connect(test_server.admin(database))
    await admin.execute(COPIES, [new_id() for _ in range(8_000)])
    await admin.execute("analyze notifications.delivery_copy")
    plans = []
    async with session("notifications") as tx:
        for priority in (Priority.LEGAL, Priority.TO_MANY):
            asked = due_of("EMAIL", priority, datetime.now(UTC)).limit(20).with_for_update(skip_locked=True)
            literal = asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
            plans.append("\n".join(await tx.scalars(text(f"explain (analyze, costs off) {literal}"))))
    await admin.execute(
        "truncate notifications.delivery_copy, notifications.delivery_tally, notifications.dispatch"
    )
    await admin.close()
    for plan in plans:
        assert "Index Scan using ix_delivery_copy_due" in plan, plan
        assert "Sort" not in plan, plan
        assert "Rows Removed by Filter" not in plan, plan
