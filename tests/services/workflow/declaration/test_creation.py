"""What has to come before a declaration, and that there is one a year, to one committee."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.workflow.criteria.model import Criteria
from services.workflow.cycle.model import Arrangement
from services.workflow.declaration.model import CommitteeChoice, Declaration
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import COUNTY_CLINIC, HOSPITAL, Line

AT_ONCE = 64


@pytest.mark.clause("2.3")
async def test_the_online_test_comes_first(office, season, neighbours):
    """Whoever has not passed the test of the cycle writes no declaration, and is told the article."""
    person = await season.recommended()
    neighbours.people[person.person_id]["test_passed"] = False
    refused = await office.create(person)
    assert codes(refused) == ["TEST_NOT_PASSED"]
    assert refused.json()["basis"][0]["cite"] == "二（三）"
    assert await season.count(Declaration) == 0
    neighbours.people[person.person_id]["test_passed"] = True
    assert (await office.create(person)).status_code == 201


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize("state", ["RESERVED", "IN_PUBLICITY", "WITHDRAWN"])
async def test_recommendation_and_publicity_come_first(office, season, state):
    """Without a recommendation confirmed after its publicity nothing can be declared."""
    person = await season.recommended(state=state)
    refused = await office.create(person)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["NOT_RECOMMENDED"], "二（五）3")
    assert await season.count(Declaration) == 0


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize(
    ("instant", "code"),
    [
        ("2023-10-31T23:59+08:00", "OUTSIDE_WINDOW"),
        ("2023-12-01T00:00+08:00", "OUTSIDE_WINDOW"),
        ("2024-02-01T00:00+08:00", "RUN_OVER"),
    ],
)
async def test_declarations_are_taken_inside_their_window(office, season, at, instant, code):
    """A minute before November and from the first of December on nothing is taken."""
    person = await season.recommended()
    await at(instant, "workflow")
    assert codes(await office.create(person)) == [code]


@pytest.mark.clause("3.4")
@pytest.mark.parametrize(
    ("model", "state", "code"),
    [(Arrangement, "DRAFT", "SERIES_NOT_ARRANGED"), (Criteria, "APPROVED", "NO_CRITERIA_IN_FORCE")],
)
async def test_a_series_without_arrangement_or_criteria_takes_none(
    office, season, session, model, state, code
):
    """Both have to be published before anybody declares in the series."""
    person = await season.recommended()
    async with session("workflow") as tx:
        await tx.execute(update(model).values(state=state))
    assert codes(await office.create(person)) == [code]


async def test_nobody_declares_on_anothers_recommendation(office, season):
    """Another person's recommendation is not found, no more than an unknown one."""
    person, other = await season.recommended(), await season.recommended()
    foreign = await office.create(other, recommendation_id=str(person.recommendation_id))
    unknown = await office.create(other, recommendation_id=str(uuid4()))
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["code"] == unknown.json()["code"]


@pytest.mark.clause("2.5.4")
async def test_a_second_declaration_in_the_year_is_refused(office, season):
    """The first counts until it is withdrawn; then there is room for another."""
    person = await season.recommended()
    first = await office.draft(person)
    refused = await office.create(person)
    assert (codes(refused, 409), refused.json()["basis"][0]["cite"]) == (
        ["ONE_DECLARATION_A_YEAR"],
        "二（五）4",
    )
    record(await office.act(first, "WITHDRAW", person.token))
    second = await office.draft(person)
    assert second["number"] > first["number"]


@pytest.mark.clause("2.5.4")
async def test_of_many_at_the_same_instant_one_is_begun(office, season):
    """Sixty-four requests at once make one declaration and sixty-three refusals with the same code."""
    person = await season.recommended()
    answers = await asyncio.gather(*(office.create(person) for _ in range(AT_ONCE)))
    assert sorted(each.status_code for each in answers) == [201] + [409] * (AT_ONCE - 1)
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"ONE_DECLARATION_A_YEAR"}
    assert await season.count(Declaration) == 1


async def test_nobody_declares_on_what_is_withdrawn_at_the_same_instant(office, season):
    """Of a declaration and the withdrawal of its recommendation at once, one goes through."""
    person = await season.recommended()
    path = f"/v1/recommendations/{person.recommendation_id}/actions/WITHDRAW"
    withdrawal = office.call("POST", path, person.line.token("RECOMMENDER", 2), json={"note": "本人放弃"})
    created, withdrawn = await asyncio.gather(office.create(person), withdrawal)
    assert (created.status_code == 201) != (withdrawn.status_code == 200), (created.text, withdrawn.text)


