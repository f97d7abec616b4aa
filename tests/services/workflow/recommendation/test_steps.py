"""Every state x action x role of a recommendation, against an expectation written by hand."""

from __future__ import annotations

from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.kit.steps import Branch
from services.workflow.recommendation.model import Recommendation
from services.workflow.recommendation.states import RecommendationState, UnitAction
from services.workflow.recommendation.steps import RECOMMENDATION_STEPS
from tests.services.workflow.stage import AFTER_PUBLICITY, cites, problem

ALLOWED = {
    ("RESERVED", "PUBLICISE"): "IN_PUBLICITY",
    ("RESERVED", "WITHDRAW"): "WITHDRAWN",
    ("IN_PUBLICITY", "CONFIRM"): "CONFIRMED",
    ("IN_PUBLICITY", "WITHDRAW"): "WITHDRAWN",
    ("CONFIRMED", "WITHDRAW"): "WITHDRAWN",
}
"""What a unit may do, as the notice is read; the table of the code must say the same."""

BY_ITSELF = {
    (state, action): {"WITHDRAWN"}
    for state in ("RESERVED", "IN_PUBLICITY", "CONFIRMED")
    for action in ("END", "DISQUALIFY")
} | {("CONFIRMED", "LAPSE"): {"LAPSED", "WITHDRAWN"}}
"""What a change of employer, a finding of misconduct, and the end of the declaration do; nobody who calls can ask for it."""

STRANGERS = [
    ("RECOMMENDER", "clinic"),
    ("RECOMMENDER", "department"),
    ("RECOMMENDER", "province"),
    ("REVIEWER", "hospital"),
    ("ORGANISATION_MANAGER", "hospital"),
    ("COMMITTEE_OFFICE", "authority"),
    ("TITLE_OFFICER", "province"),
    ("SUPERVISOR", "province"),
    ("APPLICANT", "department"),
    ("EXPERT", "hospital"),
]


def test_the_table_says_what_is_expected():
    """No step is missing, none is too many."""
    table = {(s.value, a.value): leads_to(step) for (s, a), step in RECOMMENDATION_STEPS.items()}
    assert table == {key: {state} for key, state in ALLOWED.items()} | BY_ITSELF


def leads_to(step):
    """Every state after a step."""
    return set(step.to.options) if isinstance(step.to, Branch) else {step.to}


@pytest.mark.parametrize(("state", "action"), list(product(RecommendationState, UnitAction)))
async def test_every_state_and_action_for_the_unit(stage, session, state, action):
    """The unit takes exactly the steps expected; any other is refused, told what is possible, and changes nothing."""
    made = await stage.publicised()
    await stage.time(AFTER_PUBLICITY)
    async with session("workflow") as tx:
        await tx.execute(update(Recommendation).values(state=state))
    before = await current(stage, made)
    answer = await stage.act(made, action, note="理由")
    expected = ALLOWED.get((state, action))
    if expected:
        assert answer.json()["record"]["state"] == expected, answer.text
    else:
        problem(answer, 409, "ACTION_NOT_AVAILABLE")
        assert await current(stage, made) == before


@pytest.mark.parametrize(("role", "place"), STRANGERS)
@pytest.mark.parametrize("action", UnitAction)
async def test_nobody_else_takes_the_units_steps(stage, action, role, place):
    """Whoever is not the unit's recommender is refused, inside and outside of the unit's line."""
    made = await (stage.recommended() if action == "PUBLICISE" else stage.publicised())
    before = await current(stage, made)
    token = stage.places.token(role, getattr(stage.places, place))
    answer = await stage.act(made, action, token, note="理由")
    assert answer.status_code in (403, 404), answer.text
    assert answer.json()["code"] in ("NOT_YOUR_STEP", "RECOMMENDATION_NOT_FOUND")
    assert await current(stage, made) == before


async def current(stage, made):
    """The recommendation as its unit reads it now."""
    return (await stage.ask("GET", f"/recommendations/{made['id']}", stage.recommender)).json()


async def test_readers_are_the_line_above_and_the_person(stage):
    """The department, the line above and the person read it; a colleague and another unit do not find it."""
    cycle = await stage.ready()
    plan, person = await stage.plan(cycle), stage.employ()
    made = await stage.made("/recommendations", stage.recommender, stage.wish(plan, person))
    path, places = f"/recommendations/{made['id']}", stage.places
    own = places.token("APPLICANT", places.department, sub=person.account_id, person_id=person.id)
    readers = [own, stage.officer, stage.office, places.token("REVIEWER", places.department)]
    others = [
        places.token("APPLICANT", places.department, person_id=uuid4()),
        places.token("EXPERT", places.hospital),
        places.token("RECOMMENDER", places.clinic),
        places.token("TITLE_OFFICER", places.prefecture),
    ]
    assert [(await stage.ask("GET", path, each)).status_code for each in readers] == [200] * 4
    assert [(await stage.ask("GET", path, each)).status_code for each in others] == [404] * 4
    lists = [(await stage.ask("GET", "/recommendations", each)).json()["items"] for each in others]
    assert lists == [[]] * 4
    assert (await stage.ask("GET", path)).status_code == 401


@pytest.mark.clause("2.5.3")
@pytest.mark.parametrize("instant", ["2023-11-02T12:00+08:00", "2023-11-09T23:59+08:00"])
async def test_publicity_is_not_cut_short(stage, instant):
    """Until the last minute of the fifth working day the unit cannot confirm."""
    made = await stage.publicised()
    await stage.time(instant)
    told = problem(await stage.act(made, "CONFIRM"), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["PUBLICITY_OVER"]
    assert cites(told) == {"人社部令第40号"}


async def test_confirmation_after_the_window_is_refused(stage):
    """November is over: the recommendation cannot be completed any more."""
    made = await stage.publicised()
    await stage.time("2023-12-01T09:00+08:00")
    assert cites(problem(await stage.act(made, "CONFIRM"), 422, "OUTSIDE_WINDOW")) == {"三（六）2"}


@pytest.mark.clause("3.6.0")
async def test_after_the_closing_date_not_even_a_withdrawal_is_possible(stage):
    """1 February 2024: no step at all."""
    made = await stage.recommended()
    await stage.time("2024-02-01T00:00+08:00")
    for action in ("PUBLICISE", "WITHDRAW"):
        assert cites(problem(await stage.act(made, action, note="理由"), 422, "RUN_OVER")) == {"三（六）"}


async def test_a_withdrawal_gives_its_reason_and_ends_the_publicity(stage):
    """Without a reason it is refused; with one, the publicity is cancelled and shows nobody any more."""
    made = await stage.publicised()
    told = problem(await stage.act(made, "WITHDRAW"), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["WITHDRAWAL_REASON"]
    assert (await stage.act(made, "WITHDRAW", note="本人放弃")).status_code == 200
    publicity = (await stage.ask("GET", f"/publicities/{made['publicity_id']}")).json()
    assert (publicity["state"], publicity["snapshot"]) == ("CANCELLED", {})
    problem(await stage.object_to(made["publicity_id"]), 409, "PUBLICITY_ENDED")


async def test_a_stale_reader_is_told(stage):
    """A step on a version that is gone is refused."""
    made = await stage.recommended()
    problem(await stage.act(made, "PUBLICISE", version=made["version"] + 1), 409, "STALE_VERSION")
