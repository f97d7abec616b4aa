"""Every state of a targeted plan x every act x every role inside, above, beside and below: the next HRSS and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.quota.targeted.states import Action, PlanState
from services.quota.targeted.steps import STEPS
from tests.services.quota.bodies import YEAR
from tests.services.quota.deciding import ACTING, PLANS, everybody, plan, planned, sees, works_there
from tests.services.quota.people import Unit, ask

LINE = (
    ("HRSS", "PROVINCE", None),
    ("HRSS", "PREFECTURE", None),
    ("AUTHORITY", "PREFECTURE", None),
    ("EMPLOYER", "PREFECTURE", "PUBLIC_INSTITUTION"),
)


@pytest.fixture
def unit(directory) -> Unit:
    """A prefecture's institution below its HRSS and an authority."""
    return directory.unit(*LINE, region="632800")


async def drive(http: Any, unit: Unit, state: str) -> dict[str, Any]:
    """A plan in `state`."""
    made = await planned(http, unit, MIDDLE=(2, 0, 0))
    if state == "REPLACED":
        await planned(http, unit, MIDDLE=(3, 0, 0))
    found: dict[str, Any] = (await ask(http, "GET", f"{PLANS}/{made['id']}", unit.hrss)).json()
    assert found["state"] == state
    return found


async def everything_written(session: Any) -> tuple[Any, ...]:
    """The rows that any act would add or change."""
    async with session("quota") as tx:
        counts = await tx.execute(
            text(
                "select (select json_agg(p order by id)::text from targeted_plan p),"
                " (select json_agg(l order by plan_id, level)::text from targeted_plan_level l),"
                " (select count(*) from history), (select count(*) from audit_log), (select count(*) from outbox),"
                " (select json_agg(l)::text from ledger l)"
            )
        )
        return tuple(counts.one())


def test_the_table_is_the_one_of_the_notice():
    """A plan is replaced by the next, and nothing else can be done with one."""
    assert {(str(state), str(action)) for state, action in STEPS} == {("IN_FORCE", "REPLACE")}


@pytest.mark.clause("1.4.1")
@pytest.mark.parametrize("state", list(PlanState))
async def test_nobody_else_approves_and_no_step_is_taken_by_name(acquainted, session, unit, state):
    """Every role everywhere but the HRSS's reviewer and title officer is refused, and not a row is different afterwards."""
    found = await drive(acquainted, unit, state)
    before = await everything_written(session)
    for who, token in everybody(unit).items():
        for action in Action:
            path = f"{PLANS}/{found['id']}/actions/{action}"
            answer = await ask(acquainted, "POST", path, token, {"version": found["version"]})
            assert answer.json()["code"] == "NOT_FOUND", (who, action)
        if who in ACTING:
            continue
        answer = await ask(acquainted, "POST", PLANS, token, plan(unit, MIDDLE=(1, 0, 0)))
        place, role = who
        known = sees(place, role) or works_there(place)
        assert answer.json()["code"] == ("ROLE_MISSING" if known else "UNIT_NOT_FOUND"), (who, answer.text)
    assert await everything_written(session) == before


@pytest.mark.clause("1.4.1")
@pytest.mark.parametrize("who", sorted(ACTING))
@pytest.mark.parametrize("state", [None, *PlanState])
async def test_the_hrss_approves(acquainted, unit, state, who):
    """Its reviewer and its title officer both may, the first time and again."""
    if state is not None:
        await drive(acquainted, unit, state)
    answer = await ask(acquainted, "POST", PLANS, everybody(unit)[who], plan(unit, MIDDLE=(1, 0, 0)))
    assert answer.status_code == 201, answer.text
    former = {None: 0, PlanState.IN_FORCE: 1, PlanState.REPLACED: 2}[state]
    assert answer.json()["record"]["revision"] == former + 1


async def test_who_sees_a_plan(acquainted, unit):
    """The unit and those above it; to all others it does not exist."""
    found = await drive(acquainted, unit, "IN_FORCE")
    for (place, role), token in everybody(unit).items():
        answers = [
            (await ask(acquainted, "GET", f"{PLANS}{path}", token)).status_code
            for path in (f"/{found['id']}", f"/of-unit?unit_id={unit.id}&year={YEAR}")
        ]
        listed = (await ask(acquainted, "GET", f"{PLANS}?unit_id={unit.id}", token)).json()
        seen = sees(place, role)
        assert (answers, listed["total"]) == (([200, 200], 1) if seen else ([404, 404], 0)), (place, role)
