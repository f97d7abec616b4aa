"""What the relay does beside delivering: seal the audit chains, purge what is past its retention, refuse bad settings."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import func, insert, select, update

from deploy.local.bootstrap import SERVICES, service_url
from services.ciphers import algorithm_of
from services.kit import audit
from services.kit.clock import Moment
from services.kit.idempotency import idempotency_key
from services.kit.ids import first_id_of, new_id
from services.kit.inbox import inbox
from services.kit.outbox import outbox, outbox_delivery
from services.relay.figures import Board, Taking
from services.relay.settings import Settings
from services.relay.source import Source, open_pool
from tests.services.relay.conftest import ended, until

NOW = Moment(datetime.now(UTC))


async def sealed(session, links: int) -> None:
    """Wait until the chain of workflow has so many links."""
    async with asyncio.timeout(60):
        while True:
            async with session("workflow") as tx:
                if await tx.scalar(select(func.count()).select_from(audit.audit_chain)) == links:
                    return
            await asyncio.sleep(0.05)


async def test_a_line_that_came_very_late_is_sealed_without_a_restart(relay, session):
    """What a transaction of two hours wrote is chained by the relay that was running all the time."""
    async with session("workflow") as tx:
        await audit.record(tx, actor=None, action="test.ACT", subject="test/new", moment=NOW)
    await relay({"SEAL_THOROUGHLY_SECONDS": "0.3"}).start()
    await sealed(session, 1)
    async with session("workflow") as tx:
        line = audit.row(actor=None, action="test.OLD", subject="test/old", moment=NOW)
        line["id"] = first_id_of(NOW.instant - timedelta(hours=2))
        await tx.execute(insert(audit.audit_log).values(**line))
    await sealed(session, 2)


async def test_what_another_was_sealing_is_looked_at_when_that_one_is_gone(session, test_server, database):
    """A turn that another relay had counts for nothing: what that one left, however old, is chained by the next look."""
    urls = {
        each: service_url(test_server.admin(database), each, test_server.passwords[each]) for each in SERVICES
    }
    settings = Settings.model_validate({f"{each}_database_url": url for each, url in urls.items()})
    source = Source("workflow", urls["workflow"], (), Taking("workflow", None, Board()), settings)
    async with session("workflow") as tx:
        await audit.record(tx, actor=None, action="test.ACT", subject="test/new", moment=NOW)
        assert await audit.seal(tx) == 1
        line = audit.row(actor=None, action="test.OLD", subject="test/old", moment=NOW)
        line["id"] = first_id_of(NOW.instant - timedelta(hours=2))
        await tx.execute(insert(audit.audit_log).values(**line))
    async with open_pool(urls["workflow"], size=1) as pool:
        async with session("workflow") as other:
            assert await audit.seal(other) == 0
            await source._seal(pool)  # noqa: SLF001 - a turn of it, while another has its own
        await source._seal(pool)  # noqa: SLF001
    await sealed(session, 2)
    await source._database.close()  # noqa: SLF001


@pytest.mark.parametrize("by", ["sha256", "sm3"])
async def test_every_chain_is_sealed_and_verified(relay, session, test_server, database, by):
    """A line is sealed within moments; the command says whole, and names the schema and link that were tampered with."""
    running = relay({"AUDIT_DIGEST": by})
    async with session("workflow") as tx:
        for number in range(3):
            await audit.record(tx, actor=None, action="test.ACT", subject=f"test/{number}", moment=NOW)
    await running.start()
    await sealed(session, 3)
    async with session("workflow") as tx:  # once all was looked at it is looked for what came since
        await audit.record(tx, actor=None, action="test.ACT", subject="test/3", moment=NOW)
    await sealed(session, 4)
    code, said = await running.command("verify-audit")
    assert code == 0, said
    assert "workflow: whole, 4 links" in said
    admin = await asyncpg.connect(test_server.admin(database))
    hashes = await admin.fetch("select hash from workflow.audit_chain")
    assert {algorithm_of(each["hash"]) for each in hashes} == {by}
    await admin.execute("update workflow.audit_log set subject = 'test/9' where subject = 'test/1'")
    await admin.close()
    code, said = await running.run("verify-audit")
    assert code == 1, said
    assert "workflow: audit chain broken at link 2: its line was altered" in said
    assert "notifications: whole, 0 links" in said


async def test_what_is_past_its_retention_goes(relay, session):
    """Old delivered events, handled ids and answered keys go; young ones and dead letters stay."""
    long_ago = datetime.now(UTC) - timedelta(days=100)
    made = {
        "done": event_row(long_ago),
        "dead": event_row(long_ago + timedelta(days=1)),
        "young": event_row(datetime.now(UTC)),
    }
    async with session("workflow") as tx:
        await tx.execute(insert(outbox).values([row | {"routed": True} for row in made.values()]))
        for name, row in made.items():
            settled = {"dead_at": long_ago} if name == "dead" else {"delivered_at": long_ago}
            delivery = {"event_id": row["id"], "subscriber": "quota", "seq": 1, "subject": row["subject"]}
            await tx.execute(insert(outbox_delivery).values(**delivery, **settled))
        for each in (first_id_of(long_ago), new_id()):
            await tx.execute(insert(inbox).values(event_id=each, type="x"))
        for at in (long_ago, datetime.now(UTC)):
            key = {"owner": uuid4(), "key": "k", "fingerprint": b"", "created_at": at}
            await tx.execute(insert(idempotency_key).values(**key))
    await relay().start()
    async with asyncio.timeout(60):
        while True:
            async with session("workflow") as tx:
                keys = await tx.scalar(select(func.count()).select_from(idempotency_key))
                if keys == 1:
                    break
            await asyncio.sleep(0.05)
    async with session("workflow") as tx:
        assert set(await tx.scalars(select(outbox.c.id))) == {made["dead"]["id"], made["young"]["id"]}
        assert await tx.scalar(select(func.count()).select_from(outbox_delivery)) == 2
        assert await tx.scalar(select(func.count()).select_from(inbox)) == 1


async def test_events_of_a_newer_release_wait_for_a_newer_relay(relay, subscriber, publish_ended, session):
    """A type that no contract names is neither delivered nor dropped, and holds nobody up."""
    async with session("workflow") as tx:
        await tx.execute(
            insert(outbox).values(**event_row(datetime.now(UTC)) | {"type": "titles.workflow.new.v1"})
        )
    quota = await subscriber("quota")
    running = relay(quota=quota.url)
    await running.start()
    await publish_ended(2, 1)
    await until(lambda: len(quota.taken()) == 2)
    async with session("workflow") as tx:
        assert await tx.scalar(select(func.count()).where(~outbox.c.routed)) == 1
        await tx.execute(update(outbox).values(routed=True))


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        (
            "LEASE_SECONDS",
            "0.1",
            "relay: Value error, LEASE_SECONDS must be longer than DELIVERY_TIMEOUT_SECONDS",
        ),
        ("REJECTIONS", "none", "relay: setting REJECTIONS: Input should be a valid integer"),
        ("INBOX_RETENTION_DAYS", "5", "relay: Value error, INBOX_RETENTION_DAYS must be longer"),
    ],
)
async def test_settings_that_cannot_work_get_one_clear_line(relay, setting, value, line):
    """Bad settings end the process with code 2 and one line."""
    code, said = await relay(settings={setting: value}).run()
    assert code == 2, said
    assert said.startswith(line)
    assert said.count("\n") == 1


async def test_a_database_that_is_away_is_said_in_one_line(relay):
    """Commands name the schema they cannot read, and end with code 2."""
    url = "postgresql://quota:secret@127.0.0.1:1/titles"
    code, said = await relay(settings={"QUOTA_DATABASE_URL": url}).command("status")
    assert code == 2, said
    assert "quota: cannot be read" in said
    assert "secret" not in said


def event_row(at: datetime) -> dict:
    """An event made at some time in the past, as a row of the outbox."""
    return ended(uuid4(), 0).row(NOW) | {"id": first_id_of(at), "created_at": at}
