"""Engineers declare the specialty that they practise, whatever the field of their degree (一（五）3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.workflow.committee.model import Committee
from services.workflow.criteria.model import Criteria
from services.workflow.cycle.model import Arrangement, Specialty
from tests.services.workflow.applicants import CONTENT, FILES, codes, record
from tests.services.workflow.season import IN_DECEMBER

OWN_FILES = [item for item in FILES if item != "APPOINTMENT_CERTIFICATE"]
DECLARED, STUDIED = "土木工程", "机械工程"
POST = "content.basic.specialty_practised"


def written(post: str | None, *achievements: str | None) -> dict[str, Any]:
    """A complete content, whose post and achievements are of these specialties; the degree is in mechanical engineering."""
    one = CONTENT["achievements"][0]
    return {
        **CONTENT,
        "basic": CONTENT["basic"] | {"specialty_practised": post},
        "education": [CONTENT["education"][0] | {"major": STUDIED}],
        "achievements": [one | {"specialty": each} for each in achievements],
    }


@pytest.fixture
async def specialty_id(season, session) -> UUID:
    """The season's series is engineering, with a specialty of its own."""
    specialty_id = await season.specialty(DECLARED)
    async with session("workflow") as tx:
        for model in (Arrangement, Criteria, Committee, Specialty):
            await tx.execute(update(model).values(series="ENGINEERING"))
    return specialty_id


async def begun(office, person, **changed: Any) -> dict[str, Any]:
    """A draft of a declaration in engineering, with its files."""
    wish = office.wish(series="ENGINEERING", **changed)
    draft = record(await office.create(person, direct=wish), 201)
    draft = record(await office.edit(person, draft, CONTENT))
    for item in OWN_FILES:
        await office.upload(person, draft, item)
    return await office.read(draft, person.token)


@pytest.mark.clause("1.5.3")
async def test_post_and_achievements_are_of_the_specialty_declared(office, season, specialty_id, at):
    """Each that is not is named with its article; the field of the degree hinders neither submission nor acceptance."""
    person = season.without_unit()
    draft = await begun(office, person, specialty_id=str(specialty_id))
    assert draft["asked"]["specialty"] == DECLARED
    refusals = [
        (written(None, None), [POST, "content.achievements.0.specialty"]),
        (written(STUDIED, DECLARED), [POST]),
        (written(DECLARED, DECLARED, "土木", DECLARED), ["content.achievements.1.specialty"]),
    ]
    for content, fields in refusals:
        draft = record(await office.edit(person, draft, content))
        refused = await office.act(draft, "SUBMIT", person.token)
        assert set(codes(refused)) <= {"SPECIALTY_NOT_PRACTISED", "ACHIEVEMENT_OF_OTHER_SPECIALTY"}
        findings = refused.json()["findings"]
        assert [each["field"] for each in findings] == fields
        assert all(DECLARED in each["message"] for each in findings)
        assert {basis["cite"] for each in findings for basis in each["basis"]} == {"一（五）3"}
        assert (await office.read(draft, person.token))["state"] == "DRAFT"
    right = written(DECLARED, DECLARED)
    right["achievements"].append(CONTENT["achievements"][0] | {"obtained_on": "2016-12-31"})  # does not count
    draft = record(await office.edit(person, draft, right))
    declaration = record(await office.act(draft, "SUBMIT", person.token))
    await at(IN_DECEMBER, "workflow")
    for place in (2, 1):
        declaration = await office.passed(declaration, person.line.token("REVIEWER", place))
    await office.look_through(declaration, season.office_token)
    assert record(await office.act(declaration, "ACCEPT", season.office_token))["state"] == "ACCEPTED"


@pytest.mark.clause("1.5.3")
async def test_elsewhere_nobody_asks_of_which_specialty_anything_is(office, season, session, specialty_id):
    """Neither where engineering is declared as a whole, nor in a specialty of another series."""
    draft = await begun(office, person := season.without_unit())
    assert draft["asked"]["specialty"] is None
    record(await office.act(draft, "SUBMIT", person.token))
    async with session("workflow") as tx:
        for model in (Arrangement, Criteria, Committee, Specialty):
            await tx.execute(update(model).values(series="HEALTH"))
    other = season.without_unit()
    draft = record(await office.create(other, direct=office.wish(specialty_id=str(specialty_id))), 201)
    draft = record(await office.edit(other, draft, written("内科学", "外科学")))
    assert (await office.read(draft, other.token))["asked"]["specialty"] is None
    assert set(codes(await office.act(draft, "SUBMIT", other.token))) == {"MATERIAL_MISSING"}
