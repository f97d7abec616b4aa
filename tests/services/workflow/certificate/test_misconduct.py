"""A finding of misconduct revokes the title, is archived, bars and is told once each; taken back, all of it is (一（八）)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import asyncpg
import pytest
from sqlalchemy import func, select, text

from services.kit.audit import audit_log
from services.kit.outbox import outbox
from services.workflow.certificate.model import Certificate
from services.workflow.integrity import bar
from services.workflow.integrity.model import IntegrityRecord
from tests.platform.tokens import mint, seat
from tests.services.workflow.certificate.office import certified
from tests.services.workflow.integrity.inquiry import DOCUMENT, VERDICT, Inquiry
from tests.services.workflow.meeting.neighbour import MASKED

FOUND, REVERSED = "titles.workflow.misconduct.found.v1", "titles.workflow.misconduct.reversed.v1"
CHANGED = "titles.workflow.certificate.changed.v1"


@pytest.fixture
async def inquiry(hall, season) -> Inquiry:
    """Somebody holds a certificate, issued on 18 January 2024; nobody complains yet."""
    held = await certified(hall)
    season.places[season.province.id] = (season.province,)
    who = season.applicants[0]
    token = mint([seat("APPLICANT", season.province, season.hospital)], sub=who.account_id, person_id=who.id)
    return Inquiry(hall.http, season.province, who.id, token, certificates=[held["id"]])


async def told(session, *types: str) -> list[dict[str, Any]]:
    """The events of these types."""
    async with session("workflow") as tx:
        found = select(outbox.c.data).where(outbox.c.type.in_(types)).order_by(outbox.c.seq)
        return list(await tx.scalars(found))


async def standing(inquiry: Inquiry) -> str:
    """Where the certificate stands, as its holder reads it."""
    answer = await inquiry.ask(inquiry.person, "GET", f"/v1/certificates/{inquiry.certificates[0]}")
    return answer.json()["standing"]


@pytest.mark.clause("1.8")
async def test_nothing_is_found_of_who_was_not_heard(season, session, inquiry):
    """Years after the vote anybody complains by the certificate's number; who filed it does not look into it; the person is told."""
    body = {"number": (await one(session, Certificate)).number, "text": "论文剽窃", "anonymous": True}
    receipt = await inquiry.ask(None, "POST", "/v1/complaints", body)
    assert receipt.status_code == 201, receipt.text
    inquiry.id = receipt.json()["record"]["id"]
    assert (await inquiry.ask(inquiry.person, "GET", "/v1/integrity/cases")).json()["items"] == []
    assert broken(await inquiry.act(season.officer, "actions/TAKE_UP")) == ["INVESTIGATOR_IS_DISINTERESTED"]
    await inquiry.did(inquiry.officer, "actions/TAKE_UP")
    await inquiry.did(inquiry.officer, "notify", charge="论文与他人成果高度重合")
    assert broken(await inquiry.decide()) == ["PERSON_WAS_HEARD"]
    mine = (await inquiry.ask(inquiry.person, "GET", "/v1/integrity/cases")).json()["items"]
    assert [(each["charge"], each["text"], each["available_actions"]) for each in mine] == [
        ("论文与他人成果高度重合", None, ["STATE"])
    ]
    assert await standing(inquiry) == "IN_FORCE"


