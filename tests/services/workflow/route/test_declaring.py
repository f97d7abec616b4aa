"""What a route spares its applicants when they declare (一（五）4（1）)."""

from __future__ import annotations

import pytest

from tests.services.workflow.applicants import CONTENT, codes, record
from tests.services.workflow.route.table import RECOMMENDED

HOURS = "continuing_education"
WITHOUT_HOURS = {name: told for name, told in CONTENT.items() if name != HOURS}
SPARED = {route.code: HOURS.upper() in route.waives for route in RECOMMENDED}


@pytest.mark.clause("1.5.4.1")
@pytest.mark.parametrize("route", SPARED)
async def test_continuing_education_is_asked_but_of_whom_the_route_spares(office, season, route):
    """The route stays with the declaration; spared, the section is not asked for and nothing is short."""
    person = await season.recommended(route=route)
    draft = await office.filled_in(person)
    told = await office.read(draft, person.token)
    assert told["route"] == route
    asked = {each["code"] for each in told["asked"]["sections"]}
    assert (HOURS not in asked) == SPARED[route]
    written = record(await office.edit(person, draft, WITHOUT_HOURS))
    answer = await office.act(written, "SUBMIT", person.token)
    if SPARED[route]:
        assert record(answer)["state"] == "UNDER_REVIEW"
    else:
        assert {each["code"] for each in answer.json()["findings"]} == {
            "SECTION_MISSING",
            "CONTINUING_EDUCATION_SHORT",
        }
        assert codes(answer)


def test_the_notice_spares_the_front_line_and_excellent_aid_talents():
    """No other route of the year waives anything."""
    assert {route.code: sorted(route.waives) for route in RECOMMENDED if route.waives} == {
        "SKILLED_FRONT_LINE": ["CONTINUING_EDUCATION"],
        "AID_EXCELLENT": ["INTERVIEW", "PRACTICE_TEST"],
    }
