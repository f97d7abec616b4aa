"""What was sent long ago is removed, and nothing else: what waits, is dead or legal stays, and what is removed is found by its age."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects import postgresql

from services.accounts.contract import OrganisationClosed
from services.kit.ids import first_id_of, new_id
from services.notifications.delivery import purging
from services.notifications.delivery.model import Dispatch
from services.notifications.delivery.purging import Purging
from services.notifications.webhook import purging as webhook_purging
from services.notifications.webhook.model import WebhookDelivery, WebhookEndpoint, WebhookMessage
from services.workflow.contract import DeclarationMoved
from tests.platform.tokens import bearer, node
from tests.services.notifications.events import declaration_moved
from tests.services.notifications.receiver import ROOT, desk_of
from tests.services.notifications.sending import Scene, opened, operator

HOST, OTHER = "hooks.example.org", "gone.example.org"
AT_ONCE = {"kept_days": 0}
NEVER = [500] * 20


async def purge(scene: Scene, **policy: int) -> list[str]:
    """Remove what is older than the policy says, with these changes; where what is left stands."""
    told = scene.app.state.delivery.policy.model_copy(update=policy)
    await Purging(scene.app.state.db, told).once()
    return sorted(await scene.standings())


async def test_copies_go_when_their_time_is_over_and_nothing_that_waits_or_is_dead(
    database, apps, session, monkeypatch
):
    """By the policy's days nothing goes yet; then what ended, a row at a time; the dead one once an operator has sent it again."""
    monkeypatch.setattr(purging, "COPIES", 1)
    monkeypatch.setattr(purging, "NOTICES", 1)
    async with opened(apps, session) as scene:
        scene.mail.behaviour = ["unwanted"]
        await scene.submitted(EMAIL="dead@example.test")
        await scene.work()
        scene.mail.behaviour = ["unwanted"]
        await scene.submitted(EMAIL="on@example.test", SMS="13800000000")
        await scene.work()
        await scene.returned(EMAIL="legal@example.test")
        for _ in range(2):
            await scene.submitted(EMAIL="li@example.test")
        await scene.work()
        await scene.work()
        scene.sms.always = "busy"
        await scene.submitted(SMS="13900000000")
        await scene.work()
        made = ["EMAIL DEAD", "EMAIL HANDED_ON", *["EMAIL SENT"] * 3, "SMS SENT", "SMS WAITING"]
        assert await purge(scene) == made
        assert await purge(scene, **AT_ONCE) == ["EMAIL DEAD", "EMAIL SENT", "SMS WAITING"]
        async with session("notifications") as tx:
            assert await tx.scalar(select(func.count()).select_from(Dispatch)) == 3
        assert await purge(scene, legal_kept_days=0, **AT_ONCE) == ["EMAIL DEAD", "SMS WAITING"]
        (dead, _) = await scene.copies()
        path = f"/v1/delivery-copies/{dead.id}/redrive"
        assert (await scene.http.post(path, headers=bearer(operator()))).is_success
        await scene.work()
        assert await purge(scene, **AT_ONCE) == ["SMS WAITING"]
        assert set(scene.mail.has) >= {dead.id}


async def test_what_was_tried_is_known_while_a_reader_still_waits_and_an_announcement_keeps_its_count(
    database, apps, session
):
    """The first way's copy stays beside the next way's that waits; a notice of an announcement stays without its copies."""
    async with opened(apps, session) as scene:
        scene.mail.behaviour, scene.sms.always = ["unwanted"], "busy"
        await scene.submitted(EMAIL="on@example.test", SMS="13800000000")
        await scene.work()
        await scene.work()
        assert await purge(scene, **AT_ONCE) == ["EMAIL HANDED_ON", "SMS WAITING"]
        scene.sms.always = "take"
        await scene.passes(seconds=4000)
        await scene.work()
        async with session("notifications") as tx:
            await tx.execute(update(Dispatch).values(subject=f"announcement/{uuid4()}", readers=1))
        assert await purge(scene, **AT_ONCE) == []
        async with session("notifications") as tx:
            assert list(await tx.scalars(select(Dispatch.readers))) == [1]


COPIES = """
insert into notifications.dispatch (id, province, event_id, audience, type, template, topic, subject, legal, at,
    title_zh, title_en, body_zh, body_en, basis, priority, attempts, due_at, done_at)
select i, 'qinghai', gen_random_uuid(), 'person/1', 't', 't', 'SEASON', 's/1', n % 3 = 0, now(),
    'a', 'b', 'c', 'd', '[]', 0, 0, now(), now()
from generate_series(1, 8000) n, lateral (select ($1::uuid[])[n] as i) one;
"""
THEIRS = """
insert into notifications.delivery_copy (id, province, dispatch_id, account_id, channel, contact_id, language, priority,
    bundle_id, last_way, attempts, due_at, sent_at)
select i, 'qinghai', i, gen_random_uuid(), 'EMAIL', gen_random_uuid(), 'zh', 0, i, true, 0, now(), now() - interval '1 year'
from unnest($1::uuid[]) i
"""
MESSAGES = """
insert into notifications.webhook_endpoint (id, province, organisation_id, url, event_types, description, state, secret, created_by)
values ('00000000-0000-0000-0000-000000000009', 'qinghai', gen_random_uuid(), 'https://a.test/', '{*}', '', 'ENABLED', '',
    gen_random_uuid());
insert into notifications.webhook_message (id, province, type, subject, message, concerned, public, own, created_at)
select gen_random_uuid(), 'qinghai', 't', 's/' || n, '{}', '{}', false, false, now() - n * interval '1 minute'
from generate_series(1, 50000) n;
insert into notifications.webhook_delivery (id, province, seq, type, subject, attempts, due_at, delivered_at, endpoint_id, message_id)
select gen_random_uuid(), 'qinghai', seq, 't', subject, 1, now(), case when seq % 7 > 0 then now() end,
    '00000000-0000-0000-0000-000000000009', id from notifications.webhook_message;
analyze notifications.webhook_message, notifications.webhook_delivery
"""
EMPTY = """
truncate notifications.webhook_attempt, notifications.webhook_delivery, notifications.webhook_message,
    notifications.webhook_endpoint, notifications.delivery_copy, notifications.dispatch cascade
"""


