"""Children, ancestors and subtrees: who sees them, and that a page costs the same in a large tree and in a small one."""

from __future__ import annotations

from sqlalchemy import text

from tests.platform.tokens import mint
from tests.services.accounts.many import authority, fill
from tests.services.accounts.world import CHENGXI, GOLMUD, HAIXI, refused, seat_at, token_at

PAGE = """
select organisation.id from organisation join organisation_closure on descendant_id = organisation.id
where ancestor_id = $1 order by descendant_id desc limit 51
"""
"""The statement of `closure.page`, prepared."""


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


async def test_a_page_of_a_subtree_is_a_range_of_its_closure(world, session):
    """No page of any subtree sorts, whatever plan is kept; and it reads no more of 50,000 organisations than of 1,000."""
    read = []
    for count in (1_000, 50_000):
        async with session("accounts") as tx:
            await tx.execute(
                text("delete from organisation_closure where descendant_id <> :root"),
                {"root": world.root["id"]},
            )
            await tx.execute(text("delete from organisation where parent_id is not null"))
        await fill(session, world.root["id"], count)
        async with session("accounts") as tx:
            await tx.execute(text(f"prepare page (uuid) as {PAGE}"))
            for mode in ("force_custom_plan", "force_generic_plan"):
                await tx.execute(text(f"set local plan_cache_mode = {mode}"))
                for place in (world.root["id"], authority(3)):
                    told = "\n".join(await tx.scalars(text(f"explain execute page ('{place}')")))
                    assert count == 1_000 or "Sort" not in told, told
            explained = await tx.scalar(
                text(f"explain (analyze, buffers, format json) execute page ('{world.root['id']}')")
            )
            await tx.execute(text("deallocate page"))
        top = explained[0]["Plan"]
        read.append(top["Shared Hit Blocks"] + top["Shared Read Blocks"])
    assert read[1] <= read[0] + 100, read
