"""Quorum, pass share, one ballot each, nothing after the close, and what happens when all vote at once (三（三）)."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import pytest

from tests.services.workflow.meeting.season import seed_declaration


@pytest.mark.clause("3.3.3")
async def test_seven_of_eleven_are_no_quorum_and_eight_are(hall):
    """Two thirds of eleven are eight: with seven present the meeting does not open, with the eighth it does."""
    await hall.gather(present=7)
    answer = await hall.act("OPEN")
    assert [(f["code"], f["basis"][0]["cite"]) for f in answer.json()["findings"]] == [
        ("NO_QUORUM", "人社部令第40号")
    ]
    members = await hall.members()
    await hall.attend(members[7][0])
    assert (await hall.did("OPEN"))["state"] == "OPEN"


@pytest.mark.clause("3.3.3")
@pytest.mark.parametrize(
    ("present", "in_favour", "passed"),
    [(11, 8, True), (11, 7, False), (9, 6, True), (9, 5, False), (8, 6, True), (8, 5, False)],
)
async def test_two_thirds_of_those_present_pass(hall, season, present, in_favour, passed):
    """Exactly two thirds of those present are enough, one ballot less is not; the declaration moves accordingly."""
    record = await hall.decide(in_favour, present)
    [result] = record["results"]
    assert (result["in_favour"], result["against"], result["passed"]) == (
        in_favour,
        present - in_favour,
        passed,
    )
    path = f"/v1/declarations/{season.declarations[0]}"
    assert (await hall.ask(season.office, "GET", path)).json()["state"] == (
        "PASSED" if passed else "NOT_PASSED"
    )


@pytest.mark.clause("3.3.3")
async def test_one_who_is_present_and_does_not_vote_counts_as_present(hall, season):
    """Seven in favour of nine cast is not two thirds of eleven present; the presiding expert closed."""
    voters = await hall.open()
    await hall.vote_all([True] * 7 + [False] * 2, voters[:9], season.declarations[0])
    early = await hall.act("CLOSE_VOTE")
    assert [each["code"] for each in early.json()["findings"]] == ["VOTE_NOT_COMPLETE"]
    closed = await hall.act("CLOSE_VOTE", voters[0].token)
    assert closed.status_code == 200, closed.text
    assert closed.json()["record"]["results"] == []
    [result] = (await hall.get(season.office)).json()["results"]
    assert (result["present"], result["in_favour"], result["against"], result["passed"]) == (11, 7, 2, False)


@pytest.mark.clause("3.3.3")
async def test_the_same_expert_twenty_times_at_once_has_one_ballot(hall, season):
    """One answer says cast, nineteen say it is in already, whichever way they were meant."""
    voters = await hall.open()
    tries = [hall.vote(voters[0], season.declarations[0], n % 2 == 0) for n in range(20)]
    codes = Counter(answer.status_code for answer in await asyncio.gather(*tries))
    assert codes == {201: 1, 409: 19}
    await hall.vote_all([True] * 10, voters[1:], season.declarations[0])
    [result] = (await hall.did("CLOSE_VOTE"))["results"]
    assert result["in_favour"] + result["against"] == 11


@pytest.mark.clause("3.3.3")
async def test_eleven_experts_at_once_have_eleven_ballots(hall, season, session):
    """On three declarations at once nothing is lost and nothing is doubled."""
    async with session("workflow") as tx:
        for _ in range(2):
            await seed_declaration(tx, season)
    voters = await hall.open()
    wanted = {each: n + 5 for n, each in enumerate(season.declarations)}
    cast = [
        hall.vote(who, each, n < in_favour)
        for each, in_favour in wanted.items()
        for n, who in enumerate(voters)
    ]
    assert {answer.status_code for answer in await asyncio.gather(*cast)} == {201}
    record = await hall.did("CLOSE_VOTE")
    found = {each["declaration_id"]: (each["in_favour"], each["against"]) for each in record["results"]}
    assert found == {str(each): (n, 11 - n) for each, n in wanted.items()}


@pytest.mark.clause("3.3.3")
async def test_a_ballot_racing_the_close_is_counted_or_refused(hall, season):
    """Eleven ballots and the presiding expert's close at the same moment: what was answered as cast was counted, or all put off."""
    voters = await hall.open()
    ballots = [hall.vote(who, season.declarations[0], True) for who in voters]
    answers = await asyncio.gather(*ballots[:5], hall.act("CLOSE_VOTE", voters[0].token), *ballots[5:])
    cast = [answer for answer in answers if answer.status_code == 201]
    late = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert len(cast) + len(late) == 11
    assert set(late) <= {"NOT_VOTING_NOW"}
    told = (await hall.get(season.office)).json()
    counted = [(each["in_favour"], each["against"]) for each in told["results"]]
    enough = len(cast) >= 8  # two thirds of eleven
    assert counted == ([(len(cast), 0)] if enough else [])
    assert [each["reason"] for each in told["deferred"]] == ([] if enough else ["NOT_VOTED"])