@pytest.mark.clause("2.5.4")
async def test_the_first_declaration_fixes_the_units_committee(office, season):
    """A colleague of the same unit, series and level goes to the same committee, and to no other."""
    line = Line.of(HOSPITAL, season.root)
    first, second = await season.recommended(line), await season.recommended(line)
    begun = await office.draft(first)
    nearer = await season.another_committee(serves=line.unit)
    refused = await office.create(second, committee_id=str(nearer))
    assert (codes(refused), refused.json()["field"]) == (["COMMITTEE_FIXED"], "committee_id")
    followed = record(await office.create(second), 201)
    assert followed["committee_id"] == begun["committee_id"] == str(season.committee_id)
    elsewhere = await season.recommended(Line.of(HOSPITAL, season.root))
    assert codes(await office.create(elsewhere, committee_id=str(nearer))) == ["COMMITTEE_NOT_COMPETENT"]


@pytest.mark.clause("2.5.4")
async def test_colleagues_at_the_same_instant_go_to_one_committee(office, season):
    """However many begin at once, one committee is fixed for their unit."""
    line = Line.of(HOSPITAL, season.root)
    people = [await season.recommended(line) for _ in range(AT_ONCE)]
    answers = await asyncio.gather(*(office.create(person) for person in people))
    assert {each.json()["record"]["committee_id"] for each in answers} == {str(season.committee_id)}
    assert await season.count(CommitteeChoice) == 1


async def test_a_specialty_the_fixed_committee_does_not_serve_has_its_own(office, season):
    """Two specialties of one series can have two committees; each is fixed for its own."""
    clinical, pharmacy = await season.specialty("临床"), await season.specialty("药学")
    line = Line.of(HOSPITAL, season.root)
    own = {each: await season.another_committee(specialty_ids=[each]) for each in (clinical, pharmacy)}
    for specialty_id, committee_id in own.items():
        person = await season.recommended(line, specialty_id=specialty_id)
        assert (await office.draft(person))["committee_id"] == str(committee_id)
    assert await season.count(CommitteeChoice) == 2


async def test_without_a_competent_committee_nothing_is_taken(office, season):
    """A unit that no approved committee serves is told so."""
    other_province = Line.of(HOSPITAL)
    person = await season.recommended(other_province)
    assert codes(await office.create(person)) == ["NO_COMMITTEE"]


async def test_a_draft_withdrawn_unseen_stays_unseen(office, season):
    """What was never submitted is read by its writer alone, also after it was withdrawn; what was is read on."""
    person, other = await season.recommended(), await season.recommended()
    unseen = await office.draft(person)
    record(await office.act(unseen, "WITHDRAW", person.token))
    seen = await office.submitted(other)
    record(await office.act(seen, "WITHDRAW", other.token))
    for declaration, owner, status in ((unseen, person, 404), (seen, other, 200)):
        for token in (
            owner.line.token("REVIEWER", 2),
            owner.line.token("RECOMMENDER", 3),
            season.office_token,
        ):
            answer = await office.call("GET", f"/v1/declarations/{declaration['id']}", token)
            assert answer.status_code == status, answer.text
        assert (await office.read(declaration, owner.token))["state"] == "WITHDRAWN"


@pytest.mark.clause("3.1")
async def test_the_chain_is_told_in_advance(office, season):
    """A county hospital's draft names authority, county and prefecture, and last the committee's office."""
    person = await season.recommended(Line.of(COUNTY_CLINIC, season.root))
    chain = (await office.draft(person))["chain"]
    assert [(each["kind"], each["level"]) for each in chain] == [
        ("EMPLOYER", "COUNTY"),
        ("AUTHORITY", "COUNTY"),
        ("HRSS", "COUNTY"),
        ("HRSS", "PREFECTURE"),
        (None, None),
    ]
    assert {each["state"] for each in chain} == {"WAITING"}
    assert [each["role"] for each in chain][-1] == "COMMITTEE_OFFICE"


async def test_with_accounts_away_nothing_is_begun(office, season, neighbours):
    """The answer names the missing part, and the same request goes through once it is back."""
    person = await season.recommended()
    neighbours.away.add("accounts")
    refused = await office.create(person)
    assert (refused.status_code, refused.json()["code"]) == (503, "PART_UNAVAILABLE")
    assert await season.count(Declaration) == 0
    neighbours.away.clear()
    assert (await office.create(person)).status_code == 201


async def test_the_same_key_gives_the_same_declaration(office, season):
    """A repeated request with its Idempotency-Key is answered from memory."""
    person = await season.recommended()
    headers = {"Authorization": f"Bearer {person.token}", "Idempotency-Key": "once-and-only-once"}
    body = {"recommendation_id": str(person.recommendation_id)}
    first, again = [await office.http.post("/v1/declarations", json=body, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
