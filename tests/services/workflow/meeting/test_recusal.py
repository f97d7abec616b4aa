"""Recusal at any time: access is gone at once, and who steps back is not present for that case (三（三）, 人社部令第40号)."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from tests.services.workflow.avoidance.test_request import ask
from tests.services.workflow.meeting.season import seed_declaration

NOTE = "曾共同署名发表论文"


@pytest.fixture
async def two(season, session):
    """A second declaration."""
    async with session("workflow") as tx:
        await seed_declaration(tx, season)
    return season.declarations


async def recuse(hall, who, declaration_id: UUID | None = None, note: str = NOTE):
    """Step back."""
    body = {"note": note} | ({"declaration_id": str(declaration_id)} if declaration_id else {})
    return await hall.post(who.token, "/recusals", body)


@pytest.mark.clause("3.3.3")
async def test_who_steps_back_is_out_of_the_case_and_of_its_count(hall, season, two):
    """In the midst of the vote: content, opinion and ballot are closed at once; seven of ten pass, where eleven need eight."""
    kept, left = two
    voters = await hall.open()
    who = voters[4]
    assert (await recuse(hall, who, left, " ")).status_code == 422
    assert (await hall.get(season.office)).json()["ballots_missing"] == 22
    before = await hall.get(who.token, "/agenda")
    assert {each["declaration_id"] for each in before.json()["items"]} == {str(kept), str(left)}
    assert (await recuse(hall, who, left)).json()["record"] == {"count": 1, "declaration_ids": [str(left)]}
    assert (await hall.get(season.office)).json()["ballots_missing"] == 21
    assert [each["declaration_id"] for each in (await hall.get(who.token, "/agenda")).json()["items"]] == [
        str(kept)
    ]
    assert (await hall.get(who.token)).json()["agenda"] == [str(kept)]
    closed = [
        await hall.vote(who, left, True),
        await hall.get(who.token, f"/opinions/{left}/mine"),
        await hall.get(who.token, f"/agenda/{left}"),
        await hall.ask(who.token, "PUT", f"/v1/meetings/{hall.id}/opinions/{left}", {"text": "同意"}),
    ]
    assert [(each.status_code, each.json()["code"]) for each in closed] == [(403, "RECUSED")] * 4
    assert closed[0].json()["basis"][0]["cite"] == "人社部令第40号"
    await hall.vote_all([True] * 7 + [False] * 3, [each for each in voters if each is not who], left)
    await hall.vote_all([True] * 7 + [False] * 4, voters, kept)
    late = await recuse(hall, who, kept)
    assert (late.status_code, late.json()["code"]) == (409, "RECUSED_AFTER_BALLOT")
    rest = await recuse(hall, who)
    assert rest.json()["record"] == {"count": 1, "declaration_ids": [str(left)]}
    assert (await recuse(hall, voters[0])).json()["code"] == "RECUSED_AFTER_BALLOT"
    record = await hall.did("CLOSE_VOTE")
    found = {each["declaration_id"]: (each["present"], each["passed"]) for each in record["results"]}
    assert found == {str(left): (10, True), str(kept): (11, False)}
    assert (await hall.get(who.token, "/agenda")).json()["code"] == "NOT_DELIBERATING"
    assert (await hall.get(who.token)).json()["agenda"] == []
    assert (await recuse(hall, voters[0], kept)).json()["code"] == "NOT_DELIBERATING"
    [told] = (await hall.get(season.supervisor, "/recusals")).json()
    assert (told["declaration_id"], told["note"]) == (str(left), NOTE)
    assert (await hall.get(who.token, "/recusals")).json()["code"] == "PROCEDURE_ONLY"


@pytest.mark.clause("3.3.3")
async def test_a_case_without_its_quorum_waits_for_another_meeting(hall, season, two, session):
    """Four of eleven step back: of the case nothing is counted, whatever was cast; it is accepted still, with the reason."""
    left, kept = two
    voters = await hall.open()
    await hall.vote_all([True] * 7, voters[:7], left)
    for who in voters[7:]:
        assert (await recuse(hall, who, left)).status_code == 200
    assert (await recuse(hall, voters[10], left)).status_code == 200, "said again it changes nothing"
    assert (await hall.get(season.office)).json()["ballots_missing"] == 11
    await hall.vote_all([True] * 11, voters, kept)
    record = await hall.did("CLOSE_VOTE")
    assert [each["declaration_id"] for each in record["results"]] == [str(kept)]
    assert record["deferred"] == [{"declaration_id": str(left), "reason": "NO_QUORUM"}]
    assert [each["declaration_id"] for each in (await hall.get(season.office, "/recount")).json()] == [
        str(kept)
    ]
    path = f"/v1/declarations/{left}"
    assert (await hall.ask(season.office, "GET", path)).json()["state"] == "ACCEPTED"
    last = (await hall.ask(season.office, "GET", f"{path}/history")).json()["items"][-1]
    assert (last["action"], last["before"], last["after"]) == ("DEFER", "IN_MEETING", "ACCEPTED")
    assert "法定人数" in last["note"]
    sealed = await hall.get(season.office, f"/opinions/{left}")
    assert sealed.json()["code"] == "OPINIONS_SEALED", "another meeting votes on it"
    number = season.declarations.index(left)
    [entry] = (await hall.ask(season.office, "GET", "/v1/experts?first=1")).json()["items"]
    asked = await ask(hall, number, expert_id=entry["id"])
    assert asked.status_code == 201, "and another committee is drawn for it"
    await hall.did("PUBLISH_RESULTS")
    again = {"committee_id": str(season.committee_id), "held_on": "2024-02-01"}
    made = (await hall.ask(season.office, "POST", "/v1/meetings", again)).json()["record"]
    tabled = await hall.ask(season.office, "POST", f"/v1/meetings/{made['id']}/actions/TABLE", {})
    assert tabled.json()["record"]["agenda"] == [str(left)]


@pytest.mark.clause("3.3.3")
async def test_what_comes_up_while_the_vote_runs_has_its_effect_at_once(hall, season, two):
    """A relation on record closes its case to the expert, a suspension every case; what was voted on stays."""
    first, second = two
    members = await hall.gather()
    await hall.did("OPEN", chair_id=members[0][0])
    (_, kin), (suspended_id, suspended) = members[1], members[2]
    relation = {"kind": "KINSHIP", "declaration_id": str(first), "note": "表亲"}
    said = await hall.ask(kin.token, "POST", "/v1/relations", relation)
    assert said.status_code == 201, said.text
    assert [each["declaration_id"] for each in (await hall.get(kin.token, "/agenda")).json()["items"]] == [
        str(second)
    ]
    assert (await hall.vote(kin, first, True)).json()["code"] == "RECUSED"
    assert (await hall.vote(kin, second, True)).status_code == 201
    voted = relation | {"declaration_id": str(second)}
    assert (await hall.ask(kin.token, "POST", "/v1/relations", voted)).status_code == 201
    await hall.vote_all([True], [suspended], first)
    asked = {"ground": "DISCIPLINE", "note": "查实"}
    path = f"/v1/experts/{suspended_id}/actions/SUSPEND"
    out = await hall.ask(season.office, "POST", path, asked)
    assert out.status_code == 200, out.text
    assert (await hall.vote(suspended, second, True)).json()["code"] == "RECUSED"
    told = (await hall.get(season.supervisor, "/recusals")).json()
    assert {(each["declaration_id"], each["note"]) for each in told} == {
        (str(first), "应当回避"),
        (str(second), "已暂停或退出专家库"),
    }
    assert len(told) == 2, "what was voted on stays"
    assert (await hall.get(season.office)).json()["ballots_missing"] == 22 - 2 - 2


@pytest.mark.clause("3.3.3")
async def test_who_steps_back_from_everything_is_not_seated(hall, season, two):
    """Before the meeting opens: no agenda, no seat; and a ballot at the very moment of a recusal comes before it or not at all."""
    members = await hall.gather()
    _, gone = members[10]
    assert sorted((await recuse(hall, gone)).json()["record"]["declaration_ids"]) == sorted(map(str, two))
    assert (await hall.get(gone.token, "/agenda")).json()["items"] == []
    refused = await hall.attend(members[10][0])
    assert (refused.status_code, refused.json()["code"]) == (403, "RECUSED")
    outsider = next(who for who in season.experts if who not in [each for _, each in members])
    assert (await recuse(hall, outsider)).status_code == 404
    assert (await recuse(hall, members[0][1], UUID(int=7))).json()["code"] == "NOT_ON_AGENDA"
    await hall.did("OPEN", chair_id=members[0][0])
    who = members[1][1]
    cast, stepped = await asyncio.gather(hall.vote(who, two[0], True), recuse(hall, who, two[0]))
    assert (cast.status_code, stepped.status_code) in {(201, 409), (403, 200)}
    missing = 20 - 1  # either way one ballot of twenty is no longer to come
    assert (await hall.get(season.office)).json()["ballots_missing"] == missing


@pytest.mark.clause("3.3.3")
async def test_who_has_not_pledged_learns_how_much_and_not_from_what(hall, two):
    """Stepping back is open to any expert drawn; what is on the agenda is told to the trained and pledged alone."""
    await hall.draw()
    (expert_id, who), *_ = await hall.members()
    assert (await recuse(hall, who)).json()["record"] == {"count": 2, "declaration_ids": None}
    await hall.train(expert_id)
    assert (await hall.pledge(who)).status_code == 200
    told = (await recuse(hall, who)).json()["record"]
    assert (told["count"], sorted(told["declaration_ids"])) == (2, sorted(map(str, two)))


@pytest.mark.clause("3.3.1")
async def test_a_recusal_outlives_the_meeting(hall, season, session):
    """Four step back and the case is put off: the seven others and four of the rest sit in the next meeting, none of the four."""
    [case] = season.declarations
    voters = await hall.open()
    stepping = voters[7:]
    for who in stepping:
        assert (await recuse(hall, who, case)).status_code == 200
    await hall.did("CLOSE_VOTE")
    await hall.plan(held_on="2024-02-01", filed="2024-01-15T09:00+08:00")
    record = await hall.did("DRAW")
    assert record["excluded"] == {"RECUSED": 4}
    assert not {each.name for each in stepping} & {each["name"] for each in record["experts"]}
