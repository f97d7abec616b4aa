"""A result that is certified is void by a fact of its own: the certificate says so, and the place is free."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from services.workflow.certificate.model import CertificateChange
from services.workflow.contract import RecommendationEnded
from services.workflow.declaration.model import Declaration
from services.workflow.recommendation.model import Recommendation
from tests.platform.tokens import mint, seat
from tests.services.workflow.certificate.office import DAY_AFTER, certified, file, publicised
from tests.services.workflow.meeting.season import seed_declaration

WAITING = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
DOCUMENT = "青人社厅函〔2024〕32号"


def void(hall, token, issued, document=DOCUMENT):
    """Declare a certificate void."""
    body = {"document_number": document, "note": "评审程序违规"}
    return hall.ask(token, "POST", f"/v1/certificates/{issued['id']}/void", body)


async def left(session, declaration_id):
    """What became of the declaration, of its place, how often that was told, and what the certificate's changes rest on."""
    async with session("workflow") as tx:
        declaration = await tx.get_one(Declaration, declaration_id)
        place = await tx.get_one(Recommendation, declaration.recommendation_id)
        ends = select(outbox.c.data).where(outbox.c.type == RecommendationEnded.type).order_by(outbox.c.seq)
        told = [each["reason"] for each in await tx.scalars(ends)]
        changes = await tx.scalars(select(CertificateChange).order_by(CertificateChange.id))
        return declaration.state, place.state, told, [(each.kind, each.cause_kind) for each in changes]


@pytest.mark.clause("3.6.4", "A2.n2.deemed")
async def test_who_issued_it_declares_it_void(hall, season, session):
    """Neither the committee's office nor a supervisor; by a document; once, of 64 at the same instant. The place is free."""
    issued = await certified(hall)
    path = f"/v1/results/{season.declarations[0]}/void"
    office = await hall.ask(season.office, "POST", path, {"note": "业绩不实"})
    assert (office.status_code, office.json()["code"]) == (403, "NOT_YOUR_STEP")
    assert (await void(hall, season.supervisor, issued)).json()["code"] == "NOT_WHO_ISSUED_IT"
    assert (await void(hall, season.prefecture_officer, issued)).json()["code"] == "CERTIFICATE_NOT_FOUND"
    assert (await void(hall, season.officer, issued, "32号")).json()["code"] == "DOCUMENT_NUMBER_INVALID"
    assert (await left(session, season.declarations[0]))[:2] == ("CERTIFIED", "CONFIRMED")
    answers = await asyncio.gather(*(void(hall, season.officer, issued) for _ in range(64)))
    assert sorted(each.status_code for each in answers) == [200] + [409] * 63
    told = (await hall.ask(season.officer, "GET", f"/v1/certificates/{issued['id']}")).json()
    assert (told["standing"], [each["kind"] for each in told["changes"]]) == ("VOID", ["VOIDED"])
    assert await left(session, season.declarations[0]) == (
        "ENDED",
        "LAPSED",
        ["评审结果被宣布无效"],
        [("VOIDED", "certificate")],
    )


@pytest.mark.clause("3.6.4")
async def test_what_is_filed_is_void_by_its_certificate_alone(hall, season, session):
    """Who is of the office and of the HRSS at once ends no filed result either without a document; the certificate's way is open."""
    issued = await certified(hall)
    both = mint(
        [seat("COMMITTEE_OFFICE", season.province, season.authority), seat("TITLE_OFFICER", season.province)]
    )
    path = f"/v1/results/{season.declarations[0]}/void"
    refused = await hall.ask(both, "POST", path, {"note": "业绩不实"})
    assert (refused.status_code, refused.json()["code"]) == (409, "RESULT_FILED")
    assert await left(session, season.declarations[0]) == ("CERTIFIED", "CONFIRMED", [], [])
    assert (await void(hall, both, issued)).status_code == 200
    assert (await left(session, season.declarations[0]))[0] == "ENDED"


@pytest.mark.clause("3.2.3", "3.6.4")
async def test_a_finding_beside_the_filing_voids_the_certificate_too(hall, season, session, admin_connection):
    """The finding has read a result in publicity and waits behind the filing: what it then ends has a certificate, void with it."""
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    [declaration_id] = season.declarations
    body = {"kind": "RESULT_VOID", "declaration_ids": [str(declaration_id)], "reason": "业绩不实"}
    async with admin_connection.transaction():
        held = "select 1 from workflow.declaration where id = $1 for update"
        await admin_connection.execute(held, declaration_id)
        filing = asyncio.create_task(file(hall))
        await waiting(admin_connection, 1)
        path = "/v1/supervision/findings"
        finding = asyncio.create_task(
            hall.ask(season.officer, "POST", path, body | {"document_number": DOCUMENT})
        )
        await waiting(admin_connection, 2)
    assert [(await each).status_code for each in (filing, finding)] == [201, 201]
    assert await left(session, declaration_id) == (
        "ENDED",
        "LAPSED",
        ["评审结果被宣布无效"],
        [("VOIDED", "finding")],
    )


async def waiting(admin, count):
    """Return once so many wait for a lock."""
    while len(await admin.fetch(WAITING)) < count:
        await asyncio.sleep(0.01)


@pytest.mark.clause("3.2.3", "3.6.4")
async def test_a_finding_from_above_voids_it_too(hall, season, session):
    """What the prefecture filed the province finds void: the change rests on the finding, and names its document."""
    async with session("workflow") as tx:
        place = {"unit": season.clinic, "above": season.prefecture}
        middle = await seed_declaration(tx, season, level="MIDDLE", **place)
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    issued = (await file(hall, middle, token=season.prefecture_officer)).json()["record"]
    body = {"kind": "RESULT_VOID", "declaration_ids": [str(middle)], "reason": "业绩不实"}
    found = await hall.ask(
        season.officer, "POST", "/v1/supervision/findings", body | {"document_number": DOCUMENT}
    )
    assert found.status_code == 201, found.text
    assert await left(session, middle) == (
        "ENDED",
        "LAPSED",
        ["评审结果被宣布无效"],
        [("VOIDED", "finding")],
    )
    told = (await hall.ask(season.prefecture_officer, "GET", f"/v1/certificates/{issued['id']}")).json()
    [change] = told["changes"]
    assert (told["standing"], change["document_number"], change["note"]) == ("VOID", DOCUMENT, "业绩不实")
