"""Every state of the form x every action x everybody who might try: only the steps of the table are taken."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from services.quota.annual_form.states import Action, FormState
from services.quota.annual_form.steps import STEPS
from tests.platform.tokens import mint, node, seat
from tests.services.quota.bodies import levels
from tests.services.quota.people import Unit, ask, service_token

ALLOWED: dict[tuple[str, str], tuple[str, set[str]]] = {
    ("DRAFT", "FILL"): ("DRAFT", {"unit"}),
    ("DRAFT", "SUBMIT"): ("AT_AUTHORITY", {"unit"}),
    ("RETURNED", "FILL"): ("RETURNED", {"unit"}),
    ("RETURNED", "SUBMIT"): ("AT_AUTHORITY", {"unit"}),
    ("AT_AUTHORITY", "AUTHORITY_PASS"): ("AT_HRSS", {"authority"}),
    ("AT_AUTHORITY", "AUTHORITY_RETURN"): ("RETURNED", {"authority"}),
    ("AT_HRSS", "APPROVE"): ("APPROVED", {"hrss", "title officer"}),
    ("AT_HRSS", "RETURN"): ("AT_AUTHORITY", {"hrss", "title officer"}),
    ("APPROVED", "SUPERSEDE"): ("SUPERSEDED", set()),
}
"""The table as the notice has it: state and action, to the state after and those who may; SUPERSEDE follows by itself."""

CELLS = [{"level": "MIDDLE", "cell": "employed", "reason": "与聘文不符"}]


def everybody(unit: Unit) -> dict[str, str]:
    """Tokens of all who might try, with and without the right to see the form."""
    assert unit.authority
    return {
        "unit": unit.recommender,
        "authority": unit.authority,
        "hrss": unit.hrss,
        "title officer": unit.at(0, "TITLE_OFFICER"),
        "unit's reviewer": unit.at(2, "REVIEWER", "ORGANISATION_MANAGER"),
        "authority's others": unit.at(1, "RECOMMENDER", "ORGANISATION_MANAGER", "TITLE_OFFICER"),
        "hrss's others": unit.at(0, "RECOMMENDER", "SUPERVISOR", "COMMITTEE_OFFICE"),
        "applicant": unit.at(2, "APPLICANT", "EXPERT"),
        "stranger": mint([seat(role, node("HRSS", "PROVINCE")) for role in ("REVIEWER", "RECOMMENDER")]),
        "service": service_token(),
    }


async def drive(unit: Unit, state: str, file: Any, act: Any) -> dict[str, Any]:
    """A form in `state`."""
    way = unit.way_up()
    steps = {"DRAFT": [], "AT_AUTHORITY": way[:1], "AT_HRSS": way[:2], "APPROVED": way, "SUPERSEDED": way}
    steps["RETURNED"] = [*way[:1], ("AUTHORITY_RETURN", unit.authority)]
    form = await file(unit, MIDDLE=(3, 2, 0, 0))
    for action, token in steps[state]:
        cells = CELLS if "RETURN" in action else []
        form = (await act(form, action, token, cells=cells)).json()["record"]
    if state == "SUPERSEDED":
        later = await file(unit, MIDDLE=(4, 2, 0, 0))
        for action, token in way:
            later = (await act(later, action, token)).json()["record"]
        form["version"] += 1
    return form


async def attempt(quota: Any, act: Any, form: dict[str, Any], action: str, token: str) -> Any:
    """Try `action`; filling in is a PUT."""
    if action == "FILL":
        body = {"version": form["version"], "levels": levels(MIDDLE=(8, 2, 0, 0))}
        return await ask(quota, "PUT", f"/v1/annual-forms/{form['id']}", token, body)
    return await act(form, action, token, cells=CELLS if "RETURN" in action else [])


async def everything_written(session: Any) -> tuple[Any, ...]:
    """The rows that any step would add or change."""
    async with session("quota") as tx:
        counts = await tx.execute(
            text(
                "select (select json_agg(f order by id)::text from annual_form f),"
                " (select json_agg(c order by form_id, level)::text from annual_form_column c),"
                " (select count(*) from history), (select count(*) from audit_log), (select count(*) from outbox),"
                " (select count(*) from annual_form_note), (select json_agg(l)::text from ledger l)"
            )
        )
        return tuple(counts.one())


def test_the_table_is_the_one_of_the_notice():
    """The steps in code are exactly those listed here."""
    assert {(str(state), str(action)) for state, action in STEPS} == set(ALLOWED)


@pytest.mark.clause("A2")
@pytest.mark.parametrize("state", list(FormState))
async def test_whoever_may_not_take_a_step_changes_nothing(quota, session, hospital, file, act, state):
    """Every forbidden combination is refused with its reason, and not a row is different afterwards."""
    form = await drive(hospital, state, file, act)
    before = await everything_written(session)
    for action in Action:
        for who, token in everybody(hospital).items():
            if who in ALLOWED.get((state, action), ("", set()))[1]:
                continue
            answer = await attempt(quota, act, form, action, token)
            assert answer.json()["code"] == expected(state, action, who), (action, who, answer.text)
    assert await everything_written(session) == before


@pytest.mark.clause("A2")
@pytest.mark.parametrize(
    ("state", "action", "who"),
    [(state, action, who) for (state, action), (_, takers) in ALLOWED.items() for who in sorted(takers)],
)
async def test_whoever_may_take_a_step_takes_it(quota, hospital, file, act, state, action, who):
    """Every allowed combination leads to the state of the table, and was offered beforehand."""
    form = await drive(hospital, state, file, act)
    token = everybody(hospital)[who]
    offered = (await ask(quota, "GET", f"/v1/annual-forms/{form['id']}", token)).json()["available_actions"]
    assert action in offered
    answer = await attempt(quota, act, form, action, token)
    assert answer.status_code == 200, answer.text
    assert answer.json()["record"]["state"] == ALLOWED[state, action][0]
    assert answer.json()["record"]["version"] == form["version"] + 1


def expected(state: str, action: str, who: str) -> str:
    """The code of the refusal of a forbidden combination."""
    if action == "SUPERSEDE":
        return "REQUEST_MALFORMED"
    if who in {"applicant", "stranger"}:
        return "ANNUAL_FORM_NOT_FOUND"
    return "NOT_YOUR_STEP" if (state, action) in ALLOWED else "ACTION_NOT_AVAILABLE"
