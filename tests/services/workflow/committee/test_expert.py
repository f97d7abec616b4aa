"""The expert pool: kept by offices and officers, renewed, never published."""

from __future__ import annotations

import asyncio
from datetime import date
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.workflow.committee import store
from services.workflow.committee.states import ExpertState, PoolAction
from tests.platform.tokens import mint, seat
from tests.services.workflow.committee.test_committee import approved
from tests.services.workflow.stage import OCTOBER, cites, problem


@pytest.fixture
async def october(stage):
    """October; accounts knows the organisations."""
    stage.know()
    await stage.time(OCTOBER)
    return stage


def expert(stage, **changed):
    """An expert of the health series."""
    return {
        "name": "赵主任",
        "account_id": str(uuid4()),
        "organisation_id": str(stage.places.hospital.id),
        "series": "HEALTH",
        "title_level": "FULL_SENIOR",
        "valid_until": "2025-12-31",
    } | changed


@pytest.mark.clause("3.3.1")
async def test_an_entry_is_registered_and_renewed(october):
    """A renewal changes what the expert may judge and until when, over the version read."""
    made = await october.made("/experts", october.office, expert(october, title_level="ASSOCIATE_SENIOR"))
    renewal = {"title_level": "FULL_SENIOR", "valid_until": "2026-10-16", "version": made["version"]}
    answer = await october.ask("PUT", f"/experts/{made['id']}", october.office, renewal)
    renewed = answer.json()["record"]
    assert (renewed["title_level"], renewed["valid_until"], renewed["version"]) == (
        "FULL_SENIOR",
        "2026-10-16",
        2,
    )
    assert cites(answer.json()) == {"三（三）"}
    problem(await october.ask("PUT", f"/experts/{made['id']}", october.office, renewal), 409, "STALE_VERSION")


@pytest.mark.parametrize("until", ["2023-10-15", "2026-10-17"])
async def test_a_term_is_neither_over_nor_too_long(october, until):
    """At most three years from today."""
    answer = await october.ask("POST", "/experts", october.office, expert(october, valid_until=until))
    assert problem(answer, 422, "EXPERT_VALIDITY")["field"] == "valid_until"


async def test_the_pool_is_not_public(october):
    """Only its keepers read names; another office, an expert or a visitor does not."""
    made = await october.made("/experts", october.office, expert(october))
    assert (await october.ask("GET", "/experts")).status_code == 401
    places = october.places
    for role, place in (("COMMITTEE_OFFICE", "prefecture"), ("EXPERT", "hospital"), ("REVIEWER", "province")):
        token = places.token(role, getattr(places, place))
        assert (await october.ask("GET", "/experts", token)).json()["items"] == []
    for token in (october.office, october.officer):
        assert [
            e["id"] for e in (await october.ask("GET", "/experts?series=HEALTH", token)).json()["items"]
        ] == [made["id"]]
    renewal = {"title_level": "FULL_SENIOR", "valid_until": "2025-01-01", "version": 1}
    stranger = places.token("COMMITTEE_OFFICE", places.prefecture)
    problem(await october.ask("PUT", f"/experts/{made['id']}", stranger, renewal), 404, "EXPERT_NOT_FOUND")


@pytest.mark.parametrize(
    "role", ["REVIEWER", "RECOMMENDER", "EXPERT", "APPLICANT", "SUPERVISOR", "ORGANISATION_MANAGER"]
)
async def test_only_keepers_register(october, role):
    """Any other seat is refused."""
    token = october.places.token(role, october.places.authority)
    problem(await october.ask("POST", "/experts", token, expert(october)), 403, "ROLE_MISSING")


@pytest.mark.clause("3.3.1")
async def test_who_is_qualified_for_a_committee(october, session):
    """Matching series, specialty and level, not expired on the day; the office sees them, others do not."""
    cycle = await october.opened()
    specialty = await october.made("/specialties", october.office, {"series": "HEALTH", "name": "儿科"})
    await october.made(f"/specialties/{specialty['id']}/actions/FILE", october.officer)
    other = await october.made("/specialties", october.office, {"series": "HEALTH", "name": "外科"})
    await october.made(f"/specialties/{other['id']}/actions/FILE", october.officer)
    committee = await approved(october, cycle, specialty_ids=[specialty["id"]], size=11)
    pool = {
        "every specialty": {},
        "of the specialty": {"specialty_ids": [specialty["id"], other["id"]]},
        "of another": {"specialty_ids": [other["id"]]},
        "too low": {"title_level": "ASSOCIATE_SENIOR"},
        "expired by then": {"valid_until": "2023-12-31"},
        "of another series": {"series": "ENGINEERING"},
    }
    ids = {}
    for name, changed in pool.items():
        ids[name] = (await october.made("/experts", october.office, expert(october, **changed)))["id"]
    async with session("workflow") as tx:
        row = await store.get(tx, UUID(committee["id"]))
        found = await store.qualified_experts(tx, row, date(2024, 1, 10))
    assert {str(each.id) for each in found} == {ids["every specialty"], ids["of the specialty"]}
    path = f"/experts?committee_id={committee['id']}"
    assert len((await october.ask("GET", path, october.office)).json()["items"]) == 3
    problem(await october.ask("GET", path, october.recommender), 403, "ROLE_MISSING")


