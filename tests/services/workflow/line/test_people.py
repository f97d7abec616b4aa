"""A change of employer moves what is not yet submitted; what is finishes where it is (二（二）1)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation
from tests.platform.tokens import mint
from tests.services.workflow.applicants import CONTENT, codes, record
from tests.services.workflow.line.news import hear, kind_changed, left, moved
from tests.services.workflow.season import COUNTY, COUNTY_CLINIC, HOSPITAL, Line

IN_DECEMBER = "2023-12-11T09:00+08:00"


@pytest.fixture
def tell(http):
    """`await tell(event)`: the relay brings it."""

    async def deliver(event, **more):
        answer = await hear(http, event, **more)
        assert answer.status_code == 204, answer.text

    return deliver


@pytest.fixture
def state_of(session):
    """`await state_of(person)`: where the person's recommendation stands."""

    async def read(person):
        wanted = select(Recommendation.state).where(Recommendation.id == person.recommendation_id)
        async with session("workflow") as tx:
            return await tx.scalar(wanted)

    return read


async def events(session, kind: str) -> list[dict]:
    """What was published of a kind, oldest first."""
    async with session("workflow") as tx:
        found = await tx.scalars(
            text("select data from outbox where type like :kind order by seq"), {"kind": f"%{kind}%"}
        )
        return list(found)


@pytest.mark.clause("2.2.1")
async def test_a_draft_goes_along_to_the_new_unit(office, season, session, tell, state_of):
    """The old recommendation ends; the draft keeps number, content and materials and rests on the new unit's."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    there = Line.of(COUNTY_CLINIC, season.root)
    await tell(moved(person, there))
    assert await state_of(person) == "WITHDRAWN"
    (ended,) = await events(session, "recommendation.ended")
    assert (ended["unit_id"], ended["new_unit_id"]) == (str(person.line.unit.id), str(there.unit.id))
    held = await office.read(draft, person.token)
    assert held["state"] == "DRAFT"
    assert held["ground_ended_at"]
    refused = await office.act(held, "SUBMIT", person.token)
    assert codes(refused) == ["GROUND_ENDED"]
    assert "二（二）1" in {each["cite"] for each in refused.json()["basis"]}
    arrived = await season.recommended(there, again=person)
    resumed = record(await office.create(arrived), 201)
    same = ("id", "number", "content")
    assert [resumed[name] for name in same] == [draft[name] for name in same]
    assert [m["id"] for m in resumed["materials"]] == [m["id"] for m in draft["materials"]]
    assert (resumed["unit_id"], resumed["ground_ended_at"]) == (str(there.unit.id), None)
    assert [each["kind"] for each in resumed["chain"]] == ["EMPLOYER", "AUTHORITY", "HRSS", "HRSS", None]
    assert record(await office.act(resumed, "SUBMIT", arrived.token))["state"] == "UNDER_REVIEW"
    assert await season.count(Declaration) == 1
    answer = await office.call("GET", f"/v1/declarations/{draft['id']}/history", arrived.token)
    told = [(each["action"], each["actor_name"]) for each in answer.json()["items"]]
    assert told == [("CREATE", "申报人"), ("HOLD", "workflow"), ("RESUME", "申报人"), ("SUBMIT", "申报人")]
    assert {each["cite"] for each in answer.json()["items"][1]["basis"]} == {"二（二）1"}


@pytest.mark.clause("2.2.1")
async def test_what_is_submitted_finishes_where_it_is(office, season, at, tell, state_of):
    """Unit, chain and recommendation stay, the old unit reviews on, and the applicant still reads it."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    there = Line.of(COUNTY_CLINIC, season.root)
    await tell(moved(person, there))
    assert await state_of(person) == "CONFIRMED"
    now = replace(person, line=there)
    seen = await office.read(declaration, now.token)
    same = ("state", "unit_id", "chain", "recommendation_id", "at_organisation_id", "version")
    assert [seen[name] for name in same] == [declaration[name] for name in same]
    await at(IN_DECEMBER, "workflow")
    assert (await office.passed(declaration, person.line.token("REVIEWER", 3)))["state"] == "UNDER_REVIEW"


