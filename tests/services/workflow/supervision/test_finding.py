"""What is found is ordered to be corrected by a day, answered, accepted or ordered anew; a void result ends its declaration."""

from __future__ import annotations

import asyncio
from datetime import date
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update

from services.kit.audit import audit_log
from services.kit.ids import new_id
from services.kit.outbox import outbox
from services.workflow.contract import FindingMoved
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.recommendation.model import Recommendation
from services.workflow.supervision.model import Finding
from services.workflow.supervision.states import FindingAction, FindingState
from services.workflow.supervision.steps import FINDING_STEPS, FLAG_STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.season import HOSPITAL, Line
from tests.services.workflow.supervision.scene import COPIES, flags, submitted, told_above_once

PATH = "/v1/supervision/findings"
DOCUMENT = "青人社厅函〔2023〕56号"


@pytest.fixture
async def flagged(office, season, session):
    """A line, a declaration that was passed too fast, and the flag."""
    line = Line.of(HOSPITAL, season.root)
    (declaration,) = await submitted(office, season, session, line, 1)
    await office.passed(declaration, line.token("REVIEWER", 3, name="韩审核"))
    (flag,) = await flags(office, line.token("SUPERVISOR", 2))
    return line, declaration, flag


async def ordered(office, token, **body):
    """Order a correction."""
    sent = {"kind": "CORRECTION_ORDERED", "reason": "未逐项核查", "document_number": DOCUMENT, **body}
    return await office.call("POST", PATH, token, json={"due_on": "2023-11-27", **sent})


async def void(office, token, declaration, **body):
    """Declare a result void."""
    sent = {"kind": "RESULT_VOID", "reason": "业绩不实", "document_number": DOCUMENT, **body}
    return await office.call("POST", PATH, token, json={"declaration_ids": [declaration["id"]], **sent})


async def step(office, finding, token, what, **body):
    """Answer or settle."""
    return await office.call("POST", f"{PATH}/{finding['id']}/{what}", token, json=body)


async def told(session):
    """Every step of a finding that was told."""
    async with session("workflow") as tx:
        rows = select(outbox.c.data).where(outbox.c.type == FindingMoved.type).order_by(outbox.c.seq)
        return [(each["action"], each["superior_id"]) for each in await tx.scalars(rows)]


@pytest.mark.clause("3.2.3")
async def test_a_correction_by_a_day_is_answered_and_decided(office, session, on, workflow_app, flagged):
    """Late, it is told above once; answered, it is ordered anew by a later day; answered again, it is accepted."""
    line, declaration, flag = flagged
    above, unit = line.token("SUPERVISOR", 1, name="厅监督"), line.token("REVIEWER", 3)
    body = {"flag_id": flag["id"], "declaration_ids": [declaration["id"]]}
    finding = record(await ordered(office, above, **body), 201)
    assert (finding["state"], finding["organisation_id"], finding["decided_by_name"]) == (
        "ORDERED",
        str(line.ids[3]),
        "厅监督",
    )
    assert [each["state"] for each in await flags(office, above)] == ["FOUND"]
    sweep = workflow_app.state.uncorrected
    await told_above_once(on, sweep, "2023-11-27T23:59+08:00", "2023-11-28T00:01+08:00")
    waits = record(await step(office, finding, unit, "answer", answer="已重新逐项核查"))
    assert waits["decide_by"] == "2023-12-05"
    await told_above_once(on, sweep, "2023-12-05T23:59+08:00", "2023-12-06T00:01+08:00")
    anew = {"accepted": False, "reason": "未附核查记录", "due_on": "2023-12-08"}
    for day in ("2023-12-06", "9999-12-31"):
        late = await step(office, finding, above, "settle", **{**anew, "due_on": day})
        assert codes(late) == ["NEW_DAY_NEEDED"]
    assert codes(await step(office, finding, above, "settle", accepted=False)) == ["REASON_NEEDED"]
    again = record(await step(office, finding, above, "settle", **anew))
    assert (again["state"], again["due_on"]) == ("ORDERED", "2023-12-08")
    record(await step(office, finding, unit, "answer", answer="已附核查记录"))
    many = [line.token("SUPERVISOR", n % 3) for n in range(8)]
    answers = await asyncio.gather(*(step(office, finding, each, "settle", accepted=True) for each in many))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 7
    (done,) = (await office.call("GET", PATH, unit, params={"state": "CORRECTED"})).json()["items"]
    assert (done["answer"], done["available_actions"]) == ("已附核查记录", [])
    root = str(line.ids[0])
    assert await told(session) == [
        (each, root) for each in ("FIND", "ESCALATE", "ANSWER", "ESCALATE", "REJECT", "ANSWER", "ACCEPT")
    ]


