"""Requests for avoidance: an applicant names somebody, the office decides, and nothing tells who is in the pool."""

from __future__ import annotations

import asyncio
from itertools import product
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text

from services.kit.transition import history
from services.workflow.avoidance.states import RequestAction, RequestState
from tests.platform.tokens import mint, node, seat

ALLOWED = {
    ("LODGED", "UPHOLD"): ("the office", "UPHELD"),
    ("LODGED", "REJECT"): ("the office", "REJECTED"),
    ("LODGED", "WITHDRAW"): ("the applicant", "WITHDRAWN"),
}
"""Who alone may do what, and where it leads."""


def applicant_of(season, number=0):
    """The token of an applicant."""
    person = season.applicants[number]
    return mint(
        [seat("APPLICANT", season.province, season.hospital)], sub=person.account_id, person_id=person.id
    )


async def ask(hall, number=0, **named):
    """Ask that somebody keep out."""
    path = f"/v1/declarations/{hall.season.declarations[number]}/avoidance-requests"
    return await hall.ask(applicant_of(hall.season, number), "POST", path, {"reason": "有过节", **named})


@pytest.mark.clause("3.3.1")
async def test_whom_an_applicant_names_is_kept_out_undecided_or_upheld(hall, season):
    """By name and unit however it is spelled, and by id; one that was rejected or withdrawn is drawn as anybody."""
    page = (await hall.ask(season.office, "GET", "/v1/experts?first=100")).json()["items"]
    entries = sorted(page, key=lambda each: each["name"])
    first = {"expert_name": " 专 家００ ", "organisation_id": entries[0]["organisation_id"]}
    undecided = await ask(hall, **first)
    assert (undecided.status_code, undecided.json()["basis"][0]["cite"]) == (201, "本省参数")
    upheld = (await ask(hall, expert_id=entries[1]["id"])).json()["record"]
    rejected = (await ask(hall, expert_id=entries[2]["id"])).json()["record"]
    listed = (await hall.ask(season.office, "GET", "/v1/avoidance-requests?state=LODGED")).json()["items"]
    assert len(listed) == 3
    for made, action in ((upheld, "UPHOLD"), (rejected, "REJECT")):
        path = f"/v1/avoidance-requests/{made['id']}/actions/{action}"
        assert (await hall.ask(season.office, "POST", path, {"note": "经研究"})).status_code == 200
    meeting = await hall.draw()
    assert meeting["excluded"] == {"ASKED_FOR": 2}
    assert not {"专家00", "专家01"} & {each["name"] for each in meeting["experts"]}
    assert len((await hall.get(None, "/draw")).json()["pool"]) == 18
    late = await ask(hall, expert_id=entries[5]["id"])
    assert (late.status_code, late.json()["code"]) == (409, "AVOIDANCE_TOO_LATE")
    path = f"/v1/avoidance-requests/{undecided.json()['record']['id']}/actions/WITHDRAW"
    over = (await hall.ask(applicant_of(season), "POST", path, {})).json()
    assert [each["code"] for each in over["findings"]] == ["EXPERTS_DRAWN"]


@pytest.mark.clause("3.3.1")
async def test_the_answer_is_the_same_whether_or_not_the_named_one_is_in_the_pool(hall, season, session):
    """An expert, nobody, and one out of the pool: the same answer, the same list, the same event, but for ids."""
    page = (await hall.ask(season.office, "GET", "/v1/experts?first=100")).json()["items"]
    known, out = page[0], page[1]
    async with session("workflow") as tx:
        gone = text("update expert set state = 'WITHDRAWN', ground = 'OTHER' where id = :id")
        await tx.execute(gone, {"id": out["id"]})
    named = [
        {"expert_name": known["name"], "organisation_id": known["organisation_id"]},
        {"expert_name": out["name"], "organisation_id": out["organisation_id"]},
        {"expert_name": "查无此人", "organisation_id": known["organisation_id"]},
    ]
    answers = [await ask(hall, **each) for each in named]
    variable = {"id", "expert_name", "organisation_id"}
    told = [
        {key: value for key, value in answer.json()["record"].items() if key not in variable}
        for answer in answers
    ]
    assert told[0] == told[1] == told[2]
    assert {answer.status_code for answer in answers} == {201}
    assert len({str(sorted(answer.json())) for answer in answers}) == 1
    seen = (await hall.ask(applicant_of(season), "GET", "/v1/avoidance-requests")).json()["items"]
    assert len({tuple(sorted((k, str(v)) for k, v in e.items() if k not in variable)) for e in seen}) == 1
    more = await ask(hall, expert_id=known["id"])
    assert (more.status_code, more.json()["code"]) == (422, "AVOIDANCE_REQUESTS_USED_UP")
    assert "3" in more.json()["message"]


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"expert_name": "王五"},
        {"organisation_id": str(uuid4())},
        {"expert_id": str(uuid4()), "expert_name": "王五"},
        {"expert_name": "王五", "organisation_id": str(uuid4()), "expert_id": str(uuid4())},
        {"expert_id": "x"},
        {"expert_id": str(uuid4()), "reason": ""},
    ],
)
async def test_a_request_names_somebody_and_says_why(hall, named):
    """Half a name, two names, no reason: refused as malformed, and nothing is kept."""
    answer = await ask(hall, **named)
    assert answer.json()["code"] in {"NOBODY_NAMED", "REQUEST_MALFORMED"}
    assert answer.status_code == 422
    assert (await hall.ask(hall.season.office, "GET", "/v1/avoidance-requests")).json()["items"] == []


