"""Every operation of the service for every role, at, above, below and beside the organisation it concerns.

`MAY` is written by hand; other concepts have tables of their own. An operation that stands in none of them fails a test of
`test_account_matrix`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from sqlalchemy import text

from services.kit.clock import SHANGHAI
from tests.platform.tokens import mint
from tests.services.accounts.test_question_banks import questions
from tests.services.accounts.world import PROVINCE, Organisation, World, new_login, new_resident_id, token_at

MANAGER = {"ORGANISATION_MANAGER"}
LINE = {"ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER", "TITLE_OFFICER", "COMMITTEE_OFFICE", "SUPERVISOR"}
ALL = {*LINE, "EXPERT", "APPLICANT", "OPERATOR"}
WHERE = ("TOP", "ABOVE", "AT", "BELOW", "BESIDE")

MAY: dict[str, dict[str, set[str]]] = {
    "POST /v1/organisations": {"AT": MANAGER},
    "POST /v1/organisations/explain-creation": dict.fromkeys(WHERE, ALL),
    "POST /v1/organisations/lookup": dict.fromkeys(WHERE, ALL),
    "GET /v1/organisations/{organisation_id}": {"TOP": ALL, "ABOVE": ALL, "AT": ALL, "BELOW": ALL},
    "GET /v1/organisations": {"TOP": ALL, "ABOVE": ALL, "AT": ALL},
    "POST /v1/staff": {"ABOVE": MANAGER, "AT": MANAGER},
    "POST /v1/organisations/{organisation_id}/roles": {"ABOVE": MANAGER, "AT": MANAGER},
    "DELETE /v1/organisations/{organisation_id}/roles": {"ABOVE": MANAGER, "AT": MANAGER},
    "POST /v1/accounts/{account_id}/activation": {"ABOVE": MANAGER, "AT": MANAGER},
    "POST /v1/people": {"AT": MANAGER},
    "GET /v1/people/{person_id}": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "GET /v1/people": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "POST /v1/people/lookup": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "POST /v1/people/facts": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "POST /v1/people/{person_id}/documents": {"AT": MANAGER},
    "PUT /v1/people/{person_id}/contact": {},
    "POST /v1/people/{person_id}/unmask": dict.fromkeys(("TOP", "ABOVE", "AT"), LINE - {"SUPERVISOR"}),
    "GET /v1/people/{person_id}/employments": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "POST /v1/people/{person_id}/employment/end": {"AT": MANAGER},
    "POST /v1/people/{person_id}/employment/kind": {"AT": MANAGER},
    "POST /v1/people/{person_id}/employment/department": {"AT": MANAGER},
    "PUT /v1/people/{person_id}/employment/contract": {"AT": MANAGER},
    "POST /v1/employer-changes": {"AT": MANAGER},
    "GET /v1/employer-changes": {"TOP": MANAGER, "AT": MANAGER, "BESIDE": MANAGER},
    "GET /v1/employer-changes/{change_id}": {"TOP": MANAGER, "AT": MANAGER, "BESIDE": MANAGER},
    "POST /v1/employer-changes/{change_id}/actions/{action}": {"BESIDE": MANAGER},
    "GET /v1/people/{person_id}/test": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "GET /v1/organisations/{organisation_id}/test": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "GET /v1/organisations/{organisation_id}/test/units": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "GET /v1/organisations/{organisation_id}/test/waiting": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    "GET /v1/question-banks": {"TOP": {"TITLE_OFFICER"}},
    "GET /v1/question-banks/{bank_id}": {"TOP": {"TITLE_OFFICER"}},
    "POST /v1/question-banks": {"TOP": {"TITLE_OFFICER"}},
    "POST /v1/question-banks/sheet": {"TOP": {"TITLE_OFFICER"}},
    "POST /v1/question-banks/links": {"TOP": {"TITLE_OFFICER"}},
    "POST /v1/question-banks/{bank_id}/actions/{action}": {"TOP": {"TITLE_OFFICER"}},
    "POST /v1/learning/attempts": {},
    "GET /v1/learning/attempts": {},
    "GET /v1/learning/attempts/{attempt_id}": {},
    "PUT /v1/learning/attempts/{attempt_id}/answers": {},
    "POST /v1/learning/attempts/{attempt_id}/answers": {},
    "POST /events": {},
    "PUT /ops/clock": {key: {"OPERATOR"} for key in WHERE},
}
FOR_ANYONE = {
    "GET /healthz",
    "GET /readyz",
    "GET /ops/clock",
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

QUERIES = {
    "GET /v1/people/{person_id}/test": "?cycle=2023",
    "GET /v1/question-banks": "?cycle=2023",
    "POST /v1/question-banks/sheet": "?cycle=2023&title=x",
}


def operations(app: Any) -> set[str]:
    """Every method and path of the service."""
    routes = [each for each in iter_route_contexts(app.routes) if isinstance(each.original_route, APIRoute)]
    return {f"{method} {each.path}" for each in routes for method in (each.methods or set()) - {"HEAD"}}


@pytest.fixture
async def place(world: World) -> dict[str, Any]:
    """A hospital with everything around it, a person and a clerk in it, and an attempt of the person's."""
    hospital = await world.hospital()
    above = {**hospital, "id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]}
    person = (await world.add_person(hospital))["person"]
    body = {"organisation_id": hospital["id"], "name": "李某", "login": new_login(), "roles": ["REVIEWER"]}
    clerk = (await world.ask("POST", "/v1/staff", token_at(hospital), body)).json()["record"]["account"]
    begun = await world.ask(
        "POST", "/v1/learning/attempts", world.applicant(person, hospital), {"cycle": 2023}
    )
    beside = await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE)
    asked = {"cycle": 2023, "title": "草稿", "questions": questions(10)}
    office = token_at(world.root, "TITLE_OFFICER")
    draft = (await world.ask("POST", "/v1/question-banks", office, asked)).json()["record"]
    leaving, moving = new_resident_id(born="19770101"), new_resident_id(born="19770202")
    await world.add_person(hospital, number=leaving)
    await world.add_person(beside, number=moving)
    wanted = change_of(beside, leaving)
    change = (await world.ask("POST", "/v1/employer-changes", token_at(beside), wanted)).json()["record"]
    return {
        "TOP": world.root,
        "ABOVE": above,
        "AT": hospital,
        "BELOW": await world.department(hospital),
        "BESIDE": beside,
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
        action="WITHDRAW" if "employer-changes" in path else "PUBLISH",
    )
    return method, path + QUERIES.get(operation, "")


