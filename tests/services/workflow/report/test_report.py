"""Reports hold what they are about while they are checked, are checked by others, and never tell who reported."""

from __future__ import annotations

import asyncio
from itertools import product
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text, update

from services.kit.audit import audit_log
from services.kit.ids import new_id
from services.kit.outbox import outbox
from services.workflow.contract import ReportMoved
from services.workflow.declaration.model import Declaration
from services.workflow.declaration.states import State
from services.workflow.declaration.steps import STEPS
from services.workflow.report.hold import no_report_being_checked, no_report_found_true
from services.workflow.report.model import Report
from services.workflow.report.service import REPORTABLE
from services.workflow.report.states import ReportState
from services.workflow.report.steps import REPORT_STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.supervision.scene import told_above_once

CITIZEN = {"name": "王五", "sub": uuid4()}


@pytest.fixture
async def waiting(office, season):
    """Somebody, and the declaration at its department, looked through."""
    person = await season.recommended()
    declaration = await office.submitted(person)
    await office.look_through(declaration, person.line.token("REVIEWER", 3, sub=season.office_account))
    return person, declaration


async def lodged(office, declaration, token=None, **more):
    """A report; who gives a name sends a key with it."""
    body = {"number": declaration["number"], "text": "病案系伪造", "anonymous": token is None, **more}
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"} if token else {}
    return await office.http.post("/v1/reports", headers=headers, json=body)


async def step(office, report, action, token, reason="经核查"):
    """A step of the check."""
    body = {"reason": reason} if reason else {}
    return await office.call("POST", f"/v1/reports/{report['id']}/actions/{action}", token, json=body)


@pytest.mark.clause("3.6.3")
async def test_a_report_holds_the_declaration_until_it_is_decided(office, season, session, waiting):
    """Received it holds nothing; taken up it holds the approval, on the article; decided it is free. Nobody learns who."""
    person, declaration = waiting
    reviewer = person.line.token("REVIEWER", 3, sub=season.office_account)
    above = person.line.token("TITLE_OFFICER", 0)
    report = record(await lodged(office, declaration, mint(**CITIZEN)), 201)
    assert set(report) == {"id", "number", "anonymous", "state", "reported_at"}
    record(await lodged(office, declaration), 201)
    assert codes(await step(office, report, "DECLINE", above, reason=None)) == ["REASON_GIVEN"]
    record(await step(office, report, "TAKE_UP", above, reason=None))
    refused = await office.act(declaration, "PASS", reviewer)
    assert (codes(refused), refused.json()["basis"][0]["cite"]) == (["REPORT_BEING_CHECKED"], "三（六）3")
    listed = await office.call("GET", "/v1/reports", above)
    assert [each["state"] for each in listed.json()["items"]] == ["RECEIVED", "CHECKING"]
    decided = await step(office, report, "DISMISS", above, reason="病案属实")
    record(decided)
    assert record(await office.act(declaration, "PASS", reviewer))["state"] == "UNDER_REVIEW"
    async with session("workflow") as tx:
        tables = await tx.scalars(text("select tablename from pg_tables where schemaname = 'workflow'"))
        dump = "".join(
            [str(list(await tx.scalars(text(f"select t::text from {each} t")))) for each in tables]
        )
        sealed = list(await tx.scalars(select(Report.identity).order_by(Report.id)))
    for told in (dump, listed.text, decided.text):
        assert str(CITIZEN["sub"]) not in told
        assert "王五" not in told
    assert [each is None for each in sealed] == [False, True]


@pytest.mark.clause("3.6.3")
async def test_what_is_found_true_holds_all_that_the_person_declares_this_year(office, season, waiting):
    """Who withdraws and declares anew is held by what is checked, and by what is found true; it may still be sent back."""
    person, declaration = waiting
    other = record(await lodged(office, declaration), 201)
    report = record(await lodged(office, declaration), 201)
    above = person.line.token("TITLE_OFFICER", 0)
    for each in (other, report):
        record(await step(office, each, "TAKE_UP", above, reason=None))
    record(await office.act(declaration, "WITHDRAW", person.token))
    anew = await office.submitted(person)
    reviewer = person.line.token("REVIEWER", 3, sub=season.office_account)
    await office.look_through(anew, reviewer)
    assert codes(await office.act(anew, "PASS", reviewer)) == ["REPORT_BEING_CHECKED"]
    record(await step(office, report, "UPHOLD", above))
    assert codes(await office.act(anew, "PASS", reviewer)) == ["REPORT_FOUNDED"]
    record(await step(office, other, "DISMISS", above))
    assert codes(await office.act(anew, "PASS", reviewer)) == ["REPORT_FOUNDED"]
    items = [{"item": "basic", "reason": "举报查实"}]
    record(await office.act(anew, "SEND_BACK", reviewer, items=items))


