"""Many at once in one ledger, and ledgers of a whole province beside each other."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import event

from services.kit.auth import Actor
from services.quota.contract import PostPool
from services.quota.staffing import pages, reading, store
from tests.platform.tokens import node, seat
from tests.services.quota.people import ask
from tests.services.quota.staffing import MOVEMENTS, account
from tests.services.quota.test_staffing_exits import WINDOW

A, M = "ASSOCIATE_SENIOR", "MIDDLE"


def outcomes(answers) -> Counter[int]:
    """How often each status came."""
    return Counter(answer.status_code for answer in answers)


@pytest.mark.clause("A2.n3")
async def test_the_same_person_retires_once(book):
    """Of 64 clerks who record the same retirement at once, one does; the others are told that nobody is there."""
    await book.record("OPENING_POST", "李青山", level=M)
    answers = await asyncio.gather(*(book.ask("RETIRED", "李青山") for _ in range(64)))
    assert outcomes(answers) == {201: 1, 422: 63}
    assert await book.figures() == {M: (0, 0, 0, 1)}


async def test_the_same_person_is_appointed_once(book):
    """Of 64 appointments of one person at once, to posts of either pool, one is made: a person holds one post."""
    for pool in PostPool:
        await book.record("QUALIFIED", "李青山", level=M, pool=pool)
    pools = [list(PostPool)[n % 2] for n in range(64)]
    answers = await asyncio.gather(*(book.ask("EMPLOYED", "李青山", level=M, pool=pool) for pool in pools))
    assert outcomes(answers) == {201: 1, 422: 63}
    taken = [await book.figures(pool=pool) for pool in PostPool]
    assert sorted(sum(row[1] for row in each.values()) for each in taken) == [0, 1]
    assert [row[2] for each in taken for row in each.values() if row[2]] == []


async def test_a_new_ledger_and_a_new_person_are_begun_once(book):
    """Of 64 first entries at once, of one person by account, one is made, and the ledger and the person are one."""
    person = {"name": "李青山", "person_id": account()}
    answers = await asyncio.gather(*(book.ask("TRANSFERRED_IN", level=M, member=person) for _ in range(64)))
    assert outcomes(answers) == {201: 1, 422: 63}
    assert await book.figures() == {M: (0, 1, 0, 0)}


async def test_a_movement_is_reversed_once_and_not_from_under_another(book):
    """Reversals of one movement and movements that rest on it, at once: whoever comes first leaves a whole ledger."""
    made = await book.record("OPENING_POST", "李青山", level=M)
    reversals = [book.reverse(made) for _ in range(32)]
    answers = await asyncio.gather(*reversals, *(book.ask("RETIRED", "李青山") for _ in range(32)))
    taken_back, left = outcomes(answers[:32])[201], outcomes(answers[32:])[201]
    assert (taken_back, left) in {(1, 0), (0, 1)}
    assert await book.figures() == ({} if taken_back else {M: (0, 0, 0, 1)})


async def test_a_rush_of_plans_leaves_the_last_one(book):
    """Plans of one level set at once follow each other: the sum of their entries is the plan in force."""
    answers = await asyncio.gather(*(book.ask("PLAN_SET", level=M, posts=posts) for posts in range(20)))
    assert outcomes(answers) == {201: 20}
    path = f"{MOVEMENTS}?unit_id={book.unit.id}&cause=PLAN_SET&first=100"
    made = (await ask(book.http, "GET", path, book.unit.recommender)).json()["items"]
    told = await book.balances()
    [level] = [each for each in told["levels"] if each["level"] == M]
    assert sum(entry["delta"] for each in made for entry in each["entries"]) == level["approved"]
    assert level["approved"] in range(20)


async def test_a_repeated_request_is_answered_again(book):
    """With one Idempotency-Key a movement is recorded once, however often its answer is lost."""
    body, token = book.body("OPENING_POST", "李青山", level=M), book.unit.recommender
    one = {"Idempotency-Key": "one"}
    answers = await asyncio.gather(
        *(ask(book.http, "POST", MOVEMENTS, token, body, **one) for _ in range(16))
    )
    assert outcomes(answers) == {201: 16}
    assert len({answer.json()["record"]["id"] for answer in answers}) == 1


FILL = """
insert into quota.staffing_book (id, province, unit_id, lineage)
select gen_random_uuid(), 'qinghai', unit, array[$2, unit] from unnest($1::uuid[]) unit
"""
FILL_MOVEMENTS = """
insert into quota.staffing_movement (id, province, unit_id, member_id, cause, on_date, pool, level, actor_id, actor_name, recorded_at)
select gen_random_uuid(), 'qinghai', ($1::uuid[])[n % 1000 + 1], null,
    case when n % 50 = 0 then 'EMPLOYED' else 'OPENING_POST' end, date '2020-01-01' + n % 1500,
    case when n % 50 = 0 then 'TARGETED' else 'GENERAL' end, 'MIDDLE', gen_random_uuid(), 'x', now()