def today() -> str:
    """The business date; the clock of these tests is the real one."""
    return datetime.now(SHANGHAI).date().isoformat()


def asked(world: World, place: dict[str, Any], operation: str) -> Any:
    """A body with which the operation succeeds for whoever may."""
    hospital, department = place["AT"], ("INTERNAL_DEPARTMENT", "PROVINCE", PROVINCE)
    return {
        "POST /v1/organisations": world.proposal(*department)
        | {"creator_id": hospital["id"], "manager": {"name": "某", "login": new_login()}},
        "POST /v1/organisations/explain-creation": world.proposal(*department),
        "POST /v1/organisations/lookup": {"ids": [hospital["id"]]},
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
        "POST /v1/employer-changes/{change_id}/actions/{action}": {},
        "POST /v1/people/lookup": {"ids": [place["person"]]},
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
        "POST /v1/question-banks/{bank_id}/actions/{action}": {"version": 1},
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


def got_through(answer: httpx.Response, place: dict[str, Any]) -> bool:
    """Whether the caller got what was asked for; a list or lookup must hold it."""
    if not answer.is_success:
        if answer.status_code == 422:
            return answer.json()["code"] == "SHEET_UNREADABLE"  # it was looked at
        assert answer.status_code in {403, 404}, answer.text
        return False
    told = answer.json() if answer.content else {}
    if "items" not in told:
        return True
    return bool(
        {place["person"], place["AT"]["id"], place["bank"], place["change"]}
        & {each.get(key) for each in told["items"] for key in ("id", "person_id", "organisation_id")}
    )


@pytest.mark.parametrize("operation", MAY)
async def test_each_role_gets_through_exactly_where_it_may(world, place, session, operation):
    """The cells of one operation: role by role, place by place."""
    method, path = target(operation, place)
    for where in WHERE:
        for role in sorted(ALL):
            if method == "DELETE":
                async with session("accounts") as tx:
                    await tx.execute(
                        text(
                            "insert into role_grant (id, account_id, role, organisation_id)"
                            " values (gen_random_uuid(), :a, 'SUPERVISOR', :o) on conflict do nothing"
                        ),
                        {"a": place["clerk"], "o": place["AT"]["id"]},
                    )
            token = token_at(place[where], role)
            answer = await world.ask(method, path, token, asked(world, place, operation))
            expected = role in MAY[operation].get(where, set())
            assert got_through(answer, place) is expected, (operation, where, role, answer.text)


async def test_a_token_without_seats_reaches_nothing(world, place):
    """Signed in and nothing more: no list, no person, no act."""
    for operation in MAY:
        if operation in {"POST /v1/organisations/explain-creation", "POST /v1/organisations/lookup"}:
            continue
        method, path = target(operation, place)
        answer = await world.ask(method, path, mint(), asked(world, place, operation))
        assert not got_through(answer, place), operation
