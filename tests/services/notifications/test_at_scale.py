"""Many messages: pages, threads, counts and streams cost what they cost with few. The plans are the same at a million."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from services.kit.auth import Actor
from services.notifications.inbox import store, threads
from services.notifications.live import feed

TIME_ORDERED = "cast(lpad(to_hex(1700000000000 + n), 12, '0') || '70008000' || lpad(to_hex($3::int + n), 12, '0') as uuid)"
FILL = f"""
insert into notifications.message (id, province, audience, roles, event_id, type, template, subject, legal, at,
    title_zh, title_en, body_zh, body_en, basis)
select {TIME_ORDERED}, 'qinghai', $1::text || case when $2::int > 0 then (n / $2)::text else '' end, '{{REVIEWER}}', {TIME_ORDERED}, 't', 't',
    's/' || n / 4, false, now(), 'a', 'b', 'c', 'd', '[]'
from generate_series(1, $4::int) n
"""
CHANGES = """
insert into notifications.inbox_change (kind, audience, roles, message_id, at)
select 'MESSAGE', audience, roles, id, now() from notifications.message where id > $1
"""
OTHERS, MINE = 30_000, 15_000
"""Raise the first to 955,000 for a million: a minute to fill, and the same plans."""
QUESTIONS = {
    "page": store.PAGE,
    "unread": store.UNREAD_PAGE,
    "count": store.COUNT,
    "thread": store.THREAD,
    "unread thread": store.UNREAD_THREAD,
    "threads": threads.THREADS,
    "counts": threads.COUNTS,
    "missed": feed.MISSED,
    "settled": feed.SETTLED,
    "advance": store.ADVANCE,
}


async def fill(admin: asyncpg.Connection, messages: int, mine: int, unit: UUID) -> None:
    """Many messages to others, of whom each has a thousand; and some to a reviewer's seat, its unit, and everyone."""
    await admin.execute(FILL, "seats/", 1000, 0, messages)
    for number, audience in enumerate((f"seats/{unit}", f"within/{unit}", "everyone"), start=1):
        await admin.execute(FILL, audience, 0, number << 24, mine)


@pytest.fixture
async def admin(test_server, database) -> AsyncIterator[asyncpg.Connection]:
    """The administrator's connection; what it filled is gone at the end."""
    connection = await asyncpg.connect(test_server.admin(database))
    yield connection
    tables = ("message_read", "message", "read_mark", "inbox_change")
    await connection.execute("truncate " + ", ".join(f"notifications.{each}" for each in tables))
    await connection.close()


async def test_questions_are_answered_from_indexes(admin, session, seat, node):
    """Pages new and deep, threads, counts, what a stream missed: none walks the tables, whatever the planner knows."""
    root, unit = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    await fill(admin, OTHERS, MINE, unit.id)
    middle = await admin.fetchval(
        "select id from notifications.message where audience = 'everyone' order by id offset 5000 limit 1"
    )
    await admin.execute(CHANGES, middle)
    await admin.execute("analyze notifications.message, notifications.inbox_change")
    actor = Actor(
        id=uuid4(), kind="person", name="x", seats=(seat("REVIEWER", root, unit),), person_id=uuid4()
    )
    asked = {**store.reader_of(actor), "subject": "s/7", "limit": 21, "most": 100, "xid": 0, "seq": 0}
    asked |= {"horizon": 2**62, "settled": store.NEWEST}
    for name, question in QUESTIONS.items():
        for after in (store.NEWEST, middle):
            async with session("notifications") as tx:
                explained = text(f"explain {question.text}").bindparams(*question._bindparams.values())  # noqa: SLF001
                given = asked | {"after": after}
                wanted = {key: given[key] for key in question._bindparams}  # noqa: SLF001
                plan = "\n".join(await tx.scalars(explained, wanted))
            assert "Seq Scan on message " not in plan, (name, plan)
            assert "Seq Scan on inbox_change " not in plan, (name, plan)
            if name not in {"missed", "settled"}:
                assert "using pk_message on" not in plan, (name, plan)
            if "thread" in name:
                assert "using ix_message_thread on message" in plan, (name, plan)


