"""Organisations are found by name, former name, code, region and kind; best match first; by an index."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from services.accounts.organisation import search
from services.accounts.organisation.model import Organisation
from services.accounts.organisation.search import Filter, key_of, matching, slips_of
from tests.services.accounts.many import authority, fill, plan
from tests.services.accounts.test_organisation_life import EMPLOYER, done
from tests.services.accounts.world import CHENGXI, GOLMUD, HAIXI, World, new_uscc, refused, token_at

NAMES = ("青海省人民医院", "青海省第五人民医院", "西宁市第一人民医院", "青海大学附属医院", "青海省图书馆")


async def ask(world: World, query: str, by: Any = None) -> Any:
    """A list as the manager of `by` (the root) sees it."""
    return await world.ask("GET", f"/v1/organisations?{query}", token_at(by or world.root))


async def names(world: World, query: str, by: Any = None) -> list[str]:
    """The names of a list, in its order."""
    answer = await ask(world, query, by)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["items"]]


@pytest.fixture
async def hospitals(world: World) -> dict[str, Any]:
    """Units with names that have parts in common."""
    return {name: await world.create(world.root, **EMPLOYER, name=name) for name in NAMES}


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("青海省人民医院", ["青海省人民医院"]),
        ("图书", ["青海省图书馆"]),
        ("人民医院", ["青海省人民医院", "青海省第五人民医院"]),
        ("青海省人名医院", ["青海省人民医院"]),
        ("青海省民医院", ["青海省人民医院"]),
        ("青海省人人民医院", ["青海省人民医院"]),
        ("青海省民人医院", ["青海省人民医院"]),
        ("青海 省 图书馆", ["青海省图书馆"]),
        ("馆", ["青海省图书馆"]),
    ],
)
async def test_a_part_or_a_slip_finds_the_name(world, hospitals, q, first):
    """Whole, by two characters, with a character wrong, missing, too many, or two exchanged; the nearest first."""
    assert (await names(world, f"q={q}"))[: len(first)] == first


async def test_what_matches_nothing_finds_nothing(world, hospitals):
    """Signs with a meaning to patterns are plain characters; other words find nothing."""
    for q in ("%25", "_", ".*", "海医", "北京大学", "(", "\\", "医院青海"):
        assert await names(world, f"q={q}") == [], q
    assert len(await names(world, "q=医院")) == 4


async def test_a_former_name_is_found_and_told(world, hospitals):
    """After a renaming both names lead to the organisation, once."""
    library = hospitals["青海省图书馆"]
    await done(world, world.root, library, "RENAME", name="青海书院")
    assert await names(world, "q=青海省图书馆") == ["青海书院"]
    assert await names(world, "q=书") == ["青海书院"]
    whole = await world.ask("GET", f"/v1/organisations/{library['id']}", token_at(world.root))
    assert [each["name"] for each in whole.json()["former_names"]] == ["青海省图书馆"]


async def test_a_code_is_found_whole_and_by_its_beginning(world):
    """In capitals or not; the whole code comes first."""
    codes = [new_uscc(), new_uscc(), new_uscc("630105")]
    units = [await world.create(world.root, **EMPLOYER, uscc=code) for code in codes]
    assert await names(world, f"q={codes[0].lower()}") == [units[0]["name"]]
    assert set(await names(world, f"q={codes[0][:8]}")) == {units[0]["name"], units[1]["name"]}
    assert await names(world, f"q={codes[2][:8]}") == [units[2]["name"]]


async def test_a_search_is_narrowed(world, hospitals):
    """By region with all that lies in it, kind, nature, state, superior and subtree; and only in the caller's own."""
    haixi, golmud, chengxi = [
        await world.prefecture(HAIXI),
        await world.county(GOLMUD),
        await world.county(CHENGXI),
    ]
    assert set(await names(world, f"region_code={HAIXI}")) == {haixi["name"], golmud["name"]}
    assert await names(world, f"region_code={GOLMUD}&kind=HRSS") == [golmud["name"]]
    narrow = "nature=GOVERNMENT_BODY&region_code=630100&kind=HRSS&q="
    assert (await names(world, narrow + chengxi["name"]))[0] == chengxi["name"]
    library = hospitals["青海省图书馆"]
    await done(world, world.root, library, "CLOSE")
    assert await names(world, "state=CLOSED") == [library["name"]]
    assert library["name"] not in await names(world, "state=ACTIVE")
    assert await names(world, f"parent_id={haixi['id']}") == [golmud["name"]]
    assert set(await names(world, f"below={haixi['id']}")) == {haixi["name"], golmud["name"]}
    assert await names(world, "q=医院", by=haixi) == []
    for place in ("parent_id", "below"):
        refused(await ask(world, f"{place}={chengxi['id']}", by=haixi), 404, "ORGANISATION_NOT_FOUND")
        refused(await ask(world, f"{place}={world.root['id']}", by=haixi), 404, "ORGANISATION_NOT_FOUND")


