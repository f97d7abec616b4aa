"""Who gives an account to whom, one person one account, and what is never shown."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import text

from services.kit.clock import SHANGHAI
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import (
    CHENGXI,
    PROVINCE,
    World,
    cites,
    new_resident_id,
    refused,
    token_at,
)


async def try_person(world: World, organisation: dict, token: str | None = None, **more: object):
    """Ask for an account."""
    body = world.person(organisation, **more)
    return await world.ask("POST", "/v1/people", token or token_at(organisation), body)


@pytest.mark.clause("A3.4.1", "2.2.1", "A3.2.6")
async def test_the_unit_and_its_department_create_their_applicants(world):
    """Either may; the person belongs to the unit, and to the department that created it."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    by_unit = (await world.add_person(hospital))["person"]
    by_department = (await world.add_person(department))["person"]
    assert (by_unit["employer_id"], by_unit["department_id"]) == (hospital["id"], None)
    assert (by_department["employer_id"], by_department["department_id"]) == (
        hospital["id"],
        department["id"],
    )


@pytest.mark.clause("A3.4.1")
async def test_no_other_creates_a_units_applicants(world, session):
    """The authority above, another unit, a reviewer of the unit: each is refused with the article, nothing is written."""
    hospital, before = await world.hospital(), await count(session, "person")
    authority = {**hospital, "id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    for token in (token_at(authority), token_at(other), token_at(world.root), token_at(hospital, "REVIEWER")):
        problem = refused(await try_person(world, hospital, token), 403, "ROLE_MISSING")
        assert cites(problem) == ["附件3 四（一）"]
    assert await count(session, "person") == before


@pytest.mark.clause("2.2.2", "A3.4.2")
@pytest.mark.parametrize(("rests_on", "cite"), [("PLACE", "二（二）2"), ("RESIDENCE", "附件3 四（二）")])
@pytest.mark.parametrize("kind", ["SELF_EMPLOYED", "FREELANCER"])
async def test_the_county_gives_freelancers_their_account(world, kind, rests_on, cite):
    """Of residence or of place: the account records which, and rests on its article; there is no unit in between."""
    county = await world.county()
    answer = await try_person(world, county, kind=kind, rests_on=rests_on)
    assert answer.status_code == 201, answer.text
    assert cites(answer.json()) == [cite]
    person = answer.json()["record"]["person"]
    assert (person["rests_on"], person["employer_id"]) == (rests_on, county["id"])
    asked = {"person_ids": [person["id"]], "cycle": 2023}
    [facts] = (await world.ask("POST", "/v1/people/facts", token_at(county, "REVIEWER"), asked)).json()[
        "items"
    ]
    assert [node["level"] for node in facts["lineage"]] == ["PROVINCE", "PREFECTURE", "COUNTY"]
    assert facts["lineage"][-1]["kind"] == "HRSS"


@pytest.mark.clause("2.2.2", "A3.4.2")
async def test_nobody_but_the_county_gives_freelancers_an_account(world):
    """A unit, a prefecture, the province: refused with both articles and the remedy."""
    for organisation in (await world.hospital(), await world.prefecture(), world.root):
        problem = refused(
            await try_person(world, organisation, kind="FREELANCER", rests_on="PLACE"), 422, "COUNTY_ONLY"
        )
        assert cites(problem) == ["附件3 四（二）", "二（二）2"]


async def test_which_county_it_is_must_be_said(world):
    """A freelancer's account without reason is refused, and a reason for an employee too."""
    problem = refused(
        await try_person(world, await world.county(), kind="FREELANCER"), 422, "RESTS_ON_MISSING"
    )
    assert cites(problem) == ["附件3 四（二）", "二（二）2"]
    refused(await try_person(world, await world.hospital(), rests_on="PLACE"), 422, "RESTS_ON_NEEDLESS")


@pytest.mark.clause("2.2.1")
async def test_a_second_account_is_refused_and_says_where_the_first_is(world, session):
    """By another unit, written differently: the refusal names the unit and nothing of the person."""
    hospital, number = await world.hospital(), new_resident_id()
    await world.add_person(hospital, number=number, name="才让", phone="13997001234")
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    before = await count(session, "account")
    answer = await try_person(world, other, number=f" {number.lower()} ", name="另一名")
    problem = refused(answer, 409, "PERSON_EXISTS")
    assert (problem["field"], cites(problem)) == ("document", ["二（二）1"])
    assert hospital["name"] in problem["message"]
    for private in (number, "才让", "13997001234"):
        assert private not in answer.text
    assert await count(session, "account") == before


@pytest.mark.parametrize(
    "wrong",
    [
        "63010419850612001",
        "630104198506120019X",
        "630104198513120010",
        "63010420990612001X",
        "AB0104198506120011",
        "１２３",
    ],
)
async def test_a_wrong_resident_id_is_refused(world, session, wrong):
    """Form, date, check digit; the answer does not repeat it, and nothing is written."""
    hospital, before = await world.hospital(), await count(session, "account")
    answer = await try_person(world, hospital, number=wrong)
    problem = refused(answer, 422, "DOCUMENT_WRONG")
    assert (problem["field"], cites(problem)) == ("document.number", ["GB 11643"])
    assert wrong not in answer.text
    assert await count(session, "account") == before


async def test_a_region_that_no_table_knows_is_only_advice(world):
    """Someone registered at 大柴旦, whose code the library lacks, gets an account and the clerk a hint."""
    record = await world.add_person(await world.hospital(), number=new_resident_id("632857"))
    assert [advice["code"] for advice in record["advice"]] == ["REGION_UNKNOWN"]
    assert (await world.add_person(await world.hospital()))["advice"] == []


async def test_numbers_are_masked_in_answers_and_sealed_in_the_database(world, session):
    """Neither list, lookup nor single answer shows them whole; no column of any table holds them."""
    hospital, number = await world.hospital(), new_resident_id()
    created = await world.add_person(hospital, number=number, phone="+8613997001234")
    person = created["person"]
    assert person["masked_resident_id"] == f"{number[:3]}***********{number[-4:]}"
    assert person["masked_phone"] == "139****1234"
    token = token_at(hospital)
    texts = [
        (await world.ask("GET", "/v1/people", token)).text,
        (await world.ask("GET", f"/v1/people/{person['id']}", token)).text,
        (await world.ask("POST", "/v1/people/lookup", token, {"ids": [person["id"]]})).text,
    ]
    tables = ("person", "person_document", "account", "audit_log", "outbox", "history", "idempotency_key")
    async with session("accounts") as tx:
        texts += [str((await tx.execute(text(f"select t::text from {table} t"))).all()) for table in tables]
    for private in (number, "13997001234", number.encode().hex(), b"13997001234".hex()):
        assert not any(private in each for each in texts)


@pytest.mark.parametrize("phone", ["12345", "139970012345", "0971-8258153", "13997001234; drop"])
async def test_a_wrong_phone_is_refused(world, phone):
    """The field is named."""
    answer = await try_person(world, await world.hospital(), phone=phone)
    assert refused(answer, 422, "REQUEST_MALFORMED")["field"] == "phone"


@pytest.mark.parametrize("login", ["ab", "有名字", "a b c", "630104198506120019", "x" * 61])
async def test_a_login_is_a_plain_name_and_no_resident_id(world, login):
    """The field is named."""
    answer = await try_person(world, await world.hospital(), login=login)
    assert refused(answer, 422, "REQUEST_MALFORMED")["field"] == "login"


async def test_people_are_seen_along_their_line_only(world):
    """From the person's own account and from those who work on cases above; for all others there is nobody."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    person = (await world.add_person(department))["person"]
    colleague = (await world.add_person(department))["person"]
    elsewhere = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    own = world.applicant(person, department)
    seen = [
        own,
        token_at(department),
        token_at(hospital, "RECOMMENDER"),
        token_at(world.root, "TITLE_OFFICER"),
    ]
    hidden = [
        world.applicant(colleague, department),
        token_at(elsewhere),
        token_at(hospital, "EXPERT"),
        token_at(await world.prefecture(), "REVIEWER"),
    ]
    for token, status in [*((token, 200) for token in seen), *((token, 404) for token in hidden)]:
        read = await world.ask("GET", f"/v1/people/{person['id']}", token)
        test = await world.ask("GET", f"/v1/people/{person['id']}/test?cycle=2023", token)
        assert (read.status_code, test.status_code) == (status, status)
        found = (await world.ask("POST", "/v1/people/lookup", token, {"ids": [person["id"]]})).json()["items"]
        facts = await world.ask(
            "POST", "/v1/people/facts", token, {"person_ids": [person["id"]], "cycle": 2023}
        )
        assert len(found) == len(facts.json()["items"]) == (status == 200)
    unknown = await world.ask("GET", "/v1/people/01890000-0000-7000-8000-000000000000", hidden[0])
    assert (
        unknown.json()["message"]
        == (await world.ask("GET", f"/v1/people/{person['id']}", hidden[0])).json()["message"]
    )


async def test_a_list_of_people_is_limited_narrowed_and_paged(world):
    """A unit lists its own and its departments' people; an applicant lists nobody."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    people = [(await world.add_person(place))["person"] for place in (hospital, department, department)]
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    await world.add_person(other)
    token = token_at(hospital)
    listed = (await world.ask("GET", "/v1/people", token)).json()["items"]
    assert {item["id"] for item in listed} == {person["id"] for person in people}
    below = (await world.ask("GET", f"/v1/people?organisation_id={department['id']}", token)).json()["items"]
    assert len(below) == 2
    page = (await world.ask("GET", "/v1/people?first=2", token)).json()
    rest = (await world.ask("GET", f"/v1/people?first=2&after={page['next_cursor']}", token)).json()
    assert len(page["items"]) == 2
    assert {item["id"] for item in [*page["items"], *rest["items"]]} == {person["id"] for person in people}
    assert rest["next_cursor"] is None
    mine = world.applicant(people[1], department)
    assert (await world.ask("GET", "/v1/people", mine)).json()["items"] == []


async def test_a_service_reads_facts_of_anyone(world, token):
    """The workflow asks with its own token; it learns what it needs and no number."""
    hospital = await world.hospital()
    department = await world.department(hospital)
    person = (await world.add_person(department, kind="TEMPORARY"))["person"]
    asked = {"person_ids": [person["id"], "01890000-0000-7000-8000-000000000000"], "cycle": 2023}
    answer = await world.ask("POST", "/v1/people/facts", token(kind="service", name="workflow"), asked)
    [facts] = answer.json()["items"]
    assert date.fromisoformat(facts.pop("employed_since")) <= datetime.now(SHANGHAI).date()
    assert [facts] == [
        {
            "person_id": person["id"],
            "account_id": person["account_id"],
            "name": "卓玛",
            "kind": "TEMPORARY",
            "employer_id": hospital["id"],
            "department_id": department["id"],
            "employer_nature": "PUBLIC_INSTITUTION",
            "test_passed": False,
            "lineage": department["lineage"],
            "contract": None,
            "aid": None,
        }
    ]


@pytest.mark.clause("A3.2.6")
async def test_a_county_department_acts_for_its_county(world):
    """The internal department of a county's HRSS gives freelancers their account in its name."""
    county = await world.county(CHENGXI)
    department = await world.department(county)
    answer = await try_person(world, department, kind="FREELANCER", rests_on="PLACE")
    assert answer.json()["record"]["person"]["employer_id"] == county["id"]
