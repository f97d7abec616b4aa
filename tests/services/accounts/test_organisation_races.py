"""Changes of the tree at the same moment, sixty-four at a time, and after any sequence of changes."""

from __future__ import annotations

import asyncio
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.platform.settings import POLICIES
from tests.services.accounts.test_organisation_life import AUTHORITY, EMPLOYER, act, done, findings
from tests.services.accounts.test_races import CONNECTIONS, Crowd
from tests.services.accounts.world import PROVINCE, World, new_uscc, refused

MANY = 64
TREE = """
with recursive down as (
    select id as ancestor_id, id as descendant_id from organisation
    union all
    select down.ancestor_id, child.id from down join organisation child on child.parent_id = down.descendant_id
)
select
    (select count(*) from (select * from down except select * from organisation_closure)) as missing,
    (select count(*) from (select * from organisation_closure except select * from down)) as wrong,
    (select count(*) from organisation child left join organisation parent on parent.id = child.parent_id
     where child.lineage <> coalesce(parent.lineage, array[]::uuid[]) || child.id) as lineages,
    (select count(*) from organisation child join organisation parent on parent.id = child.parent_id
     where child.state = 'ACTIVE' and parent.state <> 'ACTIVE') as orphans,
    (select count(*) from person join organisation home on home.id = coalesce(department_id, employer_id)
     where person.lineage <> home.lineage) as people,
    (select count(*) from (
        select unnest(lineage), id from person except select * from person_closure)) as people_missing,
    (select count(*) from (
        select * from person_closure except select unnest(lineage), id from person)) as people_wrong
"""


async def assert_whole(session) -> None:
    """The closures are the parents' transitive closure, lineages agree, nothing live is below what is not."""
    async with session("accounts") as tx:
        found = (await tx.execute(text(TREE))).mappings().one()
    assert dict(found) == dict.fromkeys(found, 0)


@pytest.mark.clause("2.2.1")
async def test_of_many_with_one_code_one_is_created(world, session):
    """Sixty-four managers create the same unit at once: one succeeds, the others are told that it exists."""
    code = new_uscc()
    answers = await asyncio.gather(
        *(world.try_create(world.root, **EMPLOYER, uscc=code) for _ in range(MANY))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (MANY - 1)
    await assert_whole(session)


async def test_of_many_moves_of_one_unit_each_is_judged_by_the_tree_it_finds(world, session):
    """Sixty-four moves of the same unit, half to each of two superiors: with one version, one succeeds."""
    first, second = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    unit = await world.create(world.root, **EMPLOYER)
    department = await world.department(unit)
    answers = await asyncio.gather(
        *(
            act(world, world.root, unit, "MOVE", superior_id=(first, second)[at % 2]["id"], version=1)
            for at in range(MANY)
        )
    )
    assert sorted(answer.status_code for answer in answers).count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 403, 404, 409}
    await assert_whole(session)
    async with session("accounts") as tx:
        moved = "select count(*) from outbox where type like '%.moved.v1'"
        assert await tx.scalar(text(moved)) == 1
    assert department


STANDING_BELOW_ANOTHER = (
    "- {creator: {kind: AUTHORITY}, creates: {kind: AUTHORITY}, region: WITHIN, article: bodies_create}\n"
)
"""A rule of creation that no notice has: with it two organisations may each be the superior of the other."""


@pytest.fixture
async def two_ways(client: Any, world: World, tmp_path: Path) -> Crowd:
    """The same province under that rule, served with a connection for each racer."""
    shutil.copytree(POLICIES, tmp_path / "policies")
    file = tmp_path / "policies/qinghai/2023/organisations.yaml"
    told = file.read_text(encoding="utf-8")
    file.write_text(told.replace("creation:\n", f"creation:\n{STANDING_BELOW_ANOTHER}"), encoding="utf-8")
    settings = {"pool_size": CONNECTIONS, "policies_dir": tmp_path / "policies"}
    http = await client("accounts", settings=settings)
    return Crowd(World(http, world.root), http._transport.app.state.db)  # noqa: SLF001 - to count connections


async def test_two_that_go_below_each_other_make_no_cycle(two_ways, session):
    """A below B and B below A at once, thirty-two times each: the first comes about, the other would close a circle."""
    world = two_ways.world
    rows = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    moves = [
        act(world, world.root, rows[at % 2], "MOVE", superior_id=rows[1 - at % 2]["id"]) for at in range(MANY)
    ]
    answers = await two_ways.race(*moves)
    [first] = [at for at, answer in enumerate(answers) if answer.status_code == 200]
    refusals = {
        (at % 2 == first % 2, answer.json()["code"], *findings(answer.json()))
        for at, answer in enumerate(answers)
        if at != first
    }
    waited_too_long = {(True, "TREE_BUSY"), (False, "TREE_BUSY")}
    judged = {(True, "RULES_BROKEN", "ELSEWHERE"), (False, "RULES_BROKEN", "NO_CYCLE")}
    assert refusals - waited_too_long == judged
    await assert_whole(session)


