"""Every state, every action, everybody who might try; who complained stays unknown; who handles a case has nothing to do with it."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, text

from services.kit.auth import Principal
from services.kit.ids import new_id
from services.workflow.integrity.model import IntegrityCase, IntegrityRecord
from services.workflow.integrity.states import CaseState
from services.workflow.integrity.steps import CASE_STEPS
from tests.platform.tokens import mint, seat
from tests.services.workflow.applicants import codes, record
from tests.services.workflow.integrity.archive import confirmed
from tests.services.workflow.integrity.inquiry import FINDING, Inquiry

OFFICER, SUPERVISOR, BELOW, PERSON, OTHER = "officer", "supervisor", "officer below", "person", "other person"
STAFF = {OFFICER, SUPERVISOR}
LINKED = ("RECEIVED", "INVESTIGATING", "TO_BE_HEARD", "HEARD", "DECIDED", "APPEALED", "UPHELD", "SHORTENED")
"""States in which the holder of a certificate may come to be known."""
ALLOWED = {
    ("RECEIVED", "IDENTIFY"): ("RECEIVED", STAFF),
    ("RECEIVED", "TAKE_UP"): ("INVESTIGATING", STAFF),
    ("RECEIVED", "DECLINE"): ("NOT_TAKEN_UP", STAFF),
    ("INVESTIGATING", "NOTIFY"): ("TO_BE_HEARD", STAFF),
    ("INVESTIGATING", "CLEAR"): ("CLEARED", STAFF),
    ("TO_BE_HEARD", "STATE"): ("HEARD", {PERSON}),
    ("TO_BE_HEARD", "CLEAR"): ("CLEARED", STAFF),
    ("TO_BE_HEARD", "DECIDE"): ("DECIDED", {OFFICER}),
    ("HEARD", "CLEAR"): ("CLEARED", STAFF),
    ("HEARD", "DECIDE"): ("DECIDED", {OFFICER}),
    ("DECIDED", "APPEAL"): ("APPEALED", {PERSON}),
    ("APPEALED", "UPHOLD"): ("UPHELD", STAFF),
    ("DECIDED", "REVERSE"): ("REVERSED", STAFF),
    ("APPEALED", "REVERSE"): ("REVERSED", STAFF),
    ("UPHELD", "REVERSE"): ("REVERSED", STAFF),
    ("APPEALED", "SHORTEN"): ("SHORTENED", STAFF),
    ("SHORTENED", "REVERSE"): ("REVERSED", STAFF),
    **{(state, "LINK"): (state, set()) for state in LINKED},
    ("RECEIVED", "ESCALATE"): ("RECEIVED", set()),
    ("INVESTIGATING", "ESCALATE"): ("INVESTIGATING", set()),
    ("TO_BE_HEARD", "ESCALATE"): ("TO_BE_HEARD", set()),
    ("HEARD", "ESCALATE"): ("HEARD", set()),
    ("APPEALED", "ESCALATE"): ("APPEALED", set()),
}
"""What follows what, and for whom."""
TOLD_TO_THE_PERSON = set(CaseState) - {"RECEIVED", "NOT_TAKEN_UP", "INVESTIGATING"}
NUMBER = "63-2008-0012"
VERDICT = {"reason": "经复核", "document_number": "青人社厅函〔2023〕99号"}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "IDENTIFY": ("identify", {"number": NUMBER}),
    "TAKE_UP": ("actions/TAKE_UP", {"reason": "经核查"}),
    "DECLINE": ("actions/DECLINE", {"reason": "经核查"}),
    "CLEAR": ("actions/CLEAR", {"reason": "经核查"}),
    "NOTIFY": ("notify", {"charge": "剽窃"}),
    "STATE": ("statement", {"statement": "属实"}),
    "DECIDE": ("decide", {**FINDING, "bar_to": "2025-11-19"}),
    "APPEAL": ("appeal", {"appeal": "不服"}),
    "UPHOLD": ("verdict", {**VERDICT, "upheld": True}),
    "SHORTEN": ("verdict", {**VERDICT, "upheld": True, "bar_to": "2024-12-31"}),
    "REVERSE": ("verdict", {**VERDICT, "upheld": False}),
}
"""How each action is called."""


@pytest.fixture
async def stand(office, season, session, neighbours):
    """Somebody whom a case is about, who holds a title, and who might try to act on it."""
    person = await season.recommended()
    async with session("workflow") as tx:
        whose = (person.person_id, person.account_id)
        tx.add(confirmed(person.line.ids[1], *whose, NUMBER, lineage=person.line.ids[:2]))
    neighbours.know(person.line.path)
    tokens = {
        OFFICER: person.line.token("TITLE_OFFICER", 0),
        SUPERVISOR: person.line.token("SUPERVISOR", 1),
        BELOW: person.line.token("TITLE_OFFICER", 2),
        PERSON: person.token,
        OTHER: mint([seat("APPLICANT", *person.line.nodes)], person_id=uuid4()),
    }
    return Inquiry(office.http, season.root, person.person_id, person.token), person, tokens


async def put(session, person, state: CaseState) -> str:
    """A case in a state, heard as far as it goes, decided as far as it goes; its id."""
    decided = state in ("DECIDED", "APPEALED", "UPHELD", "SHORTENED", "REVERSED")
    case = IntegrityCase(
        id=new_id(),
        province="qinghai",
        policy="qinghai/2023",
        state=state,
        ground="EX_OFFICIO",
        person_id=person.person_id,
        account_id=person.account_id,
        person_name="申报人",
        lineage=person.line.ids[:2],
        hrss_id=person.line.ids[0],
        text="剽窃",
        anonymous=False,
        opened_at=func.now(),
        charge="剽窃",
        answer_by=None if state in ("RECEIVED", "INVESTIGATING") else func.date("2023-11-19"),
        body_id=person.line.ids[1] if decided else None,
        document_number=FINDING["document_number"] if decided else None,
        certificate_ids=[],
        certificate_numbers=[],
        bar_from=func.date("2023-11-01") if decided else None,
        bar_to=func.date("2025-10-31") if decided else None,
    )
    if state == "TO_BE_HEARD":
        case.answer_by = func.date("2023-11-20")
    async with session("workflow") as tx:
        tx.add(case)
        await tx.flush()
        if decided:
            tx.add(_found(person, case.id))
    return str(case.id)


def _found(person, case_id: UUID) -> IntegrityRecord:
    return IntegrityRecord(
        province="qinghai",
        case_id=case_id,
        kind="FOUND",
        person_id=person.person_id,
        person_name="申报人",
        misconduct="PLAGIARISM",
        serious=False,
        document_number=FINDING["document_number"],
        body_id=person.line.ids[1],
        body_name="主管部门",
        decided_on=func.date("2023-11-01"),
        certificate_ids=[],
        certificate_numbers=[],
        bar_from=func.date("2023-11-01"),
        bar_to=func.date("2025-10-31"),
        lineage=person.line.ids[:2],
    )


async def traces(session, case_id: str) -> tuple[Any, ...]:
    """Everything a step could have changed."""
    counts = "(select count(*) from integrity_record), (select count(*) from audit_log), (select count(*) from outbox)"
    wanted = text(f"select to_jsonb(c), {counts} from integrity_case c where id = :id")
    async with session("workflow") as tx:
        return tuple((await tx.execute(wanted, {"id": case_id})).one())


def expected(state: str, action: str, who: str) -> set[str]:
    """The codes of a refusal; OK for whom the step is."""
    if who in (BELOW, OTHER) or (who == PERSON and state not in TOLD_TO_THE_PERSON):
        return {"CASE_NOT_FOUND"}
    if (state, action) not in ALLOWED:
        return {"ACTION_NOT_AVAILABLE"}
    if who not in ALLOWED[state, action][1]:
        return {"NOT_YOUR_STEP"}
    # the authority's supervisor stands beside the body that decided, not above
    if action in ("UPHOLD", "SHORTEN", "REVERSE") and who == SUPERVISOR:
        return {"NOT_YOUR_STEP"}
    return {"RULES_BROKEN"} if (state, action) == ("TO_BE_HEARD", "DECIDE") else {"OK"}


@pytest.mark.clause("1.8")
async def test_nobody_else_and_nothing_else(session, stand):
    """In every state everybody tries every action; refusals carry their code and change nothing."""
    inquiry, person, tokens = stand
    assert {(str(s), str(a)): str(each.to) for (s, a), each in CASE_STEPS.items()} == {
        pair: after for pair, (after, _) in ALLOWED.items()
    }
    inquiry.id, before = "", None
    for state, action, who in product(CaseState, CALLS, tokens):
        if before is None or before[0]["state"] != state:
            inquiry.id = await put(session, person, state)
            before = await traces(session, inquiry.id)
        path, body = CALLS[action]
        answer = await inquiry.act(tokens[who], path, **body)
        code = "OK" if answer.is_success else answer.json()["code"]
        assert code in expected(state, action, who), (state, action, who, answer.text)
        if code == "OK":
            assert answer.json()["record"]["state"] == ALLOWED[state, action][0]
            before = None
        else:
            assert await traces(session, inquiry.id) == before, (state, action, who)


@pytest.mark.clause("1.8")
async def test_the_days_to_be_heard_and_to_appeal(session, stand, at):
    """Five working days to be heard, then it is decided without; fifteen to appeal, then it stands."""
    inquiry, person, _ = stand
    await inquiry.opened(person_id=str(person.person_id))
    told = await inquiry.did(inquiry.officer, "notify", charge="剽窃")
    assert told["answer_by"] == "2023-11-27"
    await at("2023-11-27T23:59+08:00", "workflow")
    assert codes(await inquiry.decide(bar_to=None, serious=False)) == ["PERSON_WAS_HEARD"]
    await at("2023-11-28T00:00+08:00", "workflow")
    late = await inquiry.act(inquiry.person, "statement", statement="有异议")
    assert codes(late) == ["IN_TIME_TO_STATE"]
    found = await inquiry.found(bar_to=None, serious=False)
    assert found["appeal_by"] == "2023-12-19"
    await at("2023-12-20T00:00+08:00", "workflow")
    assert codes(await inquiry.act(inquiry.person, "appeal", appeal="不服")) == ["IN_TIME_TO_APPEAL"]
    await at("2023-12-19T23:59+08:00", "workflow")
    record(await inquiry.act(inquiry.person, "appeal", appeal="不服"))


@pytest.mark.clause("1.8", "3.6.3")
async def test_who_complains_is_never_told_and_handles_nothing(office, session, stand):
    """A named complaint: no table, answer or event tells by whom; its author does not take it up; floods wait."""
    inquiry, person, _ = stand
    declaration = await office.submitted(person)
    author = mint([seat("TITLE_OFFICER", inquiry.province)], name="王五", sub=(sub := uuid4()))
    body = {"number": declaration["number"], "text": "剽窃"}
    headers = {"Authorization": f"Bearer {author}", "Idempotency-Key": "k"}
    receipt = await office.http.post("/v1/complaints", json=body, headers=headers)
    assert set(record(receipt, 201)) == {"id", "number", "anonymous", "state", "opened_at"}
    inquiry.id = receipt.json()["record"]["id"]
    acting = seat("TITLE_OFFICER", inquiry.province).model_copy(
        update={"on_behalf_of": Principal(id=sub, name="王五")}
    )
    for token in (author, mint([acting], sub=uuid4())):
        assert codes(await inquiry.act(token, "actions/TAKE_UP")) == ["INVESTIGATOR_IS_DISINTERESTED"]
    assert codes(await inquiry.act(inquiry.officer, "actions/DECLINE")) == ["REASON_GIVEN"]
    await inquiry.did(inquiry.officer, "actions/TAKE_UP")
    async with session("workflow") as tx:
        tables = await tx.scalars(text("select tablename from pg_tables where schemaname = 'workflow'"))
        dump = [await tx.scalar(text(f"select jsonb_agg(t)::text from {each} t")) for each in tables]
    assert str(sub) not in "".join(filter(None, dump))
    assert "王五" not in "".join(filter(None, dump))
    assert codes(await inquiry.ask(None, "POST", "/v1/complaints", body), 401) == ["SIGN_IN_TO_BE_NAMED"]
    anonymous = {**body, "anonymous": True}
    answers = await asyncio.gather(
        *(inquiry.ask(None, "POST", "/v1/complaints", anonymous) for _ in range(8))
    )
    assert sorted(each.status_code for each in answers) == [201] * 5 + [429] * 3
    malformed = {"person_id": str(person.person_id), "number": "x", "text": "剽窃"}
    assert (await inquiry.ask(inquiry.officer, "POST", "/v1/integrity/cases", malformed)).status_code == 422
