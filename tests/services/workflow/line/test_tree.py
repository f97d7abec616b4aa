"""Organisations move, merge, close and are renamed: rows follow, reviews under way are finished by who has them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from services import pieces
from services.accounts.contract import OrganisationClosed, OrganisationMoved, OrganisationRenamed
from services.kit.inbox import inbox
from services.workflow.declaration.model import Declaration
from services.workflow.line import tree
from services.workflow.recommendation.model import Recommendation, RecommendationPlan
from tests.platform.apps import over_asgi
from tests.platform.late import Late
from tests.platform.tokens import node
from tests.services.workflow.applicants import record
from tests.services.workflow.line.news import hear, organisation_merged, organisation_moved
from tests.services.workflow.season import IN_NOVEMBER, Line

IN_DECEMBER = "2023-12-11T09:00+08:00"


@pytest.fixture
def tell(http):
    """`await tell(event)`: the relay brings it."""

    async def deliver(event, status=204, **told):
        answer = await hear(http, event, **told)
        assert answer.status_code == status, answer.text

    return deliver


def under(line: Line, *above) -> Line:
    """The same hospital and department below other superiors."""
    return Line((line.nodes[0], *above, *line.nodes[2:]))


async def row(session, model, key):
    """A row as it is now."""
    async with session("workflow") as tx:
        return (await tx.scalars(select(model).where(model.id == key))).one()


async def test_a_draft_has_the_chain_of_the_new_line(office, season, session, tell):
    """Plan, recommendation and draft stand below the new superior, which reviews and reads; the former one does not."""
    person = await season.recommended()
    draft = await office.draft(person)
    there = under(person.line, node("AUTHORITY", "PROVINCE"))
    await tell(organisation_moved(Line(person.line.nodes[:3]), Line(there.nodes[:3])))
    seen = await office.read(draft, person.token)
    assert [each["organisation_id"] for each in seen["chain"][:-1]] == [
        str(each) for each in there.ids[:0:-1]
    ]
    source = await row(session, Recommendation, person.recommendation_id)
    assert (source.lineage, [each["id"] for each in source.path]) == (there.ids, [str(e) for e in there.ids])
    assert (await row(session, RecommendationPlan, source.plan_id)).lineage == there.ids
    path = f"/v1/recommendations/{person.recommendation_id}"
    answers = [await office.call("GET", path, line.token("REVIEWER", 1)) for line in (there, person.line)]
    assert [each.status_code for each in answers] == [200, 404]


@pytest.mark.clause("3.1")
async def test_what_is_under_way_keeps_its_chain_and_is_read_by_both(office, season, at, tell):
    """The former authority, which has it, passes it on; the new one reads it and does not act."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    await at(IN_DECEMBER, "workflow")
    for place in (3, 2):
        declaration = await office.passed(declaration, person.line.token("REVIEWER", place))
    there = under(person.line, node("HRSS", "PREFECTURE"), node("AUTHORITY", "PREFECTURE"))
    await tell(organisation_moved(Line(person.line.nodes[:3]), Line(there.nodes[:4])))
    seen = await office.read(declaration, there.token("REVIEWER", 2))
    assert (seen["chain"], seen["version"]) == (declaration["chain"], declaration["version"])
    refused = await office.act(seen, "PASS", there.token("REVIEWER", 2))
    assert refused.json()["code"] == "NOT_YOUR_STEP"
    passed = await office.passed(seen, person.line.token("REVIEWER", 1))
    assert passed["state"] == "AT_COMMITTEE_OFFICE"


async def test_what_is_decided_stays_as_it_was(office, season, session, tell):
    """A declaration that a committee has decided on keeps its line."""
    person = await season.recommended()
    declaration = await office.draft(person)
    async with session("workflow") as tx:
        await tx.execute(update(Declaration).values(state="NOT_PASSED"))
    there = under(person.line, node("AUTHORITY", "PROVINCE"))
    await tell(organisation_moved(Line(person.line.nodes[:3]), Line(there.nodes[:3])))
    assert (await row(session, Declaration, declaration["id"])).lineage == person.line.ids
    assert (await row(session, Recommendation, person.recommendation_id)).lineage == person.line.ids


async def test_after_a_merger_the_heir_acts(office, season, session, at, tell):
    """Its recommender acts on the recommendations, its reviewer on what waits for the one that is gone."""
    submitting = await season.recommended()
    drafting = await season.recommended(submitting.line)
    declaration, draft = await office.submitted(submitting), await office.draft(drafting)
    await at(IN_DECEMBER, "workflow")
    declaration = await office.passed(declaration, submitting.line.token("REVIEWER", 3))
    heir = Line((*submitting.line.nodes[:2], node("EMPLOYER", "PROVINCE")))
    await tell(organisation_merged(Line(submitting.line.nodes[:3]), heir))
    seen = await office.read(declaration, heir.token("REVIEWER", 2))
    assert seen["at_organisation_id"] == str(heir.unit.id)
    assert (await office.passed(seen, heir.token("REVIEWER", 2)))["state"] == "UNDER_REVIEW"
    source = await row(session, Recommendation, drafting.recommendation_id)
    assert source.unit_id == heir.unit.id
    assert (await row(session, RecommendationPlan, source.plan_id)).unit_id == heir.unit.id
    seen = await office.read(draft, drafting.token)
    assert (seen["unit_id"], seen["chain"][1]["organisation_id"]) == (str(heir.unit.id),) * 2
    path = f"/v1/recommendations/{drafting.recommendation_id}/actions/WITHDRAW"
    await at(IN_NOVEMBER, "workflow")
    record(await office.act(draft, "WITHDRAW", drafting.token))
    record(await office.call("POST", path, heir.token("RECOMMENDER", 2), json={"note": "名额调整"}))


