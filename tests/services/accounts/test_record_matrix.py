"""Every operation on records for every role, at, above, below and beside the unit of the person, and for whoever holds none."""

from __future__ import annotations

from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from tests.services.accounts.matrix import (
    EVERYBODY,
    EVERYWHERE,
    PERSON,
    READING,
    SERVICE,
    Asking,
    Request,
    cells,
    each_action,
    in_groups,
    places_around,
    tokens_without_role,
    walk,
    without_role,
)
from tests.services.accounts.records import EVIDENCE, Staff, body, new_staff, told
from tests.services.accounts.scans import Scans
from tests.services.accounts.world import World

SEEN = {"TOP": READING, "ABOVE": READING, "AT": READING}
TELLING = {"AT": {"ORGANISATION_MANAGER", "RECOMMENDER"}}
DECIDING = {"AT": {"REVIEWER", "RECOMMENDER"}}
ONE = "/v1/records/{record_id}"

RECORDS_MAY: dict[str, dict[str, set[str]]] = {
    "POST /v1/people/{person_id}/records": TELLING,
    "GET /v1/people/{person_id}/records": SEEN,
    "POST /v1/people/records/lookup": SEEN,
    "POST /v1/records/lookup": SEEN,
    "POST /v1/people/standing": SEEN,
    "GET /v1/records": DECIDING,
    "GET /v1/records/rules": EVERYWHERE,
    f"GET {ONE}": SEEN,
    f"GET {ONE}/history": SEEN,
    f"PUT {ONE}": TELLING,
    **each_action(
        f"POST {ONE}", {"CONFIRM": DECIDING, "REFUSE": DECIDING, "WITHDRAW": TELLING, "REVOKE": DECIDING}
    ),
    f"POST {ONE}/evidence-file": TELLING,
    f"POST {ONE}/evidence-file/open": SEEN,
    f"GET {ONE}/evidence-files": SEEN,
}
SCANS = (f"POST {ONE}/evidence-file", f"POST {ONE}/evidence-file/open", f"GET {ONE}/evidence-files")
"""Asked of a record that has a scan."""
BEFORE = {f"PUT {ONE}": "REFUSED", f"POST {ONE}/actions/REVOKE": "CONFIRMED"}
"""In which state the record is found, where it is not DECLARED."""
OWN_AND_SERVICES = {PERSON, SERVICE}
ALSO: dict[str, set[str]] = {
    "POST /v1/people/{person_id}/records": {PERSON},
    "GET /v1/people/{person_id}/records": OWN_AND_SERVICES,
    "POST /v1/people/records/lookup": OWN_AND_SERVICES,
    "POST /v1/records/lookup": OWN_AND_SERVICES,
    "POST /v1/people/standing": OWN_AND_SERVICES,
    "GET /v1/records/rules": EVERYBODY,
    f"GET {ONE}": OWN_AND_SERVICES,
    f"GET {ONE}/history": OWN_AND_SERVICES,
    f"PUT {ONE}": {PERSON},
    f"POST {ONE}/actions/WITHDRAW": {PERSON},
    f"POST {ONE}/evidence-file": {PERSON},
    f"POST {ONE}/evidence-file/open": OWN_AND_SERVICES,
    f"GET {ONE}/evidence-files": OWN_AND_SERVICES,
}
"""What needs no role; what is not in it is closed to all three."""


@pytest.fixture
async def staff(world: World, answers: Any) -> Staff:
    """Someone of the hospital who has passed the online test."""
    return await new_staff(world, await world.hospital(), answers)


@pytest.fixture
async def asking(staff: Staff, session: Any, apps: Any) -> Asking:
    """How an operation is asked for so that it succeeds for whoever may; what is told is never the same twice."""
    record, numbers = await staff.declare("DEGREE"), count(1950)
    scans = Scans.of(staff, await apps.get("accounts"), session)
    scanned = await scans.declared("CONTRACT")
    await scans.sent(scanned)

    async def ask(operation: str) -> Request:
        found_as = {"state": BEFORE.get(operation, "DECLARED"), "id": record["id"]}
        async with session("accounts") as tx:
            await tx.execute(
                text("update person_record set state = :state, reason = 'x' where id = :id"), found_as
            )
        which = scanned if operation in SCANS else record
        method, path = operation.split(" ")
        asked: Any = {
            "POST /v1/people/records/lookup": {"person_ids": [staff.id]},
            "POST /v1/records/lookup": {"ids": [which["id"]]},
            "POST /v1/people/standing": {"person_ids": [staff.id], "on": "2023-12-31"},
            f"POST {ONE}/evidence-file": {"file_name": "a.pdf"},
            f"POST {ONE}/evidence-file/open": {},
            f"PUT {ONE}": {"body": body("DEGREE"), "evidence": EVIDENCE},
        }.get(operation)
        if operation == "POST /v1/people/{person_id}/records":
            asked = told("YEARLY_ASSESSMENT", year=next(numbers))
        if "actions" in path:
            asked = {"note": "材料不清晰，请重新上传"}
        return method, path.format(person_id=staff.id, record_id=which["id"]), asked

    return ask


def got_through(answer: httpx.Response, operation: str) -> bool:
    """Whether the caller got what was asked for; a list must hold something."""
    assert answer.is_success or answer.status_code in {403, 404}, (operation, answer.text)
    return answer.is_success and answer.json().get("items") != []


@pytest.mark.parametrize("group", in_groups(RECORDS_MAY))
async def test_each_role_gets_through_exactly_where_it_may(world, staff, asking, group):
    """The cells of some operations: role by role, place by place."""
    places = await places_around(world, staff.unit)
    for operation in group:
        found = await walk(world, places, operation, asking, got_through)
        assert found == cells(RECORDS_MAY, operation), operation


async def test_whoever_holds_no_role_there(world, staff, asking):
    """Operation by operation: what the person concerned, a colleague and a service may."""
    tokens = await tokens_without_role(world, staff.unit, staff.own)
    assert await without_role(world, RECORDS_MAY, asking, tokens) == ALSO
