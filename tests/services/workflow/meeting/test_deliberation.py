"""Groups, hearings and opinions in writing: arranged by the office, read by nobody who does not need them (三（三）)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.workflow.meeting.deliberation_model import Opinion
from tests.platform.tokens import mint, seat
from tests.services.workflow.meeting.season import Person, seed_declaration

DAY = "2024-01-10"


@pytest.fixture
async def two(season, session):
    """A second declaration."""
    async with session("workflow") as tx:
        await seed_declaration(tx, season)
    return season.declarations


async def put(hall, token: str, path: str, body: Any):
    """PUT something about the meeting."""
    return await hall.ask(token, "PUT", f"/v1/meetings/{hall.id}{path}", body)


def slot(start: str, end: str, **more: Any) -> dict[str, Any]:
    """A time on the meeting's day."""
    times = {"starts_at": f"{DAY}T{start}:00+08:00", "ends_at": f"{DAY}T{end}:00+08:00"}
    return {"kind": "INTERVIEW", "place": "三楼会议室", **times, **more}


NEXT_DAY = {"ends_at": "2024-01-11T09:00:00+08:00"}
YEARS_ON = {"starts_at": "2034-01-10T09:30:00+08:00", "ends_at": "2034-01-10T10:00:00+08:00"}
NEVER = {"starts_at": "9999-12-31T23:00:00Z", "ends_at": "9999-12-31T23:30:00Z"}
WRONG_TIMES = [
    *(slot("10:00", "09:30"), slot("08:00", "08:30"), {"kind": "INTERVIEW"}),
    *(slot("09:30", "10:00", **each) for each in (NEXT_DAY, YEARS_ON, NEVER)),
]


def applicant(season, n: int) -> str:
    """An applicant's own token."""
    who: Person = season.applicants[n]
    return mint([seat("APPLICANT", season.province, season.hospital)], sub=who.account_id, person_id=who.id)


@pytest.mark.clause("3.3.3")
async def test_groups_are_whole_and_their_hearings_one_at_a_time(hall, season, two):
    """Each expert and declaration in one group of three at least; one group hears one at a time, two groups hear at once."""
    members = await hall.gather()
    ids = [each for each, _ in members]
    first, second = map(str, two)
    groups = [
        {"name": "内科组", "expert_ids": ids[:6], "declaration_ids": [first]},
        {"name": "外科组", "expert_ids": ids[6:], "declaration_ids": [second]},
    ]
    large = groups[0] | {"expert_ids": ids[:9], "declaration_ids": [first, second]}
    small = groups[1] | {"expert_ids": ids[9:], "declaration_ids": []}
    wrong = [
        ([groups[0]], "GROUPS_NOT_WHOLE"),
        ([groups[0], groups[1] | {"declaration_ids": [first, second]}], "GROUPS_NOT_WHOLE"),
        ([large, small], "GROUP_TOO_SMALL"),
    ]
    for given, code in wrong:
        assert (await put(hall, season.office, "/groups", {"groups": given})).json()["code"] == code
    assert (await put(hall, members[0][1].token, "/groups", {"groups": groups})).status_code == 403
    made = await put(hall, season.office, "/groups", {"groups": groups})
    assert [each["name"] for each in made.json()["record"]] == ["内科组", "外科组"]
    seen = (await hall.get(members[0][1].token, "/agenda")).json()["items"]
    assert {each["declaration_id"]: each["in_my_group"] for each in seen} == {first: True, second: False}
    for declaration in (first, second):
        done = await put(hall, season.office, f"/hearings/{declaration}", slot("09:30", "10:00"))
        assert done.status_code == 200, done.text
    joined = await put(hall, season.office, "/groups", {"groups": []})
    assert (joined.status_code, joined.json()["code"]) == (409, "HEARING_OVERLAPS")
    assert len((await hall.get(season.supervisor, "/groups")).json()) == 2, "a refusal changes nothing"
    for bad in WRONG_TIMES:
        answer = await put(hall, season.office, f"/hearings/{first}", bad)
        assert (answer.status_code, answer.json()["code"]) == (422, "HEARING_SLOT_WRONG")
    [own] = (await hall.ask(applicant(season, 0), "GET", f"/v1/declarations/{first}/hearings")).json()
    assert (own["place"], own["outcome"]) == ("三楼会议室", "AWAITED")
    assert not set(own) & {"meeting_id", "declaration_id", "group_number", "note"}
    others = (applicant(season, 1), season.office, season.supervisor)
    found = {
        (await hall.ask(each, "GET", f"/v1/declarations/{first}/hearings")).status_code for each in others
    }
    assert found == {404}


