"""Every state, every action, everybody who might try: what the rules allow is written here a second time, by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.kit.transition import history
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import ReviewAction, State
from services.workflow.declaration.steps import STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.season import COUNTY_CLINIC, Line

OWNER, HERE, BELOW, ABOVE = "the applicant", "reviewer here", "reviewer below", "reviewer above"
OFFICE, OTHER_OFFICE, OTHER = "the committee's office", "another office", "another applicant"
RECOMMENDER, OFFICER, SUPERVISOR = "recommender here", "provincial officer", "supervisor here"
MANAGER, NEIGHBOUR, SERVICE = "organisation manager", "reviewer of another unit", "a service"
INSIDERS = {HERE, BELOW, ABOVE, RECOMMENDER, OFFICER, SUPERVISOR, OFFICE}
"""Who reads a declaration once it was submitted, beside its owner and services."""
EVERYBODY = {OWNER, OTHER, OTHER_OFFICE, MANAGER, NEIGHBOUR, SERVICE} | INSIDERS

ALLOWED = {
    ("DRAFT", "SUBMIT"): OWNER,
    ("DRAFT", "WITHDRAW"): OWNER,
    ("RETURNED", "SUBMIT"): OWNER,
    ("RETURNED", "WITHDRAW"): OWNER,
    ("UNDER_REVIEW", "CLAIM"): HERE,
    ("UNDER_REVIEW", "RELEASE"): HERE,
    ("UNDER_REVIEW", "ENDORSE"): HERE,
    ("UNDER_REVIEW", "PASS"): HERE,
    ("UNDER_REVIEW", "SEND_BACK"): HERE,
    ("UNDER_REVIEW", "REFUSE"): HERE,
    ("UNDER_REVIEW", "WITHDRAW"): OWNER,
    ("AT_COMMITTEE_OFFICE", "CLAIM"): OFFICE,
    ("AT_COMMITTEE_OFFICE", "RELEASE"): OFFICE,
    ("AT_COMMITTEE_OFFICE", "ENDORSE"): OFFICE,
    ("AT_COMMITTEE_OFFICE", "ACCEPT"): OFFICE,
    ("AT_COMMITTEE_OFFICE", "SEND_BACK"): OFFICE,
    ("AT_COMMITTEE_OFFICE", "REFUSE"): OFFICE,
    ("AT_COMMITTEE_OFFICE", "WITHDRAW"): OWNER,
    ("ACCEPTED", "TERMINATE"): OFFICE,
}
"""Who alone may try what in which state."""

LATER = {
    ("ACCEPTED", "TABLE"): ("COMMITTEE_OFFICE", "IN_MEETING"),
    ("IN_MEETING", "UNTABLE"): ("COMMITTEE_OFFICE", "ACCEPTED"),
    ("IN_MEETING", "DEFER"): ("COMMITTEE_OFFICE", "ACCEPTED"),
    ("IN_MEETING", "VOTE_PASS"): ("COMMITTEE_OFFICE", "PASSED"),
    ("IN_MEETING", "VOTE_FAIL"): ("COMMITTEE_OFFICE", "NOT_PASSED"),
    ("PASSED", "PUBLICISE"): ("COMMITTEE_OFFICE", "IN_RESULT_PUBLICITY"),
    ("ACCEPTED", "END"): ("COMMITTEE_OFFICE", "ENDED"),
    ("PASSED", "END"): ("COMMITTEE_OFFICE", "ENDED"),
    ("IN_RESULT_PUBLICITY", "FILE"): ("TITLE_OFFICER", "CERTIFIED"),
    ("IN_RESULT_PUBLICITY", "END"): ("COMMITTEE_OFFICE", "ENDED"),
    ("CERTIFIED", "END"): ("TITLE_OFFICER", "ENDED"),
}
"""What meeting and filing do: who, and where it leads."""

BY_THEMSELVES = (
    {
        ("DRAFT", "HOLD"): ("SERVICE", "DRAFT"),
        ("DRAFT", "RESUME"): ("APPLICANT", "DRAFT"),
        ("UNDER_REVIEW", "ESCALATE"): ("SERVICE", "UNDER_REVIEW"),
        ("AT_COMMITTEE_OFFICE", "ESCALATE"): ("SERVICE", "AT_COMMITTEE_OFFICE"),
    }
    | {
        (state, "LAPSE"): ("SERVICE", "LAPSED")
        for state in ("DRAFT", "RETURNED", "UNDER_REVIEW", "AT_COMMITTEE_OFFICE")
    }
    | {
        (state, "DISQUALIFY"): ("SERVICE", "DISQUALIFIED")
        for state in (
            *("DRAFT", "RETURNED", "UNDER_REVIEW", "AT_COMMITTEE_OFFICE"),
            *("ACCEPTED", "PASSED", "IN_RESULT_PUBLICITY"),
        )
    }
)
"""What follows from a change of employer, the new employer's recommendation, the end of the run, a day that is over, and a finding of misconduct."""


