"""A person registers interest in posts of the unit's plan: what stands against it, withdrawing, the matrix of steps."""

from __future__ import annotations

import asyncio
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from services.kit.outbox import outbox
from services.kit.transition import history
from services.workflow.registration.model import Registration
from services.workflow.registration.states import AskedAction, RegistrationState
from services.workflow.registration.steps import REGISTRATION_STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.route.table import insured
from tests.services.workflow.stage import LEVEL, OCTOBER, cites, problem

AT_ONCE = 64
TARGETED = [{"level": LEVEL, "count": 1, "pool": pool} for pool in ("GENERAL", "TARGETED")]
OWNER, UNIT = "the person", "recommender here"
ALLOWED = {("REGISTERED", "WITHDRAW"): (OWNER, "WITHDRAWN"), ("RANKED", "PASS_OVER"): (UNIT, "PASSED_OVER")}
"""What may be asked one by one, and of whom; the table of the code must say the same."""
BY_ITSELF = {
    ("REGISTERED", "RANK"): "RANKED",
    ("REGISTERED", "END"): "WITHDRAWN",
    ("RANKED", "END"): "WITHDRAWN",
}
"""What a published list and a change of employer do."""


async def registrations(stage):
    """All that the unit reads."""
    return (await stage.ask("GET", "/registrations", stage.recommender)).json()["items"]


@pytest.mark.clause("1.4.1")
async def test_interest_is_registered_in_a_published_plan(stage):
    """With what is wished for, on its articles; the person and the unit's line read it, a colleague does not."""
    plan, person = await stage.plan(await stage.ready()), stage.employ()
    answer = await stage.register(plan, person)
    made = answer.json()["record"]
    assert (made["state"], made["level"], made["pool"], made["route"]) == (
        "REGISTERED",
        LEVEL,
        "GENERAL",
        "NORMAL",
    )
    assert {"三（六）2", "二（二）1"} <= cites(answer.json())
    path = f"/registrations/{made['id']}"
    own = (await stage.ask("GET", path, stage.applicant(person))).json()
    assert own["available_actions"] == ["WITHDRAW"]
    for reader in (stage.recommender, stage.officer):
        assert (await stage.ask("GET", path, reader)).json()["available_actions"] == []
    others = (stage.applicant(stage.employ()), stage.places.token("RECOMMENDER", stage.places.clinic))
    for other in others:
        problem(await stage.ask("GET", path, other), 404, "REGISTRATION_NOT_FOUND")
        assert (await stage.ask("GET", "/registrations", other)).json()["items"] == []
    assert (await stage.ask("GET", path)).status_code == 401


WRONG = [
    ({"plan_id": str(uuid4())}, 404, "PLAN_NOT_FOUND"),
    ({"plan_id": "方案"}, 422, "REQUEST_MALFORMED"),
    ({"level": "MIDDLE"}, 422, "DECIDED_BY_EXAMINATION"),
    ({"level": "HIGHEST"}, 422, "REQUEST_MALFORMED"),
    ({"pool": "TARGETED"}, 422, "LEVEL_NOT_IN_PLAN"),
    ({"series": "HEALTH\0"}, 422, "REQUEST_MALFORMED"),
    ({"series": "NONE"}, 422, "SERIES_UNKNOWN"),
    ({"specialty_id": str(uuid4())}, 404, "SPECIALTY_NOT_FOUND"),
    ({"route": "SHORT_CUT"}, 422, "ROUTE_UNKNOWN"),
    ({"route": "TARGETED", "pool": "SOME"}, 422, "REQUEST_MALFORMED"),
    ({"route": "POSTDOC"}, 422, "REGISTRATION_NOT_NEEDED"),
    ({"place": 1}, 422, "REQUEST_MALFORMED"),
]


async def test_bad_input_is_refused(stage):
    """Each with its code; nothing is stored."""
    plan, person = await stage.plan(await stage.ready()), stage.employ()
    for changed, status, code in WRONG:
        problem(await stage.register(plan, person, **changed), status, code)
    assert await registrations(stage) == []


async def test_who_is_not_eligible_hears_why_and_what_is_unconfirmed_stands_in_nobodys_way(stage):
    """Not met: refused with each reason; waiting for a confirmation: registered all the same."""
    plan, person = (
        await stage.plan(await stage.ready()),
        stage.employ(kind="ENTERPRISE", employer_nature="PRIVATE_ENTERPRISE"),
    )
    known = {"contract_with_employer": "UNKNOWN"}
    stage.around.standings[person.id] = known
    told = problem(await stage.register(plan, person), 422, "ROUTE_NOT_OPEN")
    assert [each["code"] for each in told["findings"]] == ["INSURED_AT_UNIT"]
    assert cites(told["findings"][0]) == {"一（五）1（1）"}
    stage.around.standings[person.id] = known | insured(12, sure=False)
    assert (await stage.register(plan, person)).status_code == 201


