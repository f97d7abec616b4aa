"""Many recommend at once, and workflow and quota are killed in the midst: the numbers are met exactly, each person once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from deploy.local.stack import Stack
from tests.faults.rush import Rush, Unit, Wish, begun

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("places_survive"), pytest.mark.timeout(400)]
AT_ONCE = 256
GRACE = "0.5"
UNDER_WAY = 8

WITHOUT_PLACE = """
select count(*) from workflow.recommendation r left join quota.reservation v on v.recommendation_id = r.id
where r.unit_id = any($1) and v.state is distinct from 'HELD'
"""
WITHOUT_RECOMMENDATION = """
select count(*) from quota.reservation v left join workflow.recommendation r on r.id = v.recommendation_id
where v.unit_id = any($1) and v.state = 'HELD' and r.id is null
"""
TAKEN = """
select unit_id, count(*) as taken, count(distinct person_id) as people from workflow.recommendation
where unit_id = any($1) group by unit_id
"""
UNKNOWN = (
    "select count(*) from quota.reservation where unit_id = any($1) and state = 'HELD' and known_at is null"
)
LOST = "select count(*) from quota.audit_log where action = 'reservation.PLACE_LOST'"


@pytest.fixture(scope="module")
def hasty() -> Iterator[None]:
    """Quota asks about holds long before recommendations are usually written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLD_GRACE_SECONDS", GRACE)
        patch.setenv("RECONCILE_EVERY_SECONDS", GRACE)
        yield


@pytest.fixture(scope="module")
def stack(hasty: None, stack: Stack) -> Stack:
    """The stack with that reconciler."""
    del hasty
    return stack


@pytest.fixture(scope="module")
async def rush(stack: Stack) -> AsyncIterator[Rush]:
    """Everything published, nobody recommended."""
    async with begun(stack) as rush:
        yield rush


async def until_all_are_placed(rush: Rush, answers: dict[Wish, httpx.Response]) -> list[httpx.Response]:
    """Ask again for who was refused where places are left, once holds that came to nothing are given back; every answer."""
    await rush.settled()
    rows = await rush.admin.fetch(TAKEN, [wish.unit.id for wish in answers])
    taken = {row["unit_id"]: row["taken"] for row in rows}
    again = [
        Wish(wish.unit, wish.person_id)
        for wish, answer in answers.items()
        if answer.status_code != 201 and taken.get(wish.unit.id, 0) < wish.unit.places
    ]
    later = await rush.ask_all(again, at_once=16)
    await rush.settled()
    return [*answers.values(), *later.values()]


async def assert_exact(rush: Rush, units: list[Unit], answers: list[httpx.Response]) -> None:
    """Each unit's places are taken, by one person each; place and recommendation stand and fall together."""
    ids = [unit.id for unit in units]
    made = [answer.json()["record"]["id"] for answer in answers if answer.status_code == 201]
    refused = Counter(each.json()["code"] for each in answers if each.status_code != 201)
    assert set(refused) <= {"NO_PLACE_LEFT", "ALREADY_RECOMMENDED"}, refused
    rows = {row["unit_id"]: (row["taken"], row["people"]) for row in await rush.admin.fetch(TAKEN, ids)}
    assert rows == {unit.id: (unit.places, unit.places) for unit in units}
    assert len(made) == len(set(made)) == sum(unit.places for unit in units)
    assert await rush.admin.fetchval(WITHOUT_PLACE, ids) == 0
    assert await rush.admin.fetchval(WITHOUT_RECOMMENDATION, ids) == 0
    assert await rush.admin.fetchval(LOST) == 0


@pytest.mark.clause("2.1.1")
async def test_256_at_once_over_one_unit(rush):
    """Twenty places and 256 people of one unit, all recommended at the same instant: twenty are."""
    units = await rush.units(1, places=20, people=AT_ONCE)
    wishes = [Wish(units[0], person) for person in units[0].people]
    answers = await rush.ask_all(wishes, at_once=AT_ONCE)
    await assert_exact(rush, units, await until_all_are_placed(rush, answers))


@pytest.mark.clause("2.1.1", "2.5.4")
async def test_256_at_once_over_a_hundred_units(rush):
    """A place and two people in each of a hundred units, 56 people asked for twice: a hundred are recommended, once each."""
    units = await rush.units(100, places=1, people=2)
    wishes = [Wish(unit, person) for unit in units for person in unit.people]
    wishes += [Wish(unit, unit.people[0]) for unit in units[: AT_ONCE - len(wishes)]]
    answers = await rush.ask_all(wishes, at_once=AT_ONCE)
    assert len(answers) == AT_ONCE
    await assert_exact(rush, units, await until_all_are_placed(rush, answers))


async def kill_in_the_midst(rush: Rush, of: int) -> list[str]:
    """Kill quota and workflow by turns, each time after another fifth of the answers; who was killed."""
    killed = []
    before = rush.answered
    for fifth, process in enumerate(("quota", "workflow", "quota", "workflow"), start=1):
        while rush.answered - before < of * fifth // 5:
            await asyncio.sleep(0.02)
        await rush.stack.kill(process)
        killed.append(process)
        await rush.stack.start_again(process)
    return killed


@pytest.mark.clause("2.1.1")
async def test_kills_in_the_midst_lose_and_overgrant_nothing(rush):
    """Quota and workflow die twice each while 160 are recommended for 120 places: in the end exactly 120 are."""
    units = await rush.units(40, places=3, people=4)
    wishes = [Wish(unit, person) for unit in units for person in unit.people]
    reaper = asyncio.create_task(kill_in_the_midst(rush, len(wishes)))
    try:
        answers = await rush.ask_all(wishes, at_once=24)
        assert await reaper == ["quota", "workflow", "quota", "workflow"]
    finally:
        reaper.cancel()
    await assert_exact(rush, units, await until_all_are_placed(rush, answers))


@pytest.mark.clause("2.1.1")
async def test_a_kill_between_hold_and_commit_is_reconciled(rush):
    """Recommendations that wait with their holds keep them past every grace; killed, they give all of them back."""
    units = await rush.units(UNDER_WAY, places=1, people=2)
    ids = [unit.id for unit in units]
    blocked = rush.admin.transaction()
    await blocked.start()
    try:
        await rush.admin.execute("lock table workflow.recommendation in share mode")
        first = [Wish(unit, unit.people[0]) for unit in units]
        asking = asyncio.gather(*map(rush.ask_once, first))
        await rush.until(UNKNOWN, lambda found: found == UNDER_WAY, ids)
        await asyncio.sleep(6 * float(GRACE))
        assert await rush.admin.fetchval(UNKNOWN, ids) == UNDER_WAY
        await rush.stack.kill("workflow")
        assert await asking == [None] * UNDER_WAY
    finally:
        await blocked.rollback()
    await rush.stack.start_again("workflow")
    await rush.settled()
    assert await rush.admin.fetchval(WITHOUT_RECOMMENDATION, ids) == 0
    assert await rush.admin.fetch(TAKEN, ids) == []
    others = await rush.ask_all([Wish(unit, unit.people[1]) for unit in units], at_once=UNDER_WAY)
    await rush.settled()
    await assert_exact(rush, units, list(others.values()))