@pytest.mark.clause("2.2.1")
async def test_who_has_no_employer_any_more_mends_what_was_returned(office, season, at, tell):
    """A returned declaration was submitted before: without any seat its applicant mends and submits it again."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    await at(IN_DECEMBER, "workflow")
    items = [{"item": "basic", "reason": "岗位填写有误"}]
    await office.act(declaration, "SEND_BACK", person.line.token("REVIEWER", 3), items=items)
    await tell(left(person))
    alone = mint([], sub=person.account_id, person_id=person.person_id, name="申报人")
    mended = {**CONTENT, "basic": {**CONTENT["basic"], "post": "副主任医师"}}
    returned = await office.read(declaration, alone)
    body = {"content": mended, "version": returned["version"]}
    record(await office.call("PUT", f"/v1/declarations/{declaration['id']}", alone, json=body))
    assert record(await office.act(declaration, "SUBMIT", alone))["state"] == "UNDER_REVIEW"


@pytest.mark.clause("2.2.1")
async def test_who_left_declares_nothing_on_the_old_recommendation(office, season, tell, state_of):
    """After the end of the employment neither a new declaration nor the draft goes on."""
    person, other = await season.recommended(), await season.recommended()
    draft = await office.filled_in(person)
    await tell(left(person))
    await tell(left(other))
    assert [await state_of(each) for each in (person, other)] == ["WITHDRAWN"] * 2
    assert codes(await office.act(draft, "SUBMIT", person.token)) == ["GROUND_ENDED"]
    assert codes(await office.create(other)) == ["NOT_RECOMMENDED"]
    assert await season.count(Declaration) == 1


@pytest.mark.clause("2.1.1")
@pytest.mark.parametrize(
    ("before", "now"), [("TEMPORARY", "ON_ESTABLISHMENT"), ("ON_ESTABLISHMENT", "TEMPORARY")]
)
async def test_another_kind_is_recommended_anew(office, season, tell, state_of, before, now):
    """Who takes a post from now on, or none any more, is recommended again, and so held or exempted rightly."""
    person = await season.recommended(kind=before)
    draft = await office.draft(person)
    await tell(kind_changed(person, before, now))
    assert await state_of(person) == "WITHDRAWN"
    again = await season.recommended(person.line, kind=now, again=person)
    resumed = record(await office.create(again), 201)
    assert (resumed["id"], resumed["person_kind"]) == (draft["id"], now)


@pytest.mark.clause("2.2.2")
async def test_from_the_county_to_an_employer_and_back(office, season, tell):
    """A direct draft waits for the employer's recommendation; a recommended one goes on directly."""
    person = season.without_unit()
    draft = await office.draft(person)
    there = Line.of(HOSPITAL, season.root)
    await tell(moved(person, there))
    hired = await season.recommended(there, again=person)
    resumed = record(await office.create(hired), 201)
    assert (resumed["id"], resumed["unit_id"]) == (draft["id"], str(there.unit.id))
    await tell(moved(hired, person.line, "FREELANCER"))
    season.employ(person, "FREELANCER", "GOVERNMENT_BODY")
    back = record(await office.create(person), 201)
    assert (back["id"], back["unit_id"], back["ground_ended_at"]) == (draft["id"], None, None)
    assert [each["kind"] for each in back["chain"]] == ["HRSS", "HRSS", None]


async def test_another_kind_without_employer_changes_nothing_but_the_kind(office, season, tell):
    """A freelancer who opens a business at the same county goes on with the same draft."""
    person = season.without_unit()
    draft = await office.draft(person)
    await tell(kind_changed(person, "FREELANCER", "SELF_EMPLOYED"))
    seen = await office.read(draft, person.token)
    assert (seen["person_kind"], seen["ground_ended_at"]) == ("SELF_EMPLOYED", None)
    await tell(moved(person, Line.of(COUNTY, season.root), "SELF_EMPLOYED"))
    assert (await office.read(draft, person.token))["ground_ended_at"]