@pytest.mark.clause("3.3.3")
async def test_nothing_is_cast_before_the_opening_or_after_the_close(hall, season):
    """A ballot outside of the vote is refused and counts for nothing."""
    members = await hall.gather()
    voters = [who for _, who in members]
    assert (await hall.vote(voters[0], season.declarations[0], True)).json()["code"] == "NOT_VOTING_NOW"
    await hall.did("OPEN", chair_id=members[0][0])
    await hall.vote_all([True] * 10, voters[:10], season.declarations[0])
    await hall.act("CLOSE_VOTE", voters[0].token)
    assert (await hall.vote(voters[10], season.declarations[0], True)).json()["code"] == "NOT_VOTING_NOW"
    [counted] = (await hall.get(season.office, "/recount")).json()
    assert (counted["in_favour"], counted["against"]) == (10, 0)


@pytest.mark.clause("3.3.3")
async def test_nobody_votes_for_another(hall, season):
    """An expert drawn but absent, an expert not drawn, and the office itself have no ballot; there is no proxy."""
    voters = await hall.open(present=9)
    everyone = [who for _, who in await hall.members()]
    absent = next(who for who in everyone if who not in voters)
    outsider = next(who for who in season.experts if who not in everyone)
    assert (await hall.vote(absent, season.declarations[0], True)).json()["code"] == "EXPERT_NOT_PRESENT"
    assert (await hall.vote(outsider, season.declarations[0], True)).status_code == 404
    body = {"declaration_id": str(season.declarations[0]), "in_favour": True}
    assert (await hall.post(season.office, "/ballots", body)).json()["code"] == "NOT_AN_EXPERT_HERE"
    named = body | {"expert_id": str(uuid4())}
    assert (await hall.post(voters[0].token, "/ballots", named)).status_code == 422
    assert (await hall.get(season.office)).json()["ballots_missing"] == 9


async def test_a_declaration_off_the_agenda_takes_no_ballot(hall):
    """An unknown declaration has no box."""
    voters = await hall.open()
    assert (await hall.vote(voters[0], uuid4(), True)).json()["code"] == "NOT_ON_AGENDA"


@pytest.mark.clause("3.3.3")
async def test_nobody_learns_a_score_while_the_vote_runs(hall, season):
    """Office, HRSS, supervisor and experts see no result before the close; how many ballots are missing is all."""
    voters = await hall.open()
    await hall.vote_all([True] * 6, voters[:6], season.declarations[0])
    for token in (season.office, season.officer, season.supervisor, voters[0].token):
        seen = await hall.get(token)
        assert seen.json()["results"] == []
        assert "in_favour" not in seen.text
        assert (await hall.get(token, "/recount")).status_code in {403, 409}
    assert (await hall.get(voters[0].token)).json()["ballots_missing"] == 5
    assert (await hall.get(voters[1].token)).json()["ballots_missing"] is None
    assert (await hall.get(voters[1].token, "/agenda")).json()["items"][0]["voted"] is True
    assert (await hall.get(voters[7].token, "/agenda")).json()["items"][0]["voted"] is False


@pytest.mark.clause("3.3.3")
async def test_without_who_presides_one_missing_ballot_stops_nothing(hall, season):
    """The office names one who is present, with a reason and on record; he or she closes, who presided before does not."""
    members = await hall.gather(present=9)
    absent = next(e for e, _ in await hall.members() if e not in [each for each, _ in members])
    await hall.did("OPEN")
    await hall.vote_all([True] * 8, [who for _, who in members[:8]], season.declarations[0])
    reason = {"note": "未指定主持人，一名评委中途离会"}
    assert (await hall.act("NAME_CHAIR", chair_id=members[0][0])).json()["findings"][0][
        "code"
    ] == "REASON_MISSING"
    assert (await hall.act("NAME_CHAIR", **reason)).json()["code"] == "FIELD_NEEDED"
    assert (await hall.act("NAME_CHAIR", chair_id=absent, **reason)).json()["code"] == "EXPERT_NOT_PRESENT"
    own = await hall.act("NAME_CHAIR", members[0][1].token, chair_id=members[0][0], **reason)
    assert own.json()["code"] == "NOT_YOUR_STEP"
    for chair_id, _ in members[:2]:
        assert (await hall.did("NAME_CHAIR", chair_id=chair_id, **reason))["chair_id"] == chair_id
    [*_, last] = (await hall.get(season.supervisor, "/history")).json()
    assert (last["action"], last["note"]) == ("NAME_CHAIR", reason["note"])
    assert (await hall.act("CLOSE_VOTE", members[0][1].token)).json()["code"] == "NOT_YOUR_STEP"
    assert (await hall.act("CLOSE_VOTE", members[1][1].token)).status_code == 200
    [result] = (await hall.get(season.office)).json()["results"]
    assert (result["present"], result["in_favour"], result["passed"]) == (9, 8, True)


async def test_only_one_who_is_present_presides(hall):
    """An absent expert cannot be named to preside."""
    members = await hall.gather(present=9)
    absent = next(e for e, _ in await hall.members() if e not in [each for each, _ in members])
    assert (await hall.act("OPEN", chair_id=absent)).json()["code"] == "EXPERT_NOT_PRESENT"
    await hall.did("OPEN", chair_id=members[0][0])
    answer = await hall.act("CLOSE_VOTE", members[1][1].token)
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_YOUR_STEP")
