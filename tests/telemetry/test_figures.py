"""Figures of queues and of the domain: right, asked for by services alone, and answered from indexes however much there is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import Engine, event, text

from services.kit import clock
from services.notifications.figures import FIGURES as NOTIFICATIONS
from services.quota.figures import FIGURES as QUOTA
from services.relay import figures as relay
from services.relay.figures import COUNTING, Board
from services.telemetry.figures import PATH, Figure, Sample, Told
from services.workflow.figures import FIGURES as WORKFLOW

FIGURES: dict[str, Sequence[Figure]] = {"quota": QUOTA, "workflow": WORKFLOW, "notifications": NOTIFICATIONS}
SMALL = {"delivery_circuit", "cycle", "batch"}
"""Tables of a few rows a year."""
SCANNED = re.compile(r"Seq Scan on (\w+)")
ROWS = 20_000
SPREAD = f"""
with event as (
    insert into outbox (id, type, subject, time, data, routed, created_at)
    select gen_random_uuid(), 'titles.t', 'thing/' || n, now(), '{{}}', true, now() - n * interval '1 second'
    from generate_series(1, {ROWS}) n returning id, seq, subject
)
insert into outbox_delivery (event_id, subscriber, seq, subject, delivered_at)
select id, 'quota', seq, subject, now() from event
"""


@pytest.mark.parametrize("service", COUNTING)
async def test_services_count_for_services_alone(client, token, service):
    """Strangers and people learn nothing; the relay hears every figure, zeros included."""
    assert (await (await client(service)).get(PATH)).status_code == 401
    assert (await (await client(service, token=token())).get(PATH)).status_code == 403
    told = (await (await client(service, token=token(kind="service"))).get(PATH)).json()["figures"]
    assert [each["name"] for each in told] == [each.name for each in FIGURES[service]]
    assert {s["value"] for each in told if not each["labels"] for s in each["samples"]} == {0}


@pytest.mark.parametrize("service", COUNTING)
async def test_figures_of_the_domain_are_answered_from_indexes(session, service):
    """No table that grows is read from one end to the other."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    async with session(service) as tx:
        moment = await clock.now(tx, simulated=False)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            for figure in FIGURES[service]:
                await figure.count(tx, moment)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        await tx.execute(text("set local enable_seqscan = off"))
        connection = await tx.connection()
        assert len(asked) >= len(FIGURES[service])
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"explain {statement}", parameters)
            assert set(SCANNED.findall("\n".join(row[0] for row in plan))) <= SMALL, statement


async def test_queues_are_counted_without_reading_what_arrived(test_server, database):
    """Among thousands of delivered events the few that wait, the dead, and the oldest of each; by the indexes of what is open."""
    connection = await asyncpg.connect(test_server.url("workflow", database))
    try:
        await connection.execute(SPREAD)
        await connection.execute("update outbox_delivery set delivered_at = null where seq % 5000 = 0")
        await connection.execute(
            "update outbox_delivery set dead_at = now() where seq % 10000 = 0 and delivered_at is null"
        )
        await connection.execute("analyze outbox; analyze outbox_delivery")
        told = {each.name: each.samples for each in await relay.queues(connection, "workflow")}
        [waiting], [dead] = told["titles_outbox_waiting"], told["titles_dead_letters"]
        assert (waiting.labels, waiting.value + dead.value, dead.value) == (["workflow", "quota"], 4, 2)
        [oldest] = told["titles_outbox_oldest_seconds"]
        assert oldest.value > 0
        for statement in (relay.UNROUTED, relay.WAITING, relay.DEAD):
            plan = "\n".join(row[0] for row in await connection.fetch(f"explain {statement}"))
            assert not SCANNED.findall(plan), plan
    finally:
        await connection.close()


async def test_unchained_lines_are_seen(test_server, database, session):
    """A line of the audit log that no link follows is as old as it is."""
    async with session("quota") as tx:
        line = (
            "insert into audit_log (id, at, recorded_at, actor_name, action, subject, basis, detail) values"
        )
        values = "(:id, now(), now() - interval '10 minutes', '-', 'a', 's', '[]', '{}')"
        await tx.execute(text(f"{line} {values}"), {"id": uuid4()})
    connection = await asyncpg.connect(test_server.url("quota", database))
    try:
        told = {each.name: each.samples for each in await relay.queues(connection, "quota")}
    finally:
        await connection.close()
    assert told["titles_audit_unsealed_seconds"][0].value >= 600


def test_what_could_not_be_taken_is_not_told():
    """A figure of a service that does not answer any more is gone, and with it the time at which it was taken."""
    board = Board()
    one = Told(name="titles_holds", about="-", labels=[], samples=[Sample(labels=[], value=1)])
    board.put("quota", "domain", [one])
    names = [each.name for each in board.collect()]
    assert names == ["titles_holds", "titles_figures_taken_timestamp_seconds"]
    board.put("quota", "domain", [])
    assert list(board.collect()) == []