@pytest.mark.clause("3.6.3")
async def test_a_check_has_its_last_day(office, season, session, on, workflow_app, waiting):
    """Late, it is told above once, not taken up and not decided on; what it held is not late meanwhile, and begins anew."""
    person, declaration = waiting
    late, reviews = workflow_app.state.unchecked, workflow_app.state.escalation
    above = person.line.token("TITLE_OFFICER", 0)
    report = record(await lodged(office, declaration), 201)
    await told_above_once(on, late, "2023-11-23T23:59+08:00", "2023-11-24T00:01+08:00")
    taken = record(await step(office, report, "TAKE_UP", above, reason=None))
    assert taken["due_on"] == "2023-12-08"
    await on("2023-12-08T23:59+08:00")
    assert (await late.once(), await reviews.once()) == (0, 0)
    await told_above_once(on, late, "2023-12-08T23:59+08:00", "2023-12-09T00:01+08:00")
    decided = record(await step(office, report, "DISMISS", above, reason="病案属实"))
    assert decided["due_on"] is None
    reviewer = person.line.token("REVIEWER", 3, sub=season.office_account)
    now = await office.read(declaration, reviewer)
    assert [each["due_on"] for each in now["chain"] if each["state"] == "CURRENT"] == ["2023-12-15"]
    async with session("workflow") as tx:
        rows = select(outbox.c.data).where(outbox.c.type == ReportMoved.type).order_by(outbox.c.seq)
        told = [(each["action"], each["due_on"]) for each in await tx.scalars(rows)]
    assert told == [
        ("REPORT", "2023-11-23"),
        ("ESCALATE", "2023-11-23"),
        ("TAKE_UP", "2023-12-08"),
        ("ESCALATE", "2023-12-08"),
        ("DISMISS", None),
    ]


@pytest.mark.clause("3.6.3")
async def test_what_is_being_checked_does_not_lapse(office, on, workflow_app, waiting):
    """The run is over: it stays while the report is being checked, and lapses once that is decided."""
    person, declaration = waiting
    above = person.line.token("TITLE_OFFICER", 0)
    report = record(await lodged(office, declaration), 201)
    record(await step(office, report, "TAKE_UP", above, reason=None))
    await on("2024-02-01T00:01+08:00")
    assert await workflow_app.state.sweep.once() == 0
    record(await step(office, report, "DISMISS", above))
    assert await workflow_app.state.sweep.once() == 1
    assert (await office.read(declaration, person.token))["state"] == "LAPSED"


def test_the_steps_that_are_held_and_no_others():
    """Approval, acceptance, agenda, publicity and filing ask; returns, refusals, withdrawals, ends and votes do not.

    Being checked, it is neither told above as late nor lapses: its reviewer cannot go on.
    """
    for rule in (no_report_being_checked, no_report_found_true):
        held = {action.value for (_, action), each in STEPS.items() if rule in each.rules}
        waits = {"ESCALATE", "LAPSE"} if rule is no_report_being_checked else set()
        assert held == {"PASS", "ACCEPT", "TABLE", "PUBLICISE", "FILE"} | waits


@pytest.mark.clause("3.6.3")
async def test_taken_up_against_an_approval_at_once(office, season, waiting):
    """Sixty-four at once: passed before it was taken up, or held; what is held stays where it is."""
    person, declaration = waiting
    report = record(await lodged(office, declaration), 201)
    reviewer = person.line.token("REVIEWER", 3, sub=season.office_account)
    above = [person.line.token("SUPERVISOR", n % 2) for n in range(32)]
    taking = (step(office, report, "TAKE_UP", each, reason=None) for each in above)
    passing = (office.act(declaration, "PASS", reviewer) for _ in range(32))
    answers = await asyncio.gather(*(each for pair in zip(taking, passing, strict=True) for each in pair))
    assert sorted(each.status_code for each in answers[::2]) == [200] + [409] * 31
    passed = [each for each in answers[1::2] if each.status_code == 200]
    refused = {code for each in answers[1::2] if each.status_code == 422 for code in codes(each)}
    assert len(passed) <= 1
    assert refused <= {"REPORT_BEING_CHECKED"}
    assert {each.status_code for each in answers[1::2]} <= {200, 403, 409, 422}
    now = await office.read(declaration, above[0])
    assert now["chain"][0]["state"] == ("DONE" if passed else "CURRENT")


@pytest.mark.clause("3.6.3")
async def test_two_who_decide(office, waiting):
    """Many decide at once both ways: one decision stands."""
    person, declaration = waiting
    report = record(await lodged(office, declaration), 201)
    record(await step(office, report, "TAKE_UP", person.line.token("SUPERVISOR", 0), reason=None))
    answers = await asyncio.gather(
        *(
            step(office, report, ("UPHOLD", "DISMISS")[n % 2], person.line.token("SUPERVISOR", n % 2))
            for n in range(8)
        )
    )
    assert sorted(each.status_code for each in answers) == [200] + [409] * 7


