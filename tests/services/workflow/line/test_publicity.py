"""A recommendation that ends with a change of employer, over the whole early season."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import text

from tests.services.workflow.line.news import hear, moved, organisation_moved
from tests.services.workflow.season import HOSPITAL, Applicant, Line
from tests.services.workflow.stage import problem


@pytest.mark.clause("2.2.1")
async def test_its_publicity_is_closed_and_its_end_told(stage, session):
    """The publicity is cancelled, takes no more objections, and the event that gives the post back is published."""
    made = await stage.publicised()
    person = UUID(made["person_id"])
    here = Line(stage.places.line(stage.places.hospital))
    there = Line.of(HOSPITAL[:3])
    somebody = Applicant(person, person, here, UUID(made["id"]), UUID(made["reservation_id"]))
    assert (await hear(stage.http, moved(somebody, there))).status_code == 204
    seen = (await stage.ask("GET", f"/recommendations/{made['id']}", stage.recommender)).json()
    assert seen["state"] == "WITHDRAWN"
    public = (await stage.ask("GET", f"/publicities/{made['publicity_id']}")).json()
    assert public["state"] == "CANCELLED"
    problem(await stage.object_to(made["publicity_id"]), 409, "PUBLICITY_ENDED")
    async with session("workflow") as tx:
        told = await tx.scalar(text("select data from outbox where type like '%recommendation.ended%'"))
        line = (
            await tx.execute(
                text("select note, basis from history where action = 'END' and subject_id = :id"),
                {"id": UUID(made["id"])},
            )
        ).one()
    assert told["new_unit_id"] == str(there.unit.id)
    assert line.note == told["reason"]
    assert [each["cite"] for each in line.basis] == ["二（二）1"]


@pytest.mark.clause("2.2.2")
@pytest.mark.parametrize("kind", ["SELF_EMPLOYED", "FREELANCER", "FARMER_HERDER"])
async def test_nobody_recommends_who_declares_directly(stage, kind):
    """A unit that tries to recommend somebody without employer is told that he or she declares directly."""
    plan = await stage.plan(await stage.ready())
    person = stage.employ(stage.places.hospital, kind=kind)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, person))
    problem(answer, 422, "DECLARES_DIRECTLY")
    assert stage.around.asked == []


async def test_an_objection_follows_the_unit(stage):
    """After a move the new HRSS decides on an objection that is open; before, it knew of none."""
    made = await stage.publicised()
    objection = (await stage.object_to(made["publicity_id"])).json()["record"]
    places = stage.places
    officer = places.token("TITLE_OFFICER", places.prefecture, name="州人社局")
    decision = {"upheld": False, "reason": "经核查不属实"}
    before = await stage.ask("POST", f"/objections/{objection['id']}/decide", officer, decision)
    assert before.status_code == 404
    here = Line(places.line(places.hospital))
    there = Line((places.province, places.prefecture, places.hospital))
    assert (await hear(stage.http, organisation_moved(here, there))).status_code == 204
    after = await stage.ask("POST", f"/objections/{objection['id']}/decide", officer, decision)
    assert after.status_code == 200, after.text