@pytest.mark.clause("3.3.3")
async def test_who_was_to_be_heard_and_was_not_is_not_voted_on(hall, season, two, session):
    """Awaited: no ballot and no close; absent: no ballot, and put off; a waiver needs its ground, and helps an open meeting too."""
    async with session("workflow") as tx:
        await seed_declaration(tx, season)
    members = await hall.gather()
    first, second, third = map(str, season.declarations)
    unfounded = await put(hall, season.office, f"/hearings/{second}", {"kind": "INTERVIEW", "waived": True})
    assert (unfounded.status_code, unfounded.json()["code"]) == (422, "WAIVER_UNFOUNDED")
    decision = {
        "kind": "INTERVIEW",
        "waived": True,
        "document_number": "青职评〔2024〕1号",
        "note": "在外援助",
    }
    waived = await put(hall, season.office, f"/hearings/{second}", decision)
    assert (waived.json()["record"]["outcome"], waived.json()["basis"][0]["cite"]) == ("WAIVED", "本省参数")
    await put(hall, season.office, f"/hearings/{first}", slot("09:30", "10:00"))
    await put(hall, season.office, f"/hearings/{third}", slot("10:00", "10:20"))
    await hall.did("OPEN", chair_id=members[0][0])
    late = await put(hall, season.office, f"/hearings/{second}", slot("11:00", "11:30"))
    assert late.json()["code"] == "TOO_LATE_TO_ARRANGE"
    voters = [who for _, who in members]
    refused = await hall.vote(voters[0], two[0], True)
    assert (refused.status_code, refused.json()["code"]) == (422, "NOT_HEARD")
    await hall.vote_all([True] * 11, voters, two[1])
    early = await hall.post(season.office, f"/hearings/{first}/outcome", {"kind": "INTERVIEW", "came": False})
    assert early.json()["code"] == "HEARING_NOT_YET"
    closing = await hall.act("CLOSE_VOTE", voters[0].token)
    assert [each["code"] for each in closing.json()["findings"]] == ["HEARING_NOT_RECORDED"]
    await hall.at(f"{DAY}T10:30+08:00", "workflow")
    done = await hall.post(season.office, f"/hearings/{first}/outcome", {"kind": "INTERVIEW", "came": False})
    assert done.json()["record"]["outcome"] == "ABSENT"
    assert (await hall.vote(voters[0], two[0], True)).json()["code"] == "NOT_HEARD"
    last = await put(hall, season.office, f"/hearings/{third}", decision)
    assert last.json()["record"]["outcome"] == "WAIVED", "what is awaited does not keep an open meeting open"
    await hall.vote_all([True] * 11, voters, UUID(third))
    record = await hall.did("CLOSE_VOTE")
    assert record["deferred"] == [{"declaration_id": first, "reason": "NOT_HEARD"}]
    assert {each["declaration_id"] for each in record["results"]} == {second, third}
    await own_of_the_last_meeting(hall, first, applicant(season, 0))


async def own_of_the_last_meeting(hall, declaration_id: str, who: str) -> None:
    """What the applicant is told of is the meeting that the declaration came before last, which has arranged none yet."""
    own = f"/v1/declarations/{declaration_id}/hearings"
    assert [each["outcome"] for each in (await hall.ask(who, "GET", own)).json()] == ["ABSENT"]
    hall.id = ""
    await hall.plan()
    assert (await hall.ask(who, "GET", own)).json() == []


