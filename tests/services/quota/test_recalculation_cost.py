"""What a chunk of a recalculation costs the database before its planner knows of the units, as just after an import."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from services.quota.recalculation import counting
from services.quota.recalculation.counting import FIRST, LAST
from tests.platform.statistics import forget
from tests.services.quota.samples import write
from tests.services.quota.test_recalculation_rules import POLICY, crowded

FEW, MANY = 100, 1_000


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A step of a plan and all below it."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from steps(each)


def looked_at(plan: dict[str, Any]) -> float:
    """How many rows a plan came by, those included that it threw away."""
    kinds = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter")
    return sum(step["Actual Loops"] * sum(step.get(kind, 0) for kind in kinds) for step in steps(plan))


async def cost_of_a_unit(tx: AsyncSession, units: int) -> float:
    """Rows looked at for each of so many units, all counted in one chunk; nothing of it is kept."""
    await forget(tx)
    chance = Random(units)
    await write(tx, [crowded(chance) for _ in range(units)])
    connection = await tx.connection()
    asked: list[tuple[str, Any]] = []

    def remember(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    async with tx.begin_nested() as counted:
        event.listen(connection.sync_connection, "before_cursor_execute", remember)
        await counting.count(tx, POLICY, FIRST, LAST)
        event.remove(connection.sync_connection, "before_cursor_execute", remember)
        await counted.rollback()
    statement, parameters = asked[-1]
    told = await connection.exec_driver_sql(f"explain (analyze, format json) {statement}", parameters)
    cost = looked_at(told.scalar_one()[0]["Plan"])
    await tx.rollback()
    return cost / units


async def test_a_unit_costs_the_same_among_many_of_which_the_planner_knows_nothing(session, database):
    """Ten times the units cost ten times the rows, not a hundred times."""
    async with session("quota") as tx:
        among_few = await cost_of_a_unit(tx, FEW)
    async with session("quota") as tx:
        assert await cost_of_a_unit(tx, MANY) < 1.5 * among_few