async def test_pages_of_a_search_hold_each_match_once(world):
    """Two at a time, by the cursor or by the place of the last one; in one order."""
    for number in range(7):
        await world.create(world.root, **EMPLOYER, name=f"青海省第{'一二三四五六七'[number]}医院")
    every, seen, after = await names(world, "q=医院"), [], ""
    while True:
        page = (await ask(world, f"q=医院&first=2{after}")).json()
        seen += [each["name"] for each in page["items"]]
        assert page["next_cursor"] in {None, page["items"][-1]["place"]}
        if page["next_cursor"] is None:
            break
        after = f"&after={page['next_cursor']}"
    assert seen == every
    assert len(set(seen)) == 7


@pytest.mark.parametrize(
    "query",
    ["q=医院&after=x", "q=医院&after=1.x", "q=医院&after=99999999999.x", "after=x", "q=", "q=" + "医" * 121],
)
async def test_what_cannot_be_read_is_refused(world, query):
    """A cursor from elsewhere, an empty search, one that is too long."""
    assert (await ask(world, query)).status_code == 422


async def test_a_region_that_is_none_is_refused(world):
    """And a former one stands for what it is now."""
    refused(await ask(world, "region_code=110101"), 422, "REGION_UNKNOWN")
    assert (await ask(world, "region_code=630122")).status_code == 200


async def test_a_nul_or_a_lone_surrogate_is_no_fault(world):
    """Characters that the database cannot keep find nothing or are refused."""
    for q in ("a%00b", "%ED%A0%80", "%FF"):
        assert (await ask(world, f"q={q}")).status_code in {200, 422}


@given(st.text(max_size=40))
def test_any_key_makes_its_slips(text_: str) -> None:
    """Every slip keeps what is outside of it, and asks the index for something."""
    for slip in slips_of(key_of(text_)):
        assert slip.grams
        assert len(slip.before) + slip.width + len(slip.after) == len(key_of(text_))


async def test_lists_and_searches_are_answered_by_indexes(world, session):
    """Among 50,000 organisations names are read by their pairs, or the few of a small subtree are; never all.

    Children and kinds are read in the order of their pages.
    """
    await fill(session, world.root["id"], 50_000)
    async with session("accounts") as tx:
        for q in ("人民", "医院", "卫", "第一中学", "丁人民医院"):
            for place in (UUID(world.root["id"]), authority(7)):
                told = await plan(tx, matching(q, Filter(), [place], first=50, after=None))
                assert "ix_organisation_grams" in told or "pk_organisation_closure" in told, told
                assert "Seq Scan on organisation " not in told, told
        told = await plan(tx, matching("医院", Filter(), None, first=50, after=None))
        assert "ix_organisation_grams" in told
        for narrow, index in (
            (Filter(parent_id=authority(7)), "ix_organisation_parent_id_id"),
            (Filter(kind="HRSS"), "ix_organisation_kind_id"),
        ):
            query = (
                search.narrowed(select(Organisation.id), narrow).order_by(Organisation.id.desc()).limit(51)
            )
            told = await plan(tx, query)
            assert index in told, told
            assert "Seq Scan" not in told, told
