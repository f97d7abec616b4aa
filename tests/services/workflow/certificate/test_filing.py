"""Results are filed by the HRSS in charge, on a document, once their publicity is over (三（六）4)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from services.kit.outbox import outbox
from services.workflow.certificate.number import is_well_formed
from tests.services.workflow.certificate.office import (
    DAY_AFTER,
    DOCUMENT,
    LAST_DAY,
    all_at_once,
    certified,
    decide_on,
    file,
    object_to,
    publicised,
)
from tests.services.workflow.credential.carried import by_reference, credential_of, published_keys
from tests.services.workflow.meeting.neighbour import MASKED, PASSPORT
from tests.services.workflow.meeting.season import seed_declaration


@pytest.mark.clause("3.6.4")
async def test_a_result_is_filed_when_its_publicity_is_over(hall, season):
    """On the day after the last day of publicity: a certificate, obtained on the day the committee passed."""
    record = await certified(hall)
    assert record["number"].startswith("632023032")
    assert is_well_formed(record["number"])
    assert (record["obtained_on"], record["issued_on"]) == ("2024-01-10", "2024-01-18")
    assert (record["document_number"], record["issuer_name"]) == (DOCUMENT, "省人社厅")
    assert (record["holder_name"], record["unit_name"]) == (season.applicants[0].name, "省第一医院")
    assert (record["way"], record["limits"], record["masked_resident_id"]) == ("REVIEW", [], MASKED)
    assert record["committee_name"] == "卫生系列高级评委会"
    declaration = await hall.ask(season.office, "GET", f"/v1/declarations/{season.declarations[0]}")
    assert declaration.json()["state"] == "CERTIFIED"


@pytest.mark.clause("3.6.4")
async def test_a_holder_without_resident_id_is_named_by_another_document(hall, accounts):
    """A foreigner's certificate bears the masked number of the passport, and so does its credential."""
    accounts.foreign = True
    record = await certified(hall)
    assert record["masked_resident_id"] == PASSPORT
    told = by_reference(await credential_of(hall, record["id"]), await published_keys(hall))
    assert told["masked_resident_id"] == PASSPORT


@pytest.mark.clause("3.6.4")
async def test_on_the_last_day_of_publicity_nothing_is_filed(hall):
    """The last day counts: filing is refused with the article, and nothing is issued."""
    await publicised(hall)
    await hall.at(LAST_DAY, "workflow")
    answer = await file(hall)
    assert (answer.status_code, answer.json()["code"]) == (422, "PUBLICITY_NOT_OVER")
    assert "三（六）4" in [each["cite"] for each in answer.json()["basis"]]
    assert (await hall.ask(hall.season.officer, "GET", "/v1/certificates")).json()["total"] == 0


@pytest.mark.clause("3.6.4")
async def test_without_publicity_nothing_is_filed(hall):
    """A result that passed and was never public is refused."""
    await hall.decide(in_favour=11)
    await hall.at(DAY_AFTER, "workflow")
    answer = await file(hall)
    assert (answer.status_code, answer.json()["code"]) == (422, "RESULT_NOT_PUBLICISED")


@pytest.mark.clause("3.6.4")
async def test_an_open_objection_holds_the_filing(hall, season):
    """While an objection is open nothing is filed; once it is dismissed, it is."""
    await publicised(hall)
    objection = await object_to(hall, season.declarations[0])
    await hall.at(DAY_AFTER, "workflow")
    assert (await file(hall)).json()["code"] == "PUBLICITY_NOT_OVER"
    await decide_on(hall, objection, upheld=False)
    assert (await file(hall)).status_code == 201


@pytest.mark.clause("3.6.4")
async def test_an_objection_upheld_ends_the_result(hall, season):
    """A result with an upheld objection is never filed; the office declares it void, with the reason."""
    await publicised(hall)
    await decide_on(hall, await object_to(hall, season.declarations[0]), upheld=True)
    await hall.at(DAY_AFTER, "workflow")
    assert (await file(hall)).json()["code"] == "PUBLICITY_NOT_OVER"
    path = f"/v1/results/{season.declarations[0]}/void"
    assert (await hall.ask(season.officer, "POST", path, {"note": "业绩不实"})).status_code == 403
    assert (await hall.ask(season.office, "POST", path, {"note": " "})).status_code == 422
    voided = await hall.ask(season.office, "POST", path, {"note": "业绩不实"})
    assert (voided.status_code, voided.json()["record"]["state"]) == (200, "ENDED")
    assert (await file(hall)).json()["code"] == "RESULT_NOT_PUBLICISED"


