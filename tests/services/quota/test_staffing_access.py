"""Who writes a unit's staffing ledger and who reads it: every role, every act; and what is no request at all."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.platform.tokens import mint, node, seat
from tests.services.quota.people import Unit, ask, assert_refused, service_token
from tests.services.quota.staffing import MOVEMENTS, Book
from tests.services.quota.test_staffing import everything_written

M = "MIDDLE"
POSTS, MEMBERS = "/v1/staffing/posts", "/v1/staffing/members"
UNIT, ABOVE, NOBODY = "writes", "reads", "knows nothing of it"


def everybody(unit: Unit) -> dict[str, tuple[str, str]]:
    """Everyone who might try, and what each may."""
    found = {f"unit {role}": (unit.at(2, role), ABOVE) for role in READERS}
    found |= {f"authority {role}": (unit.at(1, role), ABOVE) for role in READERS}
    found |= {f"province {role}": (unit.at(0, role), ABOVE) for role in READERS}
    found["unit RECOMMENDER"] = (unit.recommender, UNIT)
    department = Unit((*unit.lineage, node("INTERNAL_DEPARTMENT", "PROVINCE")))
    sister = Unit((*unit.lineage[:2], node("EMPLOYER", "PROVINCE")))
    return found | {
        "service": (service_token(), ABOVE),
        "applicant": (unit.at(2, "APPLICANT", "EXPERT"), NOBODY),
        "province's applicant": (unit.at(0, "APPLICANT"), NOBODY),
        "its department": (department.at(3, *READERS), NOBODY),
        "sister unit": (sister.at(2, *READERS), NOBODY),
        "stranger": (mint([seat(role, node("HRSS", "PROVINCE")) for role in READERS]), NOBODY),
        "no seat": (mint(), NOBODY),
    }


READERS = (
    *("RECOMMENDER", "REVIEWER", "TITLE_OFFICER", "COMMITTEE_OFFICE", "ORGANISATION_MANAGER", "SUPERVISOR"),
)


@pytest.fixture
async def begun(book):
    """A ledger with somebody in post."""
    return book, await book.record("OPENING_POST", "李青山", level=M)


async def test_who_writes(begun, session):
    """The unit's 推荐经办 and nobody else records, reverses and mends; whoever may not changes nothing."""
    book, made = begun
    writes = [
        ("POST", MOVEMENTS, book.body("QUALIFIED", "李青山", level="ASSOCIATE_SENIOR"), 201),
        ("PUT", f"{MEMBERS}/{made['member']['id']}", {"name": "李清山"}, 200),
        ("POST", f"{MOVEMENTS}/{made['id']}/reversal", {"reason": "录入错误"}, 422),
    ]
    before = await everything_written(session)
    for who, (token, may) in everybody(book.unit).items():
        if may is UNIT:
            continue
        for method, path, body, _ in writes:
            answer = await ask(book.http, method, path, token, body)
            seen = may is ABOVE or path == MOVEMENTS
            expected = (403, "ROLE_MISSING") if seen else (404, answer.json()["code"])
            assert (answer.status_code, answer.json()["code"]) == expected, (who, method, answer.text)
    assert await everything_written(session) == before
    for method, path, body, status in writes:
        answer = await ask(book.http, method, path, book.unit.recommender, body)
        assert answer.status_code == status, answer.text


async def test_who_reads(begun):
    """The unit and those above it in a role that reads; others learn not even that there is a ledger."""
    book, _ = begun
    unit = f"unit_id={book.unit.id}"
    for who, (token, may) in everybody(book.unit).items():
        for path in (f"{MOVEMENTS}?{unit}", f"{POSTS}?{unit}", f"/v1/staffing/balances?{unit}&year=2023"):
            answer = await ask(book.http, "GET", path, token)
            if may is NOBODY:
                assert_refused(answer, 404, "STAFFING_BOOK_NOT_FOUND", field="unit_id", cites=set())
            else:
                assert answer.status_code == 200, (who, path, answer.text)


async def test_a_unit_reads_its_ledger_before_it_is_begun(book):
    """Its own people find it empty; those above find none."""
    told = await book.balances()
    assert (told["keeps_ledger"], told["undecided"]) == (False, [])
    assert {each["approved"] + each["employed"] for each in told["levels"]} == {0}
    path = f"{MOVEMENTS}?unit_id={book.unit.id}"
    assert (await ask(book.http, "GET", path, book.unit.hrss)).status_code == 404


