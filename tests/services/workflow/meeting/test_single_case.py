"""A session for a single case (一事一议): one applicant alone, planned and voted on as any other (二（四）1（3）)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from services.workflow.declaration.model import Declaration
from tests.services.workflow.meeting.hall import DAY, PLAN
from tests.services.workflow.meeting.season import seed_declaration

ARTICLE = "二（四）1（3）"
AT_ONCE = 16


@pytest.fixture
async def talents(season, session) -> list[str]:
    """Two aid-Qinghai talents who are accepted, by either route; the third of the season is of the usual one."""
    async with session("workflow") as tx:
        made = [await seed_declaration(tx, season) for _ in range(2)]
        for route, declaration_id in zip(("AID_EXCELLENT", "AID"), made, strict=True):
            await tx.execute(update(Declaration).where(Declaration.id == declaration_id).values(route=route))
    return [str(each) for each in made]


async def planned(hall, kind: str = "SINGLE_CASE") -> None:
    """A session without an agenda."""
    body = {"committee_id": str(hall.season.committee_id), "held_on": DAY, "plan": PLAN, "kind": kind}
    answer = await hall.ask(hall.season.office, "POST", "/v1/meetings", body)
    assert answer.status_code == 201, answer.text
    assert (ARTICLE in {each["cite"] for each in answer.json()["basis"]}) == (kind == "SINGLE_CASE")
    hall.id = answer.json()["record"]["id"]


@pytest.mark.clause("2.4.1.3", "3.3.3")
async def test_one_applicant_is_voted_on_by_the_whole_committee(hall, season, talents):
    """Plan, draw and quorum are the usual ones, less than two thirds do not pass; experts read what is waived."""
    await planned(hall)
    told = await hall.did("TABLE", declaration_ids=talents[:1])
    assert (told["kind"], told["agenda"]) == ("SINGLE_CASE", talents[:1])
    await hall.did("FILE_PLAN")
    voters = await hall.open()
    agenda = (await hall.get(voters[0].token, "/agenda")).json()["items"]
    assert [each["waives"] for each in agenda] == [["INTERVIEW", "PRACTICE_TEST", "SENIORITY"]]
    await hall.vote_all([n < 7 for n in range(11)], voters, talents[0])
    await hall.did("CLOSE_VOTE")
    [result] = (await hall.get(season.office)).json()["results"]
    assert (result["present"], result["in_favour"], result["passed"]) == (11, 7, False)


@pytest.mark.clause("2.4.1.3")
async def test_nobody_else_is_put_beside_the_one(hall, season, talents):
    """Neither two at once, nor a second later, nor who is by no such route, nor all that wait; nothing is tabled then."""
    await planned(hall)
    usual = str(season.declarations[0])
    for ids, code in (
        (talents, "ONE_CASE_ALONE"),
        ([usual], "NOT_A_SINGLE_CASE"),
        ([usual, talents[0]], "NOT_A_SINGLE_CASE"),
        ([], "FIELD_NEEDED"),
        (None, "FIELD_NEEDED"),
    ):
        refused = await hall.act("TABLE", declaration_ids=ids)
        assert (refused.status_code, refused.json()["code"]) == (422, code), ids
        if code != "FIELD_NEEDED":
            assert [each["cite"] for each in refused.json()["basis"]] == [ARTICLE]
    assert (await hall.get(season.office)).json()["agenda"] == []
    await hall.did("FILE_PLAN")
    empty = await hall.act("DRAW")
    assert [each["code"] for each in empty.json()["findings"]] == ["AGENDA_EMPTY"]
    many = [hall.act("TABLE", declaration_ids=[talents[n % 2]]) for n in range(AT_ONCE)]
    answers = await asyncio.gather(*many)
    assert sorted(each.status_code for each in answers) == [200] + [422] * (AT_ONCE - 1)
    assert len((await hall.get(season.office)).json()["agenda"]) == 1


@pytest.mark.clause("2.4.1.3")
async def test_an_ordinary_session_takes_them_too(hall, season, talents):
    """The notice allows a session of one's own and does not demand it."""
    await planned(hall, "ORDINARY")
    told = await hall.did("TABLE")
    assert (told["kind"], set(told["agenda"])) == ("ORDINARY", {str(each) for each in season.declarations})
    assert set(talents) < set(told["agenda"])


async def test_a_session_of_no_kind_is_refused(hall, season):
    """There are two kinds."""
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": PLAN, "kind": "QUICK"}
    answer = await hall.ask(season.office, "POST", "/v1/meetings", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "REQUEST_MALFORMED")
