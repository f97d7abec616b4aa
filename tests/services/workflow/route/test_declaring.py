"""What a route asks of its applicants and spares them when they declare (一（五）4（1）、一（七）第1段)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from services.workflow.criteria.model import Criteria
from services.workflow.route.states import Waiver
from tests.services.workflow.applicants import CONTENT, codes, record
from tests.services.workflow.route.table import RECOMMENDED
from tests.services.workflow.season import notice

HOURS, PRESENT_TITLE = "continuing_education", "present_title"
SPARED = {Waiver.CONTINUING_EDUCATION: HOURS, Waiver.SENIORITY: PRESENT_TITLE}
BY_ROUTE = {each.code: {*each.asked.routes} for each in notice().material.items if each.asked.routes}
GREEN_CHANNEL = dict.fromkeys(("EXPERT_NOMINATION", "IMPORTED", "URGENT", "POSTDOC"), "GREEN_CHANNEL")
STRICT = GREEN_CHANNEL | {"EXEMPTION": "EXEMPTION"}


@pytest.mark.clause("1.5.4.1", "1.7.1", "3.2.2")
@pytest.mark.parametrize("route", RECOMMENDED, ids=lambda each: each.code)
async def test_a_route_asks_for_its_own_and_spares_its_own(office, season, route):
    """The route stays with the declaration: sections that it spares, materials that it asks for, two who look or one."""
    draft = await office.draft(await season.recommended(route=route.code))
    sections, materials = (
        {each["code"] for each in draft["asked"][what]} for what in ("sections", "materials")
    )
    assert draft["route"] == route.code
    assert {HOURS, PRESENT_TITLE} - sections == {SPARED[each] for each in route.waives if each in SPARED}
    assert materials & set(BY_ROUTE) == {item for item, routes in BY_ROUTE.items() if route.code in routes}
    assert draft["strict_reason"] == STRICT.get(route.code)


@pytest.mark.clause("1.5.4.1")
async def test_hours_are_short_but_for_whom_the_route_spares_them(office, season):
    """Spared, nothing is short without them."""
    for route in ("NORMAL", "SKILLED_FRONT_LINE"):
        person = await season.recommended(route=route)
        draft = await office.filled_in(person)
        without = {name: told for name, told in CONTENT.items() if name != HOURS}
        written = record(await office.edit(person, draft, without))
        found = set(codes(await office.act(written, "SUBMIT", person.token), 422)) - {"ROUTE_STILL_OPEN"}
        assert found == ({"SECTION_MISSING", "CONTINUING_EDUCATION_SHORT"} if route == "NORMAL" else set())


def test_the_notice_spares_these_routes():
    """Who declares directly needs no title below, nor years in it; no other route of the year waives anything."""
    merits, directly = ["EDUCATION", "SENIORITY"], ["SENIORITY"]
    assert {route.code: sorted(route.waives) for route in RECOMMENDED if route.waives} == {
        "PRIVATE_DIRECT": directly,
        "SKILLED_FRONT_LINE": ["CONTINUING_EDUCATION", "PAPER", "SENIORITY"],
        "SKILLED_NATIONAL": directly,
        "SKILLED_PROVINCIAL": directly,
        "EXEMPTION": merits,
        "EXPERT_NOMINATION": merits,
        "IMPORTED": directly,
        "URGENT": directly,
        "POSTDOC": directly,
        "AID_EXCELLENT": ["INTERVIEW", "PRACTICE_TEST", "SENIORITY"],
    }


@pytest.mark.clause("1.5.1.2", "1.5.4.1", "1.7.2")
async def test_who_declares_directly_holds_no_title_below(office, season, session):
    """Submitted without one, and not refused by the criteria for want of years in it; by the ordinary route it is."""
    years = {"code": "years", "text": "满四年", "evidence": ["TITLE"], "fact": "years_in_present_title"}
    async with session("workflow") as tx:
        await tx.execute(update(Criteria).values(gates=[years | {"at_least": 4}], menus=[]))
    without = {name: told for name, told in CONTENT.items() if name != PRESENT_TITLE}
    for route in ("NORMAL", "PRIVATE_DIRECT", "SKILLED_FRONT_LINE", "POSTDOC"):
        person = await season.recommended(route=route)
        draft = record(await office.edit(person, await office.draft(person), without))
        found = codes(await office.act(draft, "SUBMIT", person.token), 422)
        assert ("SECTION_MISSING" in found) == (route == "NORMAL")
        path = f"/v1/declarations/{draft['id']}/evaluation"
        [item] = (await office.call("GET", path, person.token)).json()["items"]
        assert item["verdict"] == ("NOT_MET" if route == "NORMAL" else "MET")
        article = {
            "PRIVATE_DIRECT": "一（五）1（2）",
            "SKILLED_FRONT_LINE": "一（五）4（1）",
            "POSTDOC": "一（七）第2段",
        }
        assert article.get(route, "一（一）") in {each["cite"] for each in item["basis"]}
