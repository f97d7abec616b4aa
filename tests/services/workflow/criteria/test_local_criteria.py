"""Criteria of a region or unit: for its own people alone, and never lower than the provincial ones (一（三）1)."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from uuid import uuid4

import pytest

from services.workflow import policy
from services.workflow.criteria.model import Criteria
from services.workflow.criteria.service import require_in_force
from services.workflow.criteria.store import in_force
from tests.platform.settings import POLICIES
from tests.services.workflow.stage import CRITERIA_BODY, LEVEL, OCTOBER, cites, problem

DAY = date(2023, 11, 2)


def seniority(years, **changed):
    """The example with other years in the present title."""
    body = deepcopy(CRITERIA_BODY)
    next(each for each in body["gates"] if each["code"] == "seniority")["at_least"] = years
    return body | changed


def local(stage, years=5, place=None, **changed):
    """The prefecture's own, or those of another place."""
    return seniority(years, serves_id=str((place or stage.places.prefecture).id), **changed)


def officer(stage):
    """The prefecture's title officer."""
    return stage.places.token("TITLE_OFFICER", stage.places.prefecture)


async def in_use(stage, token, body):
    """Proposed, approved by the province, published."""
    made = await stage.made("/criteria", token, body)
    await stage.made(f"/criteria/{made['id']}/actions/APPROVE", stage.officer)
    return await stage.made(f"/criteria/{made['id']}/actions/PUBLISH", token)


def findings(answer):
    """Codes and fields of what was found."""
    told = problem(answer, 422, "RULES_BROKEN")
    assert cites(told) == {"一（三）1"}
    return [(each["code"], each["field"]) for each in told["findings"]]


@pytest.mark.clause("1.3.1")
async def test_a_lower_proposal_is_refused_naming_every_item(stage, session):
    """Fewer years, a gate left out, a menu that asks for less: all three are told; as high is taken."""
    await stage.time(OCTOBER)
    await stage.criteria()
    body = local(stage, 4)
    body["gates"] = [each for each in body["gates"] if each["code"] != "licence"]
    body["menus"][0]["need"] = 1
    answer = await stage.ask("POST", "/criteria", officer(stage), body)
    assert findings(answer) == [
        ("LOWER_THAN_PROVINCIAL", "gates.licence"),
        ("LOWER_THAN_PROVINCIAL", "gates.seniority.at_least"),
        ("LOWER_THAN_PROVINCIAL", "menus.achievements.need"),
    ]
    assert all(word in answer.json()["message"] for word in ("licence", "4年", "5年", "2 项"))
    made = await stage.made("/criteria", officer(stage), local(stage))
    assert (made["serves_id"], made["edition"]) == (str(stage.places.prefecture.id), 1)


@pytest.mark.clause("1.3.1")
async def test_the_comparison_holds_at_every_step(stage):
    """What the province has raised since the proposal stands against its approval, and against its publication."""
    await stage.time(OCTOBER)
    waiting = await stage.made("/criteria", officer(stage), local(stage, 6))
    approved = await stage.made("/criteria", officer(stage), local(stage, 6))
    await stage.made(f"/criteria/{approved['id']}/actions/APPROVE", stage.officer)
    await in_use(stage, stage.office, seniority(7))
    for made, action, token in (
        (waiting, "APPROVE", stage.officer),
        (approved, "PUBLISH", officer(stage)),
    ):
        answer = await stage.ask("POST", f"/criteria/{made['id']}/actions/{action}", token)
        assert findings(answer) == [("LOWER_THAN_PROVINCIAL", "gates.seniority.at_least")]
    await in_use(stage, officer(stage), local(stage, 7))


