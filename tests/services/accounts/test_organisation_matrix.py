"""Every act on an organisation's life for every role, at, above, below and beside it, and for whoever holds none there.

What is asked would break a rule or names a version that nothing has, so that nothing changes and each cell stands by itself:
whoever may not act is refused before either is looked at.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.accounts.matrix import (
    ALL,
    EVERYBODY,
    EVERYWHERE,
    LINE,
    MANAGER,
    NONE_HAS_IT,
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
from tests.services.accounts.world import World

ONE = "/v1/organisations/{organisation_id}"

ORGANISATIONS_MAY: dict[str, dict[str, set[str]]] = {
    **each_action(
        f"POST {ONE}",
        {
            "RENAME": {"ABOVE": MANAGER},
            "MOVE": {"TOP": MANAGER, "ABOVE": MANAGER},
            "MERGE": {"ABOVE": MANAGER},
            "CLOSE": {"ABOVE": MANAGER},
            "REOPEN": {"ABOVE": MANAGER},
        },
    ),
    f"PUT {ONE}/contact": {"ABOVE": MANAGER, "AT": MANAGER},
    f"PUT {ONE}/person-in-charge": {"ABOVE": MANAGER, "AT": MANAGER},
    f"GET {ONE}/history": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    f"GET {ONE}/ancestors": {"TOP": ALL, "ABOVE": ALL, "AT": ALL, "BELOW": ALL},
    "GET /v1/regions": EVERYWHERE,
    "GET /v1/industries": EVERYWHERE,
}
ALSO: dict[str, set[str]] = {
    f"GET {ONE}/ancestors": EVERYBODY,
    "GET /v1/regions": EVERYBODY,
    "GET /v1/industries": EVERYBODY,
}
"""What needs no role; what is not in it is closed to all three."""


@pytest.fixture
async def places(world: World) -> dict[str, Any]:
    """A hospital and what is around it."""
    return await places_around(world, await world.hospital())


@pytest.fixture
def asking(places: dict[str, Any], session: Any) -> Asking:
    """How an act on the hospital is asked for; it is closed where it is to be reopened, in use where not."""
    hospital = places["AT"]
    told = {
        "RENAME": {"name": hospital["name"]},
        "MOVE": {"superior_id": hospital["parent_id"]},
        "MERGE": {"into_id": hospital["id"]},
        "person-in-charge": {"account_id": hospital["id"]},
    }

    async def ask(operation: str) -> Request:
        act = operation.rpartition("/")[2]
        await put_into(session, "organisation", hospital["id"], "CLOSED" if act == "REOPEN" else "ACTIVE")
        method, path = operation.format(organisation_id=hospital["id"]).split(" ")
        body = told.get(act, {}) | ({"reason": "改革", "version": NONE_HAS_IT} if "actions" in path else {})
        return method, path, None if method == "GET" else body

    return ask


@pytest.mark.parametrize("group", in_groups(ORGANISATIONS_MAY))
async def test_each_role_gets_as_far_as_the_rules_where_it_may(world, places, asking, group):
    """The cells of some operations: role by role, place by place."""
    for operation in group:
        found = await walk(world, places, operation, asking)
        assert found == cells(ORGANISATIONS_MAY, operation), operation


async def test_whoever_holds_no_role_there(world, places, asking):
    """Operation by operation: what an applicant of the unit, a colleague and a service may."""
    person = (await world.add_person(places["AT"]))["person"]
    tokens = await tokens_without_role(world, places["AT"], world.applicant(person, places["AT"]))
    assert await without_role(world, ORGANISATIONS_MAY, asking, tokens) == ALSO
