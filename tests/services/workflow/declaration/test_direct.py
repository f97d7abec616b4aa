"""Who has no employer declares to the county directly: no unit recommends, no post is taken (二（二）2, 一（四）2)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.workflow.cycle.model import Arrangement
from services.workflow.declaration.model import CommitteeChoice, Declaration
from services.workflow.publicity.model import Publicity
from tests.services.workflow.applicants import FILES, codes, record
from tests.services.workflow.season import COUNTY, HOSPITAL, Line

AT_ONCE = 64
OWN_FILES = [item for item in FILES if item != "APPOINTMENT_CERTIFICATE"]
KINDS = {"SELF_EMPLOYED": "二（二）2", "FREELANCER": "二（二）2", "FARMER_HERDER": "一（四）2"}
EMPLOYED = ("ON_ESTABLISHMENT", "TEMPORARY", "ENTERPRISE", "HOSTED", "AID_QINGHAI")


@pytest.mark.clause("2.2.2", "1.4.2")
@pytest.mark.parametrize(("kind", "cite"), KINDS.items())
async def test_the_declaration_starts_at_the_county(office, season, kind, cite):
    """Its chain is county, prefecture, committee's office; it has no unit and no recommendation."""
    person = season.without_unit(kind)
    await season.batch(person.line)
    answer = await office.create(person)
    draft = record(answer, 201)
    assert cite in {each["cite"] for each in answer.json()["basis"]}
    assert (draft["unit_id"], draft["recommendation_id"], draft["person_kind"]) == (None, None, kind)
    assert [(each["kind"], each["level"]) for each in draft["chain"]] == [
        ("HRSS", "COUNTY"),
        ("HRSS", "PREFECTURE"),
        (None, None),
    ]
    assert draft["committee_id"] == str(season.committee_id)
    assert await season.count(Publicity) == await season.count(CommitteeChoice) == 0


@pytest.mark.clause("2.2.2")
@pytest.mark.parametrize("kind", EMPLOYED)
async def test_who_has_an_employer_is_recommended_by_it(office, season, neighbours, kind):
    """Others are told who recommends them, and on which article; nothing is begun."""
    person = replace(await season.recommended(kind=kind), direct=True)
    refused = await office.create(person)
    assert codes(refused) == ["DECLARED_THROUGH_UNIT"]
    unit = next(n for n in person.line.path if n["id"] == str(person.line.unit.id))
    assert unit["name"] in refused.json()["message"]
    assert {"二（二）1", "二（二）2"} == {each["cite"] for each in refused.json()["basis"]}
    assert await season.count(Declaration) == 0


@pytest.mark.clause("2.2.2", "2.5.2")
async def test_nothing_of_an_employer_is_asked(office, season):
    """No appointment certificate: it is neither asked for nor taken."""
    person = season.without_unit()
    draft = await office.draft(person)
    told = await office.read(draft, person.token)
    assert [each["code"] for each in told["asked"]["materials"] if each["at_least"]] == [
        "EDUCATION_CERTIFICATE",
        "ACHIEVEMENT",
    ]
    refused = await office.announce(person, draft, "APPOINTMENT_CERTIFICATE")
    assert codes(refused) == ["ITEM_NOT_ASKED"]


@pytest.mark.clause("2.2.2", "3.1")
async def test_county_and_prefecture_review_then_the_office_accepts(office, season, neighbours, at):
    """The county's reviewer is the first; at the end quota is not even asked for a post."""
    person = season.without_unit()
    declaration = record(await office.act(await office.filled_in(person, OWN_FILES), "SUBMIT", person.token))
    assert declaration["at_organisation_id"] == str(person.line.nodes[2].id)
    await at("2023-12-11T09:00+08:00", "workflow")
    neighbours.away.add("quota")
    for place in (2, 1):
        declaration = await office.passed(declaration, person.line.token("REVIEWER", place))
    assert declaration["state"] == "AT_COMMITTEE_OFFICE"
    await office.look_through(declaration, season.office_token)
    assert record(await office.act(declaration, "ACCEPT", season.office_token))["state"] == "ACCEPTED"


@pytest.mark.clause("2.2.2", "3.1")
async def test_the_county_sends_back_to_the_applicant(office, season, at):
    """There is nobody between the county and the applicant."""
    person = season.without_unit()
    declaration = record(await office.act(await office.filled_in(person, OWN_FILES), "SUBMIT", person.token))
    await at("2023-12-11T09:00+08:00", "workflow")
    items = [{"item": "basic", "reason": "岗位填写有误"}]
    county = person.line.token("REVIEWER", 2)
    returned = record(await office.act(declaration, "SEND_BACK", county, items=items))
    assert (returned["state"], returned["at_organisation_id"]) == ("RETURNED", None)