from generate_series(1, 20000) n
"""
FILL_ENTRIES = """
insert into quota.staffing_entry (movement_id, pool, measure, level, unit_id, member_id, cause, on_date, delta)
select id, pool, 'EMPLOYED', level, unit_id, gen_random_uuid(), cause, on_date, 1 from quota.staffing_movement
"""


@pytest.fixture
async def crowded(test_server, database):
    """A thousand ledgers below one province."""
    root, units = node("HRSS", "PROVINCE"), [uuid4() for _ in range(1000)]
    admin = await asyncpg.connect(test_server.admin(database))
    await admin.execute("set session_replication_role = replica")
    await admin.execute(FILL, units, root.id)
    await admin.execute(FILL_MOVEMENTS, units)
    await admin.execute(FILL_ENTRIES)
    for table in ("staffing_book", "staffing_movement", "staffing_entry"):
        await admin.execute(f"analyze quota.{table}")
    yield root, units[7]
    await admin.execute(
        "truncate quota.staffing_entry, quota.staffing_movement, quota.staff_member, quota.staffing_book"
    )
    await admin.close()


async def plans(tx, question) -> list[str]:
    """The plan of every statement that answers a question, with the values it was asked with."""
    asked = []
    connection = await tx.connection()

    def keep(_, __, statement, parameters, *___) -> None:
        asked.append((statement, parameters))

    event.listen(connection.sync_connection, "before_cursor_execute", keep)
    await question
    event.remove(connection.sync_connection, "before_cursor_execute", keep)
    assert asked
    found = []
    for statement, parameters in asked:
        told = await connection.exec_driver_sql(f"explain {statement}", parameters)
        found.append("\n".join(row[0] for row in told))
    return found


async def test_questions_are_answered_from_indexes(crowded, session):
    """One unit among many: no question walks a table of movements or entries, and a balance, exits included, is one range."""
    root, unit = crowded
    day, person = date(2023, 6, 1), [uuid4()]
    province = Actor(uuid4(), "person", "x", (seat("TITLE_OFFICER", root),))
    balances = {"on": day, "window": WINDOW}
    async with session("quota") as tx:
        questions = {
            "balances": reading.balances(tx, unit, PostPool.GENERAL, **balances),
            "keeps": reading.keeps_ledger(tx, unit),
            "people": reading.counted_people(tx, unit, PostPool.GENERAL, on=day),
            "exits": reading.exits_of(tx, unit, window=WINDOW),
            "undecided": reading.undecided_of(tx, unit, PostPool.GENERAL, on=day),
            "steps": store.steps_of(tx, person),
            "plans": store.plans_of(tx, unit),
            "movements": pages.movements(tx, pages.MovementsAsked(unit_id=unit)),
            "in post": pages.in_post(tx, pages.PostsAsked(unit_id=unit), day),
            "filed": pages.filed(tx, province, 20, None),
            "visible": store.require_visible(tx, unit, province),
        }
        for name, question in questions.items():
            for plan in await plans(tx, question):
                for table in ("staffing_movement", "staffing_entry"):
                    assert f"Seq Scan on {table}" not in plan, f"{name}: {plan}"
    async with session("quota") as tx:
        [plan] = await plans(tx, reading.balances(tx, unit, PostPool.GENERAL, **balances))
    assert "ix_staffing_entry_unit" in plan, plan
