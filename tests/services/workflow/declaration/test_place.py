"""What becomes of the recommendation's place when its declaration is withdrawn (附件2 说明2)."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest
from sqlalchemy import select, text

from services.kit.outbox import outbox
from services.workflow.contract import RecommendationEnded
from services.workflow.recommendation.model import Recommendation
from tests.services.workflow.applicants import record
from tests.services.workflow.line.news import hear, moved
from tests.services.workflow.season import HOSPITAL, IN_DECEMBER, Line

LAST_DAY = "2023-11-30T23:59+08:00"
NEXT_DAY = "2023-12-01T00:00+08:00"


async def ended(session, person):
    """The reasons of all the ends that were told of a person's recommendation."""
    async with session("workflow") as tx:
        told = await tx.scalars(
            select(outbox.c.data).where(outbox.c.type == RecommendationEnded.type).order_by(outbox.c.seq)
        )
        return [each["reason"] for each in told if each["person_id"] == str(person.person_id)]


async def standing(session, person):
    """Where the person's recommendation stands."""
    async with session("workflow") as tx:
        return (await tx.get(Recommendation, person.recommendation_id)).state


async def lapses(session, person):
    """Note and articles of every lapse in a recommendation's history."""
    lines = text("select note, basis, actor_name from history where action = 'LAPSE' and subject_id = :id")
    async with session("workflow") as tx:
        found = (await tx.execute(lines, {"id": person.recommendation_id})).all()
    return [(note, [each["cite"] for each in basis], by) for note, basis, by in found]


async def returned(office, person, declaration):
    """The declaration, sent back to the applicant by the department."""
    reviewer = person.line.token("REVIEWER", -1)
    items = [{"item": "ACHIEVEMENT", "reason": "缺页"}]
    return record(await office.act(declaration, "SEND_BACK", reviewer, items=items))


@pytest.mark.clause("A2.n2.deemed")
async def test_withdrawn_in_time_the_place_is_kept_for_another_declaration(office, season, session, at):
    """On the last day of declaring it is still the unit's recommendation: it can be declared on again."""
    person = await season.recommended()
    draft = await office.draft(person)
    await at(LAST_DAY, "workflow")
    record(await office.act(draft, "WITHDRAW", person.token))
    assert (await standing(session, person), await ended(session, person)) == ("CONFIRMED", [])
    assert (await office.draft(person))["state"] == "DRAFT"


@pytest.mark.clause("A2.n2.deemed")
@pytest.mark.parametrize("state", ["DRAFT", "UNDER_REVIEW", "RETURNED", "AT_COMMITTEE_OFFICE"])
async def test_withdrawn_for_good_the_place_is_given_back(office, season, session, at, state):
    """When nothing can be declared any more the withdrawal ends the recommendation, once, on the article of places."""
    line = Line.of(HOSPITAL, season.root)
    person = await season.recommended(line)
    declaration = await (office.draft if state == "DRAFT" else office.submitted)(person)
    await at(NEXT_DAY, "workflow")
    if state == "RETURNED":
        declaration = await returned(office, person, declaration)
    if state == "AT_COMMITTEE_OFFICE":
        for place in (3, 2, 1):
            declaration = await office.passed(declaration, line.token("REVIEWER", place))
    assert declaration["state"] == state
    assert (await standing(session, person), await ended(session, person)) == ("CONFIRMED", [])
    record(await office.act(declaration, "WITHDRAW", person.token))
    assert await standing(session, person) == "WITHDRAWN"
    (reason,) = await ended(session, person)
    assert "撤回" in reason
    assert await lapses(session, person) == [(reason, ["附件2 说明2"], "workflow")]


@pytest.mark.clause("A2.n2.deemed")
async def test_what_was_returned_may_be_mended_and_keeps_its_place(office, season, session, at):
    """A return ends nothing, whenever it comes."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    await at(IN_DECEMBER, "workflow")
    assert (await returned(office, person, declaration))["state"] == "RETURNED"
    assert (await standing(session, person), await ended(session, person)) == ("CONFIRMED", [])


async def test_who_declares_directly_gives_nothing_back(office, season, session, at):
    """Without a unit there is no recommendation and no place; the withdrawal is one all the same."""
    person = season.without_unit()
    draft = await office.draft(person)
    await at(IN_DECEMBER, "workflow")
    assert record(await office.act(draft, "WITHDRAW", person.token))["state"] == "WITHDRAWN"
    assert await ended(session, person) == []


@pytest.mark.clause("A2.n2.deemed")
async def test_whatever_ends_it_at_the_same_instant_the_place_is_given_back_once(
    office, season, session, at, http
):
    """The applicant withdraws, the unit withdraws and the person moves away, all at once: one end is told."""
    people = [await season.recommended() for _ in range(6)]
    drafts = [await office.draft(each) for each in people]
    await at(IN_DECEMBER, "workflow")

    async def all_at_once(person, draft):
        unit = person.line.token("RECOMMENDER", 2)
        path = f"/v1/recommendations/{person.recommendation_id}/actions/WITHDRAW"
        told = await asyncio.gather(
            office.act(draft, "WITHDRAW", person.token),
            office.call("POST", path, unit, json={"note": "名额调整"}),
            hear(http, moved(person, Line.of(HOSPITAL[:3], season.root))),
            office.act(draft, "WITHDRAW", person.token),
        )
        return [each.status_code for each in told]

    for codes in await asyncio.gather(*map(all_at_once, people, drafts)):
        assert set(codes) <= {200, 204, 409, 422}, codes
    for person in people:
        assert len(await ended(session, person)) == 1
        assert await standing(session, person) == "WITHDRAWN"


@pytest.fixture
async def admin(test_server, worker_database):
    """The administrator of the database."""
    connection = await asyncpg.connect(test_server.admin(worker_database))
    yield connection
    await connection.close()


async def test_the_declaration_is_not_withdrawn_without_its_place(office, season, session, at, admin):
    """Where the recommendation cannot end, the declaration stays as well: both or neither."""
    person = await season.recommended()
    draft = await office.draft(person)
    await at(IN_DECEMBER, "workflow")
    await admin.execute(
        "alter table workflow.recommendation add constraint broken check (state <> 'WITHDRAWN') not valid"
    )
    try:
        assert (await office.act(draft, "WITHDRAW", person.token)).status_code == 500
    finally:
        await admin.execute("alter table workflow.recommendation drop constraint broken")
    assert (await office.read(draft, person.token))["state"] == "DRAFT"
    assert (await standing(session, person), await ended(session, person)) == ("CONFIRMED", [])
    record(await office.act(draft, "WITHDRAW", person.token))
    assert len(await ended(session, person)) == 1


async def test_a_targeted_recommendation_makes_a_targeted_declaration(office, season, session):
    """The declaration takes the pool over, and a direct one is of no targeted post."""
    person = await season.recommended()
    async with session("workflow") as tx:
        (await tx.get(Recommendation, person.recommendation_id)).pool = "TARGETED"
    assert (await office.draft(person))["pool"] == "TARGETED"
    assert (await office.draft(season.without_unit()))["pool"] == "GENERAL"