async def test_another_department_reviews_what_is_not_submitted(
    office, season, neighbours, http, tell, state_of
):
    """Inside the same unit the recommendation stays; with accounts away nothing changes, and the news comes again."""
    person = await season.recommended()
    draft = await office.draft(person)
    there = Line((*person.line.nodes[:-1], Line.of(HOSPITAL).nodes[-1]))
    season.employ(replace(person, line=there), "ON_ESTABLISHMENT", "PUBLIC_INSTITUTION")
    neighbours.away.add("accounts")
    key = uuid4()
    assert (await hear(http, moved(person, there), id=key)).status_code == 503
    assert (await office.read(draft, person.token))["chain"] == draft["chain"]
    neighbours.away.clear()
    await tell(moved(person, there), id=key)
    seen = await office.read(draft, person.token)
    assert seen["chain"][0]["organisation_id"] == str(there.ids[-1])
    assert seen["chain"][1:] == draft["chain"][1:]
    assert (await state_of(person), seen["ground_ended_at"]) == ("CONFIRMED", None)


async def test_news_twice_are_heard_once(office, season, session, tell):
    """The same event again, and another one that tells the same, change nothing more."""
    person = await season.recommended()
    draft = await office.draft(person)
    there, key = Line.of(COUNTY_CLINIC, season.root), uuid4()
    for again in (key, key, uuid4()):
        await tell(moved(person, there), id=again)
    assert len(await events(session, "recommendation.ended")) == 1
    held = await office.read(draft, person.token)
    assert held["version"] == draft["version"] + 1


async def test_old_news_end_nothing_that_began_later(office, season, tell, state_of):
    """What was recommended after the person had come is not ended by news of that, however late."""
    person = await season.recommended()
    draft = await office.draft(person)
    before = datetime(2023, 1, 1, tzinfo=UTC)
    await tell(moved(person, Line.of(COUNTY_CLINIC, season.root)), at=before)
    assert await state_of(person) == "CONFIRMED"
    assert (await office.read(draft, person.token))["ground_ended_at"] is None


async def test_submitting_and_leaving_at_the_same_instant(office, season, http, tell, state_of):
    """Of thirty-two submissions and thirty-two tellings of the same move either the one side wins or the other."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    news = moved(person, Line.of(COUNTY_CLINIC, season.root))
    acts = [office.act(draft, "SUBMIT", person.token) for _ in range(32)]
    told = [hear(http, news) for _ in range(32)]
    answers = await asyncio.gather(*(each for pair in zip(acts, told, strict=True) for each in pair))
    submitted = sum(each.status_code == 200 for each in answers)
    seen = await office.read(draft, person.token)
    outcome = (submitted, seen["state"], await state_of(person), seen["ground_ended_at"] is None)
    assert outcome in {(1, "UNDER_REVIEW", "CONFIRMED", True), (0, "DRAFT", "WITHDRAWN", False)}


async def test_many_resume_at_once_and_one_does(office, season, session, tell):
    """Sixty-four requests on the new recommendation: the draft is resumed once, and there is no second one."""
    person = await season.recommended()
    draft = await office.draft(person)
    there = Line.of(COUNTY_CLINIC, season.root)
    await tell(moved(person, there))
    arrived = await season.recommended(there, again=person)
    answers = await asyncio.gather(*(office.create(arrived) for _ in range(64)))
    assert sorted(each.status_code for each in answers) == [201] + [409] * 63
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"ONE_DECLARATION_A_YEAR"}
    assert await season.count(Declaration) == 1
    assert (await office.read(draft, person.token))["unit_id"] == str(there.unit.id)
