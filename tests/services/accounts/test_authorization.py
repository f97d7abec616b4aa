"""Every operation of the service for every role, at, above, below and beside the organisation it concerns.

`MAY` is written by hand; other concepts have tables of their own. An operation that stands in none of them fails a test of
`test_account_matrix`. `ALSO` says what needs no role.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.kit.clock import SHANGHAI
from tests.platform.tokens import mint
from tests.services.accounts.matrix import (
    ALL,
    COLLEAGUE,
    EVERYBODY,
    EVERYWHERE,
    LINE,
    MANAGER,
    NONE_HAS_IT,
    PERSON,
    READING,
    SERVICE,
    WHERE,
    Asking,
    Request,
    cells,
    each_action,
    in_groups,
    places_around,
    put_into,
    tokens_without_role,
    walk,
    without_role,
)
from tests.services.accounts.test_question_banks import questions
from tests.services.accounts.world import PROVINCE, Organisation, World, new_login, new_resident_id, token_at

SEEN = {"TOP": READING, "ABOVE": READING, "AT": READING}
OFFICE = {"TOP": {"TITLE_OFFICER"}}
CHANGE, BANK = "/v1/employer-changes/{change_id}", "/v1/question-banks/{bank_id}"

MAY: dict[str, dict[str, set[str]]] = {
    "POST /v1/organisations": {"AT": MANAGER},
    "POST /v1/organisations/explain-creation": EVERYWHERE,
    "POST /v1/organisations/lookup": EVERYWHERE,
    "POST /v1/organisations/called": {},
    "GET /v1/organisations/{organisation_id}": {"TOP": ALL, "ABOVE": ALL, "AT": ALL, "BELOW": ALL},
    "GET /v1/organisations": {"TOP": ALL, "ABOVE": ALL, "AT": ALL},
    "POST /v1/staff": {"ABOVE": MANAGER, "AT": MANAGER},
    "POST /v1/organisations/{organisation_id}/roles": {"ABOVE": MANAGER, "AT": MANAGER},
    "DELETE /v1/organisations/{organisation_id}/roles": {"ABOVE": MANAGER, "AT": MANAGER},
    "POST /v1/accounts/{account_id}/activation": {"ABOVE": MANAGER, "AT": MANAGER},
    "POST /v1/people": {"AT": MANAGER},
    "GET /v1/people/{person_id}": SEEN,
    "GET /v1/people": SEEN,
    "POST /v1/people/lookup": SEEN,
    "POST /v1/people/by-number": {},
    "POST /v1/people/{person_id}/credit-check": {},
    "GET /v1/readers": {},
    "POST /v1/readers/contacts": {},
    "POST /v1/people/facts": SEEN,
    "POST /v1/people/{person_id}/documents": {"AT": MANAGER},
    "PUT /v1/people/{person_id}/contact": {},
    "POST /v1/people/{person_id}/unmask": dict.fromkeys(("TOP", "ABOVE", "AT"), LINE - {"SUPERVISOR"}),
    "GET /v1/people/{person_id}/employments": SEEN,
    "POST /v1/people/{person_id}/employment/end": {"AT": MANAGER},
    "POST /v1/people/{person_id}/employment/kind": {"AT": MANAGER},
    "POST /v1/people/{person_id}/employment/department": {"AT": MANAGER},
    "PUT /v1/people/{person_id}/employment/contract": {"AT": MANAGER},
    "POST /v1/employer-changes": {"AT": MANAGER},
    "GET /v1/employer-changes": {"TOP": MANAGER, "AT": MANAGER, "BESIDE": MANAGER},
    "GET /v1/employer-changes/{change_id}": {"TOP": MANAGER, "AT": MANAGER, "BESIDE": MANAGER},
    **each_action(
        f"POST {CHANGE}",
        {
            "CONSENT": {},
            "DECLINE": {},
            "WITHDRAW": {"BESIDE": MANAGER},
            "RELEASE": {"AT": MANAGER},
            "OBJECT": {"AT": MANAGER},
            "ALLOW": {"TOP": MANAGER},
            "REFUSE": {"TOP": MANAGER},
            "CARRY_OUT": {},  # what silence means is nobody's to say
            "LAPSE": {},
        },
    ),
    "GET /v1/people/{person_id}/test": SEEN,
    "GET /v1/organisations/{organisation_id}/test": SEEN,
    "GET /v1/organisations/{organisation_id}/test/units": SEEN,
    "GET /v1/organisations/{organisation_id}/test/waiting": SEEN,
    "GET /v1/question-banks": OFFICE,
    "GET /v1/question-banks/{bank_id}": OFFICE,
    "POST /v1/question-banks": OFFICE,
    "POST /v1/question-banks/sheet": OFFICE,
    "POST /v1/question-banks/links": OFFICE,
    **each_action(f"POST {BANK}", {"PUBLISH": OFFICE, "RETIRE": OFFICE}),
    "POST /v1/learning/attempts": {},
    "GET /v1/learning/attempts": {},
    "GET /v1/learning/attempts/{attempt_id}": {},
    "PUT /v1/learning/attempts/{attempt_id}/answers": {},
    "POST /v1/learning/attempts/{attempt_id}/answers": {},
    "POST /events": {},
    "PUT /ops/clock": {key: {"OPERATOR"} for key in WHERE},
}
ALSO: dict[str, set[str]] = {
    "POST /v1/organisations/explain-creation": EVERYBODY,
    "POST /v1/organisations/lookup": EVERYBODY,
    "POST /v1/organisations/called": {SERVICE},
    "GET /v1/organisations/{organisation_id}": EVERYBODY,
    "GET /v1/organisations": EVERYBODY,
    "GET /v1/people/{person_id}": {PERSON, SERVICE},
    "GET /v1/people": {SERVICE},
    "POST /v1/people/lookup": {PERSON, SERVICE},
    "POST /v1/people/by-number": {SERVICE},
    "GET /v1/readers": {SERVICE},
    "POST /v1/readers/contacts": {SERVICE},
    "POST /v1/people/facts": {PERSON, SERVICE},
    "POST /v1/people/{person_id}/documents": {PERSON},
    "PUT /v1/people/{person_id}/contact": {PERSON},
    "GET /v1/people/{person_id}/employments": {PERSON, SERVICE},
    "GET /v1/people/{person_id}/test": {PERSON, SERVICE},
    "GET /v1/organisations/{organisation_id}/test": {SERVICE},
    "GET /v1/organisations/{organisation_id}/test/units": {SERVICE},
    "GET /v1/organisations/{organisation_id}/test/waiting": {SERVICE},
    "GET /v1/employer-changes": {PERSON},
    f"GET {CHANGE}": {PERSON},
    f"POST {CHANGE}/actions/CONSENT": {PERSON},
    f"POST {CHANGE}/actions/DECLINE": {PERSON},
    "POST /v1/learning/attempts": {PERSON, COLLEAGUE},
    "GET /v1/learning/attempts": {PERSON, COLLEAGUE},
    "GET /v1/learning/attempts/{attempt_id}": {PERSON},
    "PUT /v1/learning/attempts/{attempt_id}/answers": {PERSON},
    "POST /v1/learning/attempts/{attempt_id}/answers": {PERSON},
    "POST /events": {SERVICE},
}
"""What needs no role; what is not in it is closed to the person concerned, a colleague and a service."""
FOR_ANYONE = {
    "GET /healthz",
    "GET /readyz",
    "GET /ops/clock",
    "POST /v1/reads",
    "GET /v1/me",
    "GET /.well-known/jwks.json",
    "GET /v1/learning/guides",
    "GET /v1/learning/guides/{code}/file",
    "POST /v1/accounts/activate",
    "POST /v1/sessions",
    "POST /v1/sessions/refresh",
    "POST /v1/sessions/sign-out",
    "POST /v1/service-tokens",
}

BEFORE = {
    f"POST {CHANGE}/actions/{action}": ("employer_change", "change", state)
    for state, actions in {
        "ASKED": ("CONSENT", "DECLINE", "WITHDRAW", "LAPSE"),
        "CONSENTED": ("RELEASE", "OBJECT", "CARRY_OUT"),
        "OBJECTED": ("ALLOW", "REFUSE"),
    }.items()
    for action in actions
}
"""Which table holds what an act is asked of, what that is here, and the state in which the act applies."""
LEAVES_ANOTHER = (
    "POST /v1/people/{person_id}/employment/end",
    "POST /v1/people/{person_id}/employment/kind",
    "POST /v1/people/{person_id}/employment/department",
    "POST /v1/employer-changes",
    "PUT /ops/clock",
)
"""Whoever may leaves the person or the time as they were not: each on ground of its own."""

QUERIES = {
    "GET /v1/people/{person_id}/test": "?cycle=2023",
    "GET /v1/question-banks": "?cycle=2023",
    "POST /v1/question-banks/sheet": "?cycle=2023&title=x",
    "GET /v1/readers": "?audience=everyone",
}


@pytest.fixture
async def place(world: World) -> dict[str, Any]:
    """A hospital with everything around it, a clerk and a person in it whom another unit asks for, and a paper begun."""
    hospital = await world.hospital()
    around = await places_around(world, hospital)
    leaving, moving = new_resident_id(born="19770101"), new_resident_id(born="19770202")
    person = (await world.add_person(hospital, number=leaving))["person"]
    await world.add_person(around["BESIDE"], number=moving)
    body = {"organisation_id": hospital["id"], "name": "李某", "login": new_login(), "roles": ["REVIEWER"]}
    clerk = (await world.ask("POST", "/v1/staff", token_at(hospital), body)).json()["record"]["account"]
    begun = await world.ask(
        "POST", "/v1/learning/attempts", world.applicant(person, hospital), {"cycle": 2023}
    )
    asked = {"cycle": 2023, "title": "草稿", "questions": questions(10)}
    office = token_at(world.root, "TITLE_OFFICER")
    draft = (await world.ask("POST", "/v1/question-banks", office, asked)).json()["record"]
    beside = around["BESIDE"]
    wanted = change_of(beside, leaving)
    change = (await world.ask("POST", "/v1/employer-changes", token_at(beside), wanted)).json()["record"]
    return {
        **around,
        "applicant": person,
        "person": person["id"],
        "clerk": clerk["id"],
        "attempt": begun.json()["record"]["id"],
        "bank": draft["id"],
        "number": moving,
        "change": change["id"],
    }


def change_of(asker: dict[str, Any], number: str) -> dict[str, Any]:
    """What is told to ask for someone of another employer."""
    document = {"kind": "RESIDENT_ID", "number": number}
    return {"organisation_id": asker["id"], "document": document, "kind": "TEMPORARY", "reason": "已签合同"}


def target(operation: str, place: dict[str, Any]) -> tuple[str, str]:
    """The method and the path of an operation on the hospital and its people."""
    method, path = operation.split(" ")
    path = path.format(
        organisation_id=place["AT"]["id"],
        person_id=place["person"],
        account_id=place["clerk"],
        attempt_id=place["attempt"],
        bank_id=place["bank"],
        change_id=place["change"],
    )
    return method, path + QUERIES.get(operation, "")


def today() -> str:
    """The business date; the clock of these tests is the real one."""
    return datetime.now(SHANGHAI).date().isoformat()


def asked(world: World, place: dict[str, Any], operation: str) -> Any:
    """A body with which the operation succeeds for whoever may."""
    if "/actions/" in operation:
        return {"version": NONE_HAS_IT}
    hospital, department = place["AT"], ("INTERNAL_DEPARTMENT", "PROVINCE", PROVINCE)
    return {
        "POST /v1/organisations": world.proposal(*department)
        | {"creator_id": hospital["id"], "manager": {"name": "某", "login": new_login()}},
        "POST /v1/organisations/explain-creation": world.proposal(*department),
        "POST /v1/organisations/lookup": {"ids": [hospital["id"]]},
        "POST /v1/organisations/called": {"below": hospital["id"], "names": [hospital["name"]]},
        "POST /v1/staff": {
            "organisation_id": hospital["id"],
            "name": "某",
            "login": new_login(),
            "roles": ["REVIEWER"],
        },
        "POST /v1/organisations/{organisation_id}/roles": {
            "account_id": place["clerk"],
            "role": "SUPERVISOR",
        },
        "DELETE /v1/organisations/{organisation_id}/roles": {
            "account_id": place["clerk"],
            "role": "SUPERVISOR",
        },
        **of_people(world, place, hospital),
        **of_the_test(place),
    }.get(operation)


def of_people(world: World, place: dict[str, Any], hospital: Organisation) -> dict[str, Any]:
    """The same, of people and where they work."""
    return {
        "POST /v1/people": world.person(hospital),
        "POST /v1/people/{person_id}/documents": {
            "document": {"kind": "PASSPORT", "number": "E27182818", "nationality": "NPL"}
        },
        "PUT /v1/people/{person_id}/contact": {"phone": "13997001234"},
        "POST /v1/people/{person_id}/unmask": {"purpose": "核对身份证件"},
        "POST /v1/people/{person_id}/credit-check": {"check_id": "0193a1b2-0000-7000-8000-000000000001"},
        "POST /v1/people/{person_id}/employment/end": {"ending": "RETIRED", "on": today(), "reason": "退休"},
        "POST /v1/people/{person_id}/employment/kind": {
            "kind": "TEMPORARY",
            "on": today(),
            "reason": "转为临聘",
        },
        "POST /v1/people/{person_id}/employment/department": {
            "department_id": place["BELOW"]["id"],
            "on": today(),
            "reason": "轮岗",
        },
        "PUT /v1/people/{person_id}/employment/contract": {
            "contract": {"kind": "LABOUR", "signed_on": today()}
        },
        "POST /v1/employer-changes": change_of(hospital, place["number"]),
        "POST /v1/people/lookup": {"ids": [place["person"]]},
        "POST /v1/people/by-number": {"numbers": [place["number"]]},
        "POST /v1/readers/contacts": {"person_ids": [place["person"]]},
        "POST /v1/people/facts": {"person_ids": [place["person"]], "cycle": 2023},
    }


def of_the_test(place: dict[str, Any]) -> dict[str, Any]:
    """The same, of the online test, and of what every service has."""
    return {
        "POST /v1/learning/attempts": {"cycle": 2023},
        "POST /v1/learning/attempts/{attempt_id}/answers": {"answers": {}},
        "PUT /v1/learning/attempts/{attempt_id}/answers": {"answers": {}},
        "POST /v1/question-banks/sheet": {"no": "sheet"},
        "POST /v1/question-banks/links": {"cycle": 2023, "title": "某"},
        "POST /v1/question-banks": {"cycle": 2023, "title": "某", "questions": questions(11)},
        "POST /events": {
            "id": place["person"],
            "source": "x",
            "type": "x",
            "subject": "x",
            "time": "x",
            "data": {},
        },
        "PUT /ops/clock": {"instant": "2023-10-11T00:00:00Z"},
    }


@pytest.fixture
def asking(world: World, place: dict[str, Any], session: Any) -> Asking:
    """How an operation is asked for, with what it is asked of put where it applies."""

    async def ask(operation: str) -> Request:
        if operation in BEFORE:
            table, key, state = BEFORE[operation]
            await put_into(session, table, place[key], state)
        if operation.startswith("DELETE"):
            async with session("accounts") as tx:
                await tx.execute(
                    text(
                        "insert into role_grant (id, account_id, role, organisation_id)"
                        " values (gen_random_uuid(), :a, 'SUPERVISOR', :o) on conflict do nothing"
                    ),
                    {"a": place["clerk"], "o": place["AT"]["id"]},
                )
        return *target(operation, place), asked(world, place, operation)

    return ask


def got_through(place: dict[str, Any], answer: httpx.Response) -> bool:
    """Whether the caller got what was asked for; a list or lookup must hold it."""
    told = answer.json() if answer.content else {}
    if not answer.is_success:
        if told["code"] in {"SHEET_UNREADABLE", "STALE_VERSION"}:
            return True  # it was looked at
        assert answer.status_code in {403, 404}, answer.text
        return False
    if "items" not in told:
        return True
    return bool(
        {place["person"], place["AT"]["id"], place["bank"], place["change"]}
        & {each.get(key) for each in told["items"] for key in ("id", "person_id", "organisation_id")}
    )


@pytest.mark.parametrize("group", in_groups(MAY, LEAVES_ANOTHER))
async def test_each_role_gets_through_exactly_where_it_may(world, place, asking, group):
    """The cells of some operations: role by role, place by place."""
    for operation in group:
        found = await walk(world, place, operation, asking, lambda answer, _: got_through(place, answer))
        assert found == cells(MAY, operation), operation


async def test_whoever_holds_no_role_there(world, place, asking):
    """Operation by operation: what the person concerned, a colleague and a service may."""
    tokens = await tokens_without_role(world, place["AT"], world.applicant(place["applicant"], place["AT"]))
    assert await without_role(world, MAY, asking, tokens) == ALSO


async def test_a_token_without_seats_reaches_nothing(world, place, asking):
    """Signed in and nothing more: no list, no person, no act."""
    for operation in MAY:
        if operation in {"POST /v1/organisations/explain-creation", "POST /v1/organisations/lookup"}:
            continue
        method, path, body = await asking(operation)
        answer = await world.ask(method, path, mint(), body)
        assert not got_through(place, answer), operation