@pytest.mark.clause("1.4.1")
async def test_targeted_posts_are_chosen_at_grass_roots_alone(stage):
    """Of a prefecture's clinic yes, of a provincial hospital no, though its plan announces such a post."""
    cycle, clinic = await stage.ready(), stage.places.clinic
    plan = await stage.plan(cycle, posts=TARGETED)
    told = problem(await stage.register(plan, stage.employ(), pool="TARGETED"), 422, "NOT_AT_GRASS_ROOTS")
    assert cites(told) == {"一（四）1"}
    recommender = stage.places.token("RECOMMENDER", clinic)
    body = {k: plan[k] for k in ("policy_text", "conditions", "procedure", "posts", "cycle_id")}
    drafted = await stage.made("/recommendation-plans", recommender, body | {"unit_id": str(clinic.id)})
    own = await stage.made(f"/recommendation-plans/{drafted['id']}/actions/PUBLISH", recommender)
    made = (await stage.register(own, stage.employ(clinic), pool="TARGETED")).json()["record"]
    assert (made["pool"], made["route"]) == ("TARGETED", "TARGETED")


async def test_who_may_not_register(stage):
    """Another unit's person, who takes no post, who declares directly, who is no applicant; before it is published."""
    plan = await stage.plan(await stage.ready())
    stranger = stage.employ(stage.places.clinic)
    problem(await stage.register(plan, stranger), 422, "PERSON_NOT_OF_UNIT")
    problem(await stage.register(plan, stage.employ(kind="AID_QINGHAI")), 422, "REGISTRATION_NOT_NEEDED")
    problem(await stage.register(plan, stage.employ(kind="FREELANCER")), 422, "DECLARES_DIRECTLY")
    body = {"plan_id": plan["id"], "series": "HEALTH", "level": LEVEL}
    problem(await stage.ask("POST", "/registrations", stage.recommender, body), 403, "ROLE_MISSING")
    nobody = mint([seat("APPLICANT", *stage.places.line(stage.places.department))])
    problem(await stage.ask("POST", "/registrations", nobody, body), 403, "APPLICANTS_ASK")
    stage.around.down.add("accounts")
    problem(await stage.register(plan, stage.employ()), 503, "PART_UNAVAILABLE")
    await stage.time(OCTOBER)
    problem(await stage.register(plan, stage.employ()), 422, "OUTSIDE_WINDOW")
    assert await registrations(stage) == []


async def test_of_64_at_once_one_is_registered(stage, session):
    """One person, 64 tasks: one registration with one line of history; the others hear that there is one."""
    plan, person = await stage.plan(await stage.ready()), stage.employ()
    answers = await asyncio.gather(*(stage.register(plan, person) for _ in range(AT_ONCE)))
    codes = [each.json().get("code", "made") for each in answers]
    assert codes.count("made") == 1
    assert set(codes) <= {
        "made",
        "ALREADY_REGISTERED",
        "PART_UNAVAILABLE",
    }  # the last: waited too long on a busy machine
    (made,) = await registrations(stage)
    async with session("workflow") as tx:
        lines = select(func.count()).select_from(history).where(history.c.subject_kind == "registration")
        assert await tx.scalar(lines) == 1
    await stage.made(f"/registrations/{made['id']}/actions/WITHDRAW", stage.applicant(person))
    assert (await stage.register(plan, person)).status_code == 201


def test_the_table_says_what_is_expected():
    """No step is missing, none is too many."""
    table = {(s.value, a.value): step.to.value for (s, a), step in REGISTRATION_STEPS.items()}
    assert table == {key: after for key, (_, after) in ALLOWED.items()} | BY_ITSELF


async def test_every_state_action_and_role(stage, session):
    """Each may do what the table written here says, and is refused the rest without a trace."""
    plan, person = await stage.plan(await stage.ready()), stage.employ()
    made = (await stage.register(plan, person)).json()["record"]
    places = stage.places
    actors = {
        OWNER: stage.applicant(person),
        UNIT: stage.recommender,
        "colleague": stage.applicant(stage.employ()),
    }
    roles = [("RECOMMENDER", "clinic"), ("REVIEWER", "hospital"), ("ORGANISATION_MANAGER", "hospital")]
    roles += [("TITLE_OFFICER", "province"), ("RECOMMENDER", "department"), ("EXPERT", "hospital")]
    actors |= {f"{role} at {place}": places.token(role, getattr(places, place)) for role, place in roles}
    for state, action, who in product(RegistrationState, AskedAction, actors):
        async with session("workflow") as tx:
            await tx.execute(update(Registration).values(state=state))
            told = await tx.scalar(select(func.count()).select_from(outbox))
        path = f"/registrations/{made['id']}/actions/{action}"
        answer = await stage.ask("POST", path, actors[who], {"note": "本人放弃"})
        allowed, after = ALLOWED.get((state, action), (None, None))
        if who == allowed:
            assert answer.json()["record"]["state"] == after
            continue
        assert answer.json()["code"] in {"NOT_YOUR_STEP", "ACTION_NOT_AVAILABLE", "REGISTRATION_NOT_FOUND"}
        async with session("workflow") as tx:
            assert await tx.scalar(select(Registration.state)) == state
            assert await tx.scalar(select(func.count()).select_from(outbox)) == told


async def test_nobody_else_asks_for_what_follows_by_itself(stage):
    """RANK follows from a list and END from a change of employer: neither is an action of the API."""
    made = (await stage.register(await stage.plan(await stage.ready()), stage.employ())).json()["record"]
    for action in ("RANK", "END", "MOVE"):
        path = f"/registrations/{made['id']}/actions/{action}"
        problem(await stage.ask("POST", path, stage.recommender), 422, "REQUEST_MALFORMED")
