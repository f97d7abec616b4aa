"""Replacements over HTTP: who comes in is nobody's choice, who leaves is out at once, and anyone repeats it (三（三）)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from tests.services.workflow.meeting.hall import MEETING_DAY
from tests.services.workflow.meeting.replay import replay

SUSPENDED = text(
    "update expert set state = 'SUSPENDED', ground = 'DISCIPLINE', version = version + 1 where id = :id"
)


async def relation(hall, who, declaration_id, kind="KINSHIP"):
    """Let an expert put a relation to an applicant on record."""
    applicant = hall.season.applicants[hall.season.declarations.index(declaration_id)]
    body = {"kind": kind, "person_id": str(applicant.id), "note": "侄子"}
    answer = await hall.ask(who.token, "POST", "/v1/relations", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["record"]


async def replaced(hall, expert_id, note="出差"):
    """Replace an expert; the meeting after it."""
    return await hall.did("REPLACE", expert_id=expert_id, note=note)


@pytest.mark.clause("3.3.1")
async def test_an_expert_who_cannot_come_is_replaced_by_the_next_in_line(hall, season, tmp_path):
    """With reason, who and when; the one who left sees nothing any more, the other trains and pledges; replayed by the page."""
    await hall.draw()
    (leaving, who), *_ = await hall.members()
    await hall.train(leaving)
    assert (await hall.pledge(who)).status_code == 200
    assert (await hall.get(who.token, "/agenda")).status_code == 200
    refused = await hall.act("REPLACE", expert_id=leaving)
    assert [each["code"] for each in refused.json()["findings"]] == ["REASON_MISSING"]
    assert (await hall.act("REPLACE", note="出差")).json()["code"] == "FIELD_NEEDED"
    after = await replaced(hall, leaving)
    [entered] = [each for each in after["experts"] if each["replaces"] == leaving]
    assert (entered["trained"], entered["pledged"], len(after["experts"])) == (False, False, 11)
    [told] = after["replacements"]
    assert after["replaced_on_word"] == {"count": 1, "usual": 2, "sign": False}
    assert (told["left_id"], told["entered_id"], told["ground"], told["note"]) == (
        leaving,
        entered["expert_id"],
        "UNAVAILABLE",
        "出差",
    )
    assert (await hall.get(who.token, "/agenda")).status_code == 404
    newcomer = next(each for each in season.experts if each.name == entered["name"])
    assert (await hall.get(newcomer.token, "/agenda")).json()["code"] == "EXPERT_NOT_READY"
    assert (await hall.get(newcomer.token)).json()["replacements"] == []
    history = (await hall.get(season.supervisor, "/history")).json()
    assert (history[-1]["action"], history[-1]["note"]) == ("REPLACE", "出差")
    public = (await hall.get(None, "/draw")).json()
    assert entered["pseudonym"] in public["seated"]
    assert not {"出差", "UNAVAILABLE", entered["name"]} & set(str(public).split("'"))
    assert await replay(public, tmp_path) == (0, "repeated: 11 drawn, 1 replaced, 11 sit")
    public["replacements"][0]["entered"] = public["seated"][0]
    assert await replay(public, tmp_path) == (1, "replacement 1: it was another's turn")


@pytest.mark.clause("3.3.1")
async def test_the_same_expert_is_replaced_once(hall):
    """Of 64 tries, eight at any time, one gets through; the agenda and the draw stay as they are."""
    await hall.draw()
    (leaving, _), *_ = await hall.members()
    connections = asyncio.Semaphore(8)

    async def attempt():
        async with connections:
            return (await hall.act("REPLACE", expert_id=leaving, note="出差")).status_code

    answers = await asyncio.gather(*(attempt() for _ in range(64)))
    assert sorted(set(answers)) == [200, 404]
    assert answers.count(200) == 1
    record = (await hall.get(hall.season.office)).json()
    assert (len(record["replacements"]), len(record["experts"])) == (1, 11)
    assert (await hall.act("DRAW")).json()["code"] == "ACTION_NOT_AVAILABLE"
    assert (await hall.act("TABLE")).json()["code"] == "ACTION_NOT_AVAILABLE"


@pytest.mark.clause("3.3.1")
async def test_who_is_found_in_conflict_later_is_replaced_before_the_meeting_opens(
    hall, season, session, tmp_path
):
    """A relation declared and a suspension after the draw: no files at once, no opening, a reserve in conflict passed over."""
    members = await hall.gather()
    (first, cousin), (second, _), *_ = members
    sitting = {each.name for _, each in members}
    reserves = [each for each in season.experts if each.name not in sitting]
    for each in reserves[1:]:
        await relation(hall, each, season.declarations[0], "CO_AUTHORSHIP")
    assert (await hall.get(cousin.token, "/agenda")).status_code == 200
    await relation(hall, cousin, season.declarations[0])
    assert (await hall.get(cousin.token, "/agenda")).json()["code"] == "EXPERT_KEEPS_OUT"
    async with session("workflow") as tx:
        await tx.execute(SUSPENDED, {"id": second})
    told = {each["expert_id"]: each for each in (await hall.get(season.office)).json()["experts"]}
    assert (told[first]["impediment"], told[second]["impediment"]) == ("KINSHIP", "OUT_OF_POOL")
    overseen = (await hall.get(season.supervisor)).json()["experts"]
    assert {each["impediment"] for each in overseen} == {None}
    refused = await hall.act("OPEN", chair_id=members[-1][0])
    assert [each["code"] for each in refused.json()["findings"]] == ["EXPERT_IMPEDED"]
    after = await replaced(hall, first, "亲属回避")
    assert [each["name"] for each in after["experts"] if each["replaces"]] == [reserves[0].name]
    after = await replaced(hall, second, "暂停")
    assert [each["ground"] for each in after["replacements"]] == ["CONFLICT", "OUT_OF_POOL"]
    assert (after["replacements"][1]["entered_id"], len(after["experts"])) == (None, 10)
    public = (await hall.get(None, "/draw")).json()
    assert len(public["replacements"][1]["passed_over"]) == len(reserves) - 1
    assert await replay(public, tmp_path) == (0, "repeated: 11 drawn, 2 replaced, 10 sit")
    await hall.at(MEETING_DAY, "workflow")
    assert (await hall.did("OPEN", chair_id=members[-1][0]))["state"] == "OPEN"
    assert (await hall.act("REPLACE", expert_id=members[3][0], note="迟到")).status_code == 409


@pytest.mark.clause("3.3.1")
async def test_conflicts_are_judged_by_where_an_expert_works_now(hall, season, accounts):
    """One who moved to an applicant's hospital and one whose account is closed are not drawn; their entries say nothing of it."""
    moved, closed = season.experts[:2]
    accounts.employed[moved.account_id] = (season.province, season.authority, season.hospital)
    accounts.closed.add(closed.account_id)
    record = await hall.draw()
    assert not {moved.name, closed.name} & {each["name"] for each in record["experts"]}
    assert record["excluded"] == {"NO_ACCOUNT": 1, "SAME_UNIT": 1}
    assert (await hall.get(None, "/draw")).json()["excluded"] == 2
