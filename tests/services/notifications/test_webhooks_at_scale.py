"""Many deliveries: what is due at one receiver is found from the index, whatever else waits, failed or was delivered."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import event

from services.notifications.outward.queue import claim
from services.notifications.webhook.model import WebhookDelivery

NUMBER = 100_000
"""The plan is the same for ten times as many, which take minutes to fill in."""
FILL = """
insert into notifications.webhook_endpoint (id, province, organisation_id, url, event_types, description, state, secret, created_by)
select gen_random_uuid(), 'qinghai', gen_random_uuid(), 'https://a.test/', '{*}', '', 'ENABLED', '', gen_random_uuid()
from generate_series(1, 20);
insert into notifications.webhook_message (id, province, type, subject, message, concerned, public, own)
values ('00000000-0000-0000-0000-000000000001', 'qinghai', 't', 's', '{}', '{}', false, false);
alter table notifications.webhook_delivery drop constraint uq_webhook_delivery_endpoint_id_message_id;
drop index notifications.ix_webhook_delivery_endpoint, notifications.ix_webhook_delivery_message;
set session_replication_role = replica;
insert into notifications.webhook_delivery (id, province, seq, type, subject, attempts, due_at, delivered_at, endpoint_id, message_id)
select lpad(to_hex(n), 32, '0')::uuid, 'qinghai', n, 't', 'declaration/' || mod(n, 50000), 1,
    now() + case when mod(n, 3) = 0 then interval '1 hour' else interval '-1 hour' end,
    case when mod(n, 10) > 0 then now() end, e.id, '00000000-0000-0000-0000-000000000001'
from (select id, row_number() over () k from notifications.webhook_endpoint) e
join generate_series(1, %d) n on mod(n, 20) + 1 = e.k;
set session_replication_role = default;
analyze notifications.webhook_delivery;
"""
EMPTY = """
truncate notifications.webhook_attempt, notifications.webhook_delivery, notifications.webhook_message, notifications.webhook_endpoint;
alter table notifications.webhook_delivery add constraint uq_webhook_delivery_endpoint_id_message_id unique (endpoint_id, message_id);
create index ix_webhook_delivery_endpoint on notifications.webhook_delivery (endpoint_id, id);
create index ix_webhook_delivery_message on notifications.webhook_delivery (message_id)
"""


@pytest.fixture
async def crowded(test_server, database):
    """A receiver among twenty, with many deliveries: a tenth waits, a third of those for later."""
    admin = await asyncpg.connect(test_server.admin(database))
    await admin.execute(FILL % NUMBER)
    yield await admin.fetchval("select endpoint_id from notifications.webhook_delivery where seq = 10")
    await admin.execute(EMPTY)
    await admin.close()


async def test_a_claim_walks_what_is_due_and_nothing_else(crowded, session):
    """The first four are found by the index of what is due, each probed for what waits before it in its declaration."""
    async with session("notifications") as tx:
        connection = await tx.connection()
        asked = []
        event.listen(
            connection.sync_connection, "before_cursor_execute", lambda *told: asked.append(told[2:4])
        )
        told = {"lease": timedelta(minutes=1), "at_once": 4, "over": (WebhookDelivery.passed_over_at,)}
        claimed = await claim(tx, WebhookDelivery.endpoint_id, crowded, **told)
        assert len(claimed) == 4
        statement, values = asked[0]
        raw = (await connection.get_raw_connection()).driver_connection
        plan = "\n".join(
            row[0] for row in await raw.fetch(f"explain (analyze, buffers) {statement}", *values)
        )
    assert "ix_webhook_delivery_due" in plan, plan
    assert "ix_webhook_delivery_open" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "Sort" not in plan.split("LockRows")[1], plan
