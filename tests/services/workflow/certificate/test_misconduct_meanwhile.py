"""What goes on while misconduct is looked into: it waits for the decision, and the decision reaches what came meanwhile."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.kit.ids import new_id
from services.workflow.certificate.model import Certificate
from services.workflow.declaration.model import Declaration
from services.workflow.integrity.model import IntegrityRecord
from tests.platform.tokens import mint, seat
from tests.services.workflow.certificate.office import DAY_AFTER, DOCUMENT, certified, file, publicised
from tests.services.workflow.integrity.inquiry import Inquiry
from tests.services.workflow.meeting.hall import DAY, PLAN

CORRECTIONS = "/v1/certificate-corrections"


@pytest.fixture
def inquiry(hall, season) -> Inquiry:
    """Somebody has declared; nobody complains yet."""
    season.places[season.province.id] = (season.province,)
    who = season.applicants[0]
    token = mint([seat("APPLICANT", season.province, season.hospital)], sub=who.account_id, person_id=who.id)
    return Inquiry(hall.http, season.province, who.id, token)


async def one(session, model) -> Any:
    """The only row there is."""
    async with session("workflow") as tx:
        return (await tx.scalars(select(model))).one()


async def number(session) -> str:
    """The number of the declaration."""
    told: str = (await one(session, Declaration)).number
    return told


async def public(hall) -> list[str]:
    """The results that are made public."""
    return [each["subject_id"] for each in (await hall.ask(None, "GET", "/v1/publicities")).json()["items"]]


def codes(answer) -> list[str]:
    """Why it was refused."""
    told = answer.json()
    return [each["code"] for each in told.get("findings", [])] or [told["code"]]


@pytest.mark.clause("1.8")
@pytest.mark.parametrize(("serious", "bar_to"), [(True, "2025-12-31"), (False, None)])
async def test_what_a_meeting_has_before_it_is_held_after_the_vote(
    hall, season, session, inquiry, serious, bar_to
):
    """The vote is not cut short; passed, it is neither public nor filed, and the office declares it void."""
    (declaration_id,) = season.declarations
    voters = await hall.open()
    await inquiry.opened(number=await number(session))
    await inquiry.heard()
    await inquiry.found(serious=serious, bar_to=bar_to)
    await hall.vote_all([True] * len(voters), voters, declaration_id)
    await hall.did("CLOSE_VOTE")
    await hall.act("PUBLISH_RESULTS")
    assert (await one(session, Declaration)).state == "PASSED"
    assert await public(hall) == []
    path = f"/v1/results/{declaration_id}/void"
    assert (await hall.ask(season.office, "POST", path, {"note": "已认定失信"})).is_success
    assert (await one(session, Declaration)).state == "ENDED"


@pytest.mark.clause("1.8", "3.6.3")
async def test_a_result_waits_while_misconduct_is_investigated(hall, season, session, inquiry):
    """From the moment that a case is taken up the result is neither public nor filed; cleared, it goes on."""
    await hall.decide(in_favour=8)
    await inquiry.opened(number=await number(session))
    await hall.act("PUBLISH_RESULTS")
    assert await public(hall) == []
    await inquiry.did(inquiry.officer, "actions/CLEAR", reason="查无实据")
    await hall.did("PUBLISH_RESULTS")
    assert len(await public(hall)) == 1
    await hall.at(DAY_AFTER, "workflow")
    await inquiry.opened(number=await number(session))
    assert codes(await file(hall)) == ["MISCONDUCT_BEING_INVESTIGATED"]
    await inquiry.did(inquiry.officer, "actions/CLEAR", reason="查无实据")
    assert (await file(hall)).status_code == 201


@pytest.mark.clause("1.8")
async def test_a_certificate_issued_after_the_complaint_is_revoked(hall, season, session, inquiry):
    """A complaint holds nothing; what is filed after it is revoked by the finding all the same, or nothing is found."""
    await publicised(hall)
    body = {"number": await number(session), "text": "论文剽窃", "anonymous": True}
    inquiry.id = (await inquiry.ask(None, "POST", "/v1/complaints", body)).json()["record"]["id"]
    await hall.at(DAY_AFTER, "workflow")
    issued = (await file(hall)).json()["record"]
    await inquiry.did(inquiry.officer, "actions/TAKE_UP")
    await inquiry.heard()
    left_out = await inquiry.decide()
    assert codes(left_out) == ["CERTIFICATE_LEFT_OUT"]
    assert issued["number"] in left_out.json()["message"]
    await inquiry.found(certificate_ids=[issued["id"]])
    told = await hall.ask(season.officer, "GET", f"/v1/certificates/{issued['id']}")
    assert told.json()["standing"] == "REVOKED"


@pytest.mark.clause("1.8")
async def test_the_archive_names_the_certificate_that_was_revoked(hall, season, session, inquiry):
    """Corrected while the case was open: named by the old one, the new one is revoked, and archive and case name it."""
    issued = await certified(hall)
    await inquiry.opened(number=issued["number"])
    await inquiry.heard()
    asked = {
        "certificate_id": issued["id"],
        "field": "HOLDER_NAME",
        "value": "申报人壹",
        "reason": "姓名录入有误",
        "evidence": "户口簿",
    }
    holder = mint(
        [seat("APPLICANT", season.province, season.authority, season.hospital)],
        sub=season.applicants[0].account_id,
    )
    correction = (await hall.ask(holder, "POST", CORRECTIONS, asked)).json()["record"]
    path = f"{CORRECTIONS}/{correction['id']}/actions/APPROVE"
    approved = (await hall.ask(season.officer, "POST", path, {"document_number": DOCUMENT})).json()["record"]
    new = (await hall.ask(season.officer, "GET", f"/v1/certificates/{approved['replacement_id']}")).json()
    found = await inquiry.found(certificate_ids=[issued["id"], new["id"]])
    assert found["certificate_numbers"] == [new["number"]]
    line = await one(session, IntegrityRecord)
    assert [str(each) for each in line.certificate_ids] == [new["id"]]
    after = await hall.ask(season.officer, "GET", f"/v1/certificates/{new['id']}")
    assert after.json()["standing"] == "REVOKED"


@pytest.mark.clause("1.8")
@pytest.mark.parametrize("found", [False, True])
async def test_what_is_charged_comes_on_no_agenda_even_by_name(hall, season, session, inquiry, found):
    """What is under investigation is refused by name too; off an agenda after a finding it is over, and accepted no more."""
    body = {"committee_id": str(season.committee_id), "held_on": DAY, "plan": PLAN}
    made = await hall.ask(season.office, "POST", "/v1/meetings", body)
    hall.id = made.json()["record"]["id"]
    named = {"declaration_ids": [str(each) for each in season.declarations]}
    if found:
        await hall.did("TABLE", **named)
    await inquiry.opened(number=await number(session))
    if found:
        await inquiry.heard()
        await inquiry.found(bar_to="2025-12-01")
        await hall.did("CANCEL", note="另行安排")
        made = await hall.ask(season.office, "POST", "/v1/meetings", body)
        hall.id = made.json()["record"]["id"]
    refused, state = (
        ("DECLARATION_NOT_ACCEPTED", "DISQUALIFIED")
        if found
        else ("MISCONDUCT_BEING_INVESTIGATED", "ACCEPTED")
    )
    assert codes(await hall.act("TABLE", **named)) == [refused]
    assert (await one(session, Declaration)).state == state
    assert (await hall.did("TABLE"))["agenda"] == []


@pytest.mark.clause("1.8")
@pytest.mark.parametrize("in_line", [True, False])
async def test_who_issued_a_certificate_without_a_unit_looks_into_it(hall, season, session, inquiry, in_line):
    """Its issuer, in the holder's line or beside it, reads the complaint and revokes the title."""
    issuer = season.prefecture
    told = _without_unit(season, inquiry, [season.province.id, *([issuer.id] if in_line else [])])
    async with session("workflow") as tx:
        tx.add(told)
    season.places[issuer.id] = (season.province, issuer)
    body = {"number": told.number, "text": "论文剽窃", "anonymous": True}
    inquiry.id = (await inquiry.ask(None, "POST", "/v1/complaints", body)).json()["record"]["id"]
    inquiry.officer = season.prefecture_officer
    await inquiry.did(inquiry.officer, "actions/TAKE_UP")
    await inquiry.heard()
    await inquiry.found(certificate_ids=[str(told.id)], bar_to="2025-12-01")
    answer = await inquiry.ask(inquiry.person, "GET", f"/v1/certificates/{told.id}")
    assert answer.json()["standing"] == "REVOKED"


def _without_unit(season, inquiry: Inquiry, lineage: list[UUID]) -> Certificate:
    return Certificate(
        id=new_id(),
        province="qinghai",
        origin="CONFIRMED",
        number="青职证〔2008〕第0012号",
        year=2008,
        person_id=inquiry.person_id,
        account_id=season.applicants[0].account_id,
        holder_name="李青山",
        series="HEALTH",
        series_name="卫生",
        level="INTERMEDIATE",
        way="CONFIRMATION",
        obtained_on=date(2008, 12, 1),
        issuer_id=season.prefecture.id,
        issuer_name="海西州人社局",
        issued_on=date(2008, 12, 1),
        limits=[],
        lineage=lineage,
    )