@pytest.mark.clause("3.2.3")
async def test_two_supervisors_of_one_flag(office, season, session, flagged):
    """A finding and a dismissal at once: one of them, and never both."""
    line, _, flag = flagged
    dismissal = f"/v1/supervision/flags/{flag['id']}/dismiss"
    answers = await asyncio.gather(
        *(ordered(office, line.token("SUPERVISOR", 1), flag_id=flag["id"]) for _ in range(4)),
        *(
            office.call("POST", dismissal, line.token("TITLE_OFFICER", 0), json={"reason": "已核查"})
            for _ in range(4)
        ),
    )
    assert sorted(each.status_code for each in answers)[1:] == [409] * 7
    (after,) = await flags(office, line.token("TITLE_OFFICER", 0))
    found = after["state"] == "FOUND"
    assert await season.count(Finding) == found
    assert found or after["state"] == "DISMISSED"


@pytest.mark.clause("3.2.3")
async def test_who_may_not_find_and_what_is_no_finding(office, season, session, flagged):
    """Not from beside or below, not on the own work, not without document, day, or what it is about; nothing changes."""
    line, declaration, flag = flagged
    above = line.token("SUPERVISOR", 1)
    about = {"declaration_ids": [declaration["id"]], "organisation_id": str(line.ids[3])}
    both = mint([seat("REVIEWER", *line.nodes[:3]), seat("SUPERVISOR", *line.nodes[:3])])
    async with session("workflow") as tx:
        other = (await tx.execute(text(COPIES), {"many": 1})).scalar_one()
    before = await season.count(Finding)
    for token, body, status, code in (
        (above, {"flag_id": flag["id"], "declaration_ids": [other]}, 422, "NOT_FLAGGED"),
        (line.token("SUPERVISOR", 3), {"flag_id": flag["id"]}, 403, "NOT_UNDER_YOU"),
        (line.token("REVIEWER", 1), {"flag_id": flag["id"]}, 404, "FLAG_NOT_FOUND"),
        (line.token("REVIEWER", 1), about, 403, "NOT_UNDER_YOU"),
        (Line.of(HOSPITAL, season.root).token("SUPERVISOR", 1), about, 404, "DECLARATION_NOT_FOUND"),
        (mint(), about, 404, "DECLARATION_NOT_FOUND"),
        (above, {**about, "organisation_id": str(uuid4())}, 422, "NOT_THAT_ORGANISATION"),
        (above, {"declaration_ids": about["declaration_ids"]}, 422, "DECLARATIONS_MISSING"),
        (above, {}, 422, "DECLARATIONS_MISSING"),
        (above, {**about, "document_number": "某文"}, 422, "DOCUMENT_NUMBER_INVALID"),
        (above, {**about, "due_on": None}, 422, "DUE_DAY_INVALID"),
        (above, {**about, "due_on": "2023-11-20"}, 422, "DUE_DAY_INVALID"),
        (above, {**about, "due_on": "9999-12-31"}, 422, "DUE_DAY_INVALID"),
        (above, {**about, "reason": " "}, 422, "REQUEST_MALFORMED"),
        (above, {**about, "declaration_ids": [str(uuid4())] * 51}, 422, "REQUEST_MALFORMED"),
    ):
        answer = await ordered(office, token, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    await office.passed(declaration, both)
    answer = await ordered(office, both, **about)
    assert codes(answer) == ["YOU_ACTED_ON_IT"]
    dismissal = f"/v1/supervision/flags/{flag['id']}/dismiss"
    for answer in (
        await ordered(office, both, flag_id=flag["id"]),
        await office.call("POST", dismissal, both, json={"reason": "已核查"}),
    ):
        assert codes(answer) == ["OVERSEER_IS_DISINTERESTED"]
    assert await season.count(Finding) == before


@pytest.mark.clause("3.2.3")
async def test_a_result_is_void_where_there_is_one(office, season, session, flagged):
    """In each state it is tried; the declaration ends, its place is given back, or the refusal tells the state."""
    line, declaration, _ = flagged
    officer, key = line.token("TITLE_OFFICER", 0), UUID(declaration["id"])
    for token in (line.token("SUPERVISOR", 1), line.token("SUPERVISOR", 0)):
        assert codes(await void(office, token, declaration), 403) == ["NOT_THE_FILING_HRSS"]
    assert codes(await void(office, officer, declaration, due_on="2023-12-01")) == ["DUE_DAY_INVALID"]
    ends = {State.ACCEPTED, State.PASSED, State.IN_RESULT_PUBLICITY}
    for state in set(State) - {State.CERTIFIED}:
        async with session("workflow") as tx:
            await tx.execute(update(Declaration).where(Declaration.id == key).values(state=state))
            await tx.execute(update(Recommendation).values(state="CONFIRMED"))
        answers = await asyncio.gather(
            *(void(office, line.token("TITLE_OFFICER", 0), declaration) for _ in range(2))
        )
        async with session("workflow") as tx:
            after = (await tx.get_one(Declaration, key)).state
            source = await tx.scalar(select(Recommendation.state))
        if state in ends:
            assert sorted(each.status_code for each in answers) == [201, 409], state
            assert (after, source) == ("ENDED", "LAPSED")
        else:
            assert {each.json()["code"] for each in answers} == {"ACTION_NOT_AVAILABLE"}, state
            assert (after, source) == (state, "CONFIRMED")
    assert await season.count(Finding) == len(ends)


ALLOWED = {
    ("ORDERED", "ANSWER"): {"concerned"},
    ("ANSWERED", "ACCEPT"): {"above", "officer"},
    ("ANSWERED", "REJECT"): {"above", "officer"},
}
"""Who alone may try what in which state."""


@pytest.mark.clause("3.2.3")
async def test_nobody_else_and_nothing_else(office, season, session):
    """In every state every action is tried by everybody; refusals carry their code and change nothing."""
    line = Line.of(HOSPITAL, season.root)
    tokens = {
        "concerned": line.token("REVIEWER", 3),
        "above": line.token("SUPERVISOR", 1),
        "officer": line.token("TITLE_OFFICER", 0),
        "own supervisor": line.token("SUPERVISOR", 3),
        "reviewer above": line.token("REVIEWER", 2),
        "stranger": mint(),
    }
    bodies = {
        "ANSWER": ("answer", {"answer": "已纠正"}),
        "ACCEPT": ("settle", {"accepted": True}),
        "REJECT": ("settle", {"accepted": False, "reason": "未附记录", "due_on": "2023-12-08"}),
    }
    reading = {"concerned", "above", "officer", "own supervisor"}
    for state, action, who in product(FindingState, bodies, tokens):
        finding = await written(session, line, state)
        path, body = bodies[action]
        before = await traces(session)
        answer = await step(office, finding, tokens[who], path, **body)
        if who in ALLOWED.get((state, action), ()):
            assert answer.status_code == 200, (state, action, who, answer.text)
            continue
        if who not in reading:
            code = "FINDING_NOT_FOUND"
        else:
            code = "NOT_YOUR_STEP" if (state, action) in ALLOWED else "ACTION_NOT_AVAILABLE"
        assert answer.json()["code"] == code, (state, action, who, answer.text)
        assert await traces(session) == before


async def written(session, line, state):
    """A finding as it stands in a state."""
    finding = Finding(
        id=new_id(),
        province="qinghai",
        kind="RESULT_VOID" if state == "VOIDED" else "CORRECTION_ORDERED",
        state=state,
        policy="qinghai/2023",
        declaration_ids=[],
        organisation_id=line.ids[3],
        reason="未逐项核查",
        document_number=DOCUMENT,
        body_id=line.ids[1],
        decided_by_name="监督",
        found_on=date(2023, 11, 20),
        due_on=date(2023, 11, 27),
        lineage=line.ids,
    )
    async with session("workflow") as tx:
        await tx.execute(text("delete from review_finding"))
        tx.add(finding)
    return {"id": str(finding.id)}


async def traces(session):
    """Everything a step could have changed."""
    async with session("workflow") as tx:
        row = (await tx.execute(text("select to_jsonb(f) from review_finding f"))).scalar()
        return row, *[await tx.scalar(select(func.count()).select_from(each)) for each in (audit_log, outbox)]


def test_the_tables_hold_these_steps_and_no_others():
    """Flags are dismissed or found; findings are answered, settled and, when late, told above."""
    assert {(str(s), str(a)): str(step.to) for (s, a), step in FLAG_STEPS.items()} == {
        ("OPEN", "DISMISS"): "DISMISSED",
        ("OPEN", "FIND"): "FOUND",
    }
    assert {(str(s), str(a)): str(step.to) for (s, a), step in FINDING_STEPS.items()} == {
        ("ORDERED", "ANSWER"): "ANSWERED",
        ("ORDERED", "ESCALATE"): "ORDERED",
        ("ANSWERED", "ESCALATE"): "ANSWERED",
        ("ANSWERED", "ACCEPT"): "CORRECTED",
        ("ANSWERED", "REJECT"): "ORDERED",
    }
    assert {str(action) for action in FindingAction} == {action for _, action in FINDING_STEPS}
