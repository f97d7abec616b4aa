"""Every operation on records for every role, at, above, below and beside the unit of the person."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.accounts.records import EVIDENCE, Staff, body, new_staff, told
from tests.services.accounts.scans import Scans
from tests.services.accounts.world import PROVINCE, World, token_at

LINE = {"ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER", "TITLE_OFFICER", "COMMITTEE_OFFICE", "SUPERVISOR"}
ALL = {*LINE, "EXPERT", "APPLICANT", "OPERATOR"}
WHERE = ("TOP", "ABOVE", "AT", "BELOW", "BESIDE")
SEEN = {"TOP": LINE, "ABOVE": LINE, "AT": LINE}
TELLING = {"AT": {"ORGANISATION_MANAGER", "RECOMMENDER"}}
DECIDING = {"AT": {"REVIEWER", "RECOMMENDER"}}

RECORDS_MAY: dict[str, dict[str, set[str]]] = {
    "POST /v1/people/{person_id}/records": TELLING,
    "GET /v1/people/{person_id}/records": SEEN,
    "POST /v1/people/records/lookup": SEEN,
    "POST /v1/people/standing": SEEN,
    "GET /v1/records": DECIDING,
    "GET /v1/records/rules": dict.fromkeys(WHERE, ALL),
    "GET /v1/records/{record_id}": SEEN,
    "GET /v1/records/{record_id}/history": SEEN,
    "PUT /v1/records/{record_id}": TELLING,
    "POST /v1/records/{record_id}/actions/{action}": DECIDING,
    "POST /v1/records/{record_id}/evidence-file": TELLING,
    "POST /v1/records/{record_id}/evidence-file/open": SEEN,
    "GET /v1/records/{record_id}/evidence-files": SEEN,
}
BEFORE = {"PUT /v1/records/{record_id}": "REFUSED"}
"""In which state the record is found, where it is not DECLARED."""


@pytest.fixture
async def staff(world: World, answers: Any) -> Staff:
    """Someone of the hospital who has passed the online test."""
    return await new_staff(world, await world.hospital(), answers)


@pytest.fixture
async def places(staff: Staff) -> dict[str, Any]:
    """Organisations around the hospital."""
    hospital, world = staff.unit, staff.world
    return {
        "TOP": world.root,
        "ABOVE": {**hospital, "id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]},
        "AT": hospital,
        "BELOW": await world.department(hospital),
        "BESIDE": await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE),
    }


def asked(operation: str, staff: Staff, number: int) -> Any:
    """A body with which the operation succeeds for whoever may; what is told is never the same twice."""
    return {
        "POST /v1/people/{person_id}/records": told("YEARLY_ASSESSMENT", year=1950 + number),
        "POST /v1/people/records/lookup": {"person_ids": [staff.id]},
        "POST /v1/people/standing": {"person_ids": [staff.id], "on": "2023-12-31"},
        "PUT /v1/records/{record_id}": {"body": body("DEGREE"), "evidence": EVIDENCE},
        "POST /v1/records/{record_id}/actions/{action}": {},
        "POST /v1/records/{record_id}/evidence-file": {"file_name": "a.pdf"},
        "POST /v1/records/{record_id}/evidence-file/open": {},
    }.get(operation)


@pytest.mark.parametrize("operation", RECORDS_MAY)
async def test_each_role_gets_through_exactly_where_it_may(staff, places, session, apps, operation):
    """The cells of one operation: role by role, place by place; a list must hold something."""
    record, numbers = await staff.declare("DEGREE"), count()
    if "evidence" in operation:
        scans = Scans.of(staff, await apps.get("accounts"), session)
        record = await scans.declared("CONTRACT")
        await scans.sent(record)
    method, path = operation.split(" ")
    path = path.format(person_id=staff.id, record_id=record["id"], action="CONFIRM")
    for where in WHERE:
        for role in sorted(ALL):
            async with session("accounts") as tx:
                found_as = {"state": BEFORE.get(operation, "DECLARED"), "id": record["id"]}
                await tx.execute(
                    text("update person_record set state = :state, reason = 'x' where id = :id"), found_as
                )
            token = token_at(places[where], role)
            answer = await staff.world.ask(method, path, token, asked(operation, staff, next(numbers)))
            assert answer.is_success or answer.status_code in {403, 404}, answer.text
            through = answer.is_success and answer.json().get("items") != []
            expected = role in RECORDS_MAY[operation].get(where, set())
            assert through is expected, (operation, where, role, answer.text)
