"""Identity documents: one person, one account, whatever document is shown; masked, and unmasked for a purpose."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from stdnum.cn import ric

from tests.services.accounts.test_learning import begin, hand_in
from tests.services.accounts.test_organisations import count
from tests.services.accounts.world import PROVINCE, World, cites, new_resident_id, refused, token_at

RACERS = 64


def checked(body: str) -> str:
    """Seventeen characters with their check digit (GB 11643)."""
    return body + ric.calc_check_digit(body + "0")


RIGHT: list[tuple[str, str, str | None, str]] = [
    ("RESIDENT_ID", checked("63010419850612001"), None, "630"),
    ("PERMANENT_RESIDENCE_CARD", "USA310123456789", None, "USA"),
    ("PERMANENT_RESIDENCE_CARD", checked("91184019850612001"), None, "911"),
    ("PASSPORT", "E12345678", "JPN", "E"),
    ("HK_MACAO_PERMIT", "H12345678", None, "H"),
    ("HK_MACAO_PERMIT", "M1234567801", None, "M"),
    ("TAIWAN_PERMIT", "12345678", None, "1"),
    ("HMT_RESIDENCE_PERMIT", checked("81000019850612001"), None, "810"),
    ("HMT_RESIDENCE_PERMIT", checked("83000019850612002"), None, "830"),
]
WRONG: list[tuple[str, str, str | None]] = [
    ("RESIDENT_ID", checked("81000019850612001"), None),  # it is of another document
    ("RESIDENT_ID", "٦٣٠١٠٤١٩٨٥٠٦١٢٠٠١X", None),
    ("PERMANENT_RESIDENCE_CARD", "US3101234567890", None),
    ("PERMANENT_RESIDENCE_CARD", "911840198506120010", None),
    ("PERMANENT_RESIDENCE_CARD", checked("91184019851332001"), None),
    ("PASSPORT", "E12", "JPN"),
    ("PASSPORT", "护照12345", "JPN"),
    ("HK_MACAO_PERMIT", "A12345678", None),
    ("HK_MACAO_PERMIT", "H123456789", None),
    ("TAIWAN_PERMIT", "1234567", None),
    ("HMT_RESIDENCE_PERMIT", checked("84000019850612001"), None),
    ("HMT_RESIDENCE_PERMIT", checked("81000119850612001"), None),
]


def document(kind: str, number: str, nationality: str | None = None) -> dict[str, Any]:
    """A document as it is told."""
    return {"kind": kind, "number": number} | ({"nationality": nationality} if nationality else {})


async def add(world: World, person: dict[str, Any], token: str, told: dict[str, Any]) -> httpx.Response:
    """A further document."""
    return await world.ask("POST", f"/v1/people/{person['id']}/documents", token, {"document": told})


@pytest.mark.clause("2.2.1")
@pytest.mark.parametrize(("kind", "number", "nationality", "shown"), RIGHT)
async def test_a_person_is_known_by_any_of_the_documents(world, kind, number, nationality, shown):
    """Each form there is; the number is masked, and a resident id has its own field."""
    told = document(kind, number, nationality)
    person = (await world.add_person(await world.hospital(), document=told))["person"]
    [kept] = person["documents"]
    assert (kept["kind"], kept["nationality"]) == (kind, nationality)
    masked = kept["masked_number"]
    assert masked.startswith(shown + "*")
    assert len(masked) == len(number)
    assert person["masked_resident_id"] == (masked if kind == "RESIDENT_ID" else None)


@pytest.mark.parametrize(("kind", "number", "nationality"), WRONG)
async def test_a_number_that_cannot_be_right_is_refused(world, session, kind, number, nationality):
    """Form, date or check digit; the answer tells the form and not the number, nothing is written."""
    hospital, before = await world.hospital(), await count(session, "account")
    body = world.person(hospital, document=document(kind, number, nationality))
    answer = await world.ask("POST", "/v1/people", token_at(hospital), body)
    assert refused(answer, 422, "DOCUMENT_WRONG")["field"] == "document.number"
    assert number not in answer.text
    assert await count(session, "account") == before


async def test_a_passport_tells_whose_and_no_other_document_does(world):
    """The same number of two countries is two people."""
    hospital = await world.hospital()
    for told, code in (
        (document("PASSPORT", "E12345678"), "NATIONALITY_MISSING"),
        (document("TAIWAN_PERMIT", "12345678", "CHN"), "NATIONALITY_NEEDLESS"),
    ):
        answer = await world.ask(
            "POST", "/v1/people", token_at(hospital), world.person(hospital, document=told)
        )
        assert refused(answer, 422, code)["field"] == "document.nationality"
    for nationality in ("JPN", "kor"):
        await world.add_person(hospital, document=document("PASSPORT", "E12345678", nationality))


@pytest.mark.clause("2.2.1")
async def test_a_renewed_permit_is_the_same_person(world):
    """An old permit of a Hong Kong resident counts its renewals in two more digits."""
    hospital = await world.hospital()
    await world.add_person(hospital, document=document("HK_MACAO_PERMIT", "H1234567801"))
    body = world.person(hospital, document=document("HK_MACAO_PERMIT", "h12345678"))
    refused(await world.ask("POST", "/v1/people", token_at(hospital), body), 409, "PERSON_EXISTS")


@pytest.mark.clause("2.2.1")
async def test_of_64_at_once_in_different_spellings_one_account_is_made(world, session):
    """Small letters, full width, blanks, hyphens and marks that cannot be seen: one account, one person, one document."""
    hospital = await world.hospital()
    number = checked("63010419780312" + "023")
    number = next(n for n in (checked(f"63010419780312{k:03}") for k in range(100)) if n.endswith("X"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number)
    spellings = [
        number,
        number.lower(),
        f"  {number[:6]} {number[6:14]} {number[14:]} ",
        f"{number[:6]}-{number[6:]}",
        wide,
        wide.lower(),
        f"\u200b{number}\u3000",
        f"{number[:14]}\u00a0{number[14:]}",
    ]
    bodies = [
        world.person(hospital, document=document("RESIDENT_ID", spellings[n % len(spellings)]))
        for n in range(RACERS)
    ]
    token = token_at(hospital)
    answers = await asyncio.gather(*(world.ask("POST", "/v1/people", token, body) for body in bodies))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: RACERS - 1}
    assert {each.json()["code"] for each in answers if each.status_code == 409} == {"PERSON_EXISTS"}
    assert (await count(session, "person"), await count(session, "person_document")) == (1, 1)


@pytest.mark.clause("2.2.1")
async def test_a_second_document_leads_to_the_same_account(world):
    """Told by the employer, found by another unit: no second account; told again, nothing changes."""
    hospital = await world.hospital()
    person = (await world.add_person(hospital))["person"]
    passport = document("PASSPORT", "E76543210", "CAN")
    for _ in range(2):
        answer = await add(world, person, token_at(hospital), passport | {"number": "e 7654 3210"})
        assert answer.status_code == 201, answer.text
        assert [each["kind"] for each in answer.json()["record"]["documents"]] == ["RESIDENT_ID", "PASSPORT"]
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    body = world.person(other, document=passport)
    problem = refused(await world.ask("POST", "/v1/people", token_at(other), body), 409, "PERSON_EXISTS")
    assert hospital["name"] in problem["message"]


@pytest.mark.clause("2.2.1")
async def test_a_document_of_another_account_is_refused_and_says_where(world, session):
    """The refusal names the unit and nothing of the person; no document is written."""
    hospital = await world.hospital()
    other = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    number = new_resident_id()
    await world.add_person(other, number=number, name="索南")
    person = (await world.add_person(hospital, document=document("PASSPORT", "E11112222", "USA")))["person"]
    answer = await add(world, person, token_at(hospital), document("RESIDENT_ID", number))
    problem = refused(answer, 409, "DOCUMENT_ELSEWHERE")
    assert other["name"] in problem["message"]
    assert "索南" not in answer.text
    assert number not in answer.text
    assert await count(session, "person_document") == 2


async def test_of_64_who_add_the_same_document_one_has_it(world, session):
    """Sixteen people, four tries each, one passport: one of them has it, once."""
    hospital = await world.hospital()
    numbers = [new_resident_id(born=f"198506{day:02}") for day in range(1, 17)]
    people = [(await world.add_person(hospital, number=number))["person"] for number in numbers]
    passport = document("PASSPORT", "E99990000", "GBR")
    tries = [add(world, people[n % 16], token_at(hospital), passport) for n in range(RACERS)]
    answers = await asyncio.gather(*tries)
    assert Counter(answer.status_code for answer in answers) == {201: 4, 409: RACERS - 4}
    assert len({each.json()["record"]["id"] for each in answers if each.status_code == 201}) == 1
    assert await count(session, "person_document") == 17


async def test_more_documents_than_anybody_has_are_refused(world):
    """Eight are kept, the ninth is refused."""
    hospital = await world.hospital()
    person = (await world.add_person(hospital))["person"]
    answers = [
        await add(world, person, token_at(hospital), document("PASSPORT", f"E5555000{n}", "FRA"))
        for n in range(8)
    ]
    assert [answer.status_code for answer in answers] == [201] * 7 + [422]
    refused(answers[-1], 422, "DOCUMENTS_TOO_MANY")


@pytest.mark.clause("2.3")
async def test_the_person_writes_own_data_after_the_test_and_nobody_elses(world, taker, answers, session):
    """Telephone, e-mail, a document: refused before the test, kept and told after it; another applicant's are not there."""
    person, token = taker
    own, passport = f"/v1/people/{person['id']}/contact", document("PASSPORT", "E31415926", "NPL")
    told = {"phone": "13997001234", "email": "Zhuoma@Example.com"}
    for answer in (await world.ask("PUT", own, token, told), await add(world, person, token, passport)):
        assert cites(refused(answer, 422, "TEST_NOT_PASSED")) == ["二（三）"]
    assert (await world.ask("GET", f"/v1/people/{person['id']}", token)).json()["masked_phone"] is None
    paper = await begin(world, token)
    await hand_in(world, token, paper, answers(paper))
    changed = (await world.ask("PUT", own, token, told)).json()
    assert cites(changed) == ["二（三）"]
    record = changed["record"]
    assert (record["masked_phone"], record["masked_email"]) == ("139****1234", "z***@example.com")
    only = (await world.ask("PUT", own, token, {"phone": "13997005678"})).json()["record"]
    assert (only["masked_phone"], only["masked_email"]) == ("139****5678", "z***@example.com")
    assert (await add(world, person, token, passport)).status_code == 201
    refused(await world.ask("PUT", own, token, {}), 422, "REQUEST_MALFORMED")
    refused(await world.ask("PUT", own, token, {"email": "nobody"}), 422, "REQUEST_MALFORMED")
    hospital = await world.hospital()
    other = world.applicant((await world.add_person(hospital))["person"], hospital)
    for stranger in (other, token_at(hospital)):
        refused(await world.ask("PUT", own, stranger, told), 404, "PERSON_NOT_FOUND")
    async with session("accounts") as tx:
        events = await tx.scalars(text("select data from outbox where type like '%contact_changed%'"))
        assert list(events) == [{"person_id": person["id"]}] * 2