async def test_every_state_action_and_caller_of_a_request(hall, season, session):
    """What the table allows by hand, and nothing else; a refusal leaves request and history as they were."""
    made = (await ask(hall, expert_id=str(uuid4()))).json()["record"]
    other = mint([seat("APPLICANT", season.province, season.clinic)], person_id=uuid4())
    callers = {
        "the applicant": applicant_of(season),
        "the office": season.office,
        "another applicant": other,
        "another office": mint([seat("COMMITTEE_OFFICE", season.province, node("AUTHORITY", "PROVINCE"))]),
        "an officer": season.officer,
        "a supervisor": season.supervisor,
        "an expert": season.experts[0].token,
        "a service": mint(kind="service"),
    }
    seen = {"the applicant", "the office"}

    async def put(state):
        async with session("workflow") as tx:
            set_to = text("update avoidance_request set state = :state where id = :id")
            await tx.execute(set_to, {"state": state, "id": made["id"]})

    async def lines():
        async with session("workflow") as tx:
            return await tx.scalar(select(func.count()).where(history.c.subject_id == made["id"]))

    for state, action, (who, token) in product(RequestState, RequestAction, callers.items()):
        await put(state)
        before = await lines()
        path = f"/v1/avoidance-requests/{made['id']}/actions/{action}"
        answer = await hall.ask(token, "POST", path, {"note": "理由"})
        allowed, leads_to = ALLOWED.get((state, action), (None, None))
        if who == allowed:
            assert answer.json()["record"]["state"] == leads_to, (state, action, who)
            continue
        expected = "ACTION_NOT_AVAILABLE" if allowed is None else "NOT_YOUR_STEP"
        assert answer.json()["code"] == (expected if who in seen else "AVOIDANCE_REQUEST_NOT_FOUND")
        assert await lines() == before


async def test_who_else_asks_is_refused(hall, season):
    """The office for the applicant, another applicant, a stranger: not theirs."""
    path = f"/v1/declarations/{season.declarations[0]}/avoidance-requests"
    body = {"expert_id": str(uuid4()), "reason": "有过节"}
    other = mint([seat("APPLICANT", season.province, season.clinic)], person_id=uuid4())
    assert (await hall.ask(season.office, "POST", path, body)).json()["code"] == "NOT_YOUR_DECLARATION"
    assert (await hall.ask(other, "POST", path, body)).json()["code"] == "DECLARATION_NOT_FOUND"
    bare = f"/v1/avoidance-requests/{(await ask(hall, expert_id=str(uuid4()))).json()['record']['id']}"
    refused = (await hall.ask(season.office, "POST", f"{bare}/actions/REJECT", {})).json()
    assert [each["code"] for each in refused["findings"]] == ["REASON_MISSING"]


async def test_a_request_beside_the_draw_counts_or_is_too_late(hall, season):
    """Of many at the instant of the draw each that was taken keeps its expert out, and no more than the policy allows."""
    page = (await hall.ask(season.office, "GET", "/v1/experts?first=100")).json()["items"]
    await hall.plan()
    asking = [ask(hall, expert_id=each["id"]) for each in page[:6]]
    answers = await asyncio.gather(*asking[:3], hall.act("DRAW"), *asking[3:])
    draw, requests = answers[3], [*answers[:3], *answers[4:]]
    assert draw.status_code == 200
    taken = {each.json()["record"]["expert_id"] for each in requests if each.status_code == 201}
    assert len(taken) <= 3
    assert {each.status_code for each in requests} <= {201, 409, 422}
    public = (await hall.get(None, "/draw")).json()
    pool = (await hall.get(season.office, "/draw/experts")).json()
    assert not taken & {each["expert_id"] for each in pool}
    assert public["excluded"] == len(taken)