async def test_an_account_is_once_in_the_pool_of_a_series(october):
    """Also when registered at once by two offices; another series is another entry."""
    body = expert(october)
    answers = await asyncio.gather(*(october.ask("POST", "/experts", october.office, body) for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    assert (
        await october.ask("POST", "/experts", october.office, body | {"series": "ENGINEERING"})
    ).status_code == 201


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"series": "ASTROLOGY"}, 422, "SERIES_UNKNOWN"),
        ({"organisation_id": str(uuid4())}, 422, "ORGANISATION_UNKNOWN"),
        ({"specialty_ids": [str(uuid4())]}, 404, "SPECIALTY_NOT_FOUND"),
        ({"title_level": "KING"}, 422, "REQUEST_MALFORMED"),
        ({"name": ""}, 422, "REQUEST_MALFORMED"),
        ({"account_id": "me"}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_an_entry_that_does_not_fit(october, changed, status, code):
    """Unknown series, organisation or specialty; malformed fields."""
    problem(await october.ask("POST", "/experts", october.office, expert(october, **changed)), status, code)


ALLOWED = {
    ("IN_POOL", "SUSPEND"): "SUSPENDED",
    ("IN_POOL", "WITHDRAW"): "WITHDRAWN",
    ("SUSPENDED", "WITHDRAW"): "WITHDRAWN",
    ("SUSPENDED", "REINSTATE"): "IN_POOL",
    ("WITHDRAWN", "REINSTATE"): "IN_POOL",
}
"""What those who keep an entry may do with it, and where it leads; nobody else sees that it is there."""


@pytest.mark.clause("3.3.1")
async def test_every_state_action_and_caller_of_an_entry(october, session):
    """Its office and the officer above take what the table allows; to everybody else there is no such entry."""
    made = await october.made("/experts", october.office, expert(october))
    places = october.places
    keepers = {"the office": october.office, "the officer": october.officer}
    others = {
        "another office": places.token("COMMITTEE_OFFICE", places.prefecture),
        **{role: places.token(role, places.authority) for role in ("REVIEWER", "SUPERVISOR", "EXPERT")},
        "the expert": mint([seat("EXPERT", places.province)], sub=UUID(made["account_id"])),
    }
    path, body = f"/experts/{made['id']}/actions", {"note": "理由", "ground": "OTHER"}
    for state, action in product(ExpertState, PoolAction):
        for who, token in (keepers | others).items():
            ground = None if state is ExpertState.IN_POOL else "OTHER"
            async with session("workflow") as tx:
                put = text("update expert set state = :state, ground = :ground where id = :id")
                await tx.execute(put, {"state": state, "ground": ground, "id": made["id"]})
            answer = await october.ask("POST", f"{path}/{action}", token, body)
            if who in others:
                problem(answer, 404, "EXPERT_NOT_FOUND")
            elif (state, action) in ALLOWED:
                assert answer.json()["record"]["state"] == ALLOWED[state, action]
            else:
                problem(answer, 409, "ACTION_NOT_AVAILABLE")
    for what in ("", "/history"):
        assert (await october.ask("GET", f"/experts/{made['id']}{what}", october.officer)).status_code == 200
        answer = await october.ask("GET", f"/experts/{made['id']}{what}", others["another office"])
        problem(answer, 404, "EXPERT_NOT_FOUND")


@pytest.mark.clause("3.3.1")
async def test_an_entry_leaves_the_pool_for_a_ground_and_comes_back(october):
    """Without ground or reason refused; out, nobody is qualified; renewed while suspended, with a new unit; not while withdrawn."""
    cycle = await october.opened()
    committee = await approved(october, cycle, size=25)
    made = await october.made("/experts", october.office, expert(october))
    path, qualified = f"/experts/{made['id']}", f"/experts?committee_id={committee['id']}"
    bare = problem(
        await october.ask("POST", f"{path}/actions/SUSPEND", october.office, {}), 422, "RULES_BROKEN"
    )
    assert {each["code"] for each in bare["findings"]} == {"GROUND_MISSING", "REASON_MISSING"}
    body = {"note": "本人申请暂停一年", "ground": "OWN_REQUEST"}
    out = (await october.ask("POST", f"{path}/actions/SUSPEND", october.office, body)).json()["record"]
    assert (out["ground"], out["stands_since"]) == ("OWN_REQUEST", "2023-10-16")
    assert (await october.ask("GET", qualified, october.office)).json()["items"] == []
    moved = {"organisation_id": str(october.places.authority.id), "version": out["version"]}
    renewal = {"title_level": "FULL_SENIOR", "valid_until": "2026-01-01", **moved}
    renewed = (await october.ask("PUT", path, october.office, renewal)).json()["record"]
    assert (renewed["state"], renewed["organisation_id"]) == ("SUSPENDED", moved["organisation_id"])
    left = {"note": "退休", "ground": "UNFIT"}
    gone = (await october.ask("POST", f"{path}/actions/WITHDRAW", october.office, left)).json()["record"]
    renewal["version"] = gone["version"]
    problem(await october.ask("PUT", path, october.office, renewal), 409, "ACTION_NOT_AVAILABLE")
    back = (await october.ask("POST", f"{path}/actions/REINSTATE", october.office, {"note": "返聘"})).json()
    assert (back["record"]["state"], back["record"]["ground"]) == ("IN_POOL", None)
    assert len((await october.ask("GET", qualified, october.office)).json()["items"]) == 1
    listed = await october.ask("GET", "/experts?state=WITHDRAWN", october.office)
    assert listed.json()["items"] == []