async def test_nothing_live_comes_below_what_is_closed_at_the_same_moment(world, session):
    """A unit is closed while sixty-three of its departments and people are created: one or the other."""
    unit = await world.create(world.root, **EMPLOYER)
    department = {"kind": "INTERNAL_DEPARTMENT", "level": "PROVINCE", "region_code": PROVINCE}
    creations = [world.try_create(unit, **department) for _ in range(MANY - 1)]
    closing = act(world, world.root, unit, "CLOSE")
    answers = await asyncio.gather(*creations[:5], closing, *creations[5:])
    closed = answers[5].status_code
    created = [answer for at, answer in enumerate(answers) if at != 5 and answer.status_code == 201]
    assert (closed, bool(created)) in {(200, False), (422, True)}
    await assert_whole(session)


async def test_a_department_created_while_its_unit_moves_is_in_the_new_line(world, session):
    """Thirty-two creations below a unit that moves to and fro: every lineage agrees with the tree."""
    first, second = [await world.create(world.root, **AUTHORITY) for _ in range(2)]
    unit = await world.create(first, **EMPLOYER)
    department = {"kind": "INTERNAL_DEPARTMENT", "level": "PROVINCE", "region_code": PROVINCE}

    async def to_and_fro() -> None:
        for at in range(MANY // 2):
            to = (second, first)[at % 2]
            await done(world, world.root, unit, "MOVE", superior_id=to["id"])

    answers = await asyncio.gather(
        to_and_fro(), *(world.try_create(unit, **department) for _ in range(MANY // 2))
    )
    assert {answer.status_code for answer in answers[1:]} == {201}
    await assert_whole(session)


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_changes_the_closure_is_the_tree(world, session, seed):
    """Random creations, moves, mergers, closings and reopenings, with people inside: the invariants hold after each run."""
    await Walk(world, random.Random(seed)).steps(60)
    await assert_whole(session)


class Walk:
    """A random life of a small province; refusals are part of it, faults are not."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.known: list[dict[str, Any]] = [world.root]

    async def steps(self, count: int) -> None:
        """So many random acts."""
        for _ in range(count):
            answer = await self.chance.choice(
                [self.create, self.create, self.create, self.change, self.hire]
            )()
            assert answer.status_code < 500, answer.text

    async def create(self) -> Any:
        """Something below something."""
        above, nature = self.chance.choice(self.known), None
        kind = self.chance.choice(["AUTHORITY", "EMPLOYER", "SUBORDINATE_UNIT", "INTERNAL_DEPARTMENT"])
        told = {"nature": "PUBLIC_INSTITUTION"} if kind != "INTERNAL_DEPARTMENT" else {"nature": nature}
        answer = await self.world.try_create(above, kind=kind, level="PROVINCE", region_code=PROVINCE, **told)
        if answer.status_code == 201:
            self.known.append(answer.json()["record"]["organisation"])
        return answer

    async def change(self) -> Any:
        """A move, merger, closing or reopening by the direct superior."""
        row, other = self.chance.choice(self.known), self.chance.choice(self.known)
        action = self.chance.choice(["MOVE", "MOVE", "MERGE", "CLOSE", "REOPEN"])
        parent = next((each for each in self.known if each["id"] == row["parent_id"]), row)
        parent = self.world.root if action == "MOVE" else parent
        told = {"MOVE": {"superior_id": other["id"]}, "MERGE": {"into_id": other["id"]}}.get(action, {})
        answer = await act(self.world, parent, row, action, **told)
        if answer.status_code == 200:
            await self.learn()
        return answer

    async def hire(self) -> Any:
        """Someone somewhere."""
        unit = self.chance.choice(self.known)
        from tests.services.accounts.world import token_at

        return await self.world.ask("POST", "/v1/people", token_at(unit), self.world.person(unit))

    async def learn(self) -> None:
        """Read the tree as it is now."""
        from tests.services.accounts.world import token_at

        ids = [each["id"] for each in self.known]
        told = await self.world.ask(
            "POST", "/v1/organisations/lookup", token_at(self.world.root), {"ids": ids}
        )
        self.known = told.json()["items"]


async def test_a_stale_version_is_told(world):
    """Whoever read before another changed is refused."""
    unit = await world.create(world.root, **EMPLOYER)
    await done(world, world.root, unit, "RENAME", name="改名后的单位", version=1)
    refused(await act(world, world.root, unit, "CLOSE", version=1), 409, "STALE_VERSION")
