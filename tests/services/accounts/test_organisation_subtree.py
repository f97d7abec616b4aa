"""Children, ancestors and subtrees: who sees them, and that a page costs the same in a large tree and in a small one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql

from services.accounts.organisation import closure
from services.accounts.organisation.model import ORGANISATIONS_BELOW, Organisation
from tests.platform.tokens import mint
from tests.services.accounts.many import authority, fill
from tests.services.accounts.world import CHENGXI, GOLMUD, HAIXI, refused, seat_at, token_at

SIZES = (1_000, 10_000, 100_000)
ROWS = 51
DEEP = 7
"""Blocks for each row: the index's levels, the row, its part of the closure, and what was deleted and not swept yet."""
KEYS = (Organisation.id, ORGANISATIONS_BELOW)


async def test_ancestors_come_from_the_root_down(world):
    """A county reads those above it, with all that is told of an organisation; beside it nobody does."""
    golmud, haixi, chengxi = [
        await world.county(GOLMUD),
        await world.prefecture(HAIXI),
        await world.county(CHENGXI),
    ]
    path = f"/v1/organisations/{golmud['id']}/ancestors"
    answer = await world.ask("GET", path, token_at(golmud, "APPLICANT"))
    assert [each["id"] for each in answer.json()["items"]] == [world.root["id"], haixi["id"]]
    refused(await world.ask("GET", path, token_at(chengxi)), 404, "ORGANISATION_NOT_FOUND")
    top = f"/v1/organisations/{world.root['id']}/ancestors"
    assert (await world.ask("GET", top, token_at(world.root))).json()["items"] == []


async def test_a_caller_with_seats_in_two_subtrees_lists_both_once(world):
    """Pages of both, newest first; a seat below another of the caller's adds nothing."""
    golmud, haixi, chengxi = [
        await world.county(GOLMUD),
        await world.prefecture(HAIXI),
        await world.county(CHENGXI),
    ]
    seats = [seat_at(each, "REVIEWER") for each in (golmud, haixi, chengxi)]
    token, seen, after = mint(seats), [], ""
    while True:
        page = (await world.ask("GET", f"/v1/organisations?first=1{after}", token)).json()
        seen += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        after = f"&after={page['next_cursor']}"
    assert seen == sorted([golmud["id"], haixi["id"], chengxi["id"]], reverse=True)


async def test_people_are_listed_by_subtree(world):
    """A prefecture lists the people of its county; below one organisation only; beside, none."""
    unit = await world.create(await world.county(GOLMUD), kind="EMPLOYER", level="COUNTY", region_code=GOLMUD)
    other = await world.create(
        await world.county(CHENGXI), kind="EMPLOYER", level="COUNTY", region_code=CHENGXI
    )
    one, two = [(await world.add_person(each))["person"]["id"] for each in (unit, other)]

    async def listed(by, query="") -> set[str]:
        answer = await world.ask("GET", f"/v1/people{query}", token_at(by))
        return {each["id"] for each in answer.json()["items"]}

    haixi = await world.prefecture(HAIXI)
    assert await listed(world.root) == {one, two}
    assert await listed(haixi) == {one}
    assert await listed(haixi, f"?organisation_id={unit['id']}") == {one}
    assert await listed(haixi, f"?organisation_id={world.root['id']}") == {one}
    assert await listed(haixi, f"?organisation_id={other['id']}") == set()


async def test_a_page_of_a_subtree_costs_the_same_at_every_size(world, session):
    """Whatever the size, a page reads a few blocks for each of its rows, the descent of an index: no subtree is read whole."""
    root = UUID(world.root["id"])
    pages = {
        "first": ([root], None),
        "middle": ([root], 0.5),
        "last": ([root], 0.1),
        "authority": ([authority(3)], None),
        "two": ([authority(3), authority(4)], None),
    }
    read: dict[str, list[int]] = {name: [] for name in pages}
    for count in SIZES:
        await emptied(session, root)
        await fill(session, str(root), count)
        async with session("accounts") as tx:
            await tx.execute(closure.PLAN_BY_KEY)
            for name, (within, place) in pages.items():
                after = authority(round(count * place)) if place else None
                query = closure.keys_of_page(ORGANISATIONS_BELOW, within, ROWS - 1, after)
                here = list(await tx.scalars(query))
                assert here, name
                rows = select(Organisation).where(Organisation.id.in_(here)).order_by(Organisation.id.desc())
                read[name].append(await blocks_read(tx, query) + await blocks_read(tx, rows))
    assert max(max(blocks) for blocks in read.values()) <= ROWS * DEEP, read


async def test_people_and_narrowed_lists_page_through_the_middle(world, session):
    """The pages of a narrowed list meet end to end, in one subtree and in two at once, newest first, each once."""
    root = UUID(world.root["id"])
    await fill(session, str(root), 1_000)
    narrowed = select(Organisation).where(Organisation.kind == "INTERNAL_DEPARTMENT")
    async with session("accounts") as tx:
        for query in (select(Organisation), narrowed):
            for within in (None, [root], [authority(3), authority(7)]):
                whole = await closure.page(tx, query, *KEYS, within, first=5_000, after=None)
                expected, seen, after = [row.id for row in whole[0]], [], None
                while True:
                    rows, cursor = await closure.page(tx, query, *KEYS, within, first=7, after=after)
                    seen += [row.id for row in rows]
                    if cursor is None:
                        break
                    after = UUID(cursor)
                assert seen == expected == sorted(set(expected), reverse=True), (within, query)


async def emptied(session, root: UUID) -> None:
    """Only the root is left."""
    async with session("accounts") as tx:
        others = "delete from organisation_closure where descendant_id <> :root"
        await tx.execute(text(others), {"root": root})
        await tx.execute(text("delete from organisation where parent_id is not null"))


async def blocks_read(tx, query) -> int:
    """How many blocks a statement reads, from memory or disk, the second time: the first also tidies up after the fill."""
    sql = str(query.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))
    for _ in range(2):
        found = await tx.scalar(text("explain (analyze, buffers, format json) " + sql.replace(":", r"\:")))
    top = found[0]["Plan"]
    return int(top["Shared Hit Blocks"] + top["Shared Read Blocks"])
