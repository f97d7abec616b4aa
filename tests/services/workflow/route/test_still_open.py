"""A route is judged again at each later step: what it rests on may have been revoked, or have come to its end."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.workflow.route import rules
from tests.services.workflow.applicants import FILES, record
from tests.services.workflow.route.table import PRIVATE, RECOMMENDED, fitting, on_record, unfitting
from tests.services.workflow.route.test_table import body, plan_for
from tests.services.workflow.stage import AFTER_PUBLICITY, cites, problem

RESTING = [route for route in RECOMMENDED if {each.fact for each in route.checks} & rules.OF_RECORDS]
NO_APPOINTMENT = [item for item in FILES if item != "APPOINTMENT_CERTIFICATE"]
"""The materials of whoever is of no institution."""
MASSAGE = "盲人医疗按摩"
"""A specialty of the season's series in which skilled workers declare."""


def closed_by(answer: Any) -> list[tuple[str, set[str]]]:
    """What is told of a route that is no longer open: which rule, on which articles."""
    told = problem(answer, 422, "RULES_BROKEN")
    return [(each["code"], cites(each)) for each in told["findings"]]


@pytest.mark.clause("1.7.1", "1.5.4.2", "1.5.4.3", "1.5.1.2", "2.4.1.3")
@pytest.mark.parametrize("route", RESTING, ids=lambda each: each.code)
async def test_nobody_is_publicised_or_confirmed_on_what_no_longer_holds(stage, route):
    """Revoked, no longer confirmed or ended since: refused with the condition and its article; mended, it goes on."""
    wish = fitting(route)
    sent = body(stage, await plan_for(stage, [wish]), wish, route=route.code)
    made = await stage.made("/recommendations", stage.recommender, sent)
    person = UUID(sent["person_id"])
    lacking = [(cite, each) for code, cite, each in unfitting(route) if code in {*rules.OF_RECORDS}]
    own = [(cite, each) for cite, each in lacking if each.nature == wish.nature]
    for cite, worse in own:
        stage.around.standings[person] = worse.standing
        assert closed_by(await stage.act(made, "PUBLICISE")) == [("ROUTE_STILL_OPEN", {cite})]
    stage.around.standings[person] = wish.standing
    stage.around.down.add("standing")
    problem(await stage.act(made, "PUBLICISE"), 503, "PART_UNAVAILABLE")
    stage.around.down.clear()
    record(await stage.act(made, "PUBLICISE"))
    await stage.time(AFTER_PUBLICITY)
    cite, worse = own[0]
    stage.around.standings[person] = worse.standing
    assert closed_by(await stage.act(made, "CONFIRM")) == [("ROUTE_STILL_OPEN", {cite})]
    read = await stage.ask("GET", f"/recommendations/{made['id']}", stage.recommender)
    assert read.json()["state"] == "IN_PUBLICITY"
    stage.around.standings[person] = wish.standing
    assert record(await stage.act(made, "CONFIRM"))["state"] == "CONFIRMED"


@pytest.mark.clause("1.5.4.2")
async def test_nobody_submits_on_an_honour_that_was_revoked(office, season, neighbours):
    """Neither the first time nor after a return; with accounts away nothing is guessed."""
    (check,) = next(route for route in RECOMMENDED if route.code == "SKILLED_NATIONAL").checks
    specialty = await season.specialty(MASSAGE)
    person = await season.recommended(route="SKILLED_NATIONAL", specialty_id=specialty)
    honoured = on_record(check, sure=True)
    draft = await office.filled_in(person)
    for standing in ({}, on_record(check, sure=False)):
        neighbours.standings[person.person_id] = standing
        answer = await office.act(draft, "SUBMIT", person.token)
        assert closed_by(answer) == [("ROUTE_STILL_OPEN", {"一（五）4（2）"})]
    neighbours.standings[person.person_id] = honoured
    neighbours.away.add("accounts")
    problem(await office.act(draft, "SUBMIT", person.token), 503, "PART_UNAVAILABLE")
    neighbours.away.clear()
    submitted = record(await office.act(draft, "SUBMIT", person.token))
    items = [{"item": "ACHIEVEMENT", "reason": "请补充"}]
    reviewer = person.line.token("REVIEWER", 3)
    returned = record(await office.act(submitted, "SEND_BACK", reviewer, items=items))
    neighbours.standings.pop(person.person_id)
    found = closed_by(await office.act(returned, "SUBMIT", person.token))
    assert ("ROUTE_STILL_OPEN", {"一（五）4（2）"}) in found


@pytest.mark.clause("1.5.1.1", "2.2.1")
async def test_an_ended_contract_stops_whom_it_binds_and_not_who_has_left(office, season, neighbours):
    """Of the unit's own staff it is asked again at submission; who left finishes what was submitted."""
    of = {"kind": "ENTERPRISE", "nature": "PRIVATE_ENTERPRISE"}
    person = await season.recommended(**of)
    draft = await office.filled_in(person, NO_APPOINTMENT)
    neighbours.standings[person.person_id] = PRIVATE | {"contract_with_employer": "NO"}
    answer = await office.act(draft, "SUBMIT", person.token)
    assert closed_by(answer) == [("ROUTE_STILL_OPEN", {"一（五）1（1）"})]
    neighbours.standings[person.person_id] = PRIVATE
    submitted = record(await office.act(draft, "SUBMIT", person.token))
    items = [{"item": "responsibility", "reason": "请重新确认"}]
    returned = record(await office.act(submitted, "SEND_BACK", person.line.token("REVIEWER", 3), items=items))
    neighbours.standings.pop(person.person_id)
    neighbours.people[person.person_id]["employer_id"] = str(uuid4())
    await office.confirm_anew(returned, person.token)
    assert record(await office.act(returned, "SUBMIT", person.token))["state"] == "UNDER_REVIEW"


@pytest.mark.clause("2.2.2")
async def test_who_declares_directly_is_still_of_that_kind_when_submitting(office, season, neighbours):
    """A freelancer who has become something else meanwhile does not submit as one."""
    person = season.without_unit()
    draft = await office.filled_in(person, NO_APPOINTMENT)
    neighbours.people[person.person_id]["kind"] = "ENTERPRISE"
    answer = await office.act(draft, "SUBMIT", person.token)
    assert closed_by(answer) == [("ROUTE_STILL_OPEN", {"二（二）2"})]
    neighbours.people[person.person_id]["kind"] = "FREELANCER"
    assert record(await office.act(draft, "SUBMIT", person.token))["state"] == "UNDER_REVIEW"
