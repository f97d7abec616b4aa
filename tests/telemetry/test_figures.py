"""Figures of queues and of the domain: right, asked for by services alone, and read from what is open alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import Engine, event, text

from services.kit import clock
from services.kit.ids import first_id_of
from services.notifications.figures import FIGURES as NOTIFICATIONS
from services.quota.figures import FIGURES as QUOTA
from services.relay import figures as relay
from services.relay.figures import COUNTING, Board
from services.telemetry.figures import PATH, Figure, Sample, Told
from services.workflow.figures import FIGURES as WORKFLOW

FIGURES: dict[str, Sequence[Figure]] = {"quota": QUOTA, "workflow": WORKFLOW, "notifications": NOTIFICATIONS}
OPEN = 20
UNDER_REVIEW = {"number": "'w' || n", "state": "'UNDER_REVIEW'", "due_on": "current_date - 1"}
CERTIFIED = {"state": "'CERTIFIED'", "due_on": "current_date - n % 900", "escalated_on": "current_date"}
HOLD = {"level": "'MIDDLE'", "person_kind": "'ON_ESTABLISHMENT'"}
FILLED: dict[str, dict[str, tuple[dict[str, str], dict[str, str]]]] = {
    "workflow": {"declaration": (CERTIFIED, UNDER_REVIEW)},
    "quota": {
        "reservation": (
            {**HOLD, "state": "'CONFIRMED'", "known_at": "now()"},
            {**HOLD, "state": "'HELD'", "asked_at": "now() - interval '1 hour'"},
        )
    },
    "notifications": {
        "delivery_copy": ({"language": "'zh'", "sent_at": "now()"}, {"language": "'zh'"}),
        "webhook_delivery": ({"delivered_at": "now()"}, {}),
        "credit_delivery": ({"delivered_at": "now()"}, {}),
    },
}
"""Of every table that grows: what is done, as most rows are, and what waits."""
NEEDED = """
select attname, format_type(atttypid, null) as type from pg_attribute
where attrelid = $1::regclass and attnum > 0 and not attisdropped and attnotnull and not atthasdef and attidentity = ''
and attname <> all($2::text[])
"""
PLAIN = {
    "uuid": "gen_random_uuid()",
    "character varying": "'x' || n",
    "text": "'x'",
    "integer": "n",
    "smallint": "1",
    "bigint": "n",
    "boolean": "false",
    "date": "current_date",
    "timestamp with time zone": "now()",
    "bytea": "''",
}
SCANNED = re.compile(r"Seq Scan on (\w+)")
ROWS = 20_000
LINE = """
insert into audit_log (id, at, actor_name, action, subject, basis, detail) values ($1, now(), '-', 'a', 's', '[]', '{}')
"""
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
async def test_figures_of_the_domain_read_no_more_than_they_count(session, resetter, database, service):
    """Among thousands of rows that are done, and with the statistics of a running system, only what is open is read."""
    for table, (done, waits) in FILLED[service].items():
        await resetter.execute(
            f"truncate {service}.{table} cascade"
        )  # indexes are as large as what is in them
        await fill(resetter, f"{service}.{table}", ROWS, done)
        await fill(resetter, f"{service}.{table}", OPEN, waits)
        await resetter.execute(f"analyze {service}.{table}")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    async with session(service) as tx:
        moment = await clock.now(tx, simulated=False)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            told = {figure.name: await figure.count(tx, moment) for figure in FIGURES[service]}
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        assert OPEN in [value for counted in told.values() for value in counted.values()]
        connection = await tx.connection()
        assert len(asked) >= len(FIGURES[service])
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"explain (analyze, format json) {statement}", parameters)
            found = plan.scalar_one()
            assert most_read(found) <= OPEN, (statement, json.dumps(found))


async def fill(connection: asyncpg.Connection, table: str, rows: int, given: dict[str, str]) -> None:
    """Put rows into a table: these columns as given, what else must be there by its type, and nothing that it refers to."""
    columns = await connection.fetch(NEEDED, table, list(given))
    values = {each["attname"]: PLAIN.get(each["type"], "'{}'") for each in columns} | given
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(
            f"insert into {table} ({', '.join(values)}) select {', '.join(values.values())}"
            f" from generate_series(1, {rows}) n"
        )


def most_read(plan: Any) -> float:
    """The rows that the greediest step of an analyzed plan has read."""
    [whole] = json.loads(plan) if isinstance(plan, str) else plan
    steps, most = [whole["Plan"]], 0.0
    while steps:
        step = steps.pop()
        steps += step.get("Plans", ())
        removed = step.get("Rows Removed by Filter", 0) + step.get("Rows Removed by Join Filter", 0)
        most = max(most, (step["Actual Rows"] + removed) * step["Actual Loops"])
    return most


async def test_queues_are_counted_without_reading_what_arrived(direct_url):
    """Among thousands of delivered events the few that wait, the dead, and the oldest of each; by the indexes of what is open."""
    connection = await asyncpg.connect(direct_url("workflow"))
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


async def test_lines_that_are_not_chained_are_found_among_those_that_are(direct_url):
    """Of a long log little more than its last minute is read, whether the plan knows where that begins or not."""
    now = datetime.now(UTC)
    ids = [first_id_of(now - timedelta(seconds=second)) for second in range(ROWS, 0, -1)]
    connection = await asyncpg.connect(direct_url("quota"))
    try:
        await connection.executemany(LINE, [(each,) for each in ids])
        await connection.execute(
            "insert into audit_chain select row_number() over (order by id), id, '' from audit_log"
        )
        await connection.execute("analyze audit_log; analyze audit_chain")
        since = first_id_of(now - timedelta(seconds=60))
        await connection.execute(f"prepare unsealed (uuid) as {relay.UNSEALED}")
        for mode in ("force_custom_plan", "force_generic_plan"):
            await connection.execute(f"set plan_cache_mode = {mode}")
            plan = await connection.fetchval(f"explain (analyze, format json) execute unsealed ('{since}')")
            assert most_read(plan) <= 100, plan
    finally:
        await connection.close()


async def test_unchained_lines_are_seen(direct_url, session):
    """A line of the audit log that no link follows is as old as it is."""
    async with session("quota") as tx:
        line = (
            "insert into audit_log (id, at, recorded_at, actor_name, action, subject, basis, detail) values"
        )
        values = "(:id, now(), now() - interval '10 minutes', '-', 'a', 's', '[]', '{}')"
        await tx.execute(text(f"{line} {values}"), {"id": uuid4()})
    connection = await asyncpg.connect(direct_url("quota"))
    try:
        told = {each.name: each.samples for each in await relay.queues(connection, "quota")}
    finally:
        await connection.close()
    assert told["titles_audit_unsealed_seconds"][0].value >= 600


def test_what_could_not_be_taken_is_not_told():
    """A figure of a service that does not answer any more is gone; the time at which it was taken stays, or an alert had nothing to go by."""
    board = Board()
    board.expect("quota", "domain")
    assert taken(board) == 0
    one = Told(name="titles_holds", about="-", labels=[], samples=[Sample(labels=[], value=1)])
    board.put("quota", "domain", [one])
    names = [each.name for each in board.collect()]
    assert names == ["titles_holds", "titles_figures_taken_timestamp_seconds"]
    last = taken(board)
    assert last > 0
    board.put("quota", "domain", [])
    assert taken(board) == last


def taken(board: Board) -> float:
    """When the figures of quota's domain were last taken, the only thing or the last that is told."""
    *_, family = board.collect()
    [sample] = family.samples
    assert (sample.name, sample.labels["schema"]) == ("titles_figures_taken_timestamp_seconds", "quota")
    return sample.value