@pytest.mark.clause("3.6.3")
async def test_who_may_not_check(office, season, waiting):
    """Not the unit, not below, not beside; not who reported, declares, or has acted on it, nor who acts for them."""
    person, declaration = waiting
    line, author = person.line, uuid4()
    officer = [seat("TITLE_OFFICER", line.nodes[0])]
    report = record(await lodged(office, declaration, mint(officer, sub=author)), 201)
    for token in (
        *(line.token("SUPERVISOR", place) for place in (2, 3)),
        line.token("REVIEWER", 0),
        line.token("COMMITTEE_OFFICE", 0),
        mint(),
    ):
        assert codes(await step(office, report, "TAKE_UP", token), 404) == ["REPORT_NOT_FOUND"]
    assert (await step(office, report, "TAKE_UP", None)).status_code == 401
    await office.passed(declaration, line.token("REVIEWER", 3, sub=season.office_account))
    for claims in (
        {"sub": author},
        {"sub": season.office_account},
        {"sub": person.account_id},
        {"person_id": person.person_id},
    ):
        listed = await office.call("GET", "/v1/reports", mint(officer, **claims))
        assert [each["id"] for each in listed.json()["items"]] == [report["id"]][: claims == {"sub": author}]
        refused = await step(office, report, "TAKE_UP", mint(officer, **claims))
        assert codes(refused) == ["CHECKER_IS_DISINTERESTED"], claims
    record(await step(office, report, "TAKE_UP", line.token("SUPERVISOR", 1)))


async def test_what_cannot_be_reported(office, season, session, waiting):
    """Drafts, what is over and unknown numbers are answered alike; words and keys are looked at; floods wait."""
    _, declaration = waiting
    key = UUID(declaration["id"])
    for state in set(State) - REPORTABLE:
        async with session("workflow") as tx:
            await tx.execute(update(Declaration).where(Declaration.id == key).values(state=state))
        assert codes(await lodged(office, declaration), 404) == ["NOTHING_TO_REPORT"], state
    assert codes(await lodged(office, {"number": "QH-0"}), 404) == ["NOTHING_TO_REPORT"]
    async with session("workflow") as tx:
        await tx.execute(update(Declaration).where(Declaration.id == key).values(state="ACCEPTED"))
    assert codes(await lodged(office, declaration, anonymous=False), 401) == ["SIGN_IN_TO_BE_NAMED"]
    for bad in ({"text": " "}, {"text": "x" * 20_001}, {"text": "\0"}, {"number": ""}, {"why": "?"}):
        assert (await lodged(office, declaration, **bad)).status_code == 422, bad
    headers = {"Authorization": f"Bearer {mint()}", "idempotency-key": "k"}
    body = {"number": declaration["number"], "text": "伪造", "anonymous": True}
    kept = await office.http.post("/v1/reports", headers=headers, json=body)
    assert codes(kept) == ["ANONYMOUS_WITHOUT_KEY"]
    answers = await asyncio.gather(*(lodged(office, declaration) for _ in range(8)))
    assert sorted(each.status_code for each in answers) == [201] * 5 + [429] * 3
    assert all(each.headers["retry-after"] for each in answers if each.status_code == 429)
    record(await lodged(office, declaration, mint()), 201)


ALLOWED = {
    ("RECEIVED", "TAKE_UP"): "CHECKING",
    ("RECEIVED", "DECLINE"): "NOT_TAKEN_UP",
    ("CHECKING", "UPHOLD"): "FOUNDED",
    ("CHECKING", "DISMISS"): "UNFOUNDED",
}
FOR_THE_PLATFORM = {("RECEIVED", "ESCALATE"): "RECEIVED", ("CHECKING", "ESCALATE"): "CHECKING"}
"""What follows what, for whoever stands above the unit."""


@pytest.mark.clause("3.6.3")
async def test_nobody_else_and_nothing_else(office, session, waiting):
    """In every state every action is tried by who may and who may not; refusals change nothing."""
    person, declaration = waiting
    table = {(str(s), str(a)): str(each.to) for (s, a), each in REPORT_STEPS.items()}
    assert table == ALLOWED | FOR_THE_PLATFORM
    tokens = {True: person.line.token("SUPERVISOR", 1), False: person.line.token("SUPERVISOR", 2)}
    for state, action, may in product(ReportState, sorted({a for _, a in ALLOWED}), tokens):
        report = Report(
            id=new_id(),
            province="qinghai",
            declaration_id=UUID(declaration["id"]),
            number=declaration["number"],
            text="伪造",
            anonymous=True,
            state=state,
            reported_at=func.now(),
            lineage=person.line.ids[:2],
        )
        async with session("workflow") as tx:
            tx.add(report)
        before = await traces(session)
        answer = await step(office, {"id": str(report.id)}, action, tokens[may])
        if may and (state, action) in ALLOWED:
            assert record(answer)["state"] == ALLOWED[state, action]
            continue
        assert answer.json()["code"] == ("ACTION_NOT_AVAILABLE" if may else "REPORT_NOT_FOUND")
        assert await traces(session) == before


async def traces(session):
    """Everything a step could have changed."""
    async with session("workflow") as tx:
        rows = list(await tx.scalars(text("select to_jsonb(r) from report r order by id")))
        return rows, *[
            await tx.scalar(select(func.count()).select_from(each)) for each in (audit_log, outbox)
        ]