@pytest.mark.clause("1.8")
async def test_found_once_and_taken_back_once(session, inquiry):
    """Sixteen decide at once: revoked, archived and told once; eight take it back at once: the same, and nobody is barred."""
    number = (await one(session, Certificate)).number
    await inquiry.opened(number=number)
    await inquiry.heard()
    answers = await asyncio.gather(*(inquiry.decide() for _ in range(16)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 15
    assert await standing(inquiry) == "REVOKED"
    (found,) = await told(session, FOUND)
    assert (found["masked_resident_id"], found["document_number"]) == (MASKED, DOCUMENT)
    assert (found["kind"], found["body_name"], found["certificate_numbers"]) == (
        "PLAGIARISM",
        "机构",
        [number],
    )
    assert (found["bar_from"], found["bar_to"]) == ("2024-01-18", "2026-01-31")
    assert len(await told(session, CHANGED)) == 1
    await inquiry.did(inquiry.person, "appeal", appeal="认定事实不清")
    assert broken(await inquiry.settle(inquiry.officer)) == ["APPEAL_BY_ANOTHER"]
    answers = await asyncio.gather(*(inquiry.settle() for _ in range(8)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 7
    assert await standing(inquiry) == "IN_FORCE"
    (taken_back,) = await told(session, REVERSED)
    assert (taken_back["document_number"], taken_back["found_document_number"]) == (VERDICT, DOCUMENT)
    async with session("workflow") as tx:
        assert await bar.barred(tx, [inquiry.person_id], date(2024, 1, 18)) == {}
        lines = list(await tx.scalars(select(IntegrityRecord).order_by(IntegrityRecord.id)))
    assert [(each.kind, each.document_number) for each in lines] == [
        ("FOUND", DOCUMENT),
        ("REVERSED", VERDICT),
    ]


def broken(answer) -> list[str]:
    """The codes of the rules that a step breaks."""
    return [each["code"] for each in answer.json()["findings"]]


async def traces(session) -> tuple[Any, ...]:
    """Everything a step could have changed."""
    async with session("workflow") as tx:
        row = (await tx.execute(text("select to_jsonb(c) from integrity_case c"))).scalar()
        counted = (IntegrityRecord, audit_log, outbox)
        return row, *[await tx.scalar(select(func.count()).select_from(each)) for each in counted]


@pytest.mark.clause("1.8")
async def test_what_a_finding_needs(season, session, inquiry):
    """A document, a period where it is serious and only there, the certificate it is about and no other's; else nothing changes."""
    await inquiry.opened(number=(await one(session, Certificate)).number)
    await inquiry.heard()
    before = await traces(session)
    for code, changed in (
        ("DOCUMENT_NUMBER_INVALID", {"document_number": "某文"}),
        ("BAR_INVALID", {"bar_to": None}),
        ("BAR_INVALID", {"bar_to": "2024-06-01"}),
        ("BAR_INVALID", {"bar_to": "2029-01-18"}),
        ("BAR_INVALID", {"serious": False}),
        ("CERTIFICATE_LEFT_OUT", {"certificate_ids": []}),
        ("NOT_THEIR_CERTIFICATE", {"certificate_ids": [*inquiry.certificates, str(inquiry.person_id)]}),
        ("REQUEST_MALFORMED", {"kind": "OTHER"}),
        ("REQUEST_MALFORMED", {"evidence": " "}),
        ("STALE_VERSION", {"version": 1}),
    ):
        answer = await inquiry.decide(**changed)
        assert (answer.json()["code"], await traces(session)) == (code, before), (changed, answer.text)
    prefecture = mint([seat("TITLE_OFFICER", season.province, season.prefecture)])
    assert (await inquiry.decide(prefecture)).json()["code"] == "CASE_NOT_FOUND"
    assert (await inquiry.decide(season.supervisor)).json()["code"] == "NOT_YOUR_STEP"
    assert (await inquiry.found(bar_to="2029-01-17"))["bar_from"] == "2024-01-18"


@pytest.mark.clause("1.8")
async def test_the_archive_is_read_on_record_and_never_written_again(
    season, session, inquiry, admin_connection
):
    """The person and those above read it, nobody else; reading of others leaves a line; the service cannot alter it."""
    await inquiry.opened(number=(await one(session, Certificate)).number)
    await inquiry.heard()
    await inquiry.found()
    path = "/v1/integrity/records"
    (line,) = (await inquiry.ask(season.supervisor, "GET", path)).json()["items"]
    assert (line["person_name"], line["misconduct"], line["masked_resident_id"]) == (
        "申报人1",
        "PLAGIARISM",
        MASKED,
    )
    assert (await inquiry.ask(inquiry.person, "GET", f"{path}/{line['id']}")).json() == line
    for nobody in (mint([seat("TITLE_OFFICER", season.province, season.prefecture)]), season.office):
        assert (await inquiry.ask(nobody, "GET", path)).json()["items"] == []
        assert (await inquiry.ask(nobody, "GET", f"{path}/{line['id']}")).status_code == 404
    assert (await inquiry.ask(None, "GET", path)).status_code == 401
    async with session("workflow") as tx:
        read = select(audit_log.c.detail).where(audit_log.c.action == "integrity_record.READ")
        assert list(await tx.scalars(read)) == [{"record_ids": [line["id"]]}]
    for change in (
        "update workflow.integrity_record set bar_to = null",
        "delete from workflow.integrity_record",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await as_the_service(admin_connection, change)


@pytest.mark.clause("1.8")
async def test_what_is_void_is_found_too_and_stays_void(season, session, inquiry):
    """Named in the finding or not, what is void is not revoked; revoked and then void, it is not reinstated on appeal."""
    number = (await one(session, Certificate)).number
    void = {"document_number": "青人社厅函〔2024〕32号", "note": "评审程序违规"}
    path = f"/v1/certificates/{inquiry.certificates[0]}/void"
    await inquiry.opened(number=number)
    await inquiry.heard()
    await inquiry.found()
    await inquiry.did(inquiry.person, "appeal", appeal="认定事实不清")
    assert (await inquiry.ask(season.officer, "POST", path, void)).is_success
    assert (await inquiry.settle()).is_success
    for named in (inquiry.certificates, []):
        await inquiry.opened(number=number)
        await inquiry.heard()
        assert (await inquiry.found(certificate_ids=named))["certificate_numbers"] == [number] * len(named)
    assert await standing(inquiry) == "VOID"
    assert [each["kind"] for each in await told(session, CHANGED)] == ["REVOKED", "VOIDED"]
    assert [len(each["certificate_numbers"]) for each in await told(session, FOUND)] == [1, 1, 0]


@pytest.mark.clause("1.8")
async def test_two_findings_on_one_certificate(session, inquiry):
    """Revoked once; taken back one by one, it is reinstated with the last."""
    number, cases = (await one(session, Certificate)).number, []
    for _ in range(2):
        await inquiry.opened(number=number)
        cases.append(inquiry.id)
        await inquiry.heard()
        await inquiry.found()
        await inquiry.did(inquiry.person, "appeal", appeal="认定事实不清")
    stands = []
    for inquiry.id in cases:
        assert (await inquiry.settle()).is_success
        stands.append(await standing(inquiry))
    assert stands == ["REVOKED", "IN_FORCE"]


async def as_the_service(connection, statement: str) -> None:
    """Run a statement in the service's own role."""
    async with connection.transaction():
        await connection.execute("set local role workflow")
        await connection.execute(statement)


async def one(session, model):
    """The only row there is."""
    async with session("workflow") as tx:
        return (await tx.scalars(select(model))).one()