@pytest.mark.parametrize(
    ("kind", "nature", "code", "cite"),
    [
        ("INTERNAL_DEPARTMENT", None, "DEPARTMENT_KEEPS_NO_LEDGER", "附件3 一"),
        ("EMPLOYER", "PRIVATE_HOSPITAL", "ONLY_INSTITUTIONS_KEEP_A_LEDGER", "二（一）第1段"),
        ("EMPLOYER", "TOWNSHIP", "ONLY_INSTITUTIONS_KEEP_A_LEDGER", "二（一）第1段"),
    ],
)
async def test_only_institutions_keep_a_ledger(quota, hospital, kind, nature, code, cite):
    """A department and a unit of another nature are refused with the article."""
    unit = node(kind, "PROVINCE").model_copy(update={"nature": nature})
    other = Book(quota, Unit((*hospital.lineage[:2], unit)))
    refused = await other.ask("OPENING_POST", "李青山", level=M)
    assert_refused(refused, 422, code, field="unit_id", cites={cite})


@pytest.mark.parametrize("nature", ["PUBLIC_INSTITUTION", None])
async def test_institutions_and_units_of_unknown_nature_keep_one(quota, hospital, nature):
    """Where the token does not tell the nature, reviewers look at it."""
    unit = node("EMPLOYER", "PROVINCE").model_copy(update={"nature": nature})
    other = Book(quota, Unit((*hospital.lineage[:2], unit)))
    await other.record("OPENING_POST", "李青山", level=M)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"cause": "REVERSAL"}, "body"),
        ({"cause": "FIRED"}, "cause"),
        ({"on_date": "2023-02-30"}, "on_date"),
        ({"level": "TOP"}, "level"),
        ({"pool": "SPARE"}, "pool"),
        ({"posts": -1}, "posts"),
        ({"posts": 10**6}, "posts"),
        ({"document": "  "}, "document"),
        ({"document": "文" * 201}, "document"),
        ({"reason": "因" * 301}, "reason"),
        ({"title": "称" * 61}, "title"),
        ({"member": {}}, "member"),
        ({"member": {"name": " "}}, "member.name"),
        ({"member": {"name": "名" * 61}}, "member.name"),
        ({"member": {"person_id": str(uuid4())}}, "member"),
        ({"member": {"id": str(uuid4()), "name": "李青山"}}, "member"),
        ({"member": {"id": "1"}}, "member.id"),
        ({"unit_id": "1"}, "unit_id"),
    ],
)
async def test_what_is_no_movement_is_refused_by_field(book, changed, field):
    """Unknown words, impossible days, blank and overlong texts never come as far as the rules."""
    body = {**book.body("OPENING_POST", "李青山", level=M), **changed}
    answer = await ask(book.http, "POST", MOVEMENTS, book.unit.recommender, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_MALFORMED"), answer.text
    assert answer.json()["field"] == field


async def test_ids_of_nothing_are_not_found(book, hospital, quota):
    """Movements and people that are not there, or are another unit's, are not found; odd characters are refused."""
    token = book.unit.recommender
    other = Book(quota, Unit((*hospital.lineage[:2], node("EMPLOYER", "PROVINCE"))))
    theirs = await other.record("OPENING_POST", "王草原", level=M)
    for movement in (str(uuid4()), theirs["id"]):
        answer = await ask(quota, "POST", f"{MOVEMENTS}/{movement}/reversal", token, {"reason": "x"})
        assert_refused(answer, 404, "STAFFING_MOVEMENT_NOT_FOUND", field="movement_id", cites=set())
    for member in (str(uuid4()), theirs["member"]["id"]):
        answer = await book.ask("RETIRED", {"id": member})
        assert_refused(answer, 404, "STAFF_MEMBER_NOT_FOUND", field="member.id", cites=set())
        answer = await ask(quota, "PUT", f"{MEMBERS}/{member}", token, {"name": "李青山"})
        assert_refused(answer, 404, "STAFF_MEMBER_NOT_FOUND", field="member_id", cites=set())
    answer = await book.ask("OPENING_POST", "李\u0000青山", level=M)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALUE_UNFIT")


@pytest.mark.parametrize(
    "query",
    ["year=1999", "year=x", "on=tomorrow", "pool=SPARE", "unit_id=1", "first=0", "first=101", "after=x"],
)
async def test_bad_questions_are_refused(book, query):
    """Unknown years, days and words, and pages of no size, are told by field."""
    name = query.partition("=")[0]
    asked = {"unit_id": book.unit.id, "year": "2023"} | dict([query.split("=")])
    path = "posts" if name in {"first", "after"} else "balances"
    told = "&".join(f"{key}={value}" for key, value in asked.items())
    answer = await ask(book.http, "GET", f"/v1/staffing/{path}?{told}", book.unit.recommender)
    assert (answer.status_code, answer.json()["field"]) == (422, name)
