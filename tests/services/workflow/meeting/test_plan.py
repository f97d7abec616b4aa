"""The plan of a meeting is filed in time, or the meeting does not open (三（三）)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.workflow.committee.model import Committee
from tests.platform.tokens import mint, node, seat
from tests.services.workflow.meeting.hall import DAY, MEETING_DAY, PLAN


@pytest.mark.clause("3.3.2")
async def test_a_plan_filed_nine_days_ahead_does_not_do(hall):
    """Nine days: the meeting cannot open, the refusal names figures and article, and nothing changes."""
    await hall.plan(filed="2024-01-01T09:00+08:00")
    await hall.gather()
    answer = await hall.act("OPEN")
    assert answer.status_code == 422
    told = answer.json()
    [finding] = told["findings"]
    assert finding["code"] == "PLAN_FILED_LATE"
    assert "9 天" in finding["message"]
    assert finding["basis"][0]["cite"] == "三（三）"
    assert (await hall.get(hall.season.office)).json()["state"] == "DRAWN"


@pytest.mark.clause("3.3.2")
async def test_a_plan_filed_ten_days_ahead_does(hall):
    """Ten days: the meeting opens."""
    await hall.plan(filed="2023-12-31T23:59+08:00")
    await hall.gather()
    record = await hall.did("OPEN")
    assert (record["state"], record["plan_filed_on"]) == ("OPEN", "2023-12-31")


@pytest.mark.clause("3.3.2")
async def test_without_a_filed_plan_nobody_is_drawn(hall, season):
    """A meeting that never filed its plan gets no further."""
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": PLAN}
    hall.id = (await hall.ask(season.office, "POST", "/v1/meetings", body)).json()["record"]["id"]
    answer = await hall.act("DRAW")
    assert (answer.status_code, answer.json()["code"]) == (409, "ACTION_NOT_AVAILABLE")


@pytest.mark.clause("3.3.2")
async def test_a_plan_says_how_qualification_and_preparation_stand(hall, season):
    """A plan without its qualification review is refused; the office may complete it when filing."""
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": {"preparation": "就绪"}}
    hall.id = (await hall.ask(season.office, "POST", "/v1/meetings", body)).json()["record"]["id"]
    answer = await hall.act("FILE_PLAN")
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, "PLAN_INCOMPLETE")
    assert (await hall.did("FILE_PLAN", plan=PLAN))["plan"] == PLAN


async def test_a_meeting_opens_on_its_day_only(hall):
    """Opening early would undo the ten days; a missed day is postponed, and attendance is taken on the new one."""
    await hall.gather()
    await hall.at("2024-01-11T09:00+08:00", "workflow")
    answer = await hall.act("OPEN")
    assert "NOT_THE_DAY" in [each["code"] for each in answer.json()["findings"]]
    assert (await hall.act("POSTPONE", held_on=DAY)).json()["code"] == "POSTPONED_TO_EARLIER"
    assert (await hall.act("POSTPONE")).json()["code"] == "FIELD_NEEDED"
    assert (await hall.did("POSTPONE", held_on="2024-01-12"))["held_on"] == "2024-01-12"
    await hall.at("2024-01-12T09:00+08:00", "workflow")
    assert (await hall.did("OPEN"))["state"] == "OPEN"


async def test_only_the_office_prepares(hall, season):
    """The HRSS sees the plan and does not act on it; another office and strangers do not even see it."""
    await hall.plan()
    assert (await hall.get(season.officer)).json()["plan"] == PLAN
    assert (await hall.act("DRAW", season.officer)).json()["code"] == "NOT_YOUR_STEP"
    other = mint([seat("COMMITTEE_OFFICE", season.province, node("AUTHORITY", "PROVINCE"))])
    for token in (other, mint()):
        assert (await hall.act("DRAW", token)).json()["code"] == "MEETING_NOT_FOUND"
        assert (await hall.get(token)).status_code == 404
    assert (await hall.ask(other, "GET", "/v1/meetings")).json()["items"] == []
    assert (await hall.ask(season.office, "GET", "/v1/meetings")).json()["total"] == 1


async def test_a_committee_without_approval_does_not_meet(hall, season, session):
    """A meeting belongs to an approved committee (一（三）1)."""
    async with session("workflow") as tx:
        (await tx.get_one(Committee, season.committee_id)).state = "PROPOSED"
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": PLAN}
    answer = await hall.ask(season.office, "POST", "/v1/meetings", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "COMMITTEE_NOT_USABLE")


@pytest.mark.parametrize(
    ("bent", "status", "code"),
    [
        ({"held_on": "2023-12-19"}, 422, "HELD_IN_THE_PAST"),
        ({"cycle_id": str(uuid4())}, 422, "COMMITTEE_OF_ANOTHER_CYCLE"),
        ({"committee_id": str(uuid4())}, 404, "COMMITTEE_NOT_FOUND"),
        ({"held_on": "tomorrow"}, 422, "REQUEST_MALFORMED"),
        ({"seed": "mine"}, 422, "REQUEST_MALFORMED"),
    ],
)
async def test_a_meeting_that_cannot_be_is_refused(hall, season, bent, status, code):
    """A day gone by, another cycle, an unknown committee, a seed of one's own: refused with a code."""
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": PLAN} | bent
    answer = await hall.ask(season.office, "POST", "/v1/meetings", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_nothing_happens_after_the_run(hall):
    """After 31 January no step is possible."""
    await hall.gather()
    await hall.at("2024-02-01T09:00+08:00", "workflow")
    answer = await hall.act("POSTPONE", held_on="2024-02-02")
    assert (answer.status_code, answer.json()["code"]) == (422, "RUN_OVER")


async def test_two_offices_clicking_at_once_do_one_step(hall):
    """A stale version is refused."""
    await hall.plan()
    version = (await hall.get(hall.season.office)).json()["version"]
    await hall.did("POSTPONE", held_on="2024-01-11", version=version)
    answer = await hall.act("POSTPONE", held_on="2024-01-12", version=version)
    assert (answer.status_code, answer.json()["code"]) == (409, "STALE_VERSION")


async def test_only_accepted_declarations_come_before_the_meeting(hall, season):
    """A foreign id is refused by name; what is tabled is in the meeting and cannot be tabled twice."""
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": PLAN}
    hall.id = (await hall.ask(season.office, "POST", "/v1/meetings", body)).json()["record"]["id"]
    stranger = str(uuid4())
    answer = await hall.act("TABLE", declaration_ids=[stranger])
    assert (answer.status_code, answer.json()["code"]) == (422, "DECLARATION_NOT_ACCEPTED")
    assert stranger in answer.json()["message"]
    ours = [str(season.declarations[0])]
    assert (await hall.did("TABLE", declaration_ids=ours))["agenda"] == ours
    assert (await hall.act("TABLE", declaration_ids=ours)).status_code == 422
    await hall.at(MEETING_DAY, "workflow")