async def plan_of(tx, statement) -> str:
    """How the database would do it."""
    literal = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    return "\n".join(await tx.scalars(text(f"explain (costs off) {literal}")))


async def test_what_is_old_is_found_by_indexes_alone(test_server, database, session):
    """Notices by their age, their copies by the notice, messages by when they were kept: no table is read through."""
    admin = await asyncpg.connect(test_server.admin(database))
    ids = [new_id() for _ in range(8_000)]
    await admin.execute(COPIES, ids)
    await admin.execute(THEIRS, ids)
    await admin.execute("analyze notifications.dispatch, notifications.delivery_copy")
    await admin.execute(MESSAGES)
    before = datetime.now(UTC) + timedelta(days=1)
    async with session("notifications") as tx:
        found = await plan_of(
            tx, purging.old(first_id_of(datetime(2020, 1, 1, tzinfo=UTC)), before, legal=False)
        )
        copies = await plan_of(tx, purging.settled(ids[:50], before))
        notices = await plan_of(tx, purging.empty(ids[:50]))
        messages = await plan_of(tx, webhook_purging.oldest(30))
    await admin.execute(EMPTY)
    await admin.close()
    assert "ix_dispatch_done" in found, found
    assert "Sort" not in found, found
    assert "uq_delivery_copy_dispatch_id_account_id_contact_id" in copies, copies
    assert "ix_webhook_message_created_at" in messages, messages
    for each in (found, copies, notices, messages):
        assert "Seq Scan on dispatch" not in each, each
        assert "Seq Scan on delivery_copy" not in each, each
        assert "Seq Scan on webhook_message" not in each, each


@pytest.mark.parametrize("at_once", [1, 200])
async def test_messages_go_when_nobody_waits_for_them(database, apps, session, monkeypatch, at_once):
    """Taken, passed over, or of a receiver whose organisation is gone: gone after the days; waiting or dead: kept, whatever else is old."""
    monkeypatch.setattr(webhook_purging, "MESSAGES", at_once)
    async with desk_of(apps, session) as desk:
        unit = node("EMPLOYER", "COUNTY")
        endpoint, gone = (
            await desk.registers(HOST, types=[DeclarationMoved.type]),
            await desk.registers(OTHER, unit),
        )
        for case in range(5):
            event = declaration_moved(lineage=[ROOT.id, unit.id], declaration_id=uuid4())
            desk.receivers.behaviour = {HOST: [200 if case == 0 else 500, *NEVER], OTHER: NEVER.copy()}
            await desk.happens(event)
            await desk.sender.once()
        _, _, dead, passed, young = await desk.deliveries(endpoint)
        async with session("notifications") as tx:
            ended = update(WebhookDelivery).values(dead_at=func.now())
            await tx.execute(ended.where(WebhookDelivery.id.in_([dead["id"], passed["id"]])))
            old = update(WebhookMessage).values(created_at=func.now() - timedelta(days=31))
            await tx.execute(old.where(WebhookMessage.id != young["message_id"]))
        days = desk.app.state.webhooks.policy.kept_days
        await desk.done("POST", f"/v1/webhook-deliveries/{passed['id']}/pass-over", body={"reason": "x"})
        assert await webhook_purging.purge(desk.app.state.db, days) == 0, "the other receiver waits for all"
        async with session("notifications") as tx:
            failing = update(WebhookEndpoint).where(WebhookEndpoint.id == gone["id"])
            await tx.execute(failing.values(state="DISABLED", disabled_for="FAILING"))
        assert await webhook_purging.purge(desk.app.state.db, days) == 0, "it may be enabled again"
        await desk.happens(OrganisationClosed(organisation_id=unit.id, parent_id=ROOT.id, name="某单位"))
        assert await webhook_purging.purge(desk.app.state.db, days) == 2
        left = [each["standing"] for each in await desk.deliveries(endpoint)]
        assert left == ["WAITING", "DEAD", "WAITING"]
        async with session("notifications") as tx:
            assert await tx.scalar(text("select count(*) from webhook_message")) == 3
            tries = "select count(*) from webhook_attempt a left join webhook_delivery d on d.id = a.delivery_id where d.id is null"
            assert await tx.scalar(text(tries)) == 0
