"""People are found by part of the name, kind and state, within the caller's own subtrees, by an index."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.accounts.contract import PersonKind, PersonState
from services.accounts.organisation import closure
from services.accounts.organisation.model import PEOPLE_BELOW
from services.accounts.person.model import Person
from services.accounts.person.store import Wanted, narrowed
from services.kit.clock import SHANGHAI
from tests.platform.tokens import mint
from tests.services.accounts.many import authority, fill, fill_people
from tests.services.accounts.world import GOLMUD, PROVINCE, World, refused, seat_at, token_at


async def found(world: World, query: str, token: str) -> list[str]:
    """The names of a list, newest first."""
    answer = await world.ask("GET", f"/v1/people?{query}", token)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["items"]]


@pytest.fixture
async def staff(world: World) -> dict[str, Any]:
    """A hospital with three people, one of them without employer by now, and a school with one."""
    hospital = await world.hospital()
    for name, kind in (("才让卓玛", "ON_ESTABLISHMENT"), ("卓玛 · 措", "TEMPORARY")):
        await world.add_person(hospital, name=name, kind=kind)
    left = (await world.add_person(hospital, name="王卓"))["person"]
    ended = {"ending": "RESIGNED", "on": datetime.now(SHANGHAI).date().isoformat(), "reason": "离职"}
    gone = await world.ask("POST", f"/v1/people/{left['id']}/employment/end", token_at(hospital), ended)
    assert gone.status_code == 200, gone.text
    school = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    await world.add_person(school, name="卓玛吉")
    return {"hospital": hospital, "school": school}


async def test_a_part_of_the_name_finds_people(world, staff):
    """Whole, by two characters or one, with blanks or not; what matches nothing finds nothing."""
    token = token_at(world.root, "TITLE_OFFICER")
    assert await found(world, "q=卓玛", token) == ["卓玛吉", "卓玛 · 措", "才让卓玛"]
    assert await found(world, "q=让卓", token) == ["才让卓玛"]
    assert await found(world, "q=卓玛·措", token) == ["卓玛 · 措"]
    assert await found(world, "q=卓", token) == ["卓玛吉", "王卓", "卓玛 · 措", "才让卓玛"]
    for q in ("玛卓", "%25", "_", "卓玛吉吉", ".*"):
        assert await found(world, f"q={q}", token) == [], q


async def test_a_list_of_people_is_narrowed(world, staff):
    """By kind, state, organisation and part of the name, each and together."""
    token, hospital = token_at(world.root, "TITLE_OFFICER"), staff["hospital"]["id"]
    assert await found(world, "kind=TEMPORARY", token) == ["卓玛 · 措"]
    assert await found(world, "state=WITHOUT_EMPLOYER", token) == ["王卓"]
    assert await found(world, "kind=ON_ESTABLISHMENT&q=卓玛", token) == ["卓玛吉", "才让卓玛"]
    assert await found(world, f"q=卓玛&organisation_id={hospital}", token) == ["卓玛 · 措", "才让卓玛"]
    assert (
        await found(world, f"q=卓玛&kind=TEMPORARY&state=WITHOUT_EMPLOYER&organisation_id={hospital}", token)
        == []
    )


async def test_a_search_stays_within_the_callers_subtrees(world, staff):
    """A unit finds its own, a county nobody of them, an applicant nobody at all; two seats find both, each once."""
    hospital, school = staff["hospital"], staff["school"]
    assert await found(world, "q=卓玛", token_at(hospital, "REVIEWER")) == ["卓玛 · 措", "才让卓玛"]
    assert await found(world, f"q=卓玛&organisation_id={school['id']}", token_at(hospital)) == []
    assert await found(world, "q=卓", token_at(await world.county(GOLMUD))) == []
    assert await found(world, "q=卓", token_at(hospital, "APPLICANT", "EXPERT")) == []
    assert await found(world, "q=卓", mint()) == []
    both = mint(
        [seat_at(hospital, "REVIEWER"), seat_at(hospital, "RECOMMENDER"), seat_at(school, "REVIEWER")]
    )
    assert await found(world, "q=卓玛", both) == ["卓玛吉", "卓玛 · 措", "才让卓玛"]
    service = mint(kind="service", name="workflow")
    assert await found(world, "q=卓", service) == ["卓玛吉", "王卓", "卓玛 · 措", "才让卓玛"]


async def test_pages_of_a_search_meet_end_to_end(world, staff):
    """One at a time, each once, in the order of the whole."""
    token, seen, after = token_at(world.root, "REVIEWER"), [], ""
    while True:
        page = (await world.ask("GET", f"/v1/people?q=卓&first=1{after}", token)).json()
        seen += [each["name"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        after = f"&after={page['next_cursor']}"
    assert seen == await found(world, "q=卓", token)
    assert len(seen) == 4


@pytest.mark.parametrize(
    "query", ["q=", "q=%20%E3%80%80", "q=" + "卓" * 61, "kind=KING", "state=GONE", "after=x"]
)
async def test_what_cannot_be_read_is_refused(world, query):
    """An empty search, one that is too long, words and cursors that are none; and a character no text may hold."""
    token = token_at(world.root, "REVIEWER")
    refused(await world.ask("GET", f"/v1/people?{query}", token), 422, "REQUEST_MALFORMED")
    refused(await world.ask("GET", "/v1/people?q=a%00b", token), 422, "VALUE_UNFIT")


FEW = 3_000
"""Of 50,000: a page that stops early, the matches of a rare word, the 250 people of an authority."""


async def test_searches_are_answered_by_indexes(world, planned):
    """Among 50,000 people names are read by their characters, rare kinds and states by theirs; never all of a subtree."""
    root = UUID(world.root["id"])
    await fill(planned, str(root), 200)
    await fill_people(planned, str(root), 50_000)
    async with planned("accounts") as tx:
        await tx.execute(closure.PLAN_BY_VALUES)
        name = str(await tx.scalar(text("select name from person where name like '才%' limit 1 offset 40")))
        for wanted in (
            Wanted(q=name),
            Wanted(q=name[1:]),
            Wanted(q="王"),
            Wanted(kind=PersonKind.HOSTED),
            Wanted(kind=PersonKind.ON_ESTABLISHMENT),
            Wanted(state=PersonState.WITHOUT_EMPLOYER),
            Wanted(q="李", kind=PersonKind.HOSTED),
        ):
            for places in ([root], [authority(7)], [authority(3), authority(7)]):
                asked = {"first": 50, "after": None}
                query = closure.narrowed_page(narrowed(wanted), Person.id, PEOPLE_BELOW, places, **asked)
                sql = str(query.compile(tx.bind, compile_kwargs={"literal_binds": True})).replace(":", r"\:")
                told = await tx.scalar(text("explain (analyze, format json) " + sql))
                assert rows_read(told[0]["Plan"]) <= FEW, (wanted, places, told)


def rows_read(plan: dict[str, Any]) -> int:
    """How many rows the leaves of a plan bring."""
    below = plan.get("Plans", [])
    if not below:
        removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        return int(plan["Actual Loops"] * (plan["Actual Rows"] + removed))
    return sum(rows_read(each) for each in below)
