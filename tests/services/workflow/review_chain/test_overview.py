"""The chain in advance: names in their turn, the committee's office, and by when each at the latest (三（一）)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.kit.errors import Basis
from services.workflow.declaration.case import Period
from services.workflow.review_chain.foreseen import latest
from services.workflow.review_chain.policy import ReviewDays
from tests.platform.statements import statements
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import COUNTY_CLINIC, IN_NOVEMBER, LEVEL, SERIES, Line

WAITING = ["WAITING"] * 4
DUES = ["2023-11-27", "2023-12-04", "2023-12-11", "2023-12-25"]
"""Five working days for each of three levels and ten for the office, from 20 November on."""


@pytest.fixture
async def hospital(season):
    """The line of a hospital's department; accounts knows it and the committee's office."""
    line = Line.of(
        ("HRSS PROVINCE", "AUTHORITY PROVINCE", "EMPLOYER PROVINCE", "INTERNAL_DEPARTMENT PROVINCE"),
        season.root,
    )
    season.neighbours.know(line.path)
    season.neighbours.know([*line.path[:1], office_told(season)])
    return line


def office_told(season):
    """The committee's office with its name."""
    return {"id": str(season.office.id), "name": "省卫健委职改办", "kind": "AUTHORITY", "level": "PROVINCE"}


async def chain(office, token, path, **params):
    """A chain as it is told."""
    answer = await office.call("GET", f"/v1/{path}", token, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of(told, *names):
    """Of each station some fields."""
    return [tuple(each[name] for name in names) for each in told["stations"]]


@pytest.mark.clause("3.1", "1.3.2")
async def test_before_anything_is_begun(office, season, hospital):
    """Whoever signed in asks by unit, kind, series and level: every body by name, with the latest day of each."""
    token = (await season.recommended(hospital)).token
    asked = {"cycle_id": str(season.cycle_id), "series": SERIES, "level": LEVEL, "kind": "ON_ESTABLISHMENT"}
    told = await chain(office, token, "review-chain", unit_id=str(hospital.ids[3]), **asked)
    names = [each["name"] for each in reversed(hospital.path[1:])]
    assert of(told, "name", "due_on") == list(zip([*names, "省卫健委职改办"], DUES, strict=True))
    assert told["committee_id"] == str(season.committee_id)
    assert of(told, "role")[-1] == ("COMMITTEE_OFFICE",)
    other = await chain(
        office, token, "review-chain", unit_id=str(hospital.ids[3]), **asked | {"level": "MIDDLE"}
    )
    assert (other["committee_id"], len(other["stations"])) == (None, 3)
    for changed, code in (
        ({"series": "NOTHING"}, "SERIES_UNKNOWN"),
        ({"unit_id": str(uuid4())}, "ORGANISATION_UNKNOWN"),
        ({"cycle_id": str(uuid4())}, "CYCLE_NOT_FOUND"),
    ):
        params = {"unit_id": str(hospital.ids[3]), **asked, **changed}
        assert (await office.call("GET", "/v1/review-chain", token, params=params)).json()["code"] == code
    assert (await office.call("GET", "/v1/review-chain", None, params=asked)).status_code == 401


@pytest.mark.clause("3.1", "2.2.2")
async def test_who_has_no_employer_begins_at_the_county(office, season):
    """The unit named is the county's HRSS, and the county reviews first."""
    line = Line.of(("HRSS PROVINCE", "HRSS PREFECTURE", "HRSS COUNTY"), season.root)
    season.neighbours.know(line.path)
    season.neighbours.know([*line.path[:1], office_told(season)])
    asked = {"cycle_id": str(season.cycle_id), "series": SERIES, "level": LEVEL, "kind": "FREELANCER"}
    told = await chain(office, season.office_token, "review-chain", unit_id=str(line.ids[2]), **asked)
    assert of(told, "organisation_id") == [(str(line.ids[2]),), (str(line.ids[1]),), (str(season.office.id),)]


@pytest.mark.clause("3.1", "1.3.2")
async def test_of_a_declaration_with_who_answered_when(office, season, hospital, at):
    """As a recommendation and as a draft it is foreseen; under way it tells who had it when, and what is left moves."""
    person = await season.recommended(hospital)
    path = f"recommendations/{person.recommendation_id}/chain"
    recommender = hospital.token("RECOMMENDER", 2)
    assert of(await chain(office, recommender, path), "state", "due_on") == list(
        zip(WAITING, DUES, strict=True)
    )
    draft = await office.filled_in(person)
    mine = f"declarations/{draft['id']}/chain"
    assert of(await chain(office, person.token, mine), "state", "due_on") == list(
        zip(WAITING, DUES, strict=True)
    )
    record(await office.act(draft, "SUBMIT", person.token))
    await at("2023-11-22T09:00+08:00", "workflow")
    await office.passed(draft, hospital.token("REVIEWER", 3, name="科主任"))
    told = await chain(office, person.token, mine)
    assert of(told, "state") == [("DONE",), ("CURRENT",), ("WAITING",), ("WAITING",)]
    first, second, *_ = told["stations"]
    assert [each["reviewer_name"] for each in first["answered_by"]] == ["科主任"]
    assert (first["came_at"][:10], first["went_at"][:10], first["due_on"]) == (
        "2023-11-20",
        "2023-11-22",
        None,
    )
    assert (second["came_at"], second["went_at"]) == (first["went_at"], None)
    assert of(told, "due_on")[1:] == [("2023-11-29",), ("2023-12-06",), ("2023-12-20",)]
    assert await chain(office, recommender, path) == told
    stranger = (await season.recommended()).token
    refused = await office.call("GET", f"/v1/{mine}", stranger)
    assert codes(refused, 404) == ["DECLARATION_NOT_FOUND"]
    await at(IN_NOVEMBER, "workflow")


async def test_it_costs_the_same_at_any_length(office, season, hospital):
    """A chain of five bodies takes no more questions to the database than one of three."""
    long = Line.of(COUNTY_CLINIC, season.root)
    season.neighbours.know(long.path)
    counts = []
    for line in (hospital, long):
        draft = await office.draft(person := await season.recommended(line))
        with statements() as asked:
            await chain(office, person.token, f"declarations/{draft['id']}/chain")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    came=st.integers(-30, 90),
    reviewers=st.integers(0, 7),
    level=st.integers(1, 20),
    given_office=st.integers(1, 30),
)
def test_dates_go_up_and_never_beyond_the_window(came, reviewers, level, given_office):
    """Each body's last day is no earlier than that of the one before, none lies outside of the window."""
    opens, closes = date(2023, 11, 1), date(2023, 12, 31)
    review = Period("REVIEW", "逐级审核", opens, closes, Basis("三（六）3", "-"))
    days = ReviewDays(level=level, office=given_office, soon=1, claim_hours=1)
    comes = opens + timedelta(days=came)
    found = latest(days, comes, reviewers, review)
    assert len(found) == reviewers + 1
    if comes > closes:
        assert set(found) == {None}
        return
    assert None not in found
    assert found == sorted(found)
    assert all(max(opens, comes) <= each <= closes for each in found)
