"""Training and pledge come before any declaration is seen; and then no more is seen than needed (三（三）)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.kit.audit import audit_log
from services.workflow.declaration.model import Declaration
from tests.platform.tokens import mint
from tests.services.workflow.meeting.hall import MEETING_DAY

CONTENT = {
    "basic": {"birth_date": "1980-01-01", "work_began_on": "2003-07-01", "post": "外科医师"},
    "work_history": [
        {"organisation": "省第一医院", "post": "医师", "since": "2003-07-01"},
        {"organisation": "Xining 第二 医院", "post": "医师", "since": "2001-07-01", "until": "2003-06-30"},
        {"organisation": "院", "post": "医师", "since": "2000-07-01", "until": "2001-06-30"},
    ],
    "achievements": [
        {
            "kind": "CASE",
            "title": "省第一医院首例手术",
            "obtained_on": "2020-05-01",
            "description": "由申报人1在省第一医院完成，省卫健委推广；申 报 人·1 在XINING第二医院时已试行，后住院医师采用",
        }
    ],
    "responsibility": {"confirmed": True},
}


@pytest.fixture
async def written(session, season) -> None:
    """The declaration has content that names its applicant and unit."""
    async with session("workflow") as tx:
        (await tx.get_one(Declaration, season.declarations[0])).content = CONTENT


@pytest.mark.clause("3.3.3")
@pytest.mark.usefixtures("written")
async def test_an_expert_sees_nothing_before_training_and_pledge(hall):
    """Neither alone is enough: without both the agenda is refused and the meeting shows no declaration."""
    await hall.draw()
    (expert_id, who), *_ = await hall.members()
    assert await refused(hall, who) == "TRAINING、PLEDGE"
    await hall.train(expert_id)
    assert await refused(hall, who) == "PLEDGE"
    await hall.pledge(who)
    answer = await hall.get(who.token, "/agenda")
    assert answer.status_code == 200
    assert (await hall.get(who.token)).json()["agenda"] == [str(hall.season.declarations[0])]


@pytest.mark.clause("3.3.3")
async def test_a_pledge_without_training_is_not_enough(hall):
    """The order does not matter; both are needed."""
    await hall.draw()
    (_, who), *_ = await hall.members()
    assert (await hall.pledge(who)).status_code == 200
    assert await refused(hall, who) == "TRAINING"


@pytest.mark.clause("3.3.3")
@pytest.mark.usefixtures("written")
async def test_an_expert_sees_no_names_units_or_identity(hall):
    """Names of the applicant, of every organisation on the line and of former employers are masked even in free text."""
    members = await hall.gather()
    who = members[0][1]
    [listed] = (await hall.get(who.token, "/agenda")).json()["items"]
    answer = await hall.get(who.token, f"/agenda/{listed['declaration_id']}")
    item = answer.json()
    assert {name: item[name] for name in listed} == listed
    assert "content" not in listed
    for hidden in ("省第一医院", "省卫健委", "申报人1", "1980-01-01", "responsibility", "person_id", "unit"):
        assert hidden not in answer.text
    assert item["content"]["achievements"][0]["title"] == "××首例手术"
    told = "由××在××完成，××推广；×× 在××时已试行，后住院医师采用"
    assert item["content"]["achievements"][0]["description"] == told
    assert item["content"]["basic"]["post"] == "外科医师"


@pytest.mark.clause("3.3.3")
async def test_an_expert_learns_of_no_other_expert(hall):
    """The meeting shows an expert him- or herself, no colleague, no plan and no result."""
    members = await hall.gather()
    mine = (await hall.get(members[0][1].token)).json()
    assert [each["expert_id"] for each in mine["experts"]] == [members[0][0]]
    assert (mine["view"], mine["plan"], mine["results"]) == ("MEMBER", {}, [])
    for path in ("/history", "/recount"):
        assert (await hall.get(members[0][1].token, path)).json()["code"] == "PROCEDURE_ONLY"


async def test_a_pledge_is_signed_in_person_and_as_read(hall, season):
    """The office cannot sign for an expert, an expert not drawn cannot sign, another text is not the pledge."""
    await hall.draw()
    (_, who), *_ = await hall.members()
    digest = (await hall.get(who.token, "/pledge")).json()["text_sha256"]
    assert (await hall.post(season.office, "/pledge", {"text_sha256": digest})).json()[
        "code"
    ] == "NOT_AN_EXPERT_HERE"
    drawn = [person for _, person in await hall.members()]
    outsider = next(each for each in season.experts if each not in drawn)
    assert (await hall.post(outsider.token, "/pledge", {"text_sha256": digest})).status_code == 404
    assert (await hall.post(who.token, "/pledge", {"text_sha256": "0" * 64})).json()[
        "code"
    ] == "PLEDGE_DIFFERS"
    assert (await hall.pledge(who)).status_code == 200
    assert (await hall.get(who.token, "/pledge")).json()["signed_at"]


async def test_training_is_recorded_once_by_the_office(hall, season, session):
    """A second record changes nothing; the HRSS and experts cannot record; only drawn experts are trained here."""
    await hall.draw()
    (expert_id, who), *_ = await hall.members()
    for _ in range(2):
        assert (await hall.train(expert_id)).status_code == 200
    for token in (season.officer, who.token):
        answer = await hall.post(token, "/training", {"expert_id": expert_id})
        assert answer.json()["code"] == "ROLE_MISSING"
    answer = await hall.train(str(season.declarations[0]))
    assert answer.json()["code"] == "EXPERT_NOT_DRAWN"
    async with session("workflow") as tx:
        told = await tx.scalars(select(audit_log.c.detail).where(audit_log.c.action == "expert.TRAINED"))
        assert list(told) == [{"expert_id": expert_id}]


async def test_attendance_is_taken_on_the_day_from_those_ready(hall):
    """Not before the day, not for an expert who is not ready, not after the meeting opened."""
    await hall.draw()
    members = await hall.members()
    assert (await hall.attend(members[0][0])).json()["code"] == "ATTENDANCE_NOT_NOW"
    await hall.at(MEETING_DAY, "workflow")
    assert (await hall.attend(members[0][0])).json()["code"] == "EXPERT_NOT_READY"
    for expert_id, who in members:
        await hall.train(expert_id)
        await hall.pledge(who)
        assert (await hall.attend(expert_id)).status_code == 200
    await hall.did("OPEN")
    assert (await hall.attend(members[0][0], present=False)).json()["code"] == "ATTENDANCE_NOT_NOW"


@pytest.mark.clause("3.5.1")
async def test_a_supervisor_sees_procedure_and_does_nothing(hall, season):
    """Plan, draw, training, pledges, attendance and history are open to a supervisor; no step and no ballot is."""
    voters = await hall.open()
    seen = (await hall.get(season.supervisor)).json()
    assert seen["view"] == "OVERSIGHT"
    assert all(each["trained"] and each["pledged"] and each["present"] for each in seen["experts"])
    assert seen["results"] == seen["available_actions"] == []
    steps = [each["action"] for each in (await hall.get(season.supervisor, "/history")).json()]
    assert steps == ["CREATE", "TABLE", "FILE_PLAN", "DRAW", "OPEN"]
    assert (await hall.act("CLOSE_VOTE", season.supervisor)).json()["code"] == "NOT_YOUR_STEP"
    assert (await hall.get(season.supervisor, "/recount")).json()["code"] == "NOT_COUNTED"
    assert len(voters) == 11


async def test_strangers_see_no_meeting(hall):
    """A caller without a seat, or without a token, gets nothing."""
    await hall.plan()
    assert (await hall.get(mint())).status_code == 404
    assert (await hall.get(None)).status_code == 401


async def refused(hall, who) -> str:
    """What the expert still lacks, as the refusal tells."""
    answer = await hall.get(who.token, "/agenda")
    assert (answer.status_code, answer.json()["code"]) == (422, "EXPERT_NOT_READY")
    assert (await hall.get(who.token)).json()["agenda"] == []
    return answer.json()["message"].partition("：")[2]
