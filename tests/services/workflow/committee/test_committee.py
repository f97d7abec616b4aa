"""Committees: jurisdiction, size, approval, and which one is competent."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from services.workflow.committee import store
from services.workflow.committee.steps import COMMITTEE_STEPS
from tests.services.workflow.stage import cites, problem


@pytest.fixture
async def cycle(stage):
    """An open cycle; accounts knows the organisations."""
    stage.know()
    return await stage.opened()


def body_of(stage, cycle, **changed):
    """A senior committee of the health series for the whole province."""
    body = {
        "cycle_id": cycle["id"],
        "name": f"青海省卫生系列高级职称评委会 {uuid4().hex[:4]}",
        "series": "HEALTH",
        "levels": ["FULL_SENIOR", "ASSOCIATE_SENIOR"],
        "office_id": str(stage.places.authority.id),
        "size": 25,
    }
    return body | changed


async def approved(stage, cycle, token=None, **changed):
    """An approved committee."""
    made = await stage.made("/committees", token or stage.office, body_of(stage, cycle, **changed))
    return await stage.made(f"/committees/{made['id']}/actions/APPROVE", stage.officer)


def test_the_table_says_what_is_expected():
    """A proposal is approved, and an approval taken back; nothing else."""
    told = {(s.value, a.value): step.to.value for (s, a), step in COMMITTEE_STEPS.items()}
    assert told == {("PROPOSED", "APPROVE"): "APPROVED", ("APPROVED", "WITHDRAW"): "WITHDRAWN"}


@pytest.mark.clause("1.3.1")
async def test_a_senior_committee_needs_the_province(stage, cycle):
    """Until the provincial HRSS approves, it is neither public nor competent; no lower HRSS can."""
    made = await stage.made("/committees", stage.office, body_of(stage, cycle))
    path = f"/committees/{made['id']}"
    assert made["state"] == "PROPOSED"
    problem(await stage.ask("GET", path), 404, "COMMITTEE_NOT_FOUND")
    for role, place in (
        ("TITLE_OFFICER", "prefecture"),
        ("COMMITTEE_OFFICE", "authority"),
        ("REVIEWER", "province"),
    ):
        token = stage.places.token(role, getattr(stage.places, place))
        answer = await stage.ask("POST", f"{path}/actions/APPROVE", token)
        assert cites(problem(answer, 403, "NOT_YOUR_STEP")) == {"一（三）1"}
    done = await stage.ask("POST", f"{path}/actions/APPROVE", stage.officer)
    assert (done.json()["record"]["state"], cites(done.json())) == ("APPROVED", {"一（三）1"})
    told = (await stage.ask("GET", path)).json()
    assert (await stage.ask("GET", f"/committees?cycle_id={cycle['id']}&series=HEALTH")).json()["items"] == [
        told
    ]


@pytest.mark.clause("1.3.1")
async def test_who_approved_takes_it_back_with_a_reason(stage, cycle, session):
    """Nobody below the approving HRSS does; withdrawn it stays public, is competent for nothing and is not approved again."""
    made = await approved(stage, cycle)
    path = f"/committees/{made['id']}"
    withdraw = f"{path}/actions/WITHDRAW"
    for role, place in (("TITLE_OFFICER", "prefecture"), ("COMMITTEE_OFFICE", "authority")):
        token = stage.places.token(role, getattr(stage.places, place))
        problem(await stage.ask("POST", withdraw, token, {"note": "换届"}), 403, "NOT_YOUR_STEP")
    told = problem(await stage.ask("POST", withdraw, stage.officer), 422, "RULES_BROKEN")
    assert [each["code"] for each in told["findings"]] == ["REASON_MISSING"]
    done = await stage.ask("POST", withdraw, stage.officer, {"note": "换届"})
    assert (done.json()["record"]["state"], cites(done.json())) == ("WITHDRAWN", {"一（三）1"})
    assert (await stage.ask("GET", path)).json()["state"] == "WITHDRAWN"
    for action in ("WITHDRAW", "APPROVE"):
        again = await stage.ask("POST", f"{path}/actions/{action}", stage.officer, {"note": "换届"})
        problem(again, 409, "ACTION_NOT_AVAILABLE")
    lineage = [each.id for each in stage.places.line(stage.places.hospital)]
    async with session("workflow") as tx:
        found = await store.competent(tx, UUID(cycle["id"]), "HEALTH", None, "FULL_SENIOR", lineage)
    assert found is None


@pytest.mark.clause("1.3.1")
async def test_a_middle_committee_is_the_prefectures_to_approve(stage, cycle):
    """Approved by the HRSS of the level the policy names, or above it."""
    places = stage.places
    office = places.token("COMMITTEE_OFFICE", places.prefecture)
    here = str(places.prefecture.id)
    made = await stage.made("/committees", office, middle(stage, cycle, office_id=here, unit_id=here))
    officer = places.token("TITLE_OFFICER", places.prefecture)
    assert made["available_actions"] == []
    assert (await stage.made(f"/committees/{made['id']}/actions/APPROVE", officer))["state"] == "APPROVED"


def middle(stage, cycle, **changed):
    """A committee of engineers, middle level."""
    return body_of(stage, cycle, series="ENGINEERING", levels=["MIDDLE"], size=11, **changed)


@pytest.mark.clause("1.3.1")
async def test_nobody_approves_beyond_the_own_region(stage, cycle):
    """A prefecture's HRSS approves no committee for the whole province or for units elsewhere; the province does."""
    places = stage.places
    office = places.token("COMMITTEE_OFFICE", places.prefecture)
    officer = places.token("TITLE_OFFICER", places.prefecture)
    for served in (None, str(places.hospital.id)):
        body = middle(stage, cycle, office_id=str(places.prefecture.id), unit_id=served)
        path = f"/committees/{(await stage.made('/committees', office, body))['id']}/actions/APPROVE"
        answer = await stage.ask("POST", path, officer)
        assert cites(problem(answer, 403, "NOT_YOUR_STEP")) == {"一（三）1"}
        assert (await stage.made(path, stage.officer))["state"] == "APPROVED"