@pytest.mark.clause("3.3.3")
async def test_the_office_does_not_undo_a_hearing_once_somebody_voted(hall, season):
    """A mistaken outcome is corrected until the first ballot; an absence after it would void what was cast."""
    members = await hall.gather()
    [case] = season.declarations
    await put(hall, season.office, f"/hearings/{case}", slot("09:30", "10:00"))
    await hall.at(f"{DAY}T10:30+08:00", "workflow")
    outcome, told = f"/hearings/{case}/outcome", {"kind": "INTERVIEW"}
    for came in (False, True):
        assert (await hall.post(season.office, outcome, told | {"came": came})).status_code == 200
        again = await put(hall, season.office, f"/hearings/{case}", slot("11:00", "11:30"))
        assert (again.status_code, again.json()["code"]) == (409, "HEARING_OVER")
    await hall.did("OPEN", chair_id=members[0][0])
    await hall.vote_all([True], [members[0][1]], case)
    late = await hall.post(season.office, outcome, told | {"came": False})
    assert (late.status_code, late.json()["code"]) == (409, "OUTCOME_AFTER_BALLOT")
    [kept] = (await hall.get(season.office, "/hearings")).json()
    assert kept["outcome"] == "HELD"


@pytest.mark.clause("3.3.3")
async def test_opinions_are_sealed_and_told_without_their_authors(hall, season, two, session):
    """The author alone reads them until the vote is closed; then office and HRSS, in no telling order; supervisors never."""
    voters = await hall.open()
    case, other = two
    path = f"/opinions/{case}"
    texts = {who.name: f"{who.name[-2:]}号意见：同 意。" for who in voters[:5]}
    for who in voters[:5]:
        written = await put(hall, who.token, path, {"text": texts[who.name]})
        assert written.json()["record"] == {"declaration_id": str(case), "version": 1}
    stale = await put(hall, voters[0].token, path, {"text": "又一版"})
    assert stale.json()["code"] == "STALE_VERSION"
    assert (await put(hall, voters[0].token, path, {"text": "同意申报", "version": 1})).status_code == 200
    await put(hall, voters[1].token, f"/opinions/{other}", {"text": "同意，申报！"})
    group = {"text": "本组建议通过", "of_group": True}
    assert (await put(hall, voters[7].token, path, group)).status_code == 200
    mine = (await hall.get(voters[0].token, f"{path}/mine")).json()
    assert [each["text"] for each in mine["own"]] == [texts[voters[0].name], "同意申报"]
    assert mine["of_group"]["text"] == "本组建议通过"
    watching = (season.office, season.officer, season.supervisor, voters[0].token)
    assert {(await hall.get(each, path)).json()["code"] for each in watching} == {"OPINIONS_SEALED"}
    await hall.post(voters[4].token, "/recusals", {"declaration_id": str(case), "note": "师生关系"})
    for who in voters:
        for each in two:
            if (who, each) != (voters[4], case):
                await hall.vote(who, each, True)
    await hall.did("CLOSE_VOTE")
    told = await hall.get(season.office, path)
    assert set(told.json()) == {"of_group", "of_experts"}
    expected = ["同意申报", *(texts[each.name] for each in voters[1:4])]
    assert sorted(told.json()["of_experts"]) == sorted(expected), "who stepped back has no opinion here"
    assert (await hall.get(season.officer, path)).json() == told.json()
    for each in (season.supervisor, voters[0].token):
        assert (await hall.get(each, path)).json()["code"] == "OPINIONS_SEALED"
    assert (await hall.get(applicant(season, 0), path)).status_code == 404
    async with session("workflow") as tx:
        rows = list(await tx.scalars(select(Opinion)))
    assert not any("意见".encode() in row.sealed or "同意".encode() in row.sealed for row in rows)
    same = [row for row in rows if row.version == 2 or row.declaration_id == other]
    assert len({row.text_digest for row in same}) == 1, "the same but for spaces and punctuation"
    assert len({row.text_digest for row in rows}) == len(rows) - 1