async def test_a_closed_body_is_stood_for_by_its_superior(office, season, at, tell):
    """What waits for a department that was closed goes to its unit, once."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    department, unit = person.line.ids[-1], person.line.unit.id
    await at(IN_DECEMBER, "workflow")
    closed = OrganisationClosed(organisation_id=department, parent_id=unit, name="科室")
    for _ in range(2):
        await tell(closed)
    seen = await office.read(declaration, person.line.token("REVIEWER", 2))
    assert seen["at_organisation_id"] == str(unit)
    assert len(seen["chain"]) == len(declaration["chain"]) - 1
    passed = await office.passed(seen, person.line.token("REVIEWER", 2))
    assert passed["at_organisation_id"] == str(person.line.ids[1])


async def test_what_is_not_decided_tells_the_new_name(office, season, session, tell):
    """Chain and line name a renamed unit as it is called now."""
    person = await season.recommended()
    draft = await office.draft(person)
    await tell(OrganisationRenamed(organisation_id=person.line.unit.id, former_name="旧", name="新名医院"))
    seen = await office.read(draft, person.token)
    assert seen["chain"][1]["name"] == "新名医院"
    source = await row(session, Recommendation, person.recommendation_id)
    assert source.path[2]["name"] == "新名医院"


async def test_a_big_move_goes_on_where_it_stopped(office, season, session, tell, monkeypatch):
    """With chunks of two and no time at all nothing is lost: the next deliveries do the rest, each row once."""
    first = await season.recommended()
    people = [first, *[await season.recommended(first.line) for _ in range(6)]]
    for person in people:
        await office.draft(person)
    there = under(first.line, node("AUTHORITY", "PROVINCE"))
    news = organisation_moved(Line(first.line.nodes[:3]), Line(there.nodes[:3]))
    monkeypatch.setattr(tree, "AT_ONCE", 2)
    monkeypatch.setattr(pieces, "SECONDS", -1.0)
    await tell(news, 503)
    monkeypatch.setattr(pieces, "SECONDS", 60.0)
    await tell(news)
    async with session("workflow") as tx:
        for model in (Recommendation, Declaration):
            lines = {tuple(each) for each in await tx.scalars(select(model.lineage))}
            assert lines == {tuple(there.ids)}, model


async def test_more_moves_at_once_than_there_are_connections(office, season, session, tell, monkeypatch):
    """None waits for another's connection, each is remembered once however often it came."""
    monkeypatch.setattr(pieces, "SECONDS", 60.0)
    person = await season.recommended()
    await office.draft(person)
    there = under(person.line, node("AUTHORITY", "PROVINCE"))
    mine = organisation_moved(Line(person.line.nodes[:3]), Line(there.nodes[:3]))
    others = [organisation_moved(each, under(each, node("AUTHORITY", "PROVINCE"))) for each in strangers(40)]
    same = uuid4()
    await asyncio.gather(tell(mine, id=same), *map(tell, others), tell(mine, id=same))
    async with session("workflow") as tx:
        assert set(map(tuple, await tx.scalars(select(Declaration.lineage)))) == {tuple(there.ids)}
        heard = list(await tx.scalars(select(inbox.c.event_id).where(inbox.c.type == OrganisationMoved.type)))
    assert len(heard) == len(others) + 1


async def test_who_is_late_with_a_piece_changes_nothing(office, season, session, tell, hall_app, monkeypatch):
    """A delivery that was given up wakes after another app handled the event, and the unit's next move after it."""
    person = await season.recommended()
    await office.draft(person)
    there, beyond = (under(person.line, node("AUTHORITY", "PROVINCE")) for _ in range(2))
    news = organisation_moved(Line(person.line.nodes[:3]), Line(there.nodes[:3]))
    same, late = uuid4(), Late(monkeypatch)
    given_up = asyncio.create_task(tell(news, id=same))
    await late.waits.wait()
    async with over_asgi(hall_app) as elsewhere:
        await asyncio.gather(*(hear(elsewhere, news, id=same) for _ in range(2)))
    await tell(organisation_moved(Line(there.nodes[:3]), Line(beyond.nodes[:3])))
    late.goes.set()
    await given_up
    async with session("workflow") as tx:
        for model in (RecommendationPlan, Recommendation, Declaration):
            assert set(map(tuple, await tx.scalars(select(model.lineage)))) == {tuple(beyond.ids)}, model


def strangers(count: int) -> list[Line]:
    """Units nobody has heard of."""
    return [
        Line((node("HRSS", "PROVINCE"), node("AUTHORITY", "PROVINCE"), node("EMPLOYER", "PROVINCE")))
        for _ in range(count)
    ]


async def test_one_move_after_the_other(office, season, tell):
    """The unit moves, then its new authority does: the draft's chain is that of the line in the end."""
    person = await season.recommended()
    draft = await office.draft(person)
    authority, prefecture = node("AUTHORITY", "PROVINCE"), node("HRSS", "PREFECTURE")
    first = under(person.line, authority)
    second = under(person.line, prefecture, authority)
    await tell(organisation_moved(Line(person.line.nodes[:3]), Line(first.nodes[:3])))
    await tell(organisation_moved(Line(first.nodes[:2]), Line(second.nodes[:3])))
    seen = await office.read(draft, replace(person, line=second).token)
    assert [each["organisation_id"] for each in seen["chain"][:-1]] == [
        str(each) for each in (*second.ids[:2:-1], authority.id)
    ]