@pytest.mark.clause("2.2.2", "2.3")
async def test_the_online_test_comes_first_here_too(office, season, neighbours):
    """Without it nothing is begun, so that there is nothing to write to or upload into."""
    person = season.without_unit()
    neighbours.people[person.person_id]["test_passed"] = False
    refused = await office.create(person)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["TEST_NOT_PASSED"], "二（三）")
    neighbours.people.clear()
    assert codes(await office.create(person)) == ["TEST_NOT_PASSED"]
    assert await season.count(Declaration) == 0


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize(
    ("instant", "code"),
    [("2023-10-31T23:59+08:00", "OUTSIDE_WINDOW"), ("2024-02-01T00:00+08:00", "RUN_OVER")],
)
async def test_the_window_is_the_same(office, season, at, instant, code):
    """A direct declaration is begun in November as any other."""
    await at(instant, "workflow")
    assert codes(await office.create(season.without_unit())) == [code]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"cycle_id": str(uuid4())}, 404, "CYCLE_NOT_FOUND"),
        ({"series": "NONE"}, 422, "SERIES_UNKNOWN"),
        ({"series": "ENGINEERING"}, 422, "SERIES_NOT_ARRANGED"),
        ({"level": "FULL_SENIOR"}, 422, "NO_CRITERIA_IN_FORCE"),
        ({"specialty_id": str(uuid4())}, 404, "SPECIALTY_NOT_FOUND"),
    ],
)
async def test_what_a_unit_would_have_been_held_to_is_judged_here(office, season, changed, status, code):
    """Cycle, series, level and specialty are known, arranged and in force, or nothing is begun."""
    refused = await office.create(season.without_unit(), direct=office.wish(**changed))
    assert codes(refused, status) == [code]
    assert await season.count(Declaration) == 0


@pytest.mark.clause("3.4")
async def test_an_unarranged_series_takes_none(office, season, session):
    """The series' arrangement is published before anybody declares."""
    async with session("workflow") as tx:
        await tx.execute(update(Arrangement).values(state="DRAFT"))
    assert codes(await office.create(season.without_unit())) == ["SERIES_NOT_ARRANGED"]


@pytest.mark.clause("1.3.1")
async def test_the_committee_of_the_region_is_the_one(office, season):
    """One that serves the county's prefecture goes before the province's; another may not be named."""
    person = season.without_unit()
    nearer = await season.another_committee(serves=person.line.nodes[1])
    refused = await office.create(person, committee_id=str(season.committee_id))
    assert codes(refused) == ["COMMITTEE_NOT_COMPETENT"]
    assert (await office.draft(person))["committee_id"] == str(nearer)
    elsewhere = season.without_unit(line=Line.of(COUNTY))
    assert codes(await office.create(elsewhere)) == ["NO_COMMITTEE"]


async def test_an_account_of_no_county_declares_nothing_directly(office, season):
    """Somebody without employer whose account hangs under no county is told so."""
    person = season.without_unit(line=Line.of(HOSPITAL[:2], season.root))
    assert codes(await office.create(person)) == ["NO_COUNTY_ABOVE"]


@pytest.mark.parametrize("body", [{}, {"recommendation_id": str(uuid4()), "direct": "both"}])
async def test_one_ground_and_no_more(office, season, body):
    """Neither ground, or both, is no request."""
    person = season.without_unit()
    if body:
        body["direct"] = office.wish()
    answer = await office.call("POST", "/v1/declarations", person.token, json=body)
    assert answer.status_code == 422
    assert await season.count(Declaration) == 0


async def test_only_applicants_declare(office, season):
    """A reviewer of the county declares nothing, for nobody."""
    person = season.without_unit()
    body = {"direct": office.wish()}
    for token in (person.line.token("REVIEWER", 2), person.line.token("APPLICANT", 2)):
        answer = await office.call("POST", "/v1/declarations", token, json=body)
        assert answer.status_code in (403, 422), answer.text
    assert await season.count(Declaration) == 0


@pytest.mark.clause("2.5.4")
async def test_of_many_at_once_one_lives(office, season):
    """Sixty-four direct ones and one on a recommendation, all at once: one is begun, the others have one refusal."""
    recommended = await season.recommended(
        kind="FREELANCER", nature="GOVERNMENT_BODY", line=Line.of(COUNTY, season.root)
    )
    person = replace(recommended, direct=True)
    many = [office.create(person) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(*many, office.create(recommended))
    assert sorted(each.status_code for each in answers) == [201] + [409] * AT_ONCE
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"ONE_DECLARATION_A_YEAR"}
    assert await season.count(Declaration) == 1