@pytest.mark.clause("1.1", "1.3.1")
async def test_the_nearest_ones_are_in_force(stage, session):
    """The unit's before the region's before the province's; nobody else is judged by them."""
    await stage.time(OCTOBER)
    provincial = await stage.criteria()
    region = await in_use(stage, officer(stage), local(stage, 6))
    clinic = stage.places.token("COMMITTEE_OFFICE", stage.places.clinic)
    unit = await in_use(stage, clinic, local(stage, 7, stage.places.clinic))
    assert [each["edition"] for each in (provincial, region, unit)] == [1, 1, 1]
    places = stage.places
    expected = {
        (): provincial,
        tuple(n.id for n in places.line(places.hospital)): provincial,
        tuple(n.id for n in places.line(places.prefecture)): region,
        tuple(n.id for n in places.line(places.clinic)): unit,
    }
    async with session("workflow") as tx:
        for lineage, wanted in expected.items():
            found = await in_force(tx, "HEALTH", None, LEVEL, DAY, lineage)
            assert str(found[0].id) == wanted["id"], lineage


@pytest.mark.clause("1.3.1")
async def test_what_the_province_has_overtaken_gives_way(stage, session):
    """The unit's that are not high enough any more leave the field to the region's, and those to the provincial ones."""
    await stage.time(OCTOBER)
    await stage.criteria()
    region = await in_use(stage, officer(stage), local(stage, 6))
    clinic = stage.places.token("COMMITTEE_OFFICE", stage.places.clinic)
    unit = await in_use(stage, clinic, local(stage, 5, stage.places.clinic))
    await in_use(stage, stage.office, seniority(6, effective_from="2023-11-10"))
    newer = await in_use(stage, stage.office, seniority(7, effective_from="2023-11-15"))
    line = [n.id for n in stage.places.line(stage.places.clinic)]
    rules = policy.load(POLICIES, "qinghai").of_year(2023)
    async with session("workflow") as tx:
        for day, wanted in ((9, unit), (14, region), (15, newer)):
            on = date(2023, 11, day)
            found: Criteria = await require_in_force(tx, "HEALTH", None, LEVEL, on, rules, line)
            assert str(found.id) == wanted["id"], day


@pytest.mark.clause("1.3.1")
async def test_a_specialtys_own_are_compared_with_the_specialtys_own(stage):
    """The stricter provincial criteria of a specialty hold for it also where a region has some for the whole series."""
    await stage.time(OCTOBER)
    await stage.criteria()
    specialty = await stage.made("/specialties", stage.office, {"series": "HEALTH", "name": "藏医"})
    await stage.made(f"/specialties/{specialty['id']}/actions/FILE", stage.officer)
    await in_use(stage, stage.office, seniority(8, specialty_id=specialty["id"]))
    answer = await stage.ask(
        "POST", "/criteria", officer(stage), local(stage, 6, specialty_id=specialty["id"])
    )
    assert findings(answer) == [("LOWER_THAN_PROVINCIAL", "gates.seniority.at_least")]
    await stage.made("/criteria", officer(stage), local(stage, 6))


async def test_nobody_makes_criteria_for_others(stage):
    """Another region's, a subordinate's, an unknown place's: refused; the root's own are the province's."""
    await stage.time(OCTOBER)
    await stage.criteria()
    for place_id in (stage.places.hospital.id, stage.places.clinic.id, uuid4()):
        body = seniority(6, serves_id=str(place_id))
        told = problem(await stage.ask("POST", "/criteria", officer(stage), body), 403, "SERVED_ELSEWHERE")
        assert (told["field"], cites(told)) == ("serves_id", {"一（三）1"})
    named = await stage.made("/criteria", officer(stage), local(stage, 3, stage.places.province))
    assert (named["serves_id"], named["edition"]) == (None, 2)


async def test_a_recommendation_asks_for_the_units_own_line(stage):
    """Where only another region has criteria, nothing is in force for the hospital."""
    cycle = await stage.opened()
    await stage.arrange(cycle)
    await in_use(stage, officer(stage), local(stage))
    await stage.time("2023-11-02T09:00+08:00")
    plan = await stage.plan(cycle)
    answer = await stage.ask("POST", "/recommendations", stage.recommender, stage.wish(plan, stage.employ()))
    problem(answer, 422, "NO_CRITERIA_IN_FORCE")