@pytest.fixture
async def stand(office, season):
    """A county hospital's declaration, and everybody's token by name."""
    person = await season.recommended(Line.of(COUNTY_CLINIC, season.root))
    other = await season.recommended()
    line = person.line
    tokens = {
        OWNER: person.token,
        OTHER: other.token,
        HERE: line.token("REVIEWER", 3),
        BELOW: line.token("REVIEWER", 4),
        ABOVE: line.token("REVIEWER", 2),
        OFFICE: season.office_token,
        OTHER_OFFICE: mint([seat("COMMITTEE_OFFICE", season.root, other.line.nodes[1])]),
        RECOMMENDER: line.token("RECOMMENDER", 3),
        OFFICER: line.token("TITLE_OFFICER", 0),
        SUPERVISOR: line.token("SUPERVISOR", 3),
        MANAGER: line.token("ORGANISATION_MANAGER", 3),
        NEIGHBOUR: other.line.token("REVIEWER", 2),
        SERVICE: mint(kind="service", name="quota"),
    }
    return await office.filled_in(person), tokens


async def put_into(session, declaration: dict[str, Any], state: str, season) -> None:
    """Set the row as it stands in `state`: under review it is at the second of its four reviewers."""
    chain = declaration["chain"]
    places: dict[str, tuple[int, Any]] = {
        "DRAFT": (-1, None),
        "RETURNED": (-1, None),
        "WITHDRAWN": (-1, None),
        "LAPSED": (-1, None),
        "DISQUALIFIED": (-1, None),
        "UNDER_REVIEW": (1, chain[1]["organisation_id"]),
    }
    position, at = places.get(state, (len(chain) - 1, season.office.id))
    async with session("workflow") as tx:
        await tx.execute(
            update(Declaration).values(
                state=state,
                position=position,
                at_organisation_id=at,
                turn=3,
                submitted_at=None if state == "DRAFT" else func.now(),
            )
        )


async def traces(session) -> tuple[Any, ...]:
    """Everything a step could have changed."""
    async with session("workflow") as tx:
        row = (await tx.execute(text("select to_jsonb(d) from declaration d"))).scalar()
        counts = [await tx.scalar(select(func.count()).select_from(t)) for t in (history, audit_log, outbox)]
    return row, *counts


def expected(state: str, action: str, who: str) -> set[str]:
    """The code a refusal has; RULES_BROKEN or nothing for whom the step belongs to."""
    reads = who in (OWNER, SERVICE) or (who in INSIDERS and state != "DRAFT")
    if not reads:
        return {"DECLARATION_NOT_FOUND"}
    if (state, action) not in ALLOWED:
        return {"ACTION_NOT_AVAILABLE"}
    return {"RULES_BROKEN", "OK"} if ALLOWED[state, action] == who else {"NOT_YOUR_STEP"}


@pytest.mark.clause("1.3.2", "3.1")
@pytest.mark.parametrize("state", list(State))
async def test_nobody_else_and_nothing_else(office, season, session, stand, state):
    """In this state every action is tried by everybody; refusals carry their code and change nothing."""
    declaration, tokens = stand
    assert set(tokens) == EVERYBODY
    for action, who in product(ReviewAction, sorted(EVERYBODY)):
        await put_into(session, declaration, state, season)
        before = await traces(session)
        answer = await office.act(declaration, action, tokens[who])
        code = "OK" if answer.status_code == 200 else answer.json()["code"]
        assert code in expected(state, action, who), (state, action, who, answer.text)
        if code != "OK":
            assert await traces(session) == before, (state, action, who)


@pytest.mark.parametrize("state", list(State))
async def test_the_actions_told_are_the_ones_allowed(office, season, session, stand, state):
    """`available_actions` names for each reader exactly the steps that belong to him or her."""
    declaration, tokens = stand
    await put_into(session, declaration, state, season)
    for who in sorted(EVERYBODY):
        answer = await office.call("GET", f"/v1/declarations/{declaration['id']}", tokens[who])
        if "DECLARATION_NOT_FOUND" in expected(state, "PASS", who):
            assert answer.status_code == 404
        else:
            mine = {action for (at, action), taker in ALLOWED.items() if at == state and taker == who}
            assert set(answer.json()["available_actions"]) == mine, (state, who)


async def test_without_a_token_nothing_is_told(office, stand):
    """Every operation asks who calls."""
    declaration, _ = stand
    path = f"/v1/declarations/{declaration['id']}"
    for method, place in (
        ("GET", path),
        ("PUT", path),
        ("POST", f"{path}/actions/PASS"),
        ("GET", f"{path}/history"),
    ):
        answer = await office.call(method, place, None, json={"content": {}, "version": 1})
        assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHENTICATED")


def test_the_table_holds_these_steps_and_no_others():
    """The steps of reviews, of the meeting and of a change of employer together are the whole table."""
    later = LATER | BY_THEMSELVES
    assert {(str(state), str(action)) for state, action in STEPS} == set(ALLOWED) | set(later)
    assert {
        (str(s), str(a)): (str(step.by.role), str(step.to))
        for (s, a), step in STEPS.items()
        if (str(s), str(a)) in later
    } == later


def test_no_state_is_a_trap_and_each_is_reached():
    """From every state a final one can be reached, and every state from a draft."""
    ends = {
        State.REFUSED,
        State.NOT_PASSED,
        State.WITHDRAWN,
        State.ENDED,
        State.LAPSED,
        State.DISQUALIFIED,
    }
    leads = {
        (before, after)
        for (before, _), step in STEPS.items()
        for after in (getattr(step.to, "options", None) or (step.to,))
    }
    reached, left = {State.DRAFT}, set(ends)
    for _ in State:
        reached |= {after for before, after in leads if before in reached}
        left |= {before for before, after in leads if after in left}
    assert reached == left == set(State)
    assert not any(before in ends for before, _ in leads)