SHUFFLED = """
create temp table shuffled as select * from notifications.message order by md5(id::text);
truncate notifications.message cascade;
insert into notifications.message select * from shuffled
"""


def _walked(plan: dict[str, Any]) -> float:
    """Messages that a plan has looked at for the reader's places."""
    here = plan["Actual Rows"] * plan["Actual Loops"] if plan.get("Alias") == "m" else 0
    return here + sum(_walked(each) for each in plan.get("Plans", []))


@pytest.mark.parametrize("each", [1, 8, 1000])
async def test_what_is_shown_is_all_that_is_walked(admin, session, seat, node, each):
    """However many a place has, however many others have, and in whatever order they came into the table."""
    root, unit = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    await fill(admin, 0, 5_000, unit.id)
    await admin.execute(FILL, "seats/", each, 0, OTHERS)
    await admin.execute(SHUFFLED)
    await admin.execute("analyze notifications.message")
    actor = Actor(
        id=uuid4(), kind="person", name="x", seats=(seat("REVIEWER", root, unit),), person_id=uuid4()
    )
    asked = {**store.reader_of(actor), "after": store.NEWEST}
    shown = {store.PAGE: 21, store.UNREAD_PAGE: 21, store.COUNT: 1_000, threads.COUNTS: 1_000}
    for question, most in shown.items():
        explained = text(f"explain (analyze, format json) {question.text}")
        explained = explained.bindparams(*question._bindparams.values())  # noqa: SLF001
        wanted = {key: (asked | {"limit": most})[key] for key in question._bindparams}  # noqa: SLF001
        async with session("notifications") as tx:
            [told] = await tx.scalar(explained, wanted)
        assert 0 < _walked(told["Plan"]) <= most * len(asked["audiences"]), told


async def test_what_is_more_than_a_thousand_is_said_as_a_thousand(admin, reader, seat, node):
    """And everything can still be read at once."""
    root, unit = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE")
    await fill(admin, 0, 4_000, unit.id)
    http = await reader([seat("REVIEWER", root, unit)], person_id=uuid4())
    assert (await http.get("/v1/inbox/summary")).json() == {"unread": 1_000}
    assert (await http.post("/v1/inbox/read-all")).json()["record"] == {"unread": 0}


async def test_what_was_read_one_by_one_is_not_walked_again(admin, reader, seat, node):
    """The mark follows up to the first that is unread, whichever role may read what lies between; counts stay true."""
    root, unit, account = node("HRSS", "PROVINCE"), node("EMPLOYER", "PROVINCE"), uuid4()
    await fill(admin, 0, 400, unit.id)
    await admin.execute("update notifications.message set roles = null where audience = 'everyone'")
    ids = [
        row["id"]
        for row in await admin.fetch(
            "select id from notifications.message where audience = $1 order by id", f"seats/{unit.id}"
        )
    ]
    await admin.execute(
        "insert into notifications.message_read select $1, m, now() from unnest($2::uuid[]) m",
        *(account, [*ids[1:240], *ids[241:-1]]),
    )
    http = await reader([seat("REVIEWER", root, unit)], sub=account)
    marks = "select place, up_to from notifications.read_mark where account_id = $1"
    steps = [(ids[-1], 802, []), (ids[0], 801, [ids[239]]), (ids[240], 800, [ids[-1]])]
    for read, unread, marked in steps:
        assert (await http.post(f"/v1/inbox/{read}/read")).status_code == 200
        assert (await http.get("/v1/inbox/summary")).json() == {"unread": unread}
        found = await admin.fetch(marks, account)
        assert [each["up_to"] for each in found if each["place"].startswith("seats/")] == marked
    assert {each["place"].partition("/")[0] for each in await admin.fetch(marks, account)} == {"seats"}
