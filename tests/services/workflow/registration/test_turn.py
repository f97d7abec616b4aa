"""A post goes to who is on the unit's ranked list, in its order: whoever stands above goes before, or was passed over."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import update

from services.workflow.recommendation.model import Recommendation
from tests.services.workflow.line.news import hear, moved
from tests.services.workflow.registration.test_listing import body, publish, registered
from tests.services.workflow.season import COUNTY_CLINIC, Applicant, Line
from tests.services.workflow.stage import LEVEL, PLAN, cites, problem


async def recommend(stage, plan, person, **changed):
    """Recommend somebody, whether on a list or not."""
    asked = {"plan_id": plan["id"], "person_id": str(person.id), "series": "HEALTH", "level": LEVEL} | changed
    return await stage.ask("POST", "/recommendations", stage.recommender, asked)


@pytest.mark.clause("3.6.2")
async def test_without_a_list_nobody_takes_a_post(stage):
    """Not registered, registered and not ranked, ranked for another wish: refused before a post is held."""
    plan, (person,), (made,) = await registered(stage, "NO")
    told = problem(await recommend(stage, plan, person), 422, "NOT_ON_THE_LIST")
    assert cites(told) == {"三（六）2"}
    await publish(stage, body(plan, [made], place=[1]))
    problem(await recommend(stage, plan, stage.employ()), 422, "NOT_ON_THE_LIST")
    specialty = await filed(stage, "高原病")
    other = await recommend(stage, plan, person, specialty_id=specialty["id"])
    problem(other, 422, "ANOTHER_WISH_REGISTERED")
    assert not stage.around.asked
    recommended = (await recommend(stage, plan, person)).json()["record"]
    assert recommended["rank"] == 1
    path = f"/ranked-lists/{recommended['ranked_list_id']}"
    assert (await stage.ask("GET", path, stage.recommender)).json()["no"] == 1


async def test_who_registered_for_a_specialty_that_was_adjusted_is_recommended_for_what_follows_it(stage):
    """Adjusted after the list: its successor is the wish that was registered; what only looks like it is another."""
    plan, person = await stage.plan(await stage.ready()), stage.employ()
    former, other = [await filed(stage, name) for name in ("高原病", "高原内科")]
    made = (await stage.register(plan, person, specialty_id=former["id"])).json()["record"]
    await publish(stage, body(plan, [made], place=[1]))
    path = f"/specialties/{former['id']}/adjustments"
    new = await stage.made(path, stage.officer, {"name": "高原医学"})
    await stage.made(f"/specialties/{new['id']}/actions/FILE", stage.officer)
    refused = await recommend(stage, plan, person, specialty_id=other["id"])
    problem(refused, 422, "ANOTHER_WISH_REGISTERED")
    answer = await recommend(stage, plan, person, specialty_id=new["id"])
    assert answer.status_code == 201, answer.text


async def filed(stage, name):
    """A specialty on file."""
    asked = {"series": "HEALTH", "name": name, "organisation_id": str(stage.places.province.id)}
    proposed = await stage.made("/specialties", stage.officer, asked)
    return await stage.made(f"/specialties/{proposed['id']}/actions/FILE", stage.officer)


@pytest.mark.clause("1.4.3")
async def test_posts_go_out_in_the_order_of_the_list(stage):
    """The one with a posting before the equal; then passed over, withdrawn again, or recommended, nobody stands before."""
    plan, people, made = await registered(stage, "NO", "YES", "NO", "NO")
    await publish(stage, body(plan, made, score=[80, 80, 70, 60]))
    told = problem(await recommend(stage, plan, people[3]), 422, "OTHERS_STAND_BEFORE")
    assert [f"登记人{no}" in told["message"] for no in range(4)] == [True, True, True, False]
    told = problem(await recommend(stage, plan, people[0]), 422, "OTHERS_STAND_BEFORE")
    assert ("登记人1" in told["message"], cites(told)) == (True, {"三（六）2"})
    assert not stage.around.asked
    first = await recommend(stage, plan, people[1])
    assert "一（四）3" in cites(first.json())
    withdrawn = await stage.act(first.json()["record"], "WITHDRAW", note="本人放弃")
    assert withdrawn.status_code == 200
    problem(await recommend(stage, plan, people[2]), 422, "OTHERS_STAND_BEFORE")
    second = await recommend(stage, plan, people[0])
    assert "一（四）3" not in cites(second.json())
    path = f"/registrations/{made[2]['id']}/actions/PASS_OVER"
    await stage.made(path, stage.recommender, {"note": "考核不合格"})
    problem(await recommend(stage, plan, people[2]), 422, "NOT_ON_THE_LIST")
    assert (await recommend(stage, plan, people[3])).json()["record"]["rank"] == 4


async def test_the_newest_list_decides(stage):
    """Ranked anew the other way round, for a reason, the other one is first."""
    plan, people, made = await registered(stage, "NO", "NO")
    await publish(stage, body(plan, made, place=[1, 2]))
    turned = body(plan, made, place=[2, 1])
    problem(await publish(stage, turned), 422, "ORDER_CHANGED")
    turned["ranked"][1]["change_reason"] = "民主测评结果更正"
    await publish(stage, turned)
    problem(await recommend(stage, plan, people[0]), 422, "OTHERS_STAND_BEFORE")
    assert (await recommend(stage, plan, people[1])).status_code == 201
    assert (await recommend(stage, plan, people[0])).status_code == 201


async def test_recommended_at_once_nobody_overtakes(stage):
    """Four in a row asked for at the same instant, again and again: at any time those recommended are the first ones."""
    plan, people, made = await registered(stage, *["NO"] * 4)
    await publish(stage, body(plan, made, place=[1, 2, 3, 4]))
    for _ in range(4):
        answers = await asyncio.gather(*(recommend(stage, plan, each) for each in reversed(people)))
        assert {each.status_code for each in answers} <= {201, 409, 422}
        found = (await stage.ask("GET", "/recommendations", stage.recommender)).json()["items"]
        done = [str(each.id) in {one["person_id"] for one in found} for each in people]
        assert done == sorted(done, reverse=True)
    assert all(done)


async def test_news_that_come_late_end_nothing_at_the_new_unit(stage):
    """Told of a move only when the person has registered with the new unit: that registration stays."""
    _, people, made = await registered(stage, "NO")
    before = Line.of(COUNTY_CLINIC, stage.places.province)
    come = Applicant(people[0].id, people[0].account_id, before, "", "")
    elsewhere = Line.of(COUNTY_CLINIC, stage.places.province)
    late = await hear(stage.http, moved(come, elsewhere), at=datetime(2023, 11, 1, tzinfo=UTC))
    assert late.status_code == 204
    kept = (await stage.ask("GET", f"/registrations/{made[0]['id']}", stage.recommender)).json()
    assert kept["state"] == "REGISTERED"


async def test_who_was_recommended_by_another_unit_still_stands_before(stage, session):
    """A recommendation of the year that was of another plan is none of this plan's posts."""
    plan, people, made = await registered(stage, "NO", "NO")
    await publish(stage, body(plan, made, place=[1, 2]))
    clinic = {"unit_id": str(stage.places.clinic.id), "cycle_id": plan["cycle_id"]}
    theirs = stage.places.token("RECOMMENDER", stage.places.clinic)
    elsewhere = await stage.made("/recommendation-plans", theirs, PLAN | clinic)
    recommended = (await recommend(stage, plan, people[0])).json()["record"]
    await stage.act(recommended, "WITHDRAW", note="本人放弃")
    async with session("workflow") as tx:
        await tx.execute(update(Recommendation).values(plan_id=UUID(elsewhere["id"])))
    problem(await recommend(stage, plan, people[1]), 422, "OTHERS_STAND_BEFORE")


async def test_who_leaves_the_unit_stands_before_nobody(stage):
    """A registration ends with the employment, by itself and with its reason; the next one's turn has come."""
    plan, people, made = await registered(stage, "NO", "NO")
    await publish(stage, body(plan, made, place=[1, 2]))
    own = Line(stage.places.line(stage.places.department))
    gone = Applicant(people[0].id, people[0].account_id, own, plan["id"], plan["id"])
    answer = await hear(stage.http, moved(gone, Line.of(COUNTY_CLINIC, stage.places.province)))
    assert answer.status_code == 204
    left = (await stage.ask("GET", f"/registrations/{made[0]['id']}", stage.recommender)).json()
    assert left["state"] == "WITHDRAWN"
    assert (await recommend(stage, plan, people[1])).status_code == 201