async def test_numbers_are_unmasked_for_a_purpose_that_is_kept(world, session):
    """By those who work on the case; the audit tells who, whose and why, and holds no number."""
    hospital, number = await world.hospital(), new_resident_id()
    person = (await world.add_person(hospital, number=number, phone="13997001234"))["person"]
    path = f"/v1/people/{person['id']}/unmask"
    reviewer = token_at(hospital, "REVIEWER", name="审核员甲")
    answer = await world.ask("POST", path, reviewer, {"purpose": "核对学历证书上的身份证件号码"})
    assert answer.status_code == 200, answer.text
    record = answer.json()["record"]
    assert record["documents"] == [{"kind": "RESIDENT_ID", "number": number, "nationality": None}]
    assert record["phone"] == "13997001234"
    assert cites(answer.json()) == ["个人信息保护法第六条"]
    async with session("accounts") as tx:
        sql = "select actor_name, subject, detail from audit_log where action = 'person.UNMASK'"
        [line] = (await tx.execute(text(sql))).all()
        kept = str((await tx.execute(text("select t::text from idempotency_key t"))).all())
    assert line.actor_name == "审核员甲"
    assert line.subject == f"person/{person['id']}"
    assert line.detail == {"purpose": "核对学历证书上的身份证件号码"}
    assert number not in kept


async def test_without_purpose_or_a_case_nothing_is_unmasked(world, session):
    """No purpose, a supervisor, the person, a stranger: refused, and nothing stands in the audit."""
    hospital = await world.hospital()
    person = (await world.add_person(hospital))["person"]
    path, purpose = f"/v1/people/{person['id']}/unmask", {"purpose": "核对身份证件"}
    for blank in ({}, {"purpose": ""}, {"purpose": "   "}):
        refused(await world.ask("POST", path, token_at(hospital), blank), 422, "REQUEST_MALFORMED")
    refused(await world.ask("POST", path, token_at(hospital, "SUPERVISOR"), purpose), 403, "ROLE_MISSING")
    refused(await world.ask("POST", path, world.applicant(person, hospital), purpose), 403, "ROLE_MISSING")
    stranger = token_at(await world.prefecture())
    refused(await world.ask("POST", path, stranger, purpose), 404, "PERSON_NOT_FOUND")
    async with session("accounts") as tx:
        assert await tx.scalar(text("select count(*) from audit_log where action = 'person.UNMASK'")) == 0
