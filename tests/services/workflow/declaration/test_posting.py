"""A village posting counts as continuing education (一（四）3), once it is confirmed."""

from __future__ import annotations

import pytest

from tests.services.workflow.applicants import CONTENT, codes, record

HOURS = "continuing_education"
FEW = [{"year": 2023, "public_hours": 3, "professional_hours": 6}]


@pytest.mark.clause("1.4.3")
@pytest.mark.parametrize("hours", [FEW, []])
async def test_a_confirmed_posting_meets_the_requirement_on_its_article(office, season, neighbours, hours):
    """Too few hours or none are refused, and while the posting waits; confirmed it is submitted, citing the clause."""
    person = await season.recommended()
    draft = await office.filled_in(person)
    short = record(await office.edit(person, draft, {**CONTENT, HOURS: hours}))
    for known in ("NO", "UNKNOWN"):
        neighbours.standings[person.person_id] = {"village_posting": known}
        refused = await office.act(short, "SUBMIT", person.token)
        assert "CONTINUING_EDUCATION_SHORT" in {each["code"] for each in refused.json()["findings"]}
        assert codes(refused)
    neighbours.standings[person.person_id] = {"village_posting": "YES"}
    done = await office.act(short, "SUBMIT", person.token)
    assert record(done)["state"] == "UNDER_REVIEW"
    assert "一（四）3" in {each["cite"] for each in done.json()["basis"]}


async def test_who_has_the_hours_needs_no_posting(office, season, neighbours):
    """Nobody is asked for it, and the clause is not cited where there is one all the same."""
    person = await season.recommended()
    neighbours.standings[person.person_id] = {"village_posting": "YES"}
    draft = await office.filled_in(person)
    done = await office.act(draft, "SUBMIT", person.token)
    assert record(done)["state"] == "UNDER_REVIEW"
    assert "一（四）3" not in {each["cite"] for each in done.json()["basis"]}


async def test_a_posting_spares_the_hours_and_nothing_else(office, season, neighbours):
    """What else is missing is still named."""
    person = await season.recommended()
    neighbours.standings[person.person_id] = {"village_posting": "YES"}
    refused = await office.act(await office.draft(person), "SUBMIT", person.token)
    fields = {each["field"] for each in refused.json()["findings"]}
    assert f"content.{HOURS}" not in fields
    assert {"content.basic", "content.achievements", "materials.ACHIEVEMENT"} <= fields
