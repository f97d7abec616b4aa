"""Every act on an organisation's life for every role, at, above, below and beside it.

What is asked would break a rule, so that nothing changes and each cell stands by itself: whoever may not act is refused
before any rule is asked.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.accounts.world import PROVINCE, World, token_at

MANAGER = {"ORGANISATION_MANAGER"}
LINE = {"ORGANISATION_MANAGER", "RECOMMENDER", "REVIEWER", "TITLE_OFFICER", "COMMITTEE_OFFICE", "SUPERVISOR"}
ALL = {*LINE, "EXPERT", "APPLICANT", "OPERATOR"}
WHERE = ("TOP", "ABOVE", "AT", "BELOW", "BESIDE")
ONE = "/v1/organisations/{organisation_id}"

ORGANISATIONS_MAY: dict[str, dict[str, set[str]]] = {
    f"POST {ONE}/actions/RENAME": {"ABOVE": MANAGER},
    f"POST {ONE}/actions/MOVE": {"TOP": MANAGER, "ABOVE": MANAGER},
    f"POST {ONE}/actions/MERGE": {"ABOVE": MANAGER},
    f"POST {ONE}/actions/CLOSE": {"ABOVE": MANAGER},
    f"POST {ONE}/actions/REOPEN": {"ABOVE": MANAGER},
    f"PUT {ONE}/contact": {"ABOVE": MANAGER, "AT": MANAGER},
    f"PUT {ONE}/person-in-charge": {"ABOVE": MANAGER, "AT": MANAGER},
    f"GET {ONE}/history": {"TOP": LINE, "ABOVE": LINE, "AT": LINE},
    f"GET {ONE}/ancestors": {"TOP": ALL, "ABOVE": ALL, "AT": ALL, "BELOW": ALL},
    "GET /v1/regions": dict.fromkeys(WHERE, ALL),
    "GET /v1/industries": dict.fromkeys(WHERE, ALL),
}


@pytest.mark.parametrize("operation", ORGANISATIONS_MAY)
async def test_each_role_gets_as_far_as_the_rules_where_it_may(world: World, operation: str) -> None:
    """The cells of one operation: role by role, place by place."""
    hospital = await world.hospital()
    places: dict[str, Any] = {
        "TOP": world.root,
        "ABOVE": {**hospital, "id": hospital["parent_id"], "lineage": hospital["lineage"][:-1]},
        "AT": hospital,
        "BELOW": await world.department(hospital),
        "BESIDE": await world.create(world.root, kind="EMPLOYER", level="PROVINCE", region_code=PROVINCE),
    }
    action = operation.rpartition("/")[2]
    told = {
        "RENAME": {"name": hospital["name"]},
        "MOVE": {"superior_id": hospital["parent_id"]},
        "MERGE": {"into_id": hospital["id"]},
        "person-in-charge": {"account_id": hospital["id"]},
    }.get(action, {})
    method, path = operation.format(organisation_id=hospital["id"]).split(" ")
    body = {"reason": "改革", **told} if "actions" in path else told
    for where in WHERE:
        for role in sorted(ALL):
            answer = await world.ask(
                method, path, token_at(places[where], role), None if method == "GET" else body
            )
            got_through = answer.status_code not in {401, 403, 404}
            assert answer.status_code < 500, answer.text
            expected = role in ORGANISATIONS_MAY[operation].get(where, set())
            assert got_through is expected, (operation, where, role, answer.text)