@pytest.mark.clause("1.3.1")
async def test_the_nearest_approved_committee_is_competent(stage, cycle, session):
    """Unit before region before province, the specialty's own before the series'; unapproved ones never."""
    places = stage.places
    specialty = await stage.made("/specialties", stage.office, {"series": "HEALTH", "name": "儿科"})
    await stage.made(f"/specialties/{specialty['id']}/actions/FILE", stage.officer)
    province = await approved(stage, cycle)
    own = await approved(stage, cycle, specialty_ids=[specialty["id"]], size=11)
    haixi = await approved(
        stage,
        cycle,
        places.token("COMMITTEE_OFFICE", places.prefecture),
        office_id=str(places.prefecture.id),
        unit_id=str(places.prefecture.id),
        levels=["ASSOCIATE_SENIOR"],
    )
    await stage.made("/committees", stage.office, body_of(stage, cycle, unit_id=str(places.hospital.id)))
    cases = [
        ("hospital", None, "ASSOCIATE_SENIOR", province),
        ("hospital", specialty["id"], "ASSOCIATE_SENIOR", own),
        ("hospital", str(uuid4()), "ASSOCIATE_SENIOR", province),
        ("clinic", None, "ASSOCIATE_SENIOR", haixi),
        ("clinic", None, "FULL_SENIOR", province),
        ("clinic", None, "MIDDLE", None),
    ]
    async with session("workflow") as tx:
        for place, wanted, level, expected in cases:
            line = [n.id for n in places.line(getattr(places, place))]
            specialty_id = UUID(wanted) if wanted else None
            found = await store.competent(tx, UUID(cycle["id"]), "HEALTH", specialty_id, level, line)
            assert (str(found.id) if found else None) == (expected and expected["id"]), (place, wanted, level)


