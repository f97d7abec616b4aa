"""Nobody links ballots to experts better than chance, with all that the platform leaves behind in his hands (三（三）)."""

from __future__ import annotations

import random
from typing import Any

import pytest

from services.workflow.meeting import ballot, ballot_box
from tests.services.workflow.meeting import adversary
from tests.services.workflow.meeting.adversary import Evidence
from tests.services.workflow.meeting.hall import MEETING_DAY, Hall
from tests.services.workflow.meeting.neighbour import Accounts
from tests.services.workflow.meeting.season import Season, seed_committee, seed_declaration, seed_experts
from tests.services.workflow.meeting.seated import seat

EXPERTS = 11
BEYOND_CHANCE = 5.5
"""Standard deviations: of some two hundred ways that know nothing, one in a hundred thousand runs has one that far off."""


async def held(client: Any, session: Any, at: Any, admin: Any, capsys: Any, cases: int) -> Evidence:
    """A whole meeting, one ballot after the other, with everything that can be looked at looked at on the way."""
    season, chance = Season(), random.Random(7)
    async with session("workflow") as tx:
        await seed_committee(tx, season)
        await seed_experts(tx, season, EXPERTS)
        for _ in range(cases):
            await seed_declaration(tx, season)
        meeting_id = await seat(tx, season)
    await at(MEETING_DAY, "workflow")
    transports = {"accounts": Accounts(season).transport()}
    hall = Hall(await client("workflow", transports=transports), season, at, str(meeting_id))
    members = await hall.members()
    await hall.did("OPEN", chair_id=members[0][0])
    found = Evidence(accounts={expert: str(who.account_id) for expert, who in members})
    for declaration_id in season.declarations:
        ways = [n < chance.choice((5, 6)) for n in range(EXPERTS)]
        chance.shuffle(ways)
        for (expert, who), way in zip(chance.sample(members, EXPERTS), ways, strict=True):
            before = await adversary.box(admin, str(declaration_id))
            capsys.readouterr()
            assert (await hall.vote(who, declaration_id, way)).status_code == 201
            found.logged.append(capsys.readouterr().out)
            found.snapshots.append((before, await adversary.box(admin, str(declaration_id))))
            found.truth[expert, str(declaration_id)] = way
    await hall.did("CLOSE_VOTE")
    found.rows, found.ballots = await adversary.dump(admin), await adversary.ballots(admin)
    return found


COUNTABLE = ("ballot", "ballot_tally", "ballot_box", "ballot_key")


@pytest.mark.clause("3.3.3")
@pytest.mark.parametrize("ending", ["CLOSE_VOTE", "CANCEL"])
async def test_of_what_few_voted_on_nothing_is_left_to_count(hall, season, session, admin, ending):
    """One ballot, one short of a quorum, no quorum left, none: the roll tells who voted, so no ballot of these is ever opened."""
    async with session("workflow") as tx:
        for _ in range(4):
            await seed_declaration(tx, season)
    alone, short, left, untouched, whole = season.declarations
    voters = await hall.open()
    await hall.vote_all([True], voters[:1], alone)
    await hall.vote_all([True] * 7, voters[:7], short)
    await hall.vote_all([False] * 7, voters[:7], left)
    for who in voters[7:]:
        await hall.post(who.token, "/recusals", {"declaration_id": str(left), "note": "亲属"})
    await hall.vote_all([True] * 8 + [False] * 3, voters, whole)
    if ending == "CANCEL":
        await hall.at("2024-02-01T09:00+08:00", "workflow")
    ended = await hall.act(
        ending, season.office if ending == "CANCEL" else voters[0].token, note="年度已结束"
    )
    assert ended.status_code == 200, ended.text
    rows = await adversary.dump(admin)
    lines = [row.line for table in COUNTABLE for row in rows[f"workflow.{table}"]]
    assert len(lines) == (EXPERTS + 1 if ending == "CLOSE_VOTE" else 0)
    assert all(str(whole) in line for line in lines)
    deferred = (await hall.get(season.office)).json()["deferred"]
    why = {each["declaration_id"]: each["reason"] for each in deferred}
    few = dict.fromkeys(map(str, (alone, short, untouched)), "NOT_VOTED") | {str(left): "NO_QUORUM"}
    assert why == (few if ending == "CLOSE_VOTE" else {})
    states = (await hall.ask(season.office, "GET", "/v1/declarations")).json()["items"]
    waiting = {each["id"] for each in states if each["state"] == "ACCEPTED"}
    assert waiting == {*few} | ({str(whole)} if ending == "CANCEL" else set())


@pytest.mark.clause("3.3.3")
async def test_no_way_of_linking_ballots_to_experts_beats_chance(client, session, at, admin, capsys):
    """Orders of rows, transactions, places on disk, ids, times, sizes, bits, logs: none tells more than the tally does."""
    scored = adversary.scores(await held(client, session, at, admin, capsys, cases=6))
    assert any(name.startswith("workflow.ballot_roll") for name in scored)
    assert any(name.startswith("workflow.audit_log") for name in scored)
    assert {name: score for name, score in scored.items() if abs(score) > BEYOND_CHANCE} == {}


async def test_the_same_adversary_finds_what_leaks(client, session, at, admin, capsys, monkeypatch):
    """With a box that is appended to and ballots written as they lie in it, the order of the roll tells every vote."""

    def appended(box: bytes, *, in_favour: bool) -> bytes:
        way = ballot_box.Slot.IN_FAVOUR if in_favour else ballot_box.Slot.AGAINST
        return box.replace(bytes([ballot_box.Slot.EMPTY]), bytes([way]), 1)

    class Orderly(random.SystemRandom):
        def shuffle(self, x: Any) -> None:
            """Leave it as it is."""

    monkeypatch.setattr(ballot, "cast", appended)
    monkeypatch.setattr("services.workflow.meeting.ballot.secrets.SystemRandom", Orderly)
    scored = adversary.scores(await held(client, session, at, admin, capsys, cases=4))
    found = {name for name, score in scored.items() if abs(score) > BEYOND_CHANCE}
    assert "workflow.ballot_roll by transaction beside ballots by place" in found
    assert "workflow.audit_log by time beside ballots by transaction" in found
