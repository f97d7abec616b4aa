"""A province of many institutions: what is asked often, and each chunk of a recalculation, follows an index."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from bench.recalculation import ROOT, fill
from services.kit.auth import Actor, Node, Seat
from services.kit.db import Database
from services.quota import policy as policies
from services.quota.main import articles_named
from services.quota.ratio.store import approved_posts
from services.quota.recalculation import counting, store
from services.quota.unit import store as cards
from tests.platform.settings import POLICIES
from tests.services.quota.bodies import YEAR

UNITS = 20_000
POLICY = policies.load(POLICIES, "qinghai", used=articles_named()).of(YEAR)
BIG = (
    *("unit_card", "ledger", "annual_form", "annual_form_column", "reservation", "counted_person"),
    *("unit_standing", "unit_standing_level"),
)


def number(n: int) -> UUID:
    """The id of the nth unit of the province."""
    return UUID(f"{1700000000000 + n:012x}70008000{n:012x}")


def county(n: int) -> Actor:
    """A reviewer of a county's HRSS department."""
    node = Node(id=UUID(f"{n:x}".rjust(32, "c")), kind="HRSS", level="COUNTY")
    seat = Seat(role="REVIEWER", organisation_id=node.id, lineage=(node,))
    return Actor(UUID(int=1), "person", "某人", (seat,))


@pytest.fixture(scope="module")
async def crowded(test_server, worker_database, resetter) -> Any:
    """Posts of twenty thousand units; all of it is gone afterwards."""
    settings = {"search_path": "quota"}
    admin = await asyncpg.connect(test_server.admin(worker_database), server_settings=settings)
    tables = ", ".join((*BIG, "form_exit", "post_decision", "post_decision_level", "recalculation"))
    emptied = f"truncate {tables}, targeted_plan, targeted_plan_level, standing_sum cascade"
    await admin.execute(emptied)
    await fill(admin, UNITS)
    yield admin
    await admin.execute(emptied)
    await admin.close()


@pytest.fixture
def plan(crowded, test_server, worker_database) -> Callable[..., Awaitable[str]]:
    """`await plan(question)`: how the database answers all that `question(tx)` asks."""
    url = test_server.url("quota", worker_database).replace("postgresql://", "postgresql+asyncpg://", 1)

    async def explained(question: Callable[[AsyncSession], Awaitable[Any]]) -> str:
        async with Database(url, pool_size=1) as database, database.begin() as tx:
            connection = await tx.connection()
            asked: list[tuple[str, Any]] = []

            def remember(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
                asked.append((statement, parameters))

            event.listen(connection.sync_connection, "before_cursor_execute", remember)
            await question(tx)
            event.remove(connection.sync_connection, "before_cursor_execute", remember)
            plans = []
            for statement, parameters in asked:
                if not statement.startswith("set local"):
                    rows = await connection.exec_driver_sql(f"explain {statement}", parameters)
                    plans += [row[0] for row in rows]
            await tx.rollback()
            return "\n".join(plans)

    return explained


def assert_by_index(told: str) -> None:
    """None of the big tables is walked."""
    walked = [table for table in BIG if f"Seq Scan on {table} " in f"{told} "]
    assert walked == [], told


async def test_a_chunk_reads_its_own_units(plan):
    """Two hundred units in the midst of twenty thousand, the first time and when they were counted before."""
    after, upto = number(9_000), number(9_200)

    async def asked(tx: AsyncSession) -> None:
        assert (await counting.next_chunk(tx, POLICY, after, 200)).last == upto
        await counting.count(tx, POLICY, after, upto)

    assert_by_index(await plan(asked))


@pytest.fixture(scope="module")
async def recounted(crowded, test_server, worker_database) -> None:
    """Every unit has its standing."""
    url = test_server.url("quota", worker_database).replace("postgresql://", "postgresql+asyncpg://", 1)
    async with Database(url, pool_size=1) as database, database.begin() as tx:
        await counting.count(tx, POLICY, None, counting.LAST)
    await crowded.execute("analyze unit_standing, unit_standing_level")


QUESTIONS = {
    "a chunk again": lambda tx: counting.count(tx, POLICY, number(9_000), number(9_200)),
    "a unit's standing": lambda tx: store.standing(tx, number(77), YEAR, county(77 % 45)),
    "its levels": lambda tx: store.levels_of(tx, YEAR, [number(77)]),
    "units that are short": lambda tx: store.short(tx, YEAR, county(3), first=20, after=None),
    "a page behind": lambda tx: store.short(tx, YEAR, county(3), first=20, after=number(9_000)),
    "cards": lambda tx: cards.fresh(tx, [number(n) for n in range(1, 40)]),
    "cards below a county": lambda tx: cards.doubt_below(tx, county(3).seats[0].organisation_id, ROOT, 500),
    "cards of an authority": lambda tx: cards.rename(tx, ROOT, "新名"),
    "approved posts": lambda tx: approved_posts(tx, number(77), YEAR),
}


@pytest.mark.usefixtures("recounted")
@pytest.mark.parametrize("question", QUESTIONS)
async def test_what_is_asked_often_follows_an_index(plan, question):
    """A unit, the short ones of a county, cards: none walks a table of all units."""
    assert_by_index(await plan(QUESTIONS[question]))


async def test_the_rule_finds_what_it_looks_for(plan):
    """The search is not blind: a question without an index is found."""
    with pytest.raises(AssertionError):
        assert_by_index(await plan(lambda tx: tx.execute(text("select count(name) from unit_card"))))
