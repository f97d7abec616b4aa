"""Every state of a decision x every action x every role inside, above, beside and below: the same-level HRSS and nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.quota.decision.states import Action, DecisionState
from services.quota.decision.steps import STEPS
from tests.services.quota.deciding import ACTING, DECISIONS, decided, decision, everybody, sees, works_there
from tests.services.quota.people import Unit, ask

ALLOWED = {
    ("IN_FORCE", "END"): ("ENDED", ACTING),
    ("IN_FORCE", "REPLACE"): ("REPLACED", set()),
}
"""The table as the notice has it: state and action, to the state after and those who may; REPLACE follows by itself."""
LINE = (
    ("HRSS", "PROVINCE", None),
    ("HRSS", "PREFECTURE", None),
    ("AUTHORITY", "PREFECTURE", None),
    ("EMPLOYER", "PREFECTURE", "PUBLIC_INSTITUTION"),
)


@pytest.fixture
async def unit(directory, approve) -> Unit:
    """An institution below its prefecture's HRSS and an authority, with a form in force."""
    found = directory.unit(*LINE)
    await approve(found, MIDDLE=(5, 2, 0, 0))
    return found


async def drive(http: Any, unit: Unit, state: str) -> dict[str, Any]:
    """A decision in `state`."""
    made = await decided(http, unit, MIDDLE=2)
    if state == "REPLACED":
        await decided(http, unit, made, MIDDLE=1)
    if state == "ENDED":
        body = {"version": 1, "reason": "已调整到位"}
        await ask(http, "POST", f"{DECISIONS}/{made['id']}/actions/END", unit.hrss, body)
    found: dict[str, Any] = (await ask(http, "GET", f"{DECISIONS}/{made['id']}", unit.hrss)).json()
    assert found["state"] == state
    return found


async def attempt(http: Any, found: dict[str, Any], action: str, token: str) -> Any:
    """Try `action`."""
    body = {"version": found["version"], "reason": "已调整到位"}
    return await ask(http, "POST", f"{DECISIONS}/{found['id']}/actions/{action}", token, body)


async def everything_written(session: Any) -> tuple[Any, ...]:
    """The rows that any step would add or change."""
    async with session("quota") as tx:
        counts = await tx.execute(
            text(
                "select (select json_agg(d order by id)::text from post_decision d),"
                " (select json_agg(l order by decision_id, level)::text from post_decision_level l),"
                " (select count(*) from history), (select count(*) from audit_log), (select count(*) from outbox),"
                " (select json_agg(l)::text from ledger l)"
            )
        )
        return tuple(counts.one())


def test_the_table_is_the_one_of_the_notice():
    """The steps in code are exactly those listed here."""
    assert {(str(state), str(action)) for state, action in STEPS} == set(ALLOWED)


@pytest.mark.clause("2.1.2")
async def test_nobody_else_sets_a_number(acquainted, session, unit):
    """Every role everywhere but the HRSS's reviewer and title officer is refused, and not a row is different afterwards."""
    await decided(acquainted, unit, MIDDLE=2)
    before = await everything_written(session)
    for who, token in everybody(unit).items():
        if who in ACTING:
            continue
        answer = await ask(acquainted, "POST", DECISIONS, token, decision(unit, MIDDLE=1))
        place, role = who
        known = sees(place, role) or works_there(place)
        assert answer.json()["code"] == ("ROLE_MISSING" if known else "UNIT_NOT_FOUND"), (who, answer.text)
    assert await everything_written(session) == before


@pytest.mark.clause("2.1.2")
@pytest.mark.parametrize("who", sorted(ACTING))
async def test_the_hrss_sets_a_number(acquainted, unit, who):
    """Its reviewer and its title officer both may."""
    answer = await ask(acquainted, "POST", DECISIONS, everybody(unit)[who], decision(unit, MIDDLE=1))
    assert answer.status_code == 201, answer.text


@pytest.mark.clause("2.1.2")
@pytest.mark.parametrize("state", list(DecisionState))
async def test_whoever_may_not_take_a_step_changes_nothing(acquainted, session, unit, state):
    """Every forbidden combination is refused with its reason, and not a row is different afterwards."""
    found = await drive(acquainted, unit, state)
    before = await everything_written(session)
    for who, token in everybody(unit).items():
        for action in Action:
            if who in ALLOWED.get((state, action), ("", set()))[1]:
                continue
            answer = await attempt(acquainted, found, action, token)
            assert answer.json()["code"] == expected(state, action, *who), (action, who, answer.text)
    assert await everything_written(session) == before


@pytest.mark.clause("2.1.2")
@pytest.mark.parametrize("who", sorted(ACTING))
async def test_whoever_may_take_a_step_takes_it(acquainted, unit, who):
    """Ending is offered to them and leads to the state of the table."""
    found, token = await drive(acquainted, unit, "IN_FORCE"), everybody(unit)[who]
    offered = (await ask(acquainted, "GET", f"{DECISIONS}/{found['id']}", token)).json()["available_actions"]
    assert offered == ["END"]
    answer = await attempt(acquainted, found, "END", token)
    assert (answer.status_code, answer.json()["record"]["state"]) == (200, "ENDED")


async def test_who_sees_a_decision(acquainted, unit):
    """The unit and those above it, as they see its form; to all others it does not exist."""
    found = await drive(acquainted, unit, "IN_FORCE")
    for (place, role), token in everybody(unit).items():
        answer = await ask(acquainted, "GET", f"{DECISIONS}/{found['id']}", token)
        listed = (await ask(acquainted, "GET", f"{DECISIONS}?unit_id={unit.id}", token)).json()
        seen = sees(place, role)
        assert (answer.status_code, listed["total"]) == ((200, 1) if seen else (404, 0)), (place, role)


def expected(state: str, action: str, place: str, role: str) -> str:
    """The code of the refusal of a forbidden combination."""
    if action != "END":
        return "NOT_FOUND"
    if not sees(place, role):
        return "POST_DECISION_NOT_FOUND"
    return "NOT_YOUR_STEP" if (state, action) in ALLOWED else "ACTION_NOT_AVAILABLE"
