"""Many messages: pages and counts cost what they cost with few."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from services.kit.auth import Actor
from services.kit.ids import new_id
from services.notifications.delivery.claiming import due_of
from services.notifications.delivery.priority import Priority
from services.notifications.inbox import store

FILL = """
insert into notifications.message (id, province, audience, roles, event_id, type, template, subject, legal, at,
    title_zh, title_en, body_zh, body_en, basis)
select ($3::uuid[])[n], 'qinghai', $1, $2, gen_random_uuid(), 't', 't', 's/1', false, now(), 'a', 'b', 'c', 'd', '[]'
from generate_series(1, 20000) n
"""


@pytest.fixture
async def crowded(test_server, database, seat, node):
    """A reviewer's seat among many messages: to the seat, to its unit, to everyone."""
    root, unit = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    admin = await asyncpg.connect(test_server.admin(database))
    for audience in (f"seats/{unit.id}", f"within/{unit.id}", "everyone"):
        ids = [new_id() for _ in range(20_000)]
        await admin.execute(FILL, audience, ["REVIEWER"], ids)
    await admin.execute("analyze notifications.message")
    middle = await admin.fetchval("select id from notifications.message order by id offset 30000 limit 1")
    yield [seat("REVIEWER", root, unit)], middle
    await admin.execute("truncate notifications.message_read, notifications.message, notifications.read_mark")
    await admin.close()


@pytest.mark.parametrize(
    "question", [store.PAGE, store.UNREAD_PAGE, store.COUNT], ids=["page", "unread", "count"]
)
async def test_questions_are_answered_from_the_index(crowded, session, question):
    """Newest page, deep page, unread page, unread count: none walks the table, whatever the planner knows of it."""
    seats, middle = crowded
    actor = Actor(id=uuid4(), kind="person", name="x", seats=tuple(seats), person_id=uuid4())
    for after in (store.NEWEST, middle):
        async with session("notifications") as tx:
            asked = {**store.reader_of(actor), "after": after, "limit": 21}
            explained = text(f"explain {question.text}").bindparams(*question._bindparams.values())  # noqa: SLF001
            plan = "\n".join(await tx.scalars(explained, asked))
        assert "using ix_message_audience on message m" in plan, plan
        assert "Seq Scan on message m" not in plan, plan
        assert "using pk_message " not in plan, plan


async def test_what_is_more_than_ten_thousand_is_said_as_ten_thousand(crowded, reader):
    """And everything can still be read at once."""
    http = await reader(crowded[0], person_id=uuid4())
    assert (await http.get("/v1/inbox/summary")).json() == {"unread": 10_000}
    assert (await http.post("/v1/inbox/read-all")).json()["record"] == {"unread": 0}


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
    """Claims read their index alone, and of it no more than they take."""
    admin = await asyncpg.connect(test_server.admin(database))
    await admin.execute(COPIES, [new_id() for _ in range(8_000)])
    await admin.execute("analyze notifications.delivery_copy")
    async with session("notifications") as tx:
        asked = (
            due_of("EMAIL", Priority.TO_MANY, datetime.now(UTC)).limit(20).with_for_update(skip_locked=True)
        )
        literal = asked.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
        plan = "\n".join(await tx.scalars(text(f"explain (analyze, costs off) {literal}")))
    await admin.execute("truncate notifications.delivery_copy, notifications.dispatch")
    await admin.close()
    assert "Index Scan using ix_delivery_copy_due" in plan, plan
    assert "Sort" not in plan, plan
    assert "Rows Removed by Filter" not in plan, plan