@pytest.mark.clause("3.6.4")
async def test_a_senior_title_is_filed_by_the_province_alone(hall, season):
    """Neither the prefecture's HRSS nor the office nor the applicant files a senior title."""
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    assert (await file(hall, token=season.prefecture_officer)).json()["code"] == "RESULT_NOT_FOUND"
    assert (await file(hall, token=season.office)).json()["code"] == "ROLE_MISSING"
    assert (await file(hall)).status_code == 201


@pytest.mark.clause("3.6.4")
async def test_a_middle_title_is_filed_by_the_prefecture(hall, season, session):
    """Of a unit below a prefecture the prefecture files the middle title; the province is refused with the reason."""
    place = {"unit": season.clinic, "above": season.prefecture}
    async with session("workflow") as tx:
        middle = await seed_declaration(tx, season, level="MIDDLE", **place)
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    refused = await file(hall, middle)
    assert (refused.status_code, refused.json()["code"]) == (403, "NOT_THE_FILING_HRSS")
    assert "市（州）" in refused.json()["message"]
    answer = await file(hall, middle, token=season.prefecture_officer)
    assert answer.status_code == 201, answer.text
    assert answer.json()["record"]["issuer_name"] == "海西州人社局"


@pytest.mark.clause("3.6.4")
@pytest.mark.parametrize("document", ["12号", "青人社厅函2024-12", "〔2024〕12号"])
async def test_filing_needs_the_number_of_a_document(hall, document):
    """What is no document number is refused, with an example."""
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    answer = await file(hall, document=document)
    assert (answer.status_code, answer.json()["code"]) == (422, "DOCUMENT_NUMBER_INVALID")
    assert DOCUMENT in answer.json()["message"]


async def test_a_result_is_filed_once(hall, session):
    """The same filing again, one after the other or at once, issues no second certificate and one event."""
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    hall.season.declarations *= 5
    codes = sorted(answer.status_code for answer in await all_at_once(hall))
    assert codes == [201, 422, 422, 422, 422]
    assert (await hall.ask(hall.season.officer, "GET", "/v1/certificates")).json()["total"] == 1
    async with session("workflow") as tx:
        issued = select(outbox.c.data).where(outbox.c.type == "titles.workflow.certificate.issued.v1")
        [event] = list(await tx.scalars(issued))
    assert event["declaration_id"] == str(hall.season.declarations[0])


async def test_numbers_filed_at_once_are_unique_and_without_gaps(hall, season, session, accounts):
    """Eight filings at once after one that failed midway: eight numbers in a row, none twice and none left out."""
    async with session("workflow") as tx:
        for _ in range(7):
            await seed_declaration(tx, season)
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    accounts.away = True
    lost = await file(hall)
    assert (lost.status_code, lost.json()["code"]) == (503, "PART_UNAVAILABLE")
    accounts.away = False
    answers = await all_at_once(hall)
    assert {answer.status_code for answer in answers} == {201}
    numbers = sorted(answer.json()["record"]["number"] for answer in answers)
    assert [int(number[9:14]) for number in numbers] == list(range(1, 9))


async def test_a_filing_that_fails_late_gives_its_number_back(hall, admin_connection):
    """When the database refuses the certificate itself, its number is not lost: the next filing takes it."""
    await publicised(hall)
    await hall.at(DAY_AFTER, "workflow")
    await admin_connection.execute(
        "alter table workflow.certificate add constraint broken check (false) not valid"
    )
    try:
        assert (await file(hall)).status_code == 500
    finally:
        await admin_connection.execute("alter table workflow.certificate drop constraint broken")
    answer = await file(hall)
    assert answer.json()["record"]["number"][9:14] == "00001"


async def test_nothing_is_filed_outside_of_the_window(hall):
    """After 31 January the run is over."""
    await publicised(hall)
    await hall.at("2024-02-01T09:00+08:00", "workflow")
    assert (await file(hall)).json()["code"] == "RUN_OVER"
