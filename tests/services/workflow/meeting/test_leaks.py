"""Ways in which review systems elsewhere told more than they meant to: counts, refusals, filters, histories, events.

HotCRP told by different refusals what exists (issue 25) and by counts who was assigned (426), OpenReview by a status
line (openreview issue 351) and by a search that took a hidden group as its filter (November 2025).
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from tests.platform.tokens import mint, seat


async def seen_by(hall: Any, token: str) -> list[Any]:
    """All that a meeting tells somebody, without the ids of the requests."""
    [case] = hall.season.declarations
    paths = ("", "/agenda", "/history", "/recusals", "/groups", "/hearings", f"/opinions/{case}")
    answers = [await hall.get(token, path) for path in (*paths, f"/opinions/{case}/mine", "/recount")]
    listed = await hall.ask(token, "GET", "/v1/meetings")
    told = []
    for answer in (*answers, listed):
        body = answer.json()
        headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        plain = body if isinstance(body, list) else {k: v for k, v in body.items() if k != "request_id"}
        told.append((answer.status_code, headers, plain))
    return told


@pytest.mark.clause("3.3.3")
async def test_an_expert_learns_nothing_of_what_the_others_do(hall, season):
    """Another's recusal, opinion and ballot change nothing of what an expert is told: no count, no version, no header."""
    [case] = season.declarations
    voters = await hall.open()
    watching, stepping, writing, voting = voters[5], voters[6], voters[7], voters[8]
    before = await seen_by(hall, watching.token)
    await hall.post(stepping.token, "/recusals", {"declaration_id": str(case), "note": "同学"})
    await hall.ask(writing.token, "PUT", f"/v1/meetings/{hall.id}/opinions/{case}", {"text": "同意"})
    assert (await hall.vote(voting, case, True)).status_code == 201
    assert await seen_by(hall, watching.token) == before
    names = {each.name for each in voters} - {watching.name}
    assert not any(name in json.dumps(before, ensure_ascii=False) for name in names)


@pytest.mark.clause("3.3.3")
async def test_who_has_nothing_to_do_with_a_meeting_cannot_tell_that_there_is_one(hall, season):
    """Applicant and undrawn expert: the same refusals as for what does not exist, no totals, no filter that finds."""
    voters = await hall.open()
    [case] = season.declarations
    who = season.applicants[0]
    own = mint([seat("APPLICANT", season.province, season.hospital)], sub=who.account_id, person_id=who.id)
    undrawn = next(each for each in season.experts if each not in voters).token
    filters = ("", f"?committee_id={season.committee_id}", f"?cycle_id={season.cycle_id}", "?state=OPEN")
    hidden = (f"?expert_id={uuid4()}", f"?account_id={voters[0].account_id}", f"?declaration_id={case}")
    for token in (own, undrawn):
        real, hall_id = await seen_by(hall, token), hall.id
        hall.id = str(uuid4())
        assert await seen_by(hall, token) == real
        hall.id = hall_id
        for query in (*filters, *hidden):
            page = (await hall.ask(token, "GET", f"/v1/meetings{query}")).json()
            assert (page["items"], page["total"]) == ([], 0)
        pool = await hall.ask(token, "GET", f"/v1/experts?committee_id={season.committee_id}")
        assert not any(each.name in pool.text for each in season.experts)
    for query in hidden:
        page = (await hall.ask(voters[1].token, "GET", f"/v1/meetings{query}")).json()
        assert page["total"] == 1, "what is no filter finds and hides nothing"


@pytest.mark.clause("3.3.3")
async def test_the_applicant_reads_no_expert_s_name_and_no_score(hall, season, session):
    """The expert who presides closes the vote: the declaration's timeline says what happened, and neither who nor how."""
    [case] = season.declarations
    voters = await hall.open()
    who = season.applicants[0]
    own = mint([seat("APPLICANT", season.province, season.hospital)], sub=who.account_id, person_id=who.id)
    await hall.post(voters[9].token, "/recusals", {"note": "亲属"})
    await hall.vote_all([True] * 8 + [False] * 2, [*voters[:9], voters[10]], case)
    assert (await hall.act("CLOSE_VOTE", voters[0].token)).status_code == 200
    told = {}
    for path in ("", "/history", "/returns", "/answers", "/chain", "/hearings", "/evaluation"):
        told[path] = (await hall.ask(own, "GET", f"/v1/declarations/{case}{path}")).text
    last = json.loads(told["/history"])["items"][-1]
    assert (last["action"], last["actor_name"], last["organisation_id"]) == ("VOTE_PASS", None, None)
    everything = "".join(told.values())
    assert not any(each.name in everything for each in season.experts)
    assert not any(str(each.account_id) in everything for each in season.experts)
    assert not any(word in everything for word in ("in_favour", "against", "ballots"))
    async with session("workflow") as tx:
        events = (await tx.execute(select(outbox.c.type, outbox.c.data))).all()
    moved = [json.dumps(data) for kind, data in events if "declaration" in kind or "recused" in kind]
    assert len(moved) >= 2
    assert not any(str(each.account_id) in data for each in season.experts for data in moved)