@pytest.mark.clause("1.3.1")
async def test_delegations_are_data_and_bind(stage, cycle):
    """The three bodies of 2023 are public; a committee on a delegation stays inside its series and levels."""
    told = (await stage.ask("GET", "/delegations?year=2023")).json()["items"]
    assert {each["body"] for each in told} == {"青海盐湖工业股份有限公司", "西宁市委党校", "海西州"}
    assert {each["cite"] for each in told} == {"一（三）1"}
    for changed in ({}, {"series": "ENGINEERING"}):
        body = body_of(stage, cycle, delegation="HAIXI", **changed)
        answer = await stage.ask("POST", "/committees", stage.office, body)
        assert cites(problem(answer, 422, "OUTSIDE_DELEGATION")) == {"一（三）1"}
    inside = body_of(stage, cycle, delegation="HAIXI", series="ENGINEERING", levels=["ASSOCIATE_SENIOR"])
    assert (await stage.made("/committees", stage.office, inside))["delegation"] == "HAIXI"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"size": 23}, 422, "COMMITTEE_TOO_SMALL"),
        ({"size": 26}, 422, "COMMITTEE_TOO_SMALL"),
        ({"size": 0}, 422, "REQUEST_MALFORMED"),
        ({"levels": []}, 422, "REQUEST_MALFORMED"),
        ({"levels": ["MIDDLE"]}, 422, "DECIDED_BY_EXAMINATION"),
        ({"series": "ASTROLOGY"}, 422, "SERIES_UNKNOWN"),
        ({"cycle_id": str(uuid4())}, 404, "CYCLE_NOT_FOUND"),
        ({"office_id": str(uuid4())}, 422, "ORGANISATION_UNKNOWN"),
        ({"unit_id": str(uuid4())}, 422, "ORGANISATION_UNKNOWN"),
        ({"specialty_ids": [str(uuid4())]}, 404, "SPECIALTY_NOT_FOUND"),
        ({"delegation": "NOBODY"}, 422, "DELEGATION_UNKNOWN"),
        ({"region_code": "西宁"}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_a_committee_that_does_not_fit(stage, cycle, changed, status, code):
    """Too small, even, without levels, of an unknown series, office or region."""
    problem(
        await stage.ask("POST", "/committees", stage.office, body_of(stage, cycle, **changed)), status, code
    )


async def test_one_proposes_for_ones_own_office(stage, cycle):
    """Another body's office is out of reach; the provincial HRSS may propose for any below it."""
    places = stage.places
    body = body_of(stage, cycle, office_id=str(places.prefecture.id))
    problem(await stage.ask("POST", "/committees", stage.office, body), 403, "ROLE_MISSING")
    for role in ("REVIEWER", "RECOMMENDER", "EXPERT", "APPLICANT"):
        token = places.token(role, places.authority)
        problem(await stage.ask("POST", "/committees", token, body_of(stage, cycle)), 403, "ROLE_MISSING")
    assert (await stage.made("/committees", stage.officer, body))["office_id"] == body["office_id"]


async def test_one_name_once_a_cycle_also_in_a_race(stage, cycle):
    """Of four at once one is kept."""
    body = body_of(stage, cycle)
    answers = await asyncio.gather(*(stage.ask("POST", "/committees", stage.office, body) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


@pytest.mark.clause("3.6.0")
async def test_after_the_closing_date_no_committee_is_proposed_or_approved(stage, cycle):
    """1 February 2024."""
    made = await stage.made("/committees", stage.office, body_of(stage, cycle))
    await stage.time("2024-02-01T00:00+08:00")
    problem(await stage.ask("POST", "/committees", stage.office, body_of(stage, cycle)), 422, "RUN_OVER")
    answer = await stage.ask("POST", f"/committees/{made['id']}/actions/APPROVE", stage.officer)
    problem(answer, 422, "RUN_OVER")


async def test_without_accounts_the_missing_part_is_named(stage, cycle):
    """Accounts is down: nothing is proposed, and the caller hears why."""
    stage.around.down = {"accounts"}
    answer = await stage.ask("POST", "/committees", stage.office, body_of(stage, cycle))
    assert "accounts" in problem(answer, 503, "PART_UNAVAILABLE")["message"]
